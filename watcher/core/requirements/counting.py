"""`count` and `sources`: so many stories, articles or origins within a window; never counts one of them twice."""

from __future__ import annotations

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
    known = {(number, whose) for _, number, whose in kept}
    added = [(item.event, item.number, whose) for whose in item.whose if (item.number, whose) not in known]
    items = sorted([*kept, *added])[-MOST:]
    newest = _held(items, items[-1][0], within) if items else []
    still = len({whose for _, _, whose in newest}) >= asked.n
    if state.episode and still:
        return Verdict(
            state=replace(state, items=tuple(items)),
            goes_on=True,
            says=_says(asked, newest),
            behind=_numbers(newest),
        )
    made = _made(items, added, asked.n, within)
    after = replace(state, items=tuple(items), episode="", until=_until(asked, items))
    return Verdict(
        state=after,
        fires=bool(made),
        closes=state.episode,
        says=_says(asked, made) if made else "",
        behind=_numbers(made),
    )


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
    at = added[0][0]
    for end in sorted({each[0] for each in items if at <= each[0] <= at + within}):
        held = _held(items, end, within)
        before = {whose for _, number, whose in held if number != added[0][1]}
        if len({whose for _, _, whose in held}) >= enough > len(before):
            return held
    return []


def _until(asked: Requirement, items: Sequence[Held]) -> int | None:
    return items[-1][0] + long(asked.within) + long(asked.lateness) if items else None


def _numbers(items: Sequence[Held]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(number for _, number, _ in items))


def _says(asked: Requirement, held: Sequence[Held]) -> str:
    count = len({whose for _, _, whose in held})
    if asked.kind == "sources":
        return f"{count} sources of their own within {spell(long(asked.within))}"
    noun = "story" if asked.distinct == "stories" else "article"
    return f"{ordinal(count)} {noun} within {spell(long(asked.within))}"
