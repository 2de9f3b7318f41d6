"""What queries of routes, digests and silences may ask of an alert; it answers none."""

from __future__ import annotations

from datetime import datetime

from watcher.core.model import Alert, Article
from watcher.core.queries import AlertView
from watcher.core.rules.model import Rule
from watcher.core.telling.lifecycle import Handling, state_of
from watcher.core.telling.tellings import told_time
from watcher.core.text.reading import Reading, reading_of
from watcher.pipeline.runtime import Runtime
from watcher.stores.base import Turn


def view_of(
    alert: Alert, rule: Rule | None, article: Article, reading: Reading, handling: Handling, now: datetime | None = None
) -> AlertView:
    """An alert with the article that it rests on. Args: now - None where no snoozed alert comes. rule - None: gone."""
    snoozed = alert.state == "open" and now is not None and handling.snoozes(alert.severity, now) is not None
    return AlertView(
        rule=alert.rule if rule is None else rule.id,
        severity=alert.severity,
        event_type=None if rule is None else rule.event_type,
        state="snoozed" if snoozed else state_of(alert.state, handling, alert.severity),
        source=article.source,
        trust=article.trust,
        language=article.language,
        story=article.story,
        event_time=told_time(article),
        reading=reading,
    )


def stored_view(turn: Turn, runtime: Runtime, alert_id: str, now: datetime | None = None) -> AlertView | None:
    """An alert as it is stored; None if it or its article is not there any more."""
    found = turn.lifecycle.alert(alert_id)
    if found is None:
        return None
    alert, number = found
    rule = runtime.rule_set.rule(alert.rule)
    article = turn.matters.article(number)
    if article is None:
        return None
    reading = reading_of(article, brief=True)
    understander = runtime.rule_set.understander
    understood = turn.articles.understood(number, article.revision) if understander is not None else None
    if understander is not None and understood is not None:
        understander.recall(reading, understood)
    return view_of(alert, rule, article, reading, turn.lifecycle.handling(alert_id), now)
