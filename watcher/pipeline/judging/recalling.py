"""Alerts taken back because an article no longer says what they rest on: of a sequence that was told, or merged since.

Decides nothing: whether a step still holds is the condition's to say. While a course is under way the requirement takes
its steps back itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from watcher.core.ledger import AlertWrite, Stored
from watcher.core.model import Alert, Reason
from watcher.core.rules.evaluate import look
from watcher.core.rules.model import Rule
from watcher.core.telling.alerts import Change, retract
from watcher.core.text.reading import Reading
from watcher.pipeline.judging.items import LIVE, Item
from watcher.pipeline.runtime import Runtime
from watcher.pipeline.telling.changes import Cause, tell_change
from watcher.stores.base import Turn


def retracted_courses(turn: Turn, runtime: Runtime, stored: Stored, item: Item, now: datetime) -> Iterator[AlertWrite]:
    """The alerts that rest on a step which the article said before and says no more."""
    before = item.before
    if before is None or item.new.number is None or item.new.mark != LIVE:
        return
    for name, subject in turn.lifecycle.resting(stored.number):
        rule = runtime.rule_set.rule(name)
        if rule is None or rule.mode == "paused" or not _is_step(rule, before) or _is_step(rule, item.reading):
            continue
        alert = turn.alerts.alerts([subject]).get((rule.id, subject))
        if alert is None or not (alert.state == "open" or turn.lifecycle.put_away(alert.id)):
            continue
        change = retract(alert, item.new.article, now)
        change = replace(change, news=(*change.news, "without it, what the rule asks for does not hold"))
        cause = Cause(
            article=replace(item.new.article, subject=subject),
            reading=item.reading,
            rule=rule,
            evidence=(),
            number=stored.number,
        )
        yield tell_change(turn, runtime, change, cause, now)


def retracted_merged(
    turn: Turn, runtime: Runtime, stored: Stored, item: Item, stays: Alert, now: datetime
) -> Iterator[AlertWrite]:
    """Alerts on the article which a merge closed for the one that stays; that one loses the severity it had of them."""
    rule, merged = runtime.rule_set.rule(stays.rule), turn.lifecycle.taken_in(stays.id)
    gone = [each for each in merged if each.article == item.new.article.id]
    if rule is None or not gone:
        return
    cause = Cause(article=item.new.article, reading=item.reading, rule=rule, evidence=(), number=stored.number)
    for alert in gone:
        yield tell_change(turn, runtime, retract(alert, item.new.article, now), cause, now)
    own = turn.lifecycle.own(stays.id)
    if own is None or stays.state != "open":
        return
    left = max((own, *(each.severity for each in merged if each not in gone)), key=lambda each: each.rank)
    if left.rank < stays.severity.rank:
        change = Change(alert=replace(stays, severity=left), reason=Reason.NOTHING_NEW, news=())
        yield tell_change(turn, runtime, change, replace(cause, evidence=stays.evidence), now)


def _is_step(rule: Rule, reading: Reading) -> bool:
    """Whether an article may be a step of the rule's sequence, its beginning included."""
    asked = rule.require
    if asked is None or asked.kind != "sequence":
        return False
    nodes = (rule.when, *(step.node for step in asked.steps if not step.denied))
    return any(look(node, reading).holds for node in nodes)
