"""The process that forks parse workers, lent from pool to pool in a quick run instead of started for each.

It does no job itself, so that nothing of one test stays in it for the next; a start is a third of a second of CPU, and
hundreds of tests have a pool. A whole run starts one per pool as the daemon does, and so does `fresh_nursery`.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.tools import ROOT
from watcher.parse import nursery, pool
from watcher.parse.wire import HELLO


@dataclass(slots=True, kw_only=True)
class _Process:
    """One that has said hello, and what it was started with."""

    key: tuple[int, float, str]
    process: subprocess.Popen[bytes]
    pidfd: int
    control: socket.socket

    def end(self) -> None:
        self.control.close()
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.pidfd, signal.SIGKILL)
        self.process.wait()
        os.close(self.pidfd)


_idle: dict[tuple[int, float, str], _Process] = {}


class Lent(nursery.Nursery):
    """A nursery that goes on living, for the next pool, where it was left in order."""

    def __init__(self) -> None:
        super().__init__()
        self._mine: _Process | None = None
        self._unanswered = 0

    async def start(self, memory_bytes: int, wall_s: float) -> None:
        async with self._turn:
            if self._ready and self._pidfd is not None and not nursery.has_ended(self._pidfd):
                return
            await self._end()
            if self._stopped:
                raise EOFError
            key = (memory_bytes, wall_s, os.pathsep.join(entry or str(ROOT) for entry in sys.path))
            found = _idle.pop(key, None)
            if found is not None and nursery.has_ended(found.pidfd):
                found.end()
                found = None
            self._mine = found or _started(key)
            self._pidfd, self._control = self._mine.pidfd, self._mine.control
            if found is None:
                self._unanswered += 1
                said, _ = await self._reply()
                assert said == HELLO
                self._unanswered -= 1
            self._ready = True

    async def _ask(self, message: bytes, *ends: int) -> tuple[bytes, int | None]:
        self._unanswered += 1
        answer = await super()._ask(message, *ends)
        self._unanswered -= 1
        return answer

    async def _end(self) -> None:
        mine, self._mine, self._pidfd, self._control = self._mine, None, None, None
        in_order, self._ready, self._unanswered = self._ready and not self._unanswered, False, 0
        if mine is not None and (not in_order or _idle.setdefault(mine.key, mine) is not mine):
            mine.end()


def _started(key: tuple[int, float, str]) -> _Process:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.setblocking(False)
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "watcher.parse.worker", str(key[0]), str(key[1])],
            stdin=theirs.fileno(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env={"PYTHONPATH": key[2], "PYTHONDONTWRITEBYTECODE": "1", "LC_ALL": "C.UTF-8", "MALLOC_ARENA_MAX": "1"},
        )
    return _Process(key=key, process=process, pidfd=os.pidfd_open(process.pid), control=ours)


@contextlib.contextmanager
def lent() -> Iterator[None]:
    """Have all pools of this process borrow; at the end none is left."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pool, "Nursery", Lent)
        yield
    while _idle:
        _idle.popitem()[1].end()


def pids() -> set[str]:
    """Those that nobody has borrowed."""
    return {str(each.process.pid) for each in _idle.values()}
