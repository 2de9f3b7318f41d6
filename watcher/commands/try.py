"""`watcher try`: one text, file or page judged by all rules, clause by clause; nothing is stored."""  # noqa: N999

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict

from watcher.app.account_words import Mark, bold, clause_words, starred
from watcher.app.daemon import utc_now
from watcher.app.trying import EXAMPLE, Asked, Tried, drafted, judge_draft, matching
from watcher.app.understood_words import understood_words
from watcher.commands.opening import CONFIGURATION, FINDINGS, TRIED_OTHERWISE, loaded, say
from watcher.core.errors import WatcherError
from watcher.core.model import Trust
from watcher.core.rules.explain import RuleExplained
from watcher.core.rules.model import Rule
from watcher.core.telling.alerts import words_of
from watcher.core.text.escapes import one_line, plain_safe
from watcher.core.text.spelling import did_you_mean
from watcher.core.values import parse_time

USAGE = 2


def arguments(parser: argparse.ArgumentParser) -> None:
    """What is tried, and whom it is taken to come from."""
    parser.add_argument(
        "item", metavar="TEXT|URL|FILE", help="a text, an address, or a file (a page in HTML, else text with its title)"
    )
    parser.add_argument("--rule", metavar="R", help="this rule only, whether it matches or not")
    parser.add_argument("--source", metavar="S", help="take it as coming from this source")
    parser.add_argument("--trust", choices=[each.value for each in Trust], help="take its publisher's word so")
    parser.add_argument("--date", metavar="D", help="take it as of this day or time")
    parser.add_argument("--language", metavar="L", help="take it as written in this language")
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.epilog = "A text alone stands as title and lead of an article of the trade press, as in examples."


def run(arguments: argparse.Namespace) -> int:
    """Judge and print."""
    found = loaded(arguments, warnings=False, examples=False)
    if found is None:
        return CONFIGURATION
    rule = arguments.rule
    ids = [each.id for each in found.runtime.rule_set.rules]
    if rule is not None and rule not in ids:
        say(f'try: unknown rule "{one_line(rule)}"{did_you_mean(rule, ids) or "; known: " + ", ".join(ids)}')
        return USAGE
    source, sources = arguments.source, [*map(str, found.config.sources), EXAMPLE]
    if source is not None and source not in sources:
        say(f'try: unknown source "{one_line(source)}"{did_you_mean(source, sources) or "; see: watcher sources list"}')
        return USAGE
    try:
        asked = _asked(arguments)
        # What a loop ran is written out in words at its end: the rules in that would take half a minute.
        made = asyncio.run(drafted(asked, found.runtime, found.config.operator.contact, utc_now))
    except (WatcherError, OSError, ValueError) as error:
        say(f"try: {one_line(str(error))}")
        return FINDINGS
    tried = judge_draft(made, asked, found.runtime, utc_now())
    if arguments.json:
        print(plain_safe(json.dumps(_plain(tried, rule), ensure_ascii=False, indent=2, default=str)))
        return 0
    for line in _words(tried, rule, bold if sys.stdout.isatty() else starred):
        print(line)
    return 0


def _asked(arguments: argparse.Namespace) -> Asked:
    """What is tried. Raises ValueError."""
    return Asked(
        item=arguments.item,
        source=arguments.source,
        trust=Trust(arguments.trust) if arguments.trust else None,
        published=parse_time(arguments.date) if arguments.date else None,
        language=arguments.language,
    )


def _words(tried: Tried, only: str | None, mark: Mark) -> Iterator[str]:
    article = tried.article
    yield plain_safe(one_line(article.title))
    yield (
        f"  {plain_safe(one_line(article.publisher))}, trust {words_of(article.trust)}; source {article.source}; "
        f"{len(article.text):,} characters, {article.language}"
    )
    if tried.understood is not None:
        yield from understood_words(tried.understood, article.text)
    shown = [each for each in tried.rules if each[0].id == only] if only else list(matching(tried))
    for rule, explained in shown:
        yield ""
        yield from _rule_words(tried, rule, explained, mark)
    if only and not shown:
        yield f"\n{only} judges no articles; {TRIED_OTHERWISE}"
    if not only:
        yield from _misses(tried)


def _rule_words(tried: Tried, rule: Rule, explained: RuleExplained, mark: Mark) -> Iterator[str]:
    judged = explained.judgement
    yield f"RULE {rule.id}: {plain_safe(one_line(rule.title))}"
    if not judged.matched:
        yield f"  does not match; what decided: {plain_safe(judged.why)} ({judged.path})"
    else:
        paused = "; the rule is paused" if rule.mode == "paused" else ""
        over_time = "; it tells once what it requires over time is met" if rule.require is not None else ""
        yield f"  matches, {judged.severity}{paused}{over_time}"
    yield from clause_words(tried.article, explained, mark)


def _misses(tried: Tried) -> Iterator[str]:
    misses = [(rule, found.judgement) for rule, found in tried.rules if not found.judgement.matched]
    if misses:
        yield f"\nDO NOT MATCH, {len(misses)} of {len(tried.rules)}; what decided (more: --rule R):"
    for rule, judged in misses:
        yield f"  {rule.id}: {plain_safe(one_line(judged.why))} ({judged.path})"
    if tried.others:
        yield f"not judged, since they judge no articles: {', '.join(tried.others)}"


def _plain(tried: Tried, only: str | None) -> dict[str, object]:
    return {
        "article": asdict(tried.article),
        "understood": asdict(tried.understood) if tried.understood is not None else None,
        "rules": [
            {
                "rule": rule.id,
                "matches": found.judgement.matched,
                "severity": found.judgement.severity,
                "decided_by": None
                if found.judgement.matched
                else {"clause": found.judgement.path, "why": found.judgement.why},
                "clauses": [asdict(part) for part in found.parts],
            }
            for rule, found in tried.rules
            if only is None or rule.id == only
        ],
        "not_judged": tried.others,
    }
