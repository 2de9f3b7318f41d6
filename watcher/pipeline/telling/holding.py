"""Alerts held by a mute window, a snooze, `wait` or `quiet`: kept with their decision until it ends.

Decides nothing: whether one is held, and until when, is the core's to say. Due-ness lies in the store.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from watcher.core.model import Reason
from watcher.core.requirements.running import KEY, key_of
from watcher.core.rules.holding import timers_of
from watcher.core.rules.model import Rule
from watcher.core.telling.alerts import Change, words_of
from watcher.core.telling.holding import Hold, held, over
from watcher.core.telling.messages import Told
from watcher.core.telling.routes import Routing
from watcher.pipeline.runtime import Runtime
from watcher.pipeline.telling.releasing import MUTED, group_of, hold_until, let_go, snooze_group, with_highest
from watcher.stores.base import Turn
from watcher.stores.holding import HeldAlert, HeldChange

_OVERTAKEN = frozenset({Reason.RAISED, Reason.SEVERITY_RAISED})
"""Held changes of which a later one of the same alert says all that matters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Holds back what routes are not to be told of now, and lets go what is over."""

    turn: Turn
    runtime: Runtime
    now: datetime

    def overtaken(self, change: Change) -> None:
        """A new alert and an alert's end overtake all that is held of it: hold it no longer."""
        if change.reason is Reason.RAISED or change.alert.state != "open":
            self._overtake(change, self._said_by(change))

    def routed(self, rule: Rule, change: Change, said: Told, routings: Sequence[Routing]) -> tuple[Routing, ...]:
        """The decisions for every way, with those that are held instead of told; what is told overtakes others."""
        found = tuple(self._one(rule, change, said, each) if each.reason is Reason.TOLD else each for each in routings)
        routes = {each.way.name for each in found if each.reason is Reason.TOLD}
        kept = self._said_by(change) if routes else ()
        # What is held as an update says something that this change does not.
        self._overtake(change, [each for each in kept if each[1] in routes and each[2].change in _OVERTAKEN])
        return found

    def _said_by(self, change: Change) -> list[tuple[int, str, HeldChange]]:
        """What is held of the alert, on which the change has the last word.

        A retraction has none on what came from one that it took in: the article behind that still says so.
        """
        kept = self.turn.holding.kept(change.alert.id)
        return [each for each in kept if change.reason is not Reason.RETRACTED or each[2].origin is None]

    def _overtake(self, change: Change, kept: Sequence[tuple[int, str, HeldChange]]) -> None:
        """List what is held of the alert: a later change of it says more."""
        self.turn.holding.drop([number for number, _, _ in kept])
        detail = f"overtaken: the alert is {words_of(change.reason)}"
        for _, route, each in kept:
            self.turn.holding.decide(route, [each], Reason.LISTED, detail=detail, occasion=None, at=self.now)

    def snoozed(self, change: Change, said: Told, routings: Sequence[Routing], until: datetime) -> None:
        """Keep what a snooze holds back until it ends."""
        for each in routings:
            if each.reason is Reason.SNOOZED and each.way.kind == "route":
                group = snooze_group(change.alert.id)
                self._keep(each, group, hold_until(each.way, "snoozed", said.severity, until, self.now), change, said)

    def _one(self, rule: Rule, change: Change, said: Told, routing: Routing) -> Routing:
        muted = self._muted(change, said, routing)
        if muted is not None:
            return muted
        timers = timers_of(rule.holding, routing.way.holding)
        route, group = routing.way.name, group_of(rule, timers, change.alert.subject)
        if not timers.holds:  # what a former `quiet` holds is told at its end; this asks for no such thing any more
            return routing
        hold = self._going_on(route, group)
        new = change.reason in {Reason.UPDATED, Reason.RETRACTED}
        found = held(timers, hold, change.alert.severity, self.now, new=new)
        goes_on = None if found.hold is None else replace(found.hold, channels=routing.way.channels)
        if found.reason is Reason.TOLD or goes_on is None:
            self.turn.holding.put(route, group, goes_on)
            return routing
        self._keep(routing, group, goes_on, change, said)
        return replace(routing, reason=found.reason, detail=f"held until {_moment(goes_on.until)}")

    def _muted(self, change: Change, said: Told, routing: Routing) -> Routing | None:
        """The decision while a mute window of the route is open; what an earlier one held is told first."""
        mute = routing.way.mute
        until = mute.holds(change.alert.severity, self.now) if mute is not None else None
        if until is None:
            if mute is not None:
                self._going_on(routing.way.name, MUTED)
            return None
        hold = hold_until(routing.way, "muted", said.severity, until, self.now)
        self._keep(routing, MUTED, with_highest(self.turn, routing.way.name, MUTED, hold), change, said)
        return replace(routing, reason=Reason.MUTED, detail=f"muted until {_moment(until)}")

    def _going_on(self, route: str, group: str) -> Hold | None:
        """The hold of a group; one that is over is let go of first."""
        hold = self.turn.holding.hold(route, group)
        if hold is not None and over(hold, self.now):
            let_go(self.turn, self.runtime, self.now, route, group, hold)
            hold = self.turn.holding.hold(route, group)
        return hold

    def _keep(self, routing: Routing, group: str, hold: Hold, change: Change, said: Told) -> None:
        self.turn.holding.put(routing.way.name, group, hold)
        kept = HeldAlert(alert=change.alert.id, change=change.reason, said=said)
        self.turn.holding.keep(routing.way.name, group, kept, self.now)


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


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
