"""What all channels over HTTP read from an answer, or from there being none; decides nothing about success."""

from __future__ import annotations

import json
import math
from datetime import datetime
from email.utils import parsedate_to_datetime

from watcher.channels.base import Failure, HttpReply
from watcher.core.model import Outcome
from watcher.core.text.escapes import one_line

ANSWER_LIMIT = 300
DONE = range(200, 300)
REFUSALS = range(400, 500)
TRY_AGAIN = frozenset({408, 429})
"""Refusals that say "later": request timeout, too many requests. Source: RFC 9110 15.5.9, RFC 6585 4."""

REFUSED_LOGINS = frozenset({401, 403})
GONE = frozenset({410})
TOO_LARGE = 413

_WORDS = {
    "timeout": "no answer in time",
    "network": "the connection failed",
    "dns": "the host's name could not be resolved",
    "tls": "no safe connection",
    "refused_address": "the address is not allowed",
    "file": "the file could not be written",
}


def no_answer(failure: Failure) -> Outcome:
    """What becomes of a call that got no answer: another try, unless our own guard forbids the address.

    A request that had been written whole may have been accepted, so its repeat may be a duplicate.
    """
    reason = f"{_WORDS[failure.kind]}: {one_line(failure.text)}"[:ANSWER_LIMIT].removesuffix(": ")
    result = "pause" if failure.kind == "refused_address" else "retry"
    return Outcome(result=result, reason=reason, possible_duplicate=failure.sent)


def said(reply: HttpReply) -> str:
    """The answer in one line, for people: status and the beginning of the body."""
    body = one_line(reply.body[: 4 * ANSWER_LIMIT].decode("utf-8", "replace"))
    return f"{reply.status} {body}"[:ANSWER_LIMIT].strip()


def refused_or_not(
    reply: HttpReply,
    vendor: str,
    *,
    cause: str = "",
    wait_s: float | None = None,
    pause: frozenset[int] = REFUSED_LOGINS,
    gone: frozenset[int] = GONE,
) -> Outcome:
    """What a chat service's answer means by its status: taken, later, our settings, a closed endpoint, or never.

    `cause` is what the body says is wrong, `wait_s` how long it asks to be left alone besides its headers.
    """
    words = one_line(cause)[:ANSWER_LIMIT] or said(reply)
    waits = [seconds for seconds in (retry_after_s(reply), wait_s) if seconds is not None]
    status = reply.status
    if status in DONE:
        return Outcome(result="sent", reason="accepted", answer=said(reply))
    if status in pause:
        result, reason = "pause", f"{vendor} refuses us: {words}"
    elif status in gone:
        result, reason = "gone", f"{vendor} has closed this address: {words}"
    elif status == TOO_LARGE:
        result, reason = "dead", f"{vendor} finds the message too large: {words}"
    elif status in REFUSALS and status not in TRY_AGAIN:
        result, reason = "dead", f"{vendor} refused the message: {words}"
    else:
        result, reason = "retry", f"{vendor} did not accept: {words}"
    wait = max(waits) if waits and result == "retry" else None
    return Outcome(result=result, reason=reason, retry_after_s=wait, answer=said(reply))


def answer_object(reply: HttpReply) -> dict[str, object]:
    """The body as a JSON object; empty if it is none."""
    try:
        parsed = json.loads(reply.body)
    except (ValueError, RecursionError):
        return {}
    return parsed if isinstance(parsed, dict) else {}


def seconds_of(value: object) -> float | None:
    """A count of seconds from a JSON body, or None."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        seconds = float(value)
    except OverflowError:
        return None
    return seconds if math.isfinite(seconds) and seconds >= 0 else None


def header(reply: HttpReply, name: str) -> str | None:
    """The first header of that lower-case name, or None."""
    return next((value for key, value in reply.headers if key == name), None)


def retry_after_s(reply: HttpReply) -> float | None:
    """Seconds that the receiver asks to be left alone, or None.

    A date counts from the answer's own Date, so that neither clock needs to be right.
    Source: RFC 9110 10.2.3.
    """
    value = (header(reply, "retry-after") or "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    until, at = _date(value), _date(header(reply, "date") or "")
    return None if until is None or at is None else max(0.0, (until - at).total_seconds())


def _date(value: str) -> datetime | None:
    try:
        parsed = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return parsed if parsed.tzinfo is not None else None
