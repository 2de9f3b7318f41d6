"""The nouns of the outbox: occasions and deliveries, and the ids that make a repeat recognisable.

An id depends on nothing but what it names, so that a retry by hand, a restart or a second machine makes the same one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from watcher.core.model import DeliveryId, OccasionId


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """One decision to tell. `content` is the message as JSON; `thread` the occasion that this one answers.

    `alerts` are those that it tells of beside `alert`: updates of theirs wait behind it and are threaded to it.
    """

    id: OccasionId
    kind: str
    content: str
    at: datetime
    alert: str | None = None
    thread: str | None = None
    alerts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One message to one recipient of one channel, with what its attempts came to so far.

    `unsettled` counts how often it was claimed since without anything stored of what came of it.
    `faults` counts the attempts at which the message could not be made.
    """

    id: DeliveryId
    occasion: OccasionId
    channel: str
    recipient: str
    state: str
    due: datetime
    attempts: int
    first_attempt: datetime | None
    parts_done: int
    reason: str
    created: datetime
    content: str
    thread: str | None
    finished: datetime | None = None
    unsettled: int = 0
    faults: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try at a delivery, as it is written down."""

    delivery: DeliveryId
    number: int
    started: datetime
    finished: datetime
    result: str
    reason: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What becomes of a delivery after an attempt: its new state, and when it is due again if it is.

    `remote` is what the receiver calls the message, if it said so; `fault` says that it could not be made. Its 72 hours
    count from `first_attempt` on.
    """

    delivery: DeliveryId
    state: str
    due: datetime
    reason: str
    rendered: str | None = None
    remote: str = ""
    fault: bool = False
    first_attempt: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelState:
    """A channel that is not simply open: `paused` (tried once an hour) or `gone` (until resumed by hand)."""

    channel: str
    state: str
    since: datetime
    next_try: datetime | None
    reason: str


def short_hash(*parts: str) -> str:
    """The first 20 hex digits of the SHA-256 over the parts, each ended by NUL so that no two lists collide."""
    return hashlib.sha256("".join(f"{part}\0" for part in parts).encode()).hexdigest()[:20]


def delivery_id(occasion: str, channel: str, recipient: str) -> DeliveryId:
    """The id of a delivery: the same for all attempts, on all machines."""
    return DeliveryId("msg_" + short_hash(occasion, channel, recipient))


def alert_occasion(alert: str, number: int) -> OccasionId:
    """The id of the `number`-th decision to tell of an alert; 1 is its raising."""
    return OccasionId(f"alert:{alert}:{number}")


def backlog_occasion(kind: str, channel: str, deliveries: Iterable[str]) -> OccasionId:
    """The id of the occasion that tells of these waiting deliveries together: the same for the same ones."""
    prefix = "notice:backlog" if kind == "notice" else "backlog"
    return OccasionId(f"{prefix}:{channel}:{short_hash(*deliveries)}")


def flood_occasion(source: str, first: str, channels: Iterable[str]) -> OccasionId:
    """The id of the occasion that tells of a document's alerts together: `first` is its first article's, for all."""
    return OccasionId(f"flood:{source}:{short_hash(first, *channels)}")


def held_occasion(route: str, group: str, until: datetime, number: int) -> OccasionId:
    """The id of an occasion that tells together what a route held until then."""
    return OccasionId(f"held:{route}:{short_hash(group, until.isoformat(), str(number))}")


def issue_occasion(digest: str, period: str) -> OccasionId:
    """The id of the occasion of one issue."""
    return OccasionId(f"issue:{digest}:{period}")


def notice_occasion(kind: str, subject: str, number: int) -> OccasionId:
    """The id of the `number`-th notice of that kind on that subject."""
    return OccasionId(f"notice:{kind}:{subject}:{number}")
