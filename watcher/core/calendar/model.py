"""The nouns of the calendar: what an article says of a date, an entry that stands for one, and one that comes near.

Nothing here decides; an unknown day stays None.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from watcher.core.model import Trust
from watcher.core.text.plain import Span

KINDS = ("expires", "effective", "comment_close", "deadline", "hearing", "meeting")
"""What a date can be the date of. Source: the rule language, section 3, row `calendar`."""
ENDS = frozenset({"expires", "comment_close", "deadline"})
"""Kinds that something runs up to: of a whole month, the last day counts."""

Part = Literal["states", "names", "settles"]
State = Literal["standing", "lapsed", "settled", "superseded", "withdrawn"]
OPEN: tuple[State, ...] = ("standing", "lapsed")
"""States in which a further article can still say something of the entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What a date is of, as far as it is known: documents' numbers, event types, ids of the lexicon and of matters.

    `words` say it to a reader. `materials` of what is sought may hold families: `reach` are then all that meet them.
    """

    words: str = ""
    documents: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    materials: frozenset[str] = frozenset()
    parties: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    matters: frozenset[str] = frozenset()
    reach: frozenset[str] = frozenset()

    @property
    def keys(self) -> frozenset[str]:
        """What entries are filed and found under."""
        return frozenset(
            f"{sort}:{each}"
            for sort, ids in (
                ("document", self.documents),
                ("type", self.types),
                ("material", self.materials | self.reach),
                ("party", self.parties),
                ("place", self.places),
                ("country", self.countries),
                ("matter", self.matters),
            )
            for each in ids
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What one sentence says of a date.

    `part` is `states` (it gives the day), `names` (it speaks of a date without giving it: a reprieve nears its end) or
    `settles` (it tells what came of one: `outcome`). `first`, `last` are None where the day is unknown. `time` is a
    time of the day (`17:00`) or "", `zone` whose day it is. `sure` is false for what is only expected; `conditional`
    depends on something; `moves` says that another date stood before. `start`, `end` are the words that say it.
    """

    part: Part
    kind: str
    start: int
    end: int
    sentence: Span
    text: str
    of: Topic
    zone: str
    first: date | None = None
    last: date | None = None
    time: str = ""
    conditional: bool = False
    sure: bool = True
    moves: bool = False
    outcome: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """A date of a kind that made no entry, and why."""

    start: int
    end: int
    kind: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """All that one article says of dates to come, in the order of its text, and what was passed over."""

    statements: tuple[Statement, ...] = ()
    passed: tuple[Passed, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A dated entry. `of` says to a reader what it is the date of; `printed` is the date as first printed.

    `state` says what is known: `standing`, `lapsed` (the day passed and nobody said what came of it), `settled` (by
    `outcome`: expired, extended, in force ...), `superseded` (by the entry `moved_to`) or `withdrawn`. `reason` says in
    words how it came to that. `told` is the day of the newest article that states it, `seen` when it was first known.
    """

    id: str
    kind: str
    first: date | None
    last: date | None
    zone: str
    topic: Topic
    printed: str
    seen: datetime
    told: date
    time: str = ""
    conditional: bool = False
    sure: bool = True
    state: State = "standing"
    outcome: str = ""
    reason: str = ""
    moved_to: str = ""

    @property
    def day(self) -> date | None:
        """The day that reminders before it count to: the last of a span that something runs up to, else the first."""
        return self.last if self.kind in ENDS else self.first

    @property
    def firm(self) -> bool:
        """Whether the text gives it without an if and without a perhaps."""
        return self.sure and not self.conditional

    @property
    def subject(self) -> str:
        """What alerts on it are about."""
        return f"entry:{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An entry as the store knows it; `here` says that an article of the same story stands behind it.

    `by_itself` says that the very article that is read now does, `trust` is the highest of those who state it, and
    `moved_here` says that it has taken the place of another date.
    """

    entry: Entry
    here: bool = False
    by_itself: bool = False
    trust: Trust | None = None
    moved_here: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """An entry on one of the days that a reminder may fall on: what a `calendar` clause judges.

    `marks` are the words of the text judged with it that give the date.
    """

    entry: Entry
    on: date
    marks: tuple[Span, ...] = ()
