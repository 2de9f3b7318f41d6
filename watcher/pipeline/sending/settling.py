"""What an attempt's answer says of its channel: paused, gone, failing, well again; and who is told, on another channel.

Runs in the turn that marks the attempt; it sends nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec

from watcher.core.model import Outcome
from watcher.core.telling.messages import AlertMessage, NoticeMessage, Told
from watcher.core.telling.outages import Outage, Turned, after, after_shared
from watcher.core.telling.outbox import ChannelState, Delivery
from watcher.core.telling.retries import Family, Verdict
from watcher.pipeline.runtime import Runtime, WatchedChannel
from watcher.pipeline.sending.departed import forget_departed
from watcher.pipeline.telling.encoding import addresses_of, decode, ways
from watcher.pipeline.telling.notices import back_notice, channel_notice, counted_notice, delivery_notice, waiting_lines
from watcher.pipeline.telling.notifying import notify, operator_way
from watcher.stores.base import Turn

_MOST_LOOKED_AT = 200
_TOO_FAST = re.compile(r"(?:429|ratelimited|rate_limited)\b")
"""How the answer to what came too fast begins: its status, or Slack's word for it."""


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
    for at, turned in enumerate(_turned(turn, runtime, channel, answered)):
        if verdict.state == "sent":
            if (changed and at == 0) or turned.news == "back":
                notify(turn.outbox, runtime, back_notice(channel, turned.over, now))
            continue
        notice = _notice(turn, channel, answered, turned, changed=changed and at == 0)
        if notice is not None:
            notify(turn.outbox, runtime, notice, avoid=_avoided(runtime, channel, turned))


def left_alone_until(outcome: Outcome, verdict: Verdict, family: Family) -> datetime | None:
    """Until when the receiver is left alone: it named a time, or said "too fast" and no time that can be read.

    Then our own back-off is the time: it is the receiver that is too busy, so what waits for it must not try in turn.
    """
    if verdict.state != "due":
        return None
    too_fast = family == "chat" and outcome.result == "retry" and _TOO_FAST.match(outcome.answer) is not None
    return verdict.at if outcome.retry_after_s is not None or too_fast else None


def heed(
    turn: Turn,
    channel: WatchedChannel,
    recipient: str,
    hold: datetime | None,
    now: datetime,
    *,
    lifts_before: datetime | None,
) -> None:
    """Leave a channel alone as its receiver asks, or the one chat that it asks it for.

    A success ends what was asked for before its attempt, not since.
    """
    if hold is not None:
        whole = turn.queues.rest(channel.id, recipient, hold, now) if channel.each_chat else hold
        if whole is not None:
            turn.outbox.hold(channel.id, whole, began=now, address=channel.address)
    elif lifts_before is not None:
        turn.outbox.lift(channel.id, lifts_before)
        if channel.each_chat:
            turn.queues.taken(channel.id, recipient, lifts_before)


def _turned(turn: Turn, runtime: Runtime, channel: str, answered: Answered) -> tuple[Turned, ...]:
    """What becomes of the channel's outage, which is stored; then of the recipient's own, where it has several."""
    before, recipient = turn.queues.outages(channel), answered.delivery.recipient
    if not before and answered.verdict.state == "sent":
        return (Turned(outage=None),)
    addresses = addresses_of(runtime, channel) if recipient else frozenset()
    if before.keys() - addresses - {"", recipient}:
        forget_departed(turn, runtime, answered.now)
    outcome, verdict, now = answered.outcome, answered.verdict, answered.now
    first, own = answered.number == 1, answered.own
    if len(addresses | {recipient}) == 1:
        turned = after(before.get(""), outcome, verdict, channel=channel, first=first, own=own, now=now)
        _save(turn, channel, "", before, turned)
        if recipient in before and recipient:  # it was one of several
            turn.queues.save_outage(channel, None, recipient)
        return (turned,)
    shared = after_shared(
        before.get(recipient),
        before.get(""),
        outcome,
        verdict,
        channel=channel,
        recipient=recipient,
        others=len(before.keys() & addresses - {"", recipient}),
        first=first,
        own=own,
        now=now,
    )
    _save(turn, channel, "", before, shared.whole)
    _save(turn, channel, recipient, before, shared.mine)
    return shared.whole, shared.mine


def _save(turn: Turn, channel: str, recipient: str, before: Mapping[str, Outage], turned: Turned) -> None:
    if turned.outage != before.get(recipient):
        turn.queues.save_outage(channel, turned.outage, recipient)


def _avoided(runtime: Runtime, channel: str, turned: Turned) -> str | None:
    """The channel that word of this must not rely on: of one recipient's trouble others may be told there."""
    recipient = turned.outage.recipient if turned.outage is not None else ""
    way = operator_way(runtime)
    told = {to for name, to in ways(runtime, way.channels) if name == channel} if way is not None else set()
    return None if recipient and told - {recipient} else channel


def _notice(turn: Turn, channel: str, answered: Answered, turned: Turned, *, changed: bool) -> NoticeMessage | None:
    """Word of an attempt that failed, if it is news."""
    verdict, now = answered.verdict, answered.now
    if changed or turned.news == "failing":
        failing = turned.outage if turned.news == "failing" else None
        notice = channel_notice(channel, verdict, now, failing=failing)
        return replace(notice, lines=(*notice.lines, *_waiting(turn, channel, failing)))
    if turned.news == "message":
        return delivery_notice(answered.delivery, channel, verdict, answered.number, now)
    if turned.news == "count":
        return counted_notice(_outage(turned), verdict, now)
    return None


def _outage(turned: Turned) -> Outage:
    assert turned.outage is not None, "what is counted is counted in an outage"
    return turned.outage


def _waiting(turn: Turn, channel: str, failing: Outage | None) -> tuple[str, ...]:
    """What waits for the channel or recipient, the most urgent first: whoever reads this need not wait for it."""
    told: list[Told] = []
    recipient = failing.recipient if failing is not None and failing.recipient else None
    for content in turn.queues.contents(channel, _MOST_LOOKED_AT, recipient):
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
