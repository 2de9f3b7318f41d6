"""Rules on the health of sources, judged when an event of it is told: alerts instead of the plain notice.

Decides nothing: what happened to a source is the core's to say, and whether a rule takes it, the rule's.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from watcher.core.ledger import AlertWrite, Decision, Judged, Stored
from watcher.core.model import Alert, Article, Match, OccasionId, Reason
from watcher.core.rules.evaluate import judge as judge_rule
from watcher.core.rules.evaluate import look
from watcher.core.rules.model import Rule
from watcher.core.telling.alerts import Change, closed, judge_news
from watcher.core.telling.messages import NoticeMessage
from watcher.core.text.reading import Reading, reading_of
from watcher.core.watching.episodes import HealthEvent
from watcher.core.watching.states import RECOVERED, state_of
from watcher.pipeline.judging.asking import ask, beside_health
from watcher.pipeline.judging.fired import keep_article, said_article
from watcher.pipeline.runtime import Runtime
from watcher.pipeline.telling.changes import Cause, tell_change
from watcher.stores.base import Turn

HEALTH = "health"
_WILL_TELL = frozenset({Reason.TOLD, Reason.WAITING, Reason.QUIET})
_NOTICE = "notice"


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthTold:
    """Where rules told of an event: the channels, and one occasion of it; None where none is told yet."""

    channels: frozenset[str]
    occasion: OccasionId | None


def judge_health(turn: Turn, runtime: Runtime, event: HealthEvent, message: NoticeMessage) -> HealthTold | None:
    """Judge the rules on sources' health; where they told of it, None if no rule took it."""
    state = state_of(event)
    rules = [rule for rule in runtime.rule_set.rules if rule.subject == HEALTH and rule.mode != "paused"]
    if state is None or not rules:
        return None
    source = runtime.sources[event.source]
    article = said_article(
        runtime,
        source,
        title=message.title,
        fields=(("state", state), *((f"line {number}", line) for number, line in enumerate(message.lines, 1))),
        key=f"health:{event.kind}",
        subject=f"source:{event.source}",
        at=event.at,
        seen=event.at,
    )
    judging = _Judging(turn=turn, runtime=runtime, event=event, state=state, article=article)
    for rule in rules:
        judging.judge(rule)
    return judging.store()


@dataclass(slots=True, kw_only=True)
class _Judging:
    """One event on its way through the rules."""

    turn: Turn
    runtime: Runtime
    event: HealthEvent
    state: str
    article: Article
    stored: Stored | None = None
    writes: list[AlertWrite] = field(default_factory=list)
    closings: list[AlertWrite] = field(default_factory=list)
    judged: list[Judged] = field(default_factory=list)

    def judge(self, rule: Rule) -> None:
        """What the event does to the rule's alert on the source."""
        reading = replace(reading_of(self.article), about=self.event)
        judgement = judge_rule(rule, reading)
        subject = self.article.subject
        existing = self.turn.alerts.alerts([subject]).get((rule.id, subject))
        if not judgement.matched or judgement.severity is None:
            if rule.require is not None and any(look(node, reading).holds for node in rule.require.nodes):
                self.stored = self.stored or self._kept()
                self._ask(rule, reading, None, self.stored)
            if self.state == RECOVERED and existing is not None and existing.state == "open":
                # The source is well again, and the rule does not ask to be told of that.
                self.closings.append(closed(existing, self.event.at, RECOVERED))
            return
        self.stored = self.stored or self._kept()
        match = Match(rule=rule.id, rule_version=rule.version, severity=judgement.severity, evidence=judgement.evidence)
        if rule.require is not None:
            self._ask(rule, reading, match, self.stored)
            return
        change = self._change(existing, match)
        cause = Cause(
            article=self.article, reading=reading, rule=rule, evidence=match.evidence, number=self.stored.number
        )
        write = tell_change(self.turn, self.runtime, change, cause, self.event.at)
        if any(each.reason in _WILL_TELL for each in write.decisions):
            instead = Decision(
                alert=change.alert.id,
                change=change.reason,
                way=_NOTICE,
                reason=Reason.HIDDEN,
                detail="the alert says it: no plain notice of it goes to the same channels",
                occasion=None,
            )
            write = replace(write, decisions=(*write.decisions, instead))
        self.writes.append(write)
        self.judged.append(Judged(match=match, reason=change.reason, alert=change.alert.id))

    def _kept(self) -> Stored:
        return keep_article(self.turn, self.runtime, self.article, kind=HEALTH, at=self.event.at)

    def _ask(self, rule: Rule, reading: Reading, match: Match | None, stored: Stored) -> None:
        """What the rule's requirement makes of it; the plain notice of the event says another thing, and stays."""
        what = beside_health(self.event, self.article, reading, match, stored)
        ask(self.turn, self.runtime, rule, what)

    def _change(self, existing: Alert | None, match: Match) -> Change:
        """Raised or updated; what is over is told and closed at once."""
        news = (f"{self.event.source} is {self.state}", *([self.event.detail] if self.event.detail else ()))
        change = judge_news(existing, match, self.article, self.event.at, news=news)
        if self.state != RECOVERED:
            return change
        return replace(change, alert=replace(change.alert, state="closed"))

    def store(self) -> HealthTold | None:
        """Put all of it down; where it is told, None if no rule took it or nobody is told."""
        observation = 0 if self.stored is None else self.stored.observation
        self.turn.alerts.write(observation, self.closings, self.event.at)
        if self.stored is None:
            return None
        self.turn.alerts.add_matches(self.stored.observation, self.judged)
        self.turn.alerts.write(self.stored.observation, self.writes, self.event.at)
        decisions = [each for write in self.writes for each in write.decisions]
        routes = [each.way.partition(":")[2] for each in decisions if each.reason in _WILL_TELL]
        channels = frozenset(
            name for route in routes if route in self.runtime.routes for name in self.runtime.routes[route].channels
        )
        occasion = next((OccasionId(each.occasion) for each in decisions if each.occasion is not None), None)
        return HealthTold(channels=channels, occasion=occasion) if channels else None
