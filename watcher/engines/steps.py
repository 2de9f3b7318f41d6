"""The guard of each step of the beat: a fault in one is logged, told to the operator, and keeps no other from running.

Never raises but for the end of the program itself; a refusal of the store is noted and said by the log alone.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from watcher.core.errors import StoreError
from watcher.engines.progress import Progress
from watcher.pipeline.runtime import Clock, Runtime
from watcher.pipeline.telling.notices import step_notice
from watcher.pipeline.telling.notifying import notify
from watcher.stores.base import Store
from watcher.telemetry import log

_LOG = logging.getLogger(__name__)
Step = Callable[[], Awaitable[object]]


@dataclass(slots=True, kw_only=True)
class StepGuard:
    """The guard of one engine's beat; `runtime` gives what a reload may have changed since."""

    store: Store
    runtime: Callable[[], Runtime]
    clock: Clock
    progress: Progress
    _told: set[str] = field(default_factory=set)

    async def run(self, name: str, step: Step) -> None:
        """Carry out a step; the next beat tries one that failed again."""
        try:
            await step()
        except StoreError as error:
            self.progress.refused(error)
            log(_LOG, "store.failed", level="error", why=str(error), step=name)
        except Exception as error:  # noqa: BLE001 - the per-step guard: a beat that ends here would leave all else undone
            self.progress.step_faults[name] = self.progress.step_faults.get(name, 0) + 1
            log(_LOG, "step.failed", level="error", cause=error, step=name)
            await self._tell(name, error)
        else:
            self.progress.step_faults.pop(name, None)

    async def _tell(self, name: str, cause: Exception) -> None:
        """Tell the operator: once for each step, not with every beat."""
        if name in self._told:
            return
        notice = step_notice(name, cause, self.clock())
        try:
            await self.store.write(lambda turn: notify(turn.outbox, self.runtime(), notice))
        except Exception as error:  # noqa: BLE001 - as above: what cannot be told is in the log, and in health
            log(_LOG, "step.not_told", level="error", cause=error, step=name)
            return
        self._told.add(name)
