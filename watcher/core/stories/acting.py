"""Who acts in an article's events: a state, its offices and their bureaus, a firm; and whether two tell of one of them.

A state and its office are one, two offices of a state are not, and a firm is never its state.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from itertools import pairwise
from typing import TypedDict

from watcher.core.events.model import Event
from watcher.core.lexicon.model import Named, Sort
from watcher.core.stories.model import Newcomer, Traits, hashed

_ACTOR = "actor"
_LAND = 2
"""Letters of a country's id."""
_GOVERNMENT = "government"
_STATES_KINDS = frozenset({_GOVERNMENT, "ministry", "agency"})
"""Kinds of organisations that act in the name of their country; a parliament passes what is no act of it yet."""
_AND = re.compile(r",? (?:and|und|et|y|e)(?: the)? | ?[,&/\u2013-] ?|[、和与與及]")


class Acting(TypedDict):
    """The traits that say who acts."""

    actors: frozenset[int]
    states: frozenset[int]


def state_of(named: Named) -> str:
    """The id of the country that this is, or in whose name it acts; "" for any other name."""
    if named.sort is Sort.PLACE:
        return named.id if len(named.id) == _LAND else ""
    return (named.country or "").lower() if named.kind in _STATES_KINDS else ""


def seats_in(newcomer: Newcomer, states: Collection[int]) -> Iterator[tuple[int, int]]:
    """Where a capital stands for one of these states, as who acts: "Beijing suspends"."""
    for event in newcomer.account.reported if newcomer.account is not None else ():
        for role in event.roles:
            if role.part == _ACTOR and hashed(role.id) in states and role.start is not None and role.end is not None:
                yield role.start, role.end


def acting(told: Iterable[Event], newcomer: Newcomer) -> Acting:
    """Who acts. A state is one with its government; it acts by its offices, and they by their bureaus.

    What its firms do is no act of it.
    """
    ids = {role.id for event in told for role in event.roles if role.part == _ACTOR}
    if not ids:
        return {"actors": frozenset(), "states": frozenset()}
    organisations = [each for each in newcomer.named if each.id in ids and each.sort is Sort.ORGANISATION]
    offices = [each for each in organisations if state_of(each)]
    lands = {id_ for id_ in ids if len(id_) == _LAND} - {each.id for each in organisations}
    states = lands | set(map(state_of, offices))
    owners = {each.owner for each in offices if each.owner is not None}
    governments = {each.id for each in offices if each.kind == _GOVERNMENT}
    return {
        "actors": _hashes((ids | owners) - lands - governments),
        "states": _hashes(states | _beside(states, newcomer)),
    }


def _beside(states: set[str], newcomer: Newcomer) -> set[str]:
    """The countries that stand beside these as their equals: "Japan and the EU"."""
    lands = [each for each in newcomer.named if each.sort is Sort.PLACE and len(each.id) == _LAND]
    text = newcomer.text
    return {
        id_
        for one, other in pairwise(lands)
        if {one.id, other.id} & states and _AND.fullmatch(text, one.end, other.start)
        for id_ in (one.id, other.id)
    }


def one_acts(mine: Traits, old: Traits) -> bool:
    """Whether one and the same acts in both: an office, a firm, or a state that one of them names by its office."""
    return bool(_all_acting(mine) & _all_acting(old)) and not others_act(mine, old)


def others_act(mine: Traits, old: Traits) -> bool:
    """Whether others act in each: other states, other offices of one, or a firm and a state."""
    one, two = _all_acting(mine), _all_acting(old)
    if not (one and two):
        return False
    return not one & two or bool(mine.actors and old.actors and not mine.actors & old.actors)


def _all_acting(traits: Traits) -> frozenset[int]:
    return traits.actors | traits.states if traits.states else traits.actors


def _hashes(ids: Iterable[str]) -> frozenset[int]:
    return frozenset(map(hashed, ids))
