"""Sitemaps, those of news and plain ones, plain or gzipped; an index leads to its newest sitemaps.

Never expands an entity and never inflates without a bound: a sitemap has no use for a document type.
Source: https://www.sitemaps.org/protocol.html and Google's schema sitemap-news/0.9.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import ClassVar, Final, Never
from xml.parsers import expat

from pydantic import Field

from watcher.core.errors import ParseError
from watcher.core.model import Document, Entry, Json, Parsed, Request, SourceState
from watcher.core.text.html import title_text
from watcher.core.urls import http_url
from watcher.sources.base import SourceOptions
from watcher.sources.following import FollowingOptions
from watcher.sources.lists.jsontext import quoted
from watcher.sources.lists.paths import Pattern, pattern
from watcher.sources.lists.requests import Address, Headers, headed
from watcher.sources.lists.times import read_moment

_ACCEPT: Final = (("accept", "application/xml, text/xml;q=0.9, application/gzip;q=0.8, */*;q=0.1"),)
_INFLATED: Final = 50 << 20
"""Bytes of one sitemap. Source: the protocol's own limit, uncompressed."""
_MOST: Final = 50_000
"""Addresses of one sitemap. Source: the protocol."""
_GZIP: Final = b"\x1f\x8b"
_PAGE: Final = re.compile(rb"<!doctype\s+html|<html[\s>]", re.IGNORECASE)
_TEXT_LIMIT: Final = 4_096
_NEWS: Final = "sitemap-news"
_IN_INDEX: Final = "sitemap"
_KNOWN_MAPS: Final = 500
_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)


class SitemapOptions(FollowingOptions):
    """Where the sitemap is, and what of it is read."""

    url: Address = Field(description="The address of a sitemap or of an index of sitemaps, http or https.")
    headers: Headers = Field(default={}, description="Further request headers; values are secrets.")
    news: bool = Field(default=False, description="true: only pages that the sitemap calls news, by their titles.")
    newest: int = Field(default=200, ge=1, le=5_000, description="The most pages taken, the newest by their dates.")
    sitemaps: int = Field(default=3, ge=1, le=15, description="The most sitemaps of an index read in one poll.")
    match: Pattern | None = Field(
        default=None, description="A pattern of RE2 that a page's address must hold, such as /news/."
    )
    language: str | None = Field(
        default=None,
        pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$",
        description="The language of its articles (`de`), where the guess from the title is wrong.",
    )


@dataclass(slots=True)
class _Listed:
    """One `url` or `sitemap` element: its own texts by local name, those of news apart."""

    own: dict[str, str] = field(default_factory=dict)
    news: dict[str, str] = field(default_factory=dict)


class Sitemap:
    """A list of a site's pages for machines."""

    kind: ClassVar[str] = "sitemap"
    Options: ClassVar[type[SourceOptions]] = SitemapOptions

    def __init__(self, options: SourceOptions) -> None:
        assert isinstance(options, SitemapOptions)
        self.options = options

    def plan(self, state: SourceState, now: datetime) -> Request:  # noqa: ARG002 - a sitemap is asked alike at any time
        """A conditional GET."""
        return self.keyed(Request(url=self.options.url, etag=state.etag, last_modified=state.last_modified, large=True))

    def keyed(self, request: Request) -> Request:
        """The request with the configured headers, if it goes to the sitemap's own origin."""
        return headed(request, self.options.headers, self.options.url, _ACCEPT)

    def parse(self, document: Document, state: SourceState) -> Parsed:
        """The newest pages, newest first; of an index, requests for its sitemaps that changed since the last poll.

        Raises: ParseError if no sitemap came; it says what did.
        """
        root, listed, cut = _read(document)
        warnings = (f"more than {_MOST:,} addresses; the rest was not read",) if cut else ()
        if root == "sitemapindex":
            if document.step == _IN_INDEX:
                raise ParseError("reading the sitemap: an index within an index came, which the protocol forbids")
            return self._index(listed, document, state.cursor, warnings)
        if root != "urlset":
            raise ParseError(f"reading the sitemap: an XML document <{root[:60]}> came instead")
        entries = self._entries(listed, document.final_url)
        return Parsed(entries=entries, cursor=state.cursor, warnings=warnings)

    def _index(self, listed: Iterable[_Listed], document: Document, cursor: Json, warnings: tuple[str, ...]) -> Parsed:
        """The requests for the newest sitemaps; one whose stated time is the last poll's is not asked for again."""
        seen = cursor.get("maps")
        known = seen if isinstance(seen, Mapping) else {}
        dated = [(url, each.own.get("lastmod", "")) for each in listed if (url := _url(each, document.final_url))]
        ordered = sorted(dated, key=lambda pair: _time(pair[1]), reverse=True)
        chosen = ordered[: self.options.sitemaps]
        fresh = [url for url, lastmod in chosen if not lastmod or known.get(url) != lastmod]
        return Parsed(
            next_requests=tuple(Request(url=url, step=_IN_INDEX, large=True) for url in fresh),
            cursor={"maps": dict(chosen[:_KNOWN_MAPS])},
            warnings=warnings,
        )

    def _entries(self, listed: Iterable[_Listed], base: str) -> tuple[Entry, ...]:
        """The newest pages that are wanted, newest first; of one address only the newest."""
        wanted = pattern(self.options.match) if self.options.match is not None else None
        found: dict[str, Entry] = {}
        for each in sorted((each for each in listed if each.news or not self.options.news), key=_age, reverse=True):
            url = _url(each, base)
            if url is not None and url not in found and (wanted is None or wanted.search(url)):
                found[url] = _entry(url, each)
                if len(found) == self.options.newest:
                    break
        return tuple(found.values())


