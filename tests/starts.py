"""Starts of the program: in a quick run forked from a process that has imported it, else, and where cold, from nothing.

A start from nothing is a second of CPU, nearly all of it imports; a fork lacks nothing else. What a test says of a
start by itself (its time, its memory, what it imports) it says of a cold one: with `subprocess`.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.tools import ROOT

PROGRAM = (sys.executable, "-m", "watcher")
_MESSAGE_MAX = 1 << 20


class _Launcher:
    """Our end of the one process that forks."""

    def __init__(self) -> None:
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.control.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _MESSAGE_MAX)
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-P", str(Path(__file__).with_name("launcher.py"))],
                stdin=theirs.fileno(),
                env={name: value for name, value in os.environ.items() if not name.startswith("WATCHER_")}
                | {"PYTHONPATH": str(ROOT)},
                cwd=ROOT,
            )
        self._turn = threading.Lock()
        assert self.control.recv(16) == b"ready"

    def ask(self, *descriptors: int, **asked: Any) -> int:
        with self._turn:
            socket.send_fds(self.control, [json.dumps(asked).encode()], descriptors)
            answer = self.control.recv(64)
        assert answer, "the launcher is gone"
        said: int = json.loads(answer)
        return said

    def end(self) -> None:
        self.control.close()
        self.process.wait()


_launcher: list[_Launcher] = []
_warm: list[bool] = []


class Popen(subprocess.Popen[Any]):
    """As `subprocess.Popen`, for the program with its arguments; it knows the usual keywords only."""

    def __init__(self, command: Sequence[str], *, env: Mapping[str, str] | None = None, **how: Any) -> None:
        self._pidfd: int | None = None
        self._environ = dict(os.environ if env is None else env)
        self._folder = str(how.get("cwd") or Path.cwd())
        super().__init__(list(command), env=env, **how)

    def _execute_child(self, args: list[str], *how: Any) -> None:
        names = ("p2cread", "p2cwrite", "c2pread", "c2pwrite", "errread", "errwrite")
        if not _warm or tuple(args[:3]) != PROGRAM:
            super()._execute_child(args, *how)  # type: ignore[misc]
            return
        known = subprocess.Popen._execute_child.__code__.co_varnames[2:]  # type: ignore[attr-defined]
        pipes = dict(zip(known, how, strict=False))
        ends = [pipes[name] for name in names]
        ours = [number if end == -1 else end for number, end in enumerate((ends[0], ends[3], ends[5]))]
        if not _launcher:
            _launcher.append(_Launcher())
        self.pid = _launcher[0].ask(*ours, arguments=args[3:], folder=self._folder, environ=self._environ)
        self._pidfd = os.pidfd_open(self.pid)
        self._child_created = True
        self._close_pipe_fds(*ends)  # type: ignore[attr-defined]

    def _try_wait(self, wait_flags: int) -> tuple[int, int]:
        if self._pidfd is None:
            tried: tuple[int, int] = super()._try_wait(wait_flags)  # type: ignore[misc]
            return tried
        ended = select.poll()
        ended.register(self._pidfd, select.POLLIN)
        if not ended.poll(0 if wait_flags & os.WNOHANG else None):
            return 0, 0
        os.close(self._pidfd)
        self._pidfd = None
        return self.pid, _launcher[0].ask(reap=self.pid)

    def _internal_poll(self, *how: Any, **more: Any) -> int | None:
        if self._pidfd is None:
            polled: int | None = super()._internal_poll(*how, **more)  # type: ignore[misc]
            return polled
        with self._waitpid_lock:  # type: ignore[attr-defined]
            if self.returncode is None:
                pid, status = self._try_wait(os.WNOHANG)
                if pid:
                    self._handle_exitstatus(status)  # type: ignore[attr-defined]
        return self.returncode


def run(command: Sequence[str], *, timeout: float, **how: Any) -> subprocess.CompletedProcess[Any]:
    """As `subprocess.run` with `capture_output`, unless told where output goes."""
    if "stdout" not in how:
        how |= {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with Popen(command, **how) as process:
        try:
            said, errors = process.communicate(timeout=timeout)
        except BaseException:
            process.kill()
            raise
        return subprocess.CompletedProcess(process.args, process.wait(), said, errors)


@contextlib.contextmanager
def warm() -> Iterator[None]:
    """Have starts forked; at the end of the outermost the process that forks is ended."""
    _warm.append(True)
    try:
        yield
    finally:
        _warm.pop()
        while _launcher and not _warm:
            _launcher.pop().end()


def pids() -> set[str]:
    """The process that forks, where there is one."""
    return {str(each.process.pid) for each in _launcher}
