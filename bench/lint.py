"""What is said of planted mistakes: how many are told at their place, what that costs, and what two other tools say."""

from __future__ import annotations

import argparse
import time

from bench.lint_peers import compared
from bench.measure import table, verdict
from bench.planted import Tally, in_configurations, in_data, in_rules
from watcher.app.memory import undisturbed
from watcher.config import data_dir
from watcher.config.lexicon import read_inflections
from watcher.config.rules import load_rules
from watcher.config.understanding import read_understander

FOUND_AT_LEAST = 0.99
PLANTED_AT_LEAST = 400
READ_AT_MOST = 1.5
RUN_AT_MOST = 15.0


def arguments(parser: argparse.ArgumentParser) -> None:
    """The bench's options."""
    parser.add_argument("--sample", type=int, help="mistakes of rules and of configurations each (default: all)")
    parser.add_argument("--rounds", type=int, help="mistakes in each file of recognisers and names (default: all)")
    parser.add_argument("--rules", type=int, default=1_000, help="rules whose check is timed; 0: none")
    parser.add_argument("--peers", action="store_true", help="what other tools say of a dozen such mistakes")


def run(options: argparse.Namespace) -> int:
    """Plant, tell, print; 1 if too much is missed."""
    tally = Tally()
    tally.told += in_configurations(options.sample)
    tally.told += in_data(options.rounds)
    tally.told += in_rules(options.sample)
    figures = dict(tally.rows)
    planted = figures["planted"]
    table(("mistakes", "", "share"), [(name, f"{count:,}", f"{count / planted:.2%}") for name, count in tally.rows])
    for miss in tally.misses:
        print(f"missed: {miss}")
    print()
    found = min(count for name, count in tally.rows) / planted
    ok = verdict("share told in place, with a fitting code", found, FOUND_AT_LEAST, least=True)
    ok &= verdict("mistakes planted", planted, PLANTED_AT_LEAST, least=True)
    if options.rules:
        ok &= verdict(f"{options.rules:,} rules read, s", timed(options.rules, examples=False), READ_AT_MOST)
        ok &= verdict(f"{options.rules:,} rules with examples, s", timed(options.rules, examples=True), RUN_AT_MOST)
    if options.peers:
        compared()
    return 0 if ok else 1


def timed(count: int, *, examples: bool) -> float:
    """Seconds of CPU for checking so many rules as the command does, what is shipped loaded already."""
    understander = read_understander(data_dir())[0]
    files = [(f"many-{number}.yaml", text.encode()) for number, text in enumerate(many(count))]
    inflections = read_inflections(data_dir())
    began = time.process_time()
    with undisturbed():
        rules, problems = load_rules(
            files, inflections=inflections, understanding=lambda: understander, examples=examples
        )
    took = time.process_time() - began
    if rules is None or len(rules.rules) != count:
        raise RuntimeError(str(problems[0]) if problems else "no rules")
    return took


def many(count: int) -> list[str]:
    """Rule files of a hundred rules each: three of words to one of events."""
    texts: list[str] = []
    for number in range(count):
        if number % 100 == 0:
            texts.append("format: 1\nrules:\n")
        texts[-1] += _EVENT.format(number=number) if number % 4 == 0 else _WORDS.format(number=number)
    return texts


_WORDS = """\
  - id: made-{number}
    title: A made-up firm and what becomes of it
    severity: {{urgent: {{trust: authority}}, else: notice}}
    when:
      all: [{{words: [firm{number} minerals, firm{number} metals], in: top}}, {{words: [halt, shortage, export ban]}}]
      none: [{{words: [stocks to watch], in: title}}]
    examples:
      match:
        - "A flood halts the mine of Firm{number} Minerals in the north."
        - {{text: "Ministry tells Firm{number} Metals of an export ban.", trust: authority, gives: urgent}}
      skip:
        - "Firm{number} rings are in fashion."
        - "5 stocks to watch as a shortage bites Firm{number} Minerals"
"""
_EVENT = """\
  - id: made-{number}
    title: A state controls exports, and a word stands beside it
    severity: notice
    when: {{all: [{{event: export_control, status: [announced, suspended]}}, {{words: [firm{number}]}}]}}
    examples:
      match:
        - "China's commerce ministry announces export controls on gallium; Firm{number} is concerned."
        - "Beijing suspends its export ban on antimony until November, says Firm{number}."
      skip:
        - "Firm{number} opens a mine."
        - "Beijing may be weighing new export controls on tungsten, Firm{number} heard."
"""
