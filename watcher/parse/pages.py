"""The operation `page`: the page behind an entry into the article's text; runs in a worker, never in the daemon."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from watcher.core.articles.drafts import draft
from watcher.core.articles.identity import link_key
from watcher.core.errors import ParseError
from watcher.core.kinds import resolve
from watcher.core.model import Document, Draft, Entry, TextState, Zone
from watcher.core.pages.article import Page, read_page
from watcher.core.pages.roundups import pieces, split_entry
from watcher.core.text.charsets import text_of
from watcher.core.text.html import blocks
from watcher.core.text.plain import fold
from watcher.core.urls import host_of
from watcher.parse.wire import Drafting, PageJob
from watcher.sources.base import Source
from watcher.sources.following import hints_of, splits

_LEAST: Final = 200
"""Characters of text that a page must have to be an article, unless its excerpt was shorter."""
_RECOGNISED: Final = 60
"""Characters of an excerpt by which it is found again in the page's text."""
_COUNTED: Final = frozenset({Zone.HIGHLIGHTS, Zone.LEAD, Zone.BODY})
_UNREADABLE: Final = ("application/pdf", "image/", "audio/", "video/", "application/zip", "application/vnd.", "font/")
_JOBS = msgspec.msgpack.Decoder(PageJob)


def parse_page(payload: bytes) -> Iterator[bytes]:
    """The one part of the answer to a `PageJob`: drafts, the article's own first, then the stories it held."""
    job = _JOBS.decode(payload)
    kind = resolve({}, job.kind_path, Source)
    options = kind.Options.model_validate_json(job.options_json)
    html = _html(job.document)
    page = read_page(html, job.document.final_url, hints_of(options), extract=_extracted)
    drafting = replace(
        job.drafting,
        language=job.drafting.language or getattr(options, "language", None),
        strip=(*job.drafting.strip, *getattr(options, "strip", ())),
    )
    explicit = bool(hints_of(options).published)
    yield msgspec.msgpack.encode(
        joined(job.listed, page, job.document, drafting, split=splits(options), dates_hinted=explicit)
    )


def joined(
    listed: Draft,
    page: Page,
    document: Document,
    drafting: Drafting,
    *,
    split: bool = False,
    dates_hinted: bool = False,
) -> tuple[Draft, ...]:
    """What was listed, with the text of its page; identity stays that of the entry.

    Raises: ParseError if the page holds no text to speak of.
    """
    found, intro = pieces(page.content_html, document.final_url) if split else ((), page.content_html)
    entry = _entry(listed, page, document, dates_hinted=dates_hinted)
    own = _drafted(replace(entry, content_html=_with_excerpt(listed, intro)), document, drafting)
    if not found:
        _check(listed, page)
    link = entry.link or listed.link
    article = replace(
        own,
        keys=tuple(dict.fromkeys((*listed.keys, *((link_key(link),) if link else ())))),
        entry_sha256=listed.entry_sha256,
        text_state=TextState.FULL,
        origin_name=listed.origin_name,
        origin_host=listed.origin_host,
        row_key=listed.row_key,
    )
    home = replace(entry, guid=listed.keys[0], content_html=page.content_html)
    stories = (
        [_drafted(part, document, drafting) for part in split_entry(home) if part.guid != home.guid] if found else []
    )
    return (article, *stories)


def _entry(listed: Draft, page: Page, document: Document, *, dates_hinted: bool) -> Entry:
    """An entry as its listing and its page state it together; the listing goes first, but for hinted dates."""
    from_page = listed.published is None or (dates_hinted and page.published is not None)
    flags = [flag for flag in listed.flags if flag not in {"title_only", "untitled", "undated"}]
    if from_page:
        flags = [flag for flag in flags if flag not in {"date_only", "zoneless", "future_dated", "ancient"}]
        flags += page.flags
    moved = listed.link is not None and host_of(document.final_url) != host_of(listed.link)
    return Entry(
        link=document.final_url if moved else listed.link,
        title=page.title if "untitled" in listed.flags and page.title else listed.title,
        author=listed.author or page.author,
        published=page.published if from_page else listed.published,
        updated=listed.updated or page.updated,
        language=page.language or listed.language,
        flags=tuple(dict.fromkeys(flags)),
    )


def _drafted(entry: Entry, document: Document, drafting: Drafting) -> Draft:
    zone = ZoneInfo(drafting.zone) if drafting.zone else None
    return draft(entry, fetched=document.fetched, feed_zone=zone, language=drafting.language, strip=drafting.strip)


def _with_excerpt(listed: Draft, content: str) -> str:
    """The page's text, led by the excerpt where it is not part of it: what was judged once must not be lost."""
    excerpt = listed.text[len(listed.title) :].strip()
    if not excerpt:
        return content
    text = fold(" ".join(block.text for block in blocks(content)))
    lines = [line for line in excerpt.split("\n\n") if fold(line)[:_RECOGNISED].strip() not in text]
    return "".join(f"<p>{_escaped(line)}</p>" for line in lines) + content


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _check(listed: Draft, page: Page) -> None:
    """Refuse a page with less text than its own excerpt."""
    length = sum(len(block.text) for block in blocks(page.content_html) if not block.region)
    excerpt = len(listed.text) - len(listed.title)
    if length < min(_LEAST, max(excerpt, 1)):
        raise ParseError(f"reading the page: {length} characters of text where an article was expected")


def _html(document: Document) -> str:
    """The page's HTML.

    Raises: ParseError if something else came, such as a PDF.
    """
    sort = (document.header("content-type") or "").partition(";")[0].strip().lower()
    if sort.startswith(_UNREADABLE) or document.body.startswith((b"%PDF", b"PK\x03\x04")):
        raise ParseError(f"reading the page: {sort or 'a file'} came, which is no page")
    return text_of(document.body, document.header("content-type"))


def _extracted(html: str) -> str:
    """The text of a page whose markup does not point it out. The library is large, so it is imported when needed."""
    found: str = importlib.import_module("watcher.parse.extraction").main_text(html)
    return found
