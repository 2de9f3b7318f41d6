"""The metronome: APScheduler beats once a second; what is due is computed from the store at each beat.

Holds no state and no jobs of its own but the beat: a beat that is late, missed or fails costs nothing but time.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MISSED
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from watcher.telemetry import log

_LOG = logging.getLogger(__name__)
BEAT = timedelta(seconds=1)


class Metronome:
    """Calls each step at its interval, one instance at a time, late rather than never."""

    def __init__(self) -> None:
        # The default misfire_grace_time of 1 s drops a beat whenever the loop was busy for longer
        # (agronholm/apscheduler#292); None runs it late, coalesce runs it once.
        self._scheduler = AsyncIOScheduler(
            timezone="UTC", job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )
        self._scheduler.add_listener(self._noted, EVENT_JOB_ERROR | EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES)
        self.beats_failed = 0

    def every(self, interval: timedelta, step: Callable[[], Awaitable[object]], name: str) -> None:
        """Call `step` once per interval, from the start on."""
        trigger = IntervalTrigger(seconds=interval.total_seconds(), timezone="UTC")
        self._scheduler.add_job(step, trigger, id=name, name=name)

    def start(self) -> None:
        """Begin to beat; must be called inside the running loop."""
        self._scheduler.start()

    def pause(self) -> None:
        """Beat no more, but let what is running run."""
        self._scheduler.pause()

    def stop(self) -> None:
        """End the metronome. Steps still running are cancelled by APScheduler, so drain them first."""
        self._scheduler.shutdown(wait=False)

    def _noted(self, event: object) -> None:
        code = getattr(event, "code", 0)
        if code == EVENT_JOB_MAX_INSTANCES:
            # The last beat is still running: that is what max_instances=1 is for.
            log(_LOG, "beat.overlapped", level="debug", beat=str(getattr(event, "job_id", "")))
            return
        self.beats_failed += 1
        log(
            _LOG,
            "beat.failed",
            level="error",
            beat=str(getattr(event, "job_id", "")),
            cause=getattr(event, "exception", None),
        )
