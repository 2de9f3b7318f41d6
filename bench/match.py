"""Many rules against many articles: the product's compiled path, beside a regular expression per word.

Two times are taken of ours: until the rules that match are listed, with the place of every item that stands in the
article; and until every piece of evidence of every match has been read as well. The naive way gives the rules alone.
And beside what small tools do: those expressions on the text as it stands, whatever its case; a search query a rule.
"""

from __future__ import annotations

import argparse
import math
import random
import re
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from statistics import median
from typing import TypeVar

from bench.feeds import Writer
from bench.measure import table, verdict
from watcher.app.memory import settle
from watcher.conditions import KINDS
from watcher.conditions.base import Context
from watcher.core.model import RuleId, Severity, SourceId, Trust, Zone, ZoneSpan
from watcher.core.rules.evaluate import judge
from watcher.core.rules.model import Clause, Group, Rule, RuleSet, SeverityStep
from watcher.core.rules.prefilter import Compiled
from watcher.core.text.plain import CJK, fold, scrub
from watcher.core.text.reading import Reading

TIMES_AT_LEAST = 3_000.0
A_SECOND_AT_LEAST = 6_000.0
EXPONENT_AT_MOST = 0.25
_SEED = 11
_CJK_SHARE = 0.1
_ROUNDS = 5
"""Of ours, which takes a second; the naive way takes a minute for one."""
Words = tuple[str, ...]
_Found = TypeVar("_Found")


def _each(words: str) -> Words:
    return tuple(words.split())


