"""Which of many literals stand in a text: one automaton for all of them, then a look at each place where one may stand.

Never misses a literal that stands there, and may say that one stands there which doesn't: who asks looks closer.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import ahocorasick_rs
import re2

from watcher.core.text.items import PARTING, WORD_START
from watcher.core.text.plain import CJK

_WORD_SIGNS = frozenset(b"abcdefghijklmnopqrstuvwxyz0123456789")
_PARTED = r"[^ \n]*[^a-z0-9\n]+(?:s[^a-z0-9\n]+)?"
"""Coarser than what may part two words of an item: the first word's ending and a possessive s go with it."""
_FEW = 8
"""Literals at most that are sought by a first word which they have in common."""
_MOST_STEPS = 100_000
"""Bytes of all literals up to which each step of the automaton has its place in a table."""


@dataclass(frozen=True, slots=True)
class _Literal:
    """A literal under one of its words: its number, whether it opens a word, and whether that word is its first."""

    number: int
    opening: bool
    first: bool


class Scan:
    """Literals made ready; they are told by their places in the order given.

    A literal of several words is sought by its first one, which tells where it begins, or if too many have that by the
    one that fewest have: with ten thousand names of companies, that is never `resources`.
    """

    __slots__ = ("_cjk", "_inside", "_owners", "_rows", "_spaced")

    def __init__(self, literals: Sequence[str]) -> None:
        parted = [literal.removeprefix(WORD_START).split(PARTING) for literal in literals]
        common = Counter(word for words in parted for word in words)
        spaced: dict[str, list[_Literal]] = {}
        cjk: dict[str, list[int]] = {}
        self._rows: dict[int, tuple[str, ...]] = {}
        for number, (literal, words) in enumerate(zip(literals, parted, strict=True)):
            if CJK.search(literal):
                cjk.setdefault(_squeezed(literal.removeprefix(WORD_START)), []).append(number)
                continue
            rarest = min(words, key=lambda word: (common[word], -len(word)))
            anchor = words[0] if common[words[0]] <= _FEW else rarest
            if len(words) > 1:
                self._rows[number] = tuple(words)
            opening = literal.startswith(WORD_START)
            spaced.setdefault(anchor, []).append(_Literal(number, opening, opening and anchor == words[0]))
        self._owners = tuple(tuple(found) for found in spaced.values())
        self._inside = tuple(tuple(each.number for each in found if not each.opening) for found in self._owners)
        self._spaced = _automaton(spaced) if spaced else None
        self._cjk = _Cjk(cjk) if cjk else None

    def hits(self, text: str, *, has_cjk: bool) -> set[int]:
        """The numbers of all literals that stand in a folded text, and perhaps of a few more."""
        return {number for number, _ in self.met(text, has_cjk=has_cjk) if self.stands(number, text)}

    def met(self, text: str, *, has_cjk: bool) -> list[tuple[int, list[int] | None]]:
        """The literals one word of which stands in a folded text, with all places where each may begin.

        None where these are not known: that word is not its first one, or it may stand inside of words.
        """
        found: list[tuple[int, list[int] | None]] = []
        if self._spaced is not None:
            written = text.encode()  # in bytes nothing need be counted to tell a place in ASCII, as most texts are
            opening: defaultdict[int, list[int]] = defaultdict(list)
            inside: set[int] = set()
            for pattern, at, _ in self._spaced.find_matches_as_indexes(written, overlapping=True):
                if not at or written[at - 1] not in _WORD_SIGNS:
                    opening[pattern].append(at)
                else:
                    inside.add(pattern)
            for pattern, places in opening.items():
                starts = places if len(written) == len(text) else [len(written[:at].decode()) for at in places]
                found += [(each.number, starts if each.first else None) for each in self._owners[pattern]]
            for pattern in inside - opening.keys():
                found += [(number, None) for number in self._inside[pattern]]
        if has_cjk and self._cjk is not None:
            found += [(number, None) for number in self._cjk.hits(_squeezed(text))]
        return found

    def stands(self, number: int, text: str) -> bool:
        """Whether a literal that was met may stand there with all of its words."""
        row = self._rows.get(number)
        return row is None or (all(word in text for word in row) and _row(row).search(text) is not None)


def _automaton(patterns: Iterable[str]) -> ahocorasick_rs.BytesAhoCorasick:
    """The automaton of these; as a table of all its steps while that is of bearable size, which is twice as quick."""
    written = [pattern.encode() for pattern in patterns]
    small = sum(map(len, written)) < _MOST_STEPS
    how = ahocorasick_rs.Implementation.DFA if small else None
    return ahocorasick_rs.BytesAhoCorasick(written, implementation=how)


class _Cjk:
    """Literals of Han, kana and Hangul: spaces don't count, and words have no edges."""

    __slots__ = ("_automaton", "_numbers")

    def __init__(self, numbers: dict[str, list[int]]) -> None:
        self._numbers = tuple(tuple(found) for found in numbers.values())
        self._automaton = _automaton(numbers)

    def hits(self, text: str) -> set[int]:
        """The numbers of those that stand in a text without spaces."""
        found = {pattern for pattern, _, _ in self._automaton.find_matches_as_indexes(text.encode(), overlapping=True)}
        return {number for pattern in found for number in self._numbers[pattern]}


@lru_cache(maxsize=4096)
def _row(words: tuple[str, ...]) -> Any:
    """Words in a row, on an engine whose time is linear in the text: strangers write the texts."""
    return re2.compile(_PARTED.join(map(re2.escape, words)))


def _squeezed(text: str) -> str:
    return text.replace(" ", "").replace("\t", "")
