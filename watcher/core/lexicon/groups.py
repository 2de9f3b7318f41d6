"""What is a member of what: families of materials, official lists, kinds of organisations, countries and regions.

Never looks at an article.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from watcher.core.lexicon.listed import Listed, OfficialList, Region
from watcher.core.lexicon.model import Sort

CRITICAL = "critical"
"""Source: the rule language, section 2: all official lists in one."""
_POLICY_TERM = "policy_term"
_OPENED = frozenset({"family", "mixture"})
"""What is met by its members; a product is not: neodymium is no magnet."""

SITE = "site"
"""Every mine, plant and project that is listed as a place."""
_COUNTRY = "country"
"""What countries are called together, which is their kind."""
_OF_SITES = ("mine", "plant", "refinery", "smelt", "separation", "processing", "recycling", "metals")

Member = tuple[Sort, str]


def members_by_name(
    listed: Sequence[Listed], lists: Iterable[OfficialList], regions: Iterable[Region]
) -> Mapping[str, frozenset[Member]]:
    """Per name what it is met by. An id of one thing is met by itself."""
    found: defaultdict[str, set[Member]] = defaultdict(set)
    for each in listed:
        found[each.entity.id].add((each.entity.sort, each.entity.id))
    for name, ids in _families(listed).items():
        found[name] |= {(Sort.MATERIAL, id_) for id_ in ids}
    for name, ids in _lists(listed, lists).items():
        found[name] |= {(Sort.MATERIAL, id_) for id_ in ids}
    for each in listed:
        if each.entity.sort is Sort.ORGANISATION:
            found[each.entity.kind].add((Sort.ORGANISATION, each.entity.id))
        if each.entity.sort is Sort.PLACE and each.entity.kind == _COUNTRY:
            found[_COUNTRY].add((Sort.PLACE, each.entity.id))
        if each.entity.sort is Sort.PLACE and any(word in each.entity.kind for word in _OF_SITES):
            found[SITE].add((Sort.PLACE, each.entity.id))
        if each.entity.country is not None:
            found[each.entity.country].add((each.entity.sort, each.entity.id))
    for region in regions:
        found[region.id].update(*(found.get(country, set()) for country in region.countries))
    return {name: frozenset(members) for name, members in found.items()}


def _families(listed: Sequence[Listed]) -> dict[str, frozenset[str]]:
    """Per material that has members, everything that it is met by."""
    own = {each.entity.id: each for each in listed if each.entity.sort is Sort.MATERIAL and each.entity.members}
    opened: dict[str, frozenset[str]] = {}

    def elements(name: str, above: frozenset[str]) -> frozenset[str]:
        each = own.get(name)
        if each is None or name in above:
            return frozenset({name})
        return frozenset().union(*(elements(member, above | {name}) for member in each.entity.members))

    every = {name: elements(name, frozenset()) for name in own}
    for name, each in own.items():
        if each.entity.kind in _OPENED:
            inside = {other for other, parts in every.items() if parts <= every[name]}
            opened[name] = every[name] | frozenset(each.entity.members) | inside | {name}
        else:
            products = {member for member in each.entity.members if member in own}
            opened[name] = frozenset({name, *products})
    return opened


def _lists(listed: Sequence[Listed], lists: Iterable[OfficialList]) -> dict[str, frozenset[str]]:
    """Per official list what is on it, with families: of a loose list those on it in part, else those wholly on it."""
    materials = [each for each in listed if each.entity.sort is Sort.MATERIAL]
    found: dict[str, frozenset[str]] = {}
    for official in lists:
        on_it = {each.entity.id for each in materials if official.id in each.lists}
        changed = True
        while changed:
            more = {
                each.entity.id
                for each in materials
                if each.entity.members
                and (any if official.loose else all)(member in on_it for member in each.entity.members)
            } - on_it
            on_it |= more
            changed = bool(more)
        if official.loose:
            on_it |= {each.entity.id for each in materials if each.entity.kind == _POLICY_TERM}
        found[official.id] = frozenset(on_it)
    loose = [found[official.id] for official in lists if official.loose]
    found[CRITICAL] = frozenset().union(*loose)
    return found
