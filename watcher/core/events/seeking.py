"""All words of all recognisers sought in one pass, and what each stretch of the text is listed as.

Never judges what a hit means. Items stand for their forms, whole words only; Han and kana anywhere.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, product
from typing import NamedTuple

import ahocorasick_rs

from watcher.core.events.pieces import Pieces, sought
from watcher.core.text.inflection import MOST_FORMS, Inflection, Verbs, forms_of_words
from watcher.core.text.items import Phrase, WordItem, phrase_of
from watcher.core.text.plain import CJK, HANGUL_LETTER, Folded, fold, normal

ACT = "act"
SHARED_TYPE = -1
"""The type of a row that belongs to the shared lists."""
_VERBS: Mapping[str, Verbs] = {
    "act": "first",
    "phrase": "first",
    "title_phrase": "first",
    "object": "none",
    "counter": "first",
    "genre_subject": "none",
}
"""Which words of a slot's items may be verbs; in all other slots, any: "project" as an object is no "projected"."""
_CJK_LANGUAGES = frozenset({"zh", "ja", "ko"})
_CJK_FROM = "\u2e7f"
_PLAIN = re.compile("[A-Za-z]+(?: [A-Za-z]+)*")
"""An item of plain words, as nearly all are: its forms need no parting of signs."""
_PLAIN_CJK = re.compile("[\u3041-\u30ff\u4e00-\u9fff\uac00-\ud7a3]{2,}")


class Row(NamedTuple):
    """What one item is listed as: a `slot` (act, object, phrase ...), for which type, under which status or name.

    Acts and objects belong together if they are of one `group`.
    """

    slot: str
    type: int
    name: str
    key: int
    group: int = 0


@dataclass(frozen=True, slots=True)
class Listing:
    """All that one stretch of text is listed as, filed: acts by type (many types share a verb), the rest by kind."""

    acts: Mapping[int, tuple[Row, ...]]
    own: tuple[Row, ...]
    shared: tuple[Row, ...]

    @classmethod
    def of(cls, rows: Iterable[Row]) -> Listing:
        """The rows filed."""
        acts: dict[int, tuple[Row, ...]] = {}
        own: list[Row] = []
        shared: list[Row] = []
        for row in dict.fromkeys(rows):
            if row.slot == ACT:
                acts[row.type] = (*acts.get(row.type, ()), row)
            else:
                (shared if row.type == SHARED_TYPE else own).append(row)
        return cls(acts, tuple(own), tuple(shared))

    def __bool__(self) -> bool:
        """Whether it is listed as anything."""
        return bool(self.acts or self.own or self.shared)


class Hit(NamedTuple):
    """A stretch of the text that items stand for. `first` and `last` count words (Han and kana: characters)."""

    first: int
    last: int
    start: int
    end: int
    sentence: int
    listed: Listing
    cjk: bool


@dataclass(frozen=True, slots=True)
class _Entry:
    """What one pattern is listed as; `listed` is None where the text as written has to be asked first.

    `head` and `tail` tell whether it begins and ends with a word's letter, so that a word's edge must be there;
    `hangul` that none of Hangul may stand before it.
    """

    pairs: tuple[tuple[str | None, Row], ...]
    listed: Listing | None
    head: bool
    tail: bool
    hangul: bool
    cjk: bool

    def inside(self, before: str) -> bool:
        """Whether the character before belongs to the same word, so that none begins here."""
        if self.hangul:
            return HANGUL_LETTER.match(before) is not None
        return self.head and before.isalnum() and _in_word(before)


def patterns_of(item: WordItem, verbs: Verbs, inflections: Mapping[str, Inflection]) -> tuple[list[str], str | None]:
    """The texts that an item stands for, as pieces, and how an exact one stands as written.

    A text that goes on at an end has a star there: `stockpil*`, `*magnet`.
    """
    if _PLAIN.fullmatch(item.text):
        parted = [(fold(word), word[0].isupper()) for word in item.text.split()]
        *most, last_word = forms_of_words(parted, item.language, inflections, verbs).words
        words = [*([form for form in forms if not form.endswith("*")] for forms in most), last_word]
        return list(map(" ".join, islice(product(*words), MOST_FORMS))), None
    if _PLAIN_CJK.fullmatch(item.text):
        return [sought(fold(item.text))], None
    phrase = phrase_of(item, inflections, [], verbs)
    if phrase.squeezed is not None:
        text = phrase.squeezed
        text = sought(fold(item.text.strip("=*")) if HANGUL_LETTER.search(text) else text)
        return [text], phrase.exact
    last = len(phrase.words) - 1
    choices = [
        [
            *sorted(word.texts),
            *(f"{text}*" for text in (word.begins if index == last else ())),
            *(f"*{text}" for text in (word.ends if index == 0 else ())),
        ]
        for index, word in enumerate(phrase.words)
    ]
    gaps = [*(" " if gap is None else sought(gap) for gap in phrase.gaps), ""]
    texts = [
        "".join(f"{part}{gap}" for part, gap in zip(parts, gaps, strict=True))
        for parts in islice(product(*choices), MOST_FORMS)
    ]
    return texts, _exact(phrase)


