"""Reminders of an alert that nobody acknowledges: from when on, how often and to whom; it sends nothing.

Source: the jobs of analysts, "repeated until acknowledged".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from watcher.core.model import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalate:
    """What a route asks for: the first reminder `after` so long, further ones every `repeat`, `times` in all.

    They go to the route `to`; None: to the same. Alerts below `severity` are not reminded of.
    """

    after: timedelta
    to: str | None = None
    repeat: timedelta | None = None
    times: int = 1
    severity: Severity = Severity.NOTICE

    def wants(self, severity: Severity) -> bool:
        """Whether an alert of that severity is reminded of."""
        return severity.rank >= self.severity.rank

    def first(self, told: datetime) -> datetime:
        """When the first reminder of what was told at that moment is due."""
        return told + self.after

    def next(self, sent: int, now: datetime) -> datetime | None:
        """When the next is due after one was sent; None after the last. Args: sent - how many were, with this one."""
        return None if self.repeat is None or sent >= self.times else now + self.repeat
