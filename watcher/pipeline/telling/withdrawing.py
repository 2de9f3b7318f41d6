"""Who hears that an alert is taken back: everybody who was told of it since it was raised, and nobody else.

Never asks what a route's query says: the new text, or a later severity, says nothing of who was told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from watcher.core.model import Alert, Reason
from watcher.core.telling.recipients import recipient_of
from watcher.core.telling.routes import Routing, Way
from watcher.pipeline.runtime import Runtime
from watcher.pipeline.telling.encoding import leads_to
from watcher.stores.base import Turn

_NEVER = "what it takes back was never told here"
_HELD = "what it takes back was held and never told"


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """An alert that is taken back."""

    turn: Turn
    runtime: Runtime
    alert: Alert

    def routed(self, routings: Iterable[Routing]) -> tuple[Routing, ...]:
        """The decision for every way; a rule on trial tells nobody of that either."""
        heard = self.turn.lifecycle.heard(self.alert.id)
        held = {route for _, route, each in self.turn.holding.kept(self.alert.id) if each.change == Reason.RAISED}
        return tuple(self._one(each, heard, held) for each in routings)

    def round_ups(self) -> tuple[str, ...]:
        """The round-ups of recipients that hold it, by whatever route; what stands in them is not to stand alone."""
        queued = self.turn.lifecycle.queued(self.alert.id, self.alert.raised)
        return tuple(each for each in queued if each in self.runtime.digests and recipient_of(each) is not None)

    def _one(self, routing: Routing, heard: frozenset[str], held: Iterable[str]) -> Routing:
        way = routing.way
        if routing.reason is Reason.TRIAL:
            return routing
        if way.label in heard or self._renamed(way, heard):
            reason = Reason.TOLD if way.kind == "route" else Reason.IN_DIGEST
            return Routing(way=way, taken=True, reason=reason, detail="it was told here")
        if not routing.taken:
            return routing
        detail = _HELD if way.kind == "route" and way.name in held else _NEVER
        return replace(routing, taken=False, reason=Reason.LISTED, detail=detail)

    def _renamed(self, way: Way, heard: frozenset[str]) -> bool:
        """Whether a route is new since, and leads to where one that is gone told of the alert."""
        known = {each.label for each in self.runtime.routes.values()}
        gone = [label for label in heard if label.startswith("route:") and label not in known]
        if not gone or way.kind != "route" or way.label in self.turn.lifecycle.asked(self.alert.id):
            return False
        channels = leads_to(self.runtime, way.channels)
        return any(channels & self.turn.lifecycle.reached(self.alert.id, label) for label in gone)
