"""What became of a date that people were reminded of: they are told, and nothing more is said of that date.

Decides nothing: that the date moved, or what came of it, is the calendar's to say. Runs in the turn of the article that
says so.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from watcher.core.calendar.deciding import Step
from watcher.core.calendar.words import fate_words
from watcher.core.ledger import Stored
from watcher.core.model import Evidence
from watcher.core.telling.alerts import ended
from watcher.pipeline.judging.verdicts import LIVE, Item
from watcher.pipeline.runtime import Runtime
from watcher.pipeline.telling.changes import Cause, tell_change
from watcher.stores.base import Turn


def tell_fate(turn: Turn, runtime: Runtime, step: Step, at: Stored, item: Item, now: datetime) -> None:
    """Tell everybody who was reminded of the entry what became of it, and close their alerts.

    Of an article that is history nobody is told, and the alert stays open.
    """
    if item.new.mark != LIVE:
        return
    words = fate_words(step.entry)
    article = replace(item.new.article, subject=step.entry.subject, title=f"{words}: {item.new.article.title}")
    evidence = _evidence(step, item)
    for (name, _), alert in sorted(turn.alerts.alerts([article.subject]).items()):
        rule = runtime.rule_set.rule(name)
        if alert.state == "open" and rule is not None and rule.mode != "paused":
            cause = Cause(article=article, reading=item.reading, rule=rule, evidence=evidence, number=at.number)
            change = ended(alert, article, now, evidence=evidence, news=(words,))
            turn.alerts.write(at.observation, [tell_change(turn, runtime, change, cause, now)], now)


def _evidence(step: Step, item: Item) -> tuple[Evidence, ...]:
    """The words that say it; none where an article no longer states the date."""
    said = step.statement
    if said is None:
        return ()
    quote = item.new.article.text[said.start : said.end]
    zone = item.reading.zone_at(said.start)
    return (
        Evidence(
            clause="", says=f"calendar: {step.entry.kind}", start=said.start, end=said.end, zone=zone, quote=quote
        ),
    )
