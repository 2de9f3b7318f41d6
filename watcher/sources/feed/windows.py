"""Feeds of a service that are asked for a stretch of time: parameters of the address, and where the next one begins.

Never asks for more than a month: what is older is for the publisher's archive.
"""

from __future__ import annotations

from collections.abc import Mapping
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


def address(url: str, query: FeedQuery, pages: PagesOptions | None, cursor: Json, now: datetime, page: int = 1) -> str:
    """The address of a page. `cursor` is that of the last poll, and from the second page on that of this one."""
    counted = pages or PagesOptions()
    start = counted.start + (page - 1) * counted.step
    since = _moment(cursor.get("before" if page > 1 else "asked")) or now - _AT_FIRST
    filled = fill(dict(query), Values(now=now, page=page, start=start, since=max(since, now - _LONGEST)))
    counter = [(counted.param, str(start))] if counted.param is not None and is_windowed(query) else []
    return with_query(url, [*pairs(filled), *counter])


def read_on(
    found: Parsed, document: Document, url: str, query: FeedQuery, pages: PagesOptions | None, state: Json
) -> Parsed:
    """A page of a window with its cursor, and the request for the next page if there may be one."""
    page = page_number(document.step)
    following = turn(pages, state, page, found.entries)
    asked = _moment(state.get("now")) if page > 1 else document.fetched
    before = state.get("before" if page > 1 else "asked")
    begun = (asked or document.fetched).astimezone(UTC)
    cursor = {**following.trail, "asked": begun.isoformat(), "now": begun.isoformat(), "before": before}
    if following.repeats or not following.more or pages is None:
        entries = () if following.repeats else found.entries
        return Parsed(entries=entries, cursor=cursor, warnings=found.warnings, title=found.title)
    further = Request(
        url=address(url, query, pages, cursor, begun, page + 1), step=f"page {page + 1}", end_on=(*pages.end_on, 404)
    )
    return Parsed(
        entries=found.entries, next_requests=(further,), cursor=cursor, warnings=found.warnings, title=found.title
    )


def _moment(value: object) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) else None
