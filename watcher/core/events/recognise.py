"""What an article was understood to say: its genre, and which events it reports or merely mentions.

Never finds a name or a value: these come in. Nothing is learned; every step has its reason in words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from watcher.core.events.binding import bound
from watcher.core.events.candidates import Candidate
from watcher.core.events.gating import holds
from watcher.core.events.genres import Sorted, genre_of, rest_of
from watcher.core.events.judging import ASKS, UNNAMED, judge
from watcher.core.events.model import DENIED, RUMOURED, Account, Event, Genre
from watcher.core.events.needs import BY_INSTRUMENT, needs_met
from watcher.core.events.recognisers import Recogniser, Recognisers
from watcher.core.events.roles import roles
from watcher.core.events.scene import Line, Scene
from watcher.core.facts.model import Facts
from watcher.core.lexicon.model import Named
from watcher.core.model import Trust, Zone
from watcher.core.text.reading import Reading

NO_FACTS = Facts()
_PLACES = ("the title", "the highlights", "the lead's first sentence", "the lead", "the rest")
ANOTHER_FIELD = "the article is of another field (only_if)"
_REPORTABLE = 3
_SECOND = 2
_REST = 40
"""A type of a lower rank is what is left where nothing else is told; beside another it takes a highlight of its own,
except in an authority's own words."""
_THESE_DAYS = timedelta(days=14)
"""An act that is told far down is of these days."""
_IN_ORDER = frozenset({1, 3})
"""Highlights and the rest of the lead, where the first sentence tells the most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """An account with the items it rests on: `used` are the keys of all candidates and of the genre."""

    account: Account
    used: frozenset[int]


def account_of(
    reading: Reading,
    recognisers: Recognisers,
    named: Sequence[Named],
    facts: Facts | Callable[[], Facts] = NO_FACTS,
    *,
    published: date | None = None,
    owner: str = "",
) -> Account:
    """What the article says, computed once per reading and set of recognisers.

    Args: `named` and `facts` are what was found in it, or what finds the facts when they are needed; `published` its
    day, by which background is told; `owner` the name of its publisher, which stands in for an unnamed actor where a
    type allows that.
    """
    return reading.remember(
        account_key(recognisers),
        lambda: trace(reading, recognisers, named, facts, published=published, owner=owner).account,
    )


def recall_account(reading: Reading, recognisers: Recognisers, account: Account) -> None:
    """Let the account be one that was given before, by whatever recognisers, if this reading has none yet."""
    reading.remember(account_key(recognisers), lambda: account)


def account_key(recognisers: Recognisers) -> object:
    """What an account by these recognisers is remembered under."""
    return ("account", recognisers.version, id(recognisers))


def trace(
    reading: Reading,
    recognisers: Recognisers,
    named: Sequence[Named],
    facts: Facts | Callable[[], Facts] = NO_FACTS,
    *,
    published: date | None = None,
    owner: str = "",
    off: frozenset[int] = frozenset(),
    only: str = "",
) -> Trace:
    """As `account_of`, never cached, with what it rests on.

    Args: `off` are items not to be seen; `only` the one type to be seen, for judging its examples.
    """
    scene = Scene.of(reading, recognisers, named, facts, published, owner, off)
    every = [
        candidate
        for line in scene.lines
        if line.zone is not Zone.CHROME and line.hits
        for candidate in bound(scene, line)
        if not only or recognisers.types[candidate.type].id == only
    ]
    for candidate in every:
        judge(scene, recognisers.types[candidate.type], candidate)
    types = recognisers.types
    found = [candidate for candidate in every if needs_met(scene, types[candidate.type], candidate)]
    gates: dict[int, bool] = {}
    for candidate in found:
        if candidate.type not in gates:
            gates[candidate.type] = holds(types[candidate.type].only_if, scene, candidate.type)
    backed = scene.backed()
    for candidate in found:
        candidate.unbacked = candidate.line.place > 1 and backed is not None and candidate.type not in backed
    sorted_ = genre_of(scene, [candidate for candidate in found if gates[candidate.type]])
    by_type: defaultdict[int, list[Candidate]] = defaultdict(list)
    for candidate in found:
        by_type[candidate.type].append(candidate)
    sorted_, events = _events(scene, sorted_, by_type, gates)
    used = frozenset(key for candidate in every for key in candidate.keys) | sorted_.keys
    return Trace(account=Account(genre=sorted_.genre, cues=sorted_.cues, events=events), used=used)


def _events(
    scene: Scene, sorted_: Sorted, by_type: dict[int, list[Candidate]], gates: dict[int, bool]
) -> tuple[Sorted, tuple[Event, ...]]:
    types = scene.recognisers.types
    best: dict[int, Candidate] = {}
    reasons: dict[int, str] = {}
    for index, group in by_type.items():
        type_ = types[index]
        barred = _barred(type_, sorted_, gate=gates[index])
        able = [candidate for candidate in group if not barred and not _mentions(type_, candidate)]
        if able:
            best[index] = min(able, key=lambda candidate: _key(types[candidate.type], candidate))
        else:
            first = min(group, key=lambda candidate: _key(types[candidate.type], candidate))
            reasons[index] = barred or _mentions(type_, first)
    if not best and sorted_.genre is Genre.REPORT:
        below = _dated_below(scene, by_type, gates)
        if below is not None:
            best[below.type] = below
            del reasons[below.type]
    told = sorted(best, key=lambda index: _key(types[index], best[index]))
    if not told and sorted_.genre is Genre.REPORT:
        sorted_ = rest_of(scene) or sorted_
    by_genre = _by_genre(scene, sorted_, told)
    reported: list[int] = []
    for index in told:
        if by_genre is not None and types[index].id != types[by_genre].id:
            reasons[index] = f"the article is {sorted_.genre.value} ({sorted_.why})"
        elif not reported or _licensed(scene, [best[each] for each in reported], best[index]):
            reported.append(index)
        else:
            reasons[index] = f"{types[reported[0]].id} is told before it"
    for index in reported:
        best[index].rumoured = best[index].rumoured or _hearsay(best[index], by_type[index])
    events = [_reported(scene, types[index], best[index], by_type[index], _alone(best, told)) for index in reported]
    if by_genre is not None and by_genre not in reported:
        events.insert(0, _of_genre(scene, types[by_genre], sorted_))
    for index, why in reasons.items():
        group = by_type[index]
        first = min(group, key=lambda candidate: _key(types[candidate.type], candidate))
        events.append(_event(scene, types[index], first, first.status, why, reported=False, alone=False))
    return sorted_, tuple(events)


def _dated_below(scene: Scene, by_type: dict[int, list[Candidate]], gates: dict[int, bool]) -> Candidate | None:
    """The news of an article whose title and lead tell none: a named actor's act of these days, further down."""
    types = scene.recognisers.types
    published = scene.published
    if published is None:
        return None
    days = [
        when.start
        for when in scene.facts.dates
        if when.first is not None and not when.kind and published - _THESE_DAYS <= when.first <= published
    ]
    found = [
        each
        for index, group in by_type.items()
        if gates[index]
        for each in group
        if each.line.zone is Zone.BODY
        and each.actor is not None
        and each.tier == 0
        and not (each.indirect or each.denied or each.rumoured or each.background or each.reaction)
        and (each.phrase or each.gap <= types[index].gap)
        and any(each.line.start <= start < each.start for start in days)
    ]
    return min(found, key=lambda each: (each.line.start, each.gap, each.start), default=None)


