"""One item as requirements see it: its reading, its two times, and whom it comes from; nothing here decides."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, time
from zoneinfo import ZoneInfo

from watcher.core.articles.dates import counted_time
from watcher.core.text.reading import Reading

_DATE_ONLY = "date_only"
_NOON = time(12)


def no_origins() -> tuple[str, ...]:
    """Of an item whose origins nobody knows."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A new or revised item, or what it did to a matter. `number` names the item, whichever revision of it.

    `seen` is the first sight of what is judged, `event` its event time (`event_time`). `sort` is what a rule must judge
    to be asked: `article`, `matter` ...; `subject` what an alert on it would be about. `origins` are asked for only by
    rules that count them. `again` are rules that its earlier text met already. What is `held` is history of a source:
    it counts however late it is, and raises nothing. `revised` is an item whose earlier text was judged before it.
    `status` is how a series fires (below, above, change, stale), or the state that a source entered.
    """

    number: int
    reading: Reading
    seen: datetime
    event: datetime
    story: str
    subject: str
    sort: str = "article"
    matter: str = ""
    origins: Callable[[], tuple[str, ...]] = field(default=no_origins, compare=False, repr=False)
    again: Collection[str] = ()
    held: bool = False
    revised: bool = False
    status: tuple[str, ...] = ()


def event_time(published: datetime | None, seen: datetime, flags: Collection[str], zone: str) -> datetime:
    """The moment that an item counts by in windows.

    A date without hour is first sight if that is the same day in its source's zone, else noon of it; what is not
    stated, not believed, or later than first sight is first sight.
    """
    if _DATE_ONLY not in flags or published is None:
        return counted_time(published, seen, flags)
    at = ZoneInfo(zone)
    there = published.astimezone(at)
    day = (there if there.time() == time.min else published).date()
    if day == seen.astimezone(at).date():
        return seen
    return counted_time(datetime.combine(day, _NOON, tzinfo=at).astimezone(seen.tzinfo), seen, flags)
