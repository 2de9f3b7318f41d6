"""From an alert's change to occasions, deliveries and queue entries: every way of telling gets a stored decision."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from watcher.core.ledger import AlertWrite, Decision
from watcher.core.model import Article, Evidence, OccasionId, Reason, Severity
from watcher.core.queries import AlertView
from watcher.core.rules.model import Rule
from watcher.core.telling.alerts import Change
from watcher.core.telling.floods import Audience, Flood, Group, channels_of
from watcher.core.telling.lifecycle import NO_NEWS_FOR, Handling, KeptBack
from watcher.core.telling.messages import AlertMessage, Told
from watcher.core.telling.outbox import Occasion, alert_occasion, flood_occasion
from watcher.core.telling.recipients import recipient_of
from watcher.core.telling.routes import Routing, Way, hidden, passing
from watcher.core.telling.tellings import told
from watcher.core.text.reading import Reading
from watcher.pipeline.runtime import Runtime
from watcher.pipeline.telling.collecting import collected, queues, routed, told_at_once
from watcher.pipeline.telling.encoding import decode, encode, ways
from watcher.pipeline.telling.escalating import watch
from watcher.pipeline.telling.holding import Holder, hidden_by
from watcher.pipeline.telling.notifying import notify, operator_way
from watcher.pipeline.telling.silencing import People, Silences
from watcher.pipeline.telling.viewing import view_of
from watcher.pipeline.telling.withdrawing import Withdrawal
from watcher.stores.base import Turn

__all__ = ["Cause", "Pouring", "decode", "encode", "notify", "operator_way", "tell_change", "ways"]

_MORE_WITHIN = timedelta(minutes=2)
"""The next turn of a flood's document comes within seconds; if none does, what is there is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """What a change rests on: the article as judged, the rule, the evidence, and the article's row.

    `opened` are rules with an open alert on the same subject, or of the same key, that this turn has not stored yet,
    `ended` what it closed and has not stored: rule and subject.
    """

    article: Article
    reading: Reading
    rule: Rule
    evidence: Sequence[Evidence]
    number: int
    opened: Sequence[str] = ()
    ended: Collection[tuple[str, str]] = ()


def tell_change(
    turn: Turn, runtime: Runtime, change: Change, cause: Cause, now: datetime, *, pouring: Pouring | None = None
) -> AlertWrite:
    """Route one change: store its occasion and deliveries, queue it for digests, and return all decisions.

    While it is `pouring` a raised alert is only counted there, and told with the others.
    """
    if not change.told:
        decisions = (_head(change, None),)
        return AlertWrite(alert=change.alert, number=cause.number, decisions=decisions)
    digests = (digest.way for digest in runtime.digests.values() if recipient_of(digest.id) is None)
    ways_open = (*runtime.routes.values(), *digests)
    occasion = alert_occasion(change.alert.id, change.alert.occasions)
    handling = turn.lifecycle.handling(change.alert.id, change.alert.raised)
    view = view_of(change.alert, cause.rule, cause.article, cause.reading, handling, now)
    saying = _Saying(turn=turn, runtime=runtime, change=change, cause=cause, occasion=occasion, handling=handling)
    severity = change.alert.severity
    chosen, withdrawal = routed(runtime, cause.rule, view, ways_open), None
    if change.reason is Reason.RETRACTED:
        withdrawal = Withdrawal(turn=turn, runtime=runtime, alert=change.alert)
        chosen = collected(runtime, withdrawal.routed(chosen), severity)
    routings, back = _settled(saying, view, chosen, now)
    routes = [each.way for each in routings if each.reason is Reason.TOLD]
    if routes and pouring is not None and change.reason is Reason.RAISED:
        occasion = pouring.take(runtime, change, cause, routes)
    elif routes:
        _tell(saying, routes, now)
    if change.alert.state != "open":
        turn.lifecycle.unwatch(change.alert.id)
    digests_of = (*queues(runtime, routings, severity, back), *(withdrawal.round_ups() if withdrawal else ()))
    news = change.news if back is None else (*change.news, back.words)
    for digest in dict.fromkeys(digests_of):
        turn.alerts.queue(digest, change.alert, change.reason, news, now)
    decided = tuple(_decision(change, each, occasion) for each in routings)
    head = _head(change, occasion if routes else None)
    return AlertWrite(alert=change.alert, number=cause.number, decisions=(head, *decided))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Saying:
    """A change on its way to be told."""

    turn: Turn
    runtime: Runtime
    change: Change
    cause: Cause
    occasion: OccasionId
    handling: Handling

    def said(self) -> Told:
        """As a message tells it."""
        cause = self.cause
        return told(
            self.change,
            occasion=self.occasion,
            article=cause.article,
            rule=cause.rule,
            evidence=cause.evidence,
            handled=self.handling.told,
        )


def _settled(
    saying: _Saying, view: AlertView, routings: Sequence[Routing], now: datetime
) -> tuple[tuple[Routing, ...], KeptBack | None]:
    """The decisions for every way once it is asked what is hidden by other rules or people, unwanted, or held.

    And what keeps it from routes, if somebody acknowledged or snoozed it.
    """
    turn, runtime, change, cause = saying.turn, saying.runtime, saying.change, saying.cause
    rule = cause.rule
    hider = hidden_by(turn, rule, cause.article.subject, cause.opened, cause.ended)
    routings = tuple(
        passing(each, change, rule, cause.article.subject) if hider is None else hidden(each, hider)
        for each in routings
    )
    holder = Holder(turn=turn, runtime=runtime, now=now)
    holder.overtaken(change)
    silences = Silences(turn=turn, runtime=runtime, now=now, view=lambda: view)
    people = People(silences=silences, handling=saying.handling)
    routings, back = people.kept(change, cause.article.title, routings)
    if back is not None:
        holder.snoozed(change, saying.said(), routings, back.until or now + NO_NEWS_FOR)
    if not any(each.reason is Reason.TOLD for each in routings):
        return routings, back
    return holder.routed(rule, change, saying.said(), routings), back


class Pouring:
    """A flood as it grows within one turn; `store` puts down what all turns so far brought.

    Those on one set of channels who are told at once of all severities get one message, those who are told of the
    higher ones only get theirs, of these: everybody who would be told of one of the alerts by itself is told of it.
    """

    def __init__(self, flood: Flood) -> None:
        self.flood = flood
        self._groups = dict(flood.groups)
        self._hearers: dict[Audience, tuple[tuple[str, str], ...]] = {}

    def take(self, runtime: Runtime, change: Change, cause: Cause, routes: Sequence[Way]) -> OccasionId:
        """Count one alert; returns the occasion that it is told on."""
        channels, severity = channels_of(routes), change.alert.severity
        names = tuple(way.name for way in routes)
        first: OccasionId | None = None
        for least in (each for each in Severity if each.rank <= severity.rank):
            audience = Audience(channels=channels, least=least)
            if not self._heard(runtime, audience):
                continue
            occasion = self._occasion(audience)
            first = first or occasion
            said = partial(
                told, change, occasion=occasion, article=cause.article, rule=cause.rule, evidence=cause.evidence
            )
            self._groups[audience] = self._groups.get(audience, Group()).with_one(names, severity, said)
        return first or self._occasion(Audience(channels=channels, least=severity))

    def _heard(self, runtime: Runtime, audience: Audience) -> tuple[tuple[str, str], ...]:
        """Who is told at once of alerts of that severity, and of none below it."""
        if audience not in self._hearers:
            lower = [each for each in Severity if each.rank < audience.least.rank]
            known = {one for each in lower for one in ways(runtime, audience.channels, each)}
            every = ways(runtime, audience.channels, audience.least)
            self._hearers[audience] = tuple(one for one in every if one not in known)
        return self._hearers[audience]

    def _occasion(self, audience: Audience) -> OccasionId:
        words = (*audience.channels, *(() if audience.least is Severity.NOTICE else (audience.least,)))
        return flood_occasion(self.flood.source, self.flood.first, words)

    def store(self, turn: Turn, runtime: Runtime, now: datetime, *, last: bool) -> Flood:
        """Store one message for each set of channels. It waits a little for the document's further turns."""
        for audience, group in self._groups.items():
            message = AlertMessage(
                route=", ".join(group.routes), alerts=group.shown, backlog=group.count, at_once=self.flood.source
            )
            occasion = Occasion(
                id=self._occasion(audience),
                kind="alert",
                content=encode(message),
                at=now,
                alerts=tuple(each.alert for each in group.shown),
            )
            turn.outbox.tell(occasion, self._heard(runtime, audience))
            turn.outbox.retell(occasion.id, occasion.content, now if last else now + _MORE_WITHIN)
        return replace(self.flood, groups=self._groups)


