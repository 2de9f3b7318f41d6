"""What a condition may look at: one article's text with its folded form, words and sentences, computed once each.

Never computes what nobody asked for: folding and sentence splitting are the dear parts of matching.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import accumulate, chain
from typing import TypeVar

from watcher.core.model import Article, SourceId, Trust, Zone, ZoneSpan
from watcher.core.text.days import day_of
from watcher.core.text.plain import (
    CJK,
    HAN_KANA,
    HANGUL,
    MARKS,
    WORD,
    Folded,
    Span,
    fold_in_place,
    fold_with_map,
    normal_with_map,
    sentences,
)
from watcher.core.urls import country_of

_Value = TypeVar("_Value")
_HEAD = frozenset({Zone.TITLE, Zone.HIGHLIGHTS, Zone.LEAD})
_MOST = 0.7
_ASCII_WORD = re.compile("([a-z0-9]+)")
_LETTER_WORD = re.compile(r"([^\W_]+)")
_ANY_WORD = re.compile(f"({WORD.pattern})")
_MORE_THAN_LETTERS = re.compile(f"[{HAN_KANA}{HANGUL}{MARKS}]")
_UNKNOWN_LANGUAGES = frozenset({"", "und", "mul", "any", "unknown"})


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a folded text in order: `texts[i]` begins at `starts[i]`; each is in `distinct` once."""

    texts: tuple[str, ...]
    starts: tuple[int, ...]
    distinct: frozenset[str]
    _places: dict[str, list[int]] = field(default_factory=dict, compare=False, repr=False)

    def places(self, wanted: Collection[str]) -> dict[str, list[int]]:
        """Where each of these words stands, which are some of `distinct`; each is looked up once."""
        return {word: self._places.get(word) or self._place(word) for word in wanted}

    def _place(self, word: str) -> list[int]:
        """A word's places: the tuple's own search is quicker than filing all words, until most are asked for."""
        texts, found = self.texts, []
        at = texts.index(word)
        for _ in range(texts.count(word) - 1):
            found.append(at)
            at = texts.index(word, at + 1)
        found.append(at)
        self._places[word] = found
        return found

    def end(self, index: int) -> int:
        """Where the word of that index ends in the folded text."""
        return self.starts[index] + len(self.texts[index])


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """An article as rules see it. `copies` are the sources that carried it in the same poll, its own included.

    `published` is the day that the article states, or on which it was first seen, in its publisher's country; `owner`
    the name of its publisher, `country` that of its domain (ISO 3166), where it is one's.

    `about` is what is judged beside the text, where that is not the article itself: a dated entry that comes near, a
    change of a matter. Only clauses of that subject look at it.

    With `brief`, a clause that fails need not look where else its words stand: live judging tells nobody.

    The text is a scrubbed one (`core.text.scrub`), its zones are in order. What is derived from it is kept in
    `_known`; filling it twice, from two threads, gives the same values, so it needs no lock.
    """

    text: str
    zones: tuple[ZoneSpan, ...]
    language: str
    source: SourceId
    trust: Trust
    copies: tuple[SourceId, ...] = field(default=())
    brief: bool = False
    published: date | None = None
    owner: str = ""
    country: str | None = None
    about: object | None = None
    _known: dict[object, object] = field(default_factory=dict, init=False, compare=False, repr=False)

    def remember(self, key: object, compute: Callable[[], _Value]) -> _Value:
        """The value of `compute()`, computed at the first call with that key; the key says what the value is."""
        known = self._known
        if key not in known:
            known[key] = compute()
        value: _Value = known[key]  # type: ignore[assignment]  # the key says so; asking costs as much as finding it
        return value

    @property
    def head(self) -> Reading:
        """The article down to the end of its title, highlights and lead, with the same places; itself if that is most.

        Most rules ask of nothing else, and finding the words of a whole text is the dearest part of matching.
        """
        return self.remember("head", self._head)

    def _head(self) -> Reading:
        end = max((zone.end for zone in self.zones if zone.zone in _HEAD), default=0)
        if end > len(self.text) * _MOST:
            return self
        zones = tuple(zone for zone in self.zones if zone.end <= end)
        return replace(self, text=self.text[:end], zones=zones)

    @property
    def folded(self) -> str:
        """The text as words are compared."""
        mapped = self._known.get("mapped")
        return mapped.text if isinstance(mapped, Folded) else self.remember("folded", self._folded)

    def _folded(self) -> str:
        folded, stays = fold_in_place(self.text)
        if stays:  # as it does in most: then the way back costs nothing, and none need fold again for it
            self._known["mapped"] = Folded(folded, range(len(folded)), self.text)
        return folded

    @property
    def mapped(self) -> Folded:
        """The folded text with its way back to the shown one."""
        return self.remember("mapped", lambda: fold_with_map(self.text))

    @property
    def normal(self) -> Folded:
        """The text as patterns are tried on it: folded but for case and accents, with its way back."""
        return self.remember("normal", lambda: normal_with_map(self.text))

    @property
    def words(self) -> Words:
        """The words of the folded text, Han, kana and Hangul left out."""
        return self.remember("words", lambda: _words(self.folded))

    @property
    def has_cjk(self) -> bool:
        """Whether a character of Han, kana or Hangul stands in the folded text (`㈱` and half-width kana do there)."""
        return self.remember("has_cjk", lambda: not self.folded.isascii() and CJK.search(self.folded) is not None)

    @property
    def squeezed(self) -> str:
        """The folded text without the spaces in its lines, as CJK items are sought."""
        return self.remember("squeezed", lambda: self.folded.replace(" ", "").replace("\t", ""))

    @property
    def letters(self) -> frozenset[str]:
        """The characters that occur in the squeezed text."""
        return self.remember("letters", lambda: frozenset(self.squeezed))

    @property
    def squeezed_places(self) -> Sequence[int]:
        """Where each character of the squeezed text stands in the folded one."""
        return self.remember("squeezed_places", self._squeezed_places)

    def _squeezed_places(self) -> Sequence[int]:
        folded = self.folded
        if len(self.squeezed) == len(folded):
            return range(len(folded))
        return [place for place, letter in enumerate(folded) if letter not in " \t"]

    @property
    def main_language(self) -> str | None:
        """The language without region or script (`zh` of `zh-Hans`), or None when it is not known."""
        return self.remember("main_language", lambda: _main_language(self.language))

    @property
    def sentences(self) -> tuple[Span, ...]:
        """All sentences, zone by zone."""
        return self.remember("sentences", self._sentences)

    def _sentences(self) -> tuple[Span, ...]:
        known, count = self._first_sentences(0)
        rest = (sentences(self.text, zone.start, zone.end) for zone in self.zones[count:])
        return (*known, *chain.from_iterable(rest))

    def first_sentences(self, before: int) -> tuple[Span, ...]:
        """At least those that begin before a place: the rest of the text is parted only if somebody asks for it."""
        if "sentences" in self._known:
            return self.sentences
        return self._first_sentences(before)[0]

    def _first_sentences(self, before: int) -> tuple[tuple[Span, ...], int]:
        """The sentences of the first zones and how many zones these are: those that begin before a place, or more."""
        known: tuple[tuple[Span, ...], int] = self.remember("first sentences", lambda: ((), 0))
        spans, count = known
        if count < len(self.zones) and self.zones[count].start < before:
            more = [zone for zone in self.zones[count:] if zone.start < before]
            added = chain.from_iterable(sentences(self.text, zone.start, zone.end) for zone in more)
            known = (*spans, *added), count + len(more)
            self._known["first sentences"] = known
        return known

    @property
    def parted(self) -> bool:
        """Whether zones part the text where lines end, and leave none out: then no line lies in two zones."""
        return self.remember("parted", self._parted)

    def _parted(self) -> bool:
        at, text = 0, self.text
        for number, zone in enumerate(self.zones):
            between = text[at : zone.start]
            if between.strip("\n") or (number and not between):
                return False
            at = zone.end
        return not text[at:].strip("\n")

    @property
    def kinds(self) -> frozenset[Zone]:
        """The kinds of its zones."""
        return self.remember("kinds", lambda: frozenset([zone.zone for zone in self.zones]))

    @property
    def paragraphs(self) -> tuple[Span, ...]:
        """All paragraphs, the title being one."""
        return tuple((zone.start, zone.end) for zone in self.zones)

    def stretches(self, zones: frozenset[Zone], within: Span | None = None) -> tuple[Span, ...]:
        """The stretches of text in these zones, cut down to `within` where it is given."""
        if within is None:
            return self.remember(
                zones, lambda: tuple((zone.start, zone.end) for zone in self.zones if zone.zone in zones)
            )
        start, end = within
        found: list[Span] = []
        for zone in self.zones[max(self._zone_index(start), 0) :]:
            if zone.start >= end:
                break
            if zone.zone in zones and zone.end > start:
                found.append((max(zone.start, start), min(zone.end, end)))
        return tuple(found)

    def sentences_in(self, zones: frozenset[Zone], within: Span | None = None) -> Iterator[Span]:
        """The sentences of these zones, those only that lie whole in `within` where it is given."""
        every = self.sentences
        for index in range(bisect_left(every, within) if within else 0, len(every)):
            start, end = every[index]
            if within is not None and end > within[1]:
                return
            if self.zone_at(start) in zones:
                yield start, end

    def zone_at(self, position: int) -> Zone | None:
        """The zone that a position of the shown text lies in."""
        index = self._zone_index(position)
        if index >= 0 and position < self.zones[index].end:
            return self.zones[index].zone
        return None

    def _zone_index(self, position: int) -> int:
        starts = self.remember("zone_starts", lambda: [zone.start for zone in self.zones])
        return bisect_right(starts, position) - 1


