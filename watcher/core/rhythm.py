"""A source's rhythm: how much it publishes, at which hours and on which days, learned from the times of its entries.

Never asks what time it is and never reads an entry: it is given times, as seconds since 1970 in UTC.

The rule: with a fixed number of requests for all sources, the mean delay is least if each source is polled in
proportion to the square root of its rate (the optimum of the sum of rate x interval / 2 for a given sum of
1 / interval, by Lagrange). What holds between sources holds between the hours of one source too, so the next poll is
due when the square root of the rate, summed up from now on, reaches what a poll costs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import exp, expm1, sqrt

HOUR_S = 3_600.0
DAY_S = 24 * HOUR_S
WEEK_HOURS = 168

RECENT_S = 14 * DAY_S
"""Two weeks, by which the weight of an entry in the rate falls to a third."""
HABIT_S = 56 * DAY_S
"""Eight weeks, by which its weight in the habits of hours and days falls to a third: habits outlast bursts."""
_PRIOR, _PRIOR_S = 0.5, 0.25 * DAY_S
"""What is believed of a source that never published: half an entry, in six hours more than it was watched."""
_HOUR_PRIOR, _DAY_PRIOR = 0.2, 6.0
"""So many entries for each hour, and each day, that habits are smoothed with."""
_EPOCH_DAY = 3
"""1970-01-01 was a Thursday; days count from Monday."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """What is known of a source. Times are seconds since 1970; weights are as of `at`.

    `recent` is the weight of its entries in the rate, `cells` that in the habits, by hour of the week from Monday 0:00
    UTC. `since` is the first moment that is known about, `newest` the newest time that was counted.
    """

    since: float
    at: float
    newest: float
    recent: float = 0.0
    cells: tuple[float, ...] = (0.0,) * WEEK_HOURS

    def as_json(self) -> dict[str, object]:
        """As it is stored: a list of hours and their weights, since most hours of most sources are empty."""
        cells = [[hour, round(weight, 3)] for hour, weight in enumerate(self.cells) if weight >= 0.001]  # noqa: PLR2004
        times = {"since": round(self.since), "at": round(self.at), "newest": round(self.newest)}
        return {**times, "recent": round(self.recent, 4), "cells": cells}

    @classmethod
    def from_json(cls, stored: Mapping[str, object]) -> Rhythm | None:
        """What `as_json` gave; None for nothing, or what another version wrote."""
        numbers = [stored.get(name) for name in ("since", "at", "newest", "recent")]
        listed = stored.get("cells")
        if not isinstance(listed, list) or not all(isinstance(each, int | float) for each in numbers):
            return None
        cells = [0.0] * WEEK_HOURS
        for hour, weight in listed:
            cells[hour] = float(weight)
        since, at, newest, recent = (float(each) for each in numbers if isinstance(each, int | float))
        return cls(since=since, at=at, newest=newest, recent=recent, cells=tuple(cells))


def learned(rhythm: Rhythm | None, stated: Iterable[float], new: int, now: float) -> Rhythm:
    """The rhythm with what a poll brought.

    Args:
        rhythm: what was known before; None at first sight, when the times that the source lists are its history.
        stated: the times of all entries listed, in any order; those that were counted before are passed over.
        new: how many entries were new. Those without a time of use (none, an old one, one yet to come) count as of now.
        now: the moment of the poll.
    """
    if rhythm is None:
        past = sorted(at for at in stated if now - 4 * RECENT_S < at <= now)
        known_from = past[0] if past else now
        start = Rhythm(since=known_from, at=known_from, newest=known_from)
        return _counted(start, past, now)
    fresh = sorted(at for at in stated if rhythm.newest < at <= now)
    return _counted(rhythm, fresh + [now] * max(0, new - len(fresh)), now)


def _counted(rhythm: Rhythm, times: Sequence[float], now: float) -> Rhythm:
    if not times:
        return rhythm
    now = max(now, rhythm.at)
    faded = exp((rhythm.at - now) / HABIT_S)
    cells = [weight * faded for weight in rhythm.cells]
    recent = rhythm.recent * exp((rhythm.at - now) / RECENT_S)
    for at in times:
        cells[_hour_of_week(at)] += exp((at - now) / HABIT_S)
        recent += exp((at - now) / RECENT_S)
    return replace(rhythm, at=now, newest=max(rhythm.newest, times[-1]), recent=recent, cells=tuple(cells))


def rate(rhythm: Rhythm, now: float) -> float:
    """Entries an hour, over about the last two weeks."""
    weight = rhythm.recent * exp(min(0.0, rhythm.at - now) / RECENT_S)
    watched_s = -RECENT_S * expm1(min(0.0, rhythm.since - now) / RECENT_S)
    return (weight + _PRIOR) / (watched_s + _PRIOR_S) * HOUR_S


@lru_cache(maxsize=4_096)
def habits(cells: tuple[float, ...]) -> tuple[float, ...]:
    """For every hour of the week, the square root of its share of the rate; the mean of the shares is 1.

    Hours and days are taken apart: 168 hours would need years to fill.
    """
    by_hour = [sum(cells[hour::24]) for hour in range(24)]
    by_day = [sum(cells[24 * day : 24 * day + 24]) for day in range(7)]
    smooth = [by_hour[hour - 1] / 4 + by_hour[hour] / 2 + by_hour[(hour + 1) % 24] / 4 for hour in range(24)]
    hours = _shares(smooth, _HOUR_PRIOR)
    days = _shares(by_day, _DAY_PRIOR)
    return tuple(sqrt(hour * day) for day in days for hour in hours)


def _shares(weights: Sequence[float], prior: float) -> list[float]:
    """How each compares with the mean of all, smoothed."""
    mean = sum(weights) / len(weights) + prior
    return [(weight + prior) / mean for weight in weights]


def next_poll(rhythm: Rhythm, now: float, price: float, *, longest: float) -> float:
    """When the summed square root of the rate reaches the price of a poll, `longest` seconds after now at the latest.

    Args: price: in square roots of (entries x hours), as `price` gives it.
    """
    level = sqrt(rate(rhythm, now))
    shares = habits(rhythm.cells)
    left = price / level * HOUR_S
    at, end = now, now + longest
    while at < end:
        share = shares[_hour_of_week(at)]
        rest = HOUR_S - at % HOUR_S
        if share * rest >= left:
            return min(at + left / share, end)
        left -= share * rest
        at += rest
    return end


def demand(rhythm: Rhythm, now: float) -> float:
    """What a source asks of the budget: the mean of the square root of its rate over a week."""
    return sqrt(rate(rhythm, now)) * sum(habits(rhythm.cells)) / WEEK_HOURS


def price(demands: float, polls_an_hour: float) -> float:
    """What a poll must cost so that sources with these demands in sum are polled so many times an hour in sum."""
    return demands / polls_an_hour


def busiest(rhythm: Rhythm) -> tuple[int, int] | None:
    """The hours of the day (UTC; first, last + 1) in which half of the entries fall; None if none stand out."""
    by_hour = [sum(rhythm.cells[hour::24]) for hour in range(24)]
    total = sum(by_hour)
    if total < 3:  # noqa: PLR2004 - fewer say nothing of a habit
        return None
    for length in range(1, 13):
        best, first = max((sum(by_hour[(at + step) % 24] for step in range(length)), -at) for at in range(24))
        if best >= total / 2:
            return (-first, (-first + length) % 24) if length <= 9 else None  # noqa: PLR2004 - of a day, no habit
    return None


def _hour_of_week(at: float) -> int:
    return (int(at // HOUR_S) + 24 * _EPOCH_DAY) % WEEK_HOURS
