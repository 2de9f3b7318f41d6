"""When a source is polled again: by its interval or rhythm, with jitter, later after failures, as its server asks."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from watcher.core.rhythm import Rhythm, next_poll

_JITTER = 0.10
_LONGEST = timedelta(hours=6)
_LONGEST_RETRY_AFTER = timedelta(hours=24)
_SOON = timedelta(minutes=1)
BY_RHYTHM = "its rhythm"
LEAST_LEARNED = timedelta(minutes=5)
"""A learned interval is never shorter: who wants more writes it down himself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Adaptive:
    """The bounds of a learned interval, and whether the server's own word on freshness lengthens it."""

    least: timedelta
    most: timedelta
    obeys_freshness: bool


def next_due(source: str, now: datetime, every: timedelta) -> datetime:
    """The next poll after a good answer: the interval +-10 %, so that sources don't march in step."""
    return now + every * (1 + _JITTER * _spread(source, now))


def learned_due(
    source: str, now: datetime, rhythm: Rhythm, price: float, bounds: Adaptive, fresh: timedelta | None
) -> datetime:
    """The next poll of a source with a rhythm: the learned wait +-10 %, within its bounds all the same.

    Args: source: seeds the jitter. For the others see `learned_wait`.
    """
    wait, by = learned_wait(rhythm, now, price, bounds, fresh)
    if by != BY_RHYTHM:
        return now + wait * (1 + _JITTER * abs(_spread(source, now)) * (-1 if wait == bounds.most else 1))
    least = _least(bounds, fresh)
    return now + min(max(wait * (1 + _JITTER * _spread(source, now)), least), bounds.most)


def learned_wait(
    rhythm: Rhythm, now: datetime, price: float, bounds: Adaptive, fresh: timedelta | None
) -> tuple[timedelta, str]:
    """How long to wait, and what settled it, in words.

    Args:
        rhythm: what is known of the source.
        now: the moment of the answer.
        price: of a poll, see `rhythm.price`.
        bounds: the least and longest interval.
        fresh: how long its server calls the answer fresh.
    """
    at = next_poll(rhythm, now.timestamp(), price, longest=bounds.most.total_seconds())
    wait = timedelta(seconds=at - now.timestamp())
    least = _least(bounds, fresh)
    if wait >= bounds.most:
        return bounds.most, "its longest interval"
    if wait > least:
        return wait, BY_RHYTHM
    return least, "its shortest interval" if least == bounds.least else "its server, which calls it fresh for so long"


def _least(bounds: Adaptive, fresh: timedelta | None) -> timedelta:
    obeyed = fresh if bounds.obeys_freshness and fresh is not None else bounds.least
    return min(max(obeyed, bounds.least), bounds.most)


def failed_due(
    source: str,
    now: datetime,
    every: timedelta,
    *,
    failures: int,
    retry_after_s: float | None,
    soon: bool = False,
) -> datetime:
    """The next poll after a failure: the interval doubled for each failure in a row, at most 6 h (or the interval).

    A server's Retry-After counts if it is later, up to 24 h.

    Args:
        source: seeds the jitter.
        now: the moment of the failure.
        every: the source's interval.
        failures: failed polls in a row, this one included; >= 1.
        retry_after_s: what the server asked for.
        soon: nothing is known of the source yet, or its first failure may be our own line's: 1 to 2 minutes, twice that
            after each further failure, until that is as long as usual.

    Source: RFC 9110, 10.2.3 for Retry-After.
    """
    wait: timedelta = min(every * 2 ** min(failures, 10), max(_LONGEST, every)) * (1 + _JITTER * _spread(source, now))
    if soon:
        wait = min(wait, _SOON * 2 ** min(failures - 1, 10) * (1.5 + _spread(source, now) / 2))
    if retry_after_s is not None:
        wait = max(wait, min(timedelta(seconds=retry_after_s), _LONGEST_RETRY_AFTER))
    return now + wait


def first_due(source: str, every: timedelta) -> timedelta:
    """How long after the start a source is polled first: spread over at most ten seconds, by its name."""
    digest = hashlib.sha256(source.encode()).digest()
    return min(every, timedelta(seconds=10)) * (digest[0] / 256)


def _spread(source: str, now: datetime) -> float:
    """A number in [-1, 1] from the source's name and the moment."""
    digest = hashlib.sha256(f"{source}\0{now.isoformat()}".encode()).digest()
    return int.from_bytes(digest[:4]) / 2**31 - 1
