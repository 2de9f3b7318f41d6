"""The run itself: the real daemon, the newswire that feeds it, the receivers; bounded by a deadline on every path."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from watcher.app.daemon import Daemon, opened, utc_now
from watcher.app.loading import load
from watcher.core.errors import WatcherError
from watcher.demo.folder import Stage, write_configuration
from watcher.demo.loopback import Answer, Asked, application
from watcher.demo.news import COPY, FRESH, HISTORY, REVISED
from watcher.demo.newswire import Newswire
from watcher.demo.receivers import HOOK_PATH, SLACK_PATH, Receivers, Record, mail_server
from watcher.demo.report import Run
from watcher.stores.sqlite.retold import tellings, unmatched, untold
from watcher.systemd import Notifier
from watcher.web.listen import serve

DEADLINE_S = 48.0
"""With draining after it the demo ends within a minute, come what may."""
_LOOK_S = 0.05
_BEFORE_DIGEST = timedelta(seconds=60)
_KEY_BYTES = 32

Say = Callable[[str], None]


class Interrupted(Exception):
    """Somebody asked the demo to stop."""


@dataclass(slots=True)
class Clock:
    """The time, which can be moved on: the digest's moment comes within the demo and not within the week."""

    ahead: timedelta = timedelta(0)

    def __call__(self) -> datetime:
        """The time as the demo has it."""
        return utc_now() + self.ahead

    def skip_to(self, moment: datetime) -> timedelta:
        """Move on to a moment, never back; returns by how much."""
        step = max(moment - self(), timedelta(0))
        self.ahead += step
        return step


@dataclass(slots=True, kw_only=True)
class Scene:
    """What the steps of the run share."""

    say: Say
    clock: Clock
    newswire: Newswire
    receivers: Receivers
    record: Record
    daemon: Daemon
    digest_at: datetime
    started: float

    def tell(self, text: str) -> None:
        """A line of progress with the seconds since the start."""
        self.say(f"{time.monotonic() - self.started:5.1f} s  {text}")

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds; the whole run's deadline ends the wait."""
        while not holds():  # noqa: ASYNC110 - the engine counts what it does and calls nobody
            await asyncio.sleep(_LOOK_S)


async def play(
    folder: Path, say: Say, environ: Mapping[str, str] = os.environ, *, deadline_s: float = DEADLINE_S
) -> Run:
    """Play the demo in an empty folder; returns what came of it.

    Raises: WatcherError naming what did not happen in time, Interrupted.
    """
    started, clock = time.monotonic(), Clock()
    newswire, record = Newswire(), Record(folder=folder, clock=clock)
    receivers = Receivers(record=record, key=secrets.token_bytes(_KEY_BYTES))
    newswire.release(HISTORY, clock())

    def answer(asked: Asked) -> Answer:
        return receivers.answer(asked) if asked.path in {SLACK_PATH, HOOK_PATH} else newswire.answer(asked)

    async with (
        mail_server(record) as smtp,
        serve(application(answer), host="127.0.0.1", port=0) as http,
    ):
        digest_at = (clock() + _BEFORE_DIGEST).replace(second=0, microsecond=0) + timedelta(minutes=1)
        stage = Stage(http=http, smtp=smtp, key=receivers.key, digest=digest_at)
        path = write_configuration(folder, stage)
        loaded, problems = await asyncio.to_thread(load, path, environ, clock())
        if loaded is None:
            raise WatcherError("\n".join(str(problem) for problem in problems if problem.level == "error"))
        async with opened(path, environ, loaded, clock=clock) as daemon:
            scene = Scene(
                say=say,
                clock=clock,
                newswire=newswire,
                receivers=receivers,
                record=record,
                daemon=daemon,
                digest_at=digest_at,
                started=started,
            )
            scene.tell(f"newswire and receivers listen on 127.0.0.1:{http}, the mail server on 127.0.0.1:{smtp}")
            rules = len(loaded.runtime.rule_set.rules)
            scene.tell(f"watching {len(loaded.runtime.sources)} feeds with {rules} rules of {loaded.config.rules[0]}")
            async with _running(daemon) as stopped:
                await _within_deadline(_act(scene), stopped, deadline_s)
            return await _run_of(scene)


