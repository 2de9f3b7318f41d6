"""The contract of what an issue asks of the past: what was told, what is to come, and what was named; all read only."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Protocol

from watcher.core.calendar.model import Entry


class PastTable(Protocol):
    """Reads for the making of an issue; bounded, and never writing."""

    def issued(self, digest: str, before: datetime, limit: int) -> list[str]:
        """The messages of a digest's newest issues that ended before that moment, as they were stored."""

    def coming(self, first: date, last: date, limit: int) -> list[Entry]:
        """Standing entries whose days touch that stretch, the nearest first."""

    def materials(
        self, begin: datetime, end: datetime, limit: int
    ) -> Iterator[tuple[datetime, datetime, frozenset[str]]]:
        """For each article seen in that stretch, newest first: when, its time, the ids of the materials it names."""
