"""Words of a rule found in an article: whole words in a row, CJK as substrings, `=exact`, `begin*`, `*end`.

Never resolves a `<list>` and never looks beyond one line: who asks gives items, and stretches of text to look in.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from watcher.core.text.following import follow, longest, occurrences, sought, substrings
from watcher.core.text.inflection import Inflection
from watcher.core.text.items import (
    WORD_START,
    Phrase,
    WordItem,
    item_fault,
    most_forms_note,
    phrase_of,
)
from watcher.core.text.plain import Span
from watcher.core.text.reading import Reading, Words
from watcher.core.text.standing import is_plain, standing_in

__all__ = ["WordItem", "WordList", "item_fault", "longest", "most_forms_note"]

_FAR = 1 << 40
"""Behind every text."""
_SHARED = 16_384
"""Items that lists share one object of; beyond that equal ones are followed once each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Affixes:
    """Phrases whose first word is given by its begin or end, filed by that: a text has more words than these lengths.

    `sorts` holds one phrase of each language and script, to tell whether any of them is sought in an article at all.
    """

    begins: Mapping[str, tuple[Phrase, ...]]
    ends: Mapping[str, tuple[Phrase, ...]]
    lengths: tuple[tuple[int, ...], tuple[int, ...]]
    sorts: tuple[Phrase, ...]

    @classmethod
    def of(cls, phrases: Iterable[Phrase]) -> _Affixes:
        begins: defaultdict[str, list[Phrase]] = defaultdict(list)
        ends: defaultdict[str, list[Phrase]] = defaultdict(list)
        sorts: dict[tuple[str, bool], Phrase] = {}
        for phrase in phrases:
            first = phrase.words[0]
            for text in first.begins:
                begins[text].append(phrase)
            for text in first.ends:
                ends[text].append(phrase)
            if first.begins or first.ends:
                sorts.setdefault((phrase.item.language, phrase.latin), phrase)
        return cls(
            begins={text: tuple(found) for text, found in begins.items()},
            ends={text: tuple(found) for text, found in ends.items()},
            lengths=(tuple(sorted({len(text) for text in begins})), tuple(sorted({len(text) for text in ends}))),
            sorts=tuple(sorts.values()),
        )

    def taking(self, words: Words) -> Iterator[tuple[Phrase, list[int]]]:
        """Each phrase with the places of each word that its first word takes by begin or end alone."""
        begins, ends = self.begins, self.ends
        of_begin, of_end = self.lengths
        taken: dict[str, list[Phrase]] = {}
        for word in words.distinct:
            found = {id(phrase): phrase for length in of_begin for phrase in begins.get(word[:length], ())}
            found |= {id(phrase): phrase for length in of_end for phrase in ends.get(word[-length:], ())}
            if found:
                taken[word] = [phrase for phrase in found.values() if word not in phrase.words[0].texts]
        for word, places in words.places(taken.keys()).items():
            for phrase in taken[word]:
                yield phrase, places


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WordList:
    """A compiled word list. `masks` hide what lies inside them; `reduced` names items of more than 64 forms (R075)."""

    items: tuple[WordItem, ...]
    reduced: tuple[tuple[str, int], ...]
    _first: Mapping[str, tuple[Phrase, ...]]
    _affixes: _Affixes
    _cjk: Mapping[str, tuple[Phrase, ...]]
    _phrases: tuple[Phrase, ...]
    _masks: WordList | None
    numbers: frozenset[int] | None
    """The identities of its phrases, if a scan can tell where they stand: without masks, and no `*end` begins one."""

    @classmethod
    def of(
        cls,
        items: Iterable[WordItem],
        masks: Iterable[WordItem] = (),
        inflections: Mapping[str, Inflection] | None = None,
    ) -> WordList:
        """Compile items. Raises ValueError for an item that `item_fault` finds fault with."""
        listed, masking = tuple(dict.fromkeys(items)), tuple(dict.fromkeys(masks))
        reduced: list[tuple[str, int]] = []
        phrases = [_shared(phrase_of(item, inflections or {}, reduced)) for item in listed]
        first: dict[str, list[Phrase]] = {}
        for phrase in phrases:
            for text in phrase.words[0].texts if phrase.words else ():
                first.setdefault(text, []).append(phrase)
        cjk: defaultdict[str, list[Phrase]] = defaultdict(list)
        for phrase in phrases:
            if phrase.squeezed is not None:
                cjk[phrase.squeezed[0]].append(phrase)
        return cls(
            items=listed,
            reduced=tuple(reduced),
            _first={text: tuple(found) for text, found in first.items()},
            _affixes=_Affixes.of([phrase for phrase in phrases if phrase.words]),
            _cjk={letter: tuple(found) for letter, found in cjk.items()},
            _phrases=tuple(phrases),
            _masks=cls.of(masking, (), inflections) if masking else None,
            numbers=frozenset(map(id, phrases)) if not masking and all(map(is_plain, phrases)) else None,
        )

    @property
    def literals(self) -> tuple[str, ...]:
        """Folded texts one of which stands in every article that an item occurs in; spaces in CJK don't count.

        Those that only count at the beginning of a word open with `WORD_START`; `PARTING` parts their words.
        """
        return tuple(dict.fromkeys(literal for literal, _ in self.by_literal()))

    def by_literal(self) -> Iterator[tuple[str, Phrase]]:
        """Its literals, each with a phrase that it stands for."""
        for phrase in self._phrases:
            for literal in phrase.literals:
                yield (f"{WORD_START}{literal}" if phrase.opening else literal), phrase

    def find(self, reading: Reading, spans: Iterable[Span]) -> tuple[Span, ...]:
        """Where items occur within these stretches, which are in order and apart: spans of the shown text in order.

        None of them lies inside another.
        """
        wanted = tuple(spans)
        if not wanted:
            return ()
        head = reading.head
        where = head if wanted[-1][1] <= len(head.text) else reading
        found = where.remember(self, lambda: self._find(where))
        return tuple(inside(found, wanted)) if found else ()

    def _find(self, reading: Reading) -> tuple[Span, ...]:
        standing = standing_in(reading)
        if standing is not None and self.numbers is not None and self in standing.lists:
            return standing.find(reading, self.numbers & standing.possible)
        hits = self._hits(reading)
        if hits and self._masks is not None:
            masked = set(inside(sorted(hits), self._masks._covers(reading)))  # noqa: SLF001 - its own kind
            hits = [hit for hit in hits if hit not in masked]
        return reading.mapped.spans(longest(hits)) if hits else ()

    def _covers(self, reading: Reading) -> list[Span]:
        return longest(self._hits(reading))

    def _hits(self, reading: Reading) -> list[Span]:
        """All occurrences in the folded text, overlapping ones too, with language and exact form checked."""
        hits: list[Span] = []
        words = reading.words
        # Lists share many of their items with others: each is followed once in an article, whoever asks for it.
        followed: dict[int, tuple[Phrase, list[Span]]] = reading.remember("followed", dict)
        present = _both(self._first, words.distinct)
        for key, phrase in {id(phrase): phrase for first in present for phrase in self._first[first]}.items():
            known = followed.get(key)
            if known is None:
                known = followed[key] = (phrase, occurrences(reading, words, phrase))
            hits += known[1]
        if any(sought(reading, phrase) for phrase in self._affixes.sorts):
            for phrase, places in self._affixes.taking(words):
                hits += follow(reading, words, phrase, places)
        if self._cjk and reading.has_cjk:
            for letter in _both(self._cjk, reading.letters):
                for phrase in self._cjk[letter]:
                    known = followed.get(id(phrase))
                    if known is None:
                        known = followed[id(phrase)] = (phrase, substrings(reading, phrase))
                    hits += known[1]
        return hits


def _both(listed: Mapping[str, object], present: frozenset[str]) -> list[str]:
    """What is in both, by walking through the smaller: `keys() &` always walks through the other one."""
    if len(listed) < len(present):
        return [text for text in listed if text in present]
    return [text for text in present if text in listed]


@lru_cache(maxsize=_SHARED)
def _shared(phrase: Phrase) -> Phrase:
    """The phrase as all lists have it: one object for equal ones."""
    return phrase


def inside(hits: Sequence[Span], stretches: Iterable[Span]) -> list[Span]:
    """Those of these hits, sorted by their starts, that lie whole in one of the stretches, in order and apart."""
    found: list[Span] = []
    rows = tuple(stretches)
    if len(hits) < len(rows):
        for hit in hits:
            index = bisect_right(rows, (hit[0], _FAR)) - 1
            if index >= 0 and hit[1] <= rows[index][1]:
                found.append(hit)
        return found
    for first, last in rows:
        index = bisect_left(hits, (first,))
        while index < len(hits) and hits[index][0] < last:
            if hits[index][1] <= last:
                found.append(hits[index])
            index += 1
    return found