def _alone(best: dict[int, Candidate], told: list[int]) -> bool:
    """Whether all that might be told is one act, by whatever types: then the names of the lead have a part in it."""
    first = best[told[0]]
    return all(
        each.line is first.line and each.start < first.end and first.start < each.end
        for each in (best[index] for index in told)
    )


def _by_genre(scene: Scene, sorted_: Sorted, told: list[int]) -> int | None:
    """The type that an article of this genre reports by being of it, if it is about the type's field at all."""
    if sorted_.genre is Genre.REPORT:
        return None
    types = scene.recognisers.types
    fit = [
        index
        for index, type_ in enumerate(types)
        if sorted_.genre in type_.genres and holds(type_.only_if, scene, index)
    ]
    return next((index for index in told if index in fit), fit[0] if fit else None)


def _barred(type_: Recogniser, sorted_: Sorted, *, gate: bool) -> str:
    """Why nothing of this type can be news of the article, or ""."""
    if not gate:
        return ANOTHER_FIELD
    if sorted_.genre is not Genre.REPORT and sorted_.genre not in type_.genres:
        return f"the article is {sorted_.genre.value} ({sorted_.why})"
    return ""


def _mentions(type_: Recogniser, candidate: Candidate) -> str:
    """Why a candidate is no news, or ""."""
    if candidate.line.place > _REPORTABLE and candidate.line.zone not in type_.report_in - {Zone.LEAD, Zone.TITLE}:
        return f"it stands in {candidate.line.zone.value}"
    if candidate.line.zone not in type_.report_in:
        return f"it stands in {candidate.line.zone.value}"
    if candidate.line.place == _REPORTABLE and (candidate.unbacked or not _sure(type_, candidate)):
        return "it stands far down, and the title says nothing of it"
    return candidate.background or candidate.reaction


