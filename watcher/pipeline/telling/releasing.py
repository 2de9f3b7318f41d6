"""Alerts whose hold is over, told in one message or listed: after `wait`, `quiet`, a mute window or a snooze.

Decides nothing: that a hold is over is the core's to say. Due-ness lies in the store.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from watcher.core.model import Reason, Severity
from watcher.core.queries import AlertView
from watcher.core.rules.holding import BY_ROUTE, BY_RULE, SAYS_NOTHING, Timers, timers_of
from watcher.core.rules.model import Rule
from watcher.core.telling.backlogs import MOST_TOGETHER
from watcher.core.telling.holding import Hold, Phase, lists, over, sooner
from watcher.core.telling.lifecycle import NO_NEWS_FOR, kept_back
from watcher.core.telling.messages import AlertMessage
from watcher.core.telling.outbox import Occasion, held_occasion
from watcher.core.telling.routes import Way
from watcher.pipeline.runtime import Runtime
from watcher.pipeline.telling.collecting import told_at_once
from watcher.pipeline.telling.encoding import encode, ways
from watcher.pipeline.telling.escalating import watch
from watcher.pipeline.telling.guarding import Guard
from watcher.pipeline.telling.hearing import Hearers, audiences, collect
from watcher.pipeline.telling.notices import cause_words, missed_notice, route_notice, unheard_notice
from watcher.pipeline.telling.notifying import notify
from watcher.pipeline.telling.silencing import Silences, hide
from watcher.pipeline.telling.viewing import stored_view
from watcher.stores.base import Store, Turn
from watcher.stores.holding import HeldAlert, HeldChange, Unreadable

MUTED: Final = "mute"
"""The group in which a route keeps all that its mute windows hold."""
_BATCH = 50
_AGAIN = timedelta(hours=1)
"""What could not be let go of is tried again after so long."""


def snooze_group(alert: str) -> str:
    """The group in which a route keeps what is new of a snoozed alert."""
    return f"snooze:{alert}"


def group_of(rule: Rule, timers: Timers, subject: str) -> str:
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


def hold_until(way: Way, phase: Phase, severity: Severity, until: datetime, now: datetime) -> Hold:
    """A hold that ends at a moment and tells what it holds then."""
    return Hold(
        phase=phase,
        until=until,
        severity=severity,
        quiet_s=0.0,
        after="tell",
        channels=way.channels,
        longest_s=(until - now).total_seconds(),
    )


def with_highest(turn: Turn, route: str, group: str, hold: Hold) -> Hold:
    """The hold with the highest severity that its group holds, this one's included."""
    before = turn.holding.hold(route, group)
    return (
        hold
        if before is None or before.severity.rank <= hold.severity.rank
        else replace(hold, severity=before.severity)
    )


async def release_due(store: Store, runtime: Runtime, now: datetime) -> int:
    """Let go of everything whose time is over; returns how many messages told somebody."""
    told = 0
    if await store.read(lambda turn: _shortened(turn, runtime, now)):
        await store.write(lambda turn: _shorten(turn, runtime, now))
    while await store.read(lambda turn: turn.holding.due(now, 1)):
        told += await store.write(lambda turn: release_before(turn, runtime, now))
    return told


def _shorten(turn: Turn, runtime: Runtime, now: datetime) -> None:
    """Let what a mute window holds end with the window as it is configured now, should that be sooner."""
    for route, group, hold in _shortened(turn, runtime, now):
        turn.holding.put(route, group, hold)


def _shortened(turn: Turn, runtime: Runtime, now: datetime) -> list[tuple[str, str, Hold]]:
    found = []
    for route, group, hold in turn.holding.muted():
        way = runtime.routes.get(route)
        until = None if way is None else sooner(hold, way.mute, now)
        if until is not None:
            found.append((route, group, replace(hold, until=until, longest_s=(until - now).total_seconds())))
    return found


def release_before(turn: Turn, runtime: Runtime, now: datetime) -> int:
    """Let go, in this turn, of what is over; how many messages told somebody."""
    told = 0
    for route, group, _ in turn.holding.due(now, _BATCH):
        hold = turn.holding.hold(route, group)  # one that was let go of before it may have begun it anew
        if hold is not None and over(hold, now):
            told += let_go(turn, runtime, now, route, group, hold)
    return told


