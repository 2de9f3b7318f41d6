"""`spike` and `ratio`: far more than usual, or too large a share, in the window that ends at an item.

Counts per tenth of the window, so that a day's flood is judged by ten numbers; items are named only so that what
they no longer say can be taken back, and never counted by their names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta

from watcher.core.model import Reason
from watcher.core.requirements.state import Counted, Moment, State, Verdict, long
from watcher.core.requirements.words import spell
from watcher.core.rules.model import Requirement

TENTHS = 10
MOST_NAMED = 1_000
"""Items of one key that can be taken back; of more, the oldest stay counted."""
_MATCHES, _WIDER = "m", "w"
"""What an item was counted as: a match, one of the wider condition."""


def reach(asked: Requirement) -> timedelta:
    """How far back a decision looks."""
    return asked.within + asked.against


def spiked(asked: Requirement, state: State, item: Moment, begun: int) -> Verdict:
    """Fires at a match whose window holds n times what is usual; re-arms when it does so no longer."""
    if not item.matches or item.again:
        return Verdict(state=state, goes_on=bool(state.episode and item.matches))
    after, at = _with(asked, state, item)
    newest = after.last or item.event
    after = replace(after, due=max(newest + long(asked.within), item.seen))
    if at - begun < long(reach(asked)):
        return Verdict(state=after, reason=Reason.LEARNING)
    return _risen(asked, after, _many(asked, after.counts, newest), _many(asked, after.counts, at), _spike_says)


def shared(asked: Requirement, state: State, item: Moment, begun: int) -> Verdict:
    """Fires at an item of the wider condition, if that share of all such in its window also match.

    Where not all that is counted is named, a revised item without a name may be among it: it is not counted again.
    """
    named = item.revised and any(each[1] == item.number for each in state.items)
    after, at = _with(asked, state, item)
    counted = item.again or (item.revised and not is_new(state, item.number))
    if not item.wider or (after.counts == state.counts if named else counted):
        return Verdict(state=state, goes_on=bool(state.episode and item.matches))
    newest = after.last or item.event
    if at - begun < long(reach(asked)):
        return Verdict(state=after, reason=Reason.LEARNING)
    return _risen(asked, after, _large(asked, after.counts, newest), _large(asked, after.counts, at), _ratio_says)


def without(asked: Requirement, state: State, number: int, holds: Callable[[int], bool]) -> Verdict | None:
    """A key's state without what an item was counted as and is no more; None where nothing of it changes.

    Args: holds - whether the item still meets the rule's own condition (0), or the wider one of a ratio (1).
    """
    counts, kept = state.counts, []
    for at, whose, was in state.items:
        still = was if whose != number else _still(asked, was, holds)
        counts = counts if still == was else _changed(counts, at // _width(asked), was, still)
        kept += [(at, whose, still)] if still else []
    if counts == state.counts:
        return None
    newest = state.last or 0
    after = replace(state, counts=counts, items=tuple(kept))
    found = _many(asked, counts, newest) if asked.kind == "spike" else _large(asked, counts, newest)
    if not state.episode or found is not None:
        return Verdict(state=after)
    return Verdict(state=replace(after, episode="", until=_until(asked, newest)), closes=state.episode)


def is_new(state: State, number: int) -> bool:
    """Whether an item was surely not counted: it is not named, and all that is counted is."""
    counted = sum(max(matches, wider) for _, matches, wider in state.counts)
    return counted <= len(state.items) and all(each[1] != number for each in (*state.items, *state.known))


def apart(within: timedelta, state: State, goes: State) -> tuple[State, State]:
    """A key's state without what the items of another were counted as, and that other one with it."""
    width, counts, going = _tenth(within), state.counts, goes.counts
    for at, _, was in goes.items:
        counts = _changed(counts, at // width, was, "")
        going = _changed(going, at // width, "", was)
    newest = max((at for at, _, _ in goes.items), default=None)
    return replace(state, counts=counts), replace(goes, counts=going, last=newest)


def calmed(state: State) -> Verdict:
    """What the timer of a spike makes of it: the window is empty, so that it is armed again."""
    return Verdict(state=replace(state, due=None, episode=""), closes=state.episode)


def newest_counts(asked: Requirement, state: State) -> tuple[int, int]:
    """What the newest window holds: matches, and items of the wider condition."""
    last = (state.last or 0) // _width(asked)
    return _sum(state.counts, last - TENTHS + 1, last)


Found = tuple[int, int] | None
"""The two numbers that a window was met by; None if it was not."""
_Says = Callable[[Requirement, int, int], str]


def _risen(asked: Requirement, state: State, newest: Found, here: Found, says: _Says) -> Verdict:
    if state.episode and newest is not None:
        return Verdict(state=state, goes_on=True, says=says(asked, *newest))
    closes = state.episode
    fires = here is not None and not closes
    return Verdict(
        state=replace(state, episode=""),
        fires=fires,
        closes=closes,
        says=says(asked, *here) if fires and here is not None else "",
    )


def _width(asked: Requirement) -> int:
    return _tenth(asked.within)


def _tenth(within: timedelta) -> int:
    return max(1, long(within) // TENTHS)


def _with(asked: Requirement, state: State, item: Moment) -> tuple[State, int]:
    """The state with this item, without what nothing can ask for any more, and the time by which the item counts.

    A revised item counts as what it is now, where it counted before.
    """
    width = _width(asked)
    before = next((each for each in state.items if item.revised and each[1] == item.number), None)
    at, was = (item.event, "") if before is None else (before[0], before[2])
    newest = max(at, state.last or at)
    oldest = (newest - long(asked.lateness) - long(reach(asked))) // width - 1
    counts = _changed(state.counts, at // width, was, _counts_as(asked, item))
    named = [each for each in state.items if each != before and each[0] // width >= oldest]
    after = replace(
        state,
        counts=tuple(each for each in counts if each[0] >= oldest),
        items=(*named, (at, item.number, _counts_as(asked, item)))[-MOST_NAMED:],
        last=newest,
        until=_until(asked, newest),
    )
    return after, at


def _counts_as(asked: Requirement, item: Moment) -> str:
    if asked.kind == "spike":
        return _MATCHES
    return _WIDER + (_MATCHES if item.matches else "")  # of a ratio only what meets both counts as a match


def _still(asked: Requirement, was: str, holds: Callable[[int], bool]) -> str:
    """What is left of what an item was counted as."""
    if asked.kind == "spike":
        return was if holds(0) else ""
    if not holds(1):
        return ""
    return was if holds(0) else was.replace(_MATCHES, "")


def _changed(counts: Iterable[Counted], tenth: int, was: str, now: str) -> tuple[Counted, ...]:
    """The counts once an item of that tenth counts as something else."""
    found = {at: (matches, wider) for at, matches, wider in counts}
    matches, wider = found.get(tenth, (0, 0))
    matches += (_MATCHES in now) - (_MATCHES in was)
    wider += (_WIDER in now) - (_WIDER in was)
    found[tenth] = (max(0, matches), max(0, wider))
    return tuple((at, *found[at]) for at in sorted(found))


def _sum(counts: Iterable[Counted], first: int, last: int) -> tuple[int, int]:
    held = [each for each in counts if first <= each[0] <= last]
    return sum(each[1] for each in held), sum(each[2] for each in held)


def _many(asked: Requirement, counts: Iterable[Counted], end: int) -> Found:
    """How many the window holds and how many the time before it, if that is a spike."""
    counts, last = tuple(counts), end // _width(asked)
    here, _ = _sum(counts, last - TENTHS + 1, last)
    span = long(asked.against) // _width(asked)
    before, _ = _sum(counts, last - TENTHS - span + 1, last - TENTHS)
    within, against = long(asked.within), long(asked.against)
    enough = here >= asked.at_least and here * against >= asked.n * max(before * within, against)
    return (here, before) if enough else None


def _large(asked: Requirement, counts: Iterable[Counted], end: int) -> Found:
    last = end // _width(asked)
    part, whole = _sum(counts, last - TENTHS + 1, last)
    share = asked.share
    return (part, whole) if share is not None and whole >= asked.at_least and share.holds(part, whole) else None


def _until(asked: Requirement, newest: int) -> int:
    return newest + long(asked.lateness) + long(reach(asked)) + _width(asked)


def _spike_says(asked: Requirement, here: int, before: int) -> str:
    usual = before * long(asked.within) / max(1, long(asked.against))
    many = "1 match" if here == 1 else f"{here} matches"
    return f"{many} within {spell(long(asked.within))}, {usual:.1f} before"


def _ratio_says(asked: Requirement, part: int, whole: int) -> str:
    return f"{part} of {whole} ({100 * part / whole:.0f} %) within {spell(long(asked.within))}"
