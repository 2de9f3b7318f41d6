"""Phrases found though they are misspelt: every run of words that is alike enough, and no other.

Never decides what a phrase means, and loses none: what is passed over unread provably is not alike enough.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
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
    letters: int


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
            _Phrase(
                phrase,
                folded,
                folded.count(" ") + 1,
                _most_edits(len(folded), at_least),
                _signs(folded.replace(" ", "")),
            )
            for phrase, folded in found
        )
        owners: dict[str, dict[tuple[int, int, int, int], list[int]]] = {}
        for index, phrase in enumerate(self._phrases):
            for start, piece in _pieces(phrase.folded, phrase.edits + 1):
                shape = start, phrase.words, len(phrase.folded), phrase.edits
                owners.setdefault(piece, {}).setdefault(shape, []).append(index)
        self._sought = tuple(owners)
        self._owners = tuple(
            tuple(
                _Group(*shape, [(index, self._phrases[index].letters) for index in indexes])
                for shape, indexes in shapes.items()
            )
            for shapes in owners.values()
        )
        self._automaton = ahocorasick_rs.AhoCorasick(self._sought) if owners else None

    @property
    def literals(self) -> tuple[str, ...] | None:
        """Folded texts one of which stands in every article with a run that is alike; None if none can be told."""
        parts = dict.fromkeys(max(piece.split(" "), key=len) for piece in self._sought)
        return None if "" in parts else tuple(parts)

    def find(self, reading: Reading, sentences: Iterable[Span]) -> tuple[Alike, ...]:
        """Each phrase's best run in each of these sentences, in their order."""
        if self._automaton is None:
            return ()
        laid = _Laid.of(reading)
        runs: dict[tuple[int, int, int], float] = {}
        for piece, at, _ in self._automaton.find_matches_as_indexes(laid.row, overlapping=True):
            for group in self._owners[piece]:
                self._weigh(laid, group, at - group.offset, runs)
        return tuple(self._bound(reading, sentences, runs)) if runs else ()

    def _bound(
        self, reading: Reading, sentences: Iterable[Span], runs: dict[tuple[int, int, int], float]
    ) -> Iterator[Alike]:
        """Of the runs that lie in one of these sentences, the best of each phrase in each."""
        words, offsets = reading.words, reading.mapped.offsets
        for start, end in sentences:
            first = bisect_left(words.starts, bisect_left(offsets, start))
            after = bisect_left(words.starts, bisect_left(offsets, end))
            best: dict[int, tuple[float, int, int]] = {}
            for (index, begin, finish), ratio in runs.items():
                if first <= begin and finish < after and (index not in best or ratio > best[index][0]):
                    best[index] = ratio, begin, finish
            for index in sorted(best):
                ratio, begin, finish = best[index]
                shown = reading.mapped.span(words.starts[begin], words.end(finish))
                yield Alike(start=shown[0], end=shown[1], phrase=self._phrases[index].written, ratio=ratio)

    def _weigh(self, laid: _Laid, group: _Group, place: int, runs: dict[tuple[int, int, int], float]) -> None:
        """Compare phrases of one shape with the runs that begin about a place, and keep those that are alike.

        Letters that only one of the two has, and a difference in length, each cost an edit: most runs fall by that.
        """
        edits, starts, last = group.edits, laid.starts, len(laid.starts) - 1
        for begin in range(bisect_left(starts, place - edits), bisect_right(starts, place + edits)):
            for finish in range(max(begin, begin + group.words - 2), min(last, begin + group.words) + 1):
                start, end = starts[begin], laid.ends[finish]
                if abs(end - start - group.length) > edits:
                    continue
                letters = laid.letters(begin, finish)
                for index in [each for each, mine in group.members if (mine ^ letters).bit_count() <= edits]:
                    folded = self._phrases[index].folded
                    apart = Indel.distance(folded, laid.row[start:end], score_cutoff=edits)
                    # in whole numbers: a share that is just reached must not fall by a rounding
                    both = len(folded) + end - start
                    if 100 * (both - apart) >= self.at_least * both:
                        runs[index, begin, finish] = 100 * (both - apart) / both


@dataclass(frozen=True, slots=True)
class _Group:
    """Phrases of one shape that have a piece at one place: how many words and letters, and how many edits at most."""

    offset: int
    words: int
    length: int
    edits: int
    members: list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class _Laid:
    """A text laid out: its words one space apart, where each begins and ends there, and its letters, a bit each."""

    row: str
    starts: list[int]
    ends: list[int]
    signs: list[int]

    @classmethod
    def of(cls, reading: Reading) -> _Laid:
        """The layout of a reading, made once."""
        return reading.remember("words laid out", lambda: cls._of(reading.words))

    @classmethod
    def _of(cls, words: Words) -> _Laid:
        texts = words.texts
        starts = list(accumulate((len(text) + 1 for text in texts[:-1]), initial=0)) if texts else []
        ends = [start + len(text) for start, text in zip(starts, texts, strict=True)]
        return cls(" ".join(texts), starts, ends, [_signs(text) for text in texts])

    def letters(self, begin: int, finish: int) -> int:
        """The letters of a run of words, a bit each."""
        found = 0
        for signs in self.signs[begin : finish + 1]:
            found |= signs
        return found


@lru_cache(maxsize=1 << 14)
def _signs(word: str) -> int:
    """The letters of a word, a bit each; those of other scripts share bits, which loses nothing."""
    found = 0
    for letter in word:
        found |= 1 << (ord(letter) & 63)
    return found


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
