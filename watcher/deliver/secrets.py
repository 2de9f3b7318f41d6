"""Takes the secrets of a call out of what is kept about its answer: receivers may echo what they were sent."""

from __future__ import annotations

import base64
from dataclasses import replace
from urllib.parse import parse_qsl, unquote, urlsplit

from watcher.channels.base import Call, HttpCall, MailCall
from watcher.core.model import Outcome

MASK = "[secret]"
SHORTEST = 4
SHORTEST_SEGMENT = 8
PUBLIC_HEADERS = frozenset({"content-type", "webhook-id", "webhook-timestamp"})


def without_secrets(outcome: Outcome, call: Call) -> Outcome:
    """The outcome, with every secret of the call that its words repeat masked."""
    hidden = secrets_of(call)
    return replace(outcome, reason=_masked(outcome.reason, hidden), answer=_masked(outcome.answer, hidden))


def secrets_of(call: Call) -> tuple[str, ...]:
    """Everything in a call that a log must not show, the longest first, each form in which it may come back."""
    found: set[str] = set()
    match call:
        case HttpCall():
            found.update(_of_url(call.url.get_secret_value()))
            found.update(value for name, value in call.headers if name.lower() not in PUBLIC_HEADERS)
        case MailCall(password=password, username=user) if password is not None:
            plain = password.get_secret_value()
            whole = f"\0{user}\0{plain}"
            found.update((plain, *(base64.b64encode(text.encode()).decode("ascii") for text in (plain, whole))))
        case _:
            pass
    return tuple(sorted((secret for secret in found if len(secret) >= SHORTEST), key=len, reverse=True))


def _of_url(url: str) -> set[str]:
    parts = urlsplit(url)
    found = {url, parts.query, parts.password or "", parts.username or ""}
    found.update(segment for segment in parts.path.split("/") if len(segment) >= SHORTEST_SEGMENT)
    found.update(value for _, value in parse_qsl(parts.query))
    if len(parts.path) > SHORTEST_SEGMENT:
        found.add(parts.path)
    return found | {unquote(each) for each in found}


def _masked(text: str, hidden: tuple[str, ...]) -> str:
    for secret in hidden:
        text = text.replace(secret, MASK)
    return text
