"""What a requirement keeps of an item that no longer says what it was counted for; never counts anything itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from watcher.core.requirements.counting import newest_count
from watcher.core.requirements.news import unmet
from watcher.core.requirements.sequences import timed
from watcher.core.requirements.shares import without
from watcher.core.requirements.state import NOTHING, State, Verdict, long
from watcher.core.rules.model import Requirement


def taken_back(
    asked: Requirement, state: State, number: int, seen: int, holds: Callable[[int], bool]
) -> Verdict | None:
    """A key's state without an item, and whether its episode ends with that; None where the item made nothing of it.

    Args: holds - whether the item still meets the rule's own condition (0), that of a step of a sequence, or the
    wider one of a ratio (1).
    """
    if asked.kind in {"spike", "ratio"}:
        return without(asked, state, number, holds)
    if asked.kind in {"first", "changed"}:
        return None if holds(0) else unmet(asked, state, number)
    places = [place for place, each in enumerate(state.items) if each[1] == number]
    if asked.kind == "sequence":
        gone = next((place for place in places if not holds(place)), None)
        return None if gone is None else Verdict(state=_without_step(asked, state, gone))
    if not places or holds(0):
        return None
    after = replace(state, items=tuple(each for each in state.items if each[1] != number))
    if state.episode and newest_count(asked, after) >= asked.n:
        return Verdict(state=after)
    over = after.items[-1][0] + long(asked.within) + long(asked.lateness) if after.items else seen
    return Verdict(state=replace(after, episode="", until=over), closes=state.episode)


def _without_step(asked: Requirement, state: State, place: int) -> State:
    """A course as it was before that step of it; none before its beginning."""
    if place == 0:
        return NOTHING
    items = state.items[:place]
    return timed(asked, replace(state, step=place, last=items[-1][0], items=items))
