"""Whether a push is genuine: its signature, its age, its id; never says more than that it is refused, and why.

Source: Standard Webhooks, "Signature scheme" and "Verifying webhook authenticity".
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from watcher.core.plans import Inbox

TOLERANCE: Final = timedelta(minutes=5)
"""A signature older or younger than that is refused. Source: the reference library of Standard Webhooks."""
_PREFIX: Final = "whsec_"
_BYTES: Final = range(24, 65)
_SHORTEST: Final = 24
_MASK: Final = re.compile(r"\**")
"""How a secret looks to workers, which read strangers' documents and are given none."""
_ID: Final = re.compile(r"[!-~]{1,200}")
_MOST_SIGNATURES: Final = 20
_DIGITS: Final = 12


class Forged(Exception):
    """A push that is not proved; the text says what is wrong with it, and no secret."""


def check_secret(secret: str, scheme: Literal["standard", "hmac"]) -> None:
    """Raises ValueError if a secret cannot serve."""
    if _MASK.fullmatch(secret) and secret:
        return
    if scheme == "standard":
        _key(secret)
    elif len(secret) < _SHORTEST:
        raise ValueError(f"must have at least {_SHORTEST} signs for hmac; make one with: openssl rand -hex 32")


def proved(inbox: Inbox, headers: Mapping[str, str], body: bytes, now: datetime) -> str:
    """The id of a genuine push; one that comes again has the same. Raises Forged."""
    if inbox.scheme == "hmac":
        return _hmac(inbox, headers, body)
    id_, stated = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not _ID.fullmatch(id_):
        raise Forged("webhook-id is missing, or no plain text of at most 200 signs")
    if not (stated.isascii() and stated.isdigit() and len(stated) <= _DIGITS):
        raise Forged("webhook-timestamp is missing, or no number of seconds")
    expected = hmac.new(_key(inbox.secret), b".".join((id_.encode(), stated.encode(), body)), hashlib.sha256).digest()
    given = [
        part[3:] for part in headers.get("webhook-signature", "").split(" ")[:_MOST_SIGNATURES] if part[:3] == "v1,"
    ]
    if not given:
        raise Forged("webhook-signature is missing, or holds no v1 signature")
    # all are compared, so that the time taken says nothing
    if not any([hmac.compare_digest(expected, _decoded(each)) for each in given]):  # noqa: C419 - see above
        raise Forged("the signature does not fit")
    # Judged last: who cannot sign learns nothing of our clock.
    if abs(now - datetime.fromtimestamp(min(int(stated), 253_402_300_799), UTC)) > TOLERANCE:
        raise Forged("webhook-timestamp is more than 5 minutes off")
    return id_


def _hmac(inbox: Inbox, headers: Mapping[str, str], body: bytes) -> str:
    """A bare HMAC names no id and no time: the body itself is the id, so that nothing is taken in twice."""
    given = headers.get(inbox.header, "").strip().removeprefix("sha256=").lower()
    expected = hmac.new(inbox.secret.encode(), body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace")):
        raise Forged(f"the signature in {inbox.header} is missing, or does not fit")
    return f"sha256:{hashlib.sha256(body).hexdigest()}"


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _key(secret: str) -> bytes:
    key = _decoded(secret.removeprefix(_PREFIX)) if secret.startswith(_PREFIX) else b""
    if len(key) not in _BYTES:
        raise ValueError(
            f"must be {_PREFIX} and the base64 of 24 to 64 random bytes; make one with: "
            f'echo "{_PREFIX}$(openssl rand -base64 32)"'
        )
    return key
