"""The contract of what a store keeps of links: their keys, what was done by them, who left a list, who reads a feed.

Part of a turn, see `watcher.stores.base`: nothing here opens a transaction of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from watcher.core.model import Severity, Trust
from watcher.core.telling.actions import Key
from watcher.core.telling.lists import Renamed

SubscriptionKind = Literal["feed", "ics", "archive"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertSeen:
    """What a page says of an alert, as it stands now."""

    rule: str
    state: str
    severity: Severity
    headline: str
    language: str
    publisher: str
    trust: Trust
    published: datetime | None
    seen: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What somebody did by a link. `deed` is its number in the alert's history; `undone` is when it was taken back."""

    number: int
    action: str
    alert: str
    who: str
    at: datetime
    result: str
    deed: int | None = None
    undone: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsubscribed:
    """A reader who is not sent a list (`route:NAME`, `digest:NAME`) any more; `how` it came to that.

    They go by their address, whatever its capitals: `channel` is the one that they left it on.
    """

    channel: str
    recipient: str
    list: str
    since: datetime
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """Somebody left a list, or (`back`) is sent it again."""

    recipient: str
    list: str
    at: datetime
    how: str
    back: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownList:
    """A list that the configuration names or named: a hash of what it says, and since when it is `gone`."""

    settings: str
    gone: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """An address that somebody reads us at; `of` is a list or, empty, all of it. Revoked, it answers no more."""

    id: str
    kind: SubscriptionKind
    of: str
    who: str
    created: datetime
    revoked: datetime | None = None


class LinkTable(Protocol):
    """Links and what came of them."""

    def signing_keys(self) -> list[Key]:
        """All keys whose links are still taken, the newest first."""

    def add_key(self, key: Key) -> None:
        """Sign with this one from now on; those before it retire."""

    def drop_keys(self, ids: Collection[str]) -> None:
        """Forget keys: nothing that they signed is taken any more."""

    def alert(self, alert: str) -> AlertSeen | None:
        """An alert with the article it rests on; None if there is none."""

    def used(self, token: str) -> Use | None:
        """What was done by that link last, taken back or not."""

    def use(self, token: str, use: Use) -> None:
        """Put down that something was done by a link; it is given a number."""

    def undo(self, number: int, at: datetime) -> None:
        """Put down that it was taken back."""

    def left(self, recipient: str) -> dict[str, Unsubscribed]:
        """By list: what this reader is not sent any more, by whatever channel."""

    def turns(self, since: datetime, hows: Collection[str], limit: int) -> tuple[int, list[Left]]:
        """How often anybody left a list or came back in these ways since then, and the latest of it, newest first."""

    def lists(self) -> dict[str, KnownList]:
        """The lists that are and were configured."""

    def renames(self) -> list[Renamed]:
        """Which list got another name when, the oldest first."""

    def rename(self, moved: Mapping[str, str], kept: Collection[str], now: datetime) -> None:
        """Give lists other names at once: whoever left one left the other, and of those `kept` the one as well."""

    def note_lists(self, lists: Mapping[str, str], now: datetime) -> None:
        """Keep which lists there are now, each with its settings; all others are gone."""

    def leave(self, gone: Unsubscribed) -> bool:
        """Send this list no more; False if it was so already."""

    def rejoin(self, recipient: str, list_: str, *, now: datetime, how: str) -> bool:
        """Send it again; False if it was sent anyway."""

    def unsent(self, delivery: str, reason: str, now: datetime) -> None:
        """End a claimed delivery because its recipient left the list."""

    def gone(self, limit: int, list_: str | None = None) -> list[Unsubscribed]:
        """Everybody who is not sent something, or that list, the latest first."""

    def subscribe(self, subscription: Subscription) -> None:
        """Keep an address that somebody may read us at."""

    def subscription(self, id_: str) -> Subscription | None:
        """The one with that id, revoked or not."""

    def subscriptions(self, limit: int) -> list[Subscription]:
        """All of them, the newest first."""

    def revoke(self, id_: str, now: datetime) -> bool:
        """Answer it no more; False if there is none that is answered."""

    def content(self, occasion: str) -> str | None:
        """What an occasion says, as JSON."""

    def told(self, kind: str, limit: int, skip: int = 0) -> list[tuple[str, str, datetime]]:
        """(id, content, at) of the newest occasions of a kind, after the newest `skip`."""
