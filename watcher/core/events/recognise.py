"""What an article was understood to say: its genre, and which events it reports or merely mentions.

Never finds a name or a value: these come in. Nothing is learned; every step has its reason in words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from watcher.core.events.binding import bound
from watcher.core.events.candidates import Candidate
from watcher.core.events.gating import holds
from watcher.core.events.genres import Sorted, genre_of, rest_of
from watcher.core.events.judging import judge, take_back
from watcher.core.events.making import event_of, event_of_genre, hearsay, reported_event
from watcher.core.events.model import Account, Event, Genre
from watcher.core.events.needs import needs_met
from watcher.core.events.recognisers import Recogniser, Recognisers
from watcher.core.events.scene import Scene
from watcher.core.events.standing import alone, dated_below, licensed, mentioned, order
from watcher.core.events.undoing import deny_what_is_in_it, undo
from watcher.core.facts.model import Facts
from watcher.core.lexicon.model import Named
from watcher.core.model import Zone
from watcher.core.text.reading import Reading

NO_FACTS = Facts()
ANOTHER_FIELD = "the article is of another field (only_if)"


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


def of_another_field(account: Account) -> bool:
    """Whether all that an article tells belongs to no type's field: a token called after a metal is sold."""
    return bool(account.events) and all(event.why == ANOTHER_FIELD for event in account.events)


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
    undo(scene, types, every)
    deny_what_is_in_it(every)
    take_back(scene, every)
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
    best, reasons = _best(scene, sorted_, by_type, gates)
    told = sorted(best, key=lambda index: order(types[index], best[index]))
    if not told and sorted_.genre is Genre.REPORT:
        sorted_ = rest_of(scene) or sorted_
    by_genre = _by_genre(scene, sorted_, told)
    reported: list[int] = []
    for index in told:
        if by_genre is not None and types[index].id != types[by_genre].id:
            reasons[index] = f"the article is {sorted_.genre.value} ({sorted_.why})"
        elif not reported or licensed(scene, [best[each] for each in reported], best[index]):
            reported.append(index)
        else:
            reasons[index] = f"{types[reported[0]].id} is told before it"
    for index in reported:
        best[index].rumoured = best[index].rumoured or hearsay(best[index], by_type[index])
    events = [
        reported_event(scene, types[index], best[index], by_type[index], alone=alone(best, told)) for index in reported
    ]
    if by_genre is not None and by_genre not in reported:
        events.insert(0, event_of_genre(scene, types[by_genre], sorted_))
    for index, why in reasons.items():
        first = _first(types[index], by_type[index])
        events.append(event_of(scene, types[index], first, first.status, why, reported=False, alone=False))
    return sorted_, tuple(events)


def _best(
    scene: Scene, sorted_: Sorted, by_type: dict[int, list[Candidate]], gates: dict[int, bool]
) -> tuple[dict[int, Candidate], dict[int, str]]:
    """Of each type the act that may be news, or why none of it is."""
    best: dict[int, Candidate] = {}
    reasons: dict[int, str] = {}
    for index, group in by_type.items():
        type_ = scene.recognisers.types[index]
        barred = _barred(type_, sorted_, gate=gates[index])
        able = [candidate for candidate in group if not barred and not mentioned(type_, candidate)]
        if able:
            best[index] = _first(type_, able)
        else:
            reasons[index] = barred or mentioned(type_, _first(type_, group))
    if not best and sorted_.genre is Genre.REPORT:
        below = dated_below(scene, by_type, gates)
        if below is not None:
            best[below.type] = below
            del reasons[below.type]
    return best, reasons


def _first(type_: Recogniser, group: Sequence[Candidate]) -> Candidate:
    return min(group, key=lambda candidate: order(type_, candidate))


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
