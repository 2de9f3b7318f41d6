"""The words that values hang on, found in one pass; most texts hold few of them.

Never says what a word means: that is for who asked for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import ahocorasick_rs

Places = Mapping[str, Sequence[int]]
"""Where each word begins that was found, in order."""


class Sought:
    """Words to be found as they stand, within others as well."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = tuple(dict.fromkeys(words))
        self._automaton = ahocorasick_rs.AhoCorasick(self._words, store_patterns=False)

    def places(self, text: str) -> Places:
        """Where the words stand in a text."""
        found: defaultdict[str, list[int]] = defaultdict(list)
        for index, start, _ in self._automaton.find_matches_as_indexes(text, overlapping=True):
            found[self._words[index]].append(start)
        return dict(found)
