"""The beat's steps for what falls due; of reminders and of requirements' timers a faulty one is set aside here.

They are reminders of dated entries, lapses of matters, timers of requirements and of series, and alerts whose hold is
over. Never remembers what is due: the store knows.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial

from watcher.core.errors import StoreError
from watcher.pipeline.judging.firing import fire_due
from watcher.pipeline.judging.reminding import remind, set_aside
from watcher.pipeline.judging.reminding import remind_due as carry_out
from watcher.pipeline.judging.requiring import require_due, versions_of
from watcher.pipeline.runtime import Clock, Runtime
from watcher.pipeline.taking_in.closing import close_due
from watcher.pipeline.taking_in.lapsing import lapse_due
from watcher.pipeline.telling.changes import notify
from watcher.pipeline.telling.escalating import escalate_due
from watcher.pipeline.telling.incidents import follow_deeds
from watcher.pipeline.telling.notices import set_aside_notice
from watcher.pipeline.telling.releasing import release_due
from watcher.pipeline.telling.silencing import silence_due
from watcher.stores.base import Store, Turn
from watcher.telemetry import log

_LOG = logging.getLogger(__name__)


_MOST = 200
"""So many are carried out one by one at most, in search of the one with a fault; the rest waits for the next beat."""


Falling = tuple[str, Callable[[], Awaitable[int]], bool]
"""A step's name, what it does, and whether it tells alerts: so many are what it returns."""


def falling(store: Store, runtime: Runtime, clock: Clock) -> tuple[Falling, ...]:
    """The steps that carry out what time alone brings, in their order."""
    return (
        ("close alerts", lambda: close_due(store, clock()), False),
        ("reminders", lambda: remind_due(store, runtime, clock), True),
        ("lapses", lambda: lapse_due(store, runtime, clock()), True),
        ("series", lambda: fire_due(store, runtime, clock()), True),
        ("timers", lambda: judge_timers(store, runtime, clock), True),  # last of these: they are items to it
        ("held alerts", lambda: release_due(store, runtime, clock()), True),
        ("escalations", lambda: escalate_due(store, runtime, clock()), True),
        ("deeds", lambda: follow_deeds(store, runtime, clock()), True),
        ("silences", lambda: silence_due(store, runtime, clock()), False),
    )


async def fall_due(store: Store, runtime: Runtime, clock: Clock) -> int:
    """Carry out all that time alone brings; returns how many alerts told somebody. What fails ends it."""
    told = 0
    for _, step, tells in falling(store, runtime, clock):
        done = await step()
        told += done if tells else 0
    return told


async def remind_due(store: Store, runtime: Runtime, clock: Clock) -> int:
    """Carry out all that is due; returns how many reminders told somebody. Raises StoreError if the store refuses."""
    try:
        return await remind(store, runtime, clock())
    except StoreError:
        raise
    except Exception:  # noqa: BLE001 - the per-reminder guard: which one has the fault is found by asking each alone
        return await _one_by_one(store, runtime, clock)


async def _one_by_one(store: Store, runtime: Runtime, clock: Clock) -> int:
    """Carry out what is due each in a transaction of its own, up to one with a fault, which is set aside."""
    told = 0
    for _ in range(_MOST):
        if not await store.read(lambda turn: turn.entries.is_due(clock())):
            break
        try:
            told += await store.write(lambda turn: carry_out(turn, runtime, clock(), most=1))
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - as above: the next beat tells the others
            what = await store.write(partial(_reminder_aside, runtime=runtime, cause=error, now=clock()))
            log(_LOG, "reminder.failed", level="error", cause=error, reminder=what)
            break
    return told


async def judge_timers(store: Store, runtime: Runtime, clock: Clock) -> int:
    """Judge the timers of requirements that are due; what a faulty one rests on is dropped, and the rest goes on."""
    try:
        return await require_due(store, runtime, clock())
    except StoreError:
        raise
    except Exception:  # noqa: BLE001 - the per-timer guard: which one has the fault is found by judging each alone
        return await _timers_alone(store, runtime, clock)


async def _timers_alone(store: Store, runtime: Runtime, clock: Clock) -> int:
    """Judge the timers that are due one by one, up to one with a fault; the next beat judges the others."""
    told = 0
    for _ in range(_MOST):
        try:
            told += await require_due(store, runtime, clock(), most=1)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - as above
            rule, key = await store.write(partial(_timer_aside, runtime=runtime, cause=error, now=clock()))
            log(_LOG, "requirement.failed", level="error", cause=error, rule=rule, key=key)
            break
    return told


def _reminder_aside(turn: Turn, *, runtime: Runtime, cause: Exception, now: datetime) -> str:
    """Set the reminder with the fault aside, and tell the operator; returns which it was."""
    timer = set_aside(turn, now)
    what = "" if timer is None else f"{timer.rule or 'lapse'} of {timer.entry} on {timer.on}"
    notify(turn.outbox, runtime, set_aside_notice("a reminder", what, cause, now))
    return what


def _timer_aside(turn: Turn, *, runtime: Runtime, cause: Exception, now: datetime) -> tuple[str, str]:
    """Set the timer with the fault aside, and tell the operator; returns its rule and key."""
    rule, key = turn.requirements.set_aside(versions_of(runtime), now)
    notify(turn.outbox, runtime, set_aside_notice("a timer", f"{rule} {key}".strip(), cause, now))
    return rule, key
