"""A drill: a marked test alert put into the outbox as a real one is, and what came back from every channel.

It raises no alert and stores no decision: nothing that counts alerts counts it.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from watcher.config import Config
from watcher.core.model import OccasionId, Severity, Trust
from watcher.core.telling.messages import AlertMessage, Told
from watcher.core.telling.outbox import Delivery, Occasion, delivery_id
from watcher.core.telling.routes import Way
from watcher.deliver import Transports
from watcher.network.guard import Guard
from watcher.network.http import Http
from watcher.network.resolver import ThreadResolver
from watcher.pipeline.runtime import Clock, Runtime
from watcher.pipeline.sending.delivering import Delivering, deliver
from watcher.pipeline.telling.encoding import encode, ways
from watcher.render.renderer import Renderer
from watcher.stores.base import Store, Turn
from watcher.stores.sqlite.evidence import Delivered, EvidenceTable
from watcher.stores.sqlite.sessions import snapshot

KIND: Final = "test"
OVER: Final = "the drill is over"
_OWN_TIME: Final = timedelta(minutes=10)
"""What this process delivers itself is due so late for others: should it die, a watcher sends it after all."""
_LOOK_S: Final = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """One test alert in the outbox: by which route, since when, and whom it is for."""

    route: str
    at: datetime
    occasion: OccasionId
    content: str
    ways: tuple[tuple[str, str], ...]


def marked_alert(way: Way, severity: Severity, now: datetime, to: tuple[tuple[str, str], ...]) -> Put:
    """The test alert of a route for these (channel, address)."""
    occasion = OccasionId(f"test:drill-{way.name}-{now:%Y%m%dT%H%M%S%f}")
    told = Told(
        alert="test",
        occasion=occasion,
        change="raised",
        severity=severity,
        headline="TEST: a drill; nothing has happened",
        news=(),
        event_type=None,
        status=None,
        publisher="watcher",
        host="",
        trust=Trust.UNKNOWN,
        published=None,
        seen=now,
        quotes=(),
        rule="drill",
        rule_title="A drill, begun by hand with `watcher drill`",
        rule_version="",
        why=(f"every {severity} alert that the route {way.name} takes comes this way",),
        link=None,
        language="en",
        summary=("If you can read this, alerts reach you. There is nothing to do.",),
        flags=("this is a test; nothing has happened",),
        article=occasion,
        story="",
        subject="test:drill",
    )
    message = AlertMessage(route=way.name, alerts=(told,))
    return Put(route=way.name, at=now, occasion=occasion, content=encode(message), ways=to)


async def put(
    store: Store, runtime: Runtime, routes: Sequence[Way], severity: Severity, now: datetime, *, ours: bool
) -> tuple[Put, ...]:
    """Put a test alert into the outbox for each route; with `ours` no other process sends it for now."""
    made = tuple(marked_alert(way, severity, now, ways(runtime, way.channels, severity)) for way in routes)

    def work(turn: Turn) -> None:
        for each in made:
            turn.outbox.tell(Occasion(id=each.occasion, kind=KIND, content=each.content, at=now), each.ways)
            if ours:
                turn.outbox.retell(each.occasion, each.content, now + _OWN_TIME)

    await store.write(work)
    return made


@contextlib.asynccontextmanager
async def own_delivering(store: Store, renderer: Renderer, clock: Clock) -> AsyncIterator[Delivering]:
    """What this process delivers with, where no watcher runs that would."""
    guard = Guard(ThreadResolver())
    async with Http(guard) as http:
        yield Delivering(
            store=store, transport=Transports(http, guard), renderer=renderer, clock=clock, hook=lambda _place: None
        )


async def deliver_all(with_: Delivering, runtime: Runtime, made: Sequence[Put]) -> None:
    """One attempt at every delivery, one after another, each stored as the daemon stores it."""
    for each in made:
        for channel, recipient in each.ways:
            now = with_.clock()
            delivery = Delivery(
                id=delivery_id(each.occasion, channel, recipient),
                occasion=each.occasion,
                channel=channel,
                recipient=recipient,
                state="leased",
                due=now,
                attempts=0,
                first_attempt=now,
                parts_done=0,
                reason="",
                created=now,
                content=each.content,
                thread=None,
            )
            await deliver(with_, runtime, runtime.channels[channel], delivery)


async def settled(look: Callable[[], Awaitable[Sequence[Delivered]]], patience_s: float) -> Sequence[Delivered]:
    """The deliveries once all are ended or were tried once, or the time is over."""
    until = time.monotonic() + patience_s
    found = await look()
    while any(each.state in ("due", "leased") and not each.attempts for each in found) and time.monotonic() < until:
        await asyncio.sleep(_LOOK_S)
        found = await look()
    return found


def looked_up(config: Config, made: Sequence[Put]) -> list[Delivered]:
    """How the deliveries stand."""
    with snapshot(config.store.path) as turn:
        table = EvidenceTable(turn)
        return [found for each in made for found in table.deliveries(each.occasion)]


async def end(store: Store, left: Sequence[Delivered], now: datetime) -> None:
    """Close what was not sent: a test must not arrive hours later."""
    waiting = [each.id for each in left if each.state == "due"]
    if waiting:
        await store.write(lambda turn: turn.outbox.close(waiting, OVER, now))
