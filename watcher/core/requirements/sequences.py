"""`sequence`: what must follow a match in time, or must not; a key runs one course, a second start restarts nothing."""

from __future__ import annotations

from dataclasses import replace

from watcher.core.requirements.state import NOTHING, Moment, State, Verdict, long
from watcher.core.requirements.words import spell, when
from watcher.core.rules.model import Requirement


def is_open(state: State) -> bool:
    """Whether a course is under way."""
    return state.step > 0


def begun(asked: Requirement, state: State, item: Moment) -> Verdict:
    """A match is step 0, if no course is under way."""
    if is_open(state) or not item.matches or item.again:
        return Verdict(state=state)
    after = State(
        step=1,
        last=item.event,
        first=item.event,
        items=((item.event, item.number, ""),),
        number=item.number,
        severity=item.severity,
        own=item.own,
    )
    after = timed(asked, after)
    over = item.held and (after.due or 0) <= item.seen
    return Verdict(state=state if over else after)


def followed(asked: Requirement, state: State, item: Moment) -> Verdict | None:
    """What an item that meets the step under way makes of the course; None if it does not come in its time."""
    step = asked.steps[state.step - 1]
    last = state.last or 0
    if not last < item.event <= last + long(step.within):
        return None
    if step.denied:
        return Verdict(state=NOTHING)
    items = (*state.items, (item.event, item.number, ""))
    if state.step < len(asked.steps):
        return Verdict(state=timed(asked, replace(state, step=state.step + 1, last=item.event, items=items)))
    first = state.first or 0
    says = f"{spell(item.event - first)} after what it follows, of {when(first)}"
    return Verdict(state=NOTHING, fires=True, says=says, behind=tuple(number for _, number, _ in items))


def ran_out(asked: Requirement, state: State) -> Verdict:
    """What its timer says: what must not follow did not; or what must, did not in time, and the course is over."""
    step = asked.steps[state.step - 1]
    if not step.denied:
        return Verdict(state=NOTHING)
    says = f"nothing of the kind within {spell(long(step.within))} of {when(state.last or 0)}"
    return Verdict(state=NOTHING, fires=True, says=says, behind=tuple(number for _, number, _ in state.items))


def timed(asked: Requirement, state: State) -> State:
    """The course with the moment at which the step under way is over."""
    step = asked.steps[state.step - 1]
    return replace(state, due=(state.last or 0) + long(step.within) + long(asked.lateness))