def _words(folded: str) -> Words:
    # Split into what lies between and words in turn: lengths summed up are the places, without a loop of ours.
    parts = _word_pattern(folded).split(folded)
    texts = tuple(parts[1::2])
    starts = tuple(accumulate(map(len, parts)))[0:-1:2]
    return Words(texts, starts, frozenset(texts))


def _word_pattern(folded: str) -> re.Pattern[str]:
    """The quickest pattern that parts this text as `WORD` does, as one group."""
    if folded.isascii():
        return _ASCII_WORD
    return _ANY_WORD if _MORE_THAN_LETTERS.search(folded) else _LETTER_WORD


def _main_language(tag: str) -> str | None:
    primary = tag.casefold().replace("_", "-").split("-", 1)[0]
    return None if primary in _UNKNOWN_LANGUAGES else primary


def reading_of(article: Article, *, brief: bool = False) -> Reading:
    """A stored article as rules see it, by itself: its own source is the only one that has it."""
    country = country_of(article.host)
    return Reading(
        text=article.text,
        zones=article.zones,
        language=article.language,
        source=article.source,
        trust=article.trust,
        copies=(article.source,),
        brief=brief,
        published=day_of(min(article.published or article.seen, article.seen), country),
        owner=article.publisher,
        country=country,
    )