def let_go(turn: Turn, runtime: Runtime, now: datetime, route: str, group: str, hold: Hold) -> bool:
    """Let go of a hold that is over; if that fails as a whole it goes on, with all it holds, and others are let go."""
    guard = Guard(turn=turn, runtime=runtime, now=now, what="the telling of held alerts", event="hold.failed")
    ending = _Ending(turn=turn, runtime=runtime, now=now, route=route, group=group, hold=hold)
    # No longer `muted`: what could not be let go of waits for the next try, whatever its route's windows say by then.
    phase: Phase = "waiting" if hold.phase == "muted" else hold.phase
    later = replace(hold, phase=phase, until=now + _AGAIN, longest_s=max(hold.longest_s, _AGAIN.total_seconds()))
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
        if self._goes_on():
            return False
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
        kept = [each for each in kept if not self._kept_back(way, each)]
        told = self._all_told(way, kept)
        if self.hold.phase in {"muted", "snoozed"}:
            self._quieten(way, told)
            return bool(told)
        quiet = max((self._quiet(way, each) for each in told), default=timedelta(0))
        if self.hold.quiet_s and quiet:
            loudest = max((each.said.severity for each in told), key=lambda each: each.rank)
            seconds, until = quiet.total_seconds(), self._at + quiet
            ends = replace(self.hold, until=until, quiet_s=seconds, longest_s=seconds)
            again = replace(ends, phase="quiet", severity=loudest, channels=way.channels)
            self.turn.holding.put(self.route, self.group, again)
        return bool(told)

    def _goes_on(self) -> bool:
        """Whether the route is mute at this moment still, or again: then all that it holds waits for the next end.

        Not if something would pass by now: then each is asked for by itself.
        """
        way = self.runtime.routes.get(self.route)
        if self.hold.phase != "muted" or way is None or way.mute is None:
            return False
        until = way.mute.holds(self.hold.severity, self.now)
        if until is None:
            return False
        longest = (until - self.now).total_seconds()
        self.turn.holding.put(self.route, self.group, replace(self.hold, until=until, longest_s=longest))
        return True

    def _kept_back(self, way: Way, held: HeldAlert) -> bool:
        """Whether it is not told now after all: silenced, acknowledged or snoozed meanwhile, or the route is mute."""
        silence = Silences(
            turn=self.turn,
            runtime=self.runtime,
            now=self.now,
            view=lambda: stored_view(self.turn, self.runtime, held.alert, self.now),
        ).over(way)
        if silence is not None:
            hide(self.turn, silence, (held.alert, held.change, held.said.headline), way, self.now)
            self._decide(held, Reason.SILENCED, silence.words)
            return True
        handling = self.turn.lifecycle.handling(held.alert)
        back = kept_back(handling, held.said.severity, Reason(held.change), self.now)
        if back is not None:
            self._decide(held, Reason.SNOOZED, back.detail)
            if back.until is None:  # it has no end at which what a snooze held could be collected
                said = replace(held.said, news=(*held.said.news, back.words))
                self._collect(way, replace(held, said=said))
            if back.until is not None or self.group != snooze_group(held.alert):
                self._move(way, held, snooze_group(held.alert), "snoozed", back.until or self.now + NO_NEWS_FOR)
            return True
        until = way.mute.holds(held.said.severity, self.now) if way.mute is not None else None
        if until is not None:
            self._decide(held, Reason.MUTED, f"muted until {until:%Y-%m-%d %H:%M} UTC")
            self._move(way, held, MUTED, "muted", until)
        return until is not None

    def _move(self, way: Way, held: HeldAlert, group: str, phase: Phase, until: datetime) -> None:
        """Hold it on, in another group of the route."""
        hold = hold_until(way, phase, held.said.severity, until, self.now)
        self.turn.holding.put(self.route, group, with_highest(self.turn, self.route, group, hold))
        self.turn.holding.keep(self.route, group, held, self.now)

    def _decide(self, held: HeldAlert, reason: Reason, detail: str) -> None:
        self.turn.holding.decide(self.route, [held], reason, detail=detail, occasion=None, at=self._at)

    def _quieten(self, way: Way, told: Sequence[HeldAlert]) -> None:
        """Begin the quiet time of every group that was told."""
        for each in told:
            rule = self.runtime.rule_set.rule(each.said.rule)
            if rule is None:
                continue
            timers = timers_of(rule.holding, way.holding)
            group = group_of(rule, timers, each.said.subject)
            before = self.turn.holding.hold(self.route, group)
            if timers.quiet and (before is None or before.until < self._at + timers.quiet):
                hold = hold_until(way, "quiet", each.said.severity, self._at + timers.quiet, self._at)
                quiet_s = timers.quiet.total_seconds()
                self.turn.holding.put(
                    self.route, group, replace(hold, quiet_s=quiet_s, longest_s=quiet_s, after=timers.after_quiet)
                )

    def _without_route(self, kept: Sequence[HeldAlert]) -> bool:
        """Tell what a route held that is gone on the channels that it had, and the operator who of them is gone too.

        Returns: whether it was told to anybody else.
        """
        left = tuple(name for name in self.hold.channels if ways(self.runtime, (name,)))
        way = Way(name=self.route, kind="route", channels=left, takes=_takes_nothing, zone=self.runtime.zone)
        kept = [each for each in kept if not self._kept_back(way, each)]
        if left or not kept:
            gone = tuple(name for name in self.hold.channels if name not in left)
            if kept and gone:
                notice = missed_notice(self.route, gone, [each.said for each in kept], self.now)
                notify(self.turn.outbox, self.runtime, notice)
            return bool(self._all_told(way, kept))
        self._list(kept, f"there is no route {self.route} any more, nor a channel that it had; the operator was told")
        said = tuple(each.said for each in kept)
        notify(self.turn.outbox, self.runtime, route_notice(self.route, said, self.now))
        return False

    def _all_told(self, way: Way, kept: Sequence[HeldAlert]) -> list[HeldAlert]:
        """Tell each to those who hear of it now; those that anybody was told of now."""
        self._unheard(way, kept)
        found = audiences(self.turn, self.runtime, way, kept)
        parts = [
            (hearers, alerts[at : at + MOST_TOGETHER])
            for hearers, alerts in found.anew.items()
            for at in range(0, len(alerts), MOST_TOGETHER)
        ]
        told = [each for number, part in enumerate(parts) for each in self._told(way, part, number)]
        for each, occasion in found.heard:
            detail = "told there by another route already"
            self.turn.holding.decide(self.route, [each], Reason.TOLD, detail=detail, occasion=occasion, at=self._at)
            watch(self.turn, way, each.said, self._at)
        return [*told, *(each for each, _ in found.heard)]

    def _unheard(self, way: Way, kept: Sequence[HeldAlert]) -> None:
        """Collect what some hear of later; of what nobody hears at all the operator is told."""
        nobody: list[HeldAlert] = []
        for each in kept:
            names = self._collect(way, each)
            if ways(self.runtime, way.channels, each.said.severity):
                continue
            if names:
                self._decide(each, Reason.IN_DIGEST, f"collected for {', '.join(names)}")
            else:
                nobody.append(each)
        if nobody:
            self._list(nobody, "nobody on it is told of such an alert any more; the operator was told")
            notice = unheard_notice(self.route, [each.said for each in nobody], self.now)
            notify(self.turn.outbox, self.runtime, notice)

    def _collect(self, way: Way, held: HeldAlert) -> tuple[str, ...] | None:
        """Put it into the round-ups of who hears of it later, if it isn't there; who they are."""
        names, fault = self._guard.tried(partial(collect, self.turn, self.runtime, way, held, self.now))
        if fault is not None:
            self._guard.tell(held.alert, fault)
        return names

    def _speaks(self, held: HeldAlert) -> bool:
        """Whether its rule may tell anybody still, of an alert that still stands; else it is listed."""
        rule = self.runtime.rule_set.rule(held.said.rule)
        if held.ended in {"merged", "by_hand"} or (held.ended and not _happened(rule)):
            how = "closed by hand" if held.ended == "by_hand" else held.ended
            self._list([held], f"its alert was {how} before it was told")
            return False
        if rule is None or rule.mode == "live":
            return True
        self._list([held], f"its rule is {'on trial' if rule.mode == 'trial' else rule.mode} now")
        return False

    def _quiet(self, way: Way, held: HeldAlert) -> timedelta:
        """For how long it is quiet after this one, as the rule and the route say now."""
        rule = self.runtime.rule_set.rule(held.said.rule)
        return timers_of(SAYS_NOTHING if rule is None else rule.holding, way.holding).quiet

    def _told(self, way: Way, part: tuple[Hearers, Sequence[HeldAlert]], number: int) -> Sequence[HeldAlert]:
        """Tell these in one message to those who hear of them all; where that can't be put together, one by one."""
        hearers, alerts = part
        _, fault = self._guard.tried(lambda: self._tell(way, part, number, "told together"))
        if fault is None:
            return alerts
        told: list[HeldAlert] = []
        for at, each in enumerate(alerts):
            alone, one = number * MOST_TOGETHER + at, (hearers, [each])
            _, fault = self._guard.tried(partial(self._tell, way, one, alone, "told alone", f"/{each.alert}"))
            if fault is None:
                told.append(each)
            else:
                self._set_aside(each, fault)
        return told

    def _tell(
        self, way: Way, part: tuple[Hearers, Sequence[HeldAlert]], number: int, detail: str, only: str = ""
    ) -> None:
        hearers, alerts = part
        said = [replace(each.said, handled=self.turn.lifecycle.handling(each.alert).told) for each in alerts]
        message = AlertMessage(route=self.route, alerts=tuple(said))
        occasion = Occasion(
            id=held_occasion(self.route, self.group + only, self.hold.until, number),
            kind="alert",
            content=encode(message),
            at=self._at,
            alerts=tuple(each.alert for each in alerts),
        )
        loudest = max((each.said.severity for each in alerts), key=lambda each: each.rank)
        self.turn.outbox.tell(occasion, hearers)
        self.turn.holding.decide(self.route, alerts, Reason.TOLD, detail=detail, occasion=occasion.id, at=self._at)
        told_at_once(self.turn, self.runtime, way, [each.alert for each in alerts], loudest, self.now)
        for each in alerts:
            watch(self.turn, way, each.said, self._at)

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
