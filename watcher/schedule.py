"""The metronome: APScheduler beats once a second; what is due is computed from the store at each beat.

Holds no state and no jobs of its own but the beat: a beat that is late, missed or fails costs nothing but time.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_EXECUTED, EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MISSED
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from watcher.telemetry import log

_LOG = logging.getLogger(__name__)
BEAT = timedelta(seconds=1)


class Metronome:
    """Calls each step at its interval, one instance at a time, late rather than never.

    APScheduler counts by the clock on the wall: after that was set back, its next beat would lie as far ahead. So each
    `look`, counted by a clock that nobody sets, a beat that lies further ahead than its interval is called at once.
    """

    def __init__(self, *, look: timedelta = BEAT) -> None:
        self._look_s = look.total_seconds()
        self._looking: asyncio.TimerHandle | None = None
        self._intervals: dict[str, timedelta] = {}
        # The default misfire_grace_time of 1 s drops a beat whenever the loop was busy for longer
        # (agronholm/apscheduler#292); None runs it late, coalesce runs it once.
        self._scheduler = AsyncIOScheduler(
            timezone="UTC", job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )
        self._scheduler.add_listener(self._well, EVENT_JOB_EXECUTED)
        self._scheduler.add_listener(self._noted, EVENT_JOB_ERROR | EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES)
        self.beats_failed = 0
        self.failing: dict[str, int] = {}
        """How often in a row each step has failed that fails now."""

    def every(self, interval: timedelta, step: Callable[[], Awaitable[object]], name: str) -> None:
        """Call `step` once per interval, from the start on."""
        trigger = IntervalTrigger(seconds=interval.total_seconds(), timezone="UTC")
        self._scheduler.add_job(step, trigger, id=name, name=name)
        self._intervals[name] = interval

    def start(self) -> None:
        """Begin to beat; must be called inside the running loop."""
        self._scheduler.start()
        self._look()

    def _look(self) -> None:
        """Bring forward what a clock that was set back has put off."""
        now = datetime.now(UTC)
        for job in self._scheduler.get_jobs():
            if job.next_run_time is not None and job.next_run_time > now + self._intervals[job.id] + BEAT:
                log(_LOG, "clock.set_back", level="warning", beat=job.id)
                job.modify(next_run_time=now)
        self._looking = asyncio.get_running_loop().call_later(self._look_s, self._look)

    def pause(self) -> None:
        """Beat no more, but let what is running run."""
        self._scheduler.pause()

    def stop(self) -> None:
        """End the metronome. Steps still running are cancelled by APScheduler, so drain them first."""
        if self._looking is not None:
            self._looking.cancel()
        self._scheduler.shutdown(wait=False)

    def _well(self, event: object) -> None:
        self.failing.pop(str(getattr(event, "job_id", "")), None)

    def _noted(self, event: object) -> None:
        code = getattr(event, "code", 0)
        if code == EVENT_JOB_MAX_INSTANCES:
            # The last beat is still running: that is what max_instances=1 is for.
            log(_LOG, "beat.overlapped", level="debug", beat=str(getattr(event, "job_id", "")))
            return
        self.beats_failed += 1
        beat = str(getattr(event, "job_id", ""))
        self.failing[beat] = self.failing.get(beat, 0) + 1
        log(
            _LOG,
            "beat.failed",
            level="error",
            beat=beat,
            cause=getattr(event, "exception", None),
        )
