"""Alerts taken back because an article no longer says what they rest on, and what stands again when one is.

It knows alerts of a sequence that was told, and those that were merged. Decides nothing: whether a step still holds is
the condition's to say, which alert stands the core's. While a course is under way the requirement takes
its steps back itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from watcher.core.ledger import AlertWrite, Stored
from watcher.core.model import Alert, Article, ArticleId, Evidence, Reason, RuleId
from watcher.core.rules.evaluate import look
from watcher.core.rules.model import Rule
from watcher.core.telling.alerts import Change, retract, stand_again, successor
from watcher.core.text.reading import Reading, reading_of
from watcher.pipeline.judging.items import LIVE, Item
from watcher.pipeline.runtime import Runtime
from watcher.pipeline.telling.changes import Cause, tell_change
from watcher.stores.base import Turn

Said = Mapping[ArticleId, Mapping[RuleId, tuple[Evidence, ...]]]
"""By article and rule, what matches in the articles of a turn."""


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


def standing_again(turn: Turn, runtime: Runtime, ended: Alert, said: Said, now: datetime) -> AlertWrite | None:
    """The alert that a merge closed for one that is taken back, and whose own article still stands, raised again.

    It trades its subject for the other's, so that the next article of the story finds it. Args: said - what articles
    of this turn say by now, by rule; of all others what is stored counts.
    """
    rule = runtime.rule_set.rule(ended.rule)
    merged = turn.lifecycle.taken_in(ended.id)
    if rule is None or not merged:
        return None
    rests = {each.id: found for each in merged if (found := _rests(turn, each, said)) is not None}
    says = {(each.rule, each.article) for each in merged if each.id in rests}
    stands = successor(merged, says, turn.lifecycle.raised(ended.id) or ended.raised)
    if stands is None:
        return None
    number, article, evidence = rests[stands.id]
    turn.lifecycle.trade(ended.id, stands.id, now)
    change = stand_again(stands, ended, now, evidence=evidence)
    cause = Cause(
        article=replace(article, subject=ended.subject),
        reading=_reading(turn, runtime, number, article),
        rule=rule,
        evidence=change.alert.evidence,
        number=number,
    )
    return tell_change(turn, runtime, change, cause, now)


def _rests(turn: Turn, alert: Alert, said: Said) -> tuple[int, Article, tuple[Evidence, ...]] | None:
    """The article that an alert rests on and what in it matches by now; None if nothing does or it isn't kept."""
    found = turn.lifecycle.alert(alert.id)
    article = None if found is None else turn.matters.article(found[1])
    if found is None or article is None:
        return None
    if article.id in said:
        here = said[article.id].get(alert.rule)
        return None if here is None else (found[1], article, here)
    prior = turn.alerts.prior(found[1]).get(alert.rule)
    return None if prior is None else (found[1], article, prior.evidence)


def _reading(turn: Turn, runtime: Runtime, number: int, article: Article) -> Reading:
    """A stored article as routes ask of it."""
    reading = reading_of(article, brief=True)
    understander = runtime.rule_set.understander
    understood = turn.articles.understood(number, article.revision) if understander is not None else None
    if understander is not None and understood is not None:
        understander.recall(reading, understood)
    return reading


def _is_step(rule: Rule, reading: Reading) -> bool:
    """Whether an article may be a step of the rule's sequence, its beginning included."""
    asked = rule.require
    if asked is None or asked.kind != "sequence":
        return False
    nodes = (rule.when, *(step.node for step in asked.steps if not step.denied))
    return any(look(node, reading).holds for node in nodes)
