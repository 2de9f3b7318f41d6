"""The nouns of matters: what is followed, what an article tells of it, and what that made of it.

Never decides whether something moves; that is `moving`'s.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from watcher.core.events.model import Event
from watcher.core.model import Trust
from watcher.core.text.reading import Reading

LAPSED = "lapsed"
"""The status of a matter whose date has passed without word. People read it as `lapsed, unknown`."""


class Change(StrEnum):
    """What an article did to a matter, the weightiest first."""

    STATUS = "status"
    DATE = "date"
    AMOUNT = "amount"
    NOTE = "note"
    EVIDENCE = "evidence"


class Label(StrEnum):
    """What a note is marked with."""

    NONE = ""
    UNCONFIRMED = "UNCONFIRMED"
    DENIED = "DENIED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """When something happened, as its first and last day; `stated` tells that the text says so."""

    first: date
    last: date
    stated: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """The statuses of a matter: `steps` from low to high, and the `exits`, which lie above them all."""

    steps: tuple[str, ...]
    exits: frozenset[str] = frozenset()

    def rank(self, status: str | None) -> int:
        """How high a status lies; -1 for one that is no step."""
        return self.steps.index(status) if status in self.steps else -1

    def height(self, status: str | None) -> int:
        """As `rank`, for comparing with exits: whatever is no step lies above them all."""
        return self.steps.index(status) if status in self.steps else len(self.steps)

    @property
    def statuses(self) -> tuple[str, ...]:
        """Every status, steps first."""
        return (*self.steps, *sorted(self.exits))


class Track(Protocol):
    """What a matter follows: one event clause. Pure; the same event gives the same answer."""

    @property
    def types(self) -> frozenset[str]:
        """The types of event that can fit."""

    @property
    def takes_mentions(self) -> bool:
        """Whether what is merely recalled counts too (`as: any`)."""

    @property
    def parts(self) -> tuple[tuple[tuple[str, ...], frozenset[str]], ...]:
        """(parts, ids) of which each must be met by one role of one of these parts."""

    def fault(self, event: Event, reading: Reading) -> str:
        """Why the event is not the matter's, in words; "" where it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """Something that is followed. `start` is its status before anything was read, None while unknown.

    `document` is the number of one that was found by it, "" for a declared one. `place` says where it is declared.
    """

    id: str
    title: str
    ladder: Ladder
    tracks: tuple[Track, ...] = ()
    start: str | None = None
    document: str = ""
    place: str = ""

    @property
    def types(self) -> frozenset[str]:
        """The types of event that it follows."""
        return frozenset[str]().union(*(track.types for track in self.tracks))

    @property
    def documents(self) -> frozenset[str]:
        """The numbers of documents that it follows by name."""
        found = (ids for track in self.tracks for parts, ids in track.parts if parts == ("document",))
        return frozenset[str]().union(*found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What one place of an article tells of a matter.

    `amounts` are sums and prices in normal form, `dates` the days that the event sets, as (kind, day). `background` is
    why it is merely recalled, "" where it is the article's news. `trust` is the publisher's, None where nobody asks.
    """

    event: Event
    days: Days
    amounts: tuple[str, ...] = ()
    dates: tuple[tuple[str, date], ...] = ()
    background: str = ""
    trust: Trust | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One entry of a matter's time line, and what the article that brought it did.

    `told` is the status that the text tells, `before` and `after` are the matter's own around it. `earlier`: it
    happened before the last move, so that it stands on the time line and moves nothing. `key` is the same for what says
    the same: a matter has each once. `start`, `end` is the proving sentence in the article's text, `act` the words of
    it that say so. Not `sure`: the evidence is thin, which is never urgent. `trust` is its publisher's.
    """

    matter: str
    change: Change
    told: str
    before: str | None
    after: str | None
    days: Days
    label: Label = Label.NONE
    background: str = ""
    earlier: bool = False
    amounts: tuple[str, ...] = ()
    dates: tuple[tuple[str, date], ...] = ()
    news: str = ""
    sentence: str = ""
    start: int | None = None
    end: int | None = None
    act: tuple[int, int] | None = None
    document: str = ""
    key: str = ""
    why: str = ""
    sure: bool = True
    trust: Trust | None = None

    @property
    def moves(self) -> bool:
        """Whether the matter has another status because of it."""
        return self.change is Change.STATUS and not self.earlier


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a matter stands: its status, when it last moved, and all that its time line knows.

    `until` is the day that its status ends by itself if nobody says more: of an expiry or a deadline. `notes` are the
    labels of what was noted since the last move: a second unconfirmed report says nothing new. `trust` is the highest
    of those who say so, None while that is not known.
    """

    status: str | None = None
    moved: Days | None = None
    statuses: frozenset[str] = frozenset()
    amounts: tuple[str, ...] = ()
    dates: frozenset[tuple[str, date]] = frozenset()
    until: date | None = None
    notes: frozenset[str] = frozenset()
    trust: Trust | None = None


def shown(status: str | None) -> str:
    """A status as people read it."""
    if status is None:
        return "unknown"
    return "lapsed, unknown" if status == LAPSED else status.replace("_", " ")


def merged_ladder(types: Collection[tuple[tuple[str, ...], Collection[str]]]) -> Ladder:
    """One ladder of several types' (steps, exits): each keeps its order; where two differ, the first one's counts."""
    steps: list[str] = []
    exits: set[str] = set()
    for own, leaving in types:
        at = 0
        for step in own:
            if step in steps:
                at = max(at, steps.index(step) + 1)
            else:
                steps.insert(at, step)
                at += 1
        exits.update(leaving)
    return Ladder(steps=tuple(steps), exits=frozenset(exits - set(steps)))