def _key(type_: Recogniser, candidate: Candidate) -> tuple[int | float, ...]:
    """The smaller, the more it is the news."""
    return (
        _ORDER[candidate.line.place, candidate.tier],
        candidate.line.start if candidate.line.place in _IN_ORDER else 0,
        bool(candidate.denied),
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


def _licensed(scene: Scene, told: list[Candidate], candidate: Candidate) -> bool:
    """Whether a further type may be told beside those before it: allowed by the first, by words of its own."""
    types = scene.recognisers.types
    first, own = types[told[0].type], types[candidate.type]
    beside = candidate.line.place == 0 or (
        candidate.line.place <= _SECOND and _firm(own, candidate) and (candidate.phrase or not candidate.unbacked)
    )
    if candidate.denied or not beside or (candidate.rumoured and candidate.line.place > 1):
        return False
    allowed = (
        own.id in first.also
        or first.id in own.also
        or (first.official and candidate.status in own.beside)
        or _deed_of_its_own(scene, candidate, told)
    )
    if not allowed:
        return False
    if own.rank < _REST and not (own.genres or scene.reading.trust is Trust.AUTHORITY or candidate.line.place == 1):
        return False
    return not any(_within(candidate, other) for other in told)


def _deed_of_its_own(scene: Scene, candidate: Candidate, told: Sequence[Candidate]) -> bool:
    """Whether a highlight tells of a named actor's act with a sum of its own, and of nothing that is told."""
    line = candidate.line
    return (
        line.place == 1
        and candidate.actor is not None
        and all(each.line is not line for each in told)
        and any(money.fresh and line.start <= money.start < line.end for money in scene.facts.money)
    )


def _within(candidate: Candidate, other: Candidate) -> bool:
    """Whether it has the same act as another, and an object inside that one's."""
    if candidate.line is not other.line or candidate.act[2:4] != other.act[2:4]:
        return False
    inner, outer = candidate.object, other.object
    return (inner.start, inner.end) != (outer.start, outer.end) and outer.start <= inner.start <= inner.end <= outer.end


def _reported(scene: Scene, type_: Recogniser, best: Candidate, group: list[Candidate], alone: bool) -> Event:
    status = best.status
    plain_ones = [
        each
        for each in group
        if not (each.denied or each.rumoured or _mentions(type_, each)) and (each.line.place <= 1 or each.line.opens)
    ]
    if type_.official:
        plain_ones = [each for each in plain_ones if not any(_nearer(other, each) for other in plain_ones)]
    asserted = best if not (best.denied or best.rumoured) else None
    if best.denied:
        status = DENIED
    elif best.rumoured:
        told = [each for each in plain_ones if each.line.place > 0]
        if best.rumoured == ASKS and told:
            asserted = told[0]
            status = asserted.status
        else:
            status = RUMOURED
    if asserted is not None:
        status = max((each.status for each in (asserted, *plain_ones)), key=type_.statuses.index)
        status = _by_date(scene, type_, asserted, status)
    why = (
        f'"{scene.reading.text[best.act.start : best.act.end]}"'
        + (
            ""
            if best.phrase
            else f' with "{scene.reading.text[best.object.start : best.object.end]}", {best.gap} words apart,'
        )
        + f" in {_PLACES[best.line.place]}"
    )
    for note in (best.denied, best.rumoured if status == RUMOURED else "", best.acted and f"actor: {best.acted}"):
        why += f"; {note}" if note else ""
    again = {each.line.start: each for each in reversed(plain_ones) if each.line is not best.line}
    lines = [again[start].line for start in sorted(again) if _same_actor(again[start], best)]
    event = _event(scene, type_, best, status, why, reported=True, alone=alone, again=lines)
    return replace(event, again=tuple(sorted((each.start, each.end) for each in again.values())))


def _same_actor(one: Candidate, other: Candidate) -> bool:
    return one.actor is not None and other.actor is not None and one.actor.id == other.actor.id


def _hearsay(best: Candidate, group: list[Candidate]) -> str:
    """Where nobody is named whose act it is: what the lead says it has from people without a name, or ""."""
    if best.acted != BY_INSTRUMENT or best.denied:
        return ""
    return next((each.rumoured for each in group if each.line.place > 0 and each.rumoured.startswith(UNNAMED)), "")


def _nearer(one: Candidate, other: Candidate) -> bool:
    """Whether another act stands nearer to the same object, and before it: "announced a push for price floors"."""
    return (
        one.line is other.line
        and one.object[2:4] == other.object[2:4]
        and other.act.last < one.act.first < one.object.first
        and not one.phrase
    )


def _by_date(scene: Scene, type_: Recogniser, candidate: Candidate, status: str) -> str:
    """`in_force` with a later effective date is `announced`, and the other way round."""
    if scene.published is None or not {"announced", "in_force"} <= set(type_.ladder):
        return status
    line = candidate.line
    days = [
        when.first
        for when in scene.facts.dates
        if when.kind == "effective" and line.start <= when.start < line.end and when.first is not None
    ]
    if not days:
        return status
    if status == "in_force" and min(days) > scene.published:
        return "announced"
    return "in_force" if status == "announced" and max(days) <= scene.published else status


def _event(
    scene: Scene,
    type_: Recogniser,
    candidate: Candidate,
    status: str,
    why: str,
    *,
    reported: bool,
    alone: bool,
    again: Sequence[Line] = (),
) -> Event:
    line = candidate.line
    if not reported:
        status = DENIED if candidate.denied else RUMOURED if candidate.rumoured else status
    return Event(
        type=type_.id,
        status=status,
        status_text=scene.reading.text[candidate.act.start : candidate.act.end],
        reported=reported,
        sure=_sure(type_, candidate),
        start=candidate.start,
        end=candidate.end,
        sentence=(line.start, max(line.end, candidate.end)),  # it may end where reading does, within a phrase
        roles=roles(scene, candidate, alone=alone, near=not reported, again=again),
        why=why,
    )


def _sure(type_: Recogniser, candidate: Candidate) -> bool:
    """Whether the evidence is good: act and object near each other, in a main clause, by somebody known."""
    return not candidate.unbacked and _firm(type_, candidate)


def _firm(type_: Recogniser, candidate: Candidate) -> bool:
    """As `_sure`, whatever the title names."""
    near = candidate.phrase or candidate.gap <= type_.gap
    acted = bool(candidate.acted) or type_.actors is None
    return near and acted and candidate.tier == 0 and not candidate.reaction and candidate.line.place <= _REPORTABLE


def _of_genre(scene: Scene, type_: Recogniser, sorted_: Sorted) -> Event:
    """The event that an article is by its genre: its span is the cue's, else the title's."""
    line = _line_at(scene, sorted_.cues[0].start) if sorted_.cues else None
    line = line or (scene.lines[0] if scene.lines else None)
    start, end = (line.start, line.end) if line is not None else (0, 0)
    cue = (sorted_.cues[0].start, sorted_.cues[0].end) if sorted_.cues else (start, end)
    return Event(
        type=type_.id,
        status=type_.ladder[0],
        status_text=scene.reading.text[slice(*cue)],
        reported=True,
        sure=bool(sorted_.cues),
        start=cue[0],
        end=cue[1],
        sentence=(start, end),
        why=f"the article is {sorted_.genre.value} ({sorted_.why})",
    )


def _line_at(scene: Scene, position: int) -> Line | None:
    return next((line for line in scene.lines if line.start <= position < line.end), None)
