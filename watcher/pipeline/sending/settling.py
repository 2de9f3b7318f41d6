"""What an attempt's answer says of its channel: paused, gone, failing, well again; and who is told, on another channel.

Runs in the turn that marks the attempt; it sends nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import msgspec

from watcher.core.model import Outcome
from watcher.core.telling.messages import AlertMessage, NoticeMessage, Told
from watcher.core.telling.outages import Outage, Turned, after
from watcher.core.telling.outbox import ChannelState, Delivery
from watcher.core.telling.retries import Verdict
from watcher.pipeline.runtime import Runtime
from watcher.pipeline.telling.encoding import decode
from watcher.pipeline.telling.notices import back_notice, channel_notice, counted_notice, delivery_notice, waiting_lines
from watcher.pipeline.telling.notifying import notify
from watcher.stores.base import Turn

_MOST_LOOKED_AT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """An attempt at its end. `own` says that the fault is the message's: it could not even be worded."""

    delivery: Delivery
    outcome: Outcome
    verdict: Verdict
    number: int
    own: bool
    now: datetime


def settle(turn: Turn, runtime: Runtime, channel: str, answered: Answered) -> None:
    """Store what the answer makes of the channel, and tell the operator what is new, where the fault isn't."""
    verdict, now = answered.verdict, answered.now
    changed = (
        turn.outbox.set_channel(_state(channel, verdict, now), channel)
        if answered.outcome.result == "sent" or verdict.channel != "open"
        else False
    )
    before = turn.queues.outage(channel)
    turned = after(
        before,
        answered.outcome,
        verdict,
        channel=channel,
        first=answered.number == 1,
        own=answered.own,
        now=now,
    )
    if turned.outage != before:
        turn.queues.save_outage(channel, turned.outage)
    if verdict.state == "sent":
        if changed or turned.news == "back":
            notify(turn.outbox, runtime, back_notice(channel, turned.over, now))
        return
    notice = _notice(turn, channel, answered, turned, changed=changed)
    if notice is not None:
        notify(turn.outbox, runtime, notice, avoid=channel)


def _notice(turn: Turn, channel: str, answered: Answered, turned: Turned, *, changed: bool) -> NoticeMessage | None:
    """Word of an attempt that failed, if it is news."""
    verdict, now = answered.verdict, answered.now
    if changed or turned.news == "failing":
        since = turned.outage.since if turned.news == "failing" and turned.outage else None
        notice = channel_notice(channel, verdict, now, failing_since=since)
        return replace(notice, lines=(*notice.lines, *_waiting(turn, channel)))
    if turned.news == "message":
        return delivery_notice(answered.delivery, channel, verdict, answered.number, now)
    if turned.news == "count":
        return counted_notice(_outage(turned), verdict, now)
    return None


def _outage(turned: Turned) -> Outage:
    assert turned.outage is not None, "what is counted is counted in an outage"
    return turned.outage


def _waiting(turn: Turn, channel: str) -> tuple[str, ...]:
    """What waits for the channel, the most urgent first: whoever reads this need not wait for it."""
    told: list[Told] = []
    for content in turn.queues.contents(channel, _MOST_LOOKED_AT):
        try:
            message = decode(content)
        except (msgspec.MsgspecError, KeyError):  # it is told of by itself when its turn comes
            continue
        if isinstance(message, AlertMessage):
            told += message.alerts
    return waiting_lines(told)


def _state(channel: str, verdict: Verdict, now: datetime) -> ChannelState | None:
    if verdict.channel == "open":
        return None
    next_try = verdict.at if verdict.channel == "paused" else None
    return ChannelState(channel=channel, state=verdict.channel, since=now, next_try=next_try, reason=verdict.reason)
