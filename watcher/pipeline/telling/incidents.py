"""What a person did with an alert, told to the channels that keep an incident of it: acknowledged, or closed.

Other channels are not told of deeds: who did it knows. Never tells twice: the deed's number makes the occasion's id.
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
from watcher.stores.base import Store, Turn
from watcher.stores.queues import Unheard

LOOK_BACK = timedelta(days=7)
"""A deed that is older concerns nobody on call any more."""
_BATCH = 50


async def follow_deeds(store: Store, runtime: Runtime, now: datetime) -> int:
    """Tell each channel that keeps incidents what was done since; returns how many were told."""
    told = 0
    for name, watched in runtime.channels.items():
        if watched.channel.kind not in ALERTS_ONLY:
            continue
        found = await store.read(partial(_unheard, channel=name, now=now))
        if found:
            told += await store.write(partial(_tell, channel=name, now=now))
    return told


def _unheard(turn: Turn, *, channel: str, now: datetime) -> tuple[Unheard, ...]:
    return turn.queues.unheard(channel, now - LOOK_BACK, _BATCH)


def _tell(turn: Turn, *, channel: str, now: datetime) -> int:
    told = 0
    for each in _unheard(turn, channel=channel, now=now):
        message = decode(each.content)
        said = [one for one in message.alerts if one.alert == each.alert] if isinstance(message, AlertMessage) else []
        if not said or not isinstance(message, AlertMessage):
            continue
        occasion = OccasionId(f"deed:{each.deed}:{channel}")
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
        told += 1
    return told
