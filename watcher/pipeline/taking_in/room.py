"""Room for documents that are read and wait for the writer, so that memory does not grow with what comes at once.

Never waits for anything but the writer.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field


@dataclass(slots=True)
class Room:
    """How many documents are read and wait for the writer: beyond a few no further one is read.

    A read document takes several times its size, and the writer takes one at a time. Nothing that a stranger does holds
    the writer up, so that this holds up nobody for long.
    """

    most: int = 4
    _taken: int = 0
    _freed: asyncio.Event = field(default_factory=asyncio.Event)

    async def wait(self) -> None:
        """Wait until there is room for one more."""
        while self._taken >= self.most:
            self._freed.clear()
            await self._freed.wait()

    def __enter__(self) -> None:
        """Take room for a document that is read."""
        self._taken += 1

    def __exit__(self, *_exc: object) -> None:
        """It is stored."""
        self._taken -= 1
        self._freed.set()
