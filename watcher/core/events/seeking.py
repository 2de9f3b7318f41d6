"""All words of all recognisers sought in one pass: a text's pieces, and what is listed under each stretch of them.

Never judges what a hit means. Items stand for their forms; a text longer than the cap is not looked at beyond it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, product
from typing import NamedTuple

import ahocorasick_rs

from watcher.core.text.inflection import MOST_FORMS, Inflection
from watcher.core.text.items import Phrase, WordItem, phrase_of
from watcher.core.text.plain import CJK, HAN_KANA, HANGUL, WORD, Folded, fold, normal

_STOP = " |"
"""What stands in the sought text for punctuation that words of one item may not straddle."""
_ASCII_PIECE = re.compile(r"[a-z0-9]+|(?<=[a-z0-9])'s?(?![a-z0-9])|(?<=\s)-+(?=\s)|[^a-z0-9\s\-/]+")
_ANY_PIECE = re.compile(
    rf"(?:{WORD.pattern})|[{HAN_KANA}]+|[{HANGUL}]+|(?<=\w)'s?(?!\w)|(?<=\s)-+(?=\s)|_+|[^\w\s\-/{HAN_KANA}{HANGUL}]+"
)
_RUN = re.compile(f"[{HAN_KANA}]")
_HANGUL = re.compile(f"[{HANGUL}]")
_CLAUSE_END = re.compile(r"[,;:()|。、]|-")
_WORD_CHARACTER = re.compile(r"\w")
_CJK_LANGUAGES = frozenset({"zh", "ja", "ko"})


ACT = "act"


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
    """All that one stretch of text is listed as. `acts` are filed by type: many types share a verb."""

    acts: Mapping[int, tuple[Row, ...]]
    rest: tuple[Row, ...]

    @classmethod
    def of(cls, rows: Iterable[Row]) -> Listing:
        """The rows filed."""
        acts: dict[int, tuple[Row, ...]] = {}
        rest: list[Row] = []
        for row in dict.fromkeys(rows):
            if row.slot == ACT:
                acts[row.type] = (*acts.get(row.type, ()), row)
            else:
                rest.append(row)
        return cls(acts, tuple(rest))

    def __bool__(self) -> bool:
        """Whether it is listed as anything."""
        return bool(self.acts or self.rest)

    @property
    def rows(self) -> Iterator[Row]:
        """All rows."""
        for rows in self.acts.values():
            yield from rows
        yield from self.rest


class Hit(NamedTuple):
    """A stretch of the text that items stand for. `first` and `last` count words (Han and kana: characters)."""

    first: int
    last: int
    start: int
    end: int
    sentence: int
    listed: Listing
    cjk: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Pieces:
    """A folded text as it is sought in, with the way back.

    `text` has one space before every word; `places[i]` is where piece i begins in it, `starts[i]` where in the folded
    text, `counts[i]` how many words stand before it. `breaks` are the counts at which punctuation begins a new clause.
    """

    text: str
    places: Sequence[int]
    starts: Sequence[int]
    counts: Sequence[int]
    leads: Sequence[int]
    breaks: Sequence[int]

    @classmethod
    def of(cls, folded: str, end: int) -> Pieces:
        """The pieces of `folded[:end]`."""
        parts: list[str] = []
        places: list[int] = []
        starts: list[int] = []
        counts: list[int] = []
        leads: list[int] = []
        breaks: list[int] = []
        at = count = 0
        joined = False
        pattern = _ASCII_PIECE if folded.isascii() else _ANY_PIECE
        for match in pattern.finditer(folded, 0, end):
            piece = match[0]
            letter = piece[0]
            run = letter > "\u2e7f" and _RUN.match(letter) is not None
            if not run and not letter.isalnum() and not _WORD_CHARACTER.match(letter):
                if letter == "'" and len(piece) <= 2 and (len(piece) == 1 or piece[1] == "s"):  # noqa: PLR2004 - 's
                    continue
                if _CLAUSE_END.search(piece):
                    breaks.append(count)
                piece = "|"
                step = 0
            else:
                step = len(piece) if run else 1
            lead = 0 if run and joined else 1
            parts.append(piece if not lead else " " + piece)
            places.append(at)
            starts.append(match.start())
            counts.append(count)
            leads.append(lead)
            at += len(piece) + lead
            count += step
            joined = run
        parts.append(" ")
        return cls(text="".join(parts), places=places, starts=starts, counts=counts, leads=leads, breaks=breaks)


def patterns_of(phrase: Phrase) -> Iterator[str]:
    """The texts, as pieces, that an item stands for."""
    if phrase.squeezed is not None:
        yield _cjk_pattern(phrase)
        return
    choices = []
    last = len(phrase.words) - 1
    for index, word in enumerate(phrase.words):
        texts = [f" {text}" + (" " if index == last else "") for text in sorted(word.texts)]
        if index == last:
            texts += [f" {text}" for text in word.begins]
        if index == 0:
            texts += [text + (" " if index == last else "") for text in word.ends]
        choices.append(texts)
    separators = ["" if gap is None or not gap.strip(" '") else _STOP for gap in phrase.gaps]
    for parts in islice(product(*choices), MOST_FORMS):
        yield "".join(part + mark for part, mark in zip(parts, [*separators, ""], strict=True))


def _cjk_pattern(phrase: Phrase) -> str:
    text = phrase.squeezed or ""
    if _HANGUL.search(text):
        text = fold(phrase.item.text.removeprefix("="))
    pieces = Pieces.of(text, len(text)).text
    if text and _RUN.match(text[0]):
        pieces = pieces[1:]
    return pieces[:-1] if CJK.match(text[-1]) else pieces


@dataclass(frozen=True, slots=True)
class _Entry:
    """What one pattern is listed as; `listed` is None where the text as written has to be asked first."""

    pairs: tuple[tuple[str | None, Row], ...]
    listed: Listing | None

    @classmethod
    def of(cls, pairs: Iterable[tuple[str | None, Row]]) -> _Entry | None:
        found = tuple(pairs)
        if not found:
            return None
        plain = all(exact is None for exact, _ in found)
        return cls(found, Listing.of(row for _, row in found) if plain else None)


@dataclass(slots=True)
class Seeker:
    """Finds all items of all lists at once. Built by `add`, then `close`; after that it only answers."""

    inflections: Mapping[str, Inflection]
    _rows: dict[str, list[tuple[str, str | None, Row]]] = field(default_factory=lambda: defaultdict(list))
    _patterns: tuple[str, ...] = ()
    _automaton: ahocorasick_rs.AhoCorasick | None = None
    _tables: dict[frozenset[str] | None, list[_Entry | None]] = field(default_factory=dict)
    _phrases: dict[WordItem, tuple[tuple[str, ...], str | None]] = field(default_factory=dict)
    reduced: list[tuple[str, int]] = field(default_factory=list)

    def add(  # noqa: PLR0913 - one row has so many parts
        self,
        items: Iterable[WordItem],
        slot: str,
        type_: int,
        name: str,
        keys: dict[object, int],
        group: int = 0,
    ) -> None:
        """List items; each gets a key of its own per slot and type, by which it can be left out."""
        for item in items:
            key = keys.setdefault((slot, type_, name, item.text, item.language), len(keys))
            row = Row(slot, type_, name, key, group)
            known = self._phrases.get(item)
            if known is None:
                phrase = phrase_of(item, self.inflections, self.reduced)
                known = self._phrases[item] = tuple(patterns_of(phrase)), phrase.exact
            for pattern in known[0]:
                self._rows[pattern].append((item.language, known[1], row))

    def close(self) -> None:
        """Build the automaton."""
        self._patterns = tuple(self._rows)
        self._automaton = ahocorasick_rs.AhoCorasick(self._patterns) if self._patterns else None
        self._phrases.clear()

    def _table(self, languages: frozenset[str] | None) -> list[_Entry | None]:
        """Per pattern what it is listed as in texts of these languages (None: of all)."""
        table = self._tables.get(languages)
        if table is None:
            table = [
                _Entry.of(
                    (exact, row)
                    for language, exact, row in self._rows[pattern]
                    if languages is None or language in languages or language == "any" or language in _CJK_LANGUAGES
                )
                for pattern in self._patterns
            ]
            self._tables[languages] = table
        return table

    def find(
        self,
        pieces: Pieces,
        mapped: Folded,
        sentences: Sequence[int],
        language: str | None,
        off: frozenset[int] = frozenset(),
    ) -> list[Hit]:
        """Every hit in the order of its end, `sentences` being the counts at which each one begins."""
        if self._automaton is None:
            return []
        table = self._table(_sought(language))
        patterns = self._patterns
        places, starts, counts, leads = pieces.places, pieces.starts, pieces.counts, pieces.leads
        found: list[Hit] = []
        for pattern, begin, end in self._automaton.find_matches_as_indexes(pieces.text, overlapping=True):
            entry = table[pattern]
            if entry is None:
                continue
            text = patterns[pattern]
            begin += text[0] == " "  # noqa: PLW2901 - the space before a word is no part of the hit
            end -= text[-1] == " "  # noqa: PLW2901 - likewise behind it
            head = bisect_right(places, begin) - 1
            tail = bisect_right(places, end - 1) - 1
            inner = begin - places[head] - leads[head]
            outer = end - 1 - places[tail] - leads[tail]
            start = starts[head] + max(inner, 0)
            stop = starts[tail] + max(outer, 0) + 1
            cjk = pieces.text[begin] > "\u2e7f"
            first = counts[head] + (inner if cjk else 0)
            last = counts[tail] + (outer if pieces.text[end - 1] > "\u2e7f" else 0)
            sentence = bisect_right(sentences, first) - 1
            if sentence + 1 < len(sentences) and last >= sentences[sentence + 1]:
                continue
            shown_start, shown_end = mapped.span(start, stop)
            listed = entry.listed
            if listed is None or off:
                shown = normal(mapped.shown[shown_start:shown_end])
                listed = Listing.of(row for exact, row in entry.pairs if row.key not in off and exact in {None, shown})
                if not listed:
                    continue
            found.append(Hit(first, last, shown_start, shown_end, sentence, listed, cjk))
        return found


def _sought(language: str | None) -> frozenset[str] | None:
    """The languages whose Latin words may stand in a text of that one: English also beside Chinese and Japanese."""
    if language is None:
        return None
    return frozenset({"en"}) if language in _CJK_LANGUAGES else frozenset({language})
