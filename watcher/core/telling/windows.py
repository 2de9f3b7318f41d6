"""Recurring windows in which a route is mute: whether one is open at a moment, and until when; it reads no clock.

A window is the stretch between two local moments: where a clock change makes its begin or end come twice, it lasts from
the first of the one to the second of the other; where both fall into hours that the change leaves out, there is none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from watcher.core.model import Severity
from watcher.core.schedules import instant

LONGEST: Final = timedelta(days=8)
"""Windows that leave no gap within so long leave none at all: each comes at least once a week."""
_AHEAD: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """From `begin` to `end`, on these days (0 = Monday; all if empty); an end not after the begin is on the next day.

    Without both it is the whole day. The days are those on which it begins.
    """

    days: frozenset[int] = frozenset()
    begin: time = time(0)
    end: time = time(0)

    def on(self, day: date, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
        """When it opens and closes on that local day; None if it does not."""
        if self.days and day.weekday() not in self.days:
            return None
        last = day if self.end > self.begin else day + timedelta(days=1)
        opens = instant(datetime.combine(day, self.begin), zone)
        closes = _latest(datetime.combine(last, self.end), zone)
        return (opens, closes) if opens < closes else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    """The windows of a route in its zone, and the least severity that is told all the same; None: none is."""

    windows: tuple[Window, ...]
    zone: str
    passes: Severity | None = None

    def holds(self, severity: Severity, now: datetime) -> datetime | None:
        """Until when an alert of that severity is held; None if it is told now."""
        if self.passes is not None and severity.rank >= self.passes.rank:
            return None
        return muted_until(self.windows, self.zone, now)


def muted_until(windows: Sequence[Window], zone: str, now: datetime) -> datetime | None:
    """When the windows that are open, and those that follow without a gap, are over; None if none is open."""
    place = ZoneInfo(zone)
    local = now.astimezone(place).date()
    spans = sorted(_spans(windows, place, local))
    until = now
    for opens, closes in spans:
        if opens <= until < closes:
            until = closes
    return until if until > now else None


def never_open(windows: Sequence[Window], zone: str, now: datetime) -> bool:
    """Whether the windows leave no time at which anything is told."""
    until = muted_until(windows, zone, now)
    return until is not None and until - now >= LONGEST


def _spans(windows: Sequence[Window], zone: ZoneInfo, day: date) -> Iterator[tuple[datetime, datetime]]:
    for ahead in range(-1, _AHEAD):
        for window in windows:
            span = window.on(day + timedelta(days=ahead), zone)
            if span is not None:
                yield span


def _latest(local: datetime, zone: ZoneInfo) -> datetime:
    """The UTC instant of a local time: of two the second, in a gap the first instant after it."""
    late = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    return late if late.astimezone(zone).replace(tzinfo=None) == local else instant(local, zone)
