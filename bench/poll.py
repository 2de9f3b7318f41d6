"""How late news is noticed on real feeds' times, with the same number of requests for every way of sharing them out.

The first half of each feed's times (or all but the last weeks) is history, the rest is replayed. Every way is scaled
until it makes as many polls an hour as a fixed interval would; late is a poll after the entry that it first sees.
Our parameters were chosen on feeds whose name has an even hash, and are reported on the odd ones.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from bench.measure import table, verdict
from watcher.core.polls import LEAST_LEARNED
from watcher.core.rhythm import DAY_S, HOUR_S, Rhythm, learned, next_poll

DATA = Path(__file__).parent / "data" / "feed_times.json"
BUDGETS_MIN = (15, 60, 240)
MEAN_OF_FIXED, MEAN_OF_FREQUENCY, P95_OF_FIXED = 0.65, 0.85, 1.25
_LEAST_S = LEAST_LEARNED.total_seconds()
_ROUNDS, _CLOSE = 12, 0.004


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed's times, in seconds since 1970; replayed from `begin` to the last."""

    times: tuple[float, ...]
    begin: float

    @property
    def end(self) -> float:
        """When the replay ends."""
        return self.times[-1] + 1


class Way(Protocol):
    """A way of choosing the next poll of one feed."""

    def __init__(self, feed: Feed, longest_s: float, /) -> None: ...

    def saw(self, before: int, after: int, now: float, /) -> None:
        """The entries from index `before` to `after` were first seen now."""

    def wait_s(self, now: float, scale: float, /) -> float:
        """How long to wait; all ways are kept between the same bounds."""


class Fixed:
    """The same interval for all."""

    def __init__(self, _feed: Feed, _longest_s: float, /) -> None: ...

    def saw(self, _before: int, _after: int, _now: float, /) -> None:
        """Learns nothing."""

    def wait_s(self, _now: float, scale: float, /) -> float:
        """The interval."""
        return scale * HOUR_S


class EntryFrequency:
    """As Miniflux schedules by entry frequency: a week, divided by the number of entries of the last week."""

    def __init__(self, feed: Feed, _longest_s: float, /) -> None:
        self._times = feed.times
        self._seen = bisect_right(feed.times, feed.begin)

    def saw(self, _before: int, after: int, _now: float, /) -> None:
        """Count them."""
        self._seen = after

    def _since(self, begin: float) -> int:
        return self._seen - bisect_left(self._times, begin)

    def wait_s(self, now: float, scale: float, /) -> float:
        """In inverse proportion to the week's entries."""
        return scale * 7 * DAY_S / max(1, self._since(now - 7 * DAY_S))


class SquareRoot(EntryFrequency):
    """The square-root rule on the rate of two weeks, without hours."""

    def wait_s(self, now: float, scale: float, /) -> float:
        """In inverse proportion to the root of the rate."""
        begin = max(now - 14 * DAY_S, self._times[0])
        rate = (self._since(begin) + 0.5) / max(now - begin, 6 * HOUR_S)
        return float(scale * HOUR_S * (rate * HOUR_S) ** -0.5)


class Rhythmic:
    """Ours: what a source with `every: auto` does, without the jitter."""

    def __init__(self, feed: Feed, longest_s: float, /) -> None:
        self._longest_s = longest_s
        self._times = feed.times
        self._rhythm: Rhythm = learned(None, feed.times[: bisect_right(feed.times, feed.begin)], 0, feed.begin)

    def saw(self, before: int, after: int, now: float, /) -> None:
        """Learn their times."""
        self._rhythm = learned(self._rhythm, self._times[before:after], after - before, now)

    def wait_s(self, now: float, scale: float, /) -> float:
        """By rate, hour and day."""
        return next_poll(self._rhythm, now, scale, longest=self._longest_s) - now


