"""When an entry is told of: `30d before`, `on the day`, `1d after`, as days of the entry's own zone.

Never looks at a clock: moments follow from the entry alone, so that they are the same after a restart.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from watcher.core.calendar.model import Entry, Topic
from watcher.core.values import parse_duration

MOST = timedelta(days=3_650)
ON_THE_DAY = "on the day"
_WRITTEN = re.compile(r"(?P<duration>\S+) (?P<side>before|after)")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Reminder:
    """So many days after the entry's day; below 0 before it."""

    days: int

    @property
    def words(self) -> str:
        """As it is written in a rule, counted in days."""
        if not self.days:
            return ON_THE_DAY
        return f"{abs(self.days)}d {'before' if self.days < 0 else 'after'}"

    def falls_on(self, entry: Entry) -> date | None:
        """The day of the reminder; None where the entry's day is unknown. After a span of days counts from its last."""
        day = entry.last if self.days > 0 else entry.day
        try:
            return None if day is None else day + timedelta(days=self.days)
        except OverflowError:
            return None


def reminder(text: str) -> Reminder:
    """The reminder that this text writes. Raises ValueError with a sentence."""
    written = " ".join(text.split())
    if written == ON_THE_DAY:
        return Reminder(0)
    found = _WRITTEN.fullmatch(written)
    if found is None:
        raise ValueError(f'"{text[:40]}" is no reminder; write 30d before, on the day or 1d after')
    duration = parse_duration(found["duration"])
    if not _DAY <= duration <= MOST or duration % _DAY:
        raise ValueError(f'"{text[:40]}": reminders count whole days, from 1d to 3650d; write 1d {found["side"]}')
    return Reminder(duration.days * (-1 if found["side"] == "before" else 1))


def begins(day: date, zone: str) -> datetime:
    """The moment at which a day begins in a zone, in UTC; where the clock skips midnight, the first moment after it."""
    return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC)


def lapses(entry: Entry) -> datetime | None:
    """When the entry's last day is over; None where it is unknown."""
    try:
        return None if entry.last is None else begins(entry.last + _DAY, entry.zone)
    except OverflowError:
        return None


def example_entry(kind: str, day: date, *, conditional: bool) -> Entry:
    """An entry that nothing is known of but its kind and its day, as examples of rules give it."""
    return Entry(
        id="e-example",
        kind=kind,
        first=day,
        last=day,
        zone="UTC",
        topic=Topic(),
        printed=day.isoformat(),
        seen=begins(day, "UTC"),
        told=day,
        conditional=conditional,
    )
