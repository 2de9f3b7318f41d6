"""How much an act that was found counts: as the article's news, beside other news, or as a mention, with the reason.

Never makes an event: that is done once it is settled which of them are told.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from watcher.core.events.candidates import Candidate
from watcher.core.events.recognisers import Recogniser
from watcher.core.events.scene import Scene
from watcher.core.model import Trust, Zone

_REPORTABLE = 3
_SECOND = 2
_REST = 40
"""A type of a lower rank is what is left where nothing else is told; beside another it takes a highlight of its own,
except in an authority's own words."""
_IN_ORDER = frozenset({1, 3})
"""Highlights and the rest of the lead, where the first sentence tells the most."""

_AND = re.compile(r"(?:[\s,](?:and|&|und|et|y|e)\s(?:to\s|its?\s|also\s)?|[并並])\Z", re.IGNORECASE)
"""What stands before the verb of a title's second clause that tells as much as the first."""
_JOINS = 12
_FOR = re.compile(r"\s(?:for|on|in|at|from|to|over|against|into|near|für|zur?|pour|sur|para|sobre)\b", re.IGNORECASE)
"""What joins an act's object to what it is for."""


def mentioned(type_: Recogniser, candidate: Candidate) -> str:
    """Why a candidate is no news, or ""."""
    if candidate.line.place > _REPORTABLE and candidate.line.zone not in type_.report_in - {Zone.LEAD, Zone.TITLE}:
        return f"it stands in {candidate.line.zone.value}"
    if candidate.line.zone not in type_.report_in:
        return f"it stands in {candidate.line.zone.value}"
    if candidate.line.place == _REPORTABLE and (candidate.unbacked or not sure(type_, candidate)):
        return "it stands far down, and the title says nothing of it"
    return candidate.background or candidate.reaction


def order(type_: Recogniser, candidate: Candidate) -> tuple[int | float, ...]:
    """The smaller, the more it is the news."""
    return (
        _ORDER[candidate.line.place, candidate.tier],
        candidate.line.start if candidate.line.place in _IN_ORDER else 0,
        bool(candidate.denied),
        not candidate.acted and type_.actors is not None,
        -type_.rank // 10,
        candidate.indirect,
        -(candidate.object.words + (0 if candidate.phrase else candidate.act.words)),
        candidate.gap,
        candidate.start,
    )


_ORDER = {
    (place, tier): rank
    for rank, (place, tier) in enumerate(
        [(0, 0), (1, 0), (2, 0), (0, 2), (1, 2), (2, 2), (3, 0), (3, 2), (4, 0), (4, 2)]
    )
}
"""Main clauses of title, highlights and the lead's beginning come before what is purpose or setting in a title."""


def alone(best: dict[int, Candidate], told: list[int]) -> bool:
    """Whether all that might be told is one act, by whatever types: then the names of the lead have a part in it."""
    first = best[told[0]]
    return all(
        each.line is first.line and each.start < first.end and first.start < each.end
        for each in (best[index] for index in told)
    )


def licensed(scene: Scene, told: list[Candidate], candidate: Candidate) -> bool:
    """Whether a further type may be told beside those before it: allowed by the first, by words of its own."""
    types = scene.recognisers.types
    first, own = types[told[0].type], types[candidate.type]
    beside = candidate.line.place == 0 or (
        candidate.line.place <= _SECOND and firm(own, candidate) and (candidate.phrase or not candidate.unbacked)
    )
    if candidate.denied or not beside or (candidate.rumoured and candidate.line.place > 1):
        return False
    allowed = (
        own.id in first.also
        or first.id in own.also
        or (first.official and candidate.status in own.beside)
        or _deed_of_its_own(scene, candidate, told)
        or _beside_in_the_title(scene, own, candidate, told)
    )
    if not allowed:
        return False
    if own.rank < _REST and not (own.genres or scene.reading.trust is Trust.AUTHORITY or candidate.line.place == 1):
        return False
    return not any(_within(candidate, other) or _borrowed(scene, candidate, other) for other in told)


