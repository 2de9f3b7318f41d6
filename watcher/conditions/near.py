"""The condition `near`: one item of every group of words stands in one sentence, neighbours close together.

Never knows what the words mean, and never looks across the end of a sentence.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import AfterValidator, BeforeValidator, Field

from watcher.conditions.base import (
    MOST_EVIDENCE,
    ConditionOptions,
    Context,
    NewsZones,
    Smell,
    as_list,
    passages,
    some_of,
    zones_of,
)
from watcher.conditions.wording import checked_item, compiled, concepts_of
from watcher.core.model import Zone
from watcher.core.rules.model import Condition, Finding
from watcher.core.text.plain import CJK, WORD, Span
from watcher.core.text.reading import Reading
from watcher.core.text.words import WordList, longest, most_forms_note

MOST_GROUPS = 6
_WORD, _CHARACTER = 3, 2
"""Thirds of a word: 1.5 characters of Han, kana and Hangul count as one. Source: the rule language, section 3."""
_COUNTED = re.compile(f"(?P<word>{WORD.pattern})|{CJK.pattern}")


def _groups(value: object) -> object:
    """Each group as a list: one word may stand for a list of one."""
    return [as_list(group) for group in value] if isinstance(value, list | tuple) else value


WordGroup = tuple[Annotated[str, AfterValidator(checked_item)], ...]


class NearOptions(ConditionOptions):
    """Options of `near`."""

    near: Annotated[
        tuple[Annotated[WordGroup, Field(min_length=1)], ...],
        BeforeValidator(_groups, json_schema_input_type=list[str | list[str]]),
    ] = Field(
        min_length=2,
        max_length=MOST_GROUPS,
        description="groups of items; one of each stands in the same sentence; <name> stands for the list of that name",
    )
    gap: int = Field(
        default=8, ge=0, le=100, description="words that may stand between neighbours; CJK: 1.5 x characters"
    )
    ordered: bool = Field(default=False, description="true: in the order of the groups; else in any order")
    zones: NewsZones = ("news",)


@dataclass(frozen=True, slots=True)
class _Hit:
    """An item found: its span and the number of its group."""

    start: int
    end: int
    group: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NearCondition:
    """One `near` clause; `groups` are the word lists of each group."""

    groups: tuple[tuple[WordList, ...], ...]
    gap: int
    ordered: bool
    zones: frozenset[Zone]
    says: str
    where: str
    smells: tuple[Smell, ...]
    needs: tuple[str, ...] | None
    kind: str = "near"
    sentence_bound: bool = True

    def look(self, reading: Reading, within: Span | None = None) -> Finding:
        """Whether one sentence has an item of every group close enough, with all their spans."""
        stretches = reading.stretches(self.zones, within)
        hits: list[_Hit] = []
        for number, lists in enumerate(self.groups):
            found = [span for words in lists for span in words.find(reading, stretches)]
            if not found:
                return Finding(holds=False, why=f"no item of group {number + 1} occurs in {self.where}")
            hits += [_Hit(start, end, number) for start, end in longest(found)]
        hits.sort(key=lambda hit: (hit.start, hit.end))
        spans: list[Span] = []
        starts = [hit.start for hit in hits]
        for start, end in reading.sentences_in(self.zones, within):
            inside = [hit for hit in hits[bisect_left(starts, start) : bisect_left(starts, end)] if hit.end <= end]
            if len({hit.group for hit in inside}) == len(self.groups):
                spans += self._together(_Counted.of(reading.text, inside), inside)
            if len(spans) >= MOST_EVIDENCE:
                break
        if spans:
            return Finding(holds=True, evidence=passages(reading, self.says, spans))
        return Finding(holds=False, why=f"items of all groups occur in {self.where}, but none {self.gap} words apart")

    def _together(self, counted: _Counted, hits: Sequence[_Hit]) -> list[Span]:
        """The first row of hits with one of every group and no gap too wide; none if there is no such row."""
        whole = (1 << len(self.groups)) - 1
        widest = self.gap * _WORD
        longest_hit = max(counted.between(hit.start, hit.end) for hit in hits)
        rows: list[dict[int, tuple[_Hit, ...]]] = []
        for at, hit in enumerate(hits):
            mine: dict[int, tuple[_Hit, ...]] = {}
            if not self.ordered or hit.group == 0:
                mine[1 << hit.group] = (hit,)
            for before in range(at - 1, -1, -1):
                earlier = hits[before]
                if counted.between(earlier.start, hit.start) > widest + longest_hit:
                    break
                if earlier.end > hit.start or counted.between(earlier.end, hit.start) > widest:
                    continue
                for mask, row in rows[before].items():
                    if self._joins(mask, hit.group):
                        mine.setdefault(mask | 1 << hit.group, (*row, hit))
            if whole in mine:
                return [(each.start, each.end) for each in mine[whole]]
            rows.append(mine)
        return []

    def _joins(self, mask: int, group: int) -> bool:
        return mask == (1 << group) - 1 if self.ordered else not mask & 1 << group


@dataclass(frozen=True, slots=True)
class _Counted:
    """A stretch of text with its words counted: `sums[i]` is what stands before the word that begins at `starts[i]`."""

    starts: list[int]
    sums: list[int]

    @classmethod
    def of(cls, text: str, hits: Sequence[_Hit]) -> _Counted:
        """The stretch that these hits, in order, lie in."""
        starts: list[int] = []
        sums = [0]
        for found in _COUNTED.finditer(text, hits[0].start, max(hit.end for hit in hits)):
            starts.append(found.start())
            sums.append(sums[-1] + (_WORD if found.lastgroup == "word" else _CHARACTER))
        return cls(starts, sums)

    def between(self, start: int, end: int) -> int:
        """The words between two places, in thirds."""
        return self.sums[bisect_left(self.starts, end)] - self.sums[bisect_left(self.starts, start)]


class Near:
    """The kind `near`."""

    kind: ClassVar[str] = "near"
    Options: ClassVar[type[ConditionOptions]] = NearOptions

    @classmethod
    def build(cls, options: NearOptions, context: Context) -> Condition:
        """The condition; items and each named list are compiled once. Raises R018, R030."""
        groups = tuple(
            tuple(compiled(concept, context) for concept in concepts_of(group, context)) for group in options.near
        )
        where = some_of(options.zones)
        tail = "" if options.zones == ("news",) else f", in {where}"
        said = " .. ".join(some_of(group, 3) for group in options.near)
        return NearCondition(
            groups=groups,
            gap=options.gap,
            ordered=options.ordered,
            zones=zones_of(options.zones),
            says=f"near: {said}, {'in this order, ' if options.ordered else ''}at most {options.gap} words apart{tail}",
            where=where,
            smells=tuple(
                Smell(code="R075", text=most_forms_note(*many))
                for lists in groups
                for words in lists
                for many in words.reduced
            ),
            needs=_rarest(groups),
        )


def _rarest(groups: Sequence[Sequence[WordList]]) -> tuple[str, ...]:
    """The literals of the group whose commonest, the shortest, is the longest: every match has one of each group."""
    every = [tuple(dict.fromkeys(each for words in lists for each in words.literals)) for lists in groups]
    return max(every, key=lambda literals: min(map(len, literals), default=0))
