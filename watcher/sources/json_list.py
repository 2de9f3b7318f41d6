"""Lists in JSON: asked by GET or POST, found and mapped by paths; HTML inside JSON is mapped by selectors.

Never obeys max-age and never trusts a total; a reply without its list is no silence unless it says that it has none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Annotated, ClassVar, Final, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, ValidationInfo, model_validator

from watcher.core.errors import ParseError
from watcher.core.model import Document, Json, Parsed, Request, SourceState
from watcher.core.urls import http_url
from watcher.sources.base import SourceOptions
from watcher.sources.lists.asking import AskingOptions, changes, list_request
from watcher.sources.lists.discovering import found_on
from watcher.sources.lists.jsontext import read_json
from watcher.sources.lists.listing import Id, Item, entries_of, masking
from watcher.sources.lists.mapping import FieldName, IdPattern, checked_names, plain
from watcher.sources.lists.markup import instead, parsed, value_at, values_of
from watcher.sources.lists.paging import PagesOptions, page_number, turn
from watcher.sources.lists.paths import Css, JsonPath, json_path, look, selector
from watcher.sources.lists.replies import described, list_at
from watcher.sources.lists.requests import headed
from watcher.sources.lists.templates import Values

_DISCOVER: Final = "discover"
_ACCEPT: Final = "application/json, */*;q=0.1"
_KEPT_LENGTH: Final = 500


def _place(text: str, info: ValidationInfo) -> str:
    """A path, or a selector where the items are HTML."""
    if info.data.get("items_html"):
        selector(text)
    else:
        json_path(text)
    return text


def _id(id_: Id | None, info: ValidationInfo) -> Id | None:
    """An identity whose places are names of fields, paths or selectors."""
    fields = info.data.get("fields", {})
    if isinstance(id_, IdPattern):
        named = (id_.from_, *([id_.else_] if id_.else_ else []))
    else:
        named = (id_,) if isinstance(id_, str) else tuple(id_ or ())
    for name in named:
        if name not in fields:
            _place(name, info)
    return id_


class JsonOptions(AskingOptions):
    """How a list in JSON is asked for, and what its items say."""

    items: JsonPath = Field(default="@", description="Where in the reply the list lies, as JMESPath; @ is the reply.")
    items_may_be_absent: bool = Field(
        default=False, description="true: a reply without the list has no hits, even where it counts nothing."
    )
    zip: bool = Field(default=False, description="true: at `items` lies a mapping of columns, each a list.")
    items_html: JsonPath | None = Field(
        default=None, description="Where in the reply a text lies that is HTML; `item` and `fields` then select in it."
    )
    item: Css | None = Field(default=None, description="The selector of one item in that HTML.")
    fields: Annotated[Mapping[FieldName, Annotated[str, AfterValidator(_place)]], AfterValidator(checked_names)] = (
        Field(
            min_length=1,
            description="Name to JMESPath in an item (in HTML: selector@attribute); see the docs for names.",
        )
    )
    id: Annotated[Id | None, AfterValidator(_id)] = Field(
        default=None, description="What identifies an item for good: a field, a path, several, or {regex, from, else}."
    )

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        if (self.items_html is None) != (self.item is None):
            raise ValueError("items_html and item go together: the HTML, and the selector of one item in it")
        if self.items_html is not None and (self.zip or self.items != "@"):
            raise ValueError("items_html takes the place of items and zip")
        return self


class JsonList:
    """A list in JSON."""

    kind: ClassVar[str] = "json"
    Options: ClassVar[type[SourceOptions]] = JsonOptions

    def __init__(self, options: SourceOptions) -> None:
        assert isinstance(options, JsonOptions)
        self.options = options
        self._zone = ZoneInfo(options.zone)
        self._pages = options.pages or (PagesOptions() if options.next is not None else None)

    def plan(self, state: SourceState, now: datetime) -> Request:
        """The page that names parameters, if there is one; else the list, conditional if always asked alike."""
        if self.options.discover is not None:
            return self.keyed(Request(url=self.options.discover.page, step=_DISCOVER, page=True))
        request = self.keyed(list_request(self.options, self._values(state.cursor, now, 1)))
        conditional = request.method == "GET" and self.options.cache == "revalidate_only"
        if not conditional or changes(self.options):
            return request
        return replace(request, etag=state.etag, last_modified=state.last_modified)

    def keyed(self, request: Request) -> Request:
        """The request with the configured headers, if it goes to the list's own origin."""
        accept = ("accept", "text/html, */*;q=0.1" if request.step == _DISCOVER else _ACCEPT)
        form = "application/x-www-form-urlencoded" if self.options.body_as == "form" else "application/json"
        defaults = (accept,) if request.body is None else (accept, ("content-type", form))
        return headed(request, self.options.headers, self.options.url, defaults)

    def parse(self, document: Document, state: SourceState) -> Parsed:
        """The items of one page in their order, and the request for the next page if there may be one.

        Raises: ParseError if the list is not there, or none of its items says anything; it says what came.
        """
        try:
            if self._is_discovery(document):
                return self._discovered(document, state)
            return self._page(document, state, page_number(document.step))
        except ParseError as error:
            raise masking(error, document) from error

    def _is_discovery(self, document: Document) -> bool:
        discover = self.options.discover
        return discover is not None and (
            document.step == _DISCOVER or (not document.step and document.request_url == discover.page)
        )

    def _discovered(self, document: Document, state: SourceState) -> Parsed:
        assert self.options.discover is not None
        cursor = {**state.cursor, "found": found_on(document, self.options.discover)}
        request = list_request(self.options, self._values(cursor, document.fetched, 1))
        return Parsed(next_requests=(request,), cursor=cursor)

    def _page(self, document: Document, state: SourceState, page: int) -> Parsed:
        reply = read_json(document)
        items = self._items(reply, page)
        listed = entries_of(items, self.options, self.options.id, self.options.fields, document.final_url)
        following = turn(self._pages, state.cursor, page, listed.entries)
        cursor = {**following.trail, **self._kept(reply, state.cursor, page)}
        if following.repeats:
            return Parsed(cursor=cursor, warnings=(f"page {page} repeats an earlier one; no further is asked for",))
        request = self._next(reply, document, cursor, page + 1) if following.more else None
        return Parsed(
            entries=listed.entries,
            next_requests=(request,) if request is not None else (),
            cursor=cursor,
            warnings=listed.warnings,
        )

    def _items(self, reply: object, page: int) -> Iterator[Item]:
        """The items of a reply."""
        options = self.options
        if options.items_html is not None:
            assert options.item is not None
            yield from _html_items(look(options.items_html, reply), reply, options, page)
            return
        absent = options.items_may_be_absent or page > 1
        for item in list_at(reply, options.items, may_be_absent=absent, columns=options.zip):
            values = {name: look(path, item) for name, path in options.fields.items()}
            yield Item(values=values, place=partial(_looked_up, item))

    def _kept(self, reply: object, cursor: Json, page: int) -> dict[str, object]:
        """What else goes into the cursor: what is kept for the next poll, and what this one goes on with."""
        found = {"found": cursor["found"]} if "found" in cursor else {}
        if not self.options.cursor:
            return found
        before = _texts(cursor.get("before" if page > 1 else "kept"))
        fresh = {name: plain(look(path, reply))[:_KEPT_LENGTH] for name, path in self.options.cursor.items()}
        kept = _texts(cursor.get("kept")) if page > 1 else before | {name: text for name, text in fresh.items() if text}
        return {**found, "kept": kept, "before": before}

    def _next(self, reply: object, document: Document, cursor: Json, page: int) -> Request | None:
        """The request for a further page, or None where the reply names none."""
        values = self._values(cursor, document.fetched, page)
        match self.options.next:
            case None:
                return list_request(self.options, values)
            case str() as path:
                url = http_url(plain(look(path, reply)), document.final_url)
                if url is None or url == document.request_url:
                    return None
                return Request(
                    url=url, step=f"page {page}", end_on=self.options.pages.end_on if self.options.pages else ()
                )
            case following:
                token = plain(look(following.token, reply))
                return list_request(self.options, values, (following.param, token)) if token else None

    def _values(self, cursor: Json, now: datetime, page: int) -> Values:
        pages = self.options.pages or PagesOptions()
        return Values(
            now=now,
            zone=self._zone,
            page=page,
            start=pages.start + (page - 1) * pages.step,
            cursor=_texts(cursor.get("before" if page > 1 else "kept")),
            found=_texts(cursor.get("found")),
        )


def _html_items(html: object, reply: object, options: JsonOptions, page: int) -> Iterator[Item]:
    """The items of HTML inside a reply."""
    assert options.item is not None
    if not isinstance(html, str) or not html.strip():
        if page > 1:
            return
        raise ParseError(f'reading the list: no HTML lies at "{options.items_html}": {described(reply)}')
    tree = parsed(f"<table>{html}</table>" if html.lstrip()[:3].lower() == "<tr" else html)
    nodes = tree.css(options.item)
    if not nodes and page == 1:
        raise ParseError(
            f'reading the list: its layout changed: 0 items match "{options.item}"; {instead(tree, options.item)}'
        )
    for node in nodes:
        yield Item(values=values_of(node, options.fields), place=partial(value_at, node))


def _looked_up(item: object, path: str) -> object:
    return look(path, item)


def _texts(value: object) -> dict[str, str]:
    return {str(key): str(each) for key, each in value.items()} if isinstance(value, Mapping) else {}
