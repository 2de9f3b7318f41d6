"""How alerts on series end: the clause may fire again, a point came, or a correction took back what fired.

Decides nothing: where a clause fires, and where it may fire again, is the core's to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from watcher.core.firing import Firing, Value, number_text
from watcher.core.model import Alert, Article, Reason
from watcher.core.rules.model import Rule
from watcher.core.telling.alerts import Change, closed
from watcher.core.text.reading import reading_of
from watcher.pipeline.judging.asking import ask, beside_no_firing
from watcher.pipeline.judging.fired import Asked, Fired, article_of, free, keep_article, subject_of
from watcher.pipeline.runtime import Runtime
from watcher.pipeline.telling.changes import Cause, tell_change
from watcher.stores.base import Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """A clause that fired at a moment, and no longer does: `values` are the points as they are now."""

    rule: Rule
    asked: Asked
    source: str
    at: datetime
    values: Sequence[Value]


def open_alert(turn: Turn, rule: Rule, subject: str) -> Alert | None:
    """The rule's alert on the series or clause, if it is open."""
    alert = turn.alerts.alerts([subject]).get((rule.id, subject))
    return alert if alert is not None and alert.state == "open" else None


def close(turn: Turn, rule: Rule, subject: str, now: datetime, detail: str, observation: int = 0) -> None:
    """End an open alert; nobody is told. A point of which no rule tells anything is no observation: 0."""
    alert = open_alert(turn, rule, subject)
    if alert is not None:
        turn.alerts.write(observation, [closed(alert, now, detail)], now)


def withdraw(turn: Turn, runtime: Runtime, what: Withdrawn, now: datetime) -> bool:
    """Take back what an alert told that is still open, and close it; whether somebody was told."""
    if what.rule.require is not None:
        return _uncount(turn, runtime, what, now)
    alert = open_alert(turn, what.rule, subject_of(what.rule, what.asked, what.source))
    if alert is None or not what.asked.path.startswith("when"):
        return False
    firing, article, words = _said(turn, runtime, what, now)
    stored = keep_article(turn, runtime, article, kind="point", at=min(what.at, now))
    after = replace(alert, state="closed", updated=now, occasions=alert.occasions + 1)
    change = Change(alert=after, reason=Reason.RETRACTED, news=(words,))
    cause = Cause(
        article=article,
        reading=replace(reading_of(article), about=firing),
        rule=what.rule,
        evidence=(),
        number=stored.number,
    )
    write = tell_change(turn, runtime, change, cause, now)
    turn.alerts.write(stored.observation, [write], now)
    return write.told


def _uncount(turn: Turn, runtime: Runtime, what: Withdrawn, now: datetime) -> bool:
    """Let what the rule requires count a firing no longer; whether somebody was told."""
    number = turn.firings.counted(what.rule.id, what.source, what.at)
    if number is None or not what.asked.path.startswith("when"):
        return False
    firing, article, _ = _said(turn, runtime, what, now)
    stored = keep_article(turn, runtime, article, kind="point", at=now)
    return ask(turn, runtime, what.rule, beside_no_firing(firing, article, stored, number, now))


def _said(turn: Turn, runtime: Runtime, what: Withdrawn, now: datetime) -> tuple[Firing, Article, str]:
    """What is said of it: the points as they are now, as a text of its own."""
    known = [each for each in what.values if each.at <= what.at]
    shown = [f"{number_text(each.value)} ({each.at:%Y-%m-%d})" for each in known[-max(what.asked.watch.times, 2) :]]
    words = f"points were corrected: {', '.join(shown) or 'none'}; it no longer fires"
    firing = Firing(source=what.source, at=what.at, words=((what.asked.watch, words),))
    last = known[-1].record if known else None
    found = Fired(rule=what.rule, firing=firing, asked=[what.asked], record=None, before=last, seen=now)
    return firing, free(turn, article_of(runtime, runtime.sources[what.source], found, what.asked)), words
