"""The contract of what goes out: occasions, deliveries, channels, the digests' queues and issues.

Part of a turn, see `watcher.stores.base`: nothing here opens a transaction of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from watcher.core.ledger import IssueRecord, QueuedChange
from watcher.core.model import DeliveryId, OccasionId
from watcher.core.telling.backlogs import Waiting
from watcher.core.telling.outbox import Attempt, ChannelState, Delivery, Mark, Occasion


class OutboxTable(Protocol):
    """Occasions and deliveries."""

    def tell(self, occasion: Occasion, ways: Sequence[tuple[str, str]]) -> None:
        """Store an occasion with one delivery per (channel, recipient), due at once; nothing if it is there."""

    def retell(self, occasion: OccasionId, content: str, due: datetime) -> bool:
        """Change what an occasion says and when it is due, for deliveries that nobody has tried yet.

        False if somebody has, or there is none: then it says what it said.
        """

    def next_number(self, prefix: str) -> int:
        """1 + the number of occasions whose id begins so."""

    def lease(
        self, channel: str, now: datetime, until: datetime, limit: int, *, skip: Collection[str] = ()
    ) -> list[Delivery]:
        """Claim due deliveries of a channel, in order of creation: unclaimed or with a lease that ran out.

        A moment further ahead than any pause is one of a clock that was ahead, and counts as past.

        Nothing is claimed for the recipients in `skip`. A delivery that is not yet due again holds back what tells its
        recipient of the same alerts later, unless its receiver refused it for itself; it holds back nothing else.
        """

    def release_leases(self) -> int:
        """Free every claim; only for who owns the outbox alone, at its start: the claimants are dead.

        That counts as unsettled, as a claim does of what is claimed still: it may have gone out, and nobody knows.
        """

    def progress(self, delivery: str, parts_done: int, bodies: Sequence[bytes] = (), split: str = "") -> None:
        """Note that so many parts were accepted. `bodies` are what all parts say, kept until the message is sent.

        What was noted of another `split` is forgotten.
        """

    def bodies(self, delivery: str) -> tuple[bytes, ...]:
        """What the parts of a message say of which some were accepted; empty if it has one part or none was."""

    def split(self, delivery: str) -> str | None:
        """Of which split the accepted parts are; None if that was not noted."""

    def mark(self, attempt: Attempt, mark: Mark) -> None:
        """Store an attempt and what becomes of its delivery, right after the answer."""

    def give_back(self, delivery: str, due: datetime) -> None:
        """End a claim without an attempt: nothing was sent, and it is due again then."""

    def waiting(self, now: datetime) -> list[tuple[str, datetime]]:
        """(channel, when to try next) of every channel with unfinished deliveries; those that are gone are left out.

        What waits behind an earlier telling of its alert counts with that one.
        """

    def wake(self, channel: str, now: datetime, *, tried_before: datetime, answered: bool) -> int:
        """Make due at once what failed for a passing reason at an attempt before that moment; the channel works.

        `answered` takes what its receiver answered along, else only what no answer came to.
        """

    def is_behind(self, channel: str, recipient: str, late: datetime, more_than: int) -> bool:
        """Whether more than so many wait for a recipient that were tried in vain, or stored before `late`."""

    def backlog(self, channel: str, recipient: str, limit: int) -> list[Waiting]:
        """Alerts and notices that wait for a recipient and of which nothing was sent yet, in order of telling."""

    def close(
        self, deliveries: Sequence[str], reason: str, now: datetime, *, told_in: DeliveryId | None = None
    ) -> None:
        """End waiting deliveries unsent: what they say is told elsewhere (`told_in`), as the reason says."""

    def hold(self, channel: str, until: datetime, *, began: datetime, address: str = "") -> None:
        """Leave a channel alone until then, because its receiver at that address asked for it."""

    def lift(self, channel: str, asked_before: datetime) -> None:
        """End a hold that was asked for before then."""

    def lift_moved(self, addresses: Mapping[str, str], now: datetime) -> None:
        """End the holds of channels that lead elsewhere by now; what waits for them is due."""

    def held(self, channel: str) -> datetime | None:
        """Until when a channel is to be left alone; may lie in the past."""

    def channel_states(self) -> dict[str, ChannelState]:
        """Channels that are paused or gone."""

    def shut(self) -> frozenset[str]:
        """Channels paused or gone, whose failing was told, or that took nothing since they refused a message.

        What only some of several recipients refuse does not shut a channel.
        """

    def unheeded(self) -> frozenset[tuple[str, str]]:
        """(channel, recipient) of whom was told that they fail, or who took nothing since they refused a message."""

    def set_channel(self, state: ChannelState | None, channel: str) -> bool:
        """Pause, close or (None) reopen a channel; True if that changed anything."""


class IssueTable(Protocol):
    """The digests' queues and issues."""

    def since(self, digest: str, now: datetime) -> datetime:
        """When the digest was first known; `now`, which is then written, if that is now.

        For a clock that stands before that, the moment from which it has done so: see `reckon`.
        """

    def is_off(self, digest: str, now: datetime) -> bool:
        """Whether the clock has come to stand before when the digest was first known, or no longer does."""

    def reckon(self, digest: str, now: datetime) -> None:
        """While the clock stands before when the digest was first known, let it be known from now on.

        When it was first known is kept: which of the two clocks is wrong shows only later.
        """

    def bring_back(self, digest: str, now: datetime, assigned: datetime) -> None:
        """Let what a clock that stood ahead of now assigned be assigned at that moment."""

    def last(self, digest: str, by: datetime | None = None) -> IssueRecord | None:
        """The newest issue, covered ones included; with `by`, of those that end by then."""

    def listed(self, digest: str, limit: int) -> list[IssueRecord]:
        """Issues, newest first."""

    def digests(self) -> Sequence[str]:
        """Every digest that was issued once, whatever is configured now; not what is collected for one recipient."""

    def has(self, digest: str, period: str, now: datetime) -> bool:
        """Whether that period was issued, or covered by another's issue that ends by now."""

    def uncover(self, digest: str, now: datetime) -> list[str]:
        """Free the periods that were covered by ones that end after now, and return the keys of those."""

    def waiting(self, digest: str, before: datetime) -> list[QueuedChange]:
        """What was assigned before that moment and waits for an issue, in the order of assignment; at most 5,000.

        What cannot be read is not among it.
        """

    def set_aside(self, digest: str, before: datetime, now: datetime) -> list[tuple[str, str]]:
        """Take what cannot be read from the queue: (alert, why) of each; a decision on the alert keeps the why."""

    def told(self, digest: str, subjects: Collection[str]) -> dict[str, str]:
        """The newest issue that told each of these subjects."""

    def issue(
        self,
        record: IssueRecord,
        covered: Sequence[IssueRecord],
        taken_before: datetime,
        now: datetime,
        places: Mapping[str, tuple[str, str]] | None = None,
    ) -> None:
        """Store an issue and the periods it covers, and take what waited from the queue. Nothing if it is there.

        `places` are where it put each alert that it took, and why.
        """

    def counts(self, sources: Collection[str], begin: datetime, end: datetime) -> tuple[int, int]:
        """(how many of these sources answered and are not `quiet`, articles read) in that stretch."""

    def quiet(self, sources: Collection[str], begin: datetime) -> list[tuple[str, str]]:
        """Sources without a good answer since `begin`, or failing now, each in words."""
