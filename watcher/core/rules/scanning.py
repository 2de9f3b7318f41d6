"""Which of many literals stand in a text: one automaton for all of them, then a look at each place where one may stand.

Never misses a literal that stands there, and may say that one stands there which doesn't: who asks looks closer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import ahocorasick_rs
import re2

from watcher.core.text.items import PARTING, WORD_START
from watcher.core.text.plain import CJK

_WORD_SIGNS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
_PARTED = r"[^ \n]*[^a-z0-9\n]+(?:s[^a-z0-9\n]+)?"
"""Coarser than what may part two words of an item: the first word's ending and a possessive s go with it."""


@dataclass(frozen=True, slots=True)
class _Sought:
    """A literal under one of its words: its number, whether it opens a word, and its words if they are several."""

    number: int
    opening: bool
    row: tuple[str, ...]


class Scan:
    """Literals made ready; they are told by their places in the order given.

    A literal of several words is sought by the one that fewest others have: with ten thousand names of companies, that
    is never `resources`.
    """

    __slots__ = ("_cjk", "_owners", "_spaced")

    def __init__(self, literals: Sequence[str]) -> None:
        parted = [literal.removeprefix(WORD_START).split(PARTING) for literal in literals]
        common = Counter(word for words in parted for word in words)
        spaced: dict[str, list[_Sought]] = {}
        cjk: dict[str, list[int]] = {}
        for number, (literal, words) in enumerate(zip(literals, parted, strict=True)):
            if CJK.search(literal):
                cjk.setdefault(_squeezed(literal.removeprefix(WORD_START)), []).append(number)
                continue
            opening = literal.startswith(WORD_START)
            anchor = min(words, key=lambda word: (common[word], -len(word)))
            row = tuple(words) if len(words) > 1 else ()
            spaced.setdefault(anchor, []).append(_Sought(number, opening, row))
        self._owners = tuple(tuple(found) for found in spaced.values())
        self._spaced = ahocorasick_rs.AhoCorasick(list(spaced), store_patterns=False) if spaced else None
        self._cjk = _Cjk(cjk) if cjk else None

    def hits(self, text: str, *, has_cjk: bool) -> set[int]:
        """The numbers of all literals that stand in a folded text, and perhaps of a few more."""
        found: set[int] = set()
        if self._spaced is not None:
            tried: set[tuple[int, bool]] = set()
            for pattern, start, _ in self._spaced.find_matches_as_indexes(text, overlapping=True):
                at_edge = not start or text[start - 1] not in _WORD_SIGNS
                if (pattern, at_edge) not in tried:
                    tried.add((pattern, at_edge))
                    found.update(
                        each.number
                        for each in self._owners[pattern]
                        if (at_edge or not each.opening) and (not each.row or _stands(each.row, text))
                    )
        if has_cjk and self._cjk is not None:
            found |= self._cjk.hits(_squeezed(text))
        return found


class _Cjk:
    """Literals of Han, kana and Hangul: spaces don't count, and words have no edges."""

    __slots__ = ("_automaton", "_numbers")

    def __init__(self, numbers: dict[str, list[int]]) -> None:
        self._numbers = tuple(tuple(found) for found in numbers.values())
        self._automaton = ahocorasick_rs.AhoCorasick(list(numbers), store_patterns=False)

    def hits(self, text: str) -> set[int]:
        """The numbers of those that stand in a text without spaces."""
        found = {pattern for pattern, _, _ in self._automaton.find_matches_as_indexes(text, overlapping=True)}
        return {number for pattern in found for number in self._numbers[pattern]}


def _stands(row: tuple[str, ...], text: str) -> bool:
    return all(word in text for word in row) and _row(row).search(text) is not None


@lru_cache(maxsize=4096)
def _row(words: tuple[str, ...]) -> Any:
    """Words in a row, on an engine whose time is linear in the text: strangers write the texts."""
    return re2.compile(_PARTED.join(map(re2.escape, words)))


def _squeezed(text: str) -> str:
    return text.replace(" ", "").replace("\t", "")
