"""Takes the secrets of a call out of what is kept about its answer: receivers may echo what they were sent."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from watcher.channels.base import (
    AppriseCall,
    AppriseReply,
    Call,
    Failure,
    HttpCall,
    HttpReply,
    MailCall,
    MailReply,
    Reply,
)
from watcher.core.model import Outcome
from watcher.core.secrets import MASK, masked

SHORTEST = 4
SHORTEST_SEGMENT = 8
SWITCHES = frozenset({"true", "false", "null"})
"""Values of no secret: masked, they would make an answer in JSON unreadable."""
PUBLIC_HEADERS = frozenset({"content-type", "webhook-id", "webhook-timestamp"})


def without_secrets(outcome: Outcome, call: Call) -> Outcome:
    """The outcome, with every secret of the call that its words repeat masked."""
    hidden = secrets_of(call)
    return replace(outcome, reason=masked(outcome.reason, hidden), answer=masked(outcome.answer, hidden))


def reply_without_secrets(reply: Reply, call: Call) -> Reply:
    """The answer with the call's secrets masked before anybody shortens it: half a secret would not be known again."""
    hidden = secrets_of(call)
    match reply:
        case HttpReply(body=body):
            for secret in hidden:
                body = body.replace(secret.encode("utf-8", "replace"), MASK.encode())
            return replace(reply, body=body)
        case MailReply(text=text) | Failure(text=text) | AppriseReply(text=text):
            return replace(reply, text=masked(text, hidden))
        case _:
            return reply


def secrets_of(call: Call) -> tuple[str, ...]:
    """Everything in a call that a log must not show, the longest first, each form in which it may come back."""
    found: set[str] = set()
    match call:
        case HttpCall():
            found.update(_of_url(call.url.get_secret_value()))
            found.update(value for name, value in call.headers if name.lower() not in PUBLIC_HEADERS)
            found.update(secret.get_secret_value() for secret in call.secrets)
        case AppriseCall():
            url = call.url.get_secret_value()
            parts = _split(url)
            if parts is not None:  # of a service without hosts the host holds a token
                found.update(part for part in re.split("[:@]", parts.netloc) if len(part) >= SHORTEST_SEGMENT)
            found.update(_of_url(url))
        case MailCall(password=password, username=user) if password is not None:
            plain = password.get_secret_value()
            whole = f"\0{user}\0{plain}"
            found.update((plain, *(base64.b64encode(text.encode()).decode("ascii") for text in (plain, whole))))
        case _:
            pass
    return tuple(sorted((secret for secret in found if len(secret) >= SHORTEST), key=len, reverse=True))


def _split(url: str) -> SplitResult | None:
    """The address in its parts; None for what is none of RFC 3986, as some services of apprise have it."""
    try:
        return urlsplit(url)
    except ValueError:
        return None


def _of_url(url: str) -> set[str]:
    parts = _split(url)
    if parts is None:
        pieces = (piece for piece in re.split("[/:@?&=#]", url) if len(piece) >= SHORTEST_SEGMENT)
        return {url, *pieces, *map(unquote, re.split("[/?&=#]", url)[2:])}
    found = {url, parts.query, parts.password or "", parts.username or ""}
    found.update(segment for segment in parts.path.split("/") if len(segment) >= SHORTEST_SEGMENT)
    found.update(value for _, value in parse_qsl(parts.query) if value not in SWITCHES)
    if len(parts.path) > SHORTEST_SEGMENT:
        found.add(parts.path)
    found |= {unquote(each) for each in found}
    return found | {each.replace("/", "\\/") for each in found}  # as JSON may write it
