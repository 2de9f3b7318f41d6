"""Feeds of a service that are asked for a stretch of time: parameters of the address, and where the next one begins.

Never asks for more than a month: what is older is for the publisher's archive.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

from pydantic import AfterValidator, ValidationInfo

from watcher.core.model import Document, Json, Parsed, Request
from watcher.sources.lists.asking import Scalar, pairs
from watcher.sources.lists.paging import PagesOptions, page_number, turn
from watcher.sources.lists.requests import with_query
from watcher.sources.lists.templates import Values, check, fill, is_since, placeholders, tells_time

_AT_FIRST: Final = timedelta(days=1)
_LONGEST: Final = timedelta(days=30)
_MOST_PAGES: Final = 200
"""Pages of one window, over several polls: a server may never end."""
_ASKED: Final = "asked "


def _checked(template: object, info: ValidationInfo) -> object:
    check(template, counted=info.data.get("pages", True) is not None, cursor=(), found=False, since=True)
    return template


FeedQuery = Mapping[str, Annotated[Scalar | tuple[Scalar, ...], AfterValidator(_checked)]]


def is_windowed(query: FeedQuery) -> bool:
    """Whether a feed is asked from where its last good answer ended."""
    return any(is_since(name) for name in placeholders(dict(query)))


def differs(query: FeedQuery) -> bool:
    """Whether the address differs from poll to poll, so that no validator of the last one fits it."""
    return tells_time(dict(query))


def asking(url: str, query: FeedQuery, pages: PagesOptions | None, cursor: Json, now: datetime) -> Request:
    """The first request of a poll: for a new window, or for the rest of one that was more than a poll may read."""
    if not is_windowed(query):
        return Request(url=_address(url, query, pages, cursor, now))
    rest, begun = _number(cursor, "rest"), _moment(cursor.get("now"))
    if rest > 1 and begun is not None and pages is not None:
        return Request(url=_address(url, query, pages, cursor, begun, rest), step=f"page {rest}")
    return Request(url=_address(url, query, pages, cursor, now), step=f"{_ASKED}{now.isoformat()}")


def _address(url: str, query: FeedQuery, pages: PagesOptions | None, cursor: Json, now: datetime, page: int = 1) -> str:
    """The address of a page. `cursor` is that of the last poll, and from the second page on that of this one."""
    counted = pages or PagesOptions()
    start = counted.start + (page - 1) * counted.step
    since = _moment(cursor.get("before" if page > 1 else "asked"))
    if since is None or since > now:  # at first, or the clock was ahead when it was asked
        since = now - _AT_FIRST
    filled = fill(dict(query), Values(now=now, page=page, start=start, since=max(since, now - _LONGEST)))
    counter = [(counted.param, str(start))] if counted.param is not None and is_windowed(query) else []
    return with_query(url, [*pairs(filled), *counter])


def read_on(
    found: Parsed, document: Document, url: str, query: FeedQuery, pages: PagesOptions | None, state: Json
) -> Parsed:
    """A page of a window with its cursor, and the request for the next page if there may be one.

    A window ends where it was asked for: what is published until the reply is there belongs into the next one.
    """
    page = page_number(document.step)
    first = page if page in {1, _number(state, "rest")} else _number(state, "from") or 1
    following = turn(_all(pages), state, page - first + 1, found.entries)
    asked = _moment(state.get("now")) if page > 1 else _moment(document.step.removeprefix(_ASKED))
    before = state.get("before" if page > 1 else "asked")
    begun = (asked or document.fetched).astimezone(UTC)
    cursor = {**following.trail, "asked": begun.isoformat(), "now": begun.isoformat(), "before": before, "from": first}
    if following.more and pages is not None:
        address = _address(url, query, pages, cursor, begun, page + 1)
        further = Request(url=address, step=f"page {page + 1}", end_on=(*pages.end_on, 404))
        return replace(found, next_requests=(further,), cursor=cursor)
    # The last page is read again first: it is there, so that a status in place of the next one means the end. What is
    # beyond the first window of a source is history.
    if found.entries and not following.repeats and first < page < _MOST_PAGES and before is not None:
        cursor["rest"] = page
    return replace(found, entries=() if following.repeats else found.entries, cursor=cursor)


def _all(pages: PagesOptions | None) -> PagesOptions | None:
    """The same for all pages: that one shows what is known says nothing of the others of a window."""
    return None if pages is None else pages.model_copy(update={"all": True})


def _number(cursor: Json, name: str) -> int:
    value = cursor.get(name)
    return value if isinstance(value, int) else 0


def _moment(value: object) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) and value else None
