"""The contract of a store for rows of tables and points of series; a part of `base`, with the same promises."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from watcher.core.model import Article
from watcher.core.series import PointRecord, Rate


class RowTable(Protocol):
    """Rows of tables as they stand."""

    def listed(self, source: str) -> dict[str, str]:
        """The ledger's key and the entry's hash of every row that the source's last whole document listed."""

    def last(self, source: str, keys: Collection[str]) -> list[tuple[Article, str]]:
        """The article of each of these keys with its entry's hash, in order of arrival."""


class PointTable(Protocol):
    """Points of series. Revisions of a point are kept; what it is converted to is filled in when it can be."""

    def newest(self, source: str, times: Collection[datetime]) -> dict[datetime, PointRecord]:
        """The newest revision of the points of these times."""

    def last(self, source: str, limit: int, before: datetime | None = None) -> list[PointRecord]:
        """The newest points, or the newest before that moment; newest first."""

    def add(self, source: str, records: Sequence[PointRecord]) -> None:
        """Store revisions; of one that is there only what is derived is replaced, never what was published."""

    def waiting(self, source: str) -> list[PointRecord]:
        """Points that wait for their exchange rate."""

    def rate(self, source: str, at: datetime) -> Rate | None:
        """The newest value of a series of exchange rates that serves for that time."""

    def history(self, source: str) -> list[PointRecord]:
        """Every revision of every point, in the order in which they were seen."""

    def has(self, source: str) -> bool:
        """Whether there is a point of it."""

    def names(self) -> list[tuple[str, int]]:
        """Every source with points, and how many it has."""
