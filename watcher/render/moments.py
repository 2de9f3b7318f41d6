"""Times and counts in words for one reader; it never reads a clock, so "this year" is the message's own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from watcher.core.text.wording import ENGLISH, FULL_MONTHS, Words

_NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve")

# A weekday alone is plain for less than a week; a day short of it, so that "Thu" never means two Thursdays.
_WEEKDAY_REACH = timedelta(days=6)
_HALF_A_DAY = timedelta(hours=12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A reader's zone, and the moment that a message speaks from: `Thu 23:22` is a Thursday near it."""

    zone: ZoneInfo
    at: datetime
    words: Words = ENGLISH

    def moment(self, at: datetime | None, *, beside: datetime | None = None) -> str:
        """`Thu 23:22` near the message's moment, else `10 Nov 23:22`, with the year when it is another one.

        Beside a time of the same day only `23:31`.
        """
        if at is None:
            return self.words.say("unknown")
        local = at.astimezone(self.zone)
        if beside is not None and beside.astimezone(self.zone).date() == local.date():
            return f"{local:%H:%M}"
        if abs(self.at - at) < _WEEKDAY_REACH:
            return self.words.say("{weekday} {time}", weekday=self.words.weekday(local), time=f"{local:%H:%M}")
        return f"{self.day(local.date())} {local:%H:%M}"

    def stated(self, at: datetime | None, *, day_only: bool) -> str:
        """A time as its publisher states it: `Thu 23:22`, or `19 Nov` of one who states no hour.

        A day is kept as its midnight in the publisher's zone, whichever that is.
        """
        return self.moment(at) if at is None or not day_only else self.day((at.astimezone(UTC) + _HALF_A_DAY).date())

    def pair(self, first: datetime, last: datetime) -> str:
        """`Wed 17:32 to Fri 20:13`, or one moment if they are the same minute."""
        one, two = self.moment(first), self.moment(last)
        if one == two:
            return one
        return self.words.say("{first} to {last}", first=one, last=self.moment(last, beside=first))

    def day(self, day: date) -> str:
        """`10 Nov`, with the year when it isn't the message's own."""
        return self.words.day(day, year=day.year != self.at.astimezone(self.zone).year)

    def full_day(self, at: datetime) -> str:
        """`Saturday 7 February 2026`."""
        return self.words.full_day(at.astimezone(self.zone), weekday=True)

    def stretch(self, begin: datetime, end: datetime) -> str:
        """`31 January to 7 February 2026`: the days that a period reaches over, no word said twice."""
        first, last = begin.astimezone(self.zone).date(), end.astimezone(self.zone).date()
        if first == last:
            return self.words.full_day(last)
        # The year stands at the end of a day, or at its beginning: it is said by the day that says it best.
        short, whole = (first, last) if self.words.day_first else (last, first)
        said = {short: self._short(short, whole), whole: self.words.full_day(whole)}
        return self.words.say("{first} to {last}", first=said[first], last=said[last])

    def _short(self, day: date, beside: date) -> str:
        """A day as far as the one beside it does not say it already."""
        if day.year != beside.year:
            return self.words.full_day(day)
        number = self.words.say(str(day.day))
        if day.month == beside.month:
            return self.words.say("{day}", day=number)
        return self.words.say("{day} {month}", day=number, month=self.words.say(FULL_MONTHS[day.month - 1]))


def count(number: int, thing: str) -> str:
    """`1 article`, `20 articles`, in English."""
    return ENGLISH.count(number, thing)


def spelled(number: int, thing: str, words: Words) -> str:
    """`Eight stories` where a sentence begins with it; only English has its numbers spelled here."""
    if words.language != ENGLISH.language or number >= len(_NUMBERS):
        return words.count(number, thing)
    return words.count(number, thing).replace(words.number(number), _NUMBERS[number], 1)
