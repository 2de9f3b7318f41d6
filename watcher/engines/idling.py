"""Lines to mailboxes that say when mail comes: one task for each such source; a lost line costs nothing but time.

Never reads a mail: it only lets the source be polled. Polling goes on all the while, as the net below.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from watcher.core.errors import FetchError
from watcher.core.model import SourceState
from watcher.core.plans import Mailbox
from watcher.gather import Gatherer
from watcher.pipeline.runtime import Clock, Policy, Runtime
from watcher.telemetry import log

_LOG = logging.getLogger(__name__)
FIRST_PAUSE_S = 5.0
LONGEST_PAUSE_S = 600.0
LEAST_GAP_S = 5.0
"""A server that says without end that mail came gets the source polled no more often."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    plan: Mailbox
    policy: Policy
    task: asyncio.Task[None]


@dataclass(slots=True, kw_only=True)
class IdleLines:
    """The lines of the sources that run now. `nudge` is called with a source for which mail may have come."""

    gatherer: Gatherer
    nudge: Callable[[str], None]
    clock: Clock
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _lines: dict[str, _Line] = field(default_factory=dict)
    _told: dict[str, float] = field(default_factory=dict)
    _waiting: dict[str, asyncio.TimerHandle] = field(default_factory=dict)

    def adopt(self, runtime: Runtime) -> None:
        """Keep a line for each source that wants one; those that are gone, or lead elsewhere now, are cut."""
        wanted: dict[str, tuple[Mailbox, Policy]] = {}
        for name, source in runtime.sources.items():
            plan = source.source.plan(SourceState(), self.clock())
            if isinstance(plan, Mailbox) and plan.idle:
                wanted[name] = (plan, source.network)
        for name, line in list(self._lines.items()):
            if wanted.get(name) != (line.plan, line.policy):
                line.task.cancel()
                del self._lines[name]
        for name, (plan, policy) in wanted.items():
            if name not in self._lines:
                task = asyncio.create_task(self._keep(name, plan, policy), name=f"idle-{name}")
                self._lines[name] = _Line(plan=plan, policy=policy, task=task)

    async def close(self) -> None:
        """Cut all lines."""
        tasks = [line.task for line in self._lines.values()]
        for handle in self._waiting.values():
            handle.cancel()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._lines.clear()

    async def _keep(self, name: str, plan: Mailbox, policy: Policy) -> None:
        """Open the line again whenever it is cut, after a pause that grows while it cannot be opened."""
        pause = FIRST_PAUSE_S
        while True:
            opened = False

            def arrived() -> None:
                nonlocal opened
                opened = True
                self._arrived(name)

            try:
                await self.gatherer.idle(plan, policy, arrived)
            except FetchError as error:
                if not error.retry:
                    log(_LOG, "idle.unable", level="warning", source=name, why=str(error))
                    return
                log(_LOG, "idle.cut", source=name, why=str(error))
            except Exception as error:  # noqa: BLE001 - the per-line guard: the source is polled on
                log(_LOG, "idle.failed", level="error", cause=error, source=name)
            pause = FIRST_PAUSE_S if opened else min(pause * 2, LONGEST_PAUSE_S)
            await self.sleep(pause)

    def _arrived(self, name: str) -> None:
        """Nudge now, or when the least gap since the last nudge is over."""
        if name in self._waiting:
            return
        loop = asyncio.get_running_loop()
        wait = self._told.get(name, loop.time() - LEAST_GAP_S) + LEAST_GAP_S - loop.time()
        if wait <= 0:
            self._tell(name)
        else:
            self._waiting[name] = loop.call_later(wait, self._tell, name)

    def _tell(self, name: str) -> None:
        self._waiting.pop(name, None)
        self._told[name] = asyncio.get_running_loop().time()
        self.nudge(name)
