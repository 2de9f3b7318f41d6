"""How long a source has been silent, measured by the pauses that it is used to making; never reads a clock.

Times are seconds since 1970. A source is silent when nothing new came for one and a half times the longest pause of
the last 60 days, and for 24 h at least; while its history is too short to hold such pauses, for 48 h at least.
Source: domain notes, job J4: measured on nine days of a real feed, four times the median gap cries wolf five times.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

DAY_S: Final = 86_400.0
REMEMBERED_S: Final = 60 * DAY_S
FACTOR: Final = 1.5
FLOOR_S: Final = DAY_S
YOUNG_FLOOR_S: Final = 2 * DAY_S
_OLD_ENOUGH_S: Final = 14 * DAY_S
"""Two weekends: by then a source has made the pauses that it makes."""
_FEWEST: Final = 3
"""With fewer pauses there is nothing to be used to: only `silent_after` can tell."""
_MOST: Final = 64
_TOGETHER_S: Final = 60.0
"""Entries that come within a minute came at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pauses:
    """What is known of a source's pauses.

    `since` is the first time known, `newest` the last one on the source's own time line, `alive` when it last brought
    something, `count` how many pauses there were. `longest` holds (end, length) of those that can still be the longest
    of 60 days: each is longer than all that came after it.
    """

    since: float
    newest: float
    alive: float
    count: int = 0
    longest: tuple[tuple[float, float], ...] = ()

    def as_json(self) -> dict[str, object]:
        """As it is stored."""
        times = {"since": self.since, "newest": self.newest, "alive": self.alive}
        return {**times, "count": self.count, "longest": [list(pair) for pair in self.longest]}

    @classmethod
    def from_json(cls, stored: Mapping[str, object]) -> Pauses | None:
        """What `as_json` gave; None for anything else."""
        times = [stored.get(name) for name in ("since", "newest", "alive")]
        numbers = [float(each) for each in times if isinstance(each, int | float)]
        count, listed = stored.get("count"), stored.get("longest")
        if len(numbers) < len(times) or not isinstance(count, int) or not isinstance(listed, list):
            return None
        pairs = tuple((float(end), float(length)) for end, length in listed)
        return cls(since=numbers[0], newest=numbers[1], alive=numbers[2], count=count, longest=pairs)


def begun(times: Iterable[float], now: float) -> Pauses:
    """The pauses of a source that is looked at for the first time, from the times of all that it listed so far."""
    past = sorted(at for at in times if at <= now)
    first = past[0] if past else now
    start = Pauses(since=first, newest=first, alive=first)
    for at in past:
        start = _with(start, at)
    return start


def noted(pauses: Pauses, times: Iterable[float], now: float) -> Pauses:
    """The pauses with what came new in a poll.

    Args: times: of every new entry, as stated or else as seen. One that is older than what is known shows that the
        source's dates lag or jump: it counts as of now.
    """
    fresh = sorted(min(at, now) for at in times)
    if not fresh:
        return pauses
    forward = [at for at in fresh if at > pauses.newest] or [now]
    for at in forward:
        pauses = _with(pauses, at)
    return replace(pauses, alive=max(pauses.alive, now))


def _with(pauses: Pauses, at: float) -> Pauses:
    length = at - pauses.newest
    if length < _TOGETHER_S:
        return replace(pauses, newest=max(at, pauses.newest), alive=max(at, pauses.alive))
    kept = [pair for pair in pauses.longest if pair[1] > length and pair[0] > at - REMEMBERED_S]
    longest = (*kept, (at, length))[-_MOST:]
    return replace(pauses, newest=at, alive=max(at, pauses.alive), count=pauses.count + 1, longest=longest)


def patience(pauses: Pauses, now: float) -> float | None:
    """For how many seconds the source may say nothing before it counts as silent; None while that can't be said."""
    if pauses.count < _FEWEST:
        return None
    young = min(now, pauses.newest) - pauses.since < _OLD_ENOUGH_S
    recent = [length for end, length in pauses.longest if end > pauses.newest - REMEMBERED_S]
    return max(YOUNG_FLOOR_S if young else FLOOR_S, FACTOR * max(recent, default=0.0))


def is_silent(pauses: Pauses, now: float, *, after: timedelta | None) -> float | None:
    """Since when the source says nothing new, if that is longer than it ever does; None while all is well.

    Args: after: the configured patience, which takes the place of the learned one.
    """
    allowed = patience(pauses, now) if after is None else after.total_seconds()
    return pauses.alive if allowed is not None and now - pauses.alive > allowed else None
