"""Processes and what they started: found and killed, whatever their parents did; it starts none."""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path

_ROUNDS = 5


def kill_tree(root: int) -> None:
    """Kill a process and all below it.

    The root is stopped first and killed last: what loses its parent meanwhile becomes its child, and is found again.
    """
    _signal(root, signal.SIGSTOP)
    kill_below(root)
    _signal(root, signal.SIGKILL)


def kill_below(root: int) -> None:
    """Kill all that a process started, itself not."""
    for _ in range(_ROUNDS):
        found = descendants(root)
        if not found:
            return
        for pid in found:
            _signal(pid, signal.SIGKILL)


def descendants(root: int) -> list[int]:
    """The pids of all running processes below a process. Source: proc(5), /proc/pid/stat."""
    children: dict[int, list[int]] = {}
    for entry in os.scandir("/proc"):
        if not entry.name.isdigit():
            continue
        with contextlib.suppress(OSError):  # it has ended
            state, parent = Path(entry.path, "stat").read_text("utf-8", "replace").rpartition(")")[2].split()[:2]
            if state not in {"Z", "X"}:
                children.setdefault(int(parent), []).append(int(entry.name))
    found, waiting = [], [root]
    while waiting:
        below = children.get(waiting.pop(), [])
        found += below
        waiting += below
    return found


def _signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)
