"""What a time that a publisher states is worth: which are doubted, and which moment an article then counts by.

Never drops an article for its date and never invents one: a stated time is kept as it is, with its doubts as flags.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Final

ANCIENT: Final = datetime(1990, 1, 1, tzinfo=UTC)
"""Before the web: a date from then is a zero that lost its meaning (1970, 1904)."""
_FUTURE: Final = timedelta(hours=1)
_SLIP: Final = timedelta(days=20)
"""How near the day of the year must lie for another year to look like a slip of the pen: most are made in January."""
_DISBELIEVED: Final = frozenset({"ancient", "year_slip"})


def date_flags(published: datetime | None, fetched: datetime) -> tuple[str, ...]:
    """What is odd about a stated time as such."""
    if published is None:
        return ("undated",)
    if published > fetched + _FUTURE:
        return ("future_dated",)
    return ("ancient",) if published < ANCIENT else ()


def is_old(published: datetime | None, seen: datetime, after: timedelta) -> bool:
    """Whether an entry states, believably, a time that long before it was first seen."""
    return published is not None and ANCIENT <= published < seen - after


def late_flags(published: datetime | None, seen: datetime, after: timedelta) -> tuple[str, ...]:
    """What is odd about the time of an entry that its source did not list before `seen`.

    Returns: `old_date` for one more than `after` before first sight, `year_slip` for one whose day fits but whose
    year does not. Source: domain notes, traps (a year typo: flag, never sort or drop by it).
    """
    if published is None or not is_old(published, seen, after):
        return ()
    return ("year_slip",) if _same_days(published, seen) else ("old_date",)


def counted_time(published: datetime | None, seen: datetime, flags: Collection[str]) -> datetime:
    """The moment an article counts by: what its source states; first sight if that is nothing, doubted or to come."""
    if published is None or published > seen or not _DISBELIEVED.isdisjoint(flags):
        return seen
    return published


def _same_days(published: datetime, seen: datetime) -> bool:
    """Whether the stated time would lie within days of first sight in another year, and lies in none such itself."""
    if seen - published <= _SLIP:
        return False
    day = timedelta(days=1)
    start = published - datetime(published.year, 1, 1, tzinfo=UTC)
    return any(
        abs(datetime(year, 1, 1, tzinfo=UTC) + min(start, 365 * day) - seen) <= _SLIP
        for year in (seen.year - 1, seen.year, seen.year + 1)
        if year != published.year
    )
