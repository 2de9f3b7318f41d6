"""The contract of what a store keeps of held alerts: written with the decision to hold, gone with their telling."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from watcher.core.model import Reason
from watcher.core.telling.holding import Hold
from watcher.core.telling.messages import Told

Ended = Literal["", "merged", "closed", "by_hand"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldChange:
    """One change of an alert that is held.

    `origin` is the alert of which it was held, where another took that in since: what becomes of it is decided of both.
    `observation` is what made it; None while that is not stored yet.
    """

    alert: str
    change: str
    origin: str | None = None
    observation: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldAlert(HeldChange):
    """One that is held, as it will be told.

    `ended` is how its alert ended since: "merged", "closed", "by_hand" (a person closed it), or not at all.
    """

    said: Told
    ended: Ended = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable(HeldChange):
    """A held alert of which what would be told can't be read any more."""

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
        """(route, group, hold) of holds that are over (see `core.telling.holding.over`), in the order of their ends."""

    def muted(self) -> list[tuple[str, str, Hold]]:
        """(route, group, hold) of all that mute windows hold."""

    def take(self, route: str, group: str) -> tuple[list[HeldAlert], list[Unreadable]]:
        """What is held in a group, in order; it is held no longer."""

    def kept(self, alert: str) -> list[tuple[int, str, HeldChange]]:
        """(number, route, change) of what is held of an alert, or of what it brought to the one that took it in."""

    def drop(self, numbers: Collection[int]) -> None:
        """Hold these no longer."""

    def decide(
        self,
        route: str,
        held: Sequence[HeldChange],
        reason: Reason,
        *,
        detail: str,
        occasion: str | None,
        at: datetime,
    ) -> None:
        """Store what became of held alerts: a second decision beside the first."""

    def listed(self, limit: int) -> list[tuple[str, str, Hold, int]]:
        """(route, group, hold, alerts held) of all that goes on, the next to end first."""
