"""The alerts of a replay of what no article tells: points of series and the health of sources; nothing is stored.

Decides nothing itself: whether an alert is raised or updated is the core's to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from watcher.core.model import Alert, Article, Match, Reason
from watcher.core.rules.evaluate import judge
from watcher.core.rules.model import Rule
from watcher.core.telling.alerts import judge_news
from watcher.core.text.reading import Reading
from watcher.stores.sqlite.replaying import Replayed, ReplayTable
from watcher.stores.sqlite.shadow import BEYOND


@dataclass(slots=True, kw_only=True)
class Alerts:
    """The alerts on one source by rule and subject. `kind` is that of its observations in the live run."""

    kind: str
    source: str
    table: ReplayTable
    _found: dict[tuple[str, str], Alert] = field(default_factory=dict)

    def judged(
        self, rule: Rule, article: Article, reading: Reading, at: datetime, news: tuple[str, ...]
    ) -> Iterator[Replayed]:
        """What the rule makes of it; nothing where it does not match."""
        judgement = judge(rule, reading)
        if not judgement.matched or judgement.severity is None:
            return
        match = Match(rule=rule.id, rule_version=rule.version, severity=judgement.severity, evidence=judgement.evidence)
        change = judge_news(self._found.get((rule.id, article.subject)), match, article, at, news=news)
        self._found[rule.id, article.subject] = change.alert
        then = self.table.told_of(self.kind, self.source, article.published or at, rule.id)
        yield _said(rule, article.subject, at, change.reason, judgement.severity.value, article.title, then)

    def taken_back(self, rule: Rule, subject: str, at: datetime) -> Iterator[Replayed]:
        """An open alert that points, corrected, no longer bear out."""
        alert = self.close(rule, subject)
        if alert is not None:
            title = f"{self.source}: points were corrected"
            yield _said(rule, subject, at, Reason.RETRACTED, alert.severity.value, title, None)

    def close(self, rule: Rule, subject: str) -> Alert | None:
        """End an open alert; the alert, if there was one."""
        alert = self._found.get((rule.id, subject))
        if alert is None or alert.state != "open":
            return None
        self._found[rule.id, subject] = replace(alert, state="closed")
        return alert


def _said(
    rule: Rule,
    subject: str,
    at: datetime,
    reason: Reason,
    severity: str,
    title: str,
    then: tuple[str, tuple[str, ...]] | None,
) -> Replayed:
    return Replayed(
        rule=rule.id,
        subject=subject,
        severity=severity,
        reason=reason.value,
        at=at,
        row=0,
        observation=BEYOND,
        title=title,
        story="",
        timed=False,
        then=then,
    )
