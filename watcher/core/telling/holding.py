"""Whether an alert goes out at once on a route, or is held by `wait` or `quiet`, and until when; it never stores it.

Source: the rule language, section 5, step 7.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from watcher.core.model import Reason, Severity
from watcher.core.rules.holding import AfterQuiet, Timers
from watcher.core.telling.lifecycle import AHEAD
from watcher.core.telling.windows import Mute

Phase = Literal["waiting", "quiet", "muted", "snoozed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """What goes on in one group on one route: collecting before a message, keeping quiet after one, muted, or snoozed.

    `severity` is that of the last message, or, while collecting or muted, the highest that is held. `quiet_s` and
    `after` are what the rule that began it asks for. `channels` are those of the route, should it have
    another name at the end. `longest_s`: it never ends later than so long after any moment of it; 0 if it is not known.
    """

    phase: Phase
    until: datetime
    severity: Severity
    quiet_s: float
    after: AfterQuiet
    channels: tuple[str, ...] = ()
    longest_s: float = 0.0


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
        longest_s = max(hold.longest_s, timers.quiet.total_seconds())
        return Held(reason=Reason.TOLD, hold=replace(hold, severity=severity, until=until, longest_s=longest_s))
    return Held(reason=Reason.WAITING if hold.phase == "waiting" else Reason.QUIET, hold=hold)


def _begun(timers: Timers, severity: Severity, now: datetime) -> Held:
    quiet_s = timers.quiet.total_seconds()
    if timers.wait:
        hold = Hold(
            phase="waiting",
            until=now + timers.wait,
            severity=severity,
            quiet_s=quiet_s,
            after=timers.after_quiet,
            longest_s=timers.wait.total_seconds(),
        )
        return Held(reason=Reason.WAITING, hold=hold)
    if not timers.quiet:
        return Held(reason=Reason.TOLD, hold=None)
    hold = Hold(
        phase="quiet",
        until=now + timers.quiet,
        severity=severity,
        quiet_s=quiet_s,
        after=timers.after_quiet,
        longest_s=quiet_s,
    )
    return Held(reason=Reason.TOLD, hold=hold)


def over(hold: Hold, now: datetime) -> bool:
    """Whether a hold is over; also one that was made while the clock was ahead, whose end would never come."""
    return hold.until <= now or (hold.longest_s > 0 and hold.until > now + timedelta(seconds=hold.longest_s) + AHEAD)


def sooner(hold: Hold, mute: Mute | None, now: datetime) -> datetime | None:
    """When a muted hold is over by the windows as they are configured now, where that is sooner than its own end.

    Windows that last longer now are asked at that end. `severity` is the highest that it holds.
    """
    if hold.phase != "muted":
        return None
    until = now if mute is None else mute.holds(hold.severity, now) or now
    return until if until < hold.until else None


def lists(hold: Hold) -> bool:
    """Whether what is held is only listed when the hold is over."""
    return hold.phase == "quiet" and hold.after == "list"
