"""Slack by bot: an update goes into the thread of the first telling, and what the Web API's answers mean; no I/O.

Source: Slack's Web API: chat.postMessage, chat.update (arguments and errors), "Rate limits".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from watcher.channels.answers import DONE, answer_object, refused_or_not, retry_after_s, said
from watcher.channels.base import HttpReply
from watcher.core.model import Outcome, Severity
from watcher.core.telling.messages import AlertMessage, Message
from watcher.core.text.escapes import one_line

POST, UPDATE = "chat.postMessage", "chat.update"

LATER = frozenset(
    [
        *("ratelimited", "rate_limited", "message_limit_exceeded", "request_timeout", "service_unavailable"),
        *("internal_error", "fatal_error", "team_added_to_org", "external_channel_migrating"),
    ]
)
SETTINGS = frozenset(
    [
        *("invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "missing_scope"),
        *("no_permission", "not_allowed_token_type", "org_login_required", "ekm_access_denied", "access_denied"),
        *("channel_not_found", "not_in_channel", "is_archived", "restricted_action", "team_access_not_granted"),
        *("accesslimited", "enterprise_is_restricted", "restricted_action_thread_locked"),
    ]
)
"""What the operator has to mend: the token, its rights, or the channel; everything would meet it alike."""
NO_UPDATE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed", "update_failed"})
"""The first message can't be changed any more; the update itself stands in the thread already."""

_REMOTE = re.compile(r"([A-Z][A-Z0-9]{1,30}):([0-9]{1,15}\.[0-9]{1,10})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a message goes: a channel, and the first telling's own place (`Outcome.remote`, or empty).

    `first` asks for an update to be shown in that one too.
    """

    channel: str
    remote: str
    first: bool


def bot_calls(
    bodies: Sequence[dict[str, object]], message: Message, place: Place
) -> Iterable[tuple[str, dict[str, object]]]:
    """Method and body of each call: the parts of the message, then the change of the first one."""
    known = _REMOTE.fullmatch(place.remote)
    for number, body in enumerate(bodies):
        # The id that Slack gave: a channel may have been renamed since.
        where: dict[str, object] = {"channel": known[1] if known else place.channel}
        if known:
            where["thread_ts"] = known[2]
            if number == 0 and _worse(message):
                where["reply_broadcast"] = True
        yield POST, where | body
    if known and place.first and isinstance(message, AlertMessage) and len(message.alerts) == 1:
        body = {key: value for key, value in bodies[0].items() if key in {"text", "blocks"}}
        yield UPDATE, {"channel": known[1], "ts": known[2], **body}


def _worse(message: Message) -> bool:
    """Whether the thread alone is too quiet for it: an alert has become urgent."""
    return isinstance(message, AlertMessage) and any(
        told.change == "severity_raised" and told.severity is Severity.URGENT for told in message.alerts
    )


def judged_bot(reply: HttpReply) -> Outcome:
    """What an answer of the Web API means: it says `ok: false` with status 200."""
    answer = answer_object(reply)
    match answer:
        case {"ok": True, "channel": str(channel), "ts": str(ts)}:
            known = _REMOTE.fullmatch(f"{channel}:{ts}")
            return Outcome(result="sent", reason="accepted", answer="ok", remote=known[0] if known else "")
        case {"ok": True}:
            return Outcome(result="sent", reason="accepted", answer="ok")
        case {"ok": False, "error": str(error)} if reply.status in DONE:
            return _refusal(error, _details(answer), reply)
        case _ if reply.status in DONE:
            return Outcome(result="retry", reason=f"slack did not say that it took the message: {said(reply)}")
        case {"error": str(cause)}:
            pass
        case _:
            cause = ""
    return refused_or_not(reply, "slack", cause=cause)


def _refusal(error: str, details: str, reply: HttpReply) -> Outcome:
    shown = one_line(f"{error}{details}")[:200]
    if error in NO_UPDATE:
        return Outcome(result="sent", reason=f"told in the thread; the first message stays as it was: {shown}")
    if error in LATER:
        result, reason = "retry", f"slack did not accept: {shown}"
    elif error in SETTINGS:
        result, reason = "pause", f"slack refuses us: {shown}"
    else:
        result, reason = "dead", f"slack refused the message: {shown}"
    wait_s = retry_after_s(reply) if result == "retry" else None
    return Outcome(result=result, reason=reason, retry_after_s=wait_s, answer=shown)


def _details(answer: dict[str, object]) -> str:
    """What the answer says besides its error: the scope that is missing, or the block that is wrong."""
    needed = answer.get("needed")
    found = [f"needs {needed}"] if isinstance(needed, str) else []
    match answer.get("response_metadata"):
        case {"messages": [*messages]}:
            found += [each for each in messages if isinstance(each, str)]
        case _:
            pass
    return f" ({'; '.join(found)})" if found else ""
