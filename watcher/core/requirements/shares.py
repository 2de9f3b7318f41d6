"""`spike` and `ratio`: far more than usual, or too large a share, in the window that ends at an item.

Never keeps the items: counts per tenth of the window, so that a day's flood takes ten numbers.
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


def reach(asked: Requirement) -> timedelta:
    """How far back a decision looks."""
    return asked.within + asked.against


def spiked(asked: Requirement, state: State, item: Moment, begun: int) -> Verdict:
    """Fires at a match whose window holds n times what is usual; re-arms when it does so no longer."""
    if not item.matches or item.again:
        return Verdict(state=state, goes_on=bool(state.episode and item.matches))
    newest = max(item.event, state.last or item.event)
    counts = _with(asked, state.counts, item, newest)
    after = replace(
        state, counts=counts, last=newest, due=max(newest + long(asked.within), item.seen), until=_until(asked, newest)
    )
    if item.event - begun < long(reach(asked)):
        return Verdict(state=after, reason=Reason.LEARNING)
    return _risen(asked, after, _many(asked, counts, newest), _many(asked, counts, item.event), _spike_says)


def shared(asked: Requirement, state: State, item: Moment, begun: int) -> Verdict:
    """Fires at an item of the wider condition, if that share of all such in its window also match."""
    if not item.wider or item.again:
        return Verdict(state=state, goes_on=bool(state.episode and item.matches))
    newest = max(item.event, state.last or item.event)
    counts = _with(asked, state.counts, item, newest)
    after = replace(state, counts=counts, last=newest, until=_until(asked, newest))
    if item.event - begun < long(reach(asked)):
        return Verdict(state=after, reason=Reason.LEARNING)
    return _risen(asked, after, _large(asked, counts, newest), _large(asked, counts, item.event), _ratio_says)


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
    return max(1, long(asked.within) // TENTHS)


def _with(asked: Requirement, counts: Iterable[Counted], item: Moment, newest: int) -> tuple[Counted, ...]:
    """The counts with this item, without those that nothing can ask for any more."""
    width = _width(asked)
    oldest = (newest - long(asked.lateness) - long(reach(asked))) // width - 1
    found = {tenth: (matches, wider) for tenth, matches, wider in counts if tenth >= oldest}
    tenth = item.event // width
    matches, wider = found.get(tenth, (0, 0))
    # Of a ratio only what meets both counts as a match.
    counts_too = item.matches and (item.wider or asked.kind == "spike")
    found[tenth] = (matches + counts_too, wider + item.wider)
    return tuple((tenth, *found[tenth]) for tenth in sorted(found))


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
