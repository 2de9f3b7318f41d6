"""A time line told anew from its entries: what an article no longer says, and what others move once that is gone.

Never reads an article: an entry holds all that it takes to judge it again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256

from watcher.core.events.model import Event
from watcher.core.matters.kept import Entered
from watcher.core.matters.model import LAPSED, Change, Label, Matter, Standing, Telling, Transition, shown
from watcher.core.matters.moving import moves, plain_sum, started, stood

_BACK = "the article that said "
_VALUES = (Change.DATE, Change.AMOUNT)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """What an article says of a status now: days, as (kind, day), and sums without `up to`."""

    dates: frozenset[tuple[str, date]]
    sums: frozenset[str]


def retold(matter: Matter, line: Sequence[Transition]) -> tuple[Standing, list[Transition]]:
    """How the matter stands after these entries, and each as it is judged in that order; keys and words stay."""
    standing = started(matter)
    found: list[Transition] = []
    for made in line:
        again = _again(matter, standing, made)
        standing = stood(standing, again)
        found.append(again)
    return standing, found


def _again(matter: Matter, standing: Standing, made: Transition) -> Transition:
    if made.told == LAPSED or made.why.startswith(_BACK):
        return made
    judged = moves(matter, standing, telling_of(made), "")
    if judged.change == made.change and judged.before == made.before and judged.earlier == made.earlier:
        return made
    return replace(
        made, change=judged.change, earlier=judged.earlier, before=judged.before, after=judged.after, why=judged.why
    )


def telling_of(made: Transition) -> Telling:
    """What an entry told when it was read."""
    status = {Label.UNCONFIRMED: "rumoured", Label.DENIED: "denied"}.get(made.label, made.told)
    event = Event(
        type="",
        status=status,
        status_text="",
        reported=not made.background,
        sure=made.sure,
        start=0,
        end=0,
        sentence=(0, 0),
        why=made.background,
    )
    return Telling(
        event=event,
        days=made.days,
        amounts=made.amounts,
        dates=made.dates,
        background=made.background,
        trust=made.trust,
    )


def retaken(matter: Matter, before: Standing, after: Standing, gone: Transition, mark: str) -> Transition:
    """The entry of an article that was changed and no longer says what moved the matter; `mark` is of its revision."""
    why = f"{_BACK}{shown(gone.told)} was changed and says so no more: {shown(after.status)} again"
    key = sha256(f"back|{gone.key}|{mark}".encode()).hexdigest()[:24]
    return Transition(
        matter=matter.id,
        change=Change.STATUS,
        told=after.status or "",
        before=before.status,
        after=after.status,
        days=after.moved or gone.days,
        news=f"status: {shown(before.status)} \u2192 {shown(after.status)}, corrected by its publisher",
        document=gone.document,
        key=key,
        why=why,
        trust=after.trust,
    )


def says(telling: Telling, made: Transition) -> bool:
    """Whether a telling holds what an entry says."""
    if telling.event.status != made.told or (telling.background and not made.background):
        return False
    whole = set(made.dates) <= set(telling.dates) and set(made.amounts) <= set(telling.amounts)
    return made.change is Change.STATUS or whole


def no_more(own: Sequence[Entered], found: Sequence[Telling]) -> tuple[list[Entered], Mapping[int, Transition]]:
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
