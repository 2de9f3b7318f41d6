"""One worker process as the pool sees it: forked, given jobs, killed and buried; never judges what it answers."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import time

import msgspec

from watcher.parse.nursery import Nursery, has_ended, readable
from watcher.parse.wire import DONE, FRAME_CAP, LENGTH, PART, Done, Failed

_LEAST_PRIORITY = 19
_PAGE = os.sysconf("SC_PAGE_SIZE")
_DONE = msgspec.msgpack.Decoder(Done)
_FAILED = msgspec.msgpack.Decoder(Failed)


class Worker:
    """One process and its socket."""

    def __init__(self, nursery: Nursery) -> None:
        self._nursery = nursery
        self._birth: asyncio.Task[None] | None = None
        self._answers: asyncio.StreamReader | None = None
        self._jobs_out: asyncio.StreamWriter | None = None
        self._pid = 0
        self._pidfd: int | None = None
        self._code: int | None = None
        self._born_bytes = 0
        self.jobs = 0

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._pidfd is not None and not has_ended(self._pidfd)

    async def start(self) -> None:
        """Have the process forked. Whoever gives up waiting has to bury it all the same."""
        self._birth = asyncio.create_task(self._be_born())
        await asyncio.shield(self._birth)
        self._born_bytes = self._held_bytes()

    async def do(self, message: bytes) -> tuple[tuple[bytes, ...], Done | Failed]:
        """Hand over one job; returns the parts of the answer and how it ended."""
        assert self._jobs_out is not None
        self.jobs += 1
        self._jobs_out.write(message)
        await self._jobs_out.drain()
        parts: list[bytes] = []
        room = FRAME_CAP
        while True:
            tag, payload = await self._receive(room)
            if tag == PART:
                room -= len(payload)
                parts.append(payload)
            elif tag == DONE:
                return tuple(parts), _DONE.decode(payload)
            else:
                return (), _FAILED.decode(payload)

    def kill(self) -> None:
        """Send the signal that can't be refused; through a pidfd, as a bare pid may already be somebody else's."""
        if self._pidfd is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)

    def give_way(self) -> None:
        """Let everybody else have the processor first, from now on: priority given up can't be had back."""
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self._pid, _LEAST_PRIORITY)

    def cpu_s(self) -> float:
        """Seconds that the process was on a processor; 0 if it is gone.

        Source: clock_getcpuclockid(3): the clock of a process is named by its pid in this way.
        """
        with contextlib.suppress(OSError):
            return time.clock_gettime(~self._pid << 3 | 2)
        return 0.0

    def grown_bytes(self, held: int | None = None) -> int:
        """Memory that the process holds, or `held` at another time, beyond what it was born with."""
        return (self._held_bytes() if held is None else held) - self._born_bytes

    def _held_bytes(self) -> int:
        """Memory that the process holds, what it shares with the one it was forked from included; 0 if it is gone."""
        with contextlib.suppress(OSError, IndexError), open(f"/proc/{self._pid}/statm", "rb") as counts:  # noqa: PTH123
            return int(counts.read().split()[1]) * _PAGE
        return 0

    async def bury(self) -> None:
        """Kill and wait, so that neither a zombie nor an open end is left."""
        if self._birth is not None:
            await asyncio.gather(self._birth, return_exceptions=True)
        if self._jobs_out is not None:
            self._jobs_out.transport.abort()
        if self._pidfd is not None:
            await self._ended()
            os.close(self._pidfd)
            self._pidfd = None

    async def epitaph(self) -> str:
        """How the process ended, in words."""
        await self._ended()
        if self._code is None:
            return "nobody knows how"
        try:
            return signal.Signals(-self._code).name
        except ValueError:
            return f"exit code {self._code}"

    async def _be_born(self) -> None:
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                self._pid, self._pidfd = await self._nursery.fork(theirs)
            self._answers, self._jobs_out = await asyncio.open_unix_connection(sock=ours)
        except BaseException:
            ours.close()
            raise

    async def _ended(self) -> None:
        """Kill the process, wait for its end, and let its parent reap it, who alone is told how it ended."""
        assert self._pidfd is not None
        self.kill()
        await readable(self._pidfd)
        if self._code is None:
            with contextlib.suppress(EOFError, OSError):  # the parent is gone, so that init reaps it
                self._code = await self._nursery.reap(self._pid)

    async def _receive(self, room: int) -> tuple[bytes, bytes]:
        assert self._answers is not None
        (length,) = LENGTH.unpack(await self._answers.readexactly(LENGTH.size))
        if not 0 < length <= room + 1:
            raise EOFError
        body = await self._answers.readexactly(length)
        return body[:1], body[1:]