def _deed_of_its_own(scene: Scene, candidate: Candidate, told: Sequence[Candidate]) -> bool:
    """Whether a highlight tells of a named actor's act with a sum of its own, and of nothing that is told."""
    line = candidate.line
    return (
        line.place == 1
        and candidate.actor is not None
        and all(each.line is not line for each in told)
        and any(money.fresh and line.start <= money.start < line.end for money in scene.facts.money)
    )


def _beside_in_the_title(scene: Scene, own: Recogniser, candidate: Candidate, told: Sequence[Candidate]) -> bool:
    """Whether a title tells it in a clause of its own, joined by "and": "curbs magnet exports and blacklists firms"."""
    line = candidate.line
    if line.place != 0 or candidate.rumoured or own.rank < _REST or not firm(own, candidate):
        return False
    return all(
        each.line is line
        and each.tier == 0
        and not each.rumoured
        and (each.end <= candidate.start or candidate.end <= each.start)
        and _joined(scene.reading.text, max(each.start, candidate.start))
        and max(each.start, candidate.start) in {each.act.start, candidate.act.start}
        and all(tell.act.start <= tell.object.start for tell in (each, candidate))
        for each in told
    )


def _joined(text: str, start: int) -> bool:
    return _AND.search(text[max(start - _JOINS, 0) : start]) is not None


def _within(candidate: Candidate, other: Candidate) -> bool:
    """Whether it has the same act as another, and an object inside that one's."""
    if candidate.line is not other.line or candidate.act[2:4] != other.act[2:4]:
        return False
    inner, outer = candidate.object, other.object
    return (inner.start, inner.end) != (outer.start, outer.end) and outer.start <= inner.start <= inner.end <= outer.end


def _borrowed(scene: Scene, candidate: Candidate, other: Candidate) -> bool:
    """Whether its act is another's, done to that one's object, which only says for what: "approves loan for mine"."""
    if candidate.line is not other.line or candidate.act[2:4] != other.act[2:4]:
        return False
    if not candidate.indirect or other.indirect:
        return False
    text, end = scene.reading.text, other.object.end
    return _FOR.match(text, end) is not None or _FOR.match(text, text.rfind(" ", 0, end), end) is not None


def dated_below(scene: Scene, by_type: dict[int, list[Candidate]], gates: dict[int, bool]) -> Candidate | None:
    """The news of an article whose title and lead tell none: a named actor's act of these days, further down."""
    types = scene.recognisers.types
    published = scene.published
    if published is None:
        return None
    able = [
        each
        for index, group in by_type.items()
        if gates[index]
        for each in group
        if each.line.zone is Zone.BODY
        and each.actor is not None
        and each.tier == 0
        and not (each.indirect or each.denied or each.rumoured or each.background or each.reaction)
        and (each.phrase or each.gap <= types[index].gap)
    ]
    if not able:
        return None  # most articles: the dates of none of them are read
    days = [
        (when.start, published - when.first)
        for when in scene.facts.dates
        if when.first is not None and not when.kind and when.first <= published
    ]
    found = [
        each
        for each in able
        if any(each.line.start <= start < each.start and age.days <= types[each.type].fresh for start, age in days)
    ]
    return min(found, key=lambda each: (each.line.start, each.gap, each.start), default=None)


def sure(type_: Recogniser, candidate: Candidate) -> bool:
    """Whether the evidence is good: act and object near each other, in a main clause, by somebody known."""
    return not candidate.unbacked and firm(type_, candidate)


def firm(type_: Recogniser, candidate: Candidate) -> bool:
    """As `_sure`, whatever the title names."""
    near = candidate.phrase or candidate.gap <= type_.gap
    acted = bool(candidate.acted) or type_.actors is None
    return near and acted and candidate.tier == 0 and not candidate.reaction and candidate.line.place <= _REPORTABLE
