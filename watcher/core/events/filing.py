"""The items of all recognisers filed: each once, by the first word of its texts, with what it is listed as.

Never looks at an article.
"""

from __future__ import annotations

import re
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate

from watcher.core.events.listing import ACT, OBJECT, Families, Row
from watcher.core.events.patterns import openings_of, patterns_of
from watcher.core.text.inflection import Inflection, Verbs
from watcher.core.text.items import WordItem
from watcher.core.text.plain import CJK

FIRST, _BEGINS, _ENDS, _ANYWHERE = range(4)
CJK_FROM = "\u2e7f"
Numbers = tuple[int, ...]
Listed = tuple[Iterable[WordItem], str, int, str, int]
"""Items with their slot, type, name and group."""
_VERBS: Mapping[str, Verbs] = {
    "act": "first",
    "phrase": "first",
    "title_phrase": "first",
    "object": "none",
    "counter": "first",
    "genre_label": "none",
    "genre_subject": "none",
    "capitals": "none",
}
"""Which words of a slot's items may be verbs; in all other slots, any: "project" as an object is no "projected"."""
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """Items by number, with what is known of each.

    `first`, `begins`, `ends` and `anywhere` say which have a text with that first word, or one that begins or ends a
    word so, or that may stand anywhere; `exact` how those stand that count only as written.

    What an item is listed as lies in arrays: its rows end at `row_ends`; of each there is the number of its kind and a
    key, by which it can be left out.
    """

    items: tuple[WordItem, ...]
    verbs: tuple[Verbs, ...]
    exact: Mapping[int, str]
    first: Mapping[str, int | Numbers]
    begins: Mapping[str, int | Numbers]
    ends: Mapping[str, int | Numbers]
    anywhere: Mapping[str, int | Numbers]
    kinds: tuple[tuple[str, int, str, int], ...]
    row_ends: array[int]
    row_kinds: array[int]
    row_keys: array[int]

    @classmethod
    def of(cls, every: Iterable[Listed], inflections: Mapping[str, Inflection]) -> Filed:
        """All items filed, as they come: those of one type after another."""
        kinds: dict[tuple[str, int, str, int], int] = {}
        listed, its_kinds, its_keys = array("I"), array("I"), array("I")
        keys = _Keys()
        places = _Places(inflections)
        for items, slot, type_, name, group in every:
            verbs = _VERBS.get(slot, "all")
            kind = kinds.setdefault((slot, type_, name, group), len(kinds))
            for item in items:
                number = places.number(item, verbs)
                listed.append(number)
                its_kinds.append(kind)
                its_keys.append(keys.key(type_, slot, name, number))
        order = sorted(range(len(listed)), key=listed.__getitem__)
        counts = array("I", bytes(4 * len(places.items)))
        for number in listed:
            counts[number] += 1
        first, begins, ends, anywhere = map(_packed, places.held)
        return cls(
            items=tuple(places.items),
            verbs=tuple(places.verbs),
            exact=places.exact,
            first=first,
            begins=begins,
            ends=ends,
            anywhere=anywhere,
            kinds=tuple(kinds),
            row_ends=array("I", accumulate(counts)),
            row_kinds=array("I", map(its_kinds.__getitem__, order)),
            row_keys=array("I", map(its_keys.__getitem__, order)),
        )

    @property
    def families(self) -> Families:
        """All families that have acts or objects, numbered as they come."""
        named = dict.fromkeys((type_, group) for slot, type_, _, group in self.kinds if slot in {ACT, OBJECT})
        return {family: number for number, family in enumerate(named)}

    def standing(self, numbers: Numbers, written: str) -> Numbers:
        """Those of these items that count where the text stands so."""
        exact = self.exact
        return tuple([number for number in numbers if exact.get(number, written) == written])

    def rows(self, numbers: Numbers, off: frozenset[int]) -> Iterator[Row]:
        """What these items are listed as, without what is not to be seen."""
        for number in numbers:
            for at in range(self.row_ends[number - 1] if number else 0, self.row_ends[number]):
                if self.row_keys[at] not in off:
                    slot, type_, name, group = self.kinds[self.row_kinds[at]]
                    yield Row(slot, type_, name, self.row_keys[at], group)


class _Keys:
    """Keys in the order of what is listed: an item has one per slot, type and name, in however many groups it is."""

    def __init__(self) -> None:
        self._count = 0
        self._type: int | None = None
        self._known: dict[tuple[str, str, int], int] = {}

    def key(self, type_: int, slot: str, name: str, number: int) -> int:
        """The key of an item; types come one after another."""
        if type_ != self._type:
            self._type, self._known = type_, {}
        key = self._known.setdefault((slot, name, number), self._count)
        self._count += key == self._count
        return key


class _Places:
    """Items while they are filed."""

    def __init__(self, inflections: Mapping[str, Inflection]) -> None:
        self.items: list[WordItem] = []
        self.verbs: list[Verbs] = []
        self.exact: dict[int, str] = {}
        self.held: tuple[dict[str, list[int]], ...] = tuple(defaultdict(list) for _ in range(4))
        self._inflections = inflections
        self._numbers: dict[Verbs, dict[WordItem, int]] = {"all": {}, "first": {}, "none": {}}

    def number(self, item: WordItem, verbs: Verbs) -> int:
        """The number of an item, under which its texts are filed."""
        number = len(self.items)
        known = self._numbers[verbs].setdefault(item, number)
        if known != number:
            return known
        self.items.append(item)
        self.verbs.append(verbs)
        texts = openings_of(item, verbs, self._inflections)
        if texts is None:
            texts, exact = patterns_of(item, verbs, self._inflections)
            if exact is not None:
                self.exact[number] = exact
        for held, text in dict.fromkeys(map(place_of, texts)):
            self.held[held][text].append(number)
        return number


def _packed(held: dict[str, list[int]]) -> dict[str, int | Numbers]:
    """The lists of numbers as small as they can be, each let go of once it is taken."""
    found: dict[str, int | Numbers] = {}
    for text in tuple(held):
        numbers = held.pop(text)
        found[text] = numbers[0] if len(numbers) == 1 else tuple(numbers)
    return found


def unpacked(numbers: int | Numbers) -> Numbers:
    """The numbers, even if it is one."""
    return (numbers,) if isinstance(numbers, int) else numbers


def place_of(text: str) -> tuple[int, str]:
    """Where a text is filed and under what: its first word, an affix of one, or as what may stand anywhere."""
    if text.isascii() and text.isalnum():
        return FIRST, text
    bare = text.strip("*")
    if CJK.search(bare) or not (in_word(bare[0]) and in_word(bare[-1])):
        return _ANYWHERE, text
    alone = _WORD.fullmatch(bare) is not None
    if text.startswith("*"):
        return (_ENDS, bare) if alone else (_ANYWHERE, text)
    if alone:
        return (_BEGINS if text.endswith("*") else FIRST), bare
    opening = _WORD.match(bare)
    return (_ANYWHERE, text) if opening is None else (FIRST, opening[0])


def in_word(character: str) -> bool:
    """Whether a letter or digit beside it would part no word: Han, kana and Hangul have edges of their own."""
    return character.isalnum() and not (character > CJK_FROM and CJK.match(character))
