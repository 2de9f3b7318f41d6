"""Rules of words that many rules share, decided all at once: a bit for each rule, a row of bits for each item.

Never decides otherwise than `judge`. Knows no clause but those of items that a scan of the article tells of.
Source: measured, see bench/match.py: of 10,000 rules 450 match an article, and to be found one by one costs them half.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_

from watcher.core.model import Zone
from watcher.core.rules.model import Clause, Node, Rule
from watcher.core.rules.trees import Proving
from watcher.core.text.plain import Span
from watcher.core.text.reading import Reading

Zones = frozenset[Zone]
_Item = tuple[Zones, int]
"""The identity of a phrase, with the zones in one of which it must stand."""

_FEWEST = 256
"""One in so many rules at least asks for an item that is worth a row of bits; this bounds what the rows take."""
_MOST_GROUPS = 8
_MOST_ITEMS = 64
"""Items of one rule at most: long lists are filed, and looked up by what stands in the article."""
_PLACES = tuple(tuple(place for place in range(8) if byte & 128 >> place) for byte in range(256))
"""The places of the bits that are set in each byte, the highest bit's first."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A rule of items alone: one of each group must stand in the article, and none of the last."""

    groups: tuple[frozenset[_Item], ...]
    none: frozenset[_Item]

    @property
    def items(self) -> Iterator[_Item]:
        """Every item that it asks for."""
        for group in (*self.groups, self.none):
            yield from group

    def key(self, ordinals: Mapping[_Item, int]) -> list[list[int]]:
        """By what rules are put side by side that ask for the same, what few ask for first."""
        return [sorted(ordinals[item] for item in group) for group in sorted(self.groups, key=len)]


def asked_by(rule: Rule) -> Asked | None:
    """What a rule asks for, if it asks for nothing but items, and some step of severity always holds."""
    if rule.severity[-1].when is not None:
        return None
    groups: list[frozenset[_Item]] = []
    none: set[_Item] = set()
    nodes = [rule.when] if rule.narrow is None else [rule.when, rule.narrow]
    while nodes:
        node = nodes.pop()
        if not isinstance(node, Clause) and node.same is None:
            nodes += node.all
            branches = [_items(node.any)] if node.any else []
            denied = _items(node.none)
        else:
            branches, denied = [_items((node,))], frozenset()
        if denied is None or None in branches:
            return None
        groups += [branch for branch in branches if branch is not None]
        none |= denied
    few = 0 < len(groups) <= _MOST_GROUPS and sum(map(len, (*groups, none))) <= _MOST_ITEMS
    return Asked(tuple(groups), frozenset(none)) if few else None


def _items(nodes: Iterable[Node]) -> frozenset[_Item] | None:
    """The items of clauses of which one must hold; None if one of these is something else."""
    found: set[_Item] = set()
    for node in nodes:
        if not isinstance(node, Clause) or not isinstance(node.condition, Proving):
            return None
        words: Proving = node.condition
        if words.seeks is None or words.seeks.numbers is None or len(words.seeks.numbers) > _MOST_ITEMS:
            return None
        found.update((words.zones, number) for number in words.seeks.numbers)
    return frozenset(found)


class Bits:
    """The rules that are decided together, a bit for each; those that ask alike lie side by side."""

    __slots__ = ("_bare", "_indexes", "_rows", "_taken")

    def __init__(self, rules: Sequence[Rule]) -> None:
        """Take those of these rules that ask for items alone, each of which enough of all rules ask for."""
        asking = {index: asked for index, rule in enumerate(rules) if (asked := asked_by(rule)) is not None}
        shared = Counter(item for asked in asking.values() for item in set(asked.items))
        least = len(rules) // _FEWEST
        taken = {index: asked for index, asked in asking.items() if all(shared[item] >= least for item in asked.items)}
        ordinals = {item: ordinal for ordinal, item in enumerate(shared)}
        order = sorted(taken, key=lambda index: taken[index].key(ordinals))
        self._taken = frozenset(order)
        self._indexes = tuple(tuple(order[first : first + 8]) for first in range(0, len(order), 8))
        self._bare = [0] * _MOST_GROUPS
        self._rows: dict[Zones, dict[int, dict[int, int]]] = {}
        highest = 8 * len(self._indexes) - 1
        for place, index in enumerate(order):
            asked, bit = taken[index], 1 << (highest - place)
            for slot in range(len(asked.groups), _MOST_GROUPS):
                self._bare[slot] |= bit
            for slot, group in (*enumerate(asked.groups), (_MOST_GROUPS, asked.none)):
                for zones, number in group:
                    rows = self._rows.setdefault(zones, {}).setdefault(number, {})
                    rows[slot] = rows.get(slot, 0) | bit

    def __contains__(self, index: int) -> bool:
        """Whether the rule of that index is decided here."""
        return index in self._taken

    def matching(self, reading: Reading, placed: Mapping[int, Sequence[Span]]) -> int:
        """The bits of those that match, in a reading whose text is `parted` by its zones.

        Args: `placed` says where in the folded text the items stand.
        """
        *met, denied = self._met(reading, placed)
        return reduce(and_, met) & ~denied

    def possible(self, reading: Reading, placed: Mapping[int, Sequence[Span]]) -> int:
        """The bits of all that could match, in any reading."""
        *met, _ = self._met(reading, placed)
        return reduce(and_, met)

    def indexes(self, bits: int) -> list[int]:
        """The indexes of the rules whose bits these are, in no certain order.

        Measured: a third of the time that it takes to go through all of them.
        """
        if not bits:
            return []
        written = bits.to_bytes(len(self._indexes))
        return [row[place] for row, byte in zip(self._indexes, written, strict=True) if byte for place in _PLACES[byte]]

    def _met(self, reading: Reading, placed: Mapping[int, Sequence[Span]]) -> list[int]:
        """The rules in whose first group, in whose second ... an item is that stands there; last, those it denies."""
        met = [*self._bare, 0]
        for zones, filed in self._rows.items():
            everywhere = reading.kinds <= zones
            for number in filed.keys() & placed.keys():
                if everywhere or _stands_in(zones, reading, placed[number]):
                    for slot, bits in filed[number].items():
                        met[slot] |= bits
        return met


def _stands_in(zones: Zones, reading: Reading, spans: Sequence[Span]) -> bool:
    return any(reading.zone_at(start) in zones for start, _ in reading.mapped.spans(spans))
