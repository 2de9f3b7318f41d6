"""What an article is about, by its names: the materials of its title, else its issuer's own, else of its first lines.

Never reads events, and never looks at the whole text but for what a control list names: what stands further down is
mentioned, not told.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from watcher.core.lexicon.model import Entity, Named, Sort
from watcher.core.lexicon.names import Names
from watcher.core.model import Zone
from watcher.core.text.plain import Span
from watcher.core.text.reading import Reading

_TITLE = frozenset({Zone.TITLE})
_LINES = frozenset({Zone.HIGHLIGHTS, Zone.LEAD, Zone.BODY})
_LOOKED_AT = 300
_LOOKED_AT_CJK = 700
_AT_MOST = 900
"""Characters looked at where neither title nor first lines name any material."""
_SENTENCE_OVER = 200
"""Characters that the last sentence may reach beyond: an enumeration is not cut."""
_CJK_LANGUAGES = frozenset({"zh", "ja", "ko"})
_GENERAL = "critical_minerals", "battery_materials"
"""Words of policy: they say nothing beside a material's own name."""
_FAMILIES = frozenset({"family", "product", "ore_type", "mixture"})
_PRECIOUS = "precious"
_MAGNETS = "permanent_magnets"
_RARE_EARTHS = "rare_earths"
_RARE_EARTH = re.compile(r"rare[- ]earth|希土", re.IGNORECASE)
_APPOSITION = re.compile(
    r", (?:an? |the |one of the )?[^.;\n]{0,80}?\b(?:compan(?:y|ies)|producers?|developers?|explorers?|miners?"
    r"|suppliers?|makers?|manufacturers?|leaders?|providers?|refiners?|smelters?|firms?|groups?)\b"
)
_BUSINESS = re.compile(
    r"[ -](?:firm|compan(?:y|ies)|miner|producer|developer|explorer|recycler|refiner|smelter|giant|major|junior)s?\b"
)
"""What says whose business it is, not what is told: rare earth firm X, lithium miner Y."""
_GOES_ON = re.compile(
    r",? (?:today )?(?:announc|report|is pleased|has |have |will |said|says|provid|complet|sign|clos|receiv|secur|gain)"
    r"|[.;\n]"
)
_LISTED = re.compile(
    r"(?:\s*\([^()]{1,12}\))?(?:,|;|/|\s*[-\u2013&]|、|，|和|及|与|と|や)?\s*"
    r"(?:(?:and|or|und|oder|sowie|et|ou|y|e|o) )?"
)
"""What stands between two members of an enumeration."""
_ENUMERATION = 3
_COMPOUND = re.compile(r" ?[-\u2013/,]? ?")
_PROJECT = re.compile(r"\s(?:project|property|deposit|prospect)\b", re.IGNORECASE)
_CONTROL_CODE = re.compile(r"(?<![A-Za-z0-9])\d[A-E]\d{3}(?:\.[a-z])?(?:\.\d)?[.．、: ]?[^\n\w]{0,3}")
"""Source: the numbering of control lists: category 0 to 9, group A to E, three digits: 1C902, 6C002.a."""
_BEHIND_A_CODE = 4
_CONTROLS = 8_000
"""Characters of a notice in which control codes are looked for."""
_FIGURE = 400
"""Characters of text that would name again what is meant by its name."""


def materials_of(reading: Reading, names: Names, *, reported: bool = True, strange: bool = False) -> tuple[str, ...]:
    """The codes of the materials that the article is about, in the order in which they are named.

    Args: `reported` is whether the article reports any event; where it does not, what its lines name once is aside.
    `strange` is whether all that it tells is of another field: then a metal's name is but a name, gold's excepted.
    """
    found = names.find(reading)
    materials = tuple(
        each for each in found if each.sort is Sort.MATERIAL and not (strange and _is_but_a_name(names, each))
    )
    told = _without_business(reading.text, materials)
    return (
        _Subject(reading, names, found, told, materials, reported).codes()
        or _Subject(reading, names, found, materials, materials, reported).codes()
    )


def _is_but_a_name(names: Names, named: Named) -> bool:
    entity = names.entity(Sort.MATERIAL, named.id)
    return entity is None or entity.kind != _PRECIOUS


