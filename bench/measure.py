"""CPU, memory and medians; measures processes from outside and never changes them."""

from __future__ import annotations

import contextlib
import ctypes
import platform
import resource
import statistics
import subprocess
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Self

_SAMPLE_S = 0.05
_KCMP = {"x86_64": 312, "aarch64": 272}
_KCMP_VM = 1
_LIBC = ctypes.CDLL(None)


def tree(pid: int) -> list[int]:
    """A process and all that descend from it."""
    found, new = [pid], [pid]
    while new:
        nearer = new.pop()
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{nearer}/task").iterdir():
                children = [int(child) for child in (task / "children").read_text().split()]
                found.extend(children)
                new.extend(children)
    return found


def pss_kib(pid: int) -> list[int]:
    """Proportional memory of a process and of each of its descendants."""
    found = []
    for each in tree(pid):
        if each != pid and _is_born(each, pid):
            continue
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{each}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    found.append(int(line.split()[1]))
                    break
    return found


def _is_born(pid: int, parent: int) -> bool:
    """Whether a process has its parent's memory still, as it does for a moment before it runs another program.

    Counted by itself it would double that. Source: kcmp(2): 0 where both have one address space.
    """
    number = _KCMP.get(platform.machine())
    return number is not None and _LIBC.syscall(number, pid, parent, _KCMP_VM, 0, 0) == 0


class Peak:
    """Samples the memory of a process tree every 50 ms while it is open; `parts` are the processes at the peak."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._most: list[int] = []
        self.parts: list[int] = []

    def __enter__(self) -> Self:
        """Start sampling."""
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        """Stop."""
        self._stop.set()
        self._thread.join()

    def reset(self) -> float:
        """The peak so far in MiB; begin anew."""
        most, self._most = self._most, []
        self.parts = [round(kib / 1024) for kib in most]
        return sum(most) / 1024

    def _sample(self) -> None:
        while not self._stop.wait(_SAMPLE_S):
            now = pss_kib(self._pid)
            if sum(now) > sum(self._most):
                self._most = now


def own_cpu() -> float:
    """User and system seconds of this process and of its children that were waited for."""
    return sum(_cpu(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def descendants_cpu(pid: int) -> float:
    """Seconds on a CPU of the living descendants of a process.

    Source: proc(5), /proc/pid/task/tid/schedstat: its first field counts nanoseconds, where `stat` counts hundredths.
    """
    spent = 0
    for each in tree(pid)[1:]:
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{each}/task").iterdir():
                spent += int((task / "schedstat").read_text().split()[0])
    return spent / 1e9


def tree_cpu(pid: int) -> float:
    """Seconds of this process, of its children that were waited for, and of those that live; `pid` is its own."""
    return own_cpu() + descendants_cpu(pid)


def _cpu(who: int) -> float:
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def run(command: Sequence[str], env: dict[str, str] | None = None) -> tuple[float, float, float]:
    """Run to the end; CPU seconds of the whole tree, wall seconds, peak MiB."""
    before, start = _cpu(resource.RUSAGE_CHILDREN), time.perf_counter()
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    with Peak(process.pid) as peak:
        _, errors = process.communicate(timeout=900)
        wall, mib = time.perf_counter() - start, peak.reset()
    cpu = _cpu(resource.RUSAGE_CHILDREN) - before
    if process.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: exit code {process.returncode}: {errors.decode()[-2000:]}")
    return cpu, wall, mib


def median(values: Iterable[float]) -> float:
    """The median; nothing to take one of is not a number."""
    kept = list(values)
    return statistics.median(kept) if kept else float("nan")


def verdict(words: str, value: float, bound: float, *, least: bool = False) -> bool:
    """Print a figure beside its target; True if it is met."""
    met = value >= bound if least else value <= bound
    print(f"{words}: {value:.2f} (at {'least' if least else 'most'} {bound:g}): {'met' if met else 'MISSED'}")
    return met


def table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Print a table whose first column is words."""
    whole = [list(head), *([_shown(cell) for cell in row] for row in rows)]
    widths = [max(len(row[at]) for row in whole) for at in range(len(head))]
    for row in whole:
        rest = (cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))
        print("  ".join((row[0].ljust(widths[0]), *rest)))


def _shown(cell: object) -> str:
    if isinstance(cell, float):
        return f"{cell:.3f}" if abs(cell) < 10 else f"{cell:.1f}"
    return str(cell)


@contextlib.contextmanager
def server(python: str, feeds: int, items: int, delay_ms: float) -> Iterator[int]:
    """The loopback server in its own process; gives its port."""
    process = subprocess.Popen(
        [python, "-m", "bench.server", str(feeds), str(items), str(delay_ms)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parent.parent,
    )
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.stdin.close()
        process.wait(timeout=30)
        process.stdout.close()
