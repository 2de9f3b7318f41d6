"""All names of the lexicon, compiled: which of them stand where in a text, in one pass; and what is a member of what.

Never says what an article is about: it finds names, and drops those that a longer name, a mask or a guard forbids.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import ahocorasick_rs

from watcher.core.lexicon.claims import GUARDED, MASK, NAME, Claim, Pattern, has_capitals, patterns_of, sought
from watcher.core.lexicon.edges import holds, in_word, question_marks_as_breaks, sought_in
from watcher.core.lexicon.forms import organisations_by_form
from watcher.core.lexicon.groups import members_by_name
from watcher.core.lexicon.listed import Listed, OfficialList, Region
from watcher.core.lexicon.model import Entity, Named, Sort
from watcher.core.lexicon.symbols import Symbols
from watcher.core.model import SourceId, Trust, Zone, ZoneSpan
from watcher.core.text.plain import HANGUL_LETTER, Folded, Span, fold, normal
from watcher.core.text.reading import Reading

MOST = 200_000
"""Characters of a text that are looked at: a longer one is a book, and names beyond are nobody's news."""
_NEAR = 60
"""Source: the lexicon's rules: a guarded name counts with a word of its context within 60 characters."""
_LONGEST_MASK = 120
"""Characters: a mask that begins farther back covers nothing."""
_FAR = 1 << 40
_ORDER = (Sort.ORGANISATION, Sort.PLACE, Sort.MATERIAL)
"""What is chosen first masks what comes later: a company's name holds no material, and no place that is news."""


