"""One sender for each channel that something waits for: a slow or dead channel keeps no other waiting.

What is due, and when a channel may be told again, is asked of the store; a sender remembers nothing that matters.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from watcher.core.errors import StoreError
from watcher.core.telling.outbox import Delivery
from watcher.engines.progress import Progress
from watcher.pipeline.runtime import Clock, Runtime
from watcher.pipeline.sending.delivering import Delivered, Delivering, deliver
from watcher.pipeline.sending.taking import take
from watcher.telemetry import Level, log

_LOG = logging.getLogger(__name__)
WIDTH = 4
"""So many recipients of one channel are told side by side, once it works; one recipient's messages keep their order."""
LONGEST_WAIT = timedelta(seconds=5)
"""A pace slower than that is waited for by the beat, not by a sender: one pass must end, and so must a daemon."""
_STORE_PAUSE = timedelta(seconds=5)
_SENDER_PAUSE, _LONGEST_SENDER_PAUSE = timedelta(seconds=5), timedelta(minutes=5)
"""After a fault of its own a sender starts again, after a pause that doubles with each fault in a row."""


@dataclass(slots=True, kw_only=True)
class Senders:
    """The senders of one engine.

    `delivering` and `runtime` give what a reload may have changed since; `closing` ends them. `holds` are pauses after
    faults of our own, and at a slow pace.
    """

    delivering: Callable[[], Delivering]
    runtime: Callable[[], Runtime]
    clock: Clock
    progress: Progress
    tasks: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    holds: dict[str, datetime] = field(default_factory=dict)
    closing: bool = False

    @property
    def running(self) -> list[asyncio.Task[None]]:
        """Those that are at work."""
        return [task for task in self.tasks.values() if not task.done()]

    async def wake(self) -> None:
        """See that every channel with something due has its sender running."""
        now = self.clock()
        channels = self.runtime().channels
        for channel, at in await self.delivering().store.read(lambda turn: turn.outbox.waiting(now)):
            running = self.tasks.get(channel)
            hold = self.holds.get(channel)
            free = at <= now and (hold is None or hold <= now) and (running is None or running.done())
            if free and channel in channels:
                self.tasks[channel] = asyncio.create_task(self._send(channel), name=f"send-{channel}")

    async def _send(self, name: str) -> None:
        """Send what is due on one channel; a fault ends no channel, its sender starts again after a pause."""
        crew: set[asyncio.Task[None]] = set()
        try:
            await self._send_due(name, crew)
            while crew:
                ended, crew = await asyncio.wait(crew, return_when=asyncio.FIRST_EXCEPTION)
                for task in ended:
                    task.result()
        except Exception as error:  # noqa: BLE001 - the per-sender guard: a channel that nobody serves is silent loss
            times = self.progress.sender_faults[name] = self.progress.sender_faults.get(name, 0) + 1
            pause = min(_SENDER_PAUSE * 2 ** min(times - 1, 10), _LONGEST_SENDER_PAUSE)
            self.holds[name] = self.clock() + pause
            log(_LOG, "sender.failed", level="error", cause=error, channel=name, times=times)
        finally:
            for task in crew:
                task.cancel()
            await asyncio.gather(*crew, return_exceptions=True)

    async def _send_due(self, name: str, crew: set[asyncio.Task[None]] | None) -> None:
        """Send what is due on one channel, in order and at its pace, until nothing is or it asks to be left alone.

        The first of a channel's senders calls others to help once a message went well and it has several recipients.
        """
        while not self.closing and name in self.runtime().channels:
            runtime, with_ = self.runtime(), self.delivering()
            channel = runtime.channels[name]
            try:
                taken = await take(with_, channel)
                if taken is None:
                    return
                if isinstance(taken, timedelta):
                    if taken > LONGEST_WAIT:
                        self.holds[name] = self.clock() + taken
                        return
                    await with_.pause(taken.total_seconds())
                    continue
                try:
                    done = await deliver(with_, runtime, channel, taken)
                finally:
                    with_.telling.discard((name, taken.recipient))
            except StoreError as error:
                self.progress.store_error = str(error)
                self.holds[name] = self.clock() + _STORE_PAUSE
                log(_LOG, "delivery.store_failed", level="error", channel=name, why=str(error))
                return
            self._note(name, taken, done)
            if done.hold is not None:  # the store knows until when, and a person may lift it there
                return
            if crew is not None and done.state == "sent" and len(channel.channel.recipients()) > 1:
                crew -= {task for task in crew if task.done() and task.exception() is None}
                while len(crew) < WIDTH - 1:
                    crew.add(asyncio.create_task(self._send_due(name, None), name=f"send-{name}-beside"))

    def _note(self, name: str, delivery: Delivery, done: Delivered) -> None:
        self.progress.sender_faults.pop(name, None)
        level: Level = "info" if done.state == "sent" else "warning"
        log(
            _LOG,
            f"delivery.{done.state}",
            level=level,
            delivery=delivery.id,
            channel=name,
            occasion=delivery.occasion,
            why=None if done.state == "sent" else done.outcome.reason,
        )
        self.progress.sent += done.state == "sent"
        if done.rolled_up:
            log(_LOG, "delivery.rolled_up", channel=name, deliveries=done.rolled_up)
