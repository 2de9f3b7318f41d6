"""Housekeeping: pruning by `keep_*`, seals of days that are over, the free-disk floor, what health says of channels."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field

from watcher.config.model import Config
from watcher.core.errors import StoreError
from watcher.core.telling.messages import NoticeMessage
from watcher.pipeline.runtime import Clock, Runtime
from watcher.pipeline.telling.changes import notify
from watcher.render.moments import count
from watcher.stores.sqlite import SqliteStore, SqliteTurn
from watcher.stores.sqlite.seals import add_seals, unsealed
from watcher.stores.sqlite.upkeep import Keep, prune
from watcher.telemetry import log

_LOG = logging.getLogger(__name__)
_ROUNDS = 50


@dataclass(slots=True, kw_only=True)
class Upkeep:
    """Runs now and then; `short` tells that the disk is below the floor, so that bodies are not stored."""

    store: SqliteStore
    config: Config
    runtime: Runtime
    clock: Clock
    short: bool = False
    channel_parts: tuple[tuple[str, bool, str], ...] = field(default=())

    async def run(self) -> None:
        """One round; a store that refuses is logged, and the next round tries again."""
        try:
            await self._look_at_disk()
            await self._prune()
            await self._seal()
            self.channel_parts = await self.store.read(_shut_channels)
        except (StoreError, OSError) as error:
            log(_LOG, "upkeep.failed", level="error", why=str(error))

    async def _look_at_disk(self) -> None:
        floor = self.config.store.free_disk_floor_bytes
        free = shutil.disk_usage(self.config.store.path.parent).free
        short = free < floor
        if short == self.short:
            return
        self.short = short
        title = "the disk is nearly full: bodies of articles are not stored" if short else "the disk has room again"
        first = f"{free // 2**20} MiB are free, the floor is {floor // 2**20} MiB (store.free_disk_floor)."
        then = "Polling, judging and alerts go on." if short else "Bodies are stored again."
        notice = NoticeMessage(kind="disk", subject="store", title=title, lines=(first, then), at=self.clock())
        await self.store.write(lambda turn: notify(turn.outbox, self.runtime, notice))
        log(_LOG, "disk.short" if short else "disk.fine", level="warning" if short else "info", free=free)

    async def _prune(self) -> None:
        store = self.config.store
        keep: dict[str, Keep] = {
            source.id: Keep(articles=source.keep_articles, bodies=source.keep_bodies)
            for source in self.config.sources.values()
        }
        default = Keep(articles=store.keep_articles, bodies=store.keep_bodies)

        def work(turn: SqliteTurn) -> bool:
            done = prune(turn.db, keep, default, self.clock())
            return done.articles + done.bodies + done.kin > 0

        for _ in range(_ROUNDS):
            if not await self.store.write(work):
                return

    async def _seal(self) -> None:
        """Seal the days that are over; the hashes are made while others write."""
        due = await self.store.read(lambda turn: unsealed(turn.db, self.clock()))
        if not due:
            return
        stored = await self.store.write(lambda turn: add_seals(turn.db, due))
        if stored:
            log(_LOG, "decisions.sealed", upto=due[-1].day, days=len(due), sha256=due[-1].sha256)


def _shut_channels(turn: SqliteTurn) -> tuple[tuple[str, bool, str], ...]:
    """Channels that are paused or gone, or that fail and fail, and since when."""
    shut = {name: (state.state, state.since) for name, state in turn.outbox.channel_states().items()}
    failing = {each.channel: ("failing", each.since) for each in turn.queues.failing()}
    whole = tuple(
        (f"channel {name}", False, f"{how} since {since:%Y-%m-%d %H:%M} UTC")
        for name, (how, since) in sorted((failing | shut).items())
    )
    return (*whole, *_unreached(turn))


def _unreached(turn: SqliteTurn) -> Iterator[tuple[str, bool, str]]:
    """How many recipients of each channel can't be reached: their addresses are nobody else's to read."""
    told = [each for each in turn.queues.troubled() if each.told is not None]
    for channel in dict.fromkeys(each.channel for each in told):
        since = [each.since for each in told if each.channel == channel]
        who = count(len(since), "recipient")
        yield f"recipients of {channel}", False, f"{who} not reached since {min(since):%Y-%m-%d %H:%M} UTC"
