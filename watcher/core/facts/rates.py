"""Dated reference rates between currencies, for thresholds: what an amount is worth in another currency on a day.

Never shown as fact: whoever compares by a rate says which, and of which day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Units of each currency that one unit of the base is worth, `since` a day."""

    since: date
    units: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """What one unit of a currency is worth in another, and the day of the table that says so."""

    value: Decimal
    since: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Tables in order of their days."""

    tables: tuple[Table, ...] = ()

    def rate(self, of: str, into: str, day: date | None) -> Rate | None:
        """The rate on a day: that of the last table which had begun, else of the first; None if no table has both."""
        if of == into:
            return Rate(value=Decimal(1))
        begun = [table for table in self.tables if day is None or table.since <= day] or list(self.tables[:1])
        if not begun or of not in begun[-1].units or into not in begun[-1].units:
            return None
        units = begun[-1].units
        return Rate(value=units[into] / units[of], since=begun[-1].since)
