"""Where items stand in an article of which a scan has told which may: found there at once, without all of its words.

Never finds other places than `following` does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from watcher.core.model import Zone
from watcher.core.text.following import longest, occurrences, sought, substrings
from watcher.core.text.items import Phrase
from watcher.core.text.plain import SPACED_LETTER, WORD, Span
from watcher.core.text.reading import Reading

Quote = tuple[int, int, Zone | None, str]
"""A span of the shown text with its zone and its words."""

_KEPT = "what stands in it"
_LETTER = re.compile(SPACED_LETTER)
_ASCII_WORD = re.compile("[a-z0-9]+")
_PARTED = re.compile(rf"(?:['?]s(?!{SPACED_LETTER}))?+(?:'?[ \t]+|[-/?])")
"""What may part two words of an item; a possessive s after the first goes with it, whatever follows."""


@dataclass(frozen=True, slots=True)
class Sought:
    """A phrase with the letters that its first word may begin by; none for one of CJK."""

    phrase: Phrase
    begins: tuple[str, ...]

    @classmethod
    def of(cls, phrase: Phrase) -> Sought:
        """The phrase made ready."""
        return cls(phrase, phrase.words[0].literals() if phrase.words else ())


class Standing:
    """The items that may stand in one article, by the identity of their phrases; each is looked for once, if asked of.

    It knows all items of `lists`, and holds no reading: those that hold it would never be freed by themselves. `quoted`
    is for who asks, to keep what was made of items found in some zones.
    """

    __slots__ = ("_found", "_places", "_sought", "lists", "possible", "quoted")

    def __init__(self, lists: frozenset[object], sought: Mapping[int, Sought]) -> None:
        self.lists = lists
        self.possible = frozenset(sought)
        self.quoted: dict[tuple[frozenset[int], frozenset[Zone]], list[Quote]] = {}
        self._sought = sought
        self._places: dict[int, list[Span]] = {}
        self._found: dict[frozenset[int], tuple[Span, ...]] = {}

    def keep(self, reading: Reading) -> None:
        """Let whoever looks for one of the lists in that article know; the last one kept counts."""
        reading.remember(_KEPT, list[Standing])[:] = [self]

    def find(self, reading: Reading, asked: frozenset[int]) -> tuple[Span, ...]:
        """Where some of those that may stand there do: spans of the shown text, of those that overlap one."""
        found = self._found.get(asked)
        if found is None:
            hits = [hit for number in asked for hit in self._places_of(reading, number)]
            found = self._found[asked] = reading.mapped.spans(longest(hits)) if hits else ()
        return found

    def _places_of(self, reading: Reading, number: int) -> list[Span]:
        found = self._places.get(number)
        if found is None:
            found = self._places[number] = places(reading, self._sought[number])
        return found


def standing_in(reading: Reading) -> Standing | None:
    """What was kept of the article."""
    return next(iter(reading.remember(_KEPT, list[Standing])), None)


def is_plain(phrase: Phrase) -> bool:
    """Whether `places` can tell where it stands: by the beginning of its first word, or as CJK."""
    return not phrase.words or not phrase.words[0].ends


def places(reading: Reading, each: Sought) -> list[Span]:
    """All occurrences of a plain phrase in the folded text."""
    phrase = each.phrase
    if phrase.squeezed is not None:
        return substrings(reading, phrase)
    if phrase.exact is not None:  # its words have neither begins nor ends
        return occurrences(reading, reading.words, phrase)
    if not sought(reading, phrase):
        return []
    folded = reading.folded
    word_at = (_ASCII_WORD if folded.isascii() else WORD).match
    hits: list[Span] = []
    for literal in each.begins:
        at = folded.find(literal)
        while at >= 0:
            if not at or not _LETTER.match(folded, at - 1):
                end = _end(folded, word_at, phrase, at)
                if end is not None:
                    hits.append((at, end))
            at = folded.find(literal, at + 1)
    return hits


def _end(folded: str, word_at: Callable[[str, int], re.Match[str] | None], phrase: Phrase, at: int) -> int | None:
    """Where the phrase ends whose first word would begin there; None if it does not stand there."""
    last = len(phrase.gaps)
    for index, word in enumerate(phrase.words):
        found = word_at(folded, at)
        if found is None or not (found[0] in word.texts or word.takes(found[0])):
            return None
        at = found.end()
        if index < last:
            gap = phrase.gaps[index]
            between = (_PARTED if gap is None else _written(gap)).match(folded, at)
            if between is None:
                return None
            at = between.end()
    return at


@lru_cache(maxsize=1024)
def _written(gap: str) -> re.Pattern[str]:
    return re.compile(r"[ \t]+".join(map(re.escape, gap.split(" "))))
