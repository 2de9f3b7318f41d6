"""One escape for each place that strangers' words are put into: mail headers, chat services, CSV cells, plain text.

None of them raises, whatever the text; none decides what is told. HTML has its escape in the templates, logs in
the log format.
"""

from __future__ import annotations

import re
from itertools import pairwise
from urllib.parse import quote, urlsplit

SUBJECT_LIMIT = 200

_CONTROLS = "\x00-\x1f\x7f-\x9f\u2028\u2029"
_INVISIBLE = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\U000e0000-\U000e007f"
_LINE_BREAKERS = re.compile(f"[{_CONTROLS}]+")
_HIDDEN = re.compile(f"[{_INVISIBLE}]")
_CONTROLS_BUT_LINES = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SURROGATES = re.compile("[\ud800-\udfff]")

_FORMULA = "=+\\-@\uff1d\uff0b\uff0d\uff20"
_FORMULA_FIRST = re.compile(f"(?:[\\s\"'\u200b\ufeff%;|]|0A|0D)*[{_FORMULA}]|[\t\r\n]", re.IGNORECASE)
_FORMULA_INSIDE = re.compile(f"([;|\t\r\n])(?=[\"' ]*[{_FORMULA}])")

_SLACK_MARKS = str.maketrans({"*": "\u2217", "_": "\uff3f", "~": "\u223c", "`": "\u02cb"})
_SLACK_EMOJI = re.compile(r":(?=[\w+'-]+:)")
_WORD_UNDERSCORE = re.compile(r"(?<=[^\W_])_(?=[^\W_])")
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*")
_DISCORD_MARKS = re.compile(r"[\\*_~`|<>#\-\[\]():@+]")
_CALLS = re.compile(r"@(?=\S|$)|:(?=/)")
_CARD_FUNCTIONS = re.compile(r"\{(?=\{|$)|<(?=at|a?$)", re.IGNORECASE)
_UNSEEN_JOIN = "\u2060"
_WORD_JOIN = "\ue000"
_URL_SAFE = "%:/?#[]@!$&'()+,;=-._~"
MAX_HOST = 253


def plain_safe(text: str) -> str:
    """Text for a terminal or a file: newline and tab stay, other controls, bidi and tag characters go."""
    whole = _SURROGATES.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    whole = whole.replace("\u2028", "\n").replace("\u2029", "\n").replace("\x85", "\n")
    return _HIDDEN.sub("", _CONTROLS_BUT_LINES.sub("", whole))


def one_line(text: str) -> str:
    """`plain_safe` on one line: every run of white space and controls is one space."""
    whole = _HIDDEN.sub("", _LINE_BREAKERS.sub(" ", _SURROGATES.sub("\ufffd", text)))
    return " ".join(whole.split())


def mail_safe(text: str, limit: int = SUBJECT_LIMIT) -> str:
    r"""A mail header's value: one line of at most `limit` characters in which nothing decodes to another header.

    Source: RFC 2047; encoded words in a title are broken, because some Python releases decode them and write what
    they hold into the head of the mail (CVE-2024-6923).

    Example: `mail_safe("a\r\nBcc: x")` is `"a Bcc: x"`.
    """
    line = one_line(text)
    while "=?" in line:
        line = line.replace("=?", "= ?")
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "\u2026"


def slack_plain(text: str) -> str:
    """Text of a plain_text object: nothing is markup there, but Slack decodes the three entities.

    Source: Slack's "Formatting text for app surfaces", escaping text.
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def slack_safe(text: str) -> str:
    """One line of strangers' words within mrkdwn: no mention, link, broadcast, emoji or style can come of it.

    mrkdwn has no escape for its style marks, so they become the look-alikes that Slack doesn't read; an
    underscore between letters is no mark and stays.

    Example: `slack_safe("<!channel> *now*")` is `"&lt;!channel&gt; \u2217now\u2217"`.
    """
    line = _WORD_UNDERSCORE.sub(_WORD_JOIN, one_line(text).replace(_WORD_JOIN, ""))
    line = _SLACK_EMOJI.sub("\u2236", line.translate(_SLACK_MARKS)).replace(_WORD_JOIN, "_")
    return slack_plain(line)


def slack_link(url: str | None) -> str | None:
    """`<url|host>` labelled with the address's real host in ASCII, or None if it is no plain web address."""
    host = shown_host(url)
    if url is None or host is None:
        return None
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port is not None else ""
    address = quote(parts._replace(netloc=host + port).geturl(), safe=_URL_SAFE, errors="replace")
    return f"<{slack_plain(address)}|{host}>"


def discord_safe(text: str) -> str:
    r"""One line of strangers' words within Discord's markdown: no style, list, mention, time, emoji or link of theirs.

    Every sign of the markup is escaped, the colon too, so that no bare address becomes a link. Who is mentioned is
    ruled out by the message besides.
    Source: Discord's "Message formatting"; a backslash before any sign shows that sign.

    Example: `discord_safe("@everyone *now*")` is `"\@everyone \*now\*"`.
    """
    return _DISCORD_MARKS.sub(r"\\\g<0>", one_line(text))


def telegram_safe(text: str) -> str:
    """One line of strangers' words within Telegram's HTML: no tag, and nobody named after an @ is called.

    Telegram makes mentions and links of plain text by itself, whatever the mode: a joiner that is not seen stops it.
    Source: Telegram's Bot API, "HTML style" (the four named entities) and "MessageEntity" (mention, url).
    """
    line = _CALLS.sub(rf"\g<0>{_UNSEEN_JOIN}", one_line(text))
    return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def teams_safe(text: str) -> str:
    """One line of strangers' words as a TextRun of an Adaptive Card, which knows no markdown.

    Its functions of date and time are not run, and nothing reads like a mention.
    Source: Adaptive Cards, "Text features" (RichTextBlock; DATE and TIME in two braces).
    """
    return _CARD_FUNCTIONS.sub(rf"\g<0>{_UNSEEN_JOIN}", one_line(text))


def shown_host(url: str | None) -> str | None:
    """The host of an http(s) address in ASCII (punycode), or None if the address is not a plain web address.

    Example: `shown_host("https://ex\u00e4mple.org/a")` is `"xn--exmple-cua.org"`.
    """
    try:
        parts = urlsplit(url or "")
        host = (parts.hostname or "").rstrip(".").encode("idna").decode("ascii").lower()
        named = parts.port is None or parts.port > 0
    except (ValueError, UnicodeError):
        return None
    if not named or parts.scheme not in {"http", "https"} or parts.username is not None or len(host) > MAX_HOST:
        return None
    return host if _HOST.fullmatch(host) else None


def csv_safe(cell: str) -> str:
    """A CSV cell that no spreadsheet computes: text that could start a formula gets a leading apostrophe.

    Separators of other locales within the cell are disarmed too. The writer must still quote every cell.
    Source: OWASP, CSV Injection.
    """
    text = _SURROGATES.sub("\ufffd", cell).replace("\x00", "")
    inner = _FORMULA_INSIDE.sub(r"\1'", text)
    return f"'{inner}" if _FORMULA_FIRST.match(text) else inner


def marked(text: str, marks: tuple[tuple[int, int], ...]) -> tuple[tuple[str, bool], ...]:
    """`text` cut at its marks: pieces in order, each with whether it is marked; marks beyond the text are ignored."""
    edges = {0, len(text)}
    kept = [(max(0, start), min(end, len(text))) for start, end in marks if start < end and start < len(text)]
    edges.update(edge for span in kept for edge in span)
    pieces = pairwise(sorted(edges))
    return tuple((text[a:b], any(start <= a and b <= end for start, end in kept)) for a, b in pieces)
