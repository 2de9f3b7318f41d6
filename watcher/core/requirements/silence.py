"""`silent`: nothing matches for so long, or for longer than was ever usual; never takes late word for silence."""

from __future__ import annotations

from dataclasses import replace

from watcher.core.requirements.state import Moment, State, Verdict, long
from watcher.core.requirements.words import spell, when
from watcher.core.rules.model import Requirement


def heard(asked: Requirement, state: State, item: Moment) -> Verdict:
    """A match ends a silence and begins the wait for the next one."""
    if not item.matches:
        return Verdict(state=state)
    state = _believed(state, item)
    if state.last is not None and item.event <= state.last:
        return Verdict(state=state)
    gaps = _gaps(asked, state, item.event)
    first = item.event if state.first is None else state.first
    wait = _wait(asked, gaps, item.event - first)
    # What comes late, and more with it, is no silence before all of it is there; what ended in history is none at all.
    past = item.event + wait <= item.seen
    due = None if past and item.held else max(item.event + wait, item.seen + 1)
    after = replace(
        state,
        episode="",
        due=due,
        last=item.event,
        first=first,
        gaps=gaps,
        number=item.number,
        severity=item.severity,
        own=item.own,
    )
    return Verdict(state=after, closes=state.episode)


def fell_silent(state: State) -> Verdict:
    """What its timer says."""
    due, last = state.due or 0, state.last or 0
    says = f"nothing for {spell(due - last)}; last {when(last)}"
    return Verdict(state=replace(state, due=None), fires=True, says=says, behind=(state.number,))


def _believed(state: State, item: Moment) -> State:
    """The state without what it has from a clock that was ahead: then the item is the last word."""
    if state.last is None or state.last <= item.seen:
        return state
    gaps = tuple(each for each in state.gaps if each[0] <= item.event)
    return replace(state, last=None, first=min(state.first or item.event, item.event), gaps=gaps)


def _gaps(asked: Requirement, state: State, now: int) -> tuple[tuple[int, int], ...]:
    """The gaps of the time looked back over that may yet be the largest: each longer than all after it."""
    if asked.silence is not None or state.last is None:
        return state.gaps
    gap = now - state.last
    kept = [each for each in state.gaps if each[0] >= now - long(asked.over) and each[1] > gap]
    return (*kept, (now, gap))


def _wait(asked: Requirement, gaps: tuple[tuple[int, int], ...], span: int) -> int:
    """How long a silence may last."""
    if asked.silence is not None:
        return long(asked.silence)
    floor = long(asked.floor if span >= long(asked.over) else asked.floor_new)
    largest = gaps[0][1] if gaps else 0
    return max(floor, int(asked.factor * largest))
