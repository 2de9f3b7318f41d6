"""What people do in a time line, done as commands do it; it decides nothing and knows no file."""

from __future__ import annotations

from datetime import datetime

from watcher.core.articles.identity import keys_of
from watcher.core.rules.timelines import ArticleStep, Deed, SilenceStep, SnoozeStep
from watcher.core.telling.lifecycle import Silence
from watcher.pipeline.telling.lifecycle import acknowledge, silence_id, snooze
from watcher.stores.sqlite import SqliteTurn
from watcher.stores.sqlite.alert_lists import on_article
from watcher.stores.sqlite.happenings import HappeningTable

_HOW = "test"


def done(turn: SqliteTurn, does: Deed, article: ArticleStep | None, now: datetime) -> str:
    """Do it at that moment; returns what keeps it from being done, or nothing."""
    if isinstance(does, SilenceStep):
        turn.silences.add(
            Silence(
                id=silence_id(does.query, does.who, now),
                query=does.query,
                author=does.who,
                reason=does.reason,
                begins=now,
                until=does.until,
            )
        )
        return ""
    alerts = _alerts(turn, article, does.rule)
    for alert in alerts:
        if isinstance(does, SnoozeStep):
            snooze(turn, alert, does.who, now, _HOW, until=does.until)
        else:
            acknowledge(turn, alert, does.who, now, _HOW)
    rule = f" of rule {does.rule}" if does.rule else ""
    return "" if alerts else f"there is no open alert{rule} on {does.alert}"


def _alerts(turn: SqliteTurn, article: ArticleStep | None, rule: str | None) -> list[str]:
    """The open alerts that rest on the article or are about its story."""
    if article is None:
        return []
    (key, *_) = keys_of(guid=article.id, link=None, title="", published=None)
    found = HappeningTable(turn.db).article_by_key(article.source, key)
    return [] if found is None else on_article(turn.db, found[0], found[1], rule)
