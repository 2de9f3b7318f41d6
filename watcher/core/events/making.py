"""From an act that is told to the event that says it: its status, its roles, its further sentences, and why.

Never decides whether it is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from watcher.core.events.candidates import Candidate
from watcher.core.events.genres import Sorted
from watcher.core.events.judging import ASKS, UNNAMED
from watcher.core.events.model import DENIED, RUMOURED, Event
from watcher.core.events.needs import BY_INSTRUMENT
from watcher.core.events.recognisers import Recogniser
from watcher.core.events.roles import roles
from watcher.core.events.scene import Line, Scene
from watcher.core.events.standing import mentioned, sure

_BESIDE = 2
"""Words by which an act may stand farther from an object than the nearest, and be done to it too."""
_PLACES = ("the title", "the highlights", "the lead's first sentence", "the lead", "the rest")


def reported_event(
    scene: Scene, type_: Recogniser, best: Candidate, group: Sequence[Candidate], *, alone: bool
) -> Event:
    """The event that an act is, with what others of its type at the top of the article add to it.

    Args: `alone` says that the names of the lead have a part in it.
    """
    status = best.status
    plain_ones = [
        each
        for each in group
        if not (each.denied or each.rumoured or mentioned(type_, each)) and (each.line.place <= 1 or each.line.opens)
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
        further = [each for each in plain_ones if not _farther(type_, each, asserted)]
        farthest = max((asserted, *further), key=lambda each: type_.statuses.index(each.status))
        status = _by_date(scene, type_, [asserted.line, farthest.line], farthest.status)
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
    event = event_of(scene, type_, best, status, why, reported=True, alone=alone, again=lines)
    return replace(event, again=tuple(sorted((each.start, each.end) for each in again.values())))


def _same_actor(one: Candidate, other: Candidate) -> bool:
    return one.actor is not None and other.actor is not None and one.actor.id == other.actor.id


def hearsay(best: Candidate, group: list[Candidate]) -> str:
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


def _farther(type_: Recogniser, one: Candidate, other: Candidate) -> bool:
    """Whether another act stands much farther off its object, and of the same one or for the end of it.

    "A reserve, backed by a loan" lends nothing; "certified, expanding its reach" extends no certificate.
    """
    ends = one.status in type_.exits or (one.line is other.line and one.object[2:4] == other.object[2:4])
    return ends and one.gap > other.gap + _BESIDE


def _by_date(scene: Scene, type_: Recogniser, lines: Sequence[Line], status: str) -> str:
    """`in_force` with a later effective date in these sentences is `announced`, and the other way round."""
    if scene.published is None or not {"announced", "in_force"} <= set(type_.ladder):
        return status
    days = [
        when.first
        for when in scene.facts.dates
        if when.kind == "effective"
        and when.first is not None
        and any(line.start <= when.start < line.end for line in lines)
    ]
    if not days:
        return status
    if status == "in_force" and min(days) > scene.published:
        return "announced"
    return "in_force" if status == "announced" and max(days) <= scene.published else status


def event_of(
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
    """The event with this status, for the reason `why`; `again` are further sentences that tell the same."""
    line = candidate.line
    if not reported:
        status = DENIED if candidate.denied else RUMOURED if candidate.rumoured else status
    return Event(
        type=type_.id,
        status=status,
        status_text=scene.reading.text[candidate.act.start : candidate.act.end],
        reported=reported,
        sure=sure(type_, candidate),
        start=candidate.start,
        end=candidate.end,
        sentence=(line.start, max(line.end, candidate.end)),  # it may end where reading does, within a phrase
        roles=roles(scene, candidate, alone=alone, near=not reported, again=again),
        why=why,
    )


def event_of_genre(scene: Scene, type_: Recogniser, sorted_: Sorted) -> Event:
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
