"""Phrases found though they are misspelt: every run of words that is alike enough, and no other.

Never decides what a phrase means, and loses none: what is passed over unread provably is not alike enough.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import ahocorasick_rs
from rapidfuzz.distance import Indel

from watcher.core.text.plain import CJK, WORD, Span, fold
from watcher.core.text.reading import Reading

FEWEST_LETTERS = 8
"""Letters that a phrase has at least: a shorter one is like too much. Source: the rule language, section 3, `fuzzy`."""
_FEW = 2
_SPACED = str.maketrans({chr(code): " " for code in range(128) if not WORD.match(chr(code).lower())})


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

    More holds: going from the left, take the first piece up to whose end there are fewer edits than pieces. It stands
    as it is, and there is one edit before it for each piece before it, no more and no fewer. So a piece leaves few
    places where its run may begin and end, and the first and the last piece each lie at the edge of a word.
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
        owners: dict[str, dict[tuple[int, int, int, int, int], list[int]]] = {}
        for index, phrase in enumerate(self._phrases):
            for number, (start, piece) in enumerate(_pieces(phrase.folded, phrase.edits + 1)):
                edged = f"{'' if number else ' '}{piece}{' ' if number == phrase.edits else ''}"
                shape = number, start, phrase.words, len(phrase.folded), phrase.edits
                owners.setdefault(edged, {}).setdefault(shape, []).append(index)
        self._sought = tuple(owners)
        self._owners = tuple(
            tuple(
                _Group(words, edits, _places(number, start, length, edits, at_least), self._members(indexes))
                for (number, start, words, length, edits), indexes in shapes.items()
            )
            for shapes in owners.values()
        )
        self._automaton = ahocorasick_rs.AhoCorasick(self._sought) if owners else None

    def _members(self, indexes: Sequence[int]) -> tuple[tuple[int, int, str], ...]:
        return tuple((index, self._phrases[index].letters, self._phrases[index].folded) for index in indexes)

    @property
    def literals(self) -> tuple[str, ...] | None:
        """Folded texts one of which stands in every article with a run that is alike; None if none can be told."""
        parts = dict.fromkeys(max(piece.split(" "), key=len) for piece in self._sought)
        return None if "" in parts else tuple(parts)

    def find(self, reading: Reading, sentences: Iterable[Span]) -> tuple[Alike, ...]:
        """Each phrase's best run in each of these sentences, in their order."""
        if self._automaton is None:
            return ()
        row = reading.remember("words in a row", lambda: _row(reading))
        runs: dict[tuple[int, int, int], float] = {}
        owners, stands = self._owners, row.startswith
        for piece, at, _ in self._automaton.find_matches_as_indexes(row, overlapping=True):
            for group in owners[piece]:
                for before, ends in group.places:
                    edge = at + before
                    if edge >= 0 and row[edge] == " ":
                        for end in ends:
                            if stands(" ", at + end):
                                self._weigh(row, edge + 1, at + end, group, runs)
        return tuple(self._bound(reading, sentences, row, runs)) if runs else ()

    def _weigh(self, row: str, start: int, end: int, group: _Group, runs: dict[tuple[int, int, int], float]) -> None:
        """Compare the phrases of a group with a run of words, and keep those that it is like.

        A letter that only one of the two has costs an edit: most fall by that.
        """
        if not -1 <= row.count(" ", start, end) + 1 - group.words <= 1:
            return
        run, members, edits = row[start:end], group.members, group.edits
        if len(members) > _FEW:
            signs = 0
            for word in run.split(" "):
                signs |= _signs(word)
            members = tuple([member for member in members if (member[1] ^ signs).bit_count() <= edits])
        for index, _, folded in members:
            apart = Indel.distance(folded, run, score_cutoff=edits)
            # in whole numbers: a share that is just reached must not fall by a rounding
            both = len(folded) + len(run)
            if 100 * (both - apart) >= self.at_least * both:
                runs[index, start, end] = 100 * (both - apart) / both

    def _bound(
        self, reading: Reading, sentences: Iterable[Span], row: str, runs: dict[tuple[int, int, int], float]
    ) -> Iterator[Alike]:
        """Of the runs that lie in one of these sentences, the best of each phrase in each; of equals, the first."""
        words, offsets = reading.words, reading.mapped.offsets
        placed = [
            (index, row.count(" ", 0, start) - 1, row.count(" ", 0, end) - 1, ratio)
            for (index, start, end), ratio in sorted(runs.items())
        ]
        for start, end in sentences:
            first = bisect_left(words.starts, bisect_left(offsets, start))
            after = bisect_left(words.starts, bisect_left(offsets, end))
            best: dict[int, tuple[float, int, int]] = {}
            for index, begin, finish, ratio in placed:
                if first <= begin and finish < after and (index not in best or ratio > best[index][0]):
                    best[index] = ratio, begin, finish
            for index, (ratio, begin, finish) in best.items():
                shown = reading.mapped.span(words.starts[begin], words.end(finish))
                yield Alike(start=shown[0], end=shown[1], phrase=self._phrases[index].written, ratio=ratio)


@dataclass(frozen=True, slots=True)
class _Group:
    """Phrases of one shape that have a piece at one place, and where their runs may lie about it.

    `places` are distances from where the piece as sought begins: to the space before a run, and to those behind it.
    """

    words: int
    edits: int
    places: tuple[tuple[int, tuple[int, ...]], ...]
    members: tuple[tuple[int, int, str], ...]


def _row(reading: Reading) -> str:
    """The words of a text, a space before and behind each."""
    folded = reading.folded
    texts = folded.translate(_SPACED).split() if folded.isascii() else reading.words.texts
    return f" {' '.join(texts)} "


def _places(
    number: int, offset: int, length: int, edits: int, at_least: int
) -> tuple[tuple[int, tuple[int, ...]], ...]:
    """Where the runs of a shape may lie about the piece of that number, which has one edit before it for each before.

    With `number` edits there, so many letters more or fewer stand before it, or 2, 4 ... less than so many; behind it
    at most so many as the ratio leaves for a run of that length.
    """
    lead = 0 if number else 1
    found = []
    for before in range(-number, number + 1, 2):
        ends = tuple(
            lead + length - offset + behind
            for behind in range(number - edits, edits - number + 1)
            if 100 * (number + abs(behind)) <= (100 - at_least) * (2 * length + before + behind)
        )
        if ends:
            found.append((lead - offset - before - 1, ends))
    return tuple(found)


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