@dataclass(slots=True)
class Seeker:
    """Finds all items of all lists at once. Built by `add`, then `close`; after that it only answers."""

    inflections: Mapping[str, Inflection]
    _items: dict[tuple[WordItem, Verbs], int] = field(default_factory=dict)
    _listed: list[tuple[str, str | None, list[Row]]] = field(default_factory=list)
    _by_text: dict[str, list[int]] = field(default_factory=dict)
    _texts: tuple[str, ...] = ()
    _automaton: ahocorasick_rs.AhoCorasick | None = None
    _tables: dict[frozenset[str] | None, dict[int, _Entry | None]] = field(default_factory=lambda: defaultdict(dict))

    def add(
        self,
        items: Iterable[WordItem],
        slot: str,
        type_: int,
        name: str,
        keys: dict[object, int],
        group: int = 0,
    ) -> None:
        """List items; each gets a key of its own per slot and type, by which it can be left out."""
        verbs = _VERBS.get(slot, "all")
        for item in items:
            key = keys.setdefault((slot, type_, name, item.text, item.language), len(keys))
            row = Row(slot, type_, name, key, group)
            number = self._items.get((item, verbs))
            if number is None:
                number = self._number(item, verbs)
            self._listed[number][2].append(row)

    def _number(self, item: WordItem, verbs: Verbs) -> int:
        """A new item's number, under which its texts are filed; what it is listed as comes to it later."""
        number = self._items[item, verbs] = len(self._listed)
        texts, exact = patterns_of(item, verbs, self.inflections)
        self._listed.append((item.language, exact, []))
        for text in texts:
            if (known := self._by_text.get(text)) is None:
                self._by_text[text] = [number]
            else:
                known.append(number)
        return number

    def close(self) -> None:
        """Build the automaton."""
        self._texts = tuple(self._by_text)
        bare = [text.strip("*") for text in self._texts]
        self._automaton = ahocorasick_rs.AhoCorasick(bare, store_patterns=False) if bare else None
        self._items.clear()

    def _entry(self, text: str, languages: frozenset[str] | None) -> _Entry | None:
        pairs = tuple(
            (exact, row)
            for language, exact, rows in map(self._listed.__getitem__, self._by_text[text])
            if languages is None or language in languages or language == "any" or language in _CJK_LANGUAGES
            for row in rows
        )
        if not pairs:
            return None
        plain = all(exact is None for exact, _ in pairs)
        bare = text.strip("*")
        return _Entry(
            pairs=pairs,
            listed=Listing.of(row for _, row in pairs) if plain else None,
            head=not text.startswith("*") and _in_word(bare[0]),
            tail=not text.endswith("*") and _in_word(bare[-1]),
            hangul=HANGUL_LETTER.match(bare[0]) is not None,
            cjk=bare[0] > _CJK_FROM,
        )

    def find(
        self,
        pieces: Pieces,
        mapped: Folded,
        sentences: Sequence[int],
        language: str | None,
        off: frozenset[int] = frozenset(),
    ) -> list[Hit]:
        """Every hit in the order of its end.

        Args: `sentences` are the counts at which each one begins; `language` is the article's; `off` are keys of items
        that are not to be seen.
        """
        if self._automaton is None:
            return []
        languages = _sought(language)
        table = self._tables[languages]
        text, back, starts = pieces.text, pieces.back, pieces.starts
        length, most, plain = len(text), len(sentences), mapped.shown.isascii()
        found: list[Hit] = []
        for pattern, begin, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            # Few patterns ever occur, so what one is listed as in a language is filed when it first does.
            if pattern not in table:
                table[pattern] = self._entry(self._texts[pattern], languages)
            entry = table[pattern]
            if entry is None:
                continue
            # Most matches stand inside longer words, so that is asked first and without a call.
            if entry.tail and end < length and (after := text[end]).isalnum() and _in_word(after):
                continue
            if begin and entry.inside(text[begin - 1]):
                continue
            start, stop = (begin, end) if back is None else (back[begin], back[end - 1] + 1)
            first = bisect_right(starts, start) - 1
            last = bisect_right(starts, stop - 1) - 1
            sentence = bisect_right(sentences, first) - 1
            if sentence + 1 < most and last >= sentences[sentence + 1]:
                continue
            shown_start, shown_end = (start, stop) if plain else mapped.span(start, stop)
            listed = entry.listed
            if listed is None or off:
                after_stop = shown_start > 0 and mapped.shown[shown_start - 1] == "."
                shown = "" if after_stop else normal(mapped.shown[shown_start:shown_end])
                listed = _seen(entry, shown, off)
                if not listed:
                    continue
            found.append(Hit(first, last, shown_start, shown_end, sentence, listed, entry.cjk))
        return found


def _exact(phrase: Phrase) -> str | None:
    """How an exact item stands, without the punctuation at its ends: `U.S` of `=U.S.`."""
    if phrase.exact is None or phrase.squeezed is not None:
        return phrase.exact
    return phrase.exact[len(phrase.head) : len(phrase.exact) - len(phrase.tail)]


def _seen(entry: _Entry, shown: str, off: frozenset[int]) -> Listing:
    """What a pattern is listed as where the text stands so, without what is not to be seen."""
    return Listing.of(row for exact, row in entry.pairs if row.key not in off and (exact is None or exact == shown))


def _in_word(character: str) -> bool:
    """Whether a letter or digit beside it would part no word: Han, kana and Hangul have edges of their own."""
    return character.isalnum() and not (character > _CJK_FROM and CJK.match(character))


def _sought(language: str | None) -> frozenset[str] | None:
    """The languages whose Latin words may stand in a text of that one: English also beside Chinese and Japanese."""
    if language is None:
        return None
    return frozenset({"en"}) if language in _CJK_LANGUAGES else frozenset({language})