class Hit(NamedTuple):
    """One name that may count: its place in the shown text, what it stands for, and the claim that says so."""

    start: int
    end: int
    of: int
    claim: Claim
    by: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Names:
    """The lexicon, ready to be asked. Built by `of`."""

    listed: tuple[Listed, ...]
    lists: tuple[OfficialList, ...]
    regions: tuple[Region, ...]
    _patterns: tuple[Pattern, ...]
    _automaton: ahocorasick_rs.AhoCorasick
    _entities: Mapping[tuple[Sort, str], int]
    _members: Mapping[str, frozenset[tuple[Sort, str]]]
    _contexts: Mapping[int, tuple[str, ...]]
    _symbols: Symbols
    _seats: frozenset[str]
    _none: Claim = field(default=Claim(NAME, -1, ""))

    @classmethod
    def of(cls, listed: Iterable[Listed], lists: Iterable[OfficialList] = (), regions: Iterable[Region] = ()) -> Names:
        """Compile."""
        every, official, parts = tuple(listed), tuple(lists), tuple(regions)
        patterns = patterns_of(every)
        return cls(
            listed=every,
            lists=official,
            regions=parts,
            _patterns=tuple(patterns.values()),
            _automaton=ahocorasick_rs.AhoCorasick(list(patterns) or ["\0"], store_patterns=False),
            _entities={(each.entity.sort, each.entity.id): index for index, each in enumerate(every)},
            _members=members_by_name(every, official, parts),
            _contexts={index: tuple(map(fold, each.context)) for index, each in enumerate(every) if each.context},
            _seats=frozenset(fold(text) for each in every for text in each.capitals),
            _symbols=Symbols.of({each.symbol: index for index, each in enumerate(every) if each.symbol}),
        )

    def find(self, reading: Reading) -> tuple[Named, ...]:
        """Every name in the text, in order of place; names in chrome don't count. Spans of one sort never overlap."""
        return reading.remember(self, lambda: self._find(reading))

    def entity(self, sort: Sort, id_: str) -> Entity | None:
        """The thing of that id."""
        index = self._entities.get((sort, id_))
        return None if index is None else self.listed[index].entity

    def ids_in(self, name: str, sort: Sort) -> tuple[str, ...]:
        """The ids of that sort that a short text names, such as what a publisher calls itself."""
        reading = Reading(text=name, zones=(), language="", source=SourceId(""), trust=Trust.UNKNOWN)
        return tuple(each.id for each in self.find(reading) if each.sort is sort)

    def yields(self, sort: Sort, id_: str) -> tuple[str, ...]:
        """The ids of the materials that a place or an organisation is known for."""
        index = self._entities.get((sort, id_))
        return () if index is None else self.listed[index].materials

    def members(self, name: str) -> frozenset[tuple[Sort, str]]:
        """What a family, an official list, a kind of organisation, a country or a region is met by; an id by itself."""
        return self._members.get(name, frozenset())

    def called(self, sort: Sort, text: str) -> frozenset[str]:
        """The ids of a sort that a text stands for: an id, a group's name, or a thing's own name or alias, whole."""
        ids = frozenset(id_ for of, id_ in self.members(text) if of is sort)
        if ids:
            return ids
        zones = (ZoneSpan(zone=Zone.TITLE, start=0, end=len(text)),)
        alone = Reading(text=text, zones=zones, language="", source=SourceId(""), trust=Trust.UNKNOWN)
        return frozenset(
            named.id
            for named in self.find(alone)
            if named.sort is sort and named.by != "form" and (named.start, named.end) == (0, len(text))
        )

    @property
    def capitals(self) -> Mapping[str, tuple[str, ...]]:
        """Per id of a country how its capital is called."""
        return {each.entity.id: each.capitals for each in self.listed if each.capitals}

    @property
    def group_names(self) -> tuple[str, ...]:
        """Every name that `members` knows."""
        return tuple(self._members)

    def _find(self, reading: Reading) -> tuple[Named, ...]:
        hits = list(self._hits(reading))
        hits += (
            Hit(start, end, index, self._none, "symbol")
            for start, end, index in self._symbols.find(reading.text[:MOST], {hit.end: hit.of for hit in hits})
        )
        kept = self._guarded(reading, self._unmasked(hits))
        by_sort: dict[Sort, list[Hit]] = {sort: [] for sort in Sort}
        listed = self.listed
        for hit in kept:
            by_sort[listed[hit.of].entity.sort].append(hit)
        formed = self._formed(reading, by_sort)
        taken = bytearray(len(reading.text))
        found: list[Named] = [named for named in formed if _take(taken, named.start, named.end)]
        begins = [zone.start for zone in reading.zones]
        for sort in _ORDER:
            for hit in sorted(by_sort[sort], key=_longest_first):
                if _take(taken, hit.start, hit.end):
                    index = bisect_right(begins, hit.start) - 1
                    zone = reading.zones[index] if index >= 0 else None
                    named = self._named(hit, zone.zone if zone is not None and hit.start < zone.end else None)
                    if named.zone is not Zone.CHROME:
                        found.append(named)
        return tuple(sorted(found, key=_in_order))

    def _formed(self, reading: Reading, by_sort: Mapping[Sort, Sequence[Hit]]) -> Iterator[Named]:
        """Organisations by form, but those that the lexicon knows, and places and materials that stand alone.

        A longer name by form wins over a listed one that it ends with, unless what comes before is a place.
        """
        listed = by_sort[Sort.ORGANISATION]
        other = {(hit.start, hit.end) for sort in (Sort.PLACE, Sort.MATERIAL) for hit in by_sort[sort]}
        places = {hit.start for hit in by_sort[Sort.PLACE]}
        for named in organisations_by_form(reading):
            beside = [hit for hit in listed if hit.start < named.end and named.start < hit.end]
            longer = all(named.start < hit.start and hit.end <= named.end for hit in beside)
            if beside and longer:
                longer = _is_told_again(reading.text, named)
            if (
                (named.start, named.end) in other
                or fold(named.name) in self._seats
                or not longer
                or (beside and named.start in places)
            ):
                continue
            yield named

    def _named(self, hit: Hit, zone: Zone | None) -> Named:
        entity = self.listed[hit.of].entity
        return Named(
            sort=entity.sort,
            id=entity.id,
            name=entity.name,
            start=hit.start,
            end=hit.end,
            zone=zone,
            language=hit.claim.language,
            by=hit.by,
            kind=entity.kind,
            country=entity.country,
            owner=entity.owner,
        )

    def _hits(self, reading: Reading) -> Iterator[Hit]:
        """All that is listed, with edges, language and written form checked; masks too."""
        mapped = reading.mapped
        text = sought(mapped.text[:MOST])
        if "?" in text:
            text = question_marks_as_breaks(text)
        language = reading.main_language
        patterns = self._patterns
        length = len(text)
        for index, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            pattern = patterns[index]
            if pattern.edge_before and start and in_word(text[start - 1]):
                continue
            if pattern.hangul and start and HANGUL_LETTER.match(text[start - 1]):
                continue
            if end < length and text[end] == "$":
                continue  # `US$120 million`: part of a currency's sign
            longer = pattern.edge_after and end < length and in_word(text[end])
            for claim in pattern.claims:
                if (longer and not claim.opening) or not sought_in(claim.only, language):
                    continue
                hit = _hit(mapped, claim, start, end)
                if hit is not None:
                    yield hit

    def _unmasked(self, hits: Sequence[Hit]) -> list[Hit]:
        """Those that no mask of their own thing covers."""
        masks: defaultdict[int, list[Span]] = defaultdict(list)
        for hit in hits:
            if hit.by == MASK:
                masks[hit.of].append((hit.start, hit.end))
        for spans in masks.values():
            spans.sort()
        return [hit for hit in hits if hit.by != MASK and not _covered(masks.get(hit.of, ()), hit.start, hit.end)]

    def _guarded(self, reading: Reading, hits: list[Hit]) -> list[Hit]:
        """Those that need nobody's word, and those that have it; of several things that one may mean, the nearest."""
        vouched: defaultdict[int, list[int]] = defaultdict(list)
        doubtful: defaultdict[tuple[int, int], list[Hit]] = defaultdict(list)
        kept: list[Hit] = []
        for hit in hits:
            if hit.by == GUARDED:
                doubtful[hit.start, hit.end].append(hit)
            else:
                kept.append(hit)
                vouched[hit.of].append(hit.start)
        for places in vouched.values():
            places.sort()
        for (start, _), claimed in doubtful.items():
            known = [hit for hit in claimed if hit.of in vouched]
            if known:
                kept.append(min(known, key=lambda hit: _distance(start, vouched[hit.of])))
            else:
                kept += [hit for hit in claimed if self._in_context(reading, hit)][:1]
        return kept

    def _in_context(self, reading: Reading, hit: Hit) -> bool:
        words = self._contexts.get(hit.of)
        if not words:
            return False
        before = fold(reading.text[max(0, hit.start - _NEAR) : hit.start])
        after = fold(reading.text[hit.end : hit.end + _NEAR])
        return any(holds(before, word) or holds(after, word) for word in words)


