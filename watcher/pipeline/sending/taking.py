"""Which delivery of a channel goes out next: claimed in order, at the channel's pace; it sends nothing.

A recipient has one message under way at a time, so that its messages keep their order; several recipients of a channel
that works may have theirs side by side. A channel whose last attempt failed is tried with one message.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from watcher.core.telling.outbox import Delivery
from watcher.core.telling.paces import NEVER, Rate
from watcher.core.telling.retries import LONGEST_GAP
from watcher.pipeline.runtime import WatchedChannel
from watcher.pipeline.sending.delivering import Delivering
from watcher.stores.base import Turn

LEASE = timedelta(minutes=3)
"""Longer than any attempt may take; a crashed daemon's deliveries are free again after it."""


async def lease(with_: Delivering, channel: str) -> Delivery | None:
    """Claim the next delivery of a channel that is due, whatever its pace, if the channel is open or may be tried."""
    found = await with_.store.write(lambda turn: _Taking(turn=turn, channel=channel, now=with_.clock()).taken())
    return found if isinstance(found, Delivery) else None


async def take(with_: Delivering, channel: WatchedChannel) -> Delivery | timedelta | None:
    """Claim the next delivery of a channel; or how long to wait, if only the pace forbids it; None if none is due."""
    now, wide = with_.clock(), channel.id in with_.working
    busy = frozenset(recipient for name, recipient in with_.telling if name == channel.id)

    def work(turn: Turn) -> Delivery | timedelta | None:
        return _Taking(turn=turn, channel=channel.id, now=now, rate=channel.rate, wide=wide, busy=busy).taken()

    taken = await with_.store.write(work)
    if isinstance(taken, Delivery):
        with_.telling.add((channel.id, taken.recipient))
    return taken


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taking:
    """One look at a channel's queue; `wide` lets others be told beside the recipients who are `busy`."""

    turn: Turn
    channel: str
    now: datetime
    rate: Rate | None = None
    wide: bool = False
    busy: frozenset[str] = frozenset()

    def taken(self) -> Delivery | timedelta | None:
        outbox, state = self.turn.outbox, self.turn.outbox.channel_states().get(self.channel)
        if state is not None and (state.next_try is None or self._ahead(state.next_try)):
            return None
        held = outbox.held(self.channel)
        if held is not None and self._ahead(held):
            return None
        if self.busy and not (self.wide and state is None):
            return None
        resting = self._resting()
        if "" in resting:
            return self._wait(resting)
        # Nobody waits here for who is left alone: the store says when there is something for them again.
        alone = self.turn.queues.left_alone(self.channel, self.now)
        leased = outbox.lease(self.channel, self.now, self.now + LEASE, 1, skip=self.busy.union(resting, alone))
        if not leased:
            return self._wait(resting)
        if self.rate is not None:  # before it goes out: a restart must not be a way round the vendor's limit
            recipient = leased[0].recipient
            self.turn.queues.paced(self.channel, self.rate.key(recipient), self.now + self.rate.gap_to(recipient))
        return leased[0]

    def _ahead(self, moment: datetime) -> bool:
        """Whether to wait for it; one further ahead than any pause is of a clock that was ahead."""
        return self.now < moment <= self.now + LONGEST_GAP

    def _resting(self) -> Mapping[str, datetime]:
        """Recipients that may not be told yet, "" being all of them, and until when."""
        if self.rate is None:
            return {}
        if self.rate.each_recipient:
            return self.turn.queues.resting(self.channel, self.now, self.rate.longest)
        wait = self.rate.wait(self.turn.queues.next_at(self.channel, ""), self.now)
        return {"": self.now + wait} if wait > NEVER else {}

    def _wait(self, resting: Mapping[str, datetime]) -> timedelta | None:
        """How long until something may be told that is due now."""
        if not resting or not self.turn.queues.is_due(self.channel, self.now):
            return None
        return min(resting.values()) - self.now
