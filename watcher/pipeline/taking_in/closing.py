"""Alerts of which nothing new was heard for thirty days are closed, as of the day on which that was so; nobody is told.

One that is snoozed, or of which something is held, waits until that is over: what is held is told first.
Decides nothing: how long that is, is the core's to say. Source: the rule language, section 5, the end of an alert.
"""

from __future__ import annotations

from datetime import datetime

from watcher.core.telling.lifecycle import NO_NEWS, NO_NEWS_FOR
from watcher.stores.base import Store, Turn

_BATCH = 500


async def close_due(store: Store, now: datetime) -> int:
    """Close all that are due; returns how many."""
    closed = 0
    while await store.read(lambda turn: turn.lifecycle.stale(now - NO_NEWS_FOR, now, 1)):
        closed += await store.write(lambda turn: close_before(turn, now))
    return closed


def close_before(turn: Turn, now: datetime) -> int:
    """Close, in this turn, what is due: what follows in it happened later."""
    due = turn.lifecycle.stale(now - NO_NEWS_FOR, now, _BATCH)
    for alert, updated in due:
        turn.lifecycle.expire(alert, NO_NEWS, updated + NO_NEWS_FOR)
    return len(due)
