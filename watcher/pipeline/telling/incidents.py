"""What became of an alert without a message, told to the channels that keep an incident of it: acknowledged, or closed.

By a person or by itself. Other channels are not told: who did it knows, and an end is no news. Never tells twice: the
deed's number, or the moment of the end, makes the occasion's id.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from watcher.channels import ALERTS_ONLY
from watcher.core.model import OccasionId
from watcher.core.telling.messages import AlertMessage
from watcher.core.telling.outbox import Occasion, alert_occasion
from watcher.pipeline.runtime import Runtime
from watcher.pipeline.telling.changes import decode
from watcher.pipeline.telling.encoding import encode
from watcher.pipeline.telling.guarding import Guard
from watcher.stores.base import Store, Turn
from watcher.stores.queues import Unheard

LOOK_BACK = timedelta(days=7)
"""A deed that is older concerns nobody on call any more."""
ENDED = frozenset({"retracted", "closed", "merged", "recovered"})
"""What a message said last of an alert whose incident it ended."""
_BATCH = 50
_NOTHING = encode(AlertMessage(route="", alerts=()))
"""What an occasion says that tells nobody."""


async def follow_deeds(store: Store, runtime: Runtime, now: datetime) -> int:
    """Tell each channel that keeps incidents what was done, and what ended, since; returns how many were told."""
    told = 0
    for name, watched in runtime.channels.items():
        if watched.channel.kind not in ALERTS_ONLY:
            continue
        found = await store.read(partial(_unheard, channel=name, now=now))
        if found:
            told += await store.write(partial(_tell, runtime=runtime, channel=name, now=now))
    return told


def _unheard(turn: Turn, *, channel: str, now: datetime) -> tuple[Unheard, ...]:
    since = now - LOOK_BACK
    return (*turn.queues.unheard(channel, since, _BATCH), *turn.queues.unended(channel, since, _BATCH))


def _tell(turn: Turn, *, runtime: Runtime, channel: str, now: datetime) -> int:
    told, found = 0, _unheard(turn, channel=channel, now=now)
    guard = Guard(turn=turn, runtime=runtime, now=now, what="word of what became of an alert", event="deed.failed")
    for each in found:
        told += guard.run(f"{each.what} {each.alert}", partial(_told, turn, each, channel, now), _left) or 0
    for each in found:  # what tells nobody is settled too, with or without a fault: nothing later waits behind it
        turn.outbox.tell(Occasion(id=_occasion(each, channel), kind="deed", content=_NOTHING, at=now), ())
    return told


def _told(turn: Turn, each: Unheard, channel: str, now: datetime) -> int:
    """Tell one of them, in the words of the alert's last message."""
    message = decode(each.content)
    said = [one for one in message.alerts if one.alert == each.alert] if isinstance(message, AlertMessage) else []
    if not said or not isinstance(message, AlertMessage):
        return 0
    if each.what == "closed" and all(one.change in ENDED for one in said):
        return 0
    occasion = _occasion(each, channel)
    alert = replace(said[0], occasion=occasion, change=each.what, news=(), reminder=None)
    turn.outbox.tell(
        Occasion(
            id=occasion,
            kind="alert",
            content=encode(AlertMessage(route=message.route, alerts=(alert,))),
            at=now,
            alert=each.alert,
            thread=alert_occasion(each.alert, 1),
        ),
        [(channel, each.recipient)],
    )
    return 1


def _occasion(each: Unheard, channel: str) -> OccasionId:
    return OccasionId(f"{each.key}:{channel}")


def _left(_fault: Exception) -> None:
    """Leave it: all that were looked at are settled together."""
