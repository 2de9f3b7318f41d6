"""What rules ask over time, within a store's turn: items and timers go to the core, alerts come of what it says.

Decides nothing: what a requirement makes of an item or a timer is the core's to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeVar

from watcher.core.ledger import AlertWrite, Judged, Stored
from watcher.core.matters.model import Transition
from watcher.core.model import (
    Alert,
    Article,
    Evidence,
    Match,
    Reason,
    RuleId,
)
from watcher.core.requirements.running import Course, key_of
from watcher.core.requirements.sighting import Sighting
from watcher.core.requirements.state import Ruling
from watcher.core.rules.evaluate import Judgement
from watcher.core.rules.evaluate import judge as judge_rule
from watcher.core.rules.holding import depths_of
from watcher.core.rules.model import Rule
from watcher.core.telling.alerts import Change, closed, judge, judge_revision, retract
from watcher.core.text.reading import reading_of
from watcher.core.understanding.understander import Understander
from watcher.pipeline.judging.fired import news_of
from watcher.pipeline.judging.items import LIVE, Item
from watcher.pipeline.judging.sightings import Came, pruned, sighting_of, when_of
from watcher.pipeline.runtime import Runtime
from watcher.pipeline.telling.changes import Cause, Pouring, tell_change
from watcher.stores.base import Store, Turn

_Of = TypeVar("_Of")
Alerts = dict[tuple[str, str], Alert]
"""Alerts by (rule, subject)."""
_LATE = timedelta(hours=1)
"""What is told so long after it was due says so."""
_TEXTS = frozenset({"article", "table", "matter"})
_SHOWN = 8
"""Items that a message names at most as what met a requirement."""
_WEIGHT = (
    *(Reason.RAISED, Reason.SEVERITY_RAISED, Reason.UPDATED, Reason.NOTHING_NEW),
    *(Reason.NOT_YET, Reason.LEARNING, Reason.NO_KEY, Reason.LATE),
)
"""Of several keys, the one Reason that an item is stored with: the first of these."""


def weightiest(outcomes: Iterable[tuple[Reason, _Of]]) -> tuple[Reason, _Of]:
    """Of what several keys come to, what the item is stored with."""
    return min(outcomes, key=lambda each: _WEIGHT.index(each[0]))


def versions_of(runtime: Runtime) -> Mapping[str, str]:
    """The rules that ask anything over time, with the version of each."""
    return {rule.id: rule.version for rule in asking(runtime)}


def asking(runtime: Runtime) -> tuple[Rule, ...]:
    """The rules that ask anything over time and are judged at all."""
    return tuple(rule for rule in runtime.rule_set.rules if rule.require is not None and rule.mode != "paused")


def asking_of_texts(runtime: Runtime) -> tuple[Rule, ...]:
    """Those that judge articles, rows and matters.

    The timers of the others wait for what happens besides: an article that comes first must not get ahead of it.
    """
    return tuple(rule for rule in asking(runtime) if rule.subject in _TEXTS)


async def require_due(store: Store, runtime: Runtime, now: datetime, most: int | None = None) -> int:
    """Judge every timer that is due, or so many; returns how many alerts told somebody."""
    versions = versions_of(runtime)
    if not versions or not await store.read(lambda turn: turn.requirements.is_due(versions, now)):
        return 0
    return await store.write(lambda turn: _until(turn, runtime, now, most))


def _until(turn: Turn, runtime: Runtime, now: datetime, most: int | None) -> int:
    requiring = Requiring.of(turn, runtime, {})
    return 0 if requiring is None else requiring.until(now, most)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What requirements made of one item: the matches to store, and alerts in their new state."""

    rows: list[Judged] = field(default_factory=list)
    writes: list[AlertWrite] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Requiring:
    """The requirements of the rules within one turn. `alerts` are those that the turn has loaded so far."""

    turn: Turn
    runtime: Runtime
    course: Course
    understander: Understander | None
    alerts: Alerts

    @classmethod
    def of(cls, turn: Turn, runtime: Runtime, alerts: Alerts, rules: Sequence[Rule] | None = None) -> Requiring | None:
        """None where none of the rules asks anything over time. Args: rules - all that ask, unless these are given."""
        rules = asking(runtime) if rules is None else rules
        if not rules:
            return None
        understander = runtime.rule_set.understander
        versions: dict[str, str] = {rule.id: rule.version for rule in rules}
        course = Course(rules, turn.requirements.memory(versions), understander)
        return cls(turn=turn, runtime=runtime, course=course, understander=understander, alerts=alerts)

    def until(self, at: datetime, most: int | None = None) -> int:
        """Judge all timers up to a moment, or so many; returns how many told somebody."""
        return sum(self._timed(ruling, at) for ruling in self.course.until(at, most))

    def judge(
        self,
        stored: Stored,
        item: Item,
        found: Iterable[tuple[Rule, Match]],
        pouring: Pouring | None,
        now: datetime,
        own: Sighting | None = None,
    ) -> Made:
        """One item: what its matches come to by what their rules require, and what it does for others.

        Args: own - what it is to requirements, where it is no text: a point, a state, a date.
        """
        matches = {rule.id: match for rule, match in found if rule.require is not None}
        judged: dict[str, Judgement] = {
            rule: Judgement(matched=True, severity=match.severity, evidence=match.evidence)
            for rule, match in matches.items()
        }
        rulings: dict[str, list[Ruling]] = {}
        sighting = self._sighting(stored, item, judged) if own is None else own
        for ruling in self.course.take(sighting, judged):
            rulings.setdefault(ruling.rule, []).append(ruling)
        made = Made()
        depths = depths_of({rule.id: rule.holding.hidden_by for rule in asking(self.runtime) if rule.id in rulings})
        for rule_id, group in sorted(rulings.items(), key=lambda pair: depths[pair[0]]):
            rule = self.runtime.rule_set.rule(rule_id)
            assert rule is not None, "only rules of the set are asked"
            match = matches.get(RuleId(rule_id)) or _match(rule, group[-1], group[-1].evidence)
            here = _Here(stored=stored, item=item, rule=rule, match=match, pouring=pouring, now=now)
            self._of_rule(here, group, made, matches=rule_id in matches)
        return made

    def _of_rule(self, here: _Here, group: Sequence[Ruling], made: Made, *, matches: bool) -> None:
        """What one rule's rulings on an item, one a key, come to; `matches` is whether its own condition holds."""
        live = here.item.new.mark == LIVE
        for ruling in group:
            made.writes.extend(self._retracted(here, ruling) if ruling.withdrawn else ())
            made.writes.extend(self._closings(ruling, here.stored.number))
        outcomes: list[tuple[Reason, str | None]] = []
        for ruling in (each for each in group if not each.withdrawn):
            if ruling.reason is not None or not live:
                outcomes.append((ruling.reason or Reason.NOT_YET, None))
                continue
            change = self._change(ruling, here.match, here.item.new.article)
            opened, ended = self._beside(here.rule, ruling)
            cause = Cause(
                article=replace(here.item.new.article, subject=ruling.subject),
                reading=here.item.reading,
                rule=here.rule,
                evidence=here.match.evidence,
                number=here.stored.number,
                opened=opened,
                ended=ended,
            )
            made.writes.append(replace(self._told(change, cause, here.now, here.pouring), behind=ruling.behind))
            outcomes.append((change.reason, change.alert.id))
        if not outcomes:
            return
        reason, alert = weightiest(outcomes)
        if not live:
            reason, alert = Reason(here.item.new.mark), None
        if alert is not None or matches:
            made.rows.append(Judged(match=here.match, reason=reason, alert=alert))

    def _retracted(self, here: _Here, ruling: Ruling) -> Iterator[AlertWrite]:
        """Tell of alerts that hold no longer without the item; it must be its text that changed."""
        before = here.item.before
        if before is not None and not judge_rule(here.rule, before).matched:
            return
        for alert in self._told_of(ruling):
            change = retract(alert, here.item.new.article, here.now)
            if here.item.new.kind == "point":
                change = replace(change, news=news_of(here.item.new.article)[-1:])
            cause = Cause(
                article=replace(here.item.new.article, subject=alert.subject),
                reading=here.item.reading,
                rule=here.rule,
                evidence=(),
                number=here.stored.number,
            )
            change = replace(change, news=(*change.news, "without it, what the rule asks for holds no longer"))
            yield self._told(change, cause, here.now, here.pouring)

    def _change(self, ruling: Ruling, match: Match, article: Article) -> Change:
        """The change of the alert that a requirement that holds makes."""
        existing = self._alert(ruling.rule, ruling.subject)
        about = replace(article, subject=ruling.subject)
        news = (ruling.says, *self._behind(ruling)) if ruling.fires and ruling.says else ()
        if existing is not None and existing.state == "open":
            return judge_revision(existing, match, about, ruling.at, news=news)
        said = news or ((ruling.says,) if ruling.says else ())
        return replace(judge(existing, match, about, ruling.at), news=said)

    def _beside(self, rule: Rule, ruling: Ruling) -> tuple[tuple[str, ...], frozenset[tuple[str, str]]]:
        """Of the rule's hiders, in this turn so far: which opened an alert of the same key, and what was closed."""
        if not rule.holding.hidden_by:
            return (), frozenset()
        key = key_of(ruling.subject)
        alike = {
            (name, of): alert.state
            for (name, of), alert in self.alerts.items()
            if (key_of(of) == key if key else of == ruling.subject)
        }
        opened = tuple(name for (name, _), state in alike.items() if state == "open")
        return opened, frozenset(each for each, state in alike.items() if state != "open")

    def _behind(self, ruling: Ruling) -> tuple[str, ...]:
        """The items that met a requirement, one a line; not the one that the message is about anyway."""
        numbers = [each for each in ruling.behind if each != ruling.number]
        lines = []
        for number in numbers[-_SHOWN:]:
            article = self.turn.matters.article(number)
            if article is not None:
                at = when_of(article)
                lines.append(f"{at}: {article.title} ({article.publisher})")
        more = len(numbers) - _SHOWN
        return (*((f"and {more} before these",) if more > 0 else ()), *lines)

    def _alert(self, rule: str, subject: str) -> Alert | None:
        if (rule, subject) not in self.alerts:
            self.alerts.update(self.turn.alerts.alerts([subject]))
        return self.alerts.get((rule, subject))

    def _told(self, change: Change, cause: Cause, now: datetime, pouring: Pouring | None) -> AlertWrite:
        write = tell_change(self.turn, self.runtime, change, cause, now, pouring=pouring)
        self.alerts[cause.rule.id, cause.article.subject] = write.alert
        return write

    def _told_of(self, ruling: Ruling) -> list[Alert]:
        """The alerts of the episodes that end with a ruling, open or put away since."""
        found = [self._alert(ruling.rule, subject) for subject in ruling.closes]
        alerts = [alert for alert in found if alert is not None]
        return [alert for alert in alerts if alert.state == "open" or self.turn.lifecycle.put_away(alert.id)]

    def _open(self, ruling: Ruling) -> list[Alert]:
        """The open alerts of the episodes that end with a ruling."""
        found = [self._alert(ruling.rule, subject) for subject in ruling.closes]
        return [alert for alert in found if alert is not None and alert.state == "open"]

    def _closings(self, ruling: Ruling, number: int) -> Iterator[AlertWrite]:
        """The alerts whose episode has ended; nobody is told of that."""
        for alert in self._open(ruling):
            write = closed(alert, ruling.at, "what it asks for holds no longer", number)
            self.alerts[ruling.rule, alert.subject] = write.alert
            yield write

    def _timed(self, ruling: Ruling, now: datetime) -> bool:
        """What a timer's ruling comes to, as of the moment at which it was due."""
        if now - ruling.at > _LATE:
            ruling = replace(ruling, says=f"{ruling.says} (due {ruling.at:%Y-%m-%d %H:%M} UTC, told late)")
        rule = self.runtime.rule_set.rule(ruling.rule)
        assert rule is not None, "only rules of the set are asked"
        article = self.turn.matters.article(ruling.number) or pruned(rule.title, ruling)
        observation = self.turn.requirements.observe(
            ruling.number, article, rule_set=self.runtime.rule_set.version, at=ruling.at
        )
        writes = list(self._closings(ruling, ruling.number))
        if ruling.reason is None:
            prior = self.turn.alerts.prior(ruling.number).get(ruling.rule)
            match = _match(rule, ruling, prior.evidence if prior is not None else ())
            about = replace(article, subject=ruling.subject, title=f"{ruling.says} ({article.title})")
            change = self._change(ruling, match, article)
            cause = Cause(
                article=about, reading=reading_of(article), rule=rule, evidence=match.evidence, number=ruling.number
            )
            writes.append(replace(self._told(change, cause, ruling.at, None), behind=ruling.behind))
            self.turn.alerts.add_matches(
                observation, [Judged(match=match, reason=change.reason, alert=change.alert.id)]
            )
        self.turn.alerts.write(observation, writes, ruling.at)
        return any(write.told for write in writes)

    def _sighting(self, stored: Stored, item: Item, judged: Mapping[str, Judgement]) -> Sighting:
        """The item as requirements see it."""
        new, about = item.new, item.reading.about
        came = Came(seen=new.at, stated=new.event_time, joined=new.story_reason)
        sighting = sighting_of(self.turn, self.runtime, new.article, item.reading, stored.number, came)
        if new.kind == "matter" and isinstance(about, Transition):
            return replace(sighting, sort="matter", matter=about.matter, held=new.mark != LIVE)
        sort = "table" if new.kind == "row" else "article"
        again = frozenset(self._again(item, judged))
        return replace(
            sighting,
            sort=sort,
            again=again,
            held=new.mark != LIVE,
            revised=new.number is not None and sort == "article",
        )

    def _again(self, item: Item, judged: Iterable[str]) -> Iterator[str]:
        """The rules that an earlier text of the item met already."""
        if item.new.number is None:
            return
        for rule_id in judged:
            rule = self.runtime.rule_set.rule(rule_id)
            before = item.before
            if rule_id in item.prior or (rule is not None and before is not None and judge_rule(rule, before).matched):
                yield rule_id


@dataclass(frozen=True, slots=True, kw_only=True)
class _Here:
    """An item, the rule that asks of it, and the match that an alert would rest on."""

    stored: Stored
    item: Item
    rule: Rule
    match: Match
    pouring: Pouring | None
    now: datetime


def _match(rule: Rule, ruling: Ruling, evidence: Sequence[Evidence]) -> Match:
    return Match(rule=rule.id, rule_version=rule.version, severity=ruling.severity, evidence=tuple(evidence))