def _age(listed: _Listed) -> datetime:
    return _time(listed.news.get("publication_date") or listed.own.get("lastmod", ""))


def _entry(url: str, listed: _Listed) -> Entry:
    published, flags = read_moment(listed.news.get("publication_date"))
    updated, updated_flags = read_moment(listed.own.get("lastmod"))
    return Entry(
        link=url,
        title=title_text(listed.news.get("title", ""), markup=True),
        published=published,
        updated=updated,
        language=listed.news.get("language") or None,
        origin_name=title_text(listed.news.get("name", ""), markup=True),
        flags=flags if published else updated_flags,
    )


def _url(listed: _Listed, base: str) -> str | None:
    return http_url(listed.own.get("loc", ""), base)


def _time(stated: str) -> datetime:
    return read_moment(stated)[0] or _LONG_AGO


def _read(document: Document) -> tuple[str, list[_Listed], bool]:
    """The name of the root element, what it lists, and whether it lists more than was read."""
    body = _inflated(document.body).lstrip(b" \t\r\n\0")
    if not body:
        raise ParseError("reading the sitemap: an empty reply came instead")
    came = quoted(body[:16384].decode("utf-8", "replace"))
    if _PAGE.match(body):
        raise ParseError(f"reading the sitemap: {came} came instead")
    reader = _Reader(_encoding(body))
    try:
        reader.parser.Parse(body, True)
    except expat.ExpatError as error:
        if reader.root not in {"urlset", "sitemapindex"}:
            raise ParseError(f"reading the sitemap: {came} came instead") from error
        raise ParseError(f"reading the sitemap: not well-formed XML: {error}") from error
    except (LookupError, ValueError) as error:
        raise ParseError("reading the sitemap: it is in an encoding that is not known") from error
    return reader.root, reader.listed, reader.cut


def _encoding(body: bytes) -> str | None:
    """UTF-8 if that is what it is, whatever it declares; else None, for what it declares."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return "utf-8"


def _inflated(body: bytes) -> bytes:
    """The body, inflated if it is a gzip file, up to the protocol's limit."""
    if not body.startswith(_GZIP):
        return body
    inflater = zlib.decompressobj(wbits=31)
    try:
        text = inflater.decompress(body, _INFLATED)
    except zlib.error as error:
        raise ParseError("reading the sitemap: a broken gzip file came") from error
    if not inflater.eof and not inflater.unconsumed_tail:
        raise ParseError("reading the sitemap: a broken gzip file came")
    if inflater.unconsumed_tail:
        raise ParseError(f"reading the sitemap: inflated it is larger than {_INFLATED >> 20} MiB")
    return text


class _Reader:
    """One walk over the XML; it keeps the texts of `url` and `sitemap` elements and forgets the rest."""

    __slots__ = ("_depth", "_now", "_text", "cut", "listed", "parser", "root")

    def __init__(self, encoding: str | None) -> None:
        self.root = ""
        self.listed: list[_Listed] = []
        self.cut = False
        self._depth = 0
        self._now: _Listed | None = None
        self._text: list[str] | None = None
        self.parser = expat.ParserCreate(encoding, " ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.StartDoctypeDeclHandler = self._doctype

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        self._depth += 1
        local = name.rpartition(" ")[2]
        if self._depth == 1:
            self.root = local
        elif self._depth == 2 and local in {"url", "sitemap"}:  # noqa: PLR2004 - the root's children
            self.cut = self.cut or len(self.listed) >= _MOST
            self._now = None if self.cut else _Listed()
            if self._now is not None:
                self.listed.append(self._now)
        self._text = [] if self._now is not None else None

    def _end(self, name: str) -> None:
        self._depth -= 1
        space, _, local = name.rpartition(" ")
        if self._now is not None and self._text is not None:
            text = "".join(self._text).strip()[:_TEXT_LIMIT]
            if _NEWS in space:
                self._now.news.setdefault(local, text)
            elif self._depth == 2:  # noqa: PLR2004 - an element's own child, not an image's
                self._now.own.setdefault(local, text)
        self._text = None
        if self._depth == 1:
            self._now = None

    def _characters(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def _doctype(self, *_declared: object) -> Never:
        raise ParseError("reading the sitemap: it declares a document type")
