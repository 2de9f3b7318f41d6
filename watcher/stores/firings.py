"""The contract of what a store keeps of clauses on series: how far each has come; never what a firing means."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class FiringKey:
    """One clause of a rule in its present form, on one source."""

    rule: str
    version: str
    clause: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """How far it has come: the newest point at which it fired, and when it fires if none comes any more."""

    fired: datetime | None = None
    due: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FiringItem:
    """A firing that was counted or told: the article that shows it, its moment as stored, and its first sight."""

    number: int
    at: datetime
    seen: datetime
    title: str


class FiringTable(Protocol):
    """The stages of clauses on series, written with the points that they rest on."""

    def stages(self, rule: str, version: str) -> dict[FiringKey, Stage]:
        """All stages of a rule in its present form."""

    def put(self, key: FiringKey, stage: Stage) -> None:
        """Store one stage."""

    def due(self, versions: Collection[str], now: datetime, limit: int) -> list[tuple[FiringKey, datetime]]:
        """What is due of rules in these versions, in the order of (due, rule, clause)."""

    def rest(self, key: FiringKey) -> None:
        """Let a clause wait for no moment any more, whatever its stage holds."""

    def begun(self, rule: str, version: str) -> set[FiringKey]:
        """The keys of all stages of a rule in its present form."""

    def counted(self, rule: str, source: str, at: datetime) -> int | None:
        """The article of the newest firing of a rule at a point of that time, whatever it came to; None without one."""

    def items(self, rule: str, source: str, since: datetime, numbers: Collection[int]) -> list[FiringItem]:
        """The firings of the source since then among these articles, and those that an alert of the rule rests on.

        Of a point that was dated ahead of its first sight, the moment is that, whenever it was; in order of coming.
        """
