"""One worker process as the pool sees it: started, given jobs, killed and buried; never judges what it answers."""

from __future__ import annotations

import asyncio
import contextlib
import os
import select
import signal
import sys
from pathlib import Path

import msgspec

from watcher.parse.wire import DONE, FRAME_CAP, HELLO, LENGTH, PART, Done, Failed

_START_S = 30.0
_DONE = msgspec.msgpack.Decoder(Done)
_FAILED = msgspec.msgpack.Decoder(Failed)


class Worker:
    """One process and its pipes."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._pidfd: int | None = None
        self.jobs = 0

    @property
    def alive(self) -> bool:
        """Whether the process runs; asks the kernel, because the loop hears of a death later."""
        if self._pidfd is None:
            return False
        ended = select.poll()
        ended.register(self._pidfd, select.POLLIN)
        return not ended.poll(0)

    async def start(self, memory_bytes: int, wall_s: float) -> None:
        """Start the process and wait for its hello. It sees nothing of our environment but where modules lie."""
        path = os.pathsep.join(entry or str(Path.cwd()) for entry in sys.path)
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "watcher.parse.worker", str(memory_bytes), str(wall_s)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={"PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1", "LC_ALL": "C.UTF-8", "MALLOC_ARENA_MAX": "1"},
        )
        self._pidfd = os.pidfd_open(self._process.pid)
        async with asyncio.timeout(_START_S):
            tag, _ = await self._receive()
        if tag != HELLO:
            raise EOFError

    async def do(self, message: bytes) -> tuple[tuple[bytes, ...], Done | Failed]:
        """Hand over one job; returns the parts of the answer and how it ended."""
        assert self._process is not None
        assert self._process.stdin is not None
        self.jobs += 1
        self._process.stdin.write(message)
        await self._process.stdin.drain()
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
        """Send the signal that can't be refused.

        Through a pidfd: `Process.kill` may reap the process behind the back of asyncio's child watcher, and a bare
        pid may already be somebody else's.
        """
        if self._pidfd is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)

    async def bury(self) -> None:
        """Kill, empty the pipe and wait, so that neither a zombie nor an open end is left."""
        if self._process is None:
            return
        self.kill()
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        with contextlib.suppress(OSError):
            while await self._process.stdout.read(1 << 20):
                pass
        await self._process.wait()
        if self._pidfd is not None:
            os.close(self._pidfd)
            self._pidfd = None

    async def epitaph(self) -> str:
        """How the process ended, in words."""
        assert self._process is not None
        self.kill()
        code = await self._process.wait()
        try:
            return signal.Signals(-code).name
        except ValueError:
            return f"exit code {code}"

    async def _receive(self, room: int = FRAME_CAP) -> tuple[bytes, bytes]:
        assert self._process is not None
        assert self._process.stdout is not None
        (length,) = LENGTH.unpack(await self._process.stdout.readexactly(LENGTH.size))
        if not 0 < length <= room + 1:
            raise EOFError
        body = await self._process.stdout.readexactly(length)
        return body[:1], body[1:]
