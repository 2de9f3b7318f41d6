"""Time lines set right as a whole: after an article was corrected, and when a found matter is declared.

Never judges a rule: what is to be told of it is handed back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from watcher.core.matters.kept import Kept, Origin
from watcher.core.matters.model import Matter, Standing, Telling, Transition
from watcher.core.matters.moving import lapses_at, repeats, started
from watcher.core.matters.numbers import NUMBERED, found_id
from watcher.core.matters.retelling import no_more, retaken, retold
from watcher.stores.base import Turn

KINDS = frozenset[str]().union(*NUMBERED.values())
"""The kinds of documents by whose numbers matters are found."""
_DOCUMENT = ("document",)


def corrected(
    turn: Turn, origin: Origin, matter: Matter, standing: Standing, found: Sequence[Telling], now: datetime
) -> tuple[Standing, list[Transition]]:
    """How the matter stands once what the article says no more is gone, and the entry that says so if it moved."""
    own = [each for each in turn.matters.made_by(origin.number) if each.made.matter == matter.id]
    gone, trimmed = no_more(own, found)
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
