"""What an article is about, by its names: the materials of its title, else of its first lines.

Never reads events, and never looks at the whole text: what stands further down is mentioned, not told.
"""

from __future__ import annotations

from collections.abc import Iterable

from watcher.core.lexicon.model import Named, Sort
from watcher.core.lexicon.names import Names
from watcher.core.model import Zone
from watcher.core.text.reading import Reading

_TITLE = frozenset({Zone.TITLE})
_FIRST_LINES = frozenset({Zone.HIGHLIGHTS, Zone.LEAD, Zone.BODY})
_LOOKED_AT = 300
_LOOKED_AT_CJK = 700
GENERAL = "CM"
"""The code of critical minerals as such: it says nothing beside a material's own."""


def materials_of(reading: Reading, names: Names) -> tuple[str, ...]:
    """The codes of the materials that the article is about, in the order in which they are named."""
    named = [each for each in names.find(reading) if each.sort is Sort.MATERIAL]
    title = _codes(names, (each for each in named if each.zone in _TITLE))
    if any(code != GENERAL for code in title):
        return _specific(title)
    begin = next((zone.start for zone in reading.zones if zone.zone in _FIRST_LINES), 0)
    end = begin + (_LOOKED_AT_CJK if reading.main_language in {"zh", "ja", "ko"} else _LOOKED_AT)
    lines = _codes(names, (each for each in named if each.zone in _FIRST_LINES and each.start < end))
    return _specific(tuple(dict.fromkeys((*title, *lines))))


def _codes(names: Names, named: Iterable[Named]) -> tuple[str, ...]:
    codes = (names.entity(Sort.MATERIAL, each.id) for each in named)
    return tuple(dict.fromkeys(entity.code for entity in codes if entity is not None and entity.code is not None))


def _specific(codes: tuple[str, ...]) -> tuple[str, ...]:
    """Without what is general beside what is not."""
    own = tuple(code for code in codes if code != GENERAL)
    return own or codes
