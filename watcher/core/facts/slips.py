"""Years that are likely misprints: a date a year too early near its anniversary, as every January brings them.

Never replaces what is printed: the likely day stands beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from watcher.core.facts.model import When
from watcher.core.facts.relative import date_or_none

_FROM, _TO, _NEAR = 330, 400, 3


def slip(stated: date, published: date | None) -> date | None:
    """The day that was probably meant, where the year printed looks like a slip."""
    if published is None or not _FROM < (published - stated).days < _TO:
        return None
    likely = date_or_none(stated.year + 1, stated.month, stated.day)
    return likely if likely is not None and abs((published - likely).days) <= _NEAR else None


def month_slips(dates: tuple[When, ...]) -> Iterator[When]:
    """The dates, with whole months as suspect as a day in them is: `(Feb. 2025)` beside a slip of that February."""
    slips = {_month(each.first) for each in dates if each.suspect and each.first is not None}
    for each in dates:
        if slips and each.first is not None and each.first != each.last and _month(each.first) in slips:
            yield replace(each, suspect=True, likely=date_or_none(each.first.year + 1, each.first.month, 1))
        else:
            yield each


def _month(day: date) -> tuple[int, int]:
    return day.year, day.month
