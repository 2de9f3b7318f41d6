"""When a digest's periods end: named weekdays, days and months in a zone; it never reads a clock.

A period ends at its scheduled local moment and takes its key from the local day of that moment, so that no clock
change, step of the clock or restart can make two issues of one week.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile
from typing import Literal
from zoneinfo import ZoneInfo

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_AT = re.compile(
    r"(?:month(?:ly)?\s+(?P<day>\d{1,2})|(?:(?P<nth>\d{1,2}(?:st|nd|rd|th)|last)\b\s*)?(?P<weekday>[a-z]+)?)\s*"
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})",
    re.IGNORECASE,
)
_DAILY = ("day", "daily", "every")
_LAST = -1
_MOST_KEYS = 12
_NTHS = {1: "first", 2: "second", 3: "third", 4: "fourth", _LAST: "last"}
"""Which of a month's weekdays a schedule may name: not every month has a fifth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A recurring local moment. `weekday` (0 = Monday) is set for weeks, `day` (1 to 31) for months.

    A month shorter than `day` ends on its last day. With `nth` a month goes by its nth `weekday`, -1 being the last.
    """

    every: Literal["day", "week", "month"]
    at: time
    zone: str
    weekday: int = 0
    day: int = 1
    nth: int = 0

    def __post_init__(self) -> None:
        """Refuse what can't be a moment: an unknown zone raises at once, not at the first issue."""
        ZoneInfo(self.zone)
        if not (0 <= self.weekday < len(WEEKDAYS) and 1 <= self.day <= 31):  # noqa: PLR2004 - the calendar's own figures
            raise ValueError(f"schedule: no such day: weekday {self.weekday}, day {self.day}")
        if self.nth not in {0, *_NTHS}:
            raise ValueError(f"schedule: not every month has such a day: number {self.nth}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """One window of a digest: from `begin` on, before `end`. `number` is the issue's number within its year."""

    key: str
    begin: datetime
    end: datetime
    number: int


def schedule(at: str, zone: str) -> Schedule:
    """The schedule that `Fri 15:00`, `daily 07:00` (or `07:00`), `1st 07:00` or `last Fri 07:00` says.

    Weekdays are named, never numbered: 1 is Monday to some tools and Tuesday to others.

    Raises: ValueError with the forms that are taken.
    """
    found = _AT.fullmatch(at.strip())
    if found is None or int(found["hour"]) > 23 or int(found["minute"]) > 59:  # noqa: PLR2004 - a clock's figures
        raise ValueError(f'"{at}" is no schedule: write "Fri 15:00", "daily 07:00", "1st 07:00" or "last Fri 07:00"')
    moment = time(int(found["hour"]), int(found["minute"]))
    if found["day"] is not None:
        return Schedule(every="month", at=moment, zone=zone, day=int(found["day"]))
    if found["nth"] is not None:
        return _of_month(found["nth"], found["weekday"], moment, zone)
    word = (found["weekday"] or "daily").casefold()
    if word in _DAILY:
        return Schedule(every="day", at=moment, zone=zone)
    return Schedule(every="week", at=moment, zone=zone, weekday=_weekday(found["weekday"]))


def _of_month(nth: str, weekday: str | None, moment: time, zone: str) -> Schedule:
    """`1st 07:00` and `last 07:00` (a day of the month), `2nd Tue 07:00` and `last Fri 07:00` (a weekday of it)."""
    number = _LAST if nth.casefold() == "last" else int(nth[:-2])
    if weekday is None or weekday.casefold() == "day":
        return Schedule(every="month", at=moment, zone=zone, day=31 if number == _LAST else number)
    return Schedule(every="month", at=moment, zone=zone, weekday=_weekday(weekday), nth=number or 99)


def _weekday(written: str) -> int:
    """The number of a weekday by its name or the three letters it begins with."""
    word = written.casefold()
    named = [index for index, name in enumerate(WEEKDAYS) if word in {name, name[:3]}]
    if not named:
        raise ValueError(f'"{written}" is no weekday: write Mon, Tue, Wed, Thu, Fri, Sat or Sun')
    return named[0]


def schedule_words(schedule: Schedule) -> str:
    """The schedule as a footer says it: `on Fridays at 15:00, Europe/Berlin`."""
    at = f"at {schedule.at:%H:%M}, {schedule.zone}"
    match schedule.every:
        case "day":
            return f"every day {at}"
        case "week":
            return f"on {WEEKDAYS[schedule.weekday].capitalize()}s {at}"
        case "month" if schedule.nth:
            return f"on the {_NTHS[schedule.nth]} {WEEKDAYS[schedule.weekday].capitalize()} of the month {at}"
        case "month":
            return f"on day {schedule.day} of the month {at}"


def instant(local: datetime, zone: ZoneInfo) -> datetime:
    """The UTC instant of a naive local time; in a gap the first instant after it, in a fold the first of the two."""
    early = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if early.astimezone(zone).replace(tzinfo=None) == local:
        return early
    # In a gap fold=1 lies before the change and fold=0 after it: halve the stretch down to the change itself.
    before, after = local.replace(tzinfo=zone, fold=1).astimezone(UTC), early
    offset = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)


