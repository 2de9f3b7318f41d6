"""What rules on series and health require over time, judged again over what happened, in order; nothing is stored.

Decides nothing itself: what a requirement makes of an item or a timer is the core's to say, as in the live run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from watcher.core.model import Alert, Article, Match, Reason
from watcher.core.requirements.running import Course
from watcher.core.requirements.sighting import Sighting
from watcher.core.requirements.state import Plain, Ruling
from watcher.core.rules.evaluate import Judgement
from watcher.core.rules.model import Rule
from watcher.core.telling.alerts import judge, judge_revision
from watcher.pipeline.judging.asking import Beside, is_step, sighting_beside
from watcher.pipeline.judging.requiring import weightiest
from watcher.stores.sqlite.replaying import Replayed, ReplayTable
from watcher.stores.sqlite.shadow import BEYOND


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """What happened to one rule: an item for what it requires, or the end of an alert on a subject."""

    at: datetime
    what: Beside | None = None
    ends: str = ""


@dataclass(slots=True, kw_only=True)
class Asking:
    """One rule with a requirement, and all that happened to it. `kind` is that of its observations in the live run."""

    rule: Rule
    kind: str
    table: ReplayTable
    happened: list[Happened] = field(default_factory=list)
    _alerts: dict[str, Alert] = field(default_factory=dict)
    _articles: dict[int, Article] = field(default_factory=dict)
    _behind: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def add(self, what: Beside) -> int:
        """One more item, numbered in the order of coming where it has no number yet; returns the number."""
        number = what.number or len(self.happened) + 1
        self.happened.append(Happened(at=what.seen, what=replace(what, number=number)))
        return number

    def replay(self, until: datetime) -> Iterator[Replayed]:
        """What the requirement makes of all of it, and of every timer up to there."""
        course = Course([self.rule], Plain())
        for each in sorted(self.happened, key=lambda one: one.at):
            for ruling in course.until(each.at):
                yield from self._timed(ruling)
            if each.what is not None:
                yield from self._taken(course, each.what)
            elif (alert := self._alerts.get(each.ends)) is not None:
                self._alerts[each.ends] = replace(alert, state="closed")
        for ruling in course.until(until):
            yield from self._timed(ruling)

    def _taken(self, course: Course, what: Beside) -> Iterator[Replayed]:
        sighting, match = sighting_beside(what), what.match
        if not what.back:
            self._articles[sighting.number] = what.article
        judged = _judged(self.rule, match)
        outcomes: list[tuple[Reason, str]] = []
        severity = "" if match is None else match.severity.value
        for ruling in course.take(sighting, judged):
            yield from self._closed(ruling, sighting)
            if ruling.withdrawn:
                continue
            if ruling.reason is not None:
                outcomes.append((ruling.reason, what.article.subject))
                continue
            outcomes.append((self._told(ruling, match, what.article), ruling.subject))
            severity = severity or ruling.severity.value
        if what.back:
            yield from self._taken_back(what)
        if outcomes:
            reason, subject = weightiest(outcomes)
            told = reason in {Reason.RAISED, Reason.SEVERITY_RAISED, Reason.UPDATED, Reason.NOTHING_NEW}
            if told or match is not None:
                yield self._said(subject, sighting.seen, reason, severity, what.article, timed=False)

    def _taken_back(self, what: Beside) -> Iterator[Replayed]:
        """The alerts of courses that are over which rest on what is no step of any."""
        asked = self.rule.require
        if asked is None or asked.kind != "sequence" or is_step(self.rule, what.reading):
            return
        for subject, behind in self._behind.items():
            alert = self._close(subject) if what.number in behind else None
            if alert is not None:
                article = replace(self._articles[what.number], title="points were corrected")
                yield self._said(subject, what.seen, Reason.RETRACTED, alert.severity.value, article, timed=False)

    def _timed(self, ruling: Ruling) -> Iterator[Replayed]:
        for subject in ruling.closes:
            self._close(subject)
        article = self._articles.get(ruling.number)
        if ruling.reason is None and article is not None:
            reason = self._told(ruling, None, article)
            yield self._said(ruling.subject, ruling.at, reason, ruling.severity.value, article, timed=True)

    def _told(self, ruling: Ruling, match: Match | None, article: Article) -> Reason:
        """The alert that a requirement which holds raises or goes on with."""
        match = match or Match(
            rule=self.rule.id, rule_version=self.rule.version, severity=ruling.severity, evidence=ruling.evidence
        )
        about, before = replace(article, subject=ruling.subject), self._alerts.get(ruling.subject)
        news = (ruling.says,) if ruling.fires and ruling.says else ()
        if before is not None and before.state == "open":
            change = judge_revision(before, match, about, ruling.at, news=news)
        else:
            change = judge(before, match, about, ruling.at)
        self._alerts[ruling.subject] = change.alert
        self._behind[ruling.subject] = (*self._behind.get(ruling.subject, ()), *ruling.behind)
        return change.reason

    def _closed(self, ruling: Ruling, sighting: Sighting) -> Iterator[Replayed]:
        """The alerts whose episode has ended; told where an item that they rest on was taken back."""
        for subject in ruling.closes:
            alert = self._close(subject)
            if alert is not None and ruling.withdrawn:
                article = replace(self._articles[sighting.number], title="points were corrected")
                yield self._said(subject, sighting.seen, Reason.RETRACTED, alert.severity.value, article, timed=False)

    def _close(self, subject: str) -> Alert | None:
        alert = self._alerts.get(subject)
        if alert is None or alert.state != "open":
            return None
        self._alerts[subject] = replace(alert, state="closed")
        return alert

    def _said(
        self, subject: str, at: datetime, reason: Reason, severity: str, article: Article, *, timed: bool
    ) -> Replayed:
        then = None
        if reason is not Reason.RETRACTED:
            stated = at if timed else article.published or at
            then = self.table.told_of("timer" if timed else self.kind, article.source, stated, self.rule.id)
        return Replayed(
            rule=self.rule.id,
            subject=subject,
            severity=severity,
            reason=reason.value,
            at=at,
            row=0,
            observation=BEYOND,
            title=article.title,
            story="",
            timed=timed,
            then=then,
        )


def _judged(rule: Rule, match: Match | None) -> Mapping[str, Judgement]:
    if match is None:
        return {}
    return {rule.id: Judgement(matched=True, severity=match.severity, evidence=match.evidence)}


def replayed_asking(every: Sequence[Asking], until: datetime) -> list[Replayed]:
    """What all of them come to."""
    return [each for asking in every for each in asking.replay(until)]
