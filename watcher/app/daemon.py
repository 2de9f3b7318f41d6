"""The daemon: opens the parts, beats, drains on SIGTERM, reloads on SIGHUP, and never dies of a bad configuration."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from watcher.app.failpoints import hook
from watcher.app.keys import new_key
from watcher.app.loading import Loaded, load
from watcher.app.memory import settle
from watcher.app.renamed import follow_renames
from watcher.app.stranded import tell_stranded
from watcher.app.upkeep import Upkeep
from watcher.app.websub import Subscriber
from watcher.browse import Browser
from watcher.browse.places import chromium
from watcher.config import Config
from watcher.core.errors import StoreError
from watcher.core.health import Health
from watcher.core.telling.messages import NoticeMessage
from watcher.core.watching.words import TITLES
from watcher.deliver import Transports
from watcher.engines.embedded import Embedded
from watcher.fetch import Fetcher
from watcher.gather import Gatherer
from watcher.network.guard import Guard
from watcher.network.http import Http
from watcher.network.pacing import Pacer
from watcher.network.resolver import ThreadResolver
from watcher.parse.pool import ParsePool
from watcher.pipeline.runtime import Clock, Hook
from watcher.pipeline.sending.delivering import Delivering
from watcher.pipeline.telling.changes import notify
from watcher.pipeline.telling.linking import ensure_key
from watcher.pipeline.watching.polling import Polling
from watcher.render.moments import count
from watcher.render.renderer import Renderer
from watcher.schedule import BEAT, Metronome
from watcher.stores.sqlite import SqliteStore
from watcher.systemd import Notifier
from watcher.telemetry import log, loggable_url

_LOG = logging.getLogger(__name__)
DRAIN_S = 8.0
"""Sends under way get so long after SIGTERM; with closing, the daemon is gone within 10 s even on a busy machine."""
STALE_BEAT = timedelta(seconds=30)
_UPKEEP_EVERY = timedelta(minutes=10)
_HUBS_EVERY = timedelta(minutes=1)


def _in_a_row(times: int) -> str:
    return f"{count(times, 'time')} in a row; see the log"


def utc_now() -> datetime:
    """The one place where the clock is read."""
    return datetime.now(UTC)


@dataclass(slots=True, kw_only=True)
class Daemon:
    """One running watcher. Made by `opened`, which closes every part on every path."""

    path: Path
    environ: Mapping[str, str]
    loaded: Loaded
    store: SqliteStore
    engine: Embedded
    upkeep: Upkeep
    subscriber: Subscriber
    clock: Clock
    started: datetime
    reload_failed: str | None = None
    failing: dict[str, int] = field(default_factory=dict)
    _stop: asyncio.Event = field(default_factory=asyncio.Event)
    _reloading: asyncio.Lock = field(default_factory=asyncio.Lock)
    _background: set[asyncio.Task[None]] = field(default_factory=set)

    async def once(self) -> None:
        """One pass of everything due: polls, issues, deliveries."""
        settle()
        await follow_renames(self.store, self.engine.runtime, self.clock())
        await self.engine.adopt(self.engine.runtime, spread=False)
        await tell_stranded(self.store, self.engine.runtime, self.clock())
        await self.engine.start()
        try:
            await self.engine.idle()
            await self.upkeep.run()
        finally:
            await self.engine.drain(DRAIN_S)

    async def run(self, notifier: Notifier, *, greet: Callable[[datetime | None], None] | None = None) -> None:
        """Beat until told to stop, then drain. `greet` is called once, with the time of the next poll."""
        settle()
        await self.engine.polling.parses.start()
        metronome = Metronome()
        self.failing = metronome.failing
        metronome.every(BEAT, self.engine.tick, "tick")
        metronome.every(_UPKEEP_EVERY, self.upkeep.run, "upkeep")
        metronome.every(_HUBS_EVERY, self.subscriber.run, "websub")
        if notifier.beat_every is not None:
            metronome.every(notifier.beat_every, self._feed(notifier), "watchdog")
        with self._signals():
            await follow_renames(self.store, self.engine.runtime, self.clock())
            await self.engine.start()
            await tell_stranded(self.store, self.engine.runtime, self.clock())
            metronome.start()
            await self.upkeep.run()
            notifier.ready(self.words())
            log(_LOG, "daemon.ready", pid=os.getpid(), sources=len(self.engine.runtime.sources))
            if greet is not None:
                sources = list(self.engine.runtime.sources)
                greet(await self.store.read(lambda turn: turn.sources.next_due(sources)))
            await self._stop.wait()
            notifier.stopping("draining")
            metronome.pause()
            whole = await self.engine.drain(DRAIN_S)
            metronome.stop()
            for task in self._background:
                task.cancel()
            await asyncio.gather(*self._background, return_exceptions=True)
            log(_LOG, "daemon.stopped", drained=whole)

    @property
    def stopping(self) -> bool:
        """Whether it was asked to end."""
        return self._stop.is_set()

    def stop(self) -> None:
        """Ask the daemon to end; asked twice, it ends at once and the next start goes on from the store."""
        if self._stop.is_set():
            log(_LOG, "daemon.cut", level="warning")
            os._exit(1)
        self._stop.set()

    async def reload(self) -> None:
        """Read the configuration again and go on with it; with a mistake in it, the old one stays in force."""
        async with self._reloading:
            # Some hundred rules take a second to read: polls and sends go on meanwhile.
            loaded, problems = await asyncio.to_thread(load, self.path, self.environ, self.clock())
            errors = [problem for problem in problems if problem.level == "error"]
            if loaded is None:
                self.reload_failed = str(errors[0]) if errors else "unreadable"
                log(_LOG, "config.refused", level="error", problems=len(errors), first=self.reload_failed)
                await self._tell_refused([str(error) for error in errors])
                return
            for key in _fixed_keys(self.loaded.config, loaded.config):
                log(_LOG, "config.needs_restart", level="warning", key=key)
            # Where we listen changes with a restart only, and so does where links lead.
            loaded = replace(loaded, runtime=replace(loaded.runtime, links_at=self.loaded.runtime.links_at))
            self.loaded, self.reload_failed = loaded, None
            renderer = Renderer(loaded.templates, loaded.config.templates)
            self.engine.delivering = replace(self.engine.delivering, renderer=renderer)
            self.upkeep.config, self.upkeep.runtime = loaded.config, loaded.runtime
            await follow_renames(self.store, loaded.runtime, self.clock())
            await self.engine.adopt(loaded.runtime)
            await tell_stranded(self.store, loaded.runtime, self.clock())
            settle(again=True)
            log(_LOG, "config.reloaded", sources=len(loaded.runtime.sources), rules=len(loaded.runtime.rule_set.rules))

    def health(self) -> Health:
        """How the daemon is, from real progress; in words that anybody may read, so without paths and values."""
        progress, now = self.engine.progress, self.clock()
        faults = {**self.failing, **progress.step_faults}
        beat = progress.last_tick or self.started
        fresh = now - beat < STALE_BEAT
        parts = (
            ("beat", fresh, "beating" if fresh else f"no beat since {beat:%Y-%m-%d %H:%M:%S} UTC"),
            (
                "store",
                progress.store_error is None,
                "writable" if progress.store_error is None else "failing; see the log",
            ),
            (
                "disk",
                not self.upkeep.short,
                "room enough" if not self.upkeep.short else "below the floor: bodies are not stored",
            ),
            (
                "configuration",
                self.reload_failed is None,
                "as loaded" if self.reload_failed is None else "a newer one is refused; the old one stays in force",
            ),
            *(
                (f"source {name}", False, f"{TITLES[kind]}, since {since:%Y-%m-%d %H:%M} UTC")
                for name, (kind, since) in progress.ill.items()
            ),
            *self.upkeep.channel_parts,
            *((f"step {name}", False, f"failed {_in_a_row(times)}") for name, times in sorted(faults.items())),
            *(
                (f"sender {name}", False, f"failed {_in_a_row(times)}")
                for name, times in sorted(progress.sender_faults.items())
            ),
        )
        return Health(ok=fresh and progress.store_error is None and not faults, parts=parts)

    def words(self) -> str:
        """One line for the service manager."""
        progress, runtime = self.engine.progress, self.engine.runtime
        return (
            f"{len(runtime.sources)} sources, {progress.polls} polls, {progress.told} alerts told, {progress.sent} sent"
        )

    def _feed(self, notifier: Notifier) -> Callable[[], Awaitable[None]]:
        async def feed() -> None:
            ill = {name for name, fine, _ in self.health().parts if not fine}
            if not ill & {"beat", "store"}:  # a step that fails would fail after a restart too
                notifier.alive(self.words())

        return feed

    async def _reload_on_signal(self) -> None:
        """A reload that the store refuses is logged; the old configuration goes on."""
        try:
            await self.reload()
        except StoreError as error:
            log(_LOG, "config.not_adopted", level="error", why=str(error))

    async def _tell_refused(self, errors: list[str]) -> None:
        notice = NoticeMessage(
            kind="config-refused",
            subject=self.path.name,
            title="the new configuration is refused; the old one stays in force",
            lines=(*errors[:10], "All of it: watcher check"),
            at=self.clock(),
        )
        await self.store.write(lambda turn: notify(turn.outbox, self.engine.runtime, notice))

    @contextlib.contextmanager
    def _signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()

        def reload() -> None:
            task = asyncio.create_task(self._reload_on_signal(), name="reload")
            self._background.add(task)
            task.add_done_callback(self._background.discard)

        handlers = {signal.SIGTERM: self.stop, signal.SIGINT: self.stop, signal.SIGHUP: reload}
        for number, handler in handlers.items():
            loop.add_signal_handler(number, handler)
        try:
            yield
        finally:
            for number in handlers:
                loop.remove_signal_handler(number)


def _fixed_keys(old: Config, new: Config) -> list[str]:
    """The keys whose change takes a restart."""
    pairs = {
        "store.path": (old.store.path, new.store.path),
        "listen": (old.listen, new.listen),
        "log": (old.log, new.log),
        "operator.contact": (old.operator.contact, new.operator.contact),
    }
    return [key for key, (before, after) in pairs.items() if before != after]


@contextlib.asynccontextmanager
async def opened(
    path: Path, environ: Mapping[str, str], loaded: Loaded, *, clock: Clock = utc_now
) -> AsyncIterator[Daemon]:
    """A daemon with all its parts open; they are closed on every way out."""
    config = loaded.config
    fail: Hook = hook(environ)
    async with contextlib.AsyncExitStack() as stack:
        store = await SqliteStore.open(config.store.path)
        stack.push_async_callback(store.close)
        if loaded.runtime.links_at is not None:
            await store.write(lambda turn: ensure_key(turn, new_key(clock())))
        guard = Guard(ThreadResolver())
        http = await stack.enter_async_context(Http(guard))
        browser = Browser(chromium(environ))
        stack.push_async_callback(browser.aclose)
        pool = ParsePool()
        stack.push_async_callback(pool.close)
        upkeep = Upkeep(store=store, config=config, runtime=loaded.runtime, clock=clock)
        polling = Polling(
            store=store,
            fetcher=Fetcher(http, config.operator.contact, clock, pacer=Pacer(1.0), browser=browser),
            parses=pool,
            clock=clock,
            hook=fail,
            loggable=loggable_url,
            keep_bodies=lambda: not upkeep.short,
            gatherer=Gatherer(guard, clock),
        )
        delivering = Delivering(
            store=store,
            transport=Transports(http, guard),
            renderer=Renderer(loaded.templates, config.templates),
            clock=clock,
            hook=fail,
        )
        engine = Embedded(
            store=store, polling=polling, delivering=delivering, runtime=loaded.runtime, clock=clock, hook=fail
        )
        yield Daemon(
            path=path,
            environ=environ,
            loaded=loaded,
            store=store,
            engine=engine,
            upkeep=upkeep,
            subscriber=Subscriber(
                fetcher=polling.fetcher,
                engine=engine,
                clock=clock,
                public_url=lambda: config.listen.public_url if config.listen is not None else None,
            ),
            clock=clock,
            started=clock(),
        )
