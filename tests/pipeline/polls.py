"""Polls of one source served on loopback: real fetching, parsing in workers, and committing.

Use: `async with polls(tmp_path) as at: at.serve(item("ban")); polled = await at.poll()`.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from tests.pipeline.world import World, world
from tests.servers import FaultServer, reply
from watcher.core.ledger import PollMark, SourceRecord
from watcher.fetch import Fetcher
from watcher.network.guard import Guard
from watcher.network.http import Http
from watcher.network.resolver import ThreadResolver
from watcher.parse.pool import ParsePool
from watcher.pipeline.watching.polling import Polled, Polling, poll
from watcher.telemetry import loggable_url

CONFIG = """\
network: any
store: {{path: watcher.db}}
operator: {{contact: ops@example.org, route: operator}}
listen: null
sources:
  wire: {{kind: {kind}, url: "{url}", every: 15m, trust: wire{more}}}
channels:
  desk: {{kind: file, path: desk.txt}}
  ops: {{kind: file, path: ops.txt}}
routes:
  desk: {{channels: [desk]}}
  operator: {{channels: [ops], when: "rule:nothing"}}
rules: [rules.yaml]
"""


def item(slug: str, title: str = "Ministry announces export ban on gallium", **more: str) -> str:
    """One item of an RSS feed."""
    rest = "".join(f"<{name}>{value}</{name}>" for name, value in more.items())
    link = "" if "link" in more else f"<link>https://wire.example/{slug}</link>"
    return f"<item><guid isPermaLink='false'>{slug}</guid><title>{title}</title>{link}{rest}</item>"


def rss(*items: str) -> bytes:
    """An RSS feed of these items."""
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>Wire</title>{"".join(items)}</channel></rss>'.encode()
    )


@dataclass(slots=True, kw_only=True)
class Polls:
    """One source with its server; `poll` does what the engine does for it."""

    server: FaultServer
    here: World
    polling: Polling

    def serve(self, *items: str, headers: tuple[tuple[str, str], ...] = ()) -> None:
        """Let the source's address answer with a feed of these items."""
        self.answer(reply(200, ("Content-Type", "application/rss+xml"), *headers, body=rss(*items)))

    def answer(self, raw: bytes, path: str = "/feed") -> None:
        """Let an address answer so."""
        self.server.route(path, raw)

    async def record(self) -> SourceRecord:
        """What is stored of the source."""
        record = await self.here.store.read(lambda turn: turn.sources.record("wire"))
        assert record is not None
        return record

    async def poll(self) -> Polled:
        """Poll the source now and put its mark down."""
        polled = await poll(self.polling, self.here.runtime, self.here.runtime.sources["wire"], await self.record())
        await self.here.store.write(lambda turn: turn.sources.mark([polled.mark]))
        return polled

    async def mark(self, mark: PollMark) -> None:
        """Put a mark down."""
        await self.here.store.write(lambda turn: turn.sources.mark([mark]))


@contextlib.asynccontextmanager
async def polls(
    folder: Path, *, kind: str = "feed", path: str = "/feed", more: str = "", pool: ParsePool | None = None
) -> AsyncIterator[Polls]:
    """A source of that kind at `path`; `more` is put into its block.

    In it `http://home.example` is the server, and `http://elsewhere.example` the same server as another origin.
    """
    async with FaultServer() as server, contextlib.AsyncExitStack() as stack:
        more = more.replace("http://home.example", server.url(""))
        more = more.replace("http://elsewhere.example", server.url("", "localhost"))
        config = CONFIG.format(kind=kind, url=server.url(path), more=more)
        here = await stack.enter_async_context(world(folder, config=config, seen=False))
        http = await stack.enter_async_context(Http(Guard(ThreadResolver())))
        parses = await stack.enter_async_context(pool or ParsePool(size=1))
        polling = Polling(
            store=here.store,
            fetcher=Fetcher(http, "ops@example.org", lambda: here.now),
            parses=parses,
            clock=lambda: here.now,
            hook=lambda _place: None,
            loggable=loggable_url,
            keep_bodies=lambda: True,
        )
        yield Polls(server=server, here=here, polling=polling)
