"""When a source is polled again: its interval with jitter, longer after failures, as its server asks."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

_JITTER = 0.10
_LONGEST = timedelta(hours=6)
_LONGEST_RETRY_AFTER = timedelta(hours=24)


def next_due(source: str, now: datetime, every: timedelta) -> datetime:
    """The next poll after a good answer: the interval +-10 %, so that sources don't march in step."""
    return now + every * (1 + _JITTER * _spread(source, now))


def failed_due(source: str, now: datetime, every: timedelta, *, failures: int, retry_after_s: float | None) -> datetime:
    """The next poll after a failure: the interval doubled for each failure in a row, at most 6 h (or the interval).

    A server's Retry-After counts if it is later, up to 24 h.

    Args:
        source: seeds the jitter.
        now: the moment of the failure.
        every: the source's interval.
        failures: failed polls in a row, this one included; >= 1.
        retry_after_s: what the server asked for.

    Source: RFC 9110, 10.2.3 for Retry-After.
    """
    wait: timedelta = min(every * 2 ** min(failures, 10), max(_LONGEST, every)) * (1 + _JITTER * _spread(source, now))
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
