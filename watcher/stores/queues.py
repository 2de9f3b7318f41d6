"""The contract of channels' queues: their pace, their outages and how they stand; part of a turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from watcher.core.telling.outages import Outage


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """What waits for one channel. `next_due` is when the first of it may go out; None while only a person lets it."""

    channel: str
    waiting: int
    alerts: int
    oldest: datetime
    next_due: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unheard:
    """What became of an alert that a channel was told of, and has not heard. `content` is its last message.

    `key` begins the id of the occasion that tells it: one for each deed, and one for each end by itself.
    """

    key: str
    alert: str
    what: str
    recipient: str
    content: str


class QueueTable(Protocol):
    """Channels' queues beside the deliveries themselves."""

    def next_at(self, channel: str, key: str) -> datetime | None:
        """When the channel, or the recipient `key` of it, may be told again; may lie in the past."""

    def paced(self, channel: str, key: str, until: datetime) -> None:
        """Leave the channel, or that recipient of it, alone until then."""

    def resting(self, channel: str, now: datetime, gap: timedelta) -> Mapping[str, datetime]:
        """Recipients that may not be told yet, with when they may."""

    def rest(self, channel: str, recipient: str, until: datetime, began: datetime) -> datetime | None:
        """Leave one recipient alone until then, as its receiver asks; until when all are to be left alone, if they are.

        That is so where another one was refused just before, and nobody's message was taken between: all of them rest
        until the earlier of the two moments.
        """

    def left_alone(self, channel: str, now: datetime) -> Mapping[str, datetime]:
        """Recipients whose receiver asked to be left alone, with until when."""

    def taken(self, channel: str, recipient: str, since: datetime) -> None:
        """A message to the recipient, begun at `since`, was taken: what was asked for before then is over."""

    def is_due(self, channel: str, now: datetime) -> bool:
        """Whether anything of the channel is due and unclaimed."""

    def outages(self, channel: str) -> Mapping[str, Outage]:
        """For how long the channel (under "") and each recipient of it has failed."""

    def save_outage(self, channel: str, outage: Outage | None, recipient: str = "") -> None:
        """Begin it, go on with it, or (None) end it."""

    def failing(self) -> Sequence[Outage]:
        """The outages of whole channels that were told."""

    def troubled(self) -> Sequence[Outage]:
        """The outages of single recipients that were told, or in which a message was refused or given up."""

    def idle(self) -> Sequence[Outage]:
        """All outages, of channels and recipients, of those for whom nothing waits: what is over for them is over."""

    def remote(self, channel: str, recipient: str, occasion: str) -> str:
        """What the receiver calls the first message that told the recipient of one of the occasion's alerts; or ""."""

    def alone(self, channel: str, recipient: str, occasion: str) -> bool:
        """Whether that first message told of one alert alone, so that it may be changed without taking others away."""

    def unheard(self, channel: str, since: datetime, limit: int) -> tuple[Unheard, ...]:
        """Who acknowledged or closed what the channel had been told of by then, as far as no occasion says so."""

    def unended(self, channel: str, since: datetime, limit: int) -> tuple[Unheard, ...]:
        """What the channel had been told of and closed by itself since, as far as no occasion says so."""

    def contents(self, channel: str, limit: int, recipient: str | None = None) -> Sequence[str]:
        """The alerts' messages that wait for the channel, or for one recipient of it, in order."""

    def queues(self) -> Sequence[Queue]:
        """Every channel that something waits for."""
