"""Entries and rows made into drafts: scrubbed text, zones, language, flags and the hashes that tell what changed.

Never decides whether anything is new (that is `identity`), and never follows a link.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo
from hashlib import sha256
from typing import Final

from watcher.core.articles.dates import date_flags
from watcher.core.articles.identity import TITLE_DIGITS, keys_of, row_key
from watcher.core.articles.relays import UNVERIFIED, is_relay
from watcher.core.articles.zones import zones
from watcher.core.model import Draft, Entry, Row, TextState, Zone, ZoneSpan
from watcher.core.text.boilerplate import is_cut, is_no_text, without_chrome
from watcher.core.text.html import BODY_LIMIT, TITLE_LIMIT, Block, blocks, title_text
from watcher.core.text.languages import detect, primary
from watcher.core.text.plain import fold, scrub, sentences
from watcher.core.urls import canonical_url, host_of, http_url

_SHORT_BODY: Final = 200
"""Characters of body below which the text's hash takes in the title: stubs of different articles are alike."""
_TEASER: Final = 800
"""Characters below which a summary that came without any content is taken for an excerpt."""
_LOST_DASH = re.compile(r"(?<=[^\W\d_]{2})\?(?=[^\W\d_]{2})")
"""No question ends within a word. Source: domain notes 5.2."""
_MADE_TITLE: Final = 120
_TYPOGRAPHIC: Final = (("’", "'"), ("‘", "'"), ("“", '"'), ("”", '"'), ("–", "-"), ("—", "-"))
_BETWEEN: Final = "\n\n"


def entry_digest(entry: Entry) -> str:
    """What the publisher sent, as a hash; equal hashes mean that nothing needs to be read again.

    The first `TITLE_DIGITS` digits cover the title alone. GUID, dates, tracking parameters and comment counts are
    left out: publishers change them without changing the article.
    """
    link = canonical_url(entry.link) if entry.link else ""
    rest = (link, entry.summary_html, entry.content_html, entry.author, entry.origin_name)
    return _digest(entry.title, "\0".join(rest))


def draft(
    entry: Entry,
    *,
    fetched: datetime,
    feed_language: str | None = None,
    feed_zone: tzinfo | None = None,
    language: str | None = None,
    strip: tuple[str, ...] = (),
    digest: str | None = None,
    pages_of_all: bool = False,
) -> Draft:
    """An entry as readable text with its zones.

    Args: `fetched` judges future dates; `feed_language` helps to guess, `language` overrides the guess; dates that
    came without a zone are of `feed_zone` (UTC if None); `strip` are strings that this publisher adds to texts;
    `digest` is its `entry_digest` where that was made already. An entry that asks for its page waits for it if it came
    as an excerpt, with `pages_of_all` even if it came whole.
    """
    title = with_dashes(title_text(entry.title, markup=False))
    link = http_url(entry.link) if entry.link else None
    found, state = _body(entry, title, strip)
    if entry.awaits_text and link is not None and (pages_of_all or state is TextState.EXCERPT):
        state = TextState.AWAITING_TEXT
    flags = [flag for flag in entry.flags if not (flag == "zoneless" and feed_zone is not None)]
    if not found:
        flags.append("title_only")
    if not title:
        flags.append("untitled")
        title = _made_title(found, link)
    published = _placed(entry.published, entry, feed_zone)
    if "unreadable_date" not in flags:
        flags.extend(date_flags(published, fetched))
    text, spans = _assembled(title, found, zones(found))
    if is_relay(text):
        flags.append(UNVERIFIED)
    return Draft(
        keys=keys_of(guid=entry.guid, link=link, title=title, published=published),
        entry_sha256=digest or entry_digest(entry),
        title=title,
        link=link,
        author=title_text(entry.author, markup=False),
        text=text,
        zones=spans,
        text_sha256=_text_digest(title, text[len(title) :]),
        text_state=state,
        language=primary(language) or detect(text, entry.language or feed_language),
        published=published,
        updated=_placed(entry.updated, entry, feed_zone),
        origin_name=title_text(entry.origin_name, markup=False),
        origin_host=(host_of(entry.origin_url) or "") if entry.origin_url else "",
        flags=tuple(dict.fromkeys(flags)),
    )


def with_dashes(title: str) -> str:
    """A title with the dash back that a broken encoding turned into a question mark: `Earth?Gallium`."""
    return title if "?" not in title or "/" in title else _LOST_DASH.sub("–", title)


def row_digest(row: Row) -> str:
    """What counts of a row, as a hash; its label and what else is shown of it may change without being a change."""
    return _digest(row.key, "\0".join(f"{name}\0{value}" for name, value in row.fields))


