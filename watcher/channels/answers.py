"""What all channels over HTTP read from an answer, or from there being none; decides nothing about success."""

from __future__ import annotations

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
