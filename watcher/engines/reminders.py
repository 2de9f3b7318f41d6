"""The beat's step for dated entries: what is due on their days is carried out, and what has a fault is set aside.

Never remembers what is due: the store knows.
"""

from __future__ import annotations

import logging

from watcher.core.errors import StoreError
from watcher.pipeline.reminding import remind, set_aside
from watcher.pipeline.runtime import Clock, Runtime
from watcher.stores.base import Store
from watcher.telemetry import log

_LOG = logging.getLogger(__name__)


async def remind_due(store: Store, runtime: Runtime, clock: Clock) -> int:
    """Carry out all that is due; returns how many reminders told somebody. Raises StoreError if the store refuses."""
    try:
        return await remind(store, runtime, clock())
    except StoreError:
        raise
    except Exception as error:  # noqa: BLE001 - the per-reminder guard: it is set aside, the next beat tells the others
        timer = await store.write(lambda turn: set_aside(turn, clock()))
        what = "" if timer is None else f"{timer.rule or 'lapse'} of {timer.entry} on {timer.on}"
        log(_LOG, "reminder.failed", level="error", cause=error, reminder=what)
        return 0