def draft_row(row: Row, *, language: str | None = None, digest: str | None = None) -> Draft:
    """A table's row as readable text: its label is the title, each field a paragraph `name: value`.

    What is shown beside the fields that count stands below them, in the zone `table`.
    """
    title = title_text(row.label, markup=False) or title_text(row.key, markup=False)
    counted, beside = _lines(row.fields), _lines(row.shown)
    found = (*counted, *beside)
    text, spans = _assembled(title, found, (Zone.BODY,) * len(counted) + (Zone.TABLE,) * len(beside))
    return Draft(
        keys=(row_key(row.key),),
        entry_sha256=digest or row_digest(row),
        title=title,
        link=http_url(row.link) if row.link else None,
        text=text,
        zones=spans,
        text_sha256=_text_digest(title, text[len(title) :]),
        text_state=TextState.FULL,
        language=primary(language) or detect(text),
        row_key=row.key,
    )


def _lines(fields: tuple[tuple[str, str], ...]) -> tuple[Block, ...]:
    lines = (" ".join(scrub(f"{name}: {value}"[:BODY_LIMIT]).split()) for name, value in fields)
    return tuple(Block("p", line) for line in lines if line)


def _body(entry: Entry, title: str, strip: tuple[str, ...]) -> tuple[tuple[Block, ...], TextState]:
    """The paragraphs that are text, and whether they are all of it."""
    found = blocks(entry.content_html)
    from_content = bool(found)
    if sum(len(block.text) for block in found) < _SHORT_BODY and entry.summary_html:
        summary = blocks(entry.summary_html)
        if sum(len(block.text) for block in summary) > sum(len(block.text) for block in found):
            found, from_content = summary, False
    cut = is_cut(tuple(block.text for block in found[-2:]))
    kept = tuple(clean for block in found if (clean := _cleaned(block, strip)) is not None)
    if kept and len(kept[0].text) <= 2 * len(title) and fold(kept[0].text) == fold(title):
        kept = kept[1:]
    length = sum(len(block.text) for block in kept)
    whole = not cut and (length >= _SHORT_BODY if from_content else length >= _TEASER)
    return kept, TextState.FULL if whole else TextState.EXCERPT


def _cleaned(block: Block, strip: tuple[str, ...]) -> Block | None:
    """The block without boilerplate, or None if nothing else was in it."""
    text = without_chrome(block.text, strip)
    if not text or (block.kind != "heading" and is_no_text(text)):
        return None
    return block if text == block.text else Block(block.kind, text, block.level, block.region)


def _assembled(title: str, found: tuple[Block, ...], where: tuple[Zone, ...]) -> tuple[str, tuple[ZoneSpan, ...]]:
    """The text, title first, and the span of each paragraph in it."""
    spans = [ZoneSpan(zone=Zone.TITLE, start=0, end=len(title))]
    at = len(title)
    for block, zone in zip(found, where, strict=True):
        start = at + len(_BETWEEN)
        at = start + len(block.text)
        spans.append(ZoneSpan(zone=zone, start=start, end=at))
    return _BETWEEN.join((title, *(block.text for block in found))), tuple(spans)


def _made_title(found: tuple[Block, ...], link: str | None) -> str:
    """A title for an entry without one: its first sentence, else its link."""
    first = found[0].text if found else ""
    spans = sentences(first, 0, min(len(first), TITLE_LIMIT))
    if not spans:
        return (link or "(untitled)")[:TITLE_LIMIT]
    sentence = first[spans[0][0] : spans[0][1]]
    if len(sentence) <= _MADE_TITLE:
        return sentence
    head = sentence[: _MADE_TITLE - 1]
    return (head.rpartition(" ")[0] or head).rstrip(" ,;:–-") + "…"


def _placed(moment: datetime | None, entry: Entry, zone: tzinfo | None) -> datetime | None:
    """A stated time in UTC; one that came without a zone is of the source's own."""
    if moment is None or zone is None or "zoneless" not in entry.flags:
        return moment
    try:
        return moment.replace(tzinfo=zone).astimezone(UTC)
    except (OverflowError, ValueError):
        return moment


def _text_digest(title: str, body: str) -> str:
    """Hash of the matching form of the body; a short body takes its title in."""
    subject = body if len(body) >= _SHORT_BODY else title + body
    for sign, plain in _TYPOGRAPHIC:  # folded first by plain replacement: folding run by run costs ten times as much
        subject = subject.replace(sign, plain)
    return sha256(fold(subject).encode("utf-8", "replace")).hexdigest()


def _digest(title: str, rest: str) -> str:
    """64 hex digits, the first `TITLE_DIGITS` of which depend on the title alone."""
    of_title = sha256(title.encode("utf-8", "surrogatepass")).hexdigest()[:TITLE_DIGITS]
    of_rest = sha256(rest.encode("utf-8", "surrogatepass")).hexdigest()[: 64 - TITLE_DIGITS]
    return of_title + of_rest
