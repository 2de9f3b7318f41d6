"""The fixed words of messages in a reader's language: English stands in the code, a table says it in another one.

Never decides who reads which language and reads no file; what a table lacks is said in English.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from watcher.core.text.calendar_names import DAYS, MONTHS

SLOT: Final = re.compile(r"\{([a-z_0-9]+)\}")
"""A gap in words, filled when they are said: `{name}`. Nothing else in braces means anything."""
FULL_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
FULL_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
NUMBER: Final = "1,234.5"
"""The key whose words show how a language writes numbers: what parts thousands, and what parts decimals."""
NAMES: Final = {
    "ar": "Arabic",
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "id": "Indonesian",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "nl": "Dutch",
    "pl": "Polish",
    "pt": "Portuguese",
    "ru": "Russian",
    "sv": "Swedish",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "vi": "Vietnamese",
    "zh": "Chinese",
}
"""Languages that articles are written in, by code, in English."""

_SHORT_DAY: Final = re.compile(rf"0?(\d{{1,2}}) ({'|'.join(MONTHS)})(?: (\d{{4}}))?( \d\d:\d\d)?")
_FULL_DAY: Final = re.compile(rf"(\d{{1,2}}) ({'|'.join(FULL_MONTHS)}) (\d{{4}})")
_SHARE: Final = re.compile(r"[+-]\d+(?:\.\d+)? %")
_NUMBER: Final = re.compile(r"\d{1,18}(?:,\d{3}){0,5}(?:\.\d{1,9})?")
_SPAN: Final = re.compile(rf"({_NUMBER.pattern}) (days?|hours?|minutes?|seconds?)")
_RANK: Final = re.compile(r"(\d{1,18})(?:st|nd|rd|th)")
_RANKS: Final = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_ISO_DAYS: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?: to (\d{4})-(\d\d)-(\d\d))?")
_AS_IT_IS: Final = ("name", "text")
"""Gaps of a saying, by how their names begin, that hold what others wrote."""
_FIGURES: Final = ("old", "new", "printed")
"""Gaps that hold figures or days as a text prints them, or a word of ours for there being none."""
_SAYINGS: Final = ("reminder",)
"""Gaps that hold a saying themselves."""
_LAST: Final = ("met",)
"""Gaps that hold a saying in which there is no further one."""
_DEEP: Final = 3
_LONGEST: Final = 1_000
"""Nothing longer is a saying of ours: it is a cell, a text or a name that another made up."""
_WAYS: Final = 16
"""Text that can be cut at a saying's own words in more ways was not made of it."""
_ANY_LEAP_YEAR: Final = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """A saying with gaps: its own English `pieces`, the gaps between them, and the words for it."""

    pieces: tuple[str, ...]
    gaps: tuple[str, ...]
    words: str

    def cuts(self, english: str) -> list[tuple[str, ...]]:
        """What its gaps may hold in that text: each way to cut it, in time that grows with its length."""
        first, *inner, last = self.pieces
        if not (english.startswith(first) and english.endswith(last)):
            return []
        ways: list[tuple[str, ...]] = [(english[len(first) : len(english) - len(last)],)]
        for piece in inner:
            ways = [(*held, rest[:at], rest[at + len(piece) :]) for *held, rest in ways for at in _places(rest, piece)]
            if len(ways) > _WAYS:
                return []
        return [held for held in ways if all(held)]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Words:
    """A language's words by the English ones; `words_of` makes one.

    `sayings` are those that messages were stored with, in English; `gapped` those of them with gaps.
    """

    language: str
    table: Mapping[str, str] = field(default_factory=dict)
    sayings: Mapping[str, str] = field(default_factory=dict)
    gapped: tuple[Saying, ...] = ()

    def say(self, words: str, **slots: object) -> str:
        """The words in this language, their gaps filled.

        Example: `say("stated {when}", when="Thu 23:22")`.
        """
        return filled(self.table.get(words, words), {name: str(value) for name, value in slots.items()})

    def count(self, number: int, thing: str) -> str:
        """`1 article`, `20 articles`: how many of a thing, by its English name."""
        many = f"{thing[:-1]}ies" if thing.endswith("y") else f"{thing}s"
        one = number == 1 or (number == 0 and self.language == "fr")
        return self.say(f"{{n}} {thing if one else many}", n=self.number(number))

    def number(self, number: int) -> str:
        """A whole number with its thousands apart."""
        return self._apart(f"{number:,}")

    def day(self, day: date, *, year: bool) -> str:
        """`10 Nov`, or with its year `10 Nov 2025`."""
        month = self.say(MONTHS[day.month - 1])
        if year:
            return self.say("{day} {month} {year}", day=self.say(str(day.day)), month=month, year=day.year)
        return self.say("{day} {month}", day=self.say(str(day.day)), month=month)

    def full_day(self, day: date, *, weekday: bool = False) -> str:
        """`7 February 2026`, or `Saturday 7 February 2026`."""
        number, month = self.say(str(day.day)), self.say(FULL_MONTHS[day.month - 1])
        if not weekday:
            return self.say("{day} {month} {year}", day=number, month=month, year=day.year)
        named = self.say(FULL_DAYS[day.weekday()])
        return self.say("{weekday} {day} {month} {year}", weekday=named, day=number, month=month, year=day.year)

    @property
    def day_first(self) -> bool:
        """Whether a day stands before its month and year, so that `1 to 7 February` can be said."""
        return self.table.get("{day} {month}", "{day}").startswith("{day}")

    def weekday(self, day: date) -> str:
        """`Thu`."""
        return self.say(DAYS[day.weekday()])

    def dated_weekday(self, day: date) -> str:
        """`Thu 5 Feb 2026`."""
        return self.say("{weekday} {day}", weekday=self.weekday(day), day=self.day(day, year=True))

    def tongue(self, language: str) -> str:
        """The name of the language that a text is in, where that is not the reader's own; else nothing."""
        code = language.partition("-")[0].lower()
        return "" if code in {"", "und", self.language} else self.say(NAMES[code]) if code in NAMES else code

    def saying(self, english: str) -> str:
        """What a message was stored with in English, in this language; as it is where nobody has said it in that.

        Example: `saying("status: announced, proposed before")` finds the words for `status: {status}, {before} before`.
        """
        if self.language == "en" or not english:
            return english
        if _NUMBER.fullmatch(english):  # a count in a table, and no day of a month
            return self._apart(english)
        if _ISO_DAYS.fullmatch(english):
            return self.dated(english) or english
        found = self._said(english, depth=0)
        return english if found is None else found

    def _said(self, english: str, *, depth: int) -> str | None:
        """The words for a saying, or None; none for one that can be meant in two ways."""
        known = self._whole(english)
        if known is not None or depth > _DEEP or len(english) > _LONGEST:
            return known
        for each in self.gapped:
            ways = [slots for held in each.cuts(english) if (slots := self._held(each.gaps, held, depth)) is not None]
            if ways:
                return filled(each.words, ways[0]) if len(ways) == 1 else None
        return None

    def _held(self, gaps: Iterable[str], held: Iterable[str], depth: int) -> dict[str, str] | None:
        """What stands in the gaps, in this language; None if something that is ours to say can't be said in it."""
        slots = {name: self._gap(name, value, depth) for name, value in zip(gaps, held, strict=True)}
        known = {name: value for name, value in slots.items() if value is not None}
        return known if len(known) == len(slots) else None

    def _gap(self, name: str, value: str, depth: int) -> str | None:
        if name.startswith(_AS_IT_IS):
            return value
        if name.startswith(_SAYINGS):
            return self._said(value, depth=depth + 1)
        if name.startswith(_LAST):
            return self._said(value, depth=_DEEP) if depth < _DEEP else None
        measure = next((own for begin, own in _MEASURES.items() if name.startswith(begin)), None)
        if measure is not None:
            return measure(self, value)
        if name.startswith(_FIGURES):
            return (self._said(value, depth=_DEEP) if depth < _DEEP else self._whole(value)) or value
        return self._whole(value)

    def _whole(self, english: str) -> str | None:
        """The words for a saying without gaps, in sentence case or not, and for days and shares."""
        for known in (self.sayings, self.table):
            if english in known:
                return known[english]
            started = english[:1].upper() + english[1:]
            if started in known:
                return known[started][:1].lower() + known[started][1:]
        return self._dated(english) or (self._apart(english) if _SHARE.fullmatch(english) else None)

    def _dated(self, english: str) -> str | None:
        """A day that was stored as `6 Feb`, `6 Feb 2026`, `06 Feb 14:00` or `6 February 2026`."""
        day = _SHORT_DAY.fullmatch(english)
        try:
            if day is not None:
                on = date(int(day[3] or _ANY_LEAP_YEAR), MONTHS.index(day[2]) + 1, int(day[1]))
                return self.day(on, year=day[3] is not None) + (day[4] or "")
            day = _FULL_DAY.fullmatch(english)
            return day and self.full_day(date(int(day[3]), FULL_MONTHS.index(day[2]) + 1, int(day[1])))
        except ValueError:  # no such day
            return None

    def numbered(self, english: str) -> str | None:
        """A number that was stored as `12` or `50.1`."""
        return self._apart(english) if _NUMBER.fullmatch(english) else None

    def spanned(self, english: str) -> str | None:
        """A length of time that was stored as `24 hours` or `1 day`, as a sentence has it after a preposition."""
        span = _SPAN.fullmatch(english)
        said = None if span is None else self.sayings.get(f"{{number}} {span[2]}")
        return said and span and filled(said, {"number": self._apart(span[1])})

    def ranked(self, english: str) -> str | None:
        """The number of a place that was stored as `third` or `12th`."""
        if english in _RANKS:
            return str(_RANKS.index(english) + 1)
        rank = _RANK.fullmatch(english)
        return rank and rank[1]

    def dated(self, english: str) -> str | None:
        """Days that were stored as `29 Jan 21:00`, `2026-02-03` or `2026-02-03 to 2026-02-05`."""
        found = _ISO_DAYS.fullmatch(english)
        if found is None:
            return self._dated(english)
        try:
            days = [date(*map(int, each)) for each in (found.groups()[:3], found.groups()[3:]) if each[0]]
        except ValueError:  # no such day
            return None
        first, *last = (self.day(each, year=True) for each in days)
        return self.say("{first} to {last}", first=first, last=last[0]) if last else first

    def _apart(self, number: str) -> str:
        shown = self.table.get(NUMBER, NUMBER)
        return number.translate({ord(","): shown[1], ord("."): shown[-2]})


