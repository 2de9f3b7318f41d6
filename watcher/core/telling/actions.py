"""Signed links: what one lets its holder do, how an address carries it, and whether one that comes back is ours.

Never decides what an action does, and never makes a key: secrets and the time come in as arguments.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, Literal, get_args

Action = Literal["acknowledge", "snooze", "tomorrow", "mute", "not_relevant", "unsubscribe", "issue", "subscription"]
"""What a link is for: five things to do with an alert, leaving a list, one issue to read, or a feed subscribed to."""
ON_ALERTS: Final[tuple[Action, ...]] = ("acknowledge", "snooze", "tomorrow", "mute", "not_relevant")
LIFETIMES: Final[dict[Action, timedelta]] = {
    **dict.fromkeys(ON_ALERTS, timedelta(days=7)),
    "unsubscribe": timedelta(days=400),
    "issue": timedelta(days=400),
}
"""How long each holds. A mail is kept for years and must let its reader out; who acts on an alert does so in days.

A subscription holds until it is revoked.
"""
Refusal = Literal["forged", "expired"]

SECRET_BYTES: Final = 32
_MAC_BYTES: Final = 16
"""128 bits: as many as HMAC-SHA256 may be cut to. Source: RFC 2104 5 (not less than half the hash)."""
_PURPOSE: Final = b"watcher link 1\0"
_LONGEST: Final = 4_000
_TOKEN: Final = re.compile(r"([a-z0-9]{1,16})\.([A-Za-z0-9_-]{1,3900})\.([A-Za-z0-9_-]{22})")
_PARTS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What links are signed with. `retired` is when another took its place: what was made before that still holds."""

    id: str
    secret: bytes = field(repr=False)
    created: datetime
    retired: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """What a link says: what may be done, with what, by whom, until when.

    `of` is an alert's id, the name of a list (`route:desk`, `digest:weekly`), an issue (`weekly/2026-W06`) or the id of
    a subscription. `channel` and `recipient` are those of the delivery that carried it.
    """

    action: Action
    of: str
    channel: str
    recipient: str
    until: datetime | None = None

    @property
    def who(self) -> str:
        """Whoever acts by it, as far as it is known: the address it was sent to, else the channel."""
        return self.recipient or f"channel {self.channel}"

    @property
    def made(self) -> datetime | None:
        """When it was made, to the second; None of one that never runs out."""
        life = LIFETIMES.get(self.action)
        return None if self.until is None or life is None else self.until - life


def ticket(action: Action, of: str, channel: str, recipient: str, made: datetime) -> Ticket:
    """A ticket that was made then: the same for the same arguments, over all attempts at a delivery."""
    life = LIFETIMES.get(action)
    until = None if life is None else (made + life).replace(microsecond=0)
    return Ticket(action=action, of=of, channel=channel, recipient=recipient, until=until)


def signed(given: Ticket, key: Key) -> str:
    """The ticket as a word that may stand in the path of an address: key, content and signature."""
    until = 0 if given.until is None else int(given.until.timestamp())
    content = json.dumps(
        [given.action, given.of, given.channel, given.recipient, until], ensure_ascii=False, separators=(",", ":")
    )
    body = _text(content.encode("utf-8", "replace"))
    return f"{key.id}.{body}.{_text(_mac(key, body))}"


def opened(token: str, keys: Iterable[Key], now: datetime) -> Ticket | Refusal:
    """What a token says if one of these keys signed it and it has not run out; any text may come in.

    Of a retired key only what it can have signed before it retired is taken, so that whoever finds it later makes none.
    """
    found = _TOKEN.fullmatch(token) if len(token) <= _LONGEST else None
    key = next((each for each in keys if found is not None and each.id == found[1]), None)
    if found is None or key is None or not hmac.compare_digest(_text(_mac(key, found[2])), found[3]):
        return "forged"
    read = _read(found[2])
    if read is None or _signed_too_late(read, key):
        return "forged"
    return "expired" if read.until is not None and read.until <= now else read


def current(keys: Iterable[Key]) -> Key | None:
    """The key that signs now: the newest that is not retired."""
    return max((key for key in keys if key.retired is None), key=lambda key: key.created, default=None)


def fingerprint(token: str) -> str:
    """What a token is remembered by; it can't be made from that again."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()[:32]


def _signed_too_late(read: Ticket, key: Key) -> bool:
    life = LIFETIMES.get(read.action)
    if key.retired is None or life is None:
        return False
    return read.until is None or read.until - life > key.retired


def _read(body: str) -> Ticket | None:
    """The ticket in a body that we signed; None if an older or newer watcher meant something else by it."""
    try:
        content = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        if not isinstance(content, list) or len(content) != _PARTS:
            return None
        action, of, channel, recipient, until = content
        if action not in get_args(Action) or not isinstance(until, int):
            return None
        end = datetime.fromtimestamp(until, UTC) if until else None
    except (ValueError, binascii.Error, OverflowError, OSError, TypeError):
        return None
    return Ticket(action=action, of=str(of), channel=str(channel), recipient=str(recipient), until=end)


def _mac(key: Key, body: str) -> bytes:
    data = _PURPOSE + key.id.encode() + b"\0" + body.encode()
    return hmac.new(key.secret, data, hashlib.sha256).digest()[:_MAC_BYTES]


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
