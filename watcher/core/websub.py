"""WebSub as a subscriber speaks it: which hub a feed names, what is asked of it, and whether it is the hub that calls.

Never decides when to ask. Source: https://www.w3.org/TR/websub/ 4 (discovery), 5 (subscribing), 7 (distribution).
"""

from __future__ import annotations

import hashlib
import hmac
import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from watcher.core.urls import http_url

LEASE: Final = timedelta(days=1)
"""What we ask for: what a restart leaves behind at a hub is gone as soon."""
_LEASES: Final = (timedelta(minutes=10), timedelta(days=10))
_LOOKED_AT: Final = 64 * 1024
_CHALLENGE: Final = 2_048
_HEADER: Final = re.compile(r"<([^<>]{1,2000})>([^,<]{0,500})")
_ELEMENT: Final = re.compile(r"<(?:atom(?:10)?:)?link\s([^<>]{1,2000})>", re.IGNORECASE)
_REL: Final = re.compile(r"\brel\s*=\s*[\"']?([a-z ]{1,40})", re.IGNORECASE)
_HREF: Final = re.compile(r"\bhref\s*=\s*[\"']([^\"']{1,2000})[\"']", re.IGNORECASE)
_HASHES: Final = {"sha1": hashlib.sha1, "sha256": hashlib.sha256, "sha384": hashlib.sha384, "sha512": hashlib.sha512}


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """What was asked of a hub. `until` is None as long as the hub has not called back."""

    source: str
    hub: str
    topic: str
    token: str = field(repr=False)
    secret: str = field(repr=False)
    asked: datetime
    until: datetime | None = None

    def is_due(self, now: datetime) -> bool:
        """Whether to ask again: a quarter of the lease before it ends, or an hour after no answer came."""
        if self.until is None:
            return now - self.asked > timedelta(hours=1)
        return now > self.until - (self.until - self.asked) / 4


def hub_of(headers: Mapping[str, str], body: bytes, base: str) -> tuple[str, str] | None:
    """The hub and the topic that a feed names for itself, in its headers or else its beginning; None unless both.

    A feed that does not say what it is called is not subscribed to: its address may be a secret.
    """
    said = [(_rels(rest), where) for where, rest in _HEADER.findall(headers.get("link", "")[:8_000])]
    if not any("hub" in rels for rels, _ in said):
        text = body[:_LOOKED_AT].decode("utf-8", "replace")
        inner = [(_rels(each), _HREF.search(each)) for each in _ELEMENT.findall(text)]
        said = [(rels, html.unescape(href[1])) for rels, href in inner if href is not None]
    found = {name: http_url(where, base) for rels, where in reversed(said) for name in rels}
    hub, topic = found.get("hub"), found.get("self")
    return (hub, topic) if hub is not None and topic is not None else None


def asking(subscription: Subscription, callback: str) -> bytes:
    """The form that asks the hub."""
    pairs = {
        "hub.callback": callback,
        "hub.mode": "subscribe",
        "hub.topic": subscription.topic,
        "hub.secret": subscription.secret,
        "hub.lease_seconds": str(int(LEASE.total_seconds())),
    }
    return urlencode(pairs).encode("ascii")


def confirmed(subscription: Subscription, query: Mapping[str, str], now: datetime) -> tuple[str, datetime] | None:
    """What to answer to the hub's question whether it was us, and until when it will call; None if it was not."""
    challenge = query.get("hub.challenge", "")
    if query.get("hub.mode") != "subscribe" or query.get("hub.topic") != subscription.topic:
        return None
    if not 0 < len(challenge) <= _CHALLENGE:
        return None
    stated = query.get("hub.lease_seconds", "")
    digits = stated if stated.isascii() and stated.isdigit() and len(stated) < 10 else ""  # noqa: PLR2004
    lease = timedelta(seconds=int(digits)) if digits else LEASE
    return challenge, now + min(max(lease, _LEASES[0]), _LEASES[1])


def is_signed(subscription: Subscription, signature: str, body: bytes) -> bool:
    """Whether a body comes from the hub that was given the secret. Form of the signature: `sha256=<hex>`."""
    method, _, given = signature.strip().partition("=")
    made = _HASHES.get(method.lower())
    if made is None:
        return False
    expected = hmac.new(subscription.secret.encode(), body, made).hexdigest()
    return hmac.compare_digest(expected.encode(), given.lower().encode("utf-8", "replace"))


def _rels(text: str) -> frozenset[str]:
    found = _REL.search(text)
    return frozenset(found[1].lower().split()) if found is not None else frozenset()
