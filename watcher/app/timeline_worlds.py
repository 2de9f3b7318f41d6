"""The world of one time line: the real rules, routes and store on a clock moved by hand, and channels that remember.

Nothing of it leaves the process but a database in a folder that is gone afterwards; nobody is told of anything.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar

from watcher.channels.base import Call, ChannelOptions, Envelope, FileCall, FileWritten, Reply
from watcher.channels.file import judged
from watcher.core.addresses import Policy
from watcher.core.model import Outcome
from watcher.core.telling.messages import Rendered
from watcher.core.telling.routes import Way
from watcher.deliver.transports import Hook
from watcher.engines.reminders import fall_due
from watcher.pipeline.judging.catching_up import catch_up
from watcher.pipeline.runtime import Runtime, WatchedChannel
from watcher.pipeline.sending.delivering import Delivering, deliver
from watcher.pipeline.sending.taking import lease
from watcher.pipeline.taking_in.dating import replan
from watcher.render.renderer import Renderer
from watcher.stores.base import Turn
from watcher.stores.sqlite import SqliteStore

_MOST_SENT = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One message as it went out on a route or for a digest: `way` is `route:desk` or `digest:weekly`."""

    way: str
    rendered: Rendered
    at: datetime


class Recorder:
    """A channel that keeps what it is told."""

    kind: ClassVar[str] = "recorder"
    Options: ClassVar[type[ChannelOptions]] = ChannelOptions

    def __init__(self, options: ChannelOptions) -> None:  # noqa: ARG002 - as the contract says
        self.way = ""
        self.sent: list[Sent] = []

    def recipients(self) -> tuple[str, ...]:
        """The channel itself."""
        return ("",)

    def wire(self, rendered: Rendered, envelope: Envelope) -> tuple[Call, ...]:
        """One call; the message is kept."""
        self.sent.append(Sent(way=self.way, rendered=rendered, at=envelope.now))
        return (FileCall(path=None, text=rendered.text),)

    def judge(self, reply: Reply) -> Outcome:
        """Taken."""
        return judged(reply)


class Nowhere:
    """The way out of a time line: every call is taken, and nothing leaves."""

    async def send(self, call: Call, *, policy: Policy, deadline_s: float, hook: Hook) -> Reply:  # noqa: ARG002 - ours
        """Taken."""
        return FileWritten()


@dataclass(slots=True, kw_only=True)
class World:
    """A store, what leads to it, and the clock."""

    path: Path
    store: SqliteStore
    runtime: Runtime
    renderer: Renderer
    now: datetime
    recorders: Sequence[Recorder]

    async def settle(self) -> None:
        """Everything that is due by now: reminders and the like first, then every message."""
        await fall_due(self.store, self.runtime, lambda: self.now)
        with_ = Delivering(
            store=self.store,
            transport=Nowhere(),
            renderer=self.renderer,
            clock=lambda: self.now,
            hook=lambda _place: None,
        )
        for channel in self.runtime.channels.values():
            for _ in range(_MOST_SENT):
                delivery = await lease(with_, channel.id)
                if delivery is None:
                    break
                await deliver(with_, self.runtime, channel, delivery)

    def taken(self) -> list[Sent]:
        """What was sent since the last time it was asked, in order."""
        found = [each for recorder in self.recorders for each in recorder.sent]
        for recorder in self.recorders:
            recorder.sent.clear()
        return sorted(found, key=lambda each: each.at)

    async def restart(self, down: timedelta) -> None:
        """End, and come back so much later: what is not in the store is forgotten."""
        await self.store.close()
        self.now += down
        self.store = await SqliteStore.open(self.path)
        await self.adopt()

    async def adopt(self) -> None:
        """What the daemon does with a configuration at its start."""
        await self.store.write(lambda turn: _adopt(turn, self.runtime, self.now))
        await catch_up(self.store, self.runtime, self.now)


def _adopt(turn: Turn, runtime: Runtime, now: datetime) -> None:
    turn.outbox.release_leases()
    every = {source.id: source.every for source in runtime.sources.values()}
    turn.sources.ensure(every, now, lambda _name: timedelta(0))
    turn.alerts.load_rules(runtime.rule_set, now)
    replan(turn, runtime, now)
    for digest in runtime.digests:
        turn.issues.since(digest, now)


@contextlib.asynccontextmanager
async def world(runtime: Runtime, renderer: Renderer, now: datetime) -> AsyncIterator[World]:
    """A world on an empty store, with a channel that remembers for every route and digest; it is gone afterwards."""
    runtime, recorders = recorded(runtime)
    with TemporaryDirectory(prefix="watcher-test-") as folder:
        path = Path(folder) / "watcher.db"
        store = await SqliteStore.open(path)
        here = World(path=path, store=store, runtime=runtime, renderer=renderer, now=now, recorders=recorders)
        try:
            await here.adopt()
            yield here
        finally:
            await here.store.close()


def recorded(runtime: Runtime) -> tuple[Runtime, tuple[Recorder, ...]]:
    """The runtime with a recorder of its own for every route and digest in the place of all channels."""
    recorders = {way.label: Recorder(ChannelOptions()) for way in _ways(runtime)}
    for label, recorder in recorders.items():
        recorder.way = label
    return replace(
        runtime,
        channels={
            label: WatchedChannel(id=label, channel=recorder, network="public", family="chat")
            for label, recorder in recorders.items()
        },
        routes={name: replace(way, channels=(way.label,)) for name, way in runtime.routes.items()},
        digests={
            name: replace(digest, channels=(digest.way.label,), way=replace(digest.way, channels=(digest.way.label,)))
            for name, digest in runtime.digests.items()
        },
    ), tuple(recorders.values())


def _ways(runtime: Runtime) -> tuple[Way, ...]:
    return (*runtime.routes.values(), *(digest.way for digest in runtime.digests.values()))
