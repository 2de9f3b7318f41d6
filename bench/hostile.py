"""Good feeds beside hostile ones, and without them, in one run: what the hostile ones cost the good."""

from __future__ import annotations

import argparse
import math
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.bombs import names
from bench.measure import verdict
from bench.world import server, urls, watched

DELAY_S, DEATH_S, MEMORY_MIB = 0.25, 1.0, 150.0
"""The good ones' p99 later at most by; a worker dead so long after its deadline at most; memory more at most by."""
_ITEMS = 25


def arguments(parser: argparse.ArgumentParser) -> None:
    """The bench's options."""
    parser.add_argument("--good", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=5, help="how often every source becomes due")
    parser.add_argument("--window", type=float, default=20.0, help="seconds over which sources become due in a round")
    parser.add_argument("--strict", action="store_true", help="exit 1 if a target is missed")


@dataclass(slots=True, kw_only=True)
class Figures:
    """What one side came to."""

    late: list[float] = field(default_factory=list)
    lag: list[float] = field(default_factory=list)
    killed: list[float] = field(default_factory=list)
    mib: float = 0.0
    failed: int = 0
    articles: int = 0


def run(options: argparse.Namespace) -> int:
    """Measure and print both sides, then the targets."""
    bad = names()
    sides = {}
    for side, hostile in (("alone", ()), ("beside", bad)):
        with tempfile.TemporaryDirectory(prefix="watcher-bench-") as folder:
            sides[side] = _side(options, side, hostile, Path(folder))
    alone, beside = sides["alone"], sides["beside"]
    wanted = options.good * (_ITEMS + options.rounds)
    print(f"\n{options.good} good feeds, {len(bad)} hostile ones, {options.rounds} rounds of {options.window:g} s")
    print(f"loop lag, most: {max(alone.lag):.3f} s alone, {max(beside.lag):.3f} s beside hostile ones")
    met = [
        verdict("p99 of the good ones later by, s", p99(beside.late) - p99(alone.late), DELAY_S),
        verdict("worker dead after its deadline by, s", max(beside.killed, default=0.0), DEATH_S),
        verdict("memory of the tree more by, MiB", beside.mib - alone.mib, MEMORY_MIB),
        verdict("good articles lost", wanted - beside.articles, 0),
        verdict("good articles lost, alone", wanted - alone.articles, 0),
    ]
    return int(options.strict and not all(met))


def p99(values: list[float]) -> float:
    """The value that one in a hundred exceeds."""
    return sorted(values)[max(0, math.ceil(len(values) * 0.99) - 1)]


def _side(options: argparse.Namespace, side: str, hostile: tuple[str, ...], folder: Path) -> Figures:
    """All rounds of one side; the first sight of the good ones is not counted."""
    good = {f"good-{n}": f"{n}" for n in range(options.good)}
    bad = {f"bad-{n}": name for n, name in enumerate(hostile)}
    found = Figures()
    with server(folder, options.good, _ITEMS, options.rounds) as (_, port):
        addresses = {**urls("good", good, port), **urls("bad", bad, port, first=len(good))}
        with watched(folder / "watcher", addresses) as (child, peak, _):
            child.ask(do="round", good=[*good], bad=[], window_s=5.0)
            peak.reset()
            for number in range(options.rounds):
                told = child.ask(do="round", good=[*good], bad=[*bad], window_s=options.window)
                _add(found, told)
                print(
                    f"round {number + 1}, {side}: late p50={sorted(told['late'])[len(good) // 2]:.3f} "
                    f"p99={p99(told['late']):.3f} lag={max(told['lag']):.3f} killed={len(told['killed'])}",
                    flush=True,
                )
            found.mib = peak.reset()
        found.articles = _articles(folder / "watcher" / "watcher.db")
    return found


def _add(found: Figures, told: Any) -> None:
    found.late += told["late"]
    found.lag += told["lag"]
    found.killed += told["killed"]
    found.failed = told["failed"]


def _articles(path: Path) -> int:
    with closing(sqlite3.connect(path)) as db:
        row = db.execute("select count(*) from articles where source like 'good-%'").fetchone()
    return int(row[0])
