"""When a delivery is tried again, or that it is dead: the one table of retries, pure.

It never sleeps, counts nothing and knows no channel by name: attempts, times and the outcome come in.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from watcher.core.model import Outcome

Family = Literal["chat", "smtp"]

HORIZON = timedelta(hours=72)
JITTER = 0.2
RETRY_AFTER_CAP = timedelta(hours=24)
PAUSED_TRY_EVERY = timedelta(hours=1)
LONGEST_GAP = timedelta(days=1) * (1 + JITTER)
"""No next try lies further ahead; one that does was set while the clock was ahead, and counts as due."""
LATE = timedelta(minutes=1)
"""A try that comes so long after it was due was waited for by nobody: watcher was off, or the channel was held."""

_SECOND = timedelta(seconds=1)
_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The gaps after the first, second, third ... attempt, then one gap for ever."""

    gaps: tuple[timedelta, ...]
    then: timedelta

    def after(self, attempt: int) -> timedelta:
        """The gap after that many attempts (>= 1), before jitter."""
        return self.gaps[attempt - 1] if attempt <= len(self.gaps) else self.then


CHAT = Plan(
    gaps=(5 * _SECOND, 30 * _SECOND, 2 * _MINUTE, 10 * _MINUTE, 30 * _MINUTE, 2 * _HOUR, 5 * _HOUR, 10 * _HOUR),
    then=_DAY,
)
"""HTTP channels, and networks that fail under a mail. Source: the example schedule of Standard Webhooks."""

SMTP_LATER = Plan(gaps=(5 * _MINUTE, 15 * _MINUTE, 30 * _MINUTE, 60 * _MINUTE), then=2 * _HOUR)
"""A mail server that says 4xx. Source: RFC 5321 4.5.4.1 (retry after 30 minutes, sooner twice in the first hour)."""

SLOW = Plan(gaps=(_HOUR,) * 5, then=_DAY)
"""An endpoint that refuses the message but may be repaired by its owner: seldom, and shown to the operator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What becomes of a delivery after an attempt, and why.

    `state` is sent, due or dead. `at` is the next try: None when sent or dead, and while a channel that is gone waits
    to be resumed by hand. `channel` tells what becomes of the whole channel: open, paused (one try an hour for
    all its deliveries together) or gone. `tell` asks for a notice to the operator on another channel.
    """

    state: Literal["sent", "due", "dead"]
    at: datetime | None
    reason: str
    channel: Literal["open", "paused", "gone"] = "open"
    tell: bool = False


def next_attempt(
    outcome: Outcome,
    *,
    channel_family: Family,
    attempt: int,
    first_attempt: datetime,
    now: datetime,
    delivery_id: str,
) -> Verdict:
    """What becomes of a delivery after `outcome`, the outcome of its attempt number `attempt`.

    A last try falls on the horizon of 72 h itself, so that a channel that is back by then loses nothing. A channel
    that is paused or gone keeps its deliveries for as long as it takes: the fault is the setting's, not the message's.

    Args:
        outcome: what the attempt came to; for mail, `answer` begins with the server's code if it gave one.
        channel_family: which gaps apply.
        attempt: attempts made so far, this one included, >= 1.
        first_attempt: from when its 72 hours count, see `counted_from`.
        now: the end of this attempt.
        delivery_id: seeds the jitter, so that the same delivery waits equally after a restart.

    """
    match outcome.result:
        case "sent":
            return Verdict(state="sent", at=None, reason=outcome.reason)
        case "dead":
            return Verdict(state="dead", at=None, reason=outcome.reason, tell=True)
        case "gone":
            return Verdict(state="due", at=None, reason=outcome.reason, channel="gone", tell=True)
        case "pause":
            at = now + max(PAUSED_TRY_EVERY, _asked(outcome))
            return Verdict(state="due", at=at, reason=outcome.reason, channel="paused", tell=True)
        case "retry" | "slow":
            plan = _plan(outcome, channel_family)
        case unknown:
            raise ValueError(f"outcome of delivery {delivery_id}: no such result: {unknown}")
    end = first_attempt + HORIZON
    if now >= end:
        return Verdict(state="dead", at=None, reason=f"gave up after 72 h: {outcome.reason}", tell=True)
    gap = jittered(plan.after(attempt), delivery_id, attempt)
    at = max(min(now + gap, end), now + _asked(outcome))
    return Verdict(state="due", at=at, reason=outcome.reason, tell=outcome.result == "slow")


def counted_from(first_attempt: datetime | None, due: datetime, started: datetime) -> datetime:
    """From when the 72 hours count, at an attempt that was due then: time in which nobody tried is left out."""
    if first_attempt is None or first_attempt > started:
        return started
    late = started - due
    return min(first_attempt + late, started) if late > LATE else first_attempt


def jittered(gap: timedelta, delivery_id: str, attempt: int) -> timedelta:
    """`gap` moved by up to 20 % either way, always equally for the same delivery and attempt."""
    digest = hashlib.sha256(f"{delivery_id}:{attempt}".encode("utf-8", "surrogatepass")).digest()
    share = int.from_bytes(digest[:8], "big") / 2**64
    return gap * (1 - JITTER + 2 * JITTER * share)


def _plan(outcome: Outcome, family: Family) -> Plan:
    if outcome.result == "slow":
        return SLOW
    return SMTP_LATER if family == "smtp" and outcome.answer else CHAT


def _asked(outcome: Outcome) -> timedelta:
    """How long the receiver asks to be left alone, capped. Source: RFC 9110 10.2.3."""
    seconds = outcome.retry_after_s
    if seconds is None or not seconds > 0:  # a NaN is no wish either
        return timedelta(0)
    return RETRY_AFTER_CAP if seconds >= RETRY_AFTER_CAP.total_seconds() else timedelta(seconds=seconds)
