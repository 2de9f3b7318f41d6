"""Documents that no HTTP request brings: mails of a mailbox, files of a drop folder; it never reads what is in them.

Nothing is marked, moved or deleted where it lies, but for files that were taken in and are to be moved: what is new is
told by the place that the plan names.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from datetime import datetime

from watcher.core.addresses import Policy
from watcher.core.plans import Folder, Gathered, Mailbox
from watcher.gather.done import move_read
from watcher.gather.folder import files
from watcher.gather.mailbox import idle, mails
from watcher.network.guard import Guard
from watcher.network.http import trusted_certificates


class Gatherer:
    """The way to mailboxes and folders.

    Args: `tls` for trusted certificates other than the machine's; they are read when first needed.
    """

    def __init__(self, guard: Guard, now: Callable[[], datetime], *, tls: ssl.SSLContext | None = None) -> None:
        self._guard = guard
        self._now = now
        self._tls = tls

    async def documents(self, plan: Mailbox | Folder, policy: Policy) -> AsyncGenerator[Gathered, None]:
        """What is new there, oldest first. Raises FetchError."""
        match plan:
            case Mailbox():
                async with aclosing(mails(self._guard, plan, policy, await self._trusted(plan), self._now)) as found:
                    async for each in found:
                        yield each
            case Folder():
                async with aclosing(files(plan, self._now)) as found:
                    async for each in found:
                        yield each

    async def tidy(self, plan: Folder) -> int:
        """Move files that were taken in out of the way; how many. Raises FetchError."""
        return await asyncio.to_thread(move_read, plan)

    async def idle(self, plan: Mailbox, policy: Policy, arrived: Callable[[], None]) -> None:
        """Keep a line to the mailbox and call `arrived` whenever mail may have come, until the line ends.

        Raises: FetchError; that the server knows no IDLE is one whose `retry` is False.
        """
        await idle(self._guard, plan, policy, await self._trusted(plan), arrived)

    async def _trusted(self, plan: Mailbox) -> ssl.SSLContext | None:
        if plan.security == "none":
            return None
        if self._tls is None:
            self._tls = await asyncio.to_thread(trusted_certificates)
        return self._tls
