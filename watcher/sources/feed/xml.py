"""RSS, RDF and Atom read and mapped to entries; feedparser is never given a name, a string or an address to open."""

from __future__ import annotations

import html as entities
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import feedparser

from watcher.core.errors import ParseError
from watcher.core.model import Document, Entry, Parsed
from watcher.core.text.html import BODY_LIMIT, title_text
from watcher.core.urls import http_url, link_on
from watcher.sources.feed import strict

feedparser.api.PREFERRED_XML_PARSERS.clear()
"""It asks for a parser of a long gone library first: a search through the whole path, 2 ms for every document."""

_RAISES: Final = (ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What feedparser lets through on hostile input: lying charsets, broken IPv6 links, absurd dates, deep nesting."""
_UTF8: Final = {"content-type": "application/xml; charset=utf-8"}
_ANY_CHARSET: Final = {"content-type": "application/xml"}
_OTHER_ASCII = re.compile(rb"\x1b|encoding=['\"](?:utf-?7|hz|iso-2022)", re.IGNORECASE)
"""Signs that plain ASCII bytes stand for something else."""
_OWN = re.compile(r"(?!media_|dc_|thr_|slash_|wfw_)[a-z0-9]+_(?!detail|parsed)[a-z0-9]+")
"""How feedparser calls an element of a namespace that it does not know."""
_OWN_LENGTH = 300
_HAS_ZONE = re.compile(r"(?:[+-]\d{1,2}:?\d{2}|\b[A-Z]{1,5})\)?\s*$|^\d{8}T\d{6}Z$")

_Raw = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Context:
    """What all entries of a document share."""

    base: str
    language: str | None
    atom: bool


def parse(document: Document) -> Parsed | None:
    """The feed in a document, or None if it holds none.

    Raises: ParseError if feedparser fails on it in every way of reading.
    """
    result = _read(document)
    feed: _Raw = result["feed"]
    if not result["entries"] and not result.get("version"):
        return None
    language = dict.get(feed, "language")
    context = _Context(
        base=document.final_url,
        language=language if isinstance(language, str) else None,
        atom=str(result.get("version")).startswith("atom"),
    )
    bozo = result.get("bozo_exception") if result.get("bozo") else None
    return Parsed(
        entries=tuple(_entry(raw, context) for raw in result["entries"]),
        title=title_text(_text(feed, "title"), markup=True),
        warnings=(f"not well-formed: {type(bozo).__name__}",) if bozo is not None else (),
    )


def _read(document: Document) -> _Raw:
    """The view that feedparser has of the document, without asking it where that is plain."""
    body = document.body
    if _is_utf8(body):
        result = strict.read(body) or _feedparser(body, _UTF8)
        if result is not None:
            return result
    headers = {name: value for name in ("content-type", "content-language") if (value := document.header(name))}
    readings = [found for attempt in (headers, _ANY_CHARSET, {}) if (found := _feedparser(body, attempt)) is not None]
    if not readings:
        raise ParseError("reading the feed: feedparser failed on it in every encoding")
    return next((found for found in readings if found["entries"] or found.get("version")), readings[0])


def _is_utf8(body: bytes) -> bool:
    """Whether the bytes are UTF-8, whatever header and declaration say: other texts hardly ever are by chance."""
    if b"\x00" in body or (body.isascii() and _OTHER_ASCII.search(body, 0, 4096)):
        return False
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _feedparser(body: bytes, headers: Mapping[str, str]) -> _Raw | None:
    """One pass of feedparser, or None if it raised.

    Relative links stay as they are (no Content-Location): resolving every element's base costs a sixth of the
    time, and the mapping resolves the one link it wants.
    """
    try:
        result: _Raw = feedparser.parse(
            io.BytesIO(body), response_headers=dict(headers), sanitize_html=False, resolve_relative_uris=False
        )
    except _RAISES:
        return None
    return result


def _entry(raw: _Raw, context: _Context) -> Entry:
    """One item as an entry, however little it says."""
    detail = dict.get(raw, "title_detail") or {}
    plain = context.atom and dict.get(detail, "type") == "text/plain"
    title = title_text(_text(raw, "title"), markup=not plain)
    content, summary = _bodies(raw, context)
    published, flags = _published(raw)
    source = dict.get(raw, "source") or {}
    guid, link = _text(raw, "id").strip() or None, _link(raw, context)
    if not (title or content or summary or link):
        title, summary = _own_elements(raw, guid)
    return Entry(
        guid=guid,
        link=link,
        title=title,
        summary_html=summary,
        content_html=content,
        author=title_text(_text(raw, "author"), markup=True),
        published=published,
        updated=_moment(dict.get(raw, "updated_parsed")),
        language=_text(raw, "language") or dict.get(detail, "language") or context.language,
        origin_name=title_text(_text(source, "title"), markup=True),
        origin_url=http_url(_text(source, "href") or _text(source, "link")) or "",
        flags=flags,
    )


def _own_elements(raw: _Raw, guid: str | None) -> tuple[str, str]:
    """Title and text of an item that says all in elements of the publisher's own, as services for programs do."""
    values = {
        name.partition("_")[2]: value.strip()[:_OWN_LENGTH]
        for name, value in dict.items(raw)
        if isinstance(value, str) and value.strip() not in {"", guid} and _OWN.fullmatch(name)
    }
    lines = "".join(f"<p>{entities.escape(f'{name}: {value}', quote=False)}</p>" for name, value in values.items())
    return ", ".join(values.values())[:_OWN_LENGTH], lines


def _text(raw: _Raw, name: str) -> str:
    """A text field, or nothing: a crafted feed can put other things in its place."""
    value = dict.get(raw, name)  # FeedParserDict's own get is slow, warns, and answers with other fields
    return value if isinstance(value, str) else ""


def _bodies(raw: _Raw, context: _Context) -> tuple[str, str]:
    """Content and summary as HTML, each cut; the fuller text is the content, a copy of it is no summary."""
    contents = dict.get(raw, "content") or ()
    content = max((_html(part, _text(part, "value"), context) for part in contents), key=len, default="")
    summary = _html(dict.get(raw, "summary_detail") or {}, _text(raw, "summary"), context)
    if content and len(summary) > len(content):
        content, summary = summary, content
    return content[:BODY_LIMIT], "" if summary == content else summary[:BODY_LIMIT]


def _html(detail: _Raw, value: str, context: _Context) -> str:
    """A text construct as HTML: what is declared plain is escaped, so that its signs stay signs."""
    if context.atom and dict.get(detail, "type") == "text/plain":
        return entities.escape(value[:BODY_LIMIT], quote=False)
    return value


def _link(raw: _Raw, context: _Context) -> str | None:
    """The item's own page, absolute; never its comments."""
    for name in ("feedburner_origlink", "link"):
        link = link_on(context.base, _text(raw, name)) if dict.get(raw, name) else None
        if link:
            return link
    for other in dict.get(raw, "links") or ():
        if dict.get(other, "rel") == "alternate":
            link = link_on(context.base, _text(other, "href"))
            if link:
                return link
    return None


def _published(raw: _Raw) -> tuple[datetime | None, tuple[str, ...]]:
    """The stated time, and whether its zone or its hour was missing or nothing of it could be read."""
    for name in ("published", "created", "updated"):
        moment = _moment(dict.get(raw, f"{name}_parsed"))
        if moment is not None:
            stated = _text(raw, name)
            if ":" not in stated and "T" not in stated:
                return moment, ("date_only",)
            return moment, () if _HAS_ZONE.search(stated) else ("zoneless",)
    unread = any(_text(raw, name).strip() for name in ("published", "created", "updated"))
    return None, ("unreadable_date",) if unread else ()


def _moment(parts: object) -> datetime | None:
    """Nine numbers in GMT as a time, or None where the calendar has no such moment."""
    if not isinstance(parts, tuple) or len(parts) < 6:  # noqa: PLR2004 - year to second
        return None
    year, month, day, hour, minute, second = parts[:6]
    try:
        return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
    except (ValueError, TypeError, OverflowError):
        return None
