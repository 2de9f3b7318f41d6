"""Alerts held by `wait` and `quiet`: kept with their decision, and told in one message, or listed, when it ends.

Decides nothing: whether one is held, and until when, is the core's to say. Due-ness lies in the store.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from watcher.core.model import Reason
from watcher.core.queries import AlertView
from watcher.core.requirements.running import KEY, key_of
from watcher.core.rules.holding import BY_ROUTE, BY_RULE, SAYS_NOTHING, Timers, timers_of
from watcher.core.rules.model import Rule
from watcher.core.telling.alerts import Change, words_of
from watcher.core.telling.backlogs import MOST_TOGETHER
from watcher.core.telling.holding import Hold, held, lists, over
from watcher.core.telling.messages import AlertMessage, Told
from watcher.core.telling.outbox import Occasion, held_occasion
from watcher.core.telling.routes import Routing, Way
from watcher.pipeline.encoding import encode, ways
from watcher.pipeline.guarding import Guard
from watcher.pipeline.notices import cause_words, route_notice
from watcher.pipeline.notifying import notify
from watcher.pipeline.runtime import Runtime
from watcher.stores.base import Store, Turn
from watcher.stores.holding import HeldAlert, HeldChange, Unreadable

_BATCH = 50
_AGAIN = timedelta(hours=1)
"""What could not be let go of is tried again after so long."""
_OVERTAKEN = frozenset({Reason.RAISED, Reason.SEVERITY_RAISED})
"""Held changes of which a later one of the same alert says all that matters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Holds back what routes are not to be told of now, and lets go what is over."""

    turn: Turn
    runtime: Runtime
    now: datetime

    def unsaid(self, change: Change, routings: Sequence[Routing]) -> tuple[Routing, ...]:
        """The decisions for every way, once what the change overtakes is held no longer.

        A new alert and an alert's end overtake all that is held of it; of what was never told nobody hears the end.
        """
        kept = self.turn.holding.kept(change.alert.id)
        if not kept or (change.reason is not Reason.RAISED and change.alert.state == "open"):
            return tuple(routings)
        self._overtake(change, kept)
        if change.reason is not Reason.RETRACTED:
            return tuple(routings)
        never = {route for _, route, each in kept if each.change == Reason.RAISED}
        return tuple(
            replace(each, reason=Reason.LISTED, detail="what it takes back was held and never told")
            if each.reason is Reason.TOLD and each.way.name in never
            else each
            for each in routings
        )

    def routed(self, rule: Rule, change: Change, said: Told, routings: Sequence[Routing]) -> tuple[Routing, ...]:
        """The decisions for every way, with those that are held instead of told; what is told overtakes others."""
        found = tuple(self._one(rule, change, said, each) if each.reason is Reason.TOLD else each for each in routings)
        routes = {each.way.name for each in found if each.reason is Reason.TOLD}
        kept = self.turn.holding.kept(change.alert.id) if routes else ()
        # What is held as an update says something that this change does not.
        self._overtake(change, [each for each in kept if each[1] in routes and each[2].change in _OVERTAKEN])
        return found

    def _overtake(self, change: Change, kept: Sequence[tuple[int, str, HeldChange]]) -> None:
        """List what is held of the alert: a later change of it says more."""
        self.turn.holding.drop([number for number, _, _ in kept])
        detail = f"overtaken: the alert is {words_of(change.reason)}"
        for _, route, each in kept:
            self.turn.holding.decide(route, [each], Reason.LISTED, detail=detail, occasion=None, at=self.now)

    def _one(self, rule: Rule, change: Change, said: Told, routing: Routing) -> Routing:
        timers = timers_of(rule.holding, routing.way.holding)
        route, group = routing.way.name, _group(rule, timers, change.alert.subject)
        hold = self.turn.holding.hold(route, group)
        if not timers.holds:  # what a former `quiet` holds is told at its end; this asks for no such thing any more
            return routing
        if hold is not None and over(hold, self.now):
            _let_go(self.turn, self.runtime, self.now, route, group, hold)
            hold = self.turn.holding.hold(route, group)
        new = change.reason in {Reason.UPDATED, Reason.RETRACTED}
        found = held(timers, hold, change.alert.severity, self.now, new=new)
        goes_on = None if found.hold is None else replace(found.hold, channels=routing.way.channels)
        self.turn.holding.put(route, group, goes_on)
        if found.reason is Reason.TOLD or found.hold is None:
            return routing
        kept = HeldAlert(alert=change.alert.id, change=change.reason, said=said)
        self.turn.holding.keep(route, group, kept, self.now)
        detail = f"held until {found.hold.until:%Y-%m-%d %H:%M} UTC"
        return replace(routing, reason=found.reason, detail=detail)


def _group(rule: Rule, timers: Timers, subject: str) -> str:
    """What `wait` and `quiet` count together."""
    if timers.group == BY_ROUTE:
        return "route"
    if timers.group == BY_RULE or rule.require is None:
        return f"rule:{rule.id}"
    return f"rule:{rule.id}/{subject.rpartition('@')[0] or subject}"


def _happened(rule: Rule | None) -> bool:
    """Whether its alerts tell of what has happened, and stay true when the episode is over; no silence does."""
    return rule is not None and rule.require is not None and rule.require.kind != "silent"


def _takes_nothing(_view: AlertView) -> tuple[bool, str]:
    return False, "there is no such route any more"


def hidden_by(
    turn: Turn, rule: Rule, subject: str, opened: Sequence[str], ended: Collection[tuple[str, str]] = ()
) -> str | None:
    """The rule whose open alert on the same subject, or of the same key, hides this one; None if none does.

    Args: opened: rules with such an alert that the turn has not stored yet; ended: (rule, subject) of what it closed.
    """
    hiders = rule.holding.hidden_by
    if not hiders:
        return None
    key = key_of(subject)
    stored = {
        hider
        for hider, of in turn.alerts.opened(hiders, f"{KEY}{key}@" if key else subject)
        if (key_of(of) == key if key else of == subject) and (hider, of) not in ended
    }
    return next((name for name in hiders if name in opened or name in stored), None)


async def release_due(store: Store, runtime: Runtime, now: datetime) -> int:
    """Let go of everything whose time is over; returns how many messages told somebody."""
    told = 0
    while await store.read(lambda turn: turn.holding.due(now, 1)):
        told += await store.write(lambda turn: release_before(turn, runtime, now))
    return told


def release_before(turn: Turn, runtime: Runtime, now: datetime) -> int:
    """Let go, in this turn, of what is over; how many messages told somebody."""
    due = turn.holding.due(now, _BATCH)
    return sum(_let_go(turn, runtime, now, route, group, hold) for route, group, hold in due)


def _let_go(turn: Turn, runtime: Runtime, now: datetime, route: str, group: str, hold: Hold) -> bool:
    """Let go of a hold that is over; if that fails as a whole it goes on, with all it holds, and others are let go."""
    guard = Guard(turn=turn, runtime=runtime, now=now, what="the telling of held alerts", event="hold.failed")
    ending = _Ending(turn=turn, runtime=runtime, now=now, route=route, group=group, hold=hold)
    later = replace(hold, until=now + _AGAIN, longest_s=max(hold.longest_s, _AGAIN.total_seconds()))
    return bool(guard.run(f"{route} {group}", ending.end, lambda _: turn.holding.put(route, group, later)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ending:
    """One hold at its end: what it held is told as of that moment, or listed."""

    turn: Turn
    runtime: Runtime
    now: datetime
    route: str
    group: str
    hold: Hold

    def end(self) -> bool:
        """Tell what is held, or list it; a message begins a new quiet time. Whether there was one."""
        held, unreadable = self.turn.holding.take(self.route, self.group)
        self.turn.holding.put(self.route, self.group, None)
        for each in unreadable:
            self._set_aside(each, each.cause)
        if lists(self.hold):
            self._list(held, "listed after the quiet time")
            return False
        kept = [each for each in held if self._speaks(each)]
        way = self.runtime.routes.get(self.route)
        if way is None:
            return self._without_route(kept)
        told = self._all_told(way, kept)
        quiet = max((self._quiet(way, each) for each in told), default=timedelta(0))
        if self.hold.quiet_s and quiet:
            loudest = max((each.said.severity for each in told), key=lambda each: each.rank)
            seconds, until = quiet.total_seconds(), self._at + quiet
            ends = replace(self.hold, until=until, quiet_s=seconds, longest_s=seconds)
            again = replace(ends, phase="quiet", severity=loudest, channels=way.channels)
            self.turn.holding.put(self.route, self.group, again)
        return bool(told)

    def _without_route(self, kept: Sequence[HeldAlert]) -> bool:
        """Tell what a route held that is gone on the channels that it had, else the operator. Whether it was told."""
        left = tuple(name for name in self.hold.channels if name in self.runtime.channels)
        if left or not kept:
            way = Way(name=self.route, kind="route", channels=left, takes=_takes_nothing, zone=self.runtime.zone)
            return bool(self._all_told(way, kept))
        self._list(kept, f"there is no route {self.route} any more, nor a channel that it had; the operator was told")
        said = tuple(each.said for each in kept)
        notify(self.turn.outbox, self.runtime, route_notice(self.route, said, self.now))
        return False

    def _all_told(self, way: Way, kept: Sequence[HeldAlert]) -> list[HeldAlert]:
        parts = [kept[at : at + MOST_TOGETHER] for at in range(0, len(kept), MOST_TOGETHER)]
        return [each for number, part in enumerate(parts) for each in self._told(way, part, number)]

    def _speaks(self, held: HeldAlert) -> bool:
        """Whether its rule may tell anybody still, of an alert that still stands; else it is listed."""
        rule = self.runtime.rule_set.rule(held.said.rule)
        if held.ended == "merged" or (held.ended and not _happened(rule)):
            self._list([held], f"its alert was {held.ended} before it was told")
            return False
        if rule is None or rule.mode == "live":
            return True
        self._list([held], f"its rule is {'on trial' if rule.mode == 'trial' else rule.mode} now")
        return False

    def _quiet(self, way: Way, held: HeldAlert) -> timedelta:
        """For how long it is quiet after this one, as the rule and the route say now."""
        rule = self.runtime.rule_set.rule(held.said.rule)
        return timers_of(SAYS_NOTHING if rule is None else rule.holding, way.holding).quiet

    def _told(self, way: Way, part: Sequence[HeldAlert], number: int) -> Sequence[HeldAlert]:
        """Tell these in one message, or, where that can't be put together, one by one; those that were told."""
        _, fault = self._guard.tried(lambda: self._tell(way, part, number, "told together"))
        if fault is None:
            return part
        told: list[HeldAlert] = []
        for at, each in enumerate(part):
            alone = number * MOST_TOGETHER + at
            _, fault = self._guard.tried(partial(self._tell, way, [each], alone, "told alone", f"/{each.alert}"))
            if fault is None:
                told.append(each)
            else:
                self._set_aside(each, fault)
        return told

    def _tell(self, way: Way, part: Sequence[HeldAlert], number: int, detail: str, only: str = "") -> None:
        message = AlertMessage(route=self.route, alerts=tuple(each.said for each in part))
        occasion = Occasion(
            id=held_occasion(self.route, self.group + only, self.hold.until, number),
            kind="alert",
            content=encode(message),
            at=self._at,
            alerts=tuple(each.alert for each in part),
        )
        self.turn.outbox.tell(occasion, ways(self.runtime, way.channels))
        self.turn.holding.decide(self.route, part, Reason.TOLD, detail=detail, occasion=occasion.id, at=self._at)

    def _list(self, held: Sequence[HeldChange], detail: str) -> None:
        self.turn.holding.decide(self.route, held, Reason.LISTED, detail=detail, occasion=None, at=self._at)

    def _set_aside(self, held: HeldAlert | Unreadable, cause: Exception) -> None:
        """List the one with a fault, with what it is, and tell the operator."""
        self._list([held], f"set aside: {cause_words(cause)}")
        self._guard.tell(held.alert, cause)

    @property
    def _at(self) -> datetime:
        """When it ended: in time, or now if its end was set by a clock that was ahead."""
        return min(self.hold.until, self.now)

    @property
    def _guard(self) -> Guard:
        return Guard(
            turn=self.turn,
            runtime=self.runtime,
            now=self.now,
            what="the telling of a held alert",
            event="held.failed",
        )