@dataclass(frozen=True, slots=True)
class _Subject:
    """One article's names: all of them, all its materials, and those that may tell what it is about."""

    reading: Reading
    names: Names
    found: Sequence[Named]
    named: Sequence[Named]
    materials: Sequence[Named]
    reported: bool

    def codes(self) -> tuple[str, ...]:
        """The codes of what it is about."""
        in_title = [each for each in self.named if each.zone in _TITLE]
        title = self._meant(self._entities(in_title))
        told = _told(title)
        if told:
            parts = self._parts(told)
            chosen = (*title, *parts, *(() if parts else self._of_magnets(told)), *self._enumerated(told))
        else:
            chosen = (*title, *self._without_title(title))
        return self._codes((*chosen, *self._controlled()), kept=self._of_projects(in_title))

    def _without_title(self, title: Sequence[Entity]) -> Sequence[Entity]:
        """What the first lines name, of that what its issuer is called after; else what its issuer or place yields."""
        lines = self._lines(self._looked_at)
        if not _told(lines) and not title:
            lines = lines or self._lines(_AT_MOST)
        if not self.reported:
            lines = self._not_aside(lines, title)
        if not _told(lines):
            return (*lines, *(self._of_issuers() or (() if lines else self._of_places())))
        called = {id_ for each in self._issuers() for id_ in self.names.ids_in(each.name, Sort.MATERIAL)}
        return tuple(entity for entity in lines if entity.id in called) or lines

    def _meant(self, title: tuple[Entity, ...]) -> tuple[Entity, ...]:
        """Without a metal beside policy's word that the text never names again: America first, silicon later."""
        start = max((zone.end for zone in self.reading.zones if zone.zone in _TITLE), default=0)
        if len(_told(title)) == len(title) or len(self.reading.text) - start < _FIGURE:
            return title
        again = {each.id for each in self.materials if each.zone not in _TITLE}
        return tuple(entity for entity in title if entity.id in _GENERAL or entity.id in again)

    def _not_aside(self, lines: Sequence[Entity], title: Sequence[Entity]) -> tuple[Entity, ...]:
        """What an article without news names more than once, policy's word only where its title has it."""
        count = Counter(each.id for each in self.materials)
        return tuple(entity for entity in lines if title or (count[entity.id] > 1 and entity.id not in _GENERAL))

    @property
    def _looked_at(self) -> int:
        return _LOOKED_AT_CJK if self.reading.main_language in _CJK_LANGUAGES else _LOOKED_AT

    def _window(self, length: int) -> Span:
        begin = next((zone.start for zone in self.reading.zones if zone.zone in _LINES), 0)
        end = begin + length
        sentences = self.reading.sentences
        return begin, next((min(last, end + _SENTENCE_OVER) for first, last in sentences if first < end < last), end)

    def _lines(self, length: int) -> tuple[Entity, ...]:
        """What the first lines name, but for what only says which business somebody is in."""
        begin, end = self._window(length)
        aside = tuple(_appositions(self.reading.text, begin, end))
        return self._entities(
            each
            for each in self.named
            if each.zone in _LINES
            and begin <= each.start < end
            and not any(first <= each.start < last for first, last in aside)
        )

    def _of_issuers(self) -> tuple[Entity, ...]:
        """What the organisations of the title are known for, or called after."""
        ids = [
            id_
            for each in self._issuers()
            for id_ in self.names.yields(each.sort, each.id) or self.names.ids_in(each.name, Sort.MATERIAL)
        ]
        return self._by_ids(ids)

    def _issuers(self) -> list[Named]:
        return [each for each in self.found if each.sort is Sort.ORGANISATION and each.zone in _TITLE]

    def _of_places(self) -> tuple[Entity, ...]:
        """What the mines and plants of the title yield."""
        places = [each for each in self.found if each.sort is Sort.PLACE and each.zone in _TITLE]
        return self._by_ids([id_ for each in places for id_ in self.names.yields(each.sort, each.id)])

    def _of_magnets(self, told: Sequence[Entity]) -> Iterator[Entity]:
        """Magnets of no sort are of rare earths where the title or the issuer says so."""
        if any(entity.id != _MAGNETS for entity in told):
            return
        text = self.reading.text
        if any(
            each.id == _MAGNETS and each.zone in _TITLE and _RARE_EARTH.search(text, each.start, each.end)
            for each in self.found
        ):
            yield from self._by_ids([_RARE_EARTHS])
        earths = {id_ for _, id_ in self.names.members(_RARE_EARTHS)}
        yield from (entity for entity in self._of_issuers() if entity.id in earths)

    def _parts(self, told: Sequence[Entity]) -> tuple[Entity, ...]:
        """Where the title names families only: their members that the highlights or the first lines name."""
        if any(entity.kind not in _FAMILIES for entity in told):
            return ()
        members = {id_ for entity in told for _, id_ in self.names.members(entity.id)}
        members |= {id_ for entity in told if entity.kind == "product" for id_ in entity.members}
        earths = {id_ for _, id_ in self.names.members(_RARE_EARTHS)}
        if all(entity.id == _MAGNETS for entity in told):
            members |= earths
        widened = any(entity.kind == "family" and entity.id in earths for entity in told)
        highlights = self._entities(each for each in self.named if each.zone is Zone.HIGHLIGHTS)
        return tuple(
            entity
            for entity in dict.fromkeys((*self._lines(self._looked_at), *highlights))
            if entity not in told
            and (entity.id in members or (widened and entity.id in earths and entity.kind != "family"))
        )

    def _enumerated(self, told: Sequence[Entity]) -> tuple[Entity, ...]:
        """What the first lines list in one breath with what the title names: gallium, germanium and antimony."""
        begin, end = self._window(self._looked_at)
        lines = [each for each in self.named if each.zone in _LINES and begin <= each.start < end]
        ids = {entity.id for entity in told}
        return self._entities(
            each
            for run in _runs(self.reading.text, lines)
            if len({each.id for each in run}) >= _ENUMERATION and any(each.id in ids for each in run)
            for each in run
        )

    def _controlled(self) -> tuple[Entity, ...]:
        """What a control list names behind its codes, however far down: it is the notice itself."""
        ends = [match.end() for match in _CONTROL_CODE.finditer(self.reading.text, 0, _CONTROLS)]
        return self._entities(
            each for each in self.materials if any(0 <= each.start - end <= _BEHIND_A_CODE for end in ends)
        )

    def _of_projects(self, title: Sequence[Named]) -> frozenset[Entity]:
        """What a project is called after, precious metals too: the Babine South Gold Silver Copper Zinc Project."""
        text = self.reading.text
        called: list[Named] = []
        for run in _runs(text, title, _COMPOUND):
            if len(run) > 1 and _PROJECT.match(text, run[-1].end):
                called += run
        return frozenset(self._entities(called))

    def _by_ids(self, ids: Iterable[str]) -> tuple[Entity, ...]:
        entities = (self.names.entity(Sort.MATERIAL, id_) for id_ in ids)
        return tuple(dict.fromkeys(entity for entity in entities if entity is not None))

    def _entities(self, named: Iterable[Named]) -> tuple[Entity, ...]:
        return self._by_ids(each.id for each in named)

    def _codes(self, entities: Iterable[Entity], *, kept: frozenset[Entity]) -> tuple[str, ...]:
        """Their codes, without what says nothing beside the others: policy's word, by-products, magnets of no sort.

        A mixture without a code of its own is told by its members.
        """
        every = tuple(dict.fromkeys(entities))
        own = _told(every) or every
        critical = tuple(entity for entity in own if entity.kind != _PRECIOUS or entity in kept) or own
        sorts = {entity.id for entity in critical if entity.kind == "product" and entity.id != _MAGNETS}
        codes: dict[str, None] = {}
        for entity in critical:
            if not (sorts and entity.id == _MAGNETS):
                parts = self._by_ids(entity.members) if entity.code is None else (entity,)
                codes |= dict.fromkeys(part.code for part in parts if part.code is not None)
        return tuple(codes)


def _without_business(text: str, named: Sequence[Named]) -> tuple[Named, ...]:
    """Without whose business it is, unless several are named: lithium, cobalt and nickel producers."""
    listed = {each for run in _runs(text, named) if len(run) > 1 for each in run}
    return tuple(each for each in named if each in listed or not _BUSINESS.match(text, each.end))


def _runs(text: str, named: Sequence[Named], between: re.Pattern[str] = _LISTED) -> Iterator[list[Named]]:
    """Names in groups within which nothing stands between two of them but what joins."""
    run = list(named[:1])
    for one, other in pairwise(named):
        if one.end == other.start or not between.fullmatch(text, one.end, other.start):
            yield run
            run = []
        run.append(other)
    yield run


def _appositions(text: str, begin: int, end: int) -> Iterator[Span]:
    for match in _APPOSITION.finditer(text, begin, end):
        on = _GOES_ON.search(text, match.end())
        yield match.start(), on.start() if on else end


def _told(entities: Iterable[Entity]) -> tuple[Entity, ...]:
    """Those that say more than that minerals are meant."""
    return tuple(entity for entity in entities if entity.id not in _GENERAL)
