"""Two kinds as a third party would write them: one that chains requests, one that yields rows of a keyed table."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from pydantic import Field

from watcher.core.errors import ParseError
from watcher.core.model import Document, Entry, Parsed, Request, Row, SourceState
from watcher.sources.base import SourceOptions
from watcher.sources.feed.jsonfeed import load


class ListOptions(SourceOptions):
    """Where the list is."""

    url: str = Field(description="The address of the list.", default="https://list.example/index.json")


class Chained:
    """A list of pages in one document, each page in a document of its own: two requests for one entry."""

    kind: ClassVar[str] = "chained"
    Options: ClassVar[type[SourceOptions]] = ListOptions

    def __init__(self, options: SourceOptions) -> None:
        assert isinstance(options, ListOptions)
        self.options = options

    def plan(self, state: SourceState, now: datetime) -> Request:
        """The list."""
        return Request(url=self.options.url, etag=state.etag, last_modified=state.last_modified)

    def parse(self, document: Document, state: SourceState) -> Parsed:
        """The list gives requests for pages not read yet; a page gives its entry, and is read from then on."""
        found = load(document.body)
        if not isinstance(found, dict):
            raise ParseError("reading the list: no object came")
        seen = state.cursor.get("pages")
        asked = list(seen) if isinstance(seen, list | tuple) else []
        if document.request_url != self.options.url:
            entry = Entry(guid=str(found["id"]), link=document.final_url, title=str(found["title"]))
            return Parsed(entries=(entry,), cursor={"pages": [*asked, document.request_url]})
        if not isinstance(found.get("pages"), list):
            raise ParseError("reading the list: it names no pages")
        pages = [str(page) for page in found["pages"]]
        fresh = tuple(Request(url=page) for page in pages if page not in asked)
        return Parsed(next_requests=fresh, cursor={"pages": [page for page in asked if page in pages]})


class RowsOptions(SourceOptions):
    """Where the table is, and what identifies a row."""

    url: str = Field(description="The address of the table.", default="https://table.example/rows.json")
    key: str = Field(description="The field that names a row for good.", default="id")
    label: str = Field(description="The field that names it for readers.", default="name")


class Rows:
    """A keyed table as a JSON list of flat objects."""

    kind: ClassVar[str] = "rows"
    Options: ClassVar[type[SourceOptions]] = RowsOptions

    def __init__(self, options: SourceOptions) -> None:
        assert isinstance(options, RowsOptions)
        self.options = options

    def plan(self, state: SourceState, now: datetime) -> Request:
        """The table."""
        return Request(url=self.options.url, etag=state.etag, last_modified=state.last_modified)

    def parse(self, document: Document, state: SourceState) -> Parsed:
        """One row per object that has a key."""
        found = load(document.body)
        if not isinstance(found, list):
            raise ParseError("reading the table: no list came")
        return Parsed(rows=tuple(self._row(item) for item in found if item.get(self.options.key)))

    def _row(self, item: dict[str, object]) -> Row:
        fields = tuple((name, str(value)) for name, value in item.items() if value is not None)
        return Row(key=str(item[self.options.key]), label=str(item.get(self.options.label, "")), fields=fields)
