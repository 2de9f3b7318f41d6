"""Pages that are watched for changes of their text; each change is an entry that says what came and what went.

Never takes a page that lost its text (another layout, a challenge, a login) for one on which everything was removed.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Annotated, ClassVar, Final

from pydantic import AfterValidator, Field
from selectolax.lexbor import LexborHTMLParser, LexborNode

from watcher.core.errors import ParseError
from watcher.core.model import Document, Entry, Json, Parsed, Request, SourceState
from watcher.core.pages.article import is_selector, page_tree
from watcher.core.pages.changes import Changes, changes, shown
from watcher.core.pages.head import read_head, without_site
from watcher.core.text.boilerplate import is_no_text
from watcher.core.text.charsets import text_of
from watcher.core.text.html import blocks
from watcher.core.urls import http_url, passage
from watcher.core.watching.pages import WORDS, stand_in
from watcher.sources.base import BROWSER, SourceOptions

_LEAST: Final = 40
"""Characters below which a page says nothing that could be watched."""
_KEPT: Final = 3_000
"""Paragraphs of a page that are remembered."""
_STILL: Final = 0.5
"""Share of the last text from which a page is the same one, whatever form or box stands on it now."""
_TITLE_PART: Final = 120


def _address(url: str) -> str:
    absolute = http_url(url)
    if absolute is None:
        raise ValueError("must be an http or https address")
    return absolute


def _selector(text: str) -> str:
    if not is_selector(text) or "@" in text:
        raise ValueError(f'"{text[:80]}" is no CSS selector; write one such as main, .news or "#list > li"')
    return text


class PageWatchOptions(SourceOptions):
    """Which part of which page is watched."""

    url: Annotated[str, AfterValidator(_address)] = Field(description="The page's address, http or https.")
    select: Annotated[str, AfterValidator(_selector)] | None = Field(
        default=None, description="A CSS selector for the part to watch (`main`); without it, the page's own text."
    )
    ignore: tuple[Annotated[str, AfterValidator(_selector)], ...] = Field(
        default=(), max_length=50, description='CSS selectors of what changes without meaning (`["time", ".banner"]`).'
    )
    name: str | None = Field(
        default=None, min_length=1, max_length=120, description="What the page is called in titles, else its own title."
    )
    keeps: float = Field(
        default=0.2,
        ge=0,
        le=1,
        description="The least share of its last text that a page must still have; below it, its layout has changed.",
    )
    language: str | None = Field(
        default=None,
        pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$",
        description="The language of the page (`de`), where the guess from the text is wrong.",
    )
    browser: bool = Field(default=False, description=BROWSER)


class PageWatch:
    """A page whose text is compared with what it was."""

    kind: ClassVar[str] = "page_watch"
    Options: ClassVar[type[SourceOptions]] = PageWatchOptions

    def __init__(self, options: SourceOptions) -> None:
        assert isinstance(options, PageWatchOptions)
        self.options = options

    def plan(self, state: SourceState, now: datetime) -> Request:  # noqa: ARG002 - a page is asked alike at any time
        """A conditional GET of a page made for people."""
        return Request(
            url=self.options.url,
            headers=(("accept", "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"),),
            etag=state.etag,
            last_modified=state.last_modified,
            page=True,
            render=self.options.browser,
            wanted=(self.options.select or "") if self.options.browser else "",
        )

    def parse(self, document: Document, state: SourceState) -> Parsed:
        """The change since the last poll as an entry; at first sight, the page as it stands.

        Raises: ParseError if the page holds no text, far less than before, or if another came in its place.
        """
        html = text_of(document.body, document.header("content-type"))
        before = _lines(state.cursor)
        tree = page_tree(html)
        came = stand_in(document.body, document.headers)
        if came is None:
            found, title = self._paragraphs(tree, document.final_url)
        else:
            found, title = self._behind(tree, document, before, WORDS[came])
        length = sum(map(len, found))
        self._check(length, sum(map(len, before)))
        name = self.options.name or title or document.final_url
        number = _number(state.cursor)
        if not before:
            entry = self._entry(document, f"{name}: as first seen", _html(found), found[0], number)
            return Parsed(entries=(entry,), cursor=_cursor(found, number), title=title)
        difference = changes(before, found)
        if not difference:
            return Parsed(cursor=_cursor(found, number), title=title)
        said = (*difference.said, *difference.removed)[0]
        entry = self._entry(document, _titled(name, difference), shown(difference), said, number + 1)
        return Parsed(entries=(entry,), cursor=_cursor(found, number + 1), title=title)

    def _behind(
        self, tree: LexborHTMLParser, document: Document, before: list[str], came: str
    ) -> tuple[list[str], str]:
        """The paragraphs of a page that looks like another in its place: only if it proves to be the one watched.

        It is if its last text still stands there, or if nothing but what is to be ignored made it look so.
        """
        hidden = LexborHTMLParser(tree.html or "")
        for selector in self.options.ignore:
            for node in hidden.css(selector):
                node.decompose()
        if self.options.ignore and stand_in((hidden.html or "").encode("utf-8", "replace"), document.headers) is None:
            return self._paragraphs(tree, document.final_url)
        try:
            found, title = self._paragraphs(tree, document.final_url)
        except ParseError:
            found, title = [], ""
        still = set(found)
        if not before or sum(len(line) for line in before if line in still) < _STILL * sum(map(len, before)):
            raise ParseError(f"reading the page: {came} came instead; if that is part of the page, name it in `ignore`")
        return found, title

    def _paragraphs(self, tree: LexborHTMLParser, url: str) -> tuple[list[str], str]:
        """The watched paragraphs, and the page's title."""
        head = read_head(tree, url)
        for selector in self.options.ignore:
            for node in tree.css(selector):
                node.attrs["hidden"] = ""
        lines = [block.text for block in blocks(self._selected(tree)) if not block.region]
        title = head.stated_title or without_site(head.window_title, head.site)
        return [line for line in lines if not is_no_text(line)][:_KEPT], title

    def _selected(self, tree: LexborHTMLParser) -> str:
        """The HTML of the watched part."""
        chosen = tree.css(self.options.select or "main, [role=main]") or tree.css("body")
        if self.options.select is not None and not tree.css(self.options.select):
            raise ParseError(f'reading the page: nothing on it matches "{self.options.select}": its layout changed')
        ids = {node.mem_id for node in chosen}
        return "".join(node.html or "" for node in chosen if not _within(node.parent, ids))

    def _check(self, length: int, before: int) -> None:
        """Refuse a page without text, or with so little of it that something else came instead."""
        if length < _LEAST:
            raise ParseError(f"reading the page: it holds {length} characters of text where a page was expected")
        if length < before * self.options.keeps:
            raise ParseError(
                f"reading the page: {length} of {before} characters are left: its layout changed or another page came"
            )

    def _entry(self, document: Document, title: str, html: str, said: str, number: int) -> Entry:
        """An entry with an identity of its own: every change is news by itself, even one that was there before."""
        mark = sha256(html.encode("utf-8", "replace")).hexdigest()[:12]
        return Entry(
            guid=f"{self.options.url}#change-{number}-{mark}",
            link=passage(document.final_url, said[:_TITLE_PART].rpartition(" ")[0] or said[:_TITLE_PART]),
            title=title,
            content_html=html,
            language=self.options.language,
        )


def _titled(name: str, found: Changes) -> str:
    """What a reader has to know first: the beginning of what came, else of what went."""
    if found.said:
        more = len(found.said) - 1
        return f"{name}: {_short(found.said[0])}" + (f" (and {more} more)" if more else "")
    return f"{name}: removed: {_short(found.removed[0])}"


def _short(text: str) -> str:
    return text if len(text) <= _TITLE_PART else text[: _TITLE_PART - 1].rpartition(" ")[0] + "…"


def _html(lines: list[str]) -> str:
    return shown(Changes(added=tuple(lines), removed=(), changed=()))


def _lines(cursor: Json) -> list[str]:
    """The paragraphs as they were; empty before the first sight."""
    stored = cursor.get("paragraphs")
    return [line for line in stored if isinstance(line, str)] if isinstance(stored, list) else []


def _number(cursor: Json) -> int:
    stored = cursor.get("changes")
    return stored if isinstance(stored, int) else 0


def _cursor(lines: list[str], number: int) -> Json:
    return {"paragraphs": lines, "changes": number}


def _within(node: LexborNode | None, ids: set[int]) -> bool:
    """Whether an element lies in one of those."""
    while node is not None:
        if node.mem_id in ids:
            return True
        node = node.parent
    return False
