"""Many sources, mostly with nothing new: what a poll, a source, the start and rest cost as their number grows."""

from __future__ import annotations

import argparse
import math
import tempfile
from pathlib import Path

from bench.measure import table, verdict
from bench.world import server, urls, watched

EXPONENT, OPEN, IDLE_SHARE = 1.1, 64, 0.02
"""CPU of a pass by number of sources, from the fewest to the most; connections at once; CPU of a second at rest."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """The bench's options."""
    parser.add_argument("--sources", default="100,1000,10000", help="how many, in turn (default: %(default)s)")
    parser.add_argument("--passes", type=int, default=3, help="passes with nothing new")
    parser.add_argument("--idle", type=float, default=10.0, help="seconds of rest that are measured")
    parser.add_argument("--strict", action="store_true", help="exit 1 if a target is missed")


def run(options: argparse.Namespace) -> int:
    """Measure each number of sources and print the growth."""
    counts = [int(word) for word in options.sources.split(",")]
    rows: list[dict[str, float]] = []
    for count in counts:
        with tempfile.TemporaryDirectory(prefix="watcher-bench-") as folder:
            rows.append(_measured(count, options, Path(folder)))
    heads = ("load s", "start s", "first ms", "304 ms", "MiB", "open", "lag s", "idle %")
    print()
    table(
        ("sources", *heads),
        [(str(count), *(row[head] for head in heads)) for count, row in zip(counts, rows, strict=True)],
    )
    print()
    met = [
        verdict("connections at once", max(row["open"] for row in rows), OPEN),
        verdict("CPU at rest, of a second", rows[-1]["idle %"] / 100, IDLE_SHARE),
        verdict("polls failed", sum(row["failed"] for row in rows), 0),
    ]
    if len(rows) > 1:
        ratio = (rows[-1]["304 ms"] * counts[-1]) / (rows[0]["304 ms"] * counts[0])
        met.append(verdict("CPU of a 304 pass, exponent", math.log(ratio, counts[-1] / counts[0]), EXPONENT))
    return int(options.strict and not all(met))


def _measured(count: int, options: argparse.Namespace, folder: Path) -> dict[str, float]:
    """One number of sources: start, first sight, passes with nothing new, rest. Figures of a poll are CPU."""
    quiet = {f"quiet-{n}": f"{n}" for n in range(count)}
    with server(folder, 0, 0, 0) as (counter, port), watched(folder / "watcher", urls("quiet", quiet, port)) as daemon:
        child, peak, start = daemon
        first = child.ask(do="all", ahead_h=24.0)
        passes = []
        for number in range(options.passes):
            counter.ask()
            passes.append(child.ask(do="all", ahead_h=24.0))
            passes[-1]["open"] = counter.ask()["most_open"]
            print(
                f"{count} sources, pass {number + 1}: { {key: passes[-1][key] for key in ('polls', 'cpu', 'wall')} }",
                flush=True,
            )
        rest = child.ask(do="idle", for_s=options.idle)
        return {
            "load s": start["load"]["cpu"],
            "start s": start["start"]["cpu"],
            "first ms": first["cpu"] * 1000 / max(1, first["polls"]),
            "304 ms": min(each["cpu"] for each in passes) * 1000 / count,
            "MiB": peak.reset(),
            "open": max(each["open"] for each in passes),
            "lag s": max(max(each["lag"], default=0.0) for each in passes),
            "idle %": 100 * rest["cpu"] / rest["wall"],
            "failed": rest["failed"] if "failed" in rest else passes[-1]["failed"],
        }
