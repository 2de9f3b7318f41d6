"""Whose word an article rests on: papers, agencies and price reporters that it cites for what it tells.

Never the publisher itself, and never somebody whom it merely names.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from watcher.core.lexicon.model import Named, Sort
from watcher.core.lexicon.names import Names
from watcher.core.model import Zone
from watcher.core.text.reading import Reading

KINDS = frozenset({"media", "price_reporter"})
_BEFORE = re.compile(
    r"(?:\b(?:according to|reported by|reports? (?:by|from|in)|reporting (?:by|from)|citing|cited by|quoted by|told|"
    r"published (?:by|in)|laut|nach Angaben von|selon|según)|\b(?:sources?|via|quelle)\s?:|\bsources?,? including|"
    r"据|據|引述|援引)(?:[^.;。]|(?<=\b[A-Z])\.){0,60}\Z",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"\W{0,2}\s?(?:reports?|reported|has reported|first reported|wrote|writes|berichtet\w*|schreibt|rapporte|"
    r"报道|報道|报导|によると|が報じ)",
    re.IGNORECASE,
)
_AHEAD, _BEHIND = 100, 24


def origins_of(reading: Reading, named: Sequence[Named], names: Names) -> tuple[Named, ...]:
    """Those whom the article cites, each at the first place where it does."""
    found: dict[str, Named] = {}
    for each in named:
        if each.sort is not Sort.ORGANISATION or each.id in found:
            continue
        entity = names.entity(Sort.ORGANISATION, each.id)
        if entity is None or entity.kind not in KINDS or entity.name == reading.owner:
            continue
        if reading.zone_at(each.start) not in {Zone.RELATED, Zone.PROFILE} and _is_cited(reading.text, each):
            found[each.id] = each
    return tuple(found.values())


def _is_cited(text: str, each: Named) -> bool:
    line = text.rfind("\n", 0, each.start) + 1
    return (
        _BEFORE.search(text, max(line, each.start - _AHEAD), each.start) is not None
        or _AFTER.match(text, each.end, each.end + _BEHIND) is not None
    )
