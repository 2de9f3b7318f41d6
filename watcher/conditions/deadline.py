"""The condition `deadline`: the article states such a date, and states it firmly.

Never counts what depends on something, is only expected, or bears a year that looks like a slip.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

from pydantic import Field

from watcher.conditions.base import ConditionOptions, Context, Smell, passages, some_of, zones_of
from watcher.conditions.dated import DateKinds, DurationText
from watcher.conditions.naming import NamingOptions
from watcher.core.calendar.model import ENDS
from watcher.core.calendar.reading import is_firm
from watcher.core.facts.model import When
from watcher.core.facts.reading import facts_of
from watcher.core.model import Zone
from watcher.core.rules.model import Condition, Finding
from watcher.core.text.plain import Span
from watcher.core.text.reading import Reading
from watcher.core.values import parse_duration

_LOOKS = 96
"""Dates that are looked at closely: a text that gives more of them is a list."""


class DeadlineOptions(NamingOptions):
    """Options of `deadline`."""

    deadline: DateKinds = Field(
        min_length=1, description="kinds of dates: expires, effective, comment_close, deadline, hearing, meeting"
    )
    within: DurationText | None = Field(
        default=None, description="how far off at most, from the article's day on: 30d; any date by default"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineCondition:
    """One `deadline` clause."""

    kinds: frozenset[str]
    within: timedelta | None
    zones: frozenset[Zone]
    says: str
    smells: tuple[Smell, ...] = ()
    needs: tuple[str, ...] | None = None
    kind: str = "deadline"
    sentence_bound: bool = True

    def look(self, reading: Reading, within: Span | None = None) -> Finding:
        """Whether such a date is stated, with every place."""
        stated = list(self._stated(reading, within))
        if not stated:
            return Finding(holds=False, why=f"no date of the kind {some_of(sorted(self.kinds), 6)} is stated")
        near = [each for each in stated if self._is_near(each, reading.published)]
        firm = [(each.start, each.end) for each in near[:_LOOKS] if is_firm(reading, each)]
        if firm:
            return Finding(holds=True, evidence=passages(reading, self.says, firm))
        if any(is_firm(reading, each) for each in stated[:_LOOKS]):
            return Finding(holds=False, why="the date stated is past or too far off")
        return Finding(holds=False, why="the date stated is not firm")

    def _stated(self, reading: Reading, within: Span | None) -> Iterator[When]:
        dates = facts_of(reading).dates
        if within is not None:
            low, high = (bisect_left(dates, place, key=lambda each: each.start) for place in within)
            dates = tuple(each for each in dates[low:high] if each.end <= within[1])
        for each in dates:
            if each.kind in self.kinds and reading.zone_at(each.start) in self.zones:
                yield each

    def _is_near(self, when: When, published: date | None) -> bool:
        if self.within is None:
            return True
        day = when.last if when.kind in ENDS else when.first
        return published is not None and day is not None and timedelta(0) <= day - published <= self.within


class DeadlineKind:
    """The kind `deadline`."""

    kind: ClassVar[str] = "deadline"
    Options: ClassVar[type[ConditionOptions]] = DeadlineOptions

    @classmethod
    def build(cls, options: DeadlineOptions, _: Context) -> Condition:
        """The condition."""
        said = [f"deadline: {some_of(options.deadline)}"]
        said += [f"within {options.within}"] if options.within is not None else []
        said += [] if options.zones == ("news",) else [f"in {some_of(options.zones)}"]
        return DeadlineCondition(
            kinds=frozenset(options.deadline),
            within=None if options.within is None else parse_duration(options.within),
            zones=zones_of(options.zones),
            says=", ".join(said),
        )
