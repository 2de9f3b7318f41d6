"""A story that was split off by hand, judged by the rules as they are now; says where it was split from.

Runs in the transaction that splits, so that a story is never left unjudged. History stays history: it alerts nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from watcher.core.ledger import Judged
from watcher.core.model import Article, Match, Reason
from watcher.core.telling.alerts import Change, alert_id, judge
from watcher.core.text.reading import Reading, reading_of
from watcher.pipeline.judging.verdicts import BACKFILL, FIRST_SIGHT, LIVE
from watcher.pipeline.runtime import Runtime
from watcher.pipeline.telling.changes import Cause, tell_change
from watcher.stores.base import Turn

_HELD = {FIRST_SIGHT: Reason.FIRST_SIGHT, BACKFILL: Reason.BACKFILL}


class Observed(Protocol):
    """An article with its row and new observation; `mark` is live, first_sight or backfill."""

    @property
    def article(self) -> Article: ...  # noqa: D102
    @property
    def number(self) -> int: ...  # noqa: D102
    @property
    def observation(self) -> int: ...  # noqa: D102
    @property
    def mark(self) -> str: ...  # noqa: D102


def judge_split(
    turn: Turn, runtime: Runtime, articles: Sequence[Observed], old_headline: str, now: datetime
) -> tuple[Change, ...]:
    """Judge the articles of a story that was split off; returns what became of its alerts and was told."""
    told = []
    for observed in articles:
        rows: list[Judged] = []
        reading = _reading(turn, runtime, observed)
        for match in _matches(runtime, reading):
            if observed.mark != LIVE:
                rows.append(Judged(match=match, reason=_HELD[observed.mark], alert=None))
                continue
            change = _change(turn, match, observed.article, old_headline, now)
            _tell(turn, runtime, change, match, observed, reading, now)
            rows.append(Judged(match=match, reason=change.reason, alert=change.alert.id))
            if change.told:
                told.append(change)
        turn.alerts.add_matches(observed.observation, rows)
    return tuple(told)


def _reading(turn: Turn, runtime: Runtime, observed: Observed) -> Reading:
    """The article by its stored reading: what it says must not change because a person moved it."""
    reading = reading_of(observed.article, brief=True)
    understander = runtime.rule_set.understander
    stored = turn.articles.understood(observed.number, observed.article.revision) if understander is not None else None
    if understander is not None and stored is not None:
        understander.recall(reading, stored)
    return reading


def _matches(runtime: Runtime, reading: Reading) -> list[Match]:
    return [
        Match(rule=rule.id, rule_version=rule.version, severity=judgement.severity, evidence=judgement.evidence)
        for rule, judgement in runtime.rules.judge_all(reading)
        if judgement.matched and judgement.severity is not None and rule.mode != "paused"
    ]


def _change(turn: Turn, match: Match, article: Article, old_headline: str, now: datetime) -> Change:
    existing = turn.alerts.alerts([article.subject]).get((match.rule, article.subject))
    change = judge(existing, match, article, now)
    if existing is not None:
        return change
    while turn.alerts.taken(change.alert.id):
        change = replace(change, alert=replace(change.alert, id=alert_id(change.alert.id, change.alert.subject)))
    return replace(change, news=(f"split from: {old_headline}", *change.news))


def _tell(
    turn: Turn, runtime: Runtime, change: Change, match: Match, observed: Observed, reading: Reading, now: datetime
) -> None:
    rule = runtime.rule_set.rule(match.rule)
    assert rule is not None  # it has just matched
    cause = Cause(
        article=observed.article,
        reading=reading,
        rule=rule,
        evidence=match.evidence,
        number=observed.number,
    )
    turn.alerts.write(observed.observation, [tell_change(turn, runtime, change, cause, now)], now)
