"""One attempt at a delivery: wire form, calls, answers, outcome; the only way out for messages.

It never raises, never tries twice by itself, and never lets a secret into an outcome.
"""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

from watcher.channels.base import Call, Channel, Envelope, HttpCall
from watcher.core.addresses import Policy
from watcher.core.errors import DeliverError
from watcher.core.model import Outcome
from watcher.core.telling.messages import Rendered
from watcher.core.text.escapes import one_line
from watcher.deliver.secrets import reply_without_secrets, without_secrets
from watcher.deliver.transports import Hook, Transport, Transports, no_hook

__all__ = ["Hook", "OnPart", "Transport", "Transports", "attempt"]

OnPart = Callable[[int, tuple[bytes, ...], str], Awaitable[None]]
"""Told how many parts the receiver has taken by now, after each one, what all say, and of which split they are."""

DEADLINE_S = 30.0
PARTS_S = 90.0
"""No further part is begun after so long: an attempt must end well within its lease."""
BEFORE_SEND, AFTER_ANSWER = "before_send", "after_answer"


async def _at_once() -> None:
    """The pace of a channel that has none."""


async def attempt(
    channel: Channel,
    rendered: Rendered,
    envelope: Envelope,
    *,
    transport: Transport,
    policy: Policy,
    on_part: OnPart,
    parts_done: int = 0,
    bodies: tuple[bytes, ...] = (),
    split: str | None = None,
    address: str = "",
    deadline_s: float = DEADLINE_S,
    parts_s: float = PARTS_S,
    between: Callable[[], Awaitable[None]] = _at_once,
    hook: Hook = no_hook,
) -> Outcome:
    """What one try at a delivery came to; each part that the receiver took is told to `on_part` at once.

    The first `parts_done` parts were taken in earlier attempts and are not sent again; the rest says what `bodies` say,
    the parts as they were then: split anew, a message could repeat or leave out what lay at an edge. They count for the
    `split` that they are of alone: where the channel is of another kind or `address` by now, or makes other parts of
    the message, all of it is sent. `deadline_s` is
    for each call as a whole; after `parts_s` the parts that are left wait for the next attempt. `between` waits before
    each further part, at the channel's pace. `hook` is called with before_send, mid_send and after_answer, for tests
    that end the process.
    """
    try:
        made = channel.wire(rendered, envelope)
    except DeliverError as e:
        return Outcome(result="dead", reason=one_line(str(e)))
    except Exception as e:  # noqa: BLE001 - the per-delivery guard: one bad message must not stop the others
        return Outcome(result="dead", reason=_fault(e))
    calls = _as_begun(made, bodies if parts_done and (split is None or split.startswith(f"{address}/")) else ())
    now_split = f"{address}/{len(calls)}"
    if split not in {None, now_split} or parts_done > len(calls):
        calls, parts_done, now_split = made, 0, f"{address}/{len(made)}"
    outcome = Outcome(result="sent", reason="all parts were taken before")
    said, remote = _kept(calls), ""
    end = asyncio.get_running_loop().time() + parts_s
    for number, call in enumerate(calls[parts_done:], start=parts_done + 1):
        if number > parts_done + 1:
            await between()
        outcome = await _send(channel, call, transport, policy=policy, deadline_s=deadline_s, hook=hook)
        remote = remote or outcome.remote  # the first part's: answers go there
        outcome = replace(outcome, remote=remote)
        if outcome.result != "sent":
            return outcome
        if len(calls) == 1:  # its mark follows at once and says as much
            break
        try:
            await on_part(number, said, now_split)
        except Exception as e:  # noqa: BLE001 - the per-delivery guard: what is sent stays sent
            outcome = replace(outcome, reason=f"taken, but part {number} not noted: {_fault(e)}", answer="")
        if number < len(calls) and asyncio.get_running_loop().time() >= end:
            return replace(outcome, result="retry", reason=f"{number} of {len(calls)} parts taken, the rest follows")
    return outcome


def _kept(calls: tuple[Call, ...]) -> tuple[bytes, ...]:
    """What the parts say, for the rest to follow in these words; nothing where it is one, or a secret is in it."""
    posts = [call for call in calls if isinstance(call, HttpCall)]
    return tuple(post.body for post in posts) if len(posts) > 1 and not any(post.secrets for post in posts) else ()


def _as_begun(calls: tuple[Call, ...], bodies: tuple[bytes, ...]) -> tuple[Call, ...]:
    """The calls with the words they were begun with; those whose headers go by the body (a signature) stay as made.

    So do those that go to several addresses.
    """
    if not bodies or not calls:
        return calls
    first, *others = calls
    if not isinstance(first, HttpCall) or any(
        not isinstance(each, HttpCall) or (each.url, each.headers) != (first.url, first.headers) for each in others
    ):
        return calls
    return tuple(replace(first, body=body) for body in bodies)


async def _send(
    channel: Channel, call: Call, transport: Transport, *, policy: Policy, deadline_s: float, hook: Hook
) -> Outcome:
    sending = False
    try:
        hook(BEFORE_SEND)
        sending = True
        reply = await transport.send(call, policy=policy, deadline_s=deadline_s, hook=hook)
        hook(AFTER_ANSWER)
        outcome = channel.judge(reply_without_secrets(reply, call))
    except Exception as e:  # noqa: BLE001 - the per-delivery guard: one bad channel must not stop the others
        outcome = Outcome(result="retry", reason=_fault(e), possible_duplicate=sending)
    try:
        return without_secrets(outcome, call)
    except Exception as e:  # noqa: BLE001 - the per-delivery guard: what is sent stays sent, but its words can't be shown
        return replace(outcome, reason=_fault(e), answer="")


def _fault(error: Exception) -> str:
    """Where the program is at fault; the error's own words are left out, because they may hold a secret."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"a fault in watcher: {type(error).__name__}{place}"
