"""Where items stand in an article of which a scan has told which may: found there at once, without all of its words.

Never finds other places than `following` does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from watcher.core.model import Zone
from watcher.core.text.following import longest, occurrences, sought, substrings
from watcher.core.text.items import Phrase, Word
from watcher.core.text.plain import SPACED_LETTER, WORD, Span
from watcher.core.text.reading import Reading

Quote = tuple[int, int, Zone | None, str]
"""A span of the shown text with its zone and its words."""

_KEPT = "what stands in it"
_LETTER = re.compile(SPACED_LETTER)
_ASCII_WORD = re.compile("[a-z0-9]+")
_WORD_SIGNS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
_PARTED = re.compile(rf"(?:['?]s(?!{SPACED_LETTER}))?+(?:'?[ \t]+|[-/?])")
"""What may part two words of an item; a possessive s after the first goes with it, whatever follows."""


@dataclass(frozen=True, slots=True)
class Sought:
    """A phrase with what is asked of it first, so that it is at hand: its first word, and the letters this begins by.

    `everywhere` says that it is sought in texts of all languages.
    """

    phrase: Phrase
    begins: tuple[str, ...]
    first: Word
    texts: frozenset[str]
    alone: bool
    everywhere: bool

    @classmethod
    def of(cls, phrase: Phrase) -> Sought:
        """The phrase made ready; one of CJK has no words."""
        first = phrase.words[0] if phrase.words else Word(frozenset())
        return cls(
            phrase,
            begins=first.literals() if phrase.words else (),
            first=first,
            texts=first.texts,
            alone=len(phrase.words) == 1,
            everywhere=phrase.item.language == "any",
        )


class Standing:
    """The items that stand in one article, by the identity of their phrases, with their spans of the folded text.

    It knows all items of `lists`, and holds no reading: those that hold it would never be freed by themselves. `quoted`
    is for who asks, to keep what was made of items found in some zones.
    """

    __slots__ = ("_found", "lists", "placed", "possible", "quoted")

    def __init__(self, lists: frozenset[object], placed: Mapping[int, list[Span]]) -> None:
        self.lists = lists
        self.placed = placed
        self.possible = frozenset(placed)
        self.quoted: dict[tuple[frozenset[int], frozenset[Zone]], list[Quote]] = {}
        self._found: dict[frozenset[int], tuple[Span, ...]] = {}

    def keep(self, reading: Reading) -> None:
        """Let whoever looks for one of the lists in that article know; the last one kept counts."""
        reading.remember(_KEPT, list[Standing])[:] = [self]

    def find(self, reading: Reading, asked: frozenset[int]) -> tuple[Span, ...]:
        """Where some of those that stand there do: spans of the shown text, of those that overlap one."""
        found = self._found.get(asked)
        if found is None:
            hits = [hit for number in asked for hit in self.placed[number]]
            found = self._found[asked] = reading.mapped.spans(longest(hits)) if hits else ()
        return found


def standing_in(reading: Reading) -> Standing | None:
    """What was kept of the article."""
    return next(iter(reading.remember(_KEPT, list[Standing])), None)


def is_plain(phrase: Phrase) -> bool:
    """Whether `places` can tell where it stands: by the beginning of its first word, or as CJK."""
    return not phrase.words or not phrase.words[0].ends


class Placing:
    """Looks for plain phrases in one article."""

    __slots__ = ("_folded", "_is_ascii", "_reading", "_word_at")

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._folded = reading.folded
        self._is_ascii = self._folded.isascii()
        self._word_at = (_ASCII_WORD if self._is_ascii else WORD).match

    def places(self, each: Sought, starts: Iterable[int] | None = None) -> list[Span]:
        """All occurrences of a phrase in the folded text; those only that begin at one of `starts`, if it is given.

        `starts` is taken at its word where the first word is sought by its letters: not for CJK, nor for exact items.
        """
        phrase, reading = each.phrase, self._reading
        if phrase.squeezed is not None:
            return substrings(reading, phrase)
        if phrase.exact is not None:  # its words have neither begins nor ends
            return occurrences(reading, reading.words, phrase)
        if not each.everywhere and not sought(reading, phrase):
            return []
        folded, is_ascii, word_at = self._folded, self._is_ascii, self._word_at
        first, texts = each.first, each.texts
        hits: list[Span] = []
        for at in _begins(folded, each.begins) if starts is None else starts:
            if at and (folded[at - 1] in _WORD_SIGNS if is_ascii else _LETTER.match(folded, at - 1)):
                continue
            found = word_at(folded, at)
            if found is not None and (found[0] in texts or first.takes(found[0])):
                end = found.end() if each.alone else _end(folded, word_at, phrase, found.end())
                if end is not None:
                    hits.append((at, end))
        return hits


def _begins(folded: str, literals: Iterable[str]) -> Iterator[int]:
    for literal in literals:
        at = folded.find(literal)
        while at >= 0:
            yield at
            at = folded.find(literal, at + 1)


def _end(folded: str, word_at: Callable[[str, int], re.Match[str] | None], phrase: Phrase, at: int) -> int | None:
    """Where the phrase ends whose first word ends there; None if the rest of it does not follow."""
    for word, gap in zip(phrase.words[1:], phrase.gaps, strict=True):
        between = (_PARTED if gap is None else _written(gap)).match(folded, at)
        found = word_at(folded, between.end()) if between is not None else None
        if found is None or not (found[0] in word.texts or word.takes(found[0])):
            return None
        at = found.end()
    return at


@lru_cache(maxsize=1024)
def _written(gap: str) -> re.Pattern[str]:
    return re.compile(r"[ \t]+".join(map(re.escape, gap.split(" "))))
