"""What an article is about, by its names: the materials of its title, else of its first lines, else its issuer's own.

Never reads events, and never looks at the whole text: what stands further down is mentioned, not told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

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


def materials_of(reading: Reading, names: Names) -> tuple[str, ...]:
    """The codes of the materials that the article is about, in the order in which they are named."""
    found = names.find(reading)
    materials = [each for each in found if each.sort is Sort.MATERIAL]
    told = [each for each in materials if not _BUSINESS.match(reading.text, each.end)]
    return _materials_of(reading, names, found, told) or _materials_of(reading, names, found, materials)


def _materials_of(reading: Reading, names: Names, found: Sequence[Named], named: Sequence[Named]) -> tuple[str, ...]:
    title = _entities(names, (each for each in named if each.zone in _TITLE))
    told = _told(title)
    if told:
        parts = _parts(names, told, _lines(reading, names, named, _looked_at(reading)))
        return _codes(names, (*title, *parts, *(() if parts else _of_magnets(reading, names, told, found))))
    lines = _lines(reading, names, named, _looked_at(reading))
    if not _told(lines) and not title:
        lines = lines or _lines(reading, names, named, _AT_MOST)
    if not _told(lines):
        lines = (*lines, *(tuple(_of_title(names, found)) or (() if lines else _of_places(names, found))))
    return _codes(names, (*title, *lines))


def _looked_at(reading: Reading) -> int:
    return _LOOKED_AT_CJK if reading.main_language in _CJK_LANGUAGES else _LOOKED_AT


def _lines(reading: Reading, names: Names, named: Sequence[Named], length: int) -> tuple[Entity, ...]:
    """What the first lines name, but for what only says which business somebody is in."""
    begin = next((zone.start for zone in reading.zones if zone.zone in _LINES), 0)
    end = begin + length
    end = next((min(last, end + _SENTENCE_OVER) for first, last in reading.sentences if first < end < last), end)
    aside = tuple(_appositions(reading.text, begin, end))
    return _entities(
        names,
        (
            each
            for each in named
            if each.zone in _LINES
            and begin <= each.start < end
            and not any(first <= each.start < last for first, last in aside)
        ),
    )


def _appositions(text: str, begin: int, end: int) -> Iterator[Span]:
    for match in _APPOSITION.finditer(text, begin, end):
        on = _GOES_ON.search(text, match.end())
        yield match.start(), on.start() if on else end


def _of_title(names: Names, found: Iterable[Named]) -> Iterator[Entity]:
    """What the organisations of the title are known for, or called after."""
    for each in found:
        if each.sort is Sort.ORGANISATION and each.zone in _TITLE:
            ids = names.yields(each.sort, each.id) or names.ids_in(each.name, Sort.MATERIAL)
            yield from (entity for id_ in ids if (entity := names.entity(Sort.MATERIAL, id_)) is not None)


def _of_places(names: Names, found: Iterable[Named]) -> tuple[Entity, ...]:
    """What the mines and plants of the title yield."""
    ids = [
        id_
        for each in found
        if each.sort is Sort.PLACE and each.zone in _TITLE
        for id_ in names.yields(each.sort, each.id)
    ]
    entities = (names.entity(Sort.MATERIAL, id_) for id_ in ids)
    return tuple(entity for entity in entities if entity is not None)


def _of_magnets(reading: Reading, names: Names, told: Sequence[Entity], found: Sequence[Named]) -> Iterator[Entity]:
    """Magnets of no sort are of rare earths where the title or the issuer says so."""
    if any(entity.id != _MAGNETS for entity in told):
        return
    said = any(
        each.id == _MAGNETS and each.zone in _TITLE and _RARE_EARTH.search(reading.text, each.start, each.end)
        for each in found
    )
    entity = names.entity(Sort.MATERIAL, _RARE_EARTHS)
    if said and entity is not None:
        yield entity
    earths = {id_ for _, id_ in names.members(_RARE_EARTHS)}
    yield from (entity for entity in _of_title(names, found) if entity.id in earths)


def _parts(names: Names, told: Sequence[Entity], lines: Sequence[Entity]) -> tuple[Entity, ...]:
    """Where the title names families only: their members that the first lines name."""
    if any(entity.kind not in _FAMILIES for entity in told):
        return ()
    members = {id_ for entity in told for _, id_ in names.members(entity.id)}
    members |= {id_ for entity in told if entity.kind == "product" for id_ in entity.members}
    earths = {id_ for _, id_ in names.members(_RARE_EARTHS)}
    widened = any(entity.kind == "family" and entity.id in earths for entity in told)
    return tuple(
        entity
        for entity in lines
        if entity not in told
        and (entity.id in members or (widened and entity.id in earths and entity.kind != "family"))
    )


def _entities(names: Names, named: Iterable[Named]) -> tuple[Entity, ...]:
    entities = (names.entity(Sort.MATERIAL, each.id) for each in named)
    return tuple(dict.fromkeys(entity for entity in entities if entity is not None))


def _told(entities: Iterable[Entity]) -> tuple[Entity, ...]:
    """Those that say more than that minerals are meant."""
    return tuple(entity for entity in entities if entity.id not in _GENERAL)


def _codes(names: Names, entities: Iterable[Entity]) -> tuple[str, ...]:
    """Their codes, without what says nothing beside the others: policy's word, by-products, magnets of no sort.

    A mixture without a code of its own is told by its members.
    """
    every = tuple(dict.fromkeys(entities))
    own = _told(every) or every
    critical = tuple(entity for entity in own if entity.kind != _PRECIOUS) or own
    sorts = {entity.id for entity in critical if entity.kind == "product" and entity.id != _MAGNETS}
    kept = tuple(entity for entity in critical if not (sorts and entity.id == _MAGNETS))
    codes: dict[str, None] = {}
    for entity in kept:
        parts = [names.entity(Sort.MATERIAL, id_) for id_ in entity.members] if entity.code is None else [entity]
        codes |= dict.fromkeys(part.code for part in parts if part is not None and part.code is not None)
    return tuple(codes)
