"""Whole passes over loopback feeds: first sight, nothing new, one new item each; beside peers in the same run."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import urllib.request
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from bench.feeds import address
from bench.measure import Peak, median, server, table, verdict
from bench.measure import run as run_whole
from bench.peers import environment, installed

PASSES = ("first", "same", "news")
"""All items new; nothing new (304); one new item in every feed."""
SIDES = ("watcher", "reader", "reader x10", "rss2email")
TARGETS = (
    ("first pass, CPU of reader's", "first", "cpu", "reader", 0.9, False),
    ("first pass, CPU of rss2email's", "first", "cpu", "rss2email", 0.55, False),
    ("304 pass, CPU of reader's", "same", "cpu", "reader", 0.7, False),
    ("first pass, wall of reader's", "first", "wall", "reader", 0.35, True),
    ("304 pass, wall of reader's", "same", "wall", "reader", 0.1, True),
)
"""What is measured, of whom, at most; whether it counts with a delay or without."""
UNDERSTOOD_AT_MOST = 2.5
"""First-pass CPU of reader's where articles are understood and their stories found before rules judge them."""
MEMORY_MIB = 180.0

Figures = dict[str, float]


def arguments(parser: argparse.ArgumentParser) -> None:
    """The bench's options."""
    parser.add_argument("--feeds", type=int, default=200)
    parser.add_argument("--items", type=int, default=25)
    parser.add_argument("--delay", default="0ms", help="what the server waits before each answer, such as 100ms")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sides", default=",".join(SIDES), help="which of: %(default)s")
    parser.add_argument(
        "--rules",
        default="critical-minerals",
        help="shipped rule pack; `words`: rules that ask for words alone; `none`: no rule",
    )
    parser.add_argument("--json", type=Path, help="write the raw rows here")
    parser.add_argument("--strict", action="store_true", help="exit 1 if a target is missed")


@dataclass(slots=True, kw_only=True)
class Plan:
    """What one run measures."""

    feeds: int
    items: int
    delay_ms: float
    port: int
    rules: str
    copy: Path
    passes: tuple[str, ...] = PASSES
    rows: dict[str, dict[str, list[Figures]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))

    def ask(self, path: str) -> None:
        """Tell the server what to serve from now on."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
            answer.read()

    def url(self, number: int) -> str:
        """The address of a feed."""
        return f"http://{address(number)}:{self.port}/feed/{number}.xml"


def run(options: argparse.Namespace) -> int:
    """Measure and print; see `TARGETS`."""
    delay_ms = float(options.delay.removesuffix("ms"))
    sides = {side: ready for side in options.sides.split(",") if (ready := _ready(side)) is not None}
    with (
        server(sys.executable, options.feeds, options.items, delay_ms) as port,
        tempfile.TemporaryDirectory(prefix="watcher-bench-") as copy,
    ):
        plan = Plan(
            feeds=options.feeds,
            items=options.items,
            delay_ms=delay_ms,
            port=port,
            rules=options.rules,
            copy=installed(Path(copy)),
        )
        for number in range(options.rounds):
            for side, python in sides.items():
                with tempfile.TemporaryDirectory(prefix="watcher-bench-") as folder:
                    _round(plan, side, python, Path(folder))
            _print_raw(plan, number)
    if options.json:
        options.json.write_text(json.dumps(plan.rows, indent=1))
    missed = _verdict(plan)
    return missed if options.strict else 0


def _ready(side: str) -> str | None:
    """The interpreter or program of a side; None if it can't be had."""
    if side == "watcher":
        return sys.executable
    found = environment("rss2email" if side == "rss2email" else "reader")
    if found is None:
        return None
    return str(found / ("bin/r2e" if side == "rss2email" else "bin/python"))


def _round(plan: Plan, side: str, program: str, folder: Path) -> None:
    """All passes of one side, from an empty database."""
    plan.ask("/old")
    if side == "rss2email":
        _rss2email(plan, program, folder)
        return
    if side == "watcher":
        command = [program, "-m", "bench.ours", str(_config(plan, folder))]
    else:
        workers = "10" if side.endswith("x10") else "1"
        script = str(Path(__file__).with_name("reader_peer.py"))
        command = [program, script, str(folder / "reader.db"), str(plan.port), str(plan.feeds), workers]
    with (folder / "log").open("w+") as said:
        try:
            _driven(plan, side, command, said)
        except EOFError as error:
            said.seek(0)
            raise RuntimeError(f"{side} ended before it answered: {said.read()[-2000:]}") from error


