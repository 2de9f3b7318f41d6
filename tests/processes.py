"""Processes of the program as tests start them, and what is left of them."""

from __future__ import annotations

import contextlib
import os
import resource
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.tools import ROOT


def environment() -> dict[str, str]:
    """The environment of a child: ours, without what would change the program, and with our own modules."""
    kept = {name: value for name, value in os.environ.items() if name not in {"NOTIFY_SOCKET", "XDG_CONFIG_HOME"}}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}


def children_of(pid: int) -> list[int]:
    """The pids of a process's children."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = path.read_text()
        except OSError:
            continue  # gone meanwhile
        if int(text.rpartition(")")[2].split()[1]) == pid:
            found.append(int(path.parent.name))
    return found


def wait_for(holds: Callable[[], bool], seconds: float = 20.0) -> None:
    """Look until it holds; fail after so long."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


@contextlib.contextmanager
def no_open_files(left: int = 0) -> Iterator[None]:
    """Let this process open no file and no socket more, or so many."""
    free = os.dup(0)
    os.close(free)
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (free + left, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