def _tell(saying: _Saying, routes: Sequence[Way], now: datetime) -> None:
    """Store the occasion with a delivery to every recipient of these routes, and begin the reminders they ask for."""
    change, said = saying.change, saying.said()
    message = AlertMessage(route=", ".join(way.name for way in routes), alerts=(said,))
    first = alert_occasion(change.alert.id, 1)
    channels = [channel for way in routes for channel in way.channels]
    saying.turn.outbox.tell(
        Occasion(
            id=saying.occasion,
            kind="alert",
            content=encode(message),
            at=now,
            alert=change.alert.id,
            thread=None if saying.occasion == first else first,
        ),
        ways(saying.runtime, channels, change.alert.severity),
    )
    for way in routes:
        watch(saying.turn, way, said, now)
        told_at_once(saying.turn, saying.runtime, way, [change.alert.id], change.alert.severity, now)


def _head(change: Change, occasion: OccasionId | None) -> Decision:
    """The decision on the change itself."""
    return Decision(
        alert=change.alert.id,
        change=change.reason,
        way="alert",
        reason=change.reason,
        detail="; ".join(change.news),
        occasion=occasion,
    )


def _decision(change: Change, routing: Routing, occasion: str) -> Decision:
    return Decision(
        alert=change.alert.id,
        change=change.reason,
        way=routing.way.label,
        reason=routing.reason,
        detail=routing.detail,
        occasion=occasion if routing.reason is Reason.TOLD else None,
    )
