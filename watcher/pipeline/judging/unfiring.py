"""How alerts on series end: the clause may fire again, a point came, or a correction took back what fired.

Decides nothing: where a clause fires, and where it may fire again, is the core's to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from watcher.core.firing import Firing, Value, number_text
from watcher.core.ledger import AlertWrite, Stored
from watcher.core.model import Alert, Article, Reason
from watcher.core.requirements.state import EPOCH
from watcher.core.rules.model import Rule
from watcher.core.telling.alerts import Change, closed, retract
from watcher.core.text.reading import reading_of
from watcher.pipeline.judging.asking import (
    STALE,
    Firings,
    Turned,
    ask,
    beside_less_firing,
    fired_no_more,
    is_step,
    judged_now,
    loses,
    standing,
)
from watcher.pipeline.judging.fired import (
    Asked,
    Fired,
    article_of,
    free,
    keep_article,
    news_of,
    subject_of,
    title_of,
)
from watcher.pipeline.runtime import Runtime
from watcher.pipeline.telling.changes import Cause, tell_change
from watcher.stores.base import Turn
from watcher.stores.firings import FiringItem


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


@dataclass(slots=True, kw_only=True)
class Uncounting:
    """What a rule's requirement counted of a series, held against its points as they are now."""

    turn: Turn
    runtime: Runtime
    before: Firings
    now: datetime

    def judge(self) -> tuple[int, frozenset[Asked]]:
        """Let firings count no longer that points do not bear out.

        Returns how many told somebody, and the clauses of whose newest firing nothing is left.
        """
        if not self.before.touched():
            return 0, frozenset()
        turned, since = self.before.turned(), min(self.before.came)
        gone = fired_no_more(self.before, turned, self._claimed)
        told = 0
        for item in self._items(since):
            if item.at >= since and not self._is_stale(item):
                left = standing(self.before, turned, item.at, self._claimed)
                told += self._less(item, left, turned)
        return told, gone

    def carried(self, asked: Asked) -> datetime | None:
        """The newest firing that the requirement keeps of a clause; it may be of an earlier form of the rule."""
        found = [each for each in self._items(EPOCH) if not self._is_stale(each)]
        return max((each.at for each in found if _clause(self.before, each) == asked), default=None)

    def _items(self, since: datetime) -> list[FiringItem]:
        """The firings that the requirement keeps, or that an alert of the rule rests on."""
        rule = self.before.rule
        memory = self.turn.requirements.memory({rule.id: rule.version})
        states = [memory.get(rule.id, key) for key in memory.keys(rule.id)]
        numbers = {each[1] for state in states for each in (*state.items, *state.known)}
        found = self.turn.firings.items(rule.id, self.before.source, since, numbers)
        return [replace(each, at=self._moment(each)) for each in found]

    def _moment(self, item: FiringItem) -> datetime:
        """The moment of its point: of one dated ahead of its first sight, which it is stored as of, by its day."""
        days = (each.at for each in self.before.records if item.at == item.seen < each.at)
        return next((at for at in days if item.title.endswith(f", {at:%Y-%m-%d}")), item.at)

    def _is_stale(self, item: FiringItem) -> bool:
        """Whether no point came in time then: that stays so, whatever comes later."""
        stale = [each for each in self.before.fired if each.watch.way == STALE]
        return any(item.title.endswith(f": {title_of(each, item.at)}") for each in stale)

    def _claimed(self, at: datetime) -> bool:
        return self.turn.firings.counted(self.before.rule.id, self.before.source, at) is not None

    def _less(self, item: FiringItem, left: Firing, turned: Turned) -> bool:
        """Count it as what is left of it, and take back what was told of more; whether somebody was told."""
        rule = self.before.rule
        asked = _clause(self.before, item)
        what = Withdrawn(rule=rule, asked=asked, source=self.before.source, at=item.at, values=turned[asked][0])
        _, article, _ = _said(self.turn, self.runtime, what, self.now)
        judgement = judged_now(self.runtime, self.before, left, self.now)
        found = Fired(rule=rule, firing=left, asked=(), record=None, before=None, seen=self.now)
        less = beside_less_firing(found, article, judgement, Stored(number=0, observation=0), item.number)
        resting = [] if is_step(rule, less.reading) else self._resting(item)
        if not resting and not loses(self.turn, self.runtime, rule, less):
            return False
        stored = keep_article(self.turn, self.runtime, article, kind="point", at=self.now)
        told = ask(self.turn, self.runtime, rule, replace(less, stored=stored))
        cause = Cause(article=article, reading=less.reading, rule=rule, evidence=(), number=stored.number)
        writes = [self._retracted(alert, cause) for alert in resting]
        self.turn.alerts.write(stored.observation, writes, self.now)
        return told or any(each.told for each in writes)

    def _resting(self, item: FiringItem) -> list[Alert]:
        """The alerts of courses that are over which rest on it; those under way the requirement takes back itself."""
        rule = self.before.rule
        if rule.require is None or rule.require.kind != "sequence":
            return []
        subjects = [subject for name, subject in self.turn.lifecycle.resting(item.number) if name == rule.id]
        found = self.turn.alerts.alerts(subjects)
        return [found[rule.id, each] for each in subjects if (rule.id, each) in found]

    def _retracted(self, alert: Alert, cause: Cause) -> AlertWrite:
        change = retract(alert, cause.article, self.now)
        news = (*news_of(cause.article)[-1:], "without it, what the rule asks for does not hold")
        cause = replace(cause, article=replace(cause.article, subject=alert.subject))
        return tell_change(self.turn, self.runtime, replace(change, news=news), cause, self.now)


def _clause(before: Firings, item: FiringItem) -> Asked:
    """The clause that the item was told by: its title says which."""
    asked = [each for each in before.fired if each.watch.way != STALE]
    return next((each for each in asked if item.title.endswith(f": {title_of(each, item.at)}")), asked[0])


def _said(turn: Turn, runtime: Runtime, what: Withdrawn, now: datetime) -> tuple[Firing, Article, str]:
    """What is said of it: the points as they are now, as a text of its own."""
    known = [each for each in what.values if each.at <= what.at]
    shown = [f"{number_text(each.value)} ({each.at:%Y-%m-%d})" for each in known[-max(what.asked.watch.times, 2) :]]
    words = f"points were corrected: {', '.join(shown) or 'none'}; it no longer fires"
    firing = Firing(source=what.source, at=what.at, words=((what.asked.watch, words),))
    last = known[-1].record if known else None
    found = Fired(rule=what.rule, firing=firing, asked=[what.asked], record=None, before=last, seen=now)
    return firing, free(turn, article_of(runtime, runtime.sources[what.source], found, what.asked)), words
