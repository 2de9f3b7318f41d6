"""Feeds: RSS, RDF, Atom and JSON Feed, told apart by what they hold, not by what their server calls them.

Never opens an address itself, and never takes a login page or an empty reply for a feed without news.
"""

from __future__ import annotations

import importlib
import re
from dataclasses import replace
from datetime import datetime
from typing import ClassVar, Final, Literal, Self
from urllib.parse import unquote

from pydantic import Field, model_validator

from watcher.core.errors import ParseError
from watcher.core.model import Document, Parsed, Request, SourceState
from watcher.core.text.html import title_text
from watcher.sources.base import SourceOptions
from watcher.sources.feed import jsonfeed, older
from watcher.sources.feed.identities import Identity, identified
from watcher.sources.feed.windows import FeedQuery, asking, differs, is_windowed, read_on
from watcher.sources.following import TextOptions
from watcher.sources.lists.paging import PagesOptions
from watcher.sources.lists.requests import Address, Headers, headed
from watcher.sources.lists.templates import tells_time

_ACCEPT: Final = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.1"
)
_BLANK: Final = b" \t\r\n\f\v\xef\xbb\xbf"
_HTML = re.compile(rb"<!doctype\s+html|<html[\s>]", re.IGNORECASE)
_TITLE = re.compile(rb"<title[^>]*>([^<]{0,300})", re.IGNORECASE)
_ROOT = re.compile(rb"<([A-Za-z_][\w:.-]{0,60})")


class FeedOptions(TextOptions):
    """What a feed needs to be known by."""

    url: Address = Field(description="The feed's address, http or https.")
    headers: Headers = Field(
        default={}, description="Further request headers, for feeds behind a key; values are secrets."
    )
    cache: Literal["revalidate_only"] | None = Field(
        default=None, description="revalidate_only: with `every: auto`, its max-age and ttl are no reason to wait."
    )
    pages: PagesOptions | None = Field(
        default=None, description="How its further pages are counted, read when nothing in it was known."
    )
    query: FeedQuery = Field(
        default={}, description="Parameters of the address; {since}, {now-1d:%Y%m%d} and the like are filled in."
    )
    backfill: Literal["wordpress", "none"] | None = Field(
        default=None,
        description="Where entries come from that were missed: wordpress asks its REST API; null: if it is one.",
    )
    identity: Identity | None = Field(
        default=None,
        description="`guid`: entries of one GUID are one; `title_source`: title, publisher and day tell them apart.",
    )

    websub: bool = Field(
        default=False, description="true: the feed's hub is asked to call when it changes; `every` stays as a net."
    )

    @model_validator(mode="after")
    def _askable(self) -> Self:
        if tells_time(unquote(self.url)):
            raise ValueError("url: placeholders belong into query")
        return self


class Feed:
    """A published list of articles."""

    kind: ClassVar[str] = "feed"
    Options: ClassVar[type[SourceOptions]] = FeedOptions

    def __init__(self, options: SourceOptions) -> None:
        assert isinstance(options, FeedOptions)
        self.options = options

    def plan(self, state: SourceState, now: datetime) -> Request:
        """A GET, conditional where the feed is always asked for alike."""
        own = tuple((name.lower(), value.get_secret_value()) for name, value in self.options.headers.items())
        accept = () if any(name == "accept" for name, _ in own) else (("accept", _ACCEPT),)
        asked = asking(self.options.url, self.options.query, self.options.pages, state.cursor, now)
        request = replace(asked, headers=accept + own)
        if differs(self.options.query):
            return request
        return replace(request, etag=state.etag, last_modified=state.last_modified)

    def keyed(self, request: Request) -> Request:
        """The request with its secret headers, if it goes to the feed's own origin."""
        return headed(request, self.options.headers, self.options.url, (("accept", _ACCEPT),))

    def older(self, document: Document, since: datetime) -> Request | None:
        """The request for what came since then and is listed no more; None where there is no way to it."""
        if is_windowed(self.options.query):
            return None
        if self.options.backfill != "none":
            root = older.posts_root(document.final_url)
            if root is not None and (self.options.backfill == "wordpress" or older.is_wordpress(document.beginning)):
                return older.posts(root, 1, since)
        return older.next_page(document, self.options.pages, 1, since)

    def parse(self, document: Document, state: SourceState) -> Parsed:
        """The feed's entries, in its own order. Only one that is asked for a stretch of time has a cursor.

        Raises: ParseError if something else than a feed came; it says what.
        """
        step = older.read_step(document.step)
        if step is None:
            found, options = self._feed(document), self.options
            windowed = is_windowed(options.query)
            return (
                read_on(found, document, options.url, options.query, options.pages, state.cursor) if windowed else found
            )
        kind, page, since = step
        if kind == older.POSTS:
            return older.read_posts(document, page, since)
        found = self._feed(document)
        further = (
            None if older.reaches(found.entries, since) else older.next_page(document, self.options.pages, page, since)
        )
        return replace(found, next_requests=() if further is None else (further,))

    def _feed(self, document: Document) -> Parsed:
        start = document.body[:64].lstrip(_BLANK)
        if not start and not document.body.strip(_BLANK):
            raise ParseError("reading the feed: an empty reply came instead")
        if start[:1] in {b"{", b"["}:
            return self._told_apart(jsonfeed.parse(document))
        found = _read_xml(document)
        if found is None or (not found.entries and _HTML.search(document.body, 0, 2048)):
            raise ParseError(f"reading the feed: {_what(document)} came instead")
        return self._told_apart(found)

    def _told_apart(self, found: Parsed) -> Parsed:
        return replace(found, entries=identified(found.entries, self.options.identity))


def _read_xml(document: Document) -> Parsed | None:
    """What the readers of XML find; only workers import them, and the daemon never reads a feed."""
    found: Parsed | None = importlib.import_module("watcher.sources.feed.xml").parse(document)
    return found


def _what(document: Document) -> str:
    """What a document is that holds no feed, in words."""
    head = document.body[:65536]
    if _HTML.search(head):
        title = _TITLE.search(head)
        name = title_text(title[1].decode("utf-8", "replace"), markup=True)[:120] if title else ""
        return f'an HTML page titled "{name}"' if name else "an HTML page without a title"
    root = _ROOT.search(head)
    if root is not None and head.lstrip(_BLANK).startswith(b"<"):
        return f"an XML document <{root[1].decode('ascii', 'replace')}>"
    return f"{len(document.body)} bytes that are neither XML nor JSON"