def _hit(mapped: Folded, claim: Claim, start: int, end: int) -> Hit | None:
    """The hit of a claim, None where the text as written is not what it asks for."""
    if claim.inner is not None:
        start, end = start + claim.inner[0], start + claim.inner[1]
    first, last = mapped.span(start, end)
    if claim.exact is not None and normal(mapped.shown[first:last]) != claim.exact:
        return None
    if claim.cased and not has_capitals(claim.cased, mapped.shown[first:last]):
        return None
    return Hit(first, last, claim.of, claim, claim.what)


def _longest_first(hit: Hit) -> tuple[int, int]:
    return hit.start - hit.end, hit.start


def _in_order(named: Named) -> tuple[int, int]:
    return named.start, named.end


def _is_told_again(text: str, named: Named) -> bool:
    """Whether a longer name is sure: a headline's verb before a name looks like its first word, but only once."""
    whole = text[named.start : named.end]
    return whole.isascii() and (named.zone is not Zone.TITLE or text.find(whole, named.end) >= 0)


def _take(taken: bytearray, start: int, end: int) -> bool:
    """Take a span if none of it is taken."""
    if taken.find(1, start, end) >= 0:
        return False
    taken[start:end] = b"\1" * (end - start)
    return True


def _covered(spans: Sequence[Span], start: int, end: int) -> bool:
    """Whether one of these spans, which are sorted, covers the stretch."""
    index = bisect_right(spans, (start, _FAR)) - 1
    while index >= 0 and spans[index][0] > start - _LONGEST_MASK:
        if spans[index][1] >= end:
            return True
        index -= 1
    return False


def _distance(start: int, places: Sequence[int]) -> tuple[bool, int]:
    """How far the nearest full name stands, one before it being nearer than any after. `places` are sorted."""
    index = bisect_right(places, start)
    return (False, start - places[index - 1]) if index else (True, places[0] - start)
