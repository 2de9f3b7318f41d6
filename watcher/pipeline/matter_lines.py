"""Time lines set right as a whole: after an article was corrected, and when a found matter is declared.

Never judges a rule: what is to be told of it is handed back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

from watcher.core.matters.kept import Entered, Kept, Origin
from watcher.core.matters.model import LAPSED, Change, Matter, Standing, Telling, Transition
from watcher.core.matters.moving import lapse_day, plain_sum, repeats, started
from watcher.core.matters.numbers import NUMBERED, found_id
from watcher.core.matters.retelling import retaken, retold
from watcher.stores.base import Turn

KINDS = frozenset[str]().union(*NUMBERED.values())
"""The kinds of documents by whose numbers matters are found."""
_VALUES = (Change.DATE, Change.AMOUNT)
_DOCUMENT = ("document",)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """What an article says of a status now: days, as (kind, day), and sums without `up to`."""

    dates: frozenset[tuple[str, date]]
    sums: frozenset[str]


def lapses_at(standing: Standing) -> datetime | None:
    """The moment from which a matter counts as lapsed: the day after its date, UTC."""
    day = lapse_day(standing)
    return None if day is None else datetime.combine(day, time.min, UTC)


def corrected(
    turn: Turn, origin: Origin, matter: Matter, standing: Standing, found: Sequence[Telling], now: datetime
) -> tuple[Standing, list[Transition]]:
    """How the matter stands once what the article says no more is gone, and the entry that says so if it moved."""
    own = [each for each in turn.matters.made_by(origin.number) if each.made.matter == matter.id]
    gone, trimmed = _no_more(own, found)
    if not gone and not trimmed:
        return standing, []
    turn.matters.withdraw([each.number for each in gone], now)
    line = [each for each in turn.matters.line(matter.id) if each.withdrawn is None]
    after, recast = retold(matter, [trimmed.get(each.number, each.made) for each in line])
    for entered, made in zip(line, recast, strict=True):
        if made != entered.made:
            turn.matters.recast(entered.number, made)
    back: list[Transition] = []
    if after.status != standing.status and gone:
        made_again = retaken(matter, standing, after, gone[-1].made, f"{origin.number}.{origin.revision}")
        number = turn.matters.enter(made_again, made_again.key, origin)
        turn.matters.told(origin.number, matter.id, number, repeats=False, why=made_again.why)
        back.append(made_again)
    kept = turn.matters.kept([matter.id])[matter.id]
    turn.matters.stand(matter, kept.kind, after, lapses_at(after), now)
    return after, back


def _no_more(own: Sequence[Entered], found: Sequence[Telling]) -> tuple[list[Entered], Mapping[int, Transition]]:
    """The entries that the article does not say now, and those, by number, that it says with fewer days or sums."""
    said: dict[str, _Said] = {}
    for telling in found:
        known = said.get(telling.event.status, _Said(dates=frozenset(), sums=frozenset()))
        said[telling.event.status] = _Said(
            dates=known.dates | frozenset(telling.dates),
            sums=known.sums | {plain_sum(amount) for amount in telling.amounts},
        )
    gone: list[Entered] = []
    trimmed: dict[int, Transition] = {}
    lost: set[date] = set()
    for each in own:
        made = each.made
        if made.told == LAPSED:
            continue
        now = said.get(made.told)
        left = made if now is None else _trimmed(made, now)
        lost.update(day for _, day in (made.dates if now is None else set(made.dates) - set(left.dates)))
        if now is None or (left is not made and made.change in _VALUES):
            gone.append(each)
        elif left is not made:
            trimmed[each.number] = left
    # A date that passed stays passed while the article states it, whatever else was changed in it.
    gone.extend(each for each in own if each.made.told == LAPSED and each.made.days.first in lost)
    return gone, trimmed


def _trimmed(made: Transition, said: _Said) -> Transition:
    """The entry without the days and sums that its article states no more; itself if it states them all."""
    dates = tuple(each for each in made.dates if each in said.dates)
    amounts = tuple(each for each in made.amounts if plain_sum(each) in said.sums)
    if dates == made.dates and amounts == made.amounts:
        return made
    return replace(made, dates=dates, amounts=amounts, why=f"{made.why}; its article states another date or sum since")


def adopt(turn: Turn, matter: Matter, now: datetime) -> Kept | None:
    """Give a matter that was declared the time lines of those found by its numbers; None if it takes over none.

    Those that were found end by themselves no more: what is read of their numbers is the declared one's.
    """
    numbers = matter.documents
    ids = {found_id(kind, number) for kind in KINDS for number in numbers}
    known = turn.matters.kept(ids).values() if ids else ()
    found = [each for each in known if not each.declared and each.document in numbers]
    for each in found:
        turn.matters.lapses_no_more(each.id)
    takers = [track for track in matter.tracks if all(parts == _DOCUMENT for parts, _ in track.parts)]
    types = frozenset[str]().union(*(track.types for track in takers))
    found = [each for each in found if not types.isdisjoint(each.types)]
    if not found or turn.matters.kept([matter.id]):
        return None
    line = {each.made.key: each for kept in found for each in turn.matters.line(kept.id) if each.withdrawn is None}
    ordered = sorted(line.values(), key=lambda each: (each.origin.seen, each.number))
    after, recast = retold(matter, [replace(each.made, matter=matter.id) for each in ordered])
    turn.matters.stand(matter, "", started(matter), None, now)
    for entered, made in zip(ordered, recast, strict=True):
        number = turn.matters.enter(made, repeats(made), entered.origin)
        turn.matters.told(entered.origin.number, matter.id, number, repeats=False, why=made.why)
    turn.matters.stand(matter, "", after, lapses_at(after), max(each.heard for each in found))
    return turn.matters.kept([matter.id])[matter.id]
