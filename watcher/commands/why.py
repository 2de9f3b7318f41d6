"""`watcher why`: why an article matched or not, clause by clause, and who was told; it only reads."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from dataclasses import asdict

from watcher.app.account_words import Mark, account_words, bold, misses_words, starred
from watcher.app.dated_words import date_json
from watcher.app.explaining import Account, RuleAccount, account
from watcher.app.loading import Loaded
from watcher.app.readings import Readings
from watcher.commands.opening import CONFIGURATION, FINDINGS, loaded, say
from watcher.core.errors import StoreError
from watcher.core.rules.explain import Explained
from watcher.core.rules.model import RuleSet
from watcher.core.text.escapes import plain_safe
from watcher.core.text.spelling import did_you_mean
from watcher.stores.sqlite.evidence import EvidenceTable
from watcher.stores.sqlite.sessions import snapshot

USAGE = 2


def arguments(parser: argparse.ArgumentParser) -> None:
    """What to explain."""
    parser.add_argument(
        "item", metavar="ITEM", help="id of an alert, article, story, delivery or occasion, or an article's address"
    )
    parser.add_argument("--rule", metavar="R", help="this rule only, also if it did not match")
    parser.add_argument(
        "--now", action="store_true", help="show also how the article would be read now, beside what was stored of it"
    )
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.epilog = "Every message names its ids at the foot; `watcher search WORDS` finds others."


def run(arguments: argparse.Namespace) -> int:
    """Explain it."""
    found = loaded(arguments, warnings=False)
    if found is None:
        return CONFIGURATION
    try:
        with snapshot(found.config.store.path) as turn:
            return _explain(EvidenceTable(turn), found, arguments)
    except StoreError as error:
        say(f"why: {error}")
        return FINDINGS


def _explain(table: EvidenceTable, found: Loaded, arguments: argparse.Namespace) -> int:
    item: str = arguments.item
    place = table.find(item)
    if place is None:
        say(f"why: {_not_found(table, item)}")
        return FINDINGS
    number, of_alert = place
    rules = found.runtime.rule_set
    rule = arguments.rule or of_alert
    made = account(table, rules, number, [rule] if rule else (), now=arguments.now)
    if made is None:
        say(f"why: {item}: its article was pruned (keep_articles)")
        return FINDINGS
    if arguments.rule and made.rules[0].rule is None and made.rules[0].stored is None:
        ids = [each.id for each in rules.rules]
        say(f'why: unknown rule "{arguments.rule}"{did_you_mean(arguments.rule, ids) or "; known: " + ", ".join(ids)}')
        return USAGE
    misses = _misses(table, rules, made) if not made.rules else ()
    if arguments.json:
        print(plain_safe(json.dumps(_plain(made, misses), indent=2, ensure_ascii=False, default=str)))
    else:
        _print(made, misses)
    return 0


def _misses(table: EvidenceTable, rules: RuleSet, made: Account) -> tuple[RuleAccount, ...]:
    """All rules' accounts, for an article that none matched."""
    whole = account(table, rules, made.found.number, [rule.id for rule in rules.rules])
    return whole.rules if whole is not None else ()


def _print(made: Account, misses: tuple[RuleAccount, ...]) -> None:
    mark: Mark = bold if sys.stdout.isatty() else starred
    for line in account_words(made, mark):
        print(line)
    if not made.rules:
        print(f"\nNO RULE MATCHED, of {made.unmatched}; what decided (more: --rule R):")
        for line in misses_words(misses):
            print(line)


def _not_found(table: EvidenceTable, item: str) -> str:
    occasion = table.tells_of(item)
    if occasion is not None:
        return f"{item}: the message {occasion} is about no single article; look: watcher deliveries"
    return (
        f"{item}: nothing of that id or address is stored; an alert, article, story or delivery has an id at its "
        "message's foot, and `watcher search WORDS` finds articles"
    )


def _plain(made: Account, misses: tuple[RuleAccount, ...]) -> Mapping[str, object]:
    article = asdict(made.article)
    return {
        "article": {**article, "story_reason": made.found.story_reason, "text_kept": made.found.text_kept},
        "came_in": made.mark,
        "story": [{"article": each.article.id, "title": each.article.title} for each in made.story],
        "joined": made.joined,
        "by_hand": [{"at": at, "what": what} for at, what in made.by_hand],
        "understood": asdict(made.readings.shown) if made.readings is not None and made.readings.shown else None,
        "readings": _plain_readings(made.readings) if made.readings is not None else None,
        "dates": [date_json(entry, ground) for entry, ground in made.dates],
        "matters": [asdict(each) for each in made.matters],
        "observations": [asdict(each) for each in made.observations],
        "rules": [_plain_rule(each) for each in made.rules],
        "missed": [_plain_rule(each) for each in misses],
    }


def _plain_readings(readings: Readings) -> Mapping[str, object]:
    judged, standing, anew = readings.judged, readings.standing, readings.anew
    return {
        "reads_now": readings.version,
        "judged_by": judged.version if judged is not None else None,
        "read_by": standing.version if standing is not None else None,
        "read_at": standing.at if standing is not None else None,
        "found_the_same": standing.same if standing is not None else None,
        "reread": asdict(anew.understood) if anew is not None else None,
        "now": asdict(readings.now) if readings.now is not None else None,
    }


def _plain_rule(rule: RuleAccount) -> Mapping[str, object]:
    judged = rule.explained.judgement if rule.explained is not None else None
    return {
        "rule": rule.id,
        "title": rule.title,
        "version": rule.numbered,
        "changed_since": rule.changed,
        "matched": rule.stored is not None,
        "stored": asdict(rule.stored) if rule.stored is not None else None,
        "decided_by": None if judged is None or judged.matched else {"clause": judged.path, "why": judged.why},
        "clauses": [_plain_part(part) for part in rule.explained.parts] if rule.explained is not None else [],
        "required": rule.required,
        "alert": asdict(rule.alert) if rule.alert is not None else None,
        "tellings": [asdict(each) for each in rule.tellings],
        "queued": [asdict(each) for each in rule.queued],
    }


def _plain_part(part: Explained) -> Mapping[str, object]:
    return asdict(part)
