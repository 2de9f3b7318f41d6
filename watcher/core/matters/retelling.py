"""A time line told anew from its entries: after one was withdrawn, others may move what they only repeated before.

Never reads an article: an entry holds all that it takes to judge it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256

from watcher.core.events.model import Event
from watcher.core.matters.model import LAPSED, Change, Label, Matter, Standing, Telling, Transition, shown
from watcher.core.matters.moving import moves, started, stood

_BACK = "the article that said "


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
