"""All words of all recognisers sought at once: whole words by the first of them, Han and kana anywhere.

Never judges what a hit means. What begins with a word is spelt out in all its forms when that word first occurs.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import NamedTuple

import ahocorasick_rs

from watcher.core.events.filing import CJK_FROM, FIRST, Filed, Numbers, in_word, place_of, unpacked
from watcher.core.events.listing import ACT, SHARED_TYPE, Hit, Listing, Row
from watcher.core.events.patterns import patterns_from, seconds_of
from watcher.core.events.pieces import Pieces
from watcher.core.text.inflection import Inflection
from watcher.core.text.plain import CJK, HANGUL_LETTER, Folded, normal

__all__ = ["ACT", "SHARED_TYPE", "Hit", "Listing", "Row", "Seeker"]

_CJK_LANGUAGES = frozenset({"zh", "ja", "ko"})
_WORD = re.compile(r"[^\W_]+")
_MOST_KNOWN = 8_000
_MOST_IDLE = 12_000
"""Words of articles that are kept, those with which something begins and the others; when more, all are forgotten."""
_BY_PLACE = itemgetter(1, 0)

_Match = tuple[int, int, int, int, "_Entry"]
"""Begin and end in the folded text, the counts of its first and last word, and what it is."""


class _Entry(NamedTuple):
    """What one text is listed as: the numbers of its items; `listed` is None where it counts only as written."""

    numbers: Numbers
    listed: Listing | None
    cjk: bool


@dataclass(frozen=True, slots=True)
class _Pair:
    """All texts that begin with the same two words, and how many words they have."""

    grams: dict[str, Numbers | _Entry]
    lengths: Sequence[int]


@dataclass(frozen=True, slots=True)
class _Opening:
    """All texts that begin with one word: `alone` is the word itself; `open` ones end within a word.

    `pairs` are those of several words by the second of them, spelt out when the two stand together first; `affixes` are
    what the word itself begins or ends with: where in it they begin and end.
    """

    alone: _Entry | None
    pairs: dict[str, int | Numbers | _Pair]
    open: tuple[tuple[str, _Entry], ...]
    affixes: tuple[tuple[int, int, _Entry], ...]


class _Openings(dict[str, "_Opening | None"]):
    """What begins with each word, None for nothing; worked out at its first sight.

    A bare dictionary, so that a word costs one look: it is asked hundreds of times an article.
    """

    def __init__(self, of: Callable[[str], _Opening | None]) -> None:
        super().__init__()
        self._of = of

    def __missing__(self, word: str) -> _Opening | None:
        opening = self[word] = self._of(word)
        return opening

    def forget(self) -> None:
        """Forget the words with which nothing begins if there are too many, and all if that is not enough."""
        if len(self) <= _MOST_KNOWN + _MOST_IDLE:
            return
        known = {word: opening for word, opening in self.items() if opening is not None}
        self.clear()
        if len(known) <= _MOST_KNOWN:
            self.update(known)


class Seeker:
    """Finds all items that were filed, at once."""

    def __init__(self, filed: Filed, inflections: Mapping[str, Inflection]) -> None:
        self._filed = filed
        self._inflections = inflections
        self._begin_lengths = tuple(sorted(set(map(len, filed.begins))))
        self._end_lengths = tuple(sorted(set(map(len, filed.ends)), reverse=True))
        # By the least that they have, most words are known to have none of them.
        self._head, self._tail = min(self._begin_lengths, default=1), min(self._end_lengths, default=1)
        self._heads = frozenset(text[: self._head] for text in filed.begins)
        self._tails = frozenset(text[-self._tail :] for text in filed.ends)
        self._texts = tuple(filed.anywhere)
        bare = [text.strip("*") for text in self._texts]
        self._automaton = ahocorasick_rs.AhoCorasick(bare, store_patterns=False) if bare else None
        self._cjk_alone = all(CJK.search(text) for text in bare)
        self._tables: dict[frozenset[str] | None, _Openings] = {}
        self._scanned: dict[frozenset[str] | None, dict[int, _Entry | None]] = defaultdict(dict)
        self._listings: dict[Numbers, Listing] = {}
        self.families = filed.families

    @property
    def size(self) -> int:
        """How many items are listed, each once per slot and type."""
        return max(self._filed.row_keys, default=-1) + 1

    def find(
        self,
        pieces: Pieces,
        mapped: Folded,
        sentences: Sequence[int],
        language: str | None,
        off: frozenset[int] = frozenset(),
    ) -> list[list[Hit]]:
        """The hits of each sentence in the order of their ends; what lies in no sentence or in two is none.

        Args: `sentences` are the counts at which each one begins; `language` is the article's; `off` are keys of items
        that are not to be seen.
        """
        languages = _sought(language)
        matches = self._begun(pieces, languages)
        if self._automaton is not None and (not self._cjk_alone or CJK.search(pieces.text)):
            matches += self._scan(self._automaton, pieces, languages)
        # Those that begin alike come in the order in which they are listed, and stay so.
        matches.sort(key=_BY_PLACE)
        shown, same = mapped.shown, isinstance(mapped.offsets, range)
        found: list[list[Hit]] = [[] for _ in sentences]
        here: list[Hit] = []
        begins: float = math.inf
        following: float = sentences[0] if sentences else math.inf
        for start, stop, first, last, entry in matches:
            if last >= following:
                at = bisect_right(sentences, last)
                here, begins = found[at - 1], sentences[at - 1]
                following = sentences[at] if at < len(sentences) else math.inf
            if first < begins:
                continue
            if not same:
                start, stop = mapped.span(start, stop)  # noqa: PLW2901 - the same place, as it is shown
            listed = entry.listed
            if listed is None or off:
                written = "" if start > 0 and shown[start - 1] == "." else normal(shown[start:stop])
                listed = self._listing(self._filed.standing(entry.numbers, written), off)
                if not listed:
                    continue
            here.append(Hit(first, last, start, stop, listed, entry.cjk))
        return found

    def _begun(self, pieces: Pieces, languages: frozenset[str] | None) -> list[_Match]:
        """What begins with a word of the text, in the order of the beginnings."""
        words, places, counts = pieces.words, pieces.places, pieces.counts
        found: list[_Match] = []
        following = [*words[1:], ""]
        for index, opening in enumerate(map(self._openings(languages).__getitem__, words)):
            if opening is None:
                continue
            alone, pairs = opening.alone, opening.pairs
            if alone is not None:
                first, place = counts[index], places[index]
                found.append((place, place + len(words[index]), first, first, alone))
            second = following[index]
            if second in pairs:
                pair = pairs[second]
                if not isinstance(pair, _Pair):
                    pair = pairs[second] = self._pair(words[index], second, pair)
                self._add_matches(found, pieces, index, pair)
            if opening.open or opening.affixes:
                found += self._unclosed(pieces, index, opening)
        return found

    def _add_matches(self, found: list[_Match], pieces: Pieces, index: int, pair: _Pair) -> None:
        """Add the texts of several words that begin at a word."""
        words, begins = pieces.words, pieces.begins
        begin = begins[index]
        for length in pair.lengths:
            last = index + length - 1
            if last >= len(words):
                return
            size = len(words[last])
            gram = pieces.text[begin : begins[last] + size]
            entry = pair.grams.get(gram)
            if entry is not None:
                if not isinstance(entry, _Entry):
                    entry = pair.grams[gram] = self._entry(entry, gram[0])
                counts, places = pieces.counts, pieces.places
                found.append((places[index], places[last] + size, counts[index], counts[last], entry))

    def _openings(self, languages: frozenset[str] | None) -> _Openings:
        """What begins with the words that came before, and with any other once it is asked for."""
        table = self._tables.get(languages)
        if table is None:
            table = self._tables[languages] = _Openings(lambda word: self._opening(word, languages))
        table.forget()
        return table

    def _unclosed(self, pieces: Pieces, index: int, opening: _Opening) -> Iterator[_Match]:
        """What ends or begins within a word."""
        begin, place, first = pieces.begins[index], pieces.places[index], pieces.counts[index]
        for low, high, entry in opening.affixes:
            yield place + low, place + high, first, first, entry
        for gram, entry in opening.open:
            if pieces.text.startswith(gram, begin):
                end = begin + len(gram)
                last = pieces.counts[bisect_right(pieces.begins, end - 1) - 1]
                yield place, pieces.back(end - 1) + 1, first, last, entry

    def _opening(self, word: str, languages: frozenset[str] | None) -> _Opening | None:
        """All that begins with a word, None if nothing does."""
        affixed = word[: self._head] in self._heads or word[-self._tail :] in self._tails
        if not affixed and word not in self._filed.first:
            return None
        alone: list[int] = []
        pairs: dict[str, list[int]] = defaultdict(list)
        unclosed: defaultdict[str, Numbers] = defaultdict(tuple)
        for number in self._spoken(self._filed.first.get(word, ()), languages):
            item, verbs = self._filed.items[number], self._filed.verbs[number]
            seconds = seconds_of(word, item, verbs, self._inflections)
            for second in self._spelt(word, number, unclosed) if seconds is None else seconds or ("",):
                (pairs[second] if second else alone).append(number)
        affixes = [
            (low, high, self._entry(numbers, word[low]))
            for low, high, listed in (self._affixes(word) if affixed else ())
            if (numbers := tuple(self._spoken(listed, languages)))
        ]
        if not (alone or pairs or unclosed or affixes):
            return None
        return _Opening(
            alone=self._entry(tuple(alone), word[0]) if alone else None,
            pairs={second: numbers[0] if len(numbers) == 1 else tuple(numbers) for second, numbers in pairs.items()},
            open=tuple((text, self._entry(numbers, word[0])) for text, numbers in unclosed.items()),
            affixes=tuple(affixes),
        )

    def _spelt(self, word: str, number: int, unclosed: defaultdict[str, Numbers]) -> Iterable[str]:
        """The second words of an item's texts that begin with a word, "" for none; those that go on are added."""
        seconds: dict[str, None] = {}
        for text, words in self._texts_from(word, number):
            if text.endswith("*"):
                unclosed[text[:-1]] += (number,)
            else:
                seconds[words[1] if len(words) > 1 else ""] = None
        return seconds

    def _texts_from(self, word: str, number: int) -> Iterator[tuple[str, list[str]]]:
        """The texts of an item that begin with a word, with their words."""
        for text in patterns_from(word, self._filed.items[number], self._filed.verbs[number], self._inflections):
            if place_of(text) == (FIRST, word):
                yield text, _WORD.findall(text)

    def _pair(self, word: str, second: str, numbers: int | Numbers) -> _Pair:
        """The texts of these items that begin with two words."""
        grams: defaultdict[str, Numbers] = defaultdict(tuple)
        lengths: set[int] = set()
        for number in unpacked(numbers):
            for text, words in self._texts_from(word, number):
                if words[1:2] == [second] and not text.endswith("*"):
                    grams[text] += (number,)
                    lengths.add(len(words))
        return _Pair(dict(grams), tuple(sorted(lengths)))

    def _affixes(self, word: str) -> Iterator[tuple[int, int, int | Numbers]]:
        whole, begins, ends = len(word), self._filed.begins, self._filed.ends
        for length in self._begin_lengths:
            if length <= whole and (listed := begins.get(word[:length])) is not None:
                yield 0, length, listed
        for length in self._end_lengths:
            if length <= whole and (listed := ends.get(word[-length:])) is not None:
                yield whole - length, whole, listed

    def _spoken(self, numbers: int | Numbers, languages: frozenset[str] | None) -> Iterator[int]:
        """Those of these items that are sought in texts of these languages."""
        for number in unpacked(numbers):
            language = self._filed.items[number].language
            if languages is None or language in languages or language == "any" or language in _CJK_LANGUAGES:
                yield number

    def _entry(self, numbers: Numbers, first: str) -> _Entry:
        listed = self._listing(numbers) if self._filed.exact.keys().isdisjoint(numbers) else None
        return _Entry(numbers, listed, first > CJK_FROM)

    def _listing(self, numbers: Numbers, off: frozenset[int] = frozenset()) -> Listing:
        """What these items are listed as, worked out once: many texts are listed alike."""
        if off:
            return Listing.of(self._filed.rows(numbers, off), self.families)
        listed = self._listings.get(numbers)
        if listed is None:
            listed = self._listings[numbers] = Listing.of(self._filed.rows(numbers, off), self.families)
        return listed

    def _scan(
        self, automaton: ahocorasick_rs.AhoCorasick, pieces: Pieces, languages: frozenset[str] | None
    ) -> Iterator[_Match]:
        """What may stand anywhere, in the order of the ends."""
        table = self._scanned[languages]
        text, starts = pieces.text, pieces.starts
        for pattern, begin, end in automaton.find_matches_as_indexes(text, overlapping=True):
            listed = self._texts[pattern]
            if pattern not in table:
                numbers = tuple(self._spoken(self._filed.anywhere[listed], languages))
                table[pattern] = self._entry(numbers, listed.strip("*")[0]) if numbers else None
            entry = table[pattern]
            if entry is not None and _apart(text, begin, end, listed):
                start, stop = pieces.back(begin), pieces.back(end - 1) + 1
                yield start, stop, bisect_right(starts, start) - 1, bisect_right(starts, stop - 1) - 1, entry


def _apart(text: str, begin: int, end: int, listed: str) -> bool:
    """Whether no word goes on where the text as listed begins and ends."""
    if not listed.endswith("*") and end < len(text) and in_word(text[end - 1]) and in_word(text[end]):
        return False
    if not begin:
        return True
    if HANGUL_LETTER.match(text[begin]):
        return HANGUL_LETTER.match(text[begin - 1]) is None
    return listed.startswith("*") or not (in_word(text[begin]) and in_word(text[begin - 1]))


def _sought(language: str | None) -> frozenset[str] | None:
    """The languages whose Latin words may stand in a text of that one: English also beside Chinese and Japanese."""
    if language is None:
        return None
    return frozenset({"en"}) if language in _CJK_LANGUAGES else frozenset({language})
