"""Pages made for people that list links: items by a selector, their parts by `selector@attribute`.

Never takes a page on which nothing fits any more for a page without news.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Annotated, ClassVar, Final, Self

from pydantic import AfterValidator, Field, ValidationInfo, model_validator
from selectolax.lexbor import LexborHTMLParser

from watcher.core.errors import ParseError
from watcher.core.model import Document, Parsed, Request, SourceState
from watcher.core.text.charsets import text_of
from watcher.core.text.html import title_text
from watcher.core.urls import http_url
from watcher.sources.base import BROWSER, SourceOptions
from watcher.sources.lists.listing import Id, Item, ListingOptions, entries_of, masking
from watcher.sources.lists.mapping import FieldName, IdPattern, checked_names
from watcher.sources.lists.markup import instead, parsed, value_at, values_of
from watcher.sources.lists.paging import PagesOptions, page_number, turn
from watcher.sources.lists.paths import Css, CssField, selector
from watcher.sources.lists.requests import headed, with_query

_FIRST: Final = "list"
_ACCEPT: Final = (("accept", "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"),)


def _id(id_: Id | None, info: ValidationInfo) -> Id | None:
    """An identity whose places are names of fields or selectors."""
    match id_:
        case None:
            places: tuple[str, ...] = ()
        case str():
            places = (id_,)
        case IdPattern():
            places = (id_.from_, *([id_.else_] if id_.else_ else []))
        case _:
            places = id_
    for place in places:
        if place not in info.data.get("fields", {}):
            selector(place)
    return id_


class PageListOptions(ListingOptions):
    """Where the items stand on the page, and what they say."""

    ignore: tuple[Css, ...] = Field(
        default=(), max_length=50, description="Selectors of elements that are taken off the page first."
    )
    item: Css = Field(description="The selector of one item of the list.")
    fields: Annotated[Mapping[FieldName, CssField], AfterValidator(checked_names)] = Field(
        min_length=1, description="Name to selector@attribute in an item (without @, its text); see the docs for names."
    )
    id: Annotated[Id | None, AfterValidator(_id)] = Field(
        default=None, description="What identifies an item for good: a field, a selector, or {regex, from, else}."
    )
    next: CssField | None = Field(
        default=None, description="The link to the next page, such as a[rel=next]; its href unless another is named."
    )
    pages: PagesOptions | None = Field(
        default=None, description="How further pages are counted, or how far `next` is followed."
    )
    empty: Css | None = Field(
        default=None, description="What stands on the page when there is nothing to list; then no item is no fault."
    )
    browser: bool = Field(default=False, description=BROWSER)

    @model_validator(mode="after")
    def _countable(self) -> Self:
        if self.pages is not None and self.pages.param is None and self.next is None:
            raise ValueError("pages: nothing counts them; write param:, or next: for the link to the next page")
        return self


class PageList:
    """A page that lists links."""

    kind: ClassVar[str] = "page_list"
    Options: ClassVar[type[SourceOptions]] = PageListOptions

    def __init__(self, options: SourceOptions) -> None:
        assert isinstance(options, PageListOptions)
        self.options = options
        self._pages = options.pages or (PagesOptions() if options.next is not None else None)

    def plan(self, state: SourceState, now: datetime) -> Request:  # noqa: ARG002 - a page is asked alike at any time
        """A conditional GET of the first page."""
        request = self.keyed(self._counted(1))
        return replace(request, etag=state.etag, last_modified=state.last_modified)

    def keyed(self, request: Request) -> Request:
        """The request with the configured headers, if it goes to the list's own origin."""
        return headed(request, self.options.headers, self.options.url, _ACCEPT)

    def parse(self, document: Document, state: SourceState) -> Parsed:
        """The items of one page in their order, and the request for the next page if there may be one.

        Raises: ParseError if nothing on the page fits; it says what is there instead.
        """
        try:
            return self._page(document, state, page_number(document.step))
        except ParseError as error:
            raise masking(error, document) from error

    def _page(self, document: Document, state: SourceState, page: int) -> Parsed:
        options = self.options
        tree = parsed(text_of(document.body, document.header("content-type")), options.ignore)
        items = self._items(tree, page)
        listed = entries_of(
            items, options, options.id, options.fields, document.final_url, _base(tree, document.final_url)
        )
        following = turn(self._pages, state.cursor, page, listed.entries)
        title = tree.css_first("title")
        name = title_text(title.text(), markup=False) if title is not None else ""
        if following.repeats:
            warning = f"page {page} repeats an earlier one; no further is asked for"
            return Parsed(cursor=following.trail, title=name, warnings=(warning,))
        request = self._next(tree, document, page + 1) if following.more else None
        return Parsed(
            entries=listed.entries,
            next_requests=(request,) if request is not None else (),
            cursor=following.trail,
            title=name,
            warnings=listed.warnings,
        )

    def _items(self, tree: LexborHTMLParser, page: int) -> Iterator[Item]:
        nodes = tree.css(self.options.item)
        if not nodes and page == 1 and not self._says_empty(tree):
            wanted = self.options.item
            raise ParseError(f'reading the page: its layout changed: 0 items match "{wanted}"; {instead(tree, wanted)}')
        for node in nodes:
            yield Item(values=values_of(node, self.options.fields), place=partial(value_at, node))

    def _says_empty(self, tree: LexborHTMLParser) -> bool:
        return self.options.empty is not None and tree.css_first(self.options.empty) is not None

    def _next(self, tree: LexborHTMLParser, document: Document, page: int) -> Request | None:
        """The request for a further page, or None where the page names none."""
        if self.options.next is None:
            return self._counted(page)
        wanted = selector(self.options.next)
        found = wanted.first(tree)
        link = found.attributes.get(wanted.attribute or "href") if found is not None else None
        url = http_url(link, _base(tree, document.final_url)) if link else None
        if url is None or url.partition("#")[0] == document.request_url:
            return None
        return self._request(url, page)

    def _counted(self, page: int) -> Request:
        pages = self.options.pages
        pairs = []
        if pages is not None and pages.param is not None and (page > 1 or self.options.next is None):
            pairs = [(pages.param, str(pages.start + (page - 1) * pages.step))]
        return self._request(with_query(self.options.url, pairs), page)

    def _request(self, url: str, page: int) -> Request:
        options = self.options
        return Request(
            url=url,
            step=_FIRST if page == 1 else f"page {page}",
            page=True,
            render=options.browser,
            wanted=", ".join(filter(None, (options.item, options.empty))) if options.browser else "",
            end_on=self._end_on() if page > 1 else (),
        )

    def _end_on(self) -> tuple[int, ...]:
        return self.options.pages.end_on if self.options.pages is not None else ()


def _base(tree: LexborHTMLParser, url: str) -> str:
    """What relative links on the page are relative to. Source: HTML, the base element."""
    base = tree.css_first("base[href]")
    href = base.attributes.get("href") if base is not None else None
    return (http_url(href, url) if href else None) or url
