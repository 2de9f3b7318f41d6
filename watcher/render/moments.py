"""Times and counts in words for one reader; it never reads a clock, so "this year" is the message's own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from watcher.core.text.calendar_names import DAYS, MONTHS

# Our own names: strftime speaks whatever language the machine was set to.
_FULL_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_FULL_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve")

# A weekday alone is plain for less than a week; a day short of it, so that "Thu" never means two Thursdays.
_WEEKDAY_REACH = timedelta(days=6)
_HALF_A_DAY = timedelta(hours=12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A reader's zone, and the moment that a message speaks from: `Thu 23:22` is a Thursday near it."""

    zone: ZoneInfo
    at: datetime

    def moment(self, at: datetime | None, *, beside: datetime | None = None) -> str:
        """`Thu 23:22` near the message's moment, else `10 Nov 23:22`, with the year when it is another one.

        Beside a time of the same day only `23:31`.
        """
        if at is None:
            return "unknown"
        local = at.astimezone(self.zone)
        if beside is not None and beside.astimezone(self.zone).date() == local.date():
            return f"{local:%H:%M}"
        if abs(self.at - at) < _WEEKDAY_REACH:
            return f"{DAYS[local.weekday()]} {local:%H:%M}"
        return f"{self.day(local.date())} {local:%H:%M}"

    def stated(self, at: datetime | None, *, day_only: bool) -> str:
        """A time as its publisher states it: `Thu 23:22`, or `19 Nov` of one who states no hour.

        A day is kept as its midnight in the publisher's zone, whichever that is.
        """
        return self.moment(at) if at is None or not day_only else self.day((at.astimezone(UTC) + _HALF_A_DAY).date())

    def pair(self, first: datetime, last: datetime) -> str:
        """`Wed 17:32 to Fri 20:13`, or one moment if they are the same minute."""
        one, two = self.moment(first), self.moment(last)
        return one if one == two else f"{one} to {self.moment(last, beside=first)}"

    def day(self, day: date) -> str:
        """`10 Nov`, with the year when it isn't the message's own."""
        year = "" if day.year == self.at.astimezone(self.zone).year else f" {day.year}"
        return f"{day.day} {MONTHS[day.month - 1]}{year}"

    def full_day(self, at: datetime) -> str:
        """`Saturday 7 February 2026`."""
        day = at.astimezone(self.zone)
        return f"{_FULL_DAYS[day.weekday()]} {day.day} {_FULL_MONTHS[day.month - 1]} {day.year}"

    def stretch(self, begin: datetime, end: datetime) -> str:
        """`31 January to 7 February 2026`: the days that a period reaches over, no word said twice."""
        first, last = begin.astimezone(self.zone).date(), end.astimezone(self.zone).date()
        whole = f"{last.day} {_FULL_MONTHS[last.month - 1]} {last.year}"
        if first == last:
            return whole
        start = str(first.day)
        if (first.month, first.year) != (last.month, last.year):
            start += f" {_FULL_MONTHS[first.month - 1]}"
        if first.year != last.year:
            start += f" {first.year}"
        return f"{start} to {whole}"


def count(number: int, thing: str, *, spelled: bool = False) -> str:
    """`1 article`, `20 articles`; spelled, `Eight stories`."""
    words = _NUMBERS[number] if spelled and number < len(_NUMBERS) else f"{number:,}"
    many = f"{thing[:-1]}ies" if thing.endswith("y") else f"{thing}s"
    return f"{words} {thing if number == 1 else many}"
