"""`first` and `changed`: a value that was not met for so long, or another one than the last known of its key."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Final

from watcher.core.requirements.state import NOTHING, Known, Moment, State, Values, Verdict, long
from watcher.core.requirements.words import spell
from watcher.core.rules.model import Requirement

_STORY_LASTS: Final = timedelta(days=365)
"""No article joins a story so long after its last one: what a value was before then decides nothing any more."""
_BACK: Final = 4
"""So many items back, what one of them said can be taken back."""
_FLOOR: Final = 0
"""The number of no item: what all those further back said together, which stays."""


def first_met(asked: Requirement, state: State, item: Moment) -> Verdict:
    """Fires at a match of a key that was not met for so long; what comes late is no first."""
    if not item.matches:
        return Verdict(state=state)
    last = None if state.last is None else min(state.last, item.seen)  # the clock may have been ahead
    gap = None if asked.gap is None else long(asked.gap)
    latest = item.event if last is None else max(last, item.event)
    # After that, every match is a first again, so nothing needs to be known of this one.
    until = None if gap is None else latest + gap + long(asked.lateness)
    named = state.items or (((state.last, _FLOOR, ""),) if state.last is not None else ())
    others = [each for each in named if each[1] != item.number or not item.revised]
    line = [*sorted(each for each in others if each[1] != _FLOOR), (item.event, item.number, "")]
    gone = [*(each for each in others if each[1] == _FLOOR), *line[:-_BACK]]
    floor = ((max(gone)[0], _FLOOR, ""),) if gone else ()
    after = replace(state, last=latest, until=until, items=(*floor, *line[-_BACK:]))
    fires = last is None or (gap is not None and item.event - last >= gap)
    says = "first time" if gap is None else f"first time in {spell(gap)}"
    return Verdict(state=after, fires=fires, says=says if fires else "", behind=(item.number,) if fires else ())


def changed(asked: Requirement, state: State, item: Moment) -> Verdict:
    """Fires where a watched value differs from the last known one; the first is stored in silence."""
    ahead = state.last is not None and state.last > item.seen  # the clock was
    if not item.matches or (state.last is not None and item.event < state.last and not ahead):
        return Verdict(state=state)
    known = dict(state.values)
    news: list[str] = []
    for name, values in item.values:
        before = known.get(name)
        fresh = values if before is None else tuple(each for each in values if each not in before)
        if fresh and before is not None:
            news.append(f"{name}: {_shown(before)} \u2192 {_shown(fresh)}")
    others = (each for each in line_of(state) if each[1] != item.number or not item.revised)
    line = (*others, (item.event, item.number, item.values))
    if dropped := line[:-_BACK]:
        line = ((dropped[-1][0], _FLOOR, folded(dropped)), *line[-_BACK:])
    until = item.event + long(_STORY_LASTS) if asked.by == ("story",) else None
    after = replace(state, values=folded(line), last=item.event, number=item.number, until=until, known=line)
    before_it = (state.number,) if state.number and state.number != item.number else ()
    return Verdict(
        state=after, fires=bool(news), says="; ".join(news), behind=(*before_it, item.number) if news else ()
    )


def line_of(state: State) -> tuple[Known, ...]:
    """What each of the last items said of the watched values, after what all before them had said."""
    return state.known or (((state.last, state.number, state.values),) if state.last is not None else ())


def folded(line: Iterable[Known]) -> tuple[Values, ...]:
    """What is known once all of these were said: of each field what was said last, if it was something new."""
    known: dict[str, tuple[str, ...]] = {}
    for _, _, said in line:
        for name, values in said:
            if not set(values) <= set(known.get(name, ())):
                known[name] = values
    return tuple(sorted(known.items()))


def unmet(asked: Requirement, state: State, number: int) -> Verdict | None:
    """What was met, and known, without an item that no longer says it; None where it made nothing of it."""
    return _unmet(state, number) if asked.kind == "first" else _unknown(state, number)


def _unmet(state: State, number: int) -> Verdict | None:
    items = tuple(each for each in state.items if each[1] != number)
    if len(items) == len(state.items):
        return None
    last = max((at for at, _, _ in items), default=None)
    return Verdict(state=NOTHING if last is None else replace(state, items=items, last=last))


def _unknown(state: State, number: int) -> Verdict | None:
    line = tuple(each for each in state.known if each[1] != number)
    if len(line) == len(state.known):
        return None
    if not line:
        return Verdict(state=NOTHING)
    at, last, _ = line[-1]
    return Verdict(state=replace(state, known=line, last=at, number=last, values=folded(line)))


def _shown(values: tuple[str, ...]) -> str:
    return ", ".join(values)