_MEASURES: Final[Mapping[str, Callable[[Words, str], str | None]]] = {
    "number": Words.numbered,
    "span": Words.spanned,
    "rank": Words.ranked,
    "date": Words.dated,
}
"""Gaps that hold a number, a length of time, a place in a row or a day, by how their names begin."""


def words_of(language: str, table: Mapping[str, str], sayings: Mapping[str, str]) -> Words:
    """A language's words; of the sayings with gaps the most exact is tried first."""
    order = sorted((each for each in sayings if SLOT.search(each)), key=lambda each: (-len(SLOT.sub("", each)), each))
    return Words(
        language=language,
        table=table,
        sayings=sayings,
        gapped=tuple(
            Saying(
                pieces=tuple(SLOT.split(each)[::2]),
                gaps=tuple(SLOT.findall(each)),
                words=sayings[each],
            )
            for each in order
        ),
    )


def _places(text: str, piece: str) -> Iterator[int]:
    """Where a piece stands in a text; no more places than matter."""
    at = -1
    for _ in range(_WAYS + 1):
        at = text.find(piece, at + 1)
        if at < 0:
            return
        yield at


def filled(words: str, slots: Mapping[str, str]) -> str:
    """Words with their gaps filled; a gap that nobody fills stays, and shows."""
    return SLOT.sub(lambda gap: slots.get(gap[1], gap[0]), words) if "{" in words else words


ENGLISH: Final = Words(language="en")
"""The words as the code has them."""
