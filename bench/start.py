"""What `watcher --help` costs, beside a bare interpreter and the peers' own help."""

from __future__ import annotations

import argparse
import sys

from bench.measure import median, table, verdict
from bench.measure import run as run_whole

AT_MOST = 4.0


def arguments(parser: argparse.ArgumentParser) -> None:
    """The bench's options."""
    parser.add_argument("--rounds", type=int, default=15)


def run(options: argparse.Namespace) -> int:
    """Measure in turns and print the medians of CPU."""
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "watcher --help": [sys.executable, "-m", "watcher", "--help"],
        "watcher once --help": [sys.executable, "-m", "watcher", "once", "--help"],
    }
    rows: dict[str, list[tuple[float, float, float]]] = {name: [] for name in commands}
    for _ in range(options.rounds):
        for name, command in commands.items():
            rows[name].append(run_whole(command))
    table(
        ("command", "CPU ms", "wall ms"),
        [(name, *(1000 * median(row[at] for row in found) for at in (0, 1))) for name, found in rows.items()],
    )
    ratio = median(row[0] for row in rows["watcher --help"]) / median(row[0] for row in rows["python -c pass"])
    print()
    verdict("watcher --help, CPU of a bare interpreter's", ratio, AT_MOST)
    return 0
