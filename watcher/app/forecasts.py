"""Which way an alert would go now: branch by branch of the tree of routes, with whom it reaches and when.

It stores nothing: it asks what telling asks, in the same order, and says what each answered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from watcher.core.model import Reason, RuleId
from watcher.core.queries import AlertView
from watcher.core.rules.holding import timers_of
from watcher.core.rules.model import Group, Rule
from watcher.core.schedules import next_due
from watcher.core.telling.branches import Branch, outline
from watcher.core.telling.recipients import MARK, Recipient, recipient_of
from watcher.core.telling.routes import Routing, Way
from watcher.core.values import duration_text
from watcher.pipeline.runtime import Runtime
from watcher.pipeline.telling.collecting import routed
from watcher.pipeline.telling.encoding import ways

ANY_RULE = "(any)"
"""The rule of an alert that is only imagined: it names no route."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Why a stored alert is not told on a way now: silenced, by people, or held; `when` it is told in spite of that."""

    reason: str
    detail: str
    when: str = ""


KeptBy = Callable[[Way], Kept | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One who is told: where, by which name if by any, and when in words."""

    channel: str
    address: str
    name: str
    when: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """One route or digest: its place in the tree, what becomes of the alert there and why, and whom it reaches."""

    way: str
    kind: str
    depth: int
    reason: str
    detail: str
    told: tuple[Told, ...]


def any_rule(event_type: str | None) -> Rule:
    """A rule that names no route and asks for no timers."""
    return Rule(id=RuleId(ANY_RULE), title="any rule", version="", when=Group(), severity=(), event_type=event_type)


def forecasts(
    runtime: Runtime, rule: Rule, view: AlertView, now: datetime, kept_by: KeptBy = lambda _way: None
) -> tuple[Forecast, ...]:
    """What would become of an alert of that rule now, for every route in the order of the tree, then every digest.

    Args: kept_by - what keeps it from a way beside mute windows and timers, or None.
    """
    digests = [each.way for each in runtime.digests.values() if recipient_of(each.id) is None]
    routings = routed(runtime, rule, view, (*runtime.routes.values(), *digests))
    by_label = {each.way.label: each for each in routings}
    tree = outline(Branch(name=way.name, under=way.under) for way in runtime.routes.values())
    places = [*((depth, f"route:{name}") for depth, name in tree), *((0, way.label) for way in digests)]
    teller = _Teller(runtime=runtime, rule=rule, view=view, now=now, kept_by=kept_by)
    return tuple(teller.one(by_label[label], depth) for depth, label in places)


def all_on(runtime: Runtime, rule: Rule, view: AlertView, way: Way, now: datetime) -> tuple[Told, ...]:
    """Everybody on a route with when each would be told, as if it took the alert."""
    return _Teller(runtime=runtime, rule=rule, view=view, now=now, kept_by=lambda _way: None).all_on(way)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Teller:
    runtime: Runtime
    rule: Rule
    view: AlertView
    now: datetime
    kept_by: KeptBy

    def one(self, routing: Routing, depth: int) -> Forecast:
        """What becomes of it on one way."""
        way = routing.way
        kept = self.kept_by(way) if routing.taken else None
        reason, detail, told = str(routing.reason), routing.detail, tuple[Told, ...]()
        if kept is not None:
            reason, detail = kept.reason, kept.detail
            told = tuple(self._told(way, kept.when)) if kept.when else ()
        elif routing.taken and way.kind == "route":
            reason, detail = self._held(routing)
            told = tuple(self._told(way, detail or "now"))
        elif routing.taken:
            at = next_due(self.runtime.digests[way.name].schedule, self.now)
            when = f"in the issue of {_moment(at, way.zone)}"
            told = tuple(self._reached(ways(self.runtime, way.channels), when))
        return Forecast(way=way.name, kind=way.kind, depth=depth, reason=reason, detail=detail, told=told)

    def all_on(self, way: Way) -> tuple[Told, ...]:
        """Everybody on a route, as if it took the alert."""
        return tuple(self._told(way, "now"))

    def _held(self, routing: Routing) -> tuple[str, str]:
        """The reason and the words, once mute windows and timers are asked."""
        way, until = routing.way, None
        if routing.reason is not Reason.TOLD:
            return str(routing.reason), routing.detail
        if way.mute is not None:
            until = way.mute.holds(self.view.severity, self.now)
        if until is not None:
            return str(Reason.MUTED), f"at {_moment(until, way.zone)}, when its mute window ends"
        timers = timers_of(self.rule.holding, way.holding)
        same = f"the same {' '.join(timers.group)}"
        if timers.wait:
            when = f"after {duration_text(timers.wait)}, with what else of {same} comes until then"
            return str(Reason.WAITING), when
        if timers.quiet > timedelta(0):
            when = f"now, unless one of {same} was told less than {duration_text(timers.quiet)} ago"
            return str(Reason.TOLD), when
        return str(Reason.TOLD), ""

    def _told(self, way: Way, when: str) -> Iterator[Told]:
        """Everybody on a route; those for whom it is collected, and who do not hear of it, are said too."""
        yield from self._reached(ways(self.runtime, way.channels, self.view.severity), when)
        for name in way.channels:
            recipient = self.runtime.recipients.get(name.removeprefix(MARK)) if name.startswith(MARK) else None
            if recipient is None or (hears := recipient.hears(self.view.severity)) == "now":
                continue
            said = f"never: only of {recipient.least} and above" if hears == "never" else self._collected(recipient)
            for channel, address in recipient.ways:
                yield Told(channel=channel, address=address, name=recipient.name, when=said)

    def _collected(self, recipient: Recipient) -> str:
        assert recipient.schedule is not None
        at = _moment(next_due(recipient.schedule, self.now), recipient.zone)
        return f"collected, {recipient.volume}: at {at}"

    def _reached(self, found: Sequence[tuple[str, str]], when: str) -> Iterator[Told]:
        for channel, address in found:
            recipient = self.runtime.reader(channel, address)
            yield Told(channel=channel, address=address, name="" if recipient is None else recipient.name, when=when)


def _moment(at: datetime, zone: str) -> str:
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} {zone}"
