"""What people keep back: silences, acknowledged and snoozed alerts; each telling kept back is a stored decision.

Decides nothing: what a silence takes its query says, what an acknowledgement covers the core.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from watcher.core.model import Reason
from watcher.core.queries import AlertView
from watcher.core.telling.alerts import Change
from watcher.core.telling.lifecycle import Handling, KeptBack, Silence, kept_back
from watcher.core.telling.routes import Routing, Way, silenced, snoozed
from watcher.pipeline.runtime import Runtime
from watcher.pipeline.telling.notices import silence_notice
from watcher.pipeline.telling.notifying import notify
from watcher.stores.base import Store, Turn
from watcher.stores.lifecycle import Hid

_LISTED = 20


@dataclass(slots=True, kw_only=True)
class Silences:
    """The silences in force at a moment, asked of one alert; `view` is called if there are any."""

    turn: Turn
    runtime: Runtime
    now: datetime
    view: Callable[[], AlertView | None]
    _found: list[Silence] | None = field(default=None)
    _view: AlertView | None = field(default=None)

    def over(self, way: Way) -> Silence | None:
        """The silence that hides the alert's change from that route or digest."""
        if self._found is None:
            self._found = self.turn.silences.in_force(self.now)
            self._view = self.view() if self._found else None
        if self._view is None:
            return None
        seen = replace(self._view, route=way.name) if way.kind == "route" else self._view
        return next((each for each in self._found if self._takes(each, seen)), None)

    def _takes(self, silence: Silence, view: AlertView) -> bool:
        takes = self.runtime.asks(silence.query)
        return takes is not None and takes(view)[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """What people's decisions make of one change: for every route and digest that takes it."""

    silences: Silences
    handling: Handling

    def kept(
        self, change: Change, headline: str, routings: Sequence[Routing]
    ) -> tuple[tuple[Routing, ...], KeptBack | None]:
        """The decisions, and, where a snooze keeps it back, until when."""
        if not any(each.reason in {Reason.TOLD, Reason.IN_DIGEST} for each in routings):
            return tuple(routings), None
        back = kept_back(self.handling, change.alert.severity, change.reason, self.silences.now)
        return tuple(self._one(change, headline, each, back) for each in routings), back

    def _one(self, change: Change, headline: str, routing: Routing, back: KeptBack | None) -> Routing:
        if routing.reason not in {Reason.TOLD, Reason.IN_DIGEST}:
            return routing
        silence = self.silences.over(routing.way)
        if silence is not None:
            hide(
                self.silences.turn, silence, (change.alert.id, change.reason, headline), routing.way, self.silences.now
            )
            return silenced(routing, silence)
        return routing if back is None else snoozed(routing, back)


def hide(turn: Turn, silence: Silence, what: tuple[str, str, str], way: Way, now: datetime) -> None:
    """Note what a silence hid. Args: what - the alert, its change and the headline."""
    alert, change, headline = what
    turn.silences.hid(Hid(silence=silence.id, alert=alert, change=change, way=way.label, headline=headline), now)


async def silence_due(store: Store, runtime: Runtime, now: datetime) -> int:
    """Tell the operator of silences that are about to end, and of those that are over with what they hid."""
    if not await store.read(lambda turn: turn.silences.due(now)):
        return 0
    return await store.write(lambda turn: _announce(turn, runtime, now))


def _announce(turn: Turn, runtime: Runtime, now: datetime) -> int:
    due = turn.silences.due(now)
    for silence, what in due:
        count, hidden = turn.silences.hidden(silence.id, _LISTED)
        lines = [f"{each.headline} ({each.way.partition(':')[2]})" for each, _ in hidden]
        notice = silence_notice(silence, count, lines, now, over=what == "report")
        notify(turn.outbox, runtime, notice)
        turn.silences.told(silence.id, what, now)
    return len(due)
