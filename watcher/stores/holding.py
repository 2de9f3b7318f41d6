"""The contract of what a store keeps of held alerts: written with the decision to hold, gone with their telling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from watcher.core.model import Reason
from watcher.core.telling.holding import Hold
from watcher.core.telling.messages import Told


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldAlert:
    """One alert that is held, as it will be told."""

    alert: str
    change: str
    said: Told


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A held alert of which what would be told can't be read any more."""

    alert: str
    change: str
    cause: ValueError


class HoldingTable(Protocol):
    """Holds and what they hold."""

    def hold(self, route: str, group: str) -> Hold | None:
        """What goes on in a group."""

    def put(self, route: str, group: str, hold: Hold | None) -> None:
        """Store it, or that nothing goes on any more."""

    def keep(self, route: str, group: str, held: HeldAlert, at: datetime) -> None:
        """Keep one more alert."""

    def due(self, now: datetime, limit: int) -> list[tuple[str, str, Hold]]:
        """(route, group, hold) of holds that are over, in the order of their ends."""

    def take(self, route: str, group: str) -> tuple[list[HeldAlert], list[Unreadable]]:
        """What is held in a group, in order; it is held no longer."""

    def decide(
        self,
        route: str,
        held: Sequence[HeldAlert | Unreadable],
        reason: Reason,
        *,
        detail: str,
        occasion: str | None,
        at: datetime,
    ) -> None:
        """Store what became of held alerts: a second decision beside the first."""

    def listed(self, limit: int) -> list[tuple[str, str, Hold, int]]:
        """(route, group, hold, alerts held) of all that goes on, the next to end first."""