@contextlib.asynccontextmanager
async def _running(daemon: Daemon) -> AsyncIterator[asyncio.Task[None]]:
    """The daemon beats while the body runs, then drains."""
    task = asyncio.create_task(daemon.run(Notifier(address=None)), name="daemon")
    try:
        yield task
    finally:
        if not daemon.stopping:
            daemon.stop()
        await task


async def _within_deadline(act: AsyncIterator[str], stopped: asyncio.Task[None], deadline_s: float) -> None:
    """Play step after step until the deadline; whatever the daemon dies of, or a signal, ends it sooner."""
    step = "start"

    async def all_steps() -> None:
        nonlocal step
        async for name in act:
            step = name

    acting = asyncio.create_task(all_steps(), name="act")
    try:
        await asyncio.wait({acting, stopped}, timeout=deadline_s, return_when=asyncio.FIRST_COMPLETED)
        if acting.done():
            await acting
            return
        if stopped.done():
            await stopped
            raise Interrupted
        raise WatcherError(f"not done within {deadline_s:g} s: waited for {step}")
    finally:
        acting.cancel()
        await asyncio.gather(acting, return_exceptions=True)


async def _act(scene: Scene) -> AsyncIterator[str]:
    """The steps; each says what it is about to wait for."""
    progress, newswire = scene.daemon.engine.progress, scene.newswire
    yield "the first batch to be imported"
    await scene.until(lambda: progress.new >= len(HISTORY))
    scene.tell(f"first batch: {len(HISTORY)} items imported as history, nobody is alerted of what was there before")

    yield "an unchanged feed to be answered with 304"
    await scene.until(lambda: newswire.answered[304] > 0)
    scene.tell("asked again: nothing new, answered with 304 Not Modified")

    count = newswire.release(FRESH, scene.clock())
    scene.tell(f"newswire: {count} new items, dated minutes ago")
    yield "the new items to be read"
    await scene.until(lambda: progress.new >= len(HISTORY) + len(FRESH))
    told = progress.told
    scene.tell(f"read and judged: {told} alerts raised")

    newswire.release([COPY], scene.clock())
    yield "the copy to be read"
    await scene.until(lambda: progress.new > len(HISTORY) + len(FRESH))
    scene.tell("another publisher brings the same text: same story, nothing new")

    newswire.release([REVISED], scene.clock())
    yield "the correction to be told"
    await scene.until(lambda: progress.told > told)
    scene.tell("the authority corrects a figure: the alert is updated")

    yield "Slack to take what it refused at first"
    await scene.until(lambda: scene.receivers.slack_messages > 0)
    scene.tell("the Slack-like receiver, which had said 429 once, has everything")

    step = scene.clock.skip_to(scene.digest_at)
    ends = f"{scene.digest_at:%A %H:%M} UTC"
    scene.tell(f"the demo's clock moves on by {step.total_seconds():.0f} s to the digest's moment, {ends}")
    yield "the digest to arrive"
    await scene.record.digest_came.wait()
    scene.tell("the digest has arrived by mail")

    yield "the outbox to be empty"
    while await scene.daemon.store.read(lambda turn: turn.outbox.waiting(scene.clock())):  # noqa: ASYNC110 - likewise
        await asyncio.sleep(_LOOK_S)


async def _run_of(scene: Scene) -> Run:
    store = scene.daemon.store
    return Run(
        folder=scene.record.folder,
        tellings=await store.read(lambda turn: tellings(turn.db)),
        untold=await store.read(lambda turn: untold(turn.db)),
        unmatched=await store.read(lambda turn: unmatched(turn.db)),
        signatures=tuple(scene.receivers.signatures),
        received=scene.record.count,
        digest=scene.record.digest,
        refused_once=scene.receivers.refused_once,
        seconds=time.monotonic() - scene.started,
    )
