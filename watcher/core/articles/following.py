"""When the page behind an entry is fetched, and when it is given up; pure: times and attempts come in.

History is not followed: a first sight may list thousands of entries, and none of them is told anyway.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

GAPS: Final = (
    timedelta(minutes=2),
    timedelta(minutes=20),
    timedelta(hours=2),
    timedelta(hours=12),
)
"""After the first, second ... failed attempt: five attempts within about 15 hours. A page that was announced before it
stood there is found by the second or third; what is still missing next day does not come."""
ATTEMPTS: Final = len(GAPS) + 1
LONGEST_WAIT: Final = timedelta(hours=24)
AGAIN_SOON: Final = timedelta(minutes=1)
"""When a page is tried again for which nobody was there to read it."""
LEASE: Final = timedelta(minutes=5)
"""How long a claim holds: a fetch with its redirects and its reading take a minute at most."""
_ANEW: Final = timedelta(hours=1)


def next_try(attempt: int, now: datetime, *, retry: bool, retry_after_s: float | None) -> datetime | None:
    """When a page is fetched again after that many failed attempts; None once it is given up.

    Args: `retry` is False if its server says that it is gone for ever; `retry_after_s` is what it asked for.
    """
    if not retry or attempt >= ATTEMPTS:
        return None
    asked_for = timedelta(seconds=min(retry_after_s or 0, LONGEST_WAIT.total_seconds()))
    return now + max(GAPS[attempt - 1], asked_for)


def due_anew(times: int, now: datetime) -> datetime:
    """When a page is fetched anew whose entry changed: the later the oftener, since some listings change all day."""
    return now + min(times * _ANEW, LONGEST_WAIT)
