"""The process that all workers are forked from, as the pool sees it: it has imported everything and does no job itself.

Starting a worker anew takes a quarter of a second of CPU, a fork some milliseconds; the pool would pay for each worker,
and again after each document that has killed one. Never hands a stranger's bytes to the process that is forked.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import select
import signal
import socket
import sys
from pathlib import Path

from watcher.parse.wire import FORK, HELLO, PID, REAP

_START_S = 30.0
_MESSAGE_MAX = 64


class Nursery:
    """One process that forks when asked; one for a pool, started when first needed."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._pidfd: int | None = None
        self._control: socket.socket | None = None
        self._turn = asyncio.Lock()
        self._ready = False
        self._stopped = False

    async def start(self, memory_bytes: int, wall_s: float) -> None:
        """Start the process and wait for its hello. It sees nothing of our environment but where modules lie.

        Raises: TimeoutError, EOFError, OSError.
        """
        async with self._turn:
            if self._ready and self._pidfd is not None and not has_ended(self._pidfd):
                return
            await self._end()
            if self._stopped:
                raise EOFError
            path = os.pathsep.join(entry or str(Path.cwd()) for entry in sys.path)
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            ours.setblocking(False)
            self._control = ours
            try:
                with theirs:
                    self._process = await asyncio.create_subprocess_exec(
                        *(sys.executable, "-P", "-m", "watcher.parse.worker", str(memory_bytes), str(wall_s)),
                        stdin=theirs.fileno(),
                        stdout=asyncio.subprocess.DEVNULL,
                        stderr=asyncio.subprocess.DEVNULL,
                        env={
                            "PYTHONPATH": path,
                            "PYTHONDONTWRITEBYTECODE": "1",
                            "LC_ALL": "C.UTF-8",
                            # What a document took goes back once it is read. Source: mallopt(3) of glibc.
                            "MALLOC_ARENA_MAX": "1",
                            "MALLOC_MMAP_THRESHOLD_": "131072",
                            "MALLOC_TRIM_THRESHOLD_": "131072",
                        },
                    )
                self._pidfd = os.pidfd_open(self._process.pid)
                async with asyncio.timeout(_START_S):
                    said, _ = await self._reply()
                self._ready = said == HELLO
            except BaseException:
                await asyncio.shield(self._end())
                raise

    async def fork(self, end: socket.socket) -> tuple[int, int]:
        """A worker that serves at that end of a socket: its pid, and a pidfd that is ours to close.

        Raises: EOFError, OSError. Not to be cancelled: the reply would be taken for the next one's.
        """
        said, pidfd = await self._ask(FORK, end.fileno())
        if pidfd is None:
            raise EOFError
        return PID.unpack(said)[0], pidfd

    async def reap(self, pid: int) -> int:
        """How a worker that has ended did so: its exit code, or a signal's number below zero.

        Raises: EOFError, OSError.
        """
        said, _ = await asyncio.shield(asyncio.create_task(self._ask(REAP + PID.pack(pid))))
        code: int = PID.unpack(said)[0]
        return code

    def stop(self) -> None:
        """Start no more, and give up a start under way: whoever waits for it hears that it is gone."""
        self._stopped = True
        if not self._ready:
            self._kill()

    async def close(self) -> None:
        """End it, and wait until it has ended."""
        async with self._turn:
            await self._end()

    async def _ask(self, message: bytes, *ends: int) -> tuple[bytes, int | None]:
        async with self._turn:
            if self._control is None:
                raise EOFError
            try:
                socket.send_fds(self._control, [message], ends)
                return await self._reply()
            except (EOFError, OSError):
                await self._end()
                raise

    async def _reply(self) -> tuple[bytes, int | None]:
        assert self._control is not None
        await readable(self._control.fileno())
        said, found, _, _ = socket.recv_fds(self._control, _MESSAGE_MAX, 1)
        if not said:
            raise EOFError
        return said, found[0] if found else None

    async def _end(self) -> None:
        self._ready = False
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            self._kill()
            await self._process.wait()
            self._process = None
        if self._pidfd is not None:
            os.close(self._pidfd)
            self._pidfd = None

    def _kill(self) -> None:
        """Through a pidfd: `Process.kill` may reap the process behind the back of asyncio's child watcher."""
        if self._pidfd is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)


def has_ended(pidfd: int) -> bool:
    """Whether a process has ended; asks the kernel, because its parent hears of it later."""
    ended = select.poll()
    ended.register(pidfd, select.POLLIN)
    return bool(ended.poll(0))


async def readable(descriptor: int) -> None:
    """Wait until there is something to read, or an end to see."""
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[None] = loop.create_future()
    loop.add_reader(descriptor, _set, ready)
    try:
        await ready
    finally:
        loop.remove_reader(descriptor)


def _set(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)