WAYS: dict[str, type[Way]] = {
    "fixed interval": Fixed,
    "entry frequency (Miniflux)": EntryFrequency,
    "square root of the rate": SquareRoot,
    "every: auto": Rhythmic,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lateness:
    """What a way came to: polls an hour and feed, and every entry's delay in minutes, sorted."""

    rate: float
    delays: Sequence[float]

    @property
    def mean(self) -> float:
        """The mean delay."""
        return sum(self.delays) / len(self.delays)

    def quantile(self, share: float) -> float:
        """The delay that so large a share stays below."""
        return self.delays[int(share * (len(self.delays) - 1))]


def arguments(parser: argparse.ArgumentParser) -> None:
    """The bench's options."""
    parser.add_argument("--half", choices=("odd", "even", "all"), default="odd", help="feeds by the hash of their name")
    parser.add_argument("--budgets", type=int, nargs="+", default=list(BUDGETS_MIN), metavar="MIN")
    parser.add_argument("--days", type=float, default=21.0, help="at most so many last days of a feed are replayed")
    parser.add_argument("--feeds", type=int, default=None, help="only so many feeds, for a quick look")


def run(options: argparse.Namespace) -> int:
    """Replay, print a table for each budget, and how ours compares; 1 if it misses a target."""
    feeds = load(options.half, options.days)[: options.feeds]
    entries = sum(len(feed.times) - bisect_right(feed.times, feed.begin) for feed in feeds)
    hours = sum(feed.end - feed.begin for feed in feeds) / HOUR_S
    print(f"{len(feeds)} feeds ({options.half}), {entries:,} entries in {hours / 24:,.0f} feed-days\n")
    missed = False
    for minutes in options.budgets:
        found = {name: at_budget(way, feeds, minutes) for name, way in WAYS.items()}
        missed |= _told(minutes, found)
    return 1 if missed else 0


def _told(minutes: int, found: dict[str, Lateness]) -> bool:
    """Print one budget; whether a target was missed."""
    print(f"one poll every {minutes} min and feed")
    fixed, frequency, ours = found["fixed interval"], found["entry frequency (Miniflux)"], found["every: auto"]
    table(
        ("way", "polls/h", "mean min", "of fixed", "median", "p95", "p95 of fixed", "max"),
        [
            (
                *(name, each.rate, each.mean, each.mean / fixed.mean, each.quantile(0.5), each.quantile(0.95)),
                *(each.quantile(0.95) / fixed.quantile(0.95), each.quantile(1)),
            )
            for name, each in found.items()
        ],
    )
    ratios = (
        ("mean, of a fixed interval's", ours.mean / fixed.mean, MEAN_OF_FIXED),
        ("mean, of entry frequency's", ours.mean / frequency.mean, MEAN_OF_FREQUENCY),
        ("p95, of a fixed interval's", ours.quantile(0.95) / fixed.quantile(0.95), P95_OF_FIXED),
    )
    for what, ratio, at_most in ratios:
        verdict(f"every: auto, {what}", ratio, at_most)
    print()
    return any(ratio > at_most for _, ratio, at_most in ratios)


def load(half: str, days: float) -> list[Feed]:
    """The feeds of that half that have something to learn from and something to replay."""
    feeds = []
    for row in json.loads(DATA.read_text("utf-8")):
        times = [datetime.fromisoformat(row["first"]).timestamp()]
        for gap in row["gaps_s"]:
            times.append(times[-1] + gap)
        middle = max(len(times) // 2, bisect_left(times, times[-1] - days * DAY_S))
        replayed = len(times) - middle
        even = hashlib.sha256(row["feed"].encode()).digest()[0] % 2 == 0
        in_half = half == "all" or even == (half == "even")
        if in_half and replayed >= 3 and times[-1] - times[middle] > 6 * HOUR_S:
            feeds.append(Feed(times=tuple(times), begin=times[middle]))
    return feeds


def at_budget(way: type[Way], feeds: Sequence[Feed], minutes: int) -> Lateness:
    """What a way comes to when scaled to one poll every so many minutes and feed."""
    wanted, scale = 60 / minutes, minutes / 60
    longest_s = max(6 * HOUR_S, 6 * 60.0 * minutes)
    found = _replayed(way, feeds, scale, longest_s)
    for _ in range(_ROUNDS):
        if abs(found.rate / wanted - 1) < _CLOSE:
            break
        scale *= found.rate / wanted
        found = _replayed(way, feeds, scale, longest_s)
    return found


def _replayed(way: type[Way], feeds: Sequence[Feed], scale: float, longest_s: float) -> Lateness:
    polls, hours, delays = 0, 0.0, []
    for feed in feeds:
        chooser, now, seen = way(feed, longest_s), feed.begin, bisect_right(feed.times, feed.begin)
        while now < feed.end:
            now += min(max(chooser.wait_s(now, scale), _LEAST_S), longest_s)
            polls += 1
            before = seen
            seen = bisect_right(feed.times, now, lo=seen)
            delays += [(now - at) / 60 for at in feed.times[before:seen]]
            if seen > before:
                chooser.saw(before, seen, now)
        hours += (feed.end - feed.begin) / HOUR_S
    return Lateness(rate=polls / hours, delays=sorted(delays))
