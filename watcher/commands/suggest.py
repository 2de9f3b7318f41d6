"""`watcher suggest`: what the marks of a rule speak for, each with its effect on history; it applies none of it."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict

from watcher.app.backtesting import rules_of, unknown_rule
from watcher.app.daemon import utc_now
from watcher.app.suggesting import Suggested, Suggestion, suggest
from watcher.commands.backtest import lexicon_or_none, span_of
from watcher.commands.opening import CONFIGURATION, FINDINGS, configured, print_problems, say
from watcher.core.errors import StoreError
from watcher.core.text.escapes import one_line, plain_safe

USAGE = 2
_HEADS = {
    "words": 'leave out what says "{words}": it stands in {takes} of the alerts that are not relevant, and in no other',
    "zone": "let the proof stand in title, highlights or lead: in {takes} of those that are not relevant it does not",
    "sources": "ask for two sources within two days: {takes} of those that are not relevant have one, and no other has",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which rule, and how far back its effect is looked for."""
    parser.add_argument("rule", metavar="RULE", help="the id of a rule of the configuration")
    parser.add_argument("--since", metavar="D", help="history from this day or so long ago (90d); default: all")
    parser.add_argument("--until", metavar="D", help="up to this day or so long ago; default: now")
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.epilog = "Mark alerts first: watcher mark ALERT relevant|not-relevant. Nothing is changed by this."


def run(arguments: argparse.Namespace) -> int:
    """Print what would help."""
    config = configured(arguments)
    lexicon = lexicon_or_none() if config is not None else None
    if config is None or lexicon is None:
        return CONFIGURATION
    rules, _, problems = rules_of(config, lexicon, arguments.rule)
    rule = rules.rule(arguments.rule) if rules is not None else None
    if rules is None or rule is None:
        print_problems(problems)
        say(f"suggest: {unknown_rule(config, one_line(arguments.rule))}")
        return FINDINGS
    try:
        found = suggest(config, lexicon, rules, rule, span_of(arguments, utc_now()))
    except (StoreError, ValueError) as error:
        say(f"suggest: {error}")
        return USAGE if isinstance(error, ValueError) else FINDINGS
    if arguments.json:
        print(plain_safe(json.dumps(asdict(found), ensure_ascii=False, indent=2)))
        return 0
    for line in _words(arguments.rule, found):
        print(line)
    return 0


def _words(rule: str, found: Suggested) -> Iterator[str]:
    marked = found.relevant + found.others
    if not marked:
        yield f"{rule}: no alert of it is marked yet; mark some: watcher mark ALERT relevant|not-relevant"
        return
    yield f"{rule}: {found.others} of {marked} marked alerts are not relevant"
    for number, each in enumerate(found.suggestions, start=1):
        yield ""
        yield from _suggestion(number, each, found)
    if not found.suggestions:
        yield "nothing that is seen here parts them from the others; more marks may"


def _suggestion(number: int, each: Suggestion, found: Suggested) -> Iterator[str]:
    yield f"{number}. " + _HEADS[each.proposal.kind].format(words=each.proposal.words, takes=each.proposal.takes)
    yield from (f"     {line}" for line in each.written.splitlines())
    yield (
        f"   on history: {each.before:,} alerts become {each.after:,}; of those marked, {each.others_gone} of "
        f"{found.others} not relevant go, and {each.relevant_gone} of {found.relevant} relevant"
    )