_MINERALS = _each(
    """
    neodymium praseodymium dysprosium terbium samarium yttrium gallium germanium antimony tungsten lithium cobalt
    graphite nickel copper tantalum niobium scandium magnesium manganese bismuth indium tellurium vanadium
    """
)
_EVENTS = (
    "export controls",
    "export ban",
    "price floor",
    "final permit",
    "stockpile",
    "offtake agreement",
    "tariff",
    "anti-dumping",
    "price cap",
    "separation plant",
    "memorandum of understanding",
    "strategic reserve",
    "quota",
    "licence",
    "sanctions",
    "joint venture",
    "subsidy",
    "loan",
    "funding",
)
_PLACES = _each(
    """
    china japan australia brazil india vietnam malaysia canada greenland malawi angola chile
    """
)
_SYLLABLES = _each(
    """
    al an bel cor da del en fer gal hel ka kor lin mer mi nor pel ra sa sol ten tor val
    """
)
_FIRMS = ("resources", "minerals", "metals", "magnets", "mining", "holdings")
_HAN_MINERALS = ["稀土", "氧化镓", "氧化锗", "锑精矿", "钨精矿", "レアアース", "ガリウム"]
_HAN_EVENTS = ["出口管制", "输出规制", "备忘录", "备蓄", "許可", "価格"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A rule as both sides are given it: one of each group must stand in the article, and none of the last."""

    groups: tuple[Words, ...]
    none: Words


def arguments(parser: argparse.ArgumentParser) -> None:
    """The bench's options."""
    parser.add_argument("--articles", type=int, default=1_000)
    parser.add_argument("--naive", type=int, default=20, help="articles that the naive way is given")
    parser.add_argument("--peers", action="store_true", help="the raw text's expressions and full text queries as well")
    parser.add_argument("--rules", default="10,100,1000,10000,30000", help="how many rules, in turn")


def run(options: argparse.Namespace) -> int:
    """Measure and print; the match sets must be identical, and all evidence that of judging each rule by itself."""
    counts = [int(count) for count in options.rules.split(",")]
    readings = articles(options.articles)
    length = sum(len(reading.text) for reading in readings) / len(readings)
    print(f"{len(readings)} articles of {length:,.0f} characters, one in ten Chinese or Japanese")
    speeds: dict[tuple[str, int], float] = {}
    rows = []
    ok = True
    for sort, selective in (("broad", False), ("selective", True)):
        for count in counts:
            asked = _asked(count, selective=selective)
            began = time.process_time()
            compiled = Compiled(RuleSet(rules=_rules(asked), version="bench"))
            ready = time.process_time() - began
            settle(again=True)  # as the daemon does with what it has loaded
            ours, listed = _speed(partial(_matching, compiled), readings, rounds=_ROUNDS)
            found = list(map(frozenset[int], listed))
            read, _ = _speed(partial(_read, compiled), readings)
            plain, expected = _speed(_naive(asked), readings[: options.naive])
            same = found[: options.naive] == expected and _proves(compiled, readings[: options.naive])
            ok &= same
            speeds[sort, count] = ours
            hits = sum(map(len, found)) / len(found)
            rows.append((sort, count, ready, ours, plain, ours / plain, hits, read, "same" if same else "DIFFERENT"))
            print(*(f"{each:,.2f}" if isinstance(each, float) else each for each in rows[-1]), flush=True)
            if options.peers:
                _beside(asked, readings[: options.naive], expected, ours)
    print()
    table(
        ("rules", "how many", "compile, s", "articles/s", "naive", "times", "matches an article", "read/s", "same"),
        rows,
    )
    print()
    return 0 if _judged(rows, speeds, counts) and ok else 1


def _beside(asked: Sequence[Asked], some: Sequence[Reading], expected: Sequence[frozenset[int]], ours: float) -> None:
    """Print what two other ways give for these articles, and how many of their matches are ours."""
    raw, cased = _speed(_naive(asked, ignoring_case=True), some)
    began = time.process_time()
    queried = _queried(asked, some)
    speed = len(some) / (time.process_time() - began)
    for way, each, found in (("re.IGNORECASE, raw text", raw, cased), ("an FTS5 query a rule", speed, queried)):
        same = sum(len(mine & theirs) for mine, theirs in zip(expected, found, strict=True))
        both = sum(len(mine | theirs) for mine, theirs in zip(expected, found, strict=True))
        print(f"  {way}: {each:,.2f} articles/s, ours {ours / each:,.0f} times; {same} of {both} matches in both")


def _queried(asked: Sequence[Asked], some: Sequence[Reading]) -> list[frozenset[int]]:
    """The articles in a table of SQLite's full text search, in memory, which each rule asks once."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("create virtual table articles using fts5(text)")
        database.executemany("insert into articles(rowid, text) values (?, ?)", enumerate(each.text for each in some))
        found: list[set[int]] = [set() for _ in some]
        for number, each in enumerate(asked):
            groups = ("(" + " OR ".join(f'"{item}"' for item in group) + ")" for group in each.groups)
            query = " AND ".join(groups) + "".join(f' NOT "{item}"' for item in each.none)
            for (row,) in database.execute("select rowid from articles where articles match ?", (query,)):
                found[row].add(number)
    return list(map(frozenset, found))


def _judged(rows: Sequence[tuple[object, ...]], speeds: dict[tuple[str, int], float], counts: Sequence[int]) -> bool:
    times = {(row[0], row[1]): float(str(row[5])) for row in rows}
    ok = True
    if 10_000 in counts:
        ok &= verdict("10,000 broad rules, of naive's speed", times["broad", 10_000], TIMES_AT_LEAST, least=True)
    if 1_000 in counts:
        ok &= verdict("1,000 broad rules, articles a second", speeds["broad", 1_000], A_SECOND_AT_LEAST, least=True)
        ok &= verdict("1,000 selective rules, articles/s", speeds["selective", 1_000], A_SECOND_AT_LEAST, least=True)
    low, high = counts[-2:] if len(counts) > 1 else (counts[0], counts[0])
    if low != high:
        exponent = math.log(speeds["selective", low] / speeds["selective", high]) / math.log(high / low)
        ok &= verdict(f"exponent in selective rules, {low:,} to {high:,}", exponent, EXPONENT_AT_MOST)
    return ok


def _speed(
    each: Callable[[Reading], _Found], readings: Sequence[Reading], *, rounds: int = 1
) -> tuple[float, list[_Found]]:
    """Articles a second of CPU, the median of some rounds, each article's reading a new one; and what was found."""
    found: list[_Found] = []
    speeds = []
    for _ in range(rounds):
        fresh = [replace(reading) for reading in readings]
        began = time.process_time()
        found = [each(reading) for reading in fresh]
        speeds.append(len(fresh) / (time.process_time() - began))
    return median(speeds), found


def _matching(compiled: Compiled, reading: Reading) -> list[int]:
    """The rules that match; what the article's reading keeps until then has the place of every item."""
    return compiled.judge_all(reading).matching()


def _read(compiled: Compiled, reading: Reading) -> int:
    """How many pieces of evidence the matches have, each of which is made for it."""
    return sum(len(judgement.evidence) for _, judgement in compiled.judge_all(reading))


def _proves(compiled: Compiled, readings: Sequence[Reading]) -> bool:
    """Whether every judgement, evidence and all, is that of the rule judged by itself in an article read anew."""
    for reading in readings:
        apart = replace(reading)
        if any(judgement != judge(rule, apart) for rule, judgement in compiled.judge_all(replace(reading))):
            return False
    return True


def _asked(count: int, *, selective: bool) -> list[Asked]:
    """Rules made from a seed: a company and an event, a mineral and an event, a place too, or Chinese and Japanese."""
    chance = random.Random(_SEED)
    found = []
    for _ in range(count):
        kind = chance.random() * (0.55 if selective else 1)
        if kind < 0.55:
            groups = [(company(chance),), tuple(chance.sample(_EVENTS, 4))]
        elif kind < 0.85:
            groups = [(chance.choice(_MINERALS),), tuple(chance.sample(_EVENTS, 2))]
        elif kind < 0.95:
            groups = [(chance.choice(_PLACES),), tuple(chance.sample(_MINERALS, 2)), tuple(chance.sample(_EVENTS, 3))]
        else:
            groups = [tuple(chance.sample(_HAN_MINERALS, 2)), tuple(chance.sample(_HAN_EVENTS, 2))]
        none = (chance.choice(_EVENTS),) if chance.random() < 0.2 else ()
        found.append(Asked(tuple(groups), none))
    return found


def company(chance: random.Random) -> str:
    """A made-up firm of two words."""
    return "".join(chance.choice(_SYLLABLES) for _ in range(3)) + " " + chance.choice(_FIRMS)


def _rules(asked: Sequence[Asked]) -> tuple[Rule, ...]:
    context = Context()
    words = KINDS["words"]

    def clause(items: Words) -> Clause:
        # an item without `=` stands for its forms; without tables of forms, for itself
        options = words.Options.model_validate({"words": list(items)})
        return Clause(condition=words.build(options, context), path="when", line=1, column=1)

    return tuple(
        Rule(
            id=RuleId(f"r{number}"),
            title="made up",
            version="v",
            when=Group(all=tuple(map(clause, each.groups)), none=tuple(clause(each.none) for _ in each.none)),
            severity=(SeverityStep(severity=Severity.NOTICE, when=None),),
        )
        for number, each in enumerate(asked)
    )


def articles(count: int) -> list[Reading]:
    """Made-up articles of 4.5 kB into which words of the rules are sown."""
    writer, chance = Writer(_SEED), random.Random(_SEED)
    firms = [company(chance) for _ in range(200)]
    made = []
    for _ in range(count):
        if chance.random() < _CJK_SHARE:
            sown = "".join(chance.sample(_HAN_MINERALS, 2) + chance.sample(_HAN_EVENTS, 2))
            paragraphs = [sown, *("稀土价格在今年第三季度上涨。" * 12 for _ in range(12))]
        else:
            parts = [
                chance.choice(firms),
                *chance.sample(_EVENTS, 2),
                *chance.sample(_MINERALS, 2),
                chance.choice(_PLACES),
            ]
            paragraphs = [" and ".join(parts), *(writer.paragraph() for _ in range(10))]
        text, zones = "", []
        for number, paragraph in enumerate(scrub(paragraph) for paragraph in paragraphs):
            text += "\n" if text else ""
            zone = (Zone.TITLE, Zone.LEAD)[number] if number < 2 else Zone.BODY
            zones.append(ZoneSpan(zone=zone, start=len(text), end=len(text) + len(paragraph)))
            text += paragraph
        made.append(
            Reading(
                text=text, zones=tuple(zones), language="", source=SourceId("bench"), trust=Trust.UNKNOWN, brief=True
            )
        )
    return made


def _naive(asked: Sequence[Asked], *, ignoring_case: bool = False) -> Callable[[Reading], frozenset[int]]:
    """What a small tool does: for every rule, every word by its own regular expression, in folded text or as it is."""
    made: dict[str, re.Pattern[str]] = {}

    def pattern(item: str) -> re.Pattern[str]:
        if item not in made:
            written = fold(item)
            words = r"[\s/-]+".join(re.split("[ -]", written))
            how = re.IGNORECASE if ignoring_case else re.NOFLAG
            made[item] = re.compile(re.escape(written) if CJK.search(written) else rf"\b{words}\b", how)
        return made[item]

    def matched(reading: Reading) -> frozenset[int]:
        text = reading.text if ignoring_case else fold(reading.text)
        return frozenset(
            number
            for number, each in enumerate(asked)
            if all(any(pattern(item).search(text) for item in group) for group in each.groups)
            and not any(pattern(item).search(text) for item in each.none)
        )

    for each in asked:
        for item in (*(item for group in each.groups for item in group), *each.none):
            pattern(item)
    return matched
