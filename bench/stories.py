"""Which story an article belongs to: what that costs beside a growing history, and how often it is right.

The peer is what most readers do: the new title against every title there is.
"""

from __future__ import annotations

import argparse
import gc
import json
import math
import random
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from bench.measure import median, table, verdict
from bench.newswire import Newswire, Report
from bench.peers import environment
from bench.story_corpus import scores
from watcher.app.memory import settle
from watcher.core.model import Reason, StoryId
from watcher.core.stories.deciding import decide
from watcher.core.stories.keys import exact_keys, keys_of
from watcher.core.stories.model import Fresh, Newcomer, StoryDecision
from watcher.core.stories.shelf import Shelf
from watcher.core.stories.titles import title_key
from watcher.core.stories.traits import traits_of, weigh

US_AT_MOST = 2_000.0
EXPONENT_AT_MOST = 0.05
COPIES_F1_AT_LEAST = 0.97
PEER_AT_LEAST = 300.0
_SEED = 41
_MADE = 4_000
"""So many articles are written out and judged; the rest of a history is made of their traits, words changed."""
_ASKED = 300
_VOCABULARY = 200_000
_SWAPPED = 16


def arguments(parser: argparse.ArgumentParser) -> None:
    """The bench's options."""
    parser.add_argument("--history", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--whole", action="store_true", help="a history of 1,000,000 as well")
    parser.add_argument("--corpus", action="store_true", help="only the labelled news beside the checkout")
    parser.add_argument("--no-peer", action="store_true", help="without rapidfuzz over all titles")


def run(options: argparse.Namespace) -> int:
    """Measure and print; see the figures above."""
    if options.corpus:
        return scores()
    sizes = [*options.history, *([1_000_000] if options.whole else [])]
    wire = Newswire(_SEED)
    reports = list(wire.reports(_MADE + _ASKED))
    right = _quality(reports[:_MADE])
    spent = _times(reports, sizes)
    peer = {} if options.no_peer else _peer(wire, sizes)
    print()
    table(
        ["history", "us/article", "p95", "cdist us", "times"],
        [
            (f"{size:,}", middle, late, peer.get(size, math.nan) * 1e6, peer.get(size, math.nan) * 1e6 / middle)
            for size, (middle, late) in spent.items()
        ],
    )
    print()
    least, most = min(sizes), max(sizes)
    growth = math.log(spent[most][0] / spent[least][0]) / math.log(most / least) if most > least else math.nan
    met = [
        verdict("F1 of copies", right, COPIES_F1_AT_LEAST, least=True),
        verdict(f"us per article at {most:,}", spent[most][0], US_AT_MOST),
        verdict("exponent in the history", growth, EXPONENT_AT_MOST),
    ]
    if options.whole and most in peer:
        met.append(verdict("cdist's time over ours", peer[most] * 1e6 / spent[most][0], PEER_AT_LEAST, least=True))
    return 0 if all(met) else 1


def newcomer(report: Report) -> Newcomer:
    """A report as an article of a source of its own."""
    text = f"{report.title}\n\n{report.body}"
    return Newcomer(
        id=report.id,
        source=f"source-{report.id}",
        title=report.title,
        text=text,
        link_key=f"https://source{int(report.id) % 200}.example/{report.id}",
        title_key=title_key(report.title),
        text_sha256=sha256(text.encode()).hexdigest(),
        seen=report.at,
        told=report.at,
    )


def _quality(reports: Sequence[Report]) -> float:
    """Print how the reports were placed, by kind; returns the F1 of copies, every wrong join counted against it."""
    shelf = Shelf()
    story_of: dict[str, int] = {}
    first: set[int] = set()
    counts: dict[str, list[int]] = {kind: [0, 0, 0, 0] for kind in ("fresh", "alike", "copy", "retold")}
    for report in reports:
        decision = shelf.place(newcomer(report))
        joined = decision.story != report.id
        right = joined and story_of[decision.story] == report.story
        due = report.story in first
        row = counts[report.kind]
        row[0] += 1
        row[1] += due and right
        row[2] += joined and not right
        row[3] += due and not right
        story_of[report.id] = report.story
        first.add(report.story)
    table(
        ["articles", "in all", "joined rightly", "joined wrongly", "missed"],
        [(kind, *row) for kind, row in counts.items()],
    )
    wrong = sum(row[2] for row in counts.values())
    found, missed = counts["copy"][1], counts["copy"][3]
    every, lost = found + counts["retold"][1], missed + counts["retold"][3]
    print(f"F1 with reports in other words: {2 * every / (2 * every + wrong + lost):.3f}")
    return 2 * found / (2 * found + wrong + missed)


def _times(reports: Sequence[Report], sizes: Sequence[int]) -> dict[int, tuple[float, float]]:
    """Median and 95th percentile of CPU microseconds for one article, beside each size of history."""
    shelf, kept = Shelf(), 0
    made: list[Fresh] = []
    chance = random.Random(_SEED)
    spent = {}
    asked = [newcomer(report) for report in reports[_MADE:]]
    for size in sizes:
        gc.disable()  # a history is made, not lived: the collector would look through all of it again and again
        while kept < size:
            if kept < min(_MADE, size):
                new = newcomer(reports[kept])
                fresh = weigh(traits_of(new), shelf.counts, shelf.stories)
                made.append(fresh)
            else:
                fresh = _varied(chance, made[kept % len(made)], kept)
            founded = StoryDecision(story=StoryId(fresh.newcomer.id), reason=Reason.FOUNDED, detail="")
            shelf.add(fresh, exact_keys(fresh.newcomer) | keys_of(fresh.traits), founded)
            kept += 1
        gc.enable()
        settle()  # as the daemon does with what it has loaded
        times = sorted(_timed(shelf, each) for each in asked)
        spent[size] = median(times), times[len(times) * 95 // 100]
    return spent


def _timed(shelf: Shelf, new: Newcomer) -> float:
    start = time.process_time()
    fresh = weigh(traits_of(new), shelf.counts, shelf.stories)
    decide(fresh, shelf.candidates(exact_keys(new) | keys_of(fresh.traits)), {})
    return (time.process_time() - start) * 1e6


def _varied(chance: random.Random, like: Fresh, number: int) -> Fresh:
    """An article like one that was written: a third of its words are others, seldom ones mostly, and all its runs."""
    traits = like.traits
    weights = sorted(traits.words.items(), key=lambda pair: -pair[1])
    others = [int(_VOCABULARY ** chance.random()) for _ in range(_SWAPPED)]
    words = {1_000_003 * other & 0xFFFFFFFF: weight for other, (_, weight) in zip(others, weights, strict=False)}
    words |= dict(weights[_SWAPPED:])
    varied = replace(
        traits,
        words=words,
        names=traits.names & words.keys(),
        shingles=tuple(sorted(chance.getrandbits(32) for _ in traits.shingles)),
    )
    name = f"made-{number}"
    new = replace(like.newcomer, id=name, link_key=name, title_key=name, text_sha256=name)
    return replace(like, newcomer=new, traits=varied)


def _peer(wire: Newswire, sizes: Sequence[int]) -> dict[int, float]:
    """Seconds of cdist for one title against so many titles; empty where the peer can't be had."""
    folder = environment("rapidfuzz")
    if folder is None:
        return {}
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".txt") as file:
        for _ in range(max(sizes) + 40):
            file.write(wire.title() + "\n")
        file.flush()
        script = Path(__file__).parent / "titles_peer.py"
        command = [str(folder / "bin/python"), str(script), file.name, *map(str, sizes)]
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=900)
    return dict(json.loads(line) for line in done.stdout.splitlines())
