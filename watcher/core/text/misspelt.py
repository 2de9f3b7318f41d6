"""Phrases found though they are misspelt: every run of words that is alike enough, and no other.

Never decides what a phrase means, and loses none: what is passed over unread provably is not alike enough.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import ahocorasick_rs
from rapidfuzz.distance import Indel

from watcher.core.text.plain import CJK, WORD, Span, fold
from watcher.core.text.reading import Reading, Words

FEWEST_LETTERS = 8
"""Letters that a phrase has at least: a shorter one is like too much. Source: the rule language, section 3, `fuzzy`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """A run of words like a phrase: its span in the shown text, the phrase as written, and how alike, 0 to 100."""

    start: int
    end: int
    phrase: str
    ratio: float


@dataclass(frozen=True, slots=True)
class _Phrase:
    written: str
    folded: str
    words: int
    edits: int


class Misspelt:
    """Phrases made ready. `at_least` is the Indel ratio, 0 to 100, from which a run of words counts as the phrase.

    A run that is alike differs from the phrase by so many single letters at most that of one more pieces of the phrase
    one stands in it as it is: those pieces are sought together, and only where one stands the words are compared.
    """

    __slots__ = ("_automaton", "_owners", "_phrases", "_sought", "at_least")

    def __init__(self, phrases: Iterable[str], at_least: int) -> None:
        self.at_least = at_least
        found = ((phrase, " ".join(words_of(phrase))) for phrase in phrases)
        self._phrases = tuple(
            _Phrase(phrase, folded, folded.count(" ") + 1, _most_edits(len(folded), at_least))
            for phrase, folded in found
        )
        owners: dict[str, list[tuple[int, int]]] = {}
        for index, phrase in enumerate(self._phrases):
            for start, piece in _pieces(phrase.folded, phrase.edits + 1):
                owners.setdefault(piece, []).append((index, start))
        self._sought = tuple(owners)
        self._owners = tuple(tuple(found) for found in owners.values())
        self._automaton = ahocorasick_rs.AhoCorasick(self._sought) if owners else None

    @property
    def literals(self) -> tuple[str, ...] | None:
        """Folded texts one of which stands in every article with a run that is alike; None if none can be told."""
        parts = dict.fromkeys(max(piece.split(" "), key=len) for piece in self._sought)
        return None if "" in parts else tuple(parts)

    def find(self, reading: Reading, sentences: Iterable[Span]) -> tuple[Alike, ...]:
        """Each phrase's best run in each of these sentences, in their order."""
        places = self._places(reading)
        if not places:
            return ()
        found: list[Alike] = []
        words, offsets = reading.words, reading.mapped.offsets
        for start, end in sentences:
            first = bisect_left(words.starts, bisect_left(offsets, start))
            last = bisect_left(words.starts, bisect_left(offsets, end))
            for index, near in places.items():
                begins = near[bisect_left(near, first) : bisect_left(near, last)]
                best = self._best(words, self._phrases[index], begins, last) if begins else None
                if best is not None:
                    ratio, begin, finish = best
                    shown = reading.mapped.span(words.starts[begin], words.end(finish))
                    phrase = self._phrases[index].written
                    found.append(Alike(start=shown[0], end=shown[1], phrase=phrase, ratio=ratio))
        return tuple(found)

    def _places(self, reading: Reading) -> dict[int, list[int]]:
        """By phrase, the words that a run may begin with, in order."""
        if self._automaton is None:
            return {}
        row, starts = reading.remember("row of words", lambda: _row(reading.words))
        places: dict[int, set[int]] = {}
        for piece, at, _ in self._automaton.find_matches_as_indexes(row, overlapping=True):
            for index, offset in self._owners[piece]:
                phrase = self._phrases[index]
                low = bisect_left(starts, at - offset - phrase.edits)
                high = bisect_right(starts, at - offset + phrase.edits)
                places.setdefault(index, set()).update(range(low, high))
        return {index: sorted(places[index]) for index in sorted(places)}

    def _best(self, words: Words, phrase: _Phrase, begins: Sequence[int], last: int) -> tuple[float, int, int] | None:
        """How alike the best run is that begins at one of these words, with its first and last word."""
        best: tuple[float, int, int] | None = None
        for begin in begins:
            for count in (phrase.words, phrase.words - 1, phrase.words + 1):
                if not count or begin + count > last:
                    continue
                run = " ".join(words.texts[begin : begin + count])
                ratio = 100 * Indel.normalized_similarity(phrase.folded, run, score_cutoff=self.at_least / 100)
                if ratio >= self.at_least and (best is None or ratio > best[0]):
                    best = ratio, begin, begin + count - 1
        return best


def _row(words: Words) -> tuple[str, list[int]]:
    """The words one space apart, and where each begins there."""
    starts = accumulate((len(text) + 1 for text in words.texts[:-1]), initial=0)
    return " ".join(words.texts), list(starts) if words.texts else []


def words_of(phrase: str) -> list[str]:
    """The words of a phrase as they are compared."""
    return WORD.findall(fold(phrase))


def phrase_fault(phrase: str) -> str | None:
    """Why a phrase can't be sought so, or None."""
    if CJK.search(phrase):
        return f'"{phrase}" has no words parted by spaces; write it under words:'
    letters = sum(map(len, words_of(phrase)))
    if letters < FEWEST_LETTERS:
        return (
            f'"{phrase}" has {letters} letters; a fuzzy phrase needs {FEWEST_LETTERS}: a shorter one is like too much'
        )
    return None


def _most_edits(length: int, at_least: int) -> int:
    """The most letters put in or taken out for the ratio still to be reached.

    The ratio is 1 - edits / (both lengths), and the other is at most `length + edits` long.
    """
    share = at_least / 100
    return math.floor(2 * length * (1 - share) / share + 1e-9)


def _pieces(text: str, count: int) -> list[tuple[int, str]]:
    """A text cut into so many pieces of nearly one length, with their places."""
    count = min(count, len(text))
    bounds = [round(len(text) * number / count) for number in range(count + 1)]
    return [(start, text[start:end]) for start, end in pairwise(bounds)]
