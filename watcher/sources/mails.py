"""One mail as it was sent, read into an entry: broken MIME and charsets are read as far as they go, never refused.

Nothing in it is fetched, opened or run; attachments are left out.
"""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from email.utils import getaddresses, parsedate_to_datetime
from hashlib import sha256
from typing import Final

from selectolax.lexbor import LexborHTMLParser

from watcher.core.errors import ParseError
from watcher.core.model import Entry
from watcher.core.pages.roundups import pieces
from watcher.core.text.charsets import text_of
from watcher.core.text.html import BODY_LIMIT, title_text
from watcher.core.urls import http_url

_MOST_PARTS: Final = 200
_ID_LIMIT: Final = 400
_MOST_LINKS: Final = 200
_HEADLINE: Final = range(25, 300)
"""Characters of a link's words from which they are a story's headline, and up to which."""
_RAISES: Final = (ValueError, LookupError, TypeError, AttributeError, MessageError)
"""What the library lets through on headers and parts that are no proper MIME."""
_NO_NEWS = re.compile(
    r"unsubscribe|preferences|view (?:it |this )?(?:e-?mail )?in (?:your |a )?browser|privacy policy", re.IGNORECASE
)
_BLANK_LINE = re.compile(r"\n[ \t]*\n\s*")


def mail_entry(body: bytes, *, splits: bool = False) -> Entry:
    """The mail as an entry: its guid is the Message-ID, else made of list, date and content.

    Args: `splits` marks headings in plain text, so that a round-up can be parted.

    Raises: ParseError if it is no mail.
    """
    try:
        mail = BytesParser(policy=compat32).parsebytes(body)
    except (RecursionError, *_RAISES) as error:
        raise ParseError(f"reading a mail: {type(error).__name__}") from error
    subject, sender = _header(mail, "subject"), _header(mail, "from")
    if not (subject or sender or mail.get("date")):
        raise ParseError("reading a mail: it has neither subject, sender nor date")
    html, plain = _texts(mail)
    content = html or (_from_plain(plain, splits=splits) if plain else "")
    published, flags = _date(mail)
    return Entry(
        guid=_guid(mail, body),
        link=http_url(_header(mail, "archived-at").strip("<> ")),
        title=title_text(subject, markup=False) or title_text(_name(sender), markup=False),
        content_html=content[:BODY_LIMIT],
        author=title_text(_name(sender), markup=False),
        published=published,
        flags=flags,
    )


def linked_entries(entry: Entry) -> tuple[Entry, ...]:
    """Each link of a mail whose words are a headline, as an entry of its own; the mail itself if there is none."""
    found: dict[str, str] = {}
    for node in LexborHTMLParser(entry.content_html).css("a[href]"):
        link, words = http_url((node.attributes.get("href") or "").strip()), " ".join(node.text(deep=True).split())
        if link is not None and len(words) in _HEADLINE and not _NO_NEWS.search(words):
            found.setdefault(link, words)
        if len(found) == _MOST_LINKS:
            break
    if not found:
        return (entry,)
    return tuple(
        Entry(
            guid=f"{entry.guid}#{sha256(link.encode('utf-8', 'replace')).hexdigest()[:16]}",
            link=link,
            title=words,
            author=entry.author,
            published=entry.published,
            flags=entry.flags,
        )
        for link, words in found.items()
    )


def _guid(mail: Message, body: bytes) -> str:
    id_ = _header(mail, "message-id").strip("<> ")
    if id_:
        return id_[:_ID_LIMIT]
    return f"{_header(mail, 'list-id')[:200]}|{_header(mail, 'date')[:60]}|{sha256(body).hexdigest()[:32]}"


def _header(mail: Message, name: str) -> str:
    """A header in Unicode: words in unknown or lying charsets, and bytes never announced, as well as it goes."""
    raw = next((str(value) for key, value in mail.raw_items() if key.lower() == name), "")
    text = text_of(raw.encode("utf-8", "surrogateescape"), "text/plain; charset=windows-1252")
    try:
        said = "".join(map(_decoded, decode_header(text)))
    except _RAISES:
        said = ""
    return " ".join((said or text).split())


def _decoded(part: tuple[str | bytes, str | None]) -> str:
    match part:
        case (str(text), _):
            return text
        case (bytes(body), None):
            return body.decode("raw-unicode-escape", "replace")  # how the library writes what is not encoded
        case (bytes(body), charset):
            return text_of(body, f"text/plain; charset={charset}")


def _name(sender: str) -> str:
    """Who sent it: the name beside the address, else the address."""
    found = getaddresses([sender])
    return next((name or address for name, address in found if name or address), "")


def _date(mail: Message) -> tuple[datetime | None, tuple[str, ...]]:
    stated = _header(mail, "date")
    if not stated:
        return None, ()
    try:
        found = parsedate_to_datetime(stated)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC), ()
    except (OverflowError, *_RAISES):
        return None, ("unreadable_date",)


def _texts(mail: Message) -> tuple[str, str]:
    """The longest HTML and the longest plain text that are no attachment."""
    html = plain = ""
    for part in _parts(mail):
        kind = part.get_content_type()
        if kind not in {"text/html", "text/plain"} or part.get_content_disposition() == "attachment":
            continue
        text = _text(part)
        if kind == "text/html" and len(text) > len(html):
            html = text
        elif kind == "text/plain" and len(text) > len(plain):
            plain = text
    return html.strip() and html, plain.strip()


def _parts(mail: Message) -> Iterator[Message]:
    for n, part in enumerate(mail.walk()):
        if n == _MOST_PARTS:
            return
        if not part.is_multipart():
            yield part


def _text(part: Message) -> str:
    try:
        body = part.get_payload(decode=True)
        charset = part.get_content_charset()
    except _RAISES:
        return ""
    return text_of(body, f"text/plain; charset={charset}" if charset else None) if isinstance(body, bytes) else ""


def _from_plain(text: str, *, splits: bool) -> str:
    """Plain text as HTML; of a round-up its headings are marked."""
    if splits:
        found, marked = pieces(text)
        if not found:
            return marked
        return marked + "".join(
            f"<h2>{entities.escape(piece.heading)}</h2>{piece.content_html}"
            + (f'<p><a href="{entities.escape(piece.link)}">Read more</a></p>' if piece.link else "")
            for piece in found
        )
    paragraphs = _BLANK_LINE.split(text.replace("\r\n", "\n"))
    return "".join(f"<p>{entities.escape(part.strip(), quote=False)}</p>" for part in paragraphs if part.strip())