def period_of(schedule: Schedule, moment: datetime) -> Period:
    """The period that `moment` lies in: the first one that ends after it."""
    return next(_periods_after(schedule, moment))


def next_due(schedule: Schedule, now: datetime) -> datetime:
    """The next moment at which a period ends."""
    return period_of(schedule, now).end


def due_periods(schedule: Schedule, since: datetime, now: datetime) -> tuple[Period, ...]:
    """All periods that ended after `since` and not after `now`, oldest first; none if the clock stepped back."""
    return tuple(takewhile(lambda period: period.end <= now, _periods_after(schedule, since)))


def issue_number(key: str) -> int | None:
    """The number within its year of the issue with that key, or None if it is no key."""
    try:
        match len(key):
            case 8:
                date.fromisocalendar(int(key[:4]), int(key[6:]), 1)
                return int(key[6:])
            case 7:
                return date(int(key[:4]), int(key[5:]), 1).month
            case _:
                return date.fromisoformat(key).timetuple().tm_yday
    except ValueError:
        return None


def covers_words(keys: Sequence[str]) -> str:
    """The keys of covered periods as a reader is told them: after years of downtime they are thousands."""
    more = len(keys) - _MOST_KEYS
    return ", ".join(keys[:_MOST_KEYS]) + (f" and {more:,} more" if more > 0 else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuePlan:
    """The one issue to make now: for `period`, covering the missed periods `covers` (keys, oldest first).

    `begin` is where the whole stretch begins: the period's own begin unless it covers others.
    """

    period: Period
    begin: datetime
    covers: tuple[str, ...]


def plan_issue(schedule: Schedule, *, after: datetime, last_key: str | None, now: datetime) -> IssuePlan | None:
    """The issue that is due, or None: the last period ended since `after`, covering all before it.

    Args:
        schedule: the digest's schedule as configured now.
        after: the end of the last issued period, or the moment since which the digest has existed.
        last_key: the last issued key; a period is never issued twice, even if its end moved with the zone.
        now: the clock's reading.

    """
    due = [period for period in due_periods(schedule, after, now) if not _issued(period.key, last_key)]
    if not due:
        return None
    return IssuePlan(period=due[-1], begin=due[0].begin, covers=tuple(period.key for period in due[:-1]))


def _issued(key: str, last_key: str | None) -> bool:
    """Whether a key lies at or before the last issued one; keys of another rhythm can't be compared."""
    return last_key is not None and _shape(key) == _shape(last_key) and key <= last_key


def _shape(key: str) -> str:
    return re.sub(r"\d", "0", key)


def _periods_after(schedule: Schedule, moment: datetime) -> Iterator[Period]:
    """Periods in order, from the first whose end lies after `moment`."""
    zone = ZoneInfo(schedule.zone)
    # Two steps back: the local day may differ by one, and a week's own day may lie after it.
    day = _step(schedule, _scheduled_day(schedule, moment.astimezone(zone).date()), -2)
    begin = instant(datetime.combine(day, schedule.at), zone)
    while True:
        day = _step(schedule, day, 1)
        end = instant(datetime.combine(day, schedule.at), zone)
        if end > moment:
            yield Period(key=_key(schedule, day), begin=begin, end=end, number=_number(schedule, day))
        begin = end


def _scheduled_day(schedule: Schedule, day: date) -> date:
    """The scheduled day of the week or month that `day` lies in."""
    match schedule.every:
        case "day":
            return day
        case "week":
            return day + timedelta(days=schedule.weekday - day.weekday())
        case "month":
            last = monthrange(day.year, day.month)[1]
            return day.replace(day=_nth_weekday(schedule, day) if schedule.nth else min(schedule.day, last))


def _nth_weekday(schedule: Schedule, day: date) -> int:
    """The day of the month on which its nth weekday falls."""
    starts_on, days = monthrange(day.year, day.month)
    first = 1 + (schedule.weekday - starts_on) % 7
    return first + 7 * (schedule.nth - 1) if schedule.nth > 0 else first + (days - first) // 7 * 7


def _step(schedule: Schedule, day: date, by: int) -> date:
    match schedule.every:
        case "day":
            return day + timedelta(days=by)
        case "week":
            return day + timedelta(weeks=by)
        case "month":
            months = day.year * 12 + day.month - 1 + by
            return _scheduled_day(schedule, date(months // 12, months % 12 + 1, 1))


def _key(schedule: Schedule, day: date) -> str:
    match schedule.every:
        case "day":
            return day.isoformat()
        case "week":
            year, week, _ = day.isocalendar()
            return f"{year:04d}-W{week:02d}"
        case "month":
            return f"{day.year:04d}-{day.month:02d}"


def _number(schedule: Schedule, day: date) -> int:
    match schedule.every:
        case "day":
            return day.timetuple().tm_yday
        case "week":
            return day.isocalendar().week
        case "month":
            return day.month
