"""Turns at a host: one connection at a time and a pause between two; never knows what is asked."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

_TIDY_FROM = 256


@dataclass(slots=True)
class _Host:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0
    next_start: float = 0.0
    started: float = float("-inf")


class Pacer:
    """Gives each host's callers their turn, first come, first served.

    A caller that waits here holds whatever it took before. Who has few workers therefore asks `ready` first and
    takes another host's work meanwhile; `slot` then hardly ever waits.

    Args:
        pace_s: least seconds between two starts at one host.
        clock: a monotonic clock in seconds.
        sleep: waits so many seconds.
    """

    def __init__(
        self,
        pace_s: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._pace_s = pace_s
        self._clock = clock
        self._sleep = sleep
        self._hosts: dict[str, _Host] = {}
        self._tidy_at = _TIDY_FROM

    def ready(self, host: str) -> bool:
        """Whether a request to the host could start at once."""
        found = self._hosts.get(host)
        return found is None or (found.users == 0 and found.next_start <= self._clock())

    @asynccontextmanager
    async def slot(self, host: str, pace_s: float | None = None) -> AsyncIterator[None]:
        """The host's one place, from the moment the pause since the last start is over.

        `pace_s` is the pause to keep before and after this start, if it is not the usual one: of two callers with
        different ones the longer is kept, whoever comes first.
        """
        pace_s = self._pace_s if pace_s is None else pace_s
        place = self._hosts.setdefault(host, _Host())
        place.users += 1
        try:
            async with place.lock:
                wait_s = max(place.next_start, place.started + pace_s) - self._clock()
                if wait_s > 0:
                    await self._sleep(wait_s)
                place.started = self._clock()
                place.next_start = place.started + pace_s
                yield
        finally:
            place.users -= 1
            self._tidy()

    def _tidy(self) -> None:
        """Forget hosts that nobody waits for; seldom, so that many hosts cost no more than few."""
        if len(self._hosts) < self._tidy_at:
            return
        now = self._clock()
        self._hosts = {name: host for name, host in self._hosts.items() if host.users or host.next_start > now}
        self._tidy_at = max(_TIDY_FROM, 2 * len(self._hosts))
