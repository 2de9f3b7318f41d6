"""Misspelt phrases in articles: the product's own way beside rapidfuzz's `partial_ratio` over every phrase."""

from __future__ import annotations

import argparse
import math
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from rapidfuzz import fuzz

from bench.match import articles, company
from bench.measure import table, verdict
from watcher.conditions.base import NEWS
from watcher.core.model import Zone, ZoneSpan
from watcher.core.text.misspelt import Misspelt
from watcher.core.text.plain import fold
from watcher.core.text.reading import Reading

TIMES_AT_LEAST = 10.0
RECALL_AT_LEAST = 0.94
_AT_LEAST = 90
_PARTIAL_AT_LEAST = 88
_SEED = 5
_PLANTED = 300
_BUDGET_S = 2.0


def arguments(parser: argparse.ArgumentParser) -> None:
    """The bench's options."""
    parser.add_argument("--articles", type=int, default=300)
    parser.add_argument("--phrases", default="10,100,1000", help="how many phrases, in turn")


def run(options: argparse.Namespace) -> int:
    """Measure and print."""
    counts = [int(count) for count in options.phrases.split(",")]
    chance = random.Random(_SEED)
    phrases = list(dict.fromkeys(company(chance) for _ in range(2 * max(counts))))[: max(counts)]
    readings = articles(options.articles)
    speeds, rows = {}, []
    for count in counts:
        some = phrases[:count]
        misspelt = Misspelt(some, _AT_LEAST)
        ours = _speed(lambda reading, m=misspelt: m.find(reading, reading.sentences_in(NEWS)), readings)
        folded = [fold(phrase) for phrase in some]
        peer = _speed(lambda reading, f=folded: _partial(f, fold(reading.text)), readings)
        speeds[count] = ours
        rows.append((count, ours, peer, ours / peer))
    table(("phrases", "articles/s", "partial_ratio", "times"), rows)
    found, beside = _recall(phrases[:500], readings)
    false = sum(len(Misspelt(phrases[:500], _AT_LEAST).find(each, each.sentences)) for each in map(replace, readings))
    print(f"\nrecall of one planted typo: {found:.1%} ({_AT_LEAST} % alike), partial_ratio {beside:.1%}")
    print(f"hits in {len(readings)} articles with nothing planted, 500 phrases: {false} (some do occur)")
    low, high = counts[0], counts[-1]
    if low != high:
        print(f"exponent in phrases: {math.log(speeds[low] / speeds[high]) / math.log(high / low):.2f}")
    ok = verdict(f"{high} phrases, of partial_ratio's speed", rows[-1][3], TIMES_AT_LEAST, least=True)
    return 0 if verdict("recall", found, RECALL_AT_LEAST, least=True) and ok else 1


def _partial(phrases: Sequence[str], text: str) -> list[str]:
    return [phrase for phrase in phrases if fuzz.partial_ratio(phrase, text, score_cutoff=_PARTIAL_AT_LEAST)]


def _speed(each: Callable[[Reading], object], readings: Sequence[Reading]) -> float:
    """Articles a second of CPU, within a budget; every reading is a new one."""
    began, done = time.process_time(), 0
    for reading in readings:
        each(replace(reading))
        done += 1
        if time.process_time() - began > _BUDGET_S:
            break
    return done / (time.process_time() - began)


def _typo(phrase: str, chance: random.Random) -> str:
    """One letter left out, or two exchanged."""
    at = chance.randrange(1, len(phrase) - 1)
    if chance.random() < 0.5:
        return phrase[:at] + phrase[at + 1] + phrase[at] + phrase[at + 2 :]
    return phrase[:at] + phrase[at + 1 :]


def _recall(phrases: Sequence[str], readings: Sequence[Reading]) -> tuple[float, float]:
    """Shares of planted typos found, by us and by `partial_ratio`."""
    chance = random.Random(_SEED)
    misspelt = Misspelt(phrases, _AT_LEAST)
    ours = beside = 0
    for number in range(_PLANTED):
        phrase = phrases[number % len(phrases)]
        base = readings[number % len(readings)].text.split("\n")[-1][:1_500]
        text = f"{base} The firm {_typo(phrase, chance)} said so. {base}"
        reading = replace(readings[0], text=text, zones=(ZoneSpan(zone=Zone.BODY, start=0, end=len(text)),))
        ours += any(each.phrase == phrase for each in misspelt.find(reading, reading.sentences))
        beside += fuzz.partial_ratio(fold(phrase), fold(text), score_cutoff=_PARTIAL_AT_LEAST) > 0
    return ours / _PLANTED, beside / _PLANTED