def _driven(plan: Plan, side: str, command: list[str], said: IO[str]) -> None:
    """A side that does one pass for each line it is given; its log goes to `said`."""
    child = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=said,
        text=True,
        cwd=plan.copy,
        env={**os.environ, "PYTHONPATH": str(plan.copy)} if side == "watcher" else None,
    )
    assert child.stdin is not None
    assert child.stdout is not None
    with Peak(child.pid) as peak, child:
        plan.rows[side]["start"].append({**_line(child), "mib": peak.reset()})
        for name in plan.passes:
            if name == "news":
                plan.ask("/news")
            child.stdin.write("pass\n")
            child.stdin.flush()
            plan.rows[side][name].append({**_line(child), "mib": peak.reset()})
        child.stdin.write("end\n")


def _line(child: subprocess.Popen[str]) -> Figures:
    assert child.stdout is not None
    line = child.stdout.readline()
    if not line:
        raise EOFError
    found: Figures = json.loads(line)
    return found


def _rss2email(plan: Plan, program: str, folder: Path) -> None:
    """One process for each pass; what its start costs is measured by one that does nothing, and taken off."""
    base = [program, "-c", str(folder / "config"), "-d", str(folder / "data")]
    outlines = "".join(f'<outline type="rss" text="f{n}" xmlUrl="{plan.url(n)}"/>' for n in range(plan.feeds))
    opml = folder / "feeds.opml"
    opml.write_text(f'<opml version="1.0"><head/><body>{outlines}</body></opml>')
    run_whole([*base, "new", "reader@example.org"])
    run_whole([*base, "opmlimport", str(opml)])
    cpu, wall, mib = run_whole([*base, "--version"])
    plan.rows["rss2email"]["start"].append({"cpu": cpu, "wall": wall, "mib": mib})
    for name in plan.passes:
        if name == "news":
            plan.ask("/news")
        whole = run_whole([*base, "run", "--no-send"])
        plan.rows["rss2email"][name].append({"cpu": whole[0] - cpu, "wall": whole[1] - wall, "mib": whole[2]})


def _config(plan: Plan, folder: Path) -> Path:
    """A configuration as a user would write it, with notices and alerts going to a file."""
    words = [str(Path(__file__).with_name("data") / "word_rules" / "*.yaml")]
    rules = {"none": [], "words": words}.get(plan.rules, [f"pack:{plan.rules}"])
    config: dict[str, Any] = {
        "operator": {"contact": "bench@example.org", "route": "desk"},
        "store": {"path": "watcher.db"},
        "listen": None,
        "network": "any",
        "sources": {f"feed-{n}": {"kind": "feed", "url": plan.url(n), "every": "15m"} for n in range(plan.feeds)},
        "channels": {"desk": {"kind": "file", "path": str(folder / "told.txt")}},
        "routes": {"desk": {"channels": ["desk"]}},
        "rules": rules,
    }
    path = folder / "watcher.yaml"
    path.write_text(json.dumps(config, indent=1))
    return path


def _print_raw(plan: Plan, number: int) -> None:
    """The figures of one round as they came."""
    for side, passes in plan.rows.items():
        for name, rows in passes.items():
            figures = " ".join(f"{key}={value:.3f}" for key, value in rows[-1].items())
            print(f"round {number + 1}: {side}: {name}: {figures}", flush=True)


def _verdict(plan: Plan) -> int:
    """Medians, then each target with its ratio; 1 if one is missed."""
    print(f"\n{plan.feeds} feeds x {plan.items} items, delay {plan.delay_ms:g} ms; medians")
    names = ("start", *plan.passes)
    table(
        ("side", *(f"{name} {unit}" for name in names for unit in ("CPU s", "wall s", "MiB"))),
        [
            (side, *(median(row[key] for row in rows[name]) for name in names for key in ("cpu", "wall", "mib")))
            for side, rows in plan.rows.items()
        ],
    )
    print()
    missed = 0
    for words, name, key, peer, at_most, delayed in TARGETS:
        if "watcher" not in plan.rows or peer not in plan.rows or delayed != bool(plan.delay_ms):
            continue
        understood = plan.rules != "none" and (name, key, peer) == ("first", "cpu", "reader")
        ratio = median(_values(plan, "watcher", name, key)) / median(_values(plan, peer, name, key))
        missed += not verdict(words, ratio, UNDERSTOOD_AT_MOST if understood else at_most)
    if "watcher" in plan.rows:
        peak = max(median(_values(plan, "watcher", name, "mib")) for name in plan.passes)
        missed += not verdict("memory of the tree, MiB", peak, MEMORY_MIB)
    return int(missed > 0)


def _values(plan: Plan, side: str, name: str, key: str) -> list[float]:
    return [row[key] for row in plan.rows[side][name]]
