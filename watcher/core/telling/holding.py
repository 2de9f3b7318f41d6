"""Whether an alert goes out at once on a route, or is held by `wait` or `quiet`, and until when; it never stores it.

Source: the rule language, section 5, step 7.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from watcher.core.model import Reason, Severity
from watcher.core.rules.holding import AfterQuiet, Timers

Phase = Literal["waiting", "quiet"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """What goes on in one group on one route: collecting before a message, or keeping quiet after one.

    `severity` is that of the last message, or, while collecting, the highest that is held. `quiet_s` and `after` are
    what the rule that began it asks for.
    """

    phase: Phase
    until: datetime
    severity: Severity
    quiet_s: float
    after: AfterQuiet


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What becomes of one alert on one route, and the group's hold afterwards; None where there is none."""

    reason: Reason
    hold: Hold | None


def held(timers: Timers, hold: Hold | None, severity: Severity, now: datetime, *, new: bool) -> Held:
    """Whether an alert is told now.

    Args: hold - what goes on in its group, not yet over. new - it is an update with something that was asked to pass.
    """
    if hold is None:
        return _begun(timers, severity, now)
    if severity.rank > hold.severity.rank or new:
        severity = max(severity, hold.severity, key=lambda each: each.rank)
        if hold.phase == "waiting":
            return Held(reason=Reason.TOLD, hold=replace(hold, severity=severity))
        until = max(hold.until, now + timers.quiet)
        return Held(reason=Reason.TOLD, hold=replace(hold, severity=severity, until=until))
    return Held(reason=Reason.WAITING if hold.phase == "waiting" else Reason.QUIET, hold=hold)


def _begun(timers: Timers, severity: Severity, now: datetime) -> Held:
    quiet_s = timers.quiet.total_seconds()
    if timers.wait:
        hold = Hold(
            phase="waiting", until=now + timers.wait, severity=severity, quiet_s=quiet_s, after=timers.after_quiet
        )
        return Held(reason=Reason.WAITING, hold=hold)
    if not timers.quiet:
        return Held(reason=Reason.TOLD, hold=None)
    hold = Hold(phase="quiet", until=now + timers.quiet, severity=severity, quiet_s=quiet_s, after=timers.after_quiet)
    return Held(reason=Reason.TOLD, hold=hold)


def lists(hold: Hold) -> bool:
    """Whether what is held is only listed when the hold is over."""
    return hold.phase == "quiet" and hold.after == "list"
