"""Rules filed under what every article that they hold for has: those are found whose every group has a member there.

Never loses a rule, and finds none that lacks a group.
Source: measured, see bench/match.py: filed by pairs, a rule costs something where two of its groups are met at least.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

_MOST_PAIRS = 64
"""Pairs of one rule at most; one with more is filed under the members of its first group alone."""

_Others = tuple[frozenset[int], ...]


class Filing:
    """Indexes of rules by members of their groups, which are numbers; the rarest group of each comes first."""

    __slots__ = ("_always", "_pairs", "_single")

    def __init__(self) -> None:
        self._always: list[int] = []
        self._single: dict[int, list[tuple[int, _Others]]] = {}
        self._pairs: dict[int, dict[int, list[tuple[int, _Others]]]] = {}

    def add(self, index: int, groups: Sequence[frozenset[int]]) -> None:
        """File a rule of which each group must be met; one without groups is always found."""
        if not groups:
            self._always.append(index)
        elif len(groups) == 1 or len(groups[0]) * len(groups[1]) > _MOST_PAIRS:
            for member in groups[0]:
                self._single.setdefault(member, []).append((index, tuple(groups[1:])))
        else:
            filed = index, tuple(groups[2:])
            for first, second in product(*groups[:2]):
                self._pairs.setdefault(first, {}).setdefault(second, []).append(filed)

    def found(self, present: set[int]) -> list[int]:
        """The indexes of all rules each of whose groups has a member among these, in order."""
        met: list[tuple[int, _Others]] = []
        for first in self._single.keys() & present:
            met += self._single[first]
        for first in self._pairs.keys() & present:
            seconds = self._pairs[first]
            for second in seconds.keys() & present:
                met += seconds[second]
        found = {index for index, others in met if not others or not any(map(present.isdisjoint, others))}
        found.update(self._always)
        return sorted(found)
