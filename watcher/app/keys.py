"""Keys that links are signed with, and ids of addresses that are given out: made of chance here, kept by the store."""

from __future__ import annotations

import secrets
from datetime import datetime

from watcher.core.telling.actions import SECRET_BYTES, Key, current, signed, ticket
from watcher.pipeline.telling.linking import ARCHIVE, FEED
from watcher.stores.base import Turn
from watcher.stores.links import Subscription, SubscriptionKind

_PATHS: dict[SubscriptionKind, tuple[tuple[str, str], ...]] = {
    "feed": ((FEED, "/atom.xml"), (FEED, "/feed.json")),
    "ics": ((FEED, "/dates.ics"),),
    "archive": ((ARCHIVE, ""),),
}


def new_key(now: datetime) -> Key:
    """A key that nobody has."""
    return Key(id=f"k{secrets.token_hex(3)}", secret=secrets.token_bytes(SECRET_BYTES), created=now)


def new_subscription(kind: SubscriptionKind, of: str, who: str, now: datetime) -> Subscription:
    """An address for one reader; its id can't be guessed, and begins with no dash, which would read as an option."""
    return Subscription(id=secrets.token_hex(9), kind=kind, of=of, who=who, created=now)


def addresses(turn: Turn, subscription: Subscription, base: str) -> tuple[str, ...]:
    """Where a subscription is read at; nothing without a key.

    They are signed anew with the key of now, so that what is printed holds as long as the subscription does.
    """
    key = current(turn.links.signing_keys())
    if key is None:
        return ()
    token = signed(ticket("subscription", subscription.id, "", "", subscription.created), key)
    return tuple(f"{base.rstrip('/')}{path}{token}{end}" for path, end in _PATHS[subscription.kind])
