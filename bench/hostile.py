"""Good feeds beside hostile ones, and without them, in one run: what the hostile ones cost the good."""

from __future__ import annotations

import argparse
import json
import math
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.bombs import names
from bench.measure import Peak, verdict
from bench.world import server, urls, watched

DELAY_S, DEATH_S, MEMORY_MIB = 0.25, 1.0, 150.0
"""The good ones' p99 later at most by; a worker dead so long after its deadline at most; memory more at most by."""
_ITEMS = 25


def arguments(parser: argparse.ArgumentParser) -> None:
    """The bench's options."""
    parser.add_argument("--good", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=5, help="how often every source becomes due")
    parser.add_argument("--window", type=float, default=20.0, help="seconds over which sources become due in a round")
    parser.add_argument(
        "--peer", type=float, default=60.0, help="seconds that the peer has beyond a window; 0: no peer"
    )
    parser.add_argument("--strict", action="store_true", help="exit 1 if a target is missed")


@dataclass(slots=True, kw_only=True)
class Figures:
    """What one side came to."""

    late: list[float] = field(default_factory=list)
    lag: list[float] = field(default_factory=list)
    killed: list[float] = field(default_factory=list)
    mib: float = 0.0
    failed: int = 0
    lost: int = 0


def run(options: argparse.Namespace) -> int:
    """Measure and print both sides, then the targets."""
    bad = names()
    alone = measured("alone", options.good, (), options.rounds, options.window)
    beside = measured("beside", options.good, bad, options.rounds, options.window)
    print(f"\n{options.good} good feeds, {len(bad)} hostile ones, {options.rounds} rounds of {options.window:g} s")
    print(f"loop lag, most: {max(alone.lag):.3f} s alone, {max(beside.lag):.3f} s beside hostile ones")
    print(f"latest of the good ones: {max(alone.late):.3f} s alone, {max(beside.late):.3f} s beside hostile ones")
    if options.peer:
        for side, beside_it in (("alone", ()), ("beside", bad)):
            naive(side, options.good, beside_it, options.window, options.peer)
    met = [
        verdict("p99 of the good ones later by, s", p99(beside.late) - p99(alone.late), DELAY_S),
        verdict("worker dead after its deadline by, s", max(beside.killed, default=0.0), DEATH_S),
        verdict("memory of the tree more by, MiB", beside.mib - alone.mib, MEMORY_MIB),
        verdict("good articles lost", beside.lost, 0),
        verdict("good articles lost, alone", alone.lost, 0),
    ]
    return int(options.strict and not all(met))


def p99(values: list[float]) -> float:
    """The value that one in a hundred exceeds."""
    return sorted(values)[max(0, math.ceil(len(values) * 0.99) - 1)]


def measured(
    side: str,
    good: int,
    hostile: tuple[str, ...],
    rounds: int,
    window_s: float,
    *,
    files: int | None = None,
    items: int = _ITEMS,
) -> Figures:
    """All rounds of one side; the first sight of the good ones is not counted. `files` may be open at most."""
    wanted = {f"good-{n}": f"{n}" for n in range(good)}
    bad = {f"bad-{n}": name for n, name in enumerate(hostile)}
    found = Figures()
    with tempfile.TemporaryDirectory(prefix="watcher-bench-") as words:
        folder = Path(words)
        with server(folder, good, items, rounds) as (_, port):
            addresses = {**urls("good", wanted, port), **urls("bad", bad, port, first=good)}
            addresses |= {name: f"http://{name}.invalid/" for name, what in bad.items() if what.startswith("nameless")}
            with watched(folder / "watcher", addresses, files) as (child, peak, _):
                child.ask(do="round", good=[*wanted], bad=[], window_s=window_s / 2)
                peak.reset()
                for number in range(rounds):
                    _add(found, child.ask(do="round", good=[*wanted], bad=[*bad], window_s=window_s))
                    late = found.late[-good:]
                    print(
                        f"round {number + 1}, {side}: late p50={sorted(late)[good // 2]:.3f} p99={p99(late):.3f} "
                        f"lag={max(found.lag):.3f} killed={len(found.killed)}",
                        flush=True,
                    )
                found.mib = peak.reset()
                print(
                    f"memory, {side}: {found.mib:.0f} MiB: {' + '.join(map(str, peak.parts))} MiB by process",
                    flush=True,
                )
            found.lost = good * (items + rounds) - _articles(folder / "watcher" / "watcher.db")
    return found


def naive(side: str, good: int, hostile: tuple[str, ...], window_s: float, more_s: float) -> None:
    """Print one round of a poller with feedparser in its loop, which is ended so many seconds after the window."""
    with (
        tempfile.TemporaryDirectory(prefix="watcher-bench-") as folder,
        server(Path(folder), good, _ITEMS, 0) as served,
    ):
        wanted = [*urls("good", {f"{n}": f"{n}" for n in range(good)}, served[1]).values()]
        bad = [*urls("bad", {name: name for name in hostile}, served[1], first=good).values()]
        asked = json.dumps({"good": wanted, "bad": bad, "window_s": window_s})
        command = [sys.executable, str(Path(__file__).with_name("naive_peer.py"))]
        child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        with Peak(child.pid) as peak:
            try:
                said, _ = child.communicate(f"{asked}\n", timeout=window_s + more_s)
            except subprocess.TimeoutExpired:
                child.kill()
                said, _ = child.communicate()
            mib = peak.reset()
    done = [float(word) for word in said.split()]
    late = sorted(done + [window_s + more_s] * (good - len(done)))
    print(
        f"feedparser in the loop, {side}: late p50={late[good // 2]:.3f} p99={p99(late):.3f}, {mib:.0f} MiB; "
        f"{good - len(done)} of {good} not polled within {window_s + more_s:g} s",
        flush=True,
    )


def _add(found: Figures, told: Any) -> None:
    found.late += told["late"]
    found.lag += told["lag"]
    found.killed += told["killed"]
    found.failed = told["failed"]


def _articles(path: Path) -> int:
    with closing(sqlite3.connect(path)) as db:
        row = db.execute("select count(*) from articles where source like 'good-%'").fetchone()
    return int(row[0])
