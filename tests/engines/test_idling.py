"""Lines to mailboxes: kept, reopened and cut with the configuration; they only ever get a source polled."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from tests.pipeline.world import World, world
from watcher.core.errors import FetchError
from watcher.core.plans import Mailbox
from watcher.engines import idling
from watcher.engines.idling import IdleLines

CONFIG = """\
store: {{path: watcher.db}}
operator: {{route: operator}}
listen: null
sources:
  news: {{kind: imap, host: {host}, user: desk, password: secret, idle: {idle}}}
  feed: {{kind: feed, url: "https://wire.example/feed"}}
channels:
  ops: {{kind: file, path: ops.txt}}
routes:
  operator: {{channels: [ops]}}
rules: [rules.yaml]
"""


@dataclass(slots=True)
class Servers:
    """Mail servers that answer each line as they are told; each plan that was dialled is noted."""

    answers: list[str] = field(default_factory=list)
    dialled: asyncio.Queue[Mailbox] = field(default_factory=asyncio.Queue)
    cut: int = 0
    came: Callable[[], None] = lambda: None

    async def idle(self, plan: Mailbox, policy: str, arrived: Callable[[], None]) -> None:
        self.dialled.put_nowait(plan)
        self.came = arrived
        match self.answers.pop(0) if self.answers else "stay":
            case "refuse":
                raise FetchError("connection refused")
            case "unable":
                raise FetchError("no IDLE", retry=False)
            case "break":
                raise ZeroDivisionError
            case "drop":
                arrived()
                raise FetchError("connection cut")
        arrived()
        try:
            await asyncio.Event().wait()
        finally:
            self.cut += 1


@dataclass(slots=True)
class Kept:
    here: World
    servers: Servers
    lines: IdleLines
    nudged: list[str]
    pauses: list[float]

    async def dialled(self) -> Mailbox:
        async with asyncio.timeout(5):
            return await self.servers.dialled.get()


@contextlib.asynccontextmanager
async def kept(tmp_path, *answers: str, idle: str = "true") -> AsyncIterator[Kept]:
    async with world(tmp_path, config=CONFIG.format(host="mail.example", idle=idle), seen=False) as here:
        servers, nudged, pauses = Servers(list(answers)), list[str](), list[float]()

        async def sleep(seconds: float) -> None:
            pauses.append(seconds)

        lines = IdleLines(gatherer=servers, nudge=nudged.append, clock=lambda: here.now, sleep=sleep)  # type: ignore[arg-type]
        lines.adopt(here.runtime)
        yield Kept(here, servers, lines, nudged, pauses)
        await lines.close()


async def test_a_line_that_is_cut_is_opened_again_after_growing_pauses(tmp_path):
    async with kept(tmp_path, "refuse", "refuse", "break", "drop", "refuse") as at:
        for _ in range(6):
            await at.dialled()

        assert at.pauses == [10, 20, 40, 5, 10]
        assert at.nudged == ["news"]


async def test_pauses_do_not_grow_for_ever(tmp_path):
    async with kept(tmp_path, *["refuse"] * 12) as at:
        for _ in range(13):
            await at.dialled()

        assert at.pauses[-1] == 600


async def test_a_server_that_cannot_is_left_to_polling(tmp_path):
    async with kept(tmp_path, "unable") as at:
        await at.dialled()
        await asyncio.sleep(0)

        assert (at.pauses, at.servers.dialled.empty()) == ([], True)


async def test_a_reload_cuts_and_opens_what_changed_and_nothing_else(tmp_path):
    async with kept(tmp_path) as at:
        first = await at.dialled()
        at.lines.adopt(at.here.runtime)
        at.here.change(config=CONFIG.format(host="other.example", idle="true"))
        at.lines.adopt(at.here.runtime)
        second = await at.dialled()
        at.here.change(config=CONFIG.format(host="other.example", idle="false"))
        at.lines.adopt(at.here.runtime)
        await asyncio.sleep(0)
        await asyncio.sleep(0)

        assert (first.host, second.host) == ("mail.example", "other.example")
        assert (at.servers.cut, at.servers.dialled.empty()) == (2, True)


async def test_news_without_end_gets_the_source_polled_now_and_then(tmp_path, monkeypatch):
    monkeypatch.setattr(idling, "LEAST_GAP_S", 0.05)
    async with kept(tmp_path) as at:
        await at.dialled()
        for _ in range(1_000):
            at.servers.came()
        at_once = list(at.nudged)
        again = asyncio.Event()
        at.lines.nudge = lambda name: (at.nudged.append(name), again.set())  # type: ignore[assignment,func-returns-value]
        async with asyncio.timeout(5):
            await again.wait()

        assert (at_once, at.nudged) == (["news"], ["news", "news"])


async def test_without_idle_there_is_no_line(tmp_path):
    async with kept(tmp_path, idle="false") as at:
        await asyncio.sleep(0)

        assert at.servers.dialled.empty()
