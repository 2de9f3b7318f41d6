"""The lane of pages: fetches the pages that articles wait for, a few at a time and one of a host.

Remembers nothing that a crash could lose: what is claimed comes free again by its lease.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from watcher.core.errors import Conflict, StoreError
from watcher.core.ledger import Awaited
from watcher.pipeline.runtime import Runtime
from watcher.pipeline.watching.following import Followed, claim_pages, follow, give_back
from watcher.pipeline.watching.polling import Polling
from watcher.telemetry import Level, log

_LOG = logging.getLogger(__name__)
PAGE_WORKERS = 8


@dataclass(slots=True, kw_only=True)
class PageLane:
    """Follows for one engine; `told` is called when a page led to a message, `refused` when the store refuses."""

    polling: Polling
    told: Callable[[], Awaitable[None]]
    refused: Callable[[StoreError], None]
    workers: int = PAGE_WORKERS
    closing: bool = False
    _hosts: set[str] = field(default_factory=set)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _claiming: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def running(self) -> list[asyncio.Task[None]]:
        """What is under way; a page that is done counts until the host's next is claimed."""
        return [task for task in self._tasks if not task.done()]

    async def wake(self, runtime: Runtime) -> None:
        """Claim what is due while there is room for it."""
        async with self._claiming:
            room = self.workers - len(self._hosts)
            if self.closing or room <= 0 or not runtime.sources:
                return
            for awaited in await claim_pages(self.polling, runtime, self._hosts, room):
                self._hosts.add(awaited.host)
                task = asyncio.create_task(self._follow(runtime, awaited), name=f"page-{awaited.host}")
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def _follow(self, runtime: Runtime, awaited: Awaited) -> None:
        """One page, then the host's next."""
        try:
            done = await self._followed(runtime, awaited)
            _say(awaited, done)
            if done.ingested is not None and done.ingested.told:
                await self.told()
        except StoreError as error:
            self.refused(error)
            log(_LOG, "page.store_failed", level="error", source=awaited.source, why=str(error))
            return
        finally:
            self._hosts.discard(awaited.host)
        if not self.closing:
            try:
                await self.wake(runtime)
            except StoreError as error:
                self.refused(error)

    async def _followed(self, runtime: Runtime, awaited: Awaited) -> Followed:
        """One page; what can't be stored, and a fault of ours, count as its failed attempt."""
        try:
            return await follow(self.polling, runtime, awaited)
        except Conflict as error:
            return await give_back(self.polling, awaited, error)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - the per-document guard: the page is tried again, the others go on
            log(_LOG, "page.parked", level="error", cause=error, source=awaited.source)
            return await give_back(self.polling, awaited, error)


def _say(awaited: Awaited, done: Followed) -> None:
    level: Level = "warning" if done.outcome == "failed" else "info"
    ingested = done.ingested
    log(
        _LOG,
        f"page.{done.outcome}",
        level=level,
        source=awaited.source,
        article=awaited.article,
        attempt=awaited.attempts,
        matched=ingested.matched if ingested is not None else None,
        told=ingested.told if ingested is not None else None,
        why=done.reason,
    )
