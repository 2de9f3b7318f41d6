"""The whole daemon under the watch of `hostile` and `scale`, in a process of its own; run by the bench, line by line.

Each line on standard input is a JSON object with `do`: `all` polls every source that is due by a clock moved on by
`ahead_h`, `round` lets `good` and `bad` become due over `window_s` and waits for the good ones, `idle` beats for
`for_s`. Each is answered with a line of figures. A second argument limits open files. It changes nothing in the product
but to take times, and that names ending in `.invalid` are looked up for ever.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import sys
import threading
import time
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import watcher.app.daemon
from bench.measure import tree_cpu
from watcher.app.daemon import Daemon, opened, utc_now
from watcher.app.loading import load
from watcher.app.memory import settle
from watcher.core.errors import ParseError
from watcher.core.ledger import PollMark
from watcher.network.resolver import ThreadResolver, system_lookup
from watcher.parse.places import Place
from watcher.parse.pool import ParsePool
from watcher.parse.process import Worker
from watcher.schedule import BEAT, Metronome
from watcher.telemetry import set_up_logging

_LAG_EVERY_S = 0.02
_WAIT_MAX_S = 60.0
"""Good sources that were not polled by then count with this lateness."""


@dataclass(slots=True)
class Watch:
    """Times taken while the daemon works."""

    lags: list[float] = field(default_factory=list)
    killed: list[float] = field(default_factory=list)

    async def loop(self) -> None:
        """How late the loop comes back to a task that wants to run every 20 ms."""
        while True:
            start = time.monotonic()
            await asyncio.sleep(_LAG_EVERY_S)
            self.lags.append(time.monotonic() - start - _LAG_EVERY_S)

    def workers(self) -> None:
        """By how much workers outlive the deadline of a job that they never answered: until they are buried."""
        pool: Any = ParsePool
        talk = pool._talk  # noqa: SLF001

        async def timed(self_: ParsePool, worker: Worker, op: str, message: bytes, wall_s: float, place: Place) -> Any:
            begun = time.monotonic()
            try:
                return await talk(self_, worker, op, message, wall_s, place)
            except ParseError as error:
                if "took longer" in str(error):
                    await worker.bury()
                    self.killed.append(time.monotonic() - begun - wall_s)
                raise

        pool._talk = timed  # noqa: SLF001


@dataclass(slots=True)
class Clock:
    """The machine's clock, moved on by some hours."""

    ahead: timedelta = timedelta(0)

    def __call__(self) -> datetime:
        """Now."""
        return utc_now() + self.ahead


class Side:
    """The daemon and what is asked of it."""

    def __init__(self, daemon: Daemon, clock: Clock, watch: Watch) -> None:
        self.daemon, self.clock, self.watch = daemon, clock, watch

    async def all(self, ahead_h: float) -> dict[str, Any]:
        """Everything due at once, as after a long pause."""
        self.clock.ahead += timedelta(hours=ahead_h)
        engine = self.daemon.engine
        before = tree_cpu(os.getpid()), time.perf_counter(), engine.progress.polls
        await engine.tick()
        await engine.idle()
        return {
            "cpu": tree_cpu(os.getpid()) - before[0],
            "wall": time.perf_counter() - before[1],
            "polls": engine.progress.polls - before[2],
            "failed": engine.progress.failed,
        }

    async def round(self, good: list[str], bad: list[str], window_s: float) -> dict[str, Any]:
        """Let all become due in turn, each kind spread over the window; how late each good one was done."""
        now, store = self.clock(), self.daemon.store
        due = {**_spread(good, now, window_s), **_spread(bad, now, window_s)}
        marks = [PollMark(source=name, next_due=at, checked=now, ok=None) for name, at in due.items()]
        await store.write(lambda turn: turn.sources.mark(marks))
        async with _beating(self.daemon):
            await asyncio.sleep(window_s)
            late = await self._late(good, due, now)
        return {"late": late, "failed": self.daemon.engine.progress.failed}

    async def _late(self, good: list[str], due: dict[str, datetime], begun: datetime) -> list[float]:
        for _ in range(int(_WAIT_MAX_S / 0.25)):
            records = await self.daemon.store.read(lambda turn: {name: turn.sources.record(name) for name in good})
            checked = {name: each.last_checked for name, each in records.items() if each is not None}
            if all(at is not None and at > begun for at in checked.values()):
                break
            await asyncio.sleep(0.25)
        times = ((checked.get(name), due[name]) for name in good)
        return [(at - was).total_seconds() if at is not None and at > begun else _WAIT_MAX_S for at, was in times]

    async def idle(self, for_s: float) -> dict[str, Any]:
        """Beat with nothing due."""
        before = tree_cpu(os.getpid())
        async with _beating(self.daemon):
            await asyncio.sleep(for_s)
        return {"cpu": tree_cpu(os.getpid()) - before, "wall": for_s}


def _spread(names: list[str], now: datetime, window_s: float) -> dict[str, datetime]:
    step = window_s / max(1, len(names))
    return {name: now + timedelta(seconds=step * (at + 0.5)) for at, name in enumerate(names)}


@asynccontextmanager
async def _beating(daemon: Daemon) -> AsyncGenerator[None, None]:
    metronome = Metronome()
    metronome.every(BEAT, daemon.engine.tick, "tick")
    metronome.start()
    try:
        yield
    finally:
        metronome.stop()


async def _run(path: Path, lines: Iterable[str]) -> None:
    clock, watch = Clock(), Watch()
    watch.workers()
    before = time.process_time(), time.perf_counter()
    found, problems = load(path, os.environ, utc_now())
    assert found is not None, problems
    loaded = {"cpu": time.process_time() - before[0], "wall": time.perf_counter() - before[1]}
    async with opened(path, os.environ, found, clock=clock) as daemon:
        settle()
        before = time.process_time(), time.perf_counter()
        await daemon.engine.polling.parses.start()
        await daemon.engine.start()
        _say({"load": loaded, "start": {"cpu": time.process_time() - before[0]}})
        side, lag = Side(daemon, clock, watch), asyncio.create_task(watch.loop())
        loop, given = asyncio.get_running_loop(), iter(lines)
        while line := await loop.run_in_executor(None, next, given, ""):
            asked = json.loads(line)
            figures = await getattr(side, asked.pop("do"))(**asked)
            _say({**figures, "lag": sorted(watch.lags)[-20:], "lags": len(watch.lags), "killed": watch.killed})
            watch.lags, watch.killed = [], []
        lag.cancel()
        await daemon.engine.drain(0.2)


def _deaf_names() -> None:
    """Let the resolver hear nothing of some names, as when their servers are gone."""
    for_ever = threading.Event()

    def lookup(host: str) -> tuple[str, ...]:
        if host.endswith(".invalid"):
            for_ever.wait()
        return system_lookup(host)

    daemon: Any = watcher.app.daemon
    daemon.ThreadResolver = partial(ThreadResolver, lookup)


def _say(figures: dict[str, Any]) -> None:
    print(json.dumps(figures), flush=True)


def main() -> None:
    """Serve the bench's requests."""
    set_up_logging(level="warning", form="text")
    _deaf_names()
    if len(sys.argv) > 2:
        resource.setrlimit(resource.RLIMIT_NOFILE, (int(sys.argv[2]), int(sys.argv[2])))
    asyncio.run(_run(Path(sys.argv[1]), sys.stdin))


if __name__ == "__main__":
    main()
