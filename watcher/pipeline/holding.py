"""Alerts held by `wait` and `quiet`: kept with their decision, and told in one message, or listed, when it ends.

Decides nothing: whether one is held, and until when, is the core's to say. Due-ness lies in the store.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from watcher.core.model import Reason
from watcher.core.rules.holding import BY_ROUTE, BY_RULE, Timers, timers_of
from watcher.core.rules.model import Rule
from watcher.core.telling.alerts import Change
from watcher.core.telling.backlogs import MOST_TOGETHER
from watcher.core.telling.holding import Hold, held, lists
from watcher.core.telling.messages import AlertMessage, Told
from watcher.core.telling.outbox import Occasion, held_occasion
from watcher.core.telling.routes import Routing
from watcher.pipeline.encoding import encode, ways
from watcher.pipeline.runtime import Runtime
from watcher.stores.base import Store, Turn
from watcher.stores.holding import HeldAlert

_BATCH = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Holds back what routes are not to be told of now, and lets go what is over."""

    turn: Turn
    runtime: Runtime
    now: datetime

    def routed(self, rule: Rule, change: Change, said: Told, routings: Sequence[Routing]) -> tuple[Routing, ...]:
        """The decisions for every way, with those that are held instead of told."""
        return tuple(self._one(rule, change, said, each) if each.reason is Reason.TOLD else each for each in routings)

    def _one(self, rule: Rule, change: Change, said: Told, routing: Routing) -> Routing:
        timers = timers_of(rule.holding, routing.way.holding)
        route, group = routing.way.name, _group(rule, timers, change.alert.subject)
        hold = self.turn.holding.hold(route, group)
        if hold is None and not timers.holds:
            return routing
        if hold is not None and hold.until <= self.now:
            let_go(self.turn, self.runtime, route, group, hold)
            hold = self.turn.holding.hold(route, group)
        new = change.reason in {Reason.UPDATED, Reason.RETRACTED}
        found = held(timers, hold, change.alert.severity, self.now, new=new)
        self.turn.holding.put(route, group, found.hold)
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


def hidden_by(turn: Turn, rule: Rule, subject: str, opened: Sequence[str]) -> str | None:
    """The rule whose open alert on the same subject hides this one; None if none does."""
    hiders = rule.holding.hidden_by
    if not hiders:
        return None
    stored = turn.alerts.alerts([subject])
    return next(
        (
            name
            for name in hiders
            if name in opened or ((name, subject) in stored and stored[name, subject].state == "open")
        ),
        None,
    )


async def release_due(store: Store, runtime: Runtime, now: datetime) -> int:
    """Let go of everything whose time is over; returns how many messages told somebody."""
    told = 0
    while await store.read(lambda turn: turn.holding.due(now, 1)):
        told += await store.write(lambda turn: release_before(turn, runtime, now))
    return told


def release_before(turn: Turn, runtime: Runtime, now: datetime) -> int:
    """Let go, in this turn, of what is over; how many messages told somebody."""
    return sum(let_go(turn, runtime, route, group, hold) for route, group, hold in turn.holding.due(now, _BATCH))


def let_go(turn: Turn, runtime: Runtime, route: str, group: str, hold: Hold) -> bool:
    """Tell what a hold held, or list it, as of the moment at which it was over; a message begins a new quiet time."""
    kept = turn.holding.take(route, group)
    turn.holding.put(route, group, None)
    if not kept:
        return False
    way = runtime.routes.get(route)
    if way is None or lists(hold):
        detail = "listed after the quiet time" if way is not None else f"there is no route {route} any more"
        turn.holding.decide(route, kept, Reason.LISTED, detail=detail, occasion=None, at=hold.until)
        return False
    parts = [kept[at : at + MOST_TOGETHER] for at in range(0, len(kept), MOST_TOGETHER)]
    for number, part in enumerate(parts):
        shown = tuple(each.said for each in part)
        occasion = Occasion(
            id=held_occasion(route, group, hold.until, number),
            kind="alert",
            content=encode(AlertMessage(route=route, alerts=shown)),
            at=hold.until,
        )
        turn.outbox.tell(occasion, ways(runtime, way.channels))
        turn.holding.decide(route, part, Reason.TOLD, detail="told together", occasion=occasion.id, at=hold.until)
    if hold.quiet_s:
        loudest = max((each.said.severity for each in kept), key=lambda each: each.rank)
        until = hold.until + timedelta(seconds=hold.quiet_s)
        turn.holding.put(route, group, replace(hold, phase="quiet", until=until, severity=loudest))
    return True
