"""`count` and `sources`: so many stories, articles or origins within a window; never counts one of them twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from watcher.core.requirements.state import Held, Moment, State, Verdict, long
from watcher.core.requirements.words import ordinal, spell
from watcher.core.rules.model import Requirement

MOST = 4_000
"""Items of one key that are kept; of more, the oldest no longer count."""


def counted(asked: Requirement, state: State, item: Moment) -> Verdict:
    """Fires at the match that makes some window around it hold enough; re-arms when the newest holds fewer."""
    if not item.matches:
        return Verdict(state=state)
    within = long(asked.within)
    kept = [each for each in state.items if each[0] >= item.seen - within - long(asked.lateness)]
    added, own = _own(asked, kept, item)
    items = sorted([*(each for each in kept if each[1] != item.number), *own])[-MOST:]
    newest = _held(items, items[-1][0], within) if items else []
    still = len({whose for _, _, whose in newest}) >= asked.n
    if state.episode and still:
        return Verdict(
            state=replace(state, items=tuple(items)),
            goes_on=True,
            says=_says(asked, newest),
            behind=_numbers(newest),
        )
    # Enough without having fired: stories that a person made one. The next match tells it.
    made = _made(items, added, asked.n, within) or (newest if still and added else [])
    after = replace(state, items=tuple(items), episode="", until=_until(asked, items))
    return Verdict(
        state=after,
        fires=bool(made),
        closes=state.episode,
        says=_says(asked, made) if made else "",
        behind=_numbers(made),
    )


def _own(asked: Requirement, kept: Sequence[Held], item: Moment) -> tuple[list[Held], list[Held]]:
    """What an item adds, and all that it counts for: a story that it is in now takes the place of an earlier one."""
    before = {whose: at for at, number, whose in kept if number == item.number}
    moved = bool(before) and asked.kind == "count"
    at = min(before.values()) if moved else item.event
    own = [(before.get(whose, at), item.number, whose) for whose in item.whose]
    return [] if moved else [each for each in own if each[2] not in before], own


def newest_count(asked: Requirement, state: State) -> int:
    """How many the newest window holds."""
    newest = _held(state.items, state.items[-1][0], long(asked.within)) if state.items else []
    return len({whose for _, _, whose in newest})


def _held(items: Sequence[Held], end: int, within: int) -> list[Held]:
    """The items of the window that ends there; both its ends are in it."""
    return [each for each in items if end - within <= each[0] <= end]


def _made(items: Sequence[Held], added: Sequence[Held], enough: int, within: int) -> list[Held]:
    """The first window that holds enough with what was added, and did not without it; empty if none does."""
    if not added:
        return []
    at, own = added[0][0], added[0][1]
    here = [each for each in items if at - within <= each[0] <= at + within]
    held: Counter[str] = Counter()
    others: Counter[str] = Counter()
    start = 0
    for place, (end, number, whose) in enumerate(here):
        held[whose] += 1
        if number != own:
            others[whose] += 1
        while here[start][0] < end - within:
            _out(held, here[start][2])
            if here[start][1] != own:
                _out(others, here[start][2])
            start += 1
        last = place + 1 == len(here) or here[place + 1][0] > end
        if last and end >= at and len(held) >= enough > len(others):
            return here[start : place + 1]
    return []


def _out(counts: Counter[str], whose: str) -> None:
    """One less of it; what is at nothing is not there."""
    counts[whose] -= 1
    if counts[whose] <= 0:
        del counts[whose]


def _until(asked: Requirement, items: Sequence[Held]) -> int | None:
    return items[-1][0] + long(asked.within) + long(asked.lateness) if items else None


def _numbers(items: Sequence[Held]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(number for _, number, _ in items))


def _says(asked: Requirement, held: Sequence[Held]) -> str:
    count = len({whose for _, _, whose in held})
    if asked.kind == "sources":
        return f"{count} sources of their own within {spell(long(asked.within))}"
    noun = asked.noun or ("story" if asked.distinct == "stories" else "article")
    return f"{ordinal(count)} {noun} within {spell(long(asked.within))}"
