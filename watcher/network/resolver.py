"""Addresses of host names, looked up in threads of our own; it never judges an address and never connects.

The loop's default executor has six threads on two cores: six dead names there stop all polls and all file work.
"""

from __future__ import annotations

import asyncio
import queue
import socket
import threading
from collections.abc import Callable
from typing import Protocol

from watcher.network.errors import NetworkError, lack

Lookup = Callable[[str], tuple[str, ...]]

LOOKUP_TIMEOUT_S = 5.0
LOOKUP_THREADS = 32


class Resolver(Protocol):
    """Says which addresses a name has, most preferred first; raises `NetworkError` of kind dns."""

    async def resolve(self, host: str) -> tuple[str, ...]:
        """All addresses of the host, at least one."""


def system_lookup(host: str) -> tuple[str, ...]:
    """The addresses that this machine's own resolver gives; blocks. `127.1` and `0x7f.1` are read as it reads them."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))


class ThreadResolver:
    """Looks names up in up to 32 daemon threads, 5 s each; a silent resolver costs its threads and nothing else.

    The threads are daemons, so that a lookup that never returns doesn't keep the program from ending.
    """

    def __init__(
        self, lookup: Lookup = system_lookup, *, timeout_s: float = LOOKUP_TIMEOUT_S, threads: int = LOOKUP_THREADS
    ) -> None:
        self._lookup = lookup
        self._timeout_s = timeout_s
        self._most = threads
        self._threads: list[threading.Thread] = []
        self._idle = 0
        self._lock = threading.Lock()
        self._jobs: queue.SimpleQueue[tuple[str, asyncio.Future[tuple[str, ...]]] | None] = queue.SimpleQueue()

    async def resolve(self, host: str) -> tuple[str, ...]:
        """All addresses of the host; a literal address is returned without a lookup."""
        if _is_literal(host):
            return (host,)
        answer: asyncio.Future[tuple[str, ...]] = asyncio.get_running_loop().create_future()
        self._hire()
        self._jobs.put((host, answer))
        try:
            async with asyncio.timeout(self._timeout_s):
                addresses = await answer
        except TimeoutError as e:
            raise NetworkError("dns", f"resolve {host}: no answer within {self._timeout_s:g} s") from e
        except (OSError, UnicodeError) as e:
            lacks = lack(e) if isinstance(e, OSError) else None
            cause = e.strerror if isinstance(e, OSError) and e.strerror else "not a host name"
            raise NetworkError("ours" if lacks else "dns", f"resolve {host}: {lacks or cause.lower()}") from e
        if not addresses:
            raise NetworkError("dns", f"resolve {host}: no address")
        return addresses

    def close(self) -> None:
        """Let the idle threads end; a thread in a lookup ends after it."""
        for _ in self._threads:
            self._jobs.put(None)
        self._threads.clear()

    def _hire(self) -> None:
        with self._lock:
            if self._idle > self._jobs.qsize() or len(self._threads) >= self._most:
                return
        thread = threading.Thread(target=self._work, name="watcher-resolver", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _work(self) -> None:
        while True:
            with self._lock:
                self._idle += 1
            job = self._jobs.get()
            with self._lock:
                self._idle -= 1
            if job is None:
                return
            host, answer = job
            if not answer.cancelled():
                self._look_up(host, answer)

    def _look_up(self, host: str, answer: asyncio.Future[tuple[str, ...]]) -> None:
        try:
            addresses = self._lookup(host)
        except (OSError, UnicodeError) as e:
            _tell(answer, e)
        else:
            _tell(answer, addresses)


def _tell(answer: asyncio.Future[tuple[str, ...]], result: tuple[str, ...] | Exception) -> None:
    def settle() -> None:
        if answer.done():
            return
        if isinstance(result, Exception):
            answer.set_exception(result)
        else:
            answer.set_result(result)

    loop = answer.get_loop()
    if not loop.is_closed():
        loop.call_soon_threadsafe(settle)


def _is_literal(host: str) -> bool:
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, host)
        except (OSError, ValueError):
            continue
        return True
    return False
