"""How alerts on series end: the clause may fire again, a point came, or a correction took back what fired.

Decides nothing: where a clause fires, and where it may fire again, is the core's to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from watcher.core.firing import Firing, Turning, Value, Watch, number_text
from watcher.core.ledger import AlertWrite, Decision
from watcher.core.model import Alert, Reason
from watcher.core.rules.model import Rule
from watcher.core.telling.alerts import Change
from watcher.core.text.reading import reading_of
from watcher.core.values import before
from watcher.pipeline.fired import Asked, Fired, article_of, free, keep_article, subject_of
from watcher.pipeline.runtime import Runtime
from watcher.pipeline.telling import Cause, tell_change
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
    if alert is None:
        return
    decision = Decision(
        alert=alert.id, change=Reason.CLOSED, way="alert", reason=Reason.CLOSED, detail=detail, occasion=None
    )
    write = AlertWrite(alert=replace(alert, state="closed", updated=now), number=0, decisions=(decision,))
    turn.alerts.write(observation, [write], now)


def gone(
    watch: Watch,
    turned: Sequence[Turning],
    fired: datetime,
    came: Sequence[datetime],
    values: Sequence[Value],
    *,
    cut: bool,
) -> bool:
    """Whether points that came took back the newest firing, and none took its place.

    Where the values are `cut`, what armed the clause may lie before them: a firing at their beginning stands.
    """
    if min(came) > fired or any(each.at > fired for each in turned):
        return False
    if cut and (len(values) <= watch.times or values[watch.times].at > before(fired, watch.span)):
        return False
    standing = [each for each in turned if each.at <= fired]
    return not standing or not standing[-1].fires


def withdraw(turn: Turn, runtime: Runtime, what: Withdrawn, now: datetime) -> bool:
    """Take back what an alert told that is still open, and close it; whether somebody was told."""
    alert = open_alert(turn, what.rule, subject_of(what.rule, what.asked, what.source))
    if alert is None or not what.asked.path.startswith("when"):
        return False
    known = [each for each in what.values if each.at <= what.at]
    shown = [f"{number_text(each.value)} ({each.at:%Y-%m-%d})" for each in known[-max(what.asked.watch.times, 2) :]]
    words = f"points were corrected: {', '.join(shown) or 'none'}; it no longer fires"
    firing = Firing(source=what.source, at=what.at, words=((what.asked.watch, words),))
    last = known[-1].record if known else None
    found = Fired(rule=what.rule, firing=firing, asked=[what.asked], record=None, before=last, seen=now)
    article = free(turn, article_of(runtime, runtime.sources[what.source], found, what.asked))
    stored = keep_article(turn, runtime, article, kind="point", at=min(what.at, now))
    closed = replace(alert, state="closed", updated=now, occasions=alert.occasions + 1)
    change = Change(alert=closed, reason=Reason.RETRACTED, news=(words,))
    cause = Cause(
        article=article,
        reading=replace(reading_of(article), about=firing),
        rule=what.rule,
        evidence=(),
        number=stored.number,
    )
    write = tell_change(turn, runtime, change, cause, now)
    turn.alerts.write(stored.observation, [write], now)
    return any(each.occasion for each in write.decisions)
