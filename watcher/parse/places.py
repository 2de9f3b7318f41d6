"""Where a job of the parse pool runs: a turn among all, or the slow lane; starts and kills nothing itself."""

from __future__ import annotations

import asyncio

PATIENCE_S = 0.2
"""A job that takes longer makes room for those that wait: forty hostile documents delayed good ones by five seconds.

Seconds on a processor: on a busy machine a good document takes long through no fault of its own.
"""
PATIENCE_WALL_S = 1.0
"""So long at most if it does not even work."""
LOOK_S = 0.1
"""So often a job is looked at."""
LARGE_BYTES = 24 << 20
"""A worker that grew by more moves to the slow lane even if nobody waits, so that one at a time is large. A feed of 25
articles takes 5 MiB, one of 275 (1.7 MB) 22.
"""


class Overstayed(Exception):
    """A job was given up for those that wait, while another slow one runs: it is begun anew in the slow lane."""


class Place:
    """One job's place, which it may change once while it runs."""

    def __init__(self, lane: asyncio.Semaphore, slow: asyncio.Semaphore) -> None:
        self._lane, self._slow = lane, slow

    @property
    def slow(self) -> bool:
        """Whether it is the slow lane, which nobody has to leave."""
        return self._lane is self._slow

    async def move(self) -> None:
        """Leave the turn to somebody else for the slow lane. Raises `Overstayed` if that is taken."""
        if self._slow.locked():
            raise Overstayed
        await self._slow.acquire()
        self._lane.release()
        self._lane = self._slow

    def leave(self) -> None:
        """The job has ended."""
        self._lane.release()
