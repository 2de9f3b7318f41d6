"""A small world for commands: one feed on loopback, rules, two file channels, and a database made by real passes.

Use: `async with world(tmp_path) as here: here.publish(BAN); await here.once(); code = await here.watcher("status")`.
The first pass imports what the feed lists (history); what is published after it is told. Times run up to now: each
pass is an hour after the one before, and the digest is due in three days.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from xml.sax.saxutils import escape

from tests.servers import FaultServer, reply
from watcher.app.daemon import opened
from watcher.app.loading import Loaded, load
from watcher.cli import main
from watcher.stores.sqlite import SqliteStore

RULES = """\
format: 1
rules:
  - id: export-ban
    title: An export ban or licence is announced
    severity: {urgent: {trust: authority}, else: warning}
    when:
      all:
        - {words: [export ban, export licence], in: [title, lead]}
      none:
        - {words: [video game], in: title}
    examples:
      match:
        - "Country sets an export ban on gallium."
        - "An export licence is now asked for antimony."
      skip:
        - "The export ban in a video game"
        - "The mine reopens in May."
  - id: prices
    title: A price moved
    severity: notice
    when: {words: [price]}
    examples:
      match: ["The price of dysprosium rose.", "A price fell."]
      skip: ["The mine reopens.", "Nothing happened."]
"""

CONFIG = """\
network: any
store: {{path: watcher.db}}
operator: {{contact: ops@example.org, route: operator}}
listen: null
sources:
  wire: {{kind: feed, url: "{url}", every: 15m, trust: wire, zone: UTC{since}}}
channels:
  desk: {{kind: file, path: "{folder}/desk.txt"}}
  ops: {{kind: file, path: "{folder}/ops.txt"}}
routes:
  desk: {{channels: [desk], when: "severity:warning,urgent", zone: UTC}}
  operator: {{channels: [ops], when: "severity:urgent"}}
digests:
  weekly: {{at: "{day} 15:00", zone: UTC, channels: [desk]}}
rules: [rules.yaml]
"""

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One entry of the feed; `age` is how long before its publishing it is dated."""

    slug: str
    title: str
    body: str
    age: timedelta = timedelta(minutes=5)


OLD = Item(
    slug="old",
    title="Ministry sets an export ban on tungsten",
    body="<p>The ministry sets an export ban on tungsten.</p><p>Nothing else was said.</p>",
    age=timedelta(days=2),
)
BAN = Item(
    slug="ban",
    title="Ministry announces export ban on gallium",
    body="<p>The ministry announced an export ban on gallium and germanium.</p><p>The price rose by 12 %.</p>",
)
PRICE = Item(
    slug="price",
    title="Dysprosium price climbs to a new high",
    body="<p>The price of dysprosium oxide rose to 310 dollars a kilogram.</p>",
)
QUIET = Item(slug="quiet", title="Mine reopens in May", body="<p>The mine reopens in May after a long winter.</p>")


@dataclass(slots=True, kw_only=True)
class World:
    """A folder with a configuration and whatever the passes have stored in it."""

    folder: Path
    server: FaultServer
    now: datetime
    items: list[tuple[Item, datetime]] = field(default_factory=list)

    @property
    def config(self) -> Path:
        """The configuration file."""
        return self.folder / "watcher.yaml"

    @property
    def database(self) -> Path:
        """The database file; there is none before the first pass."""
        return self.folder / "watcher.db"

    def publish(self, *items: Item) -> None:
        """Let the feed list these items too, newest first; an item of a slug already listed takes its place."""
        for item in items:
            self.items = [(each, at) for each, at in self.items if each.slug != item.slug]
            self.items.insert(0, (item, self.now - item.age))
        self.server.route("/feed", reply(200, ("Content-Type", "application/rss+xml"), body=self._feed()))

    def _feed(self) -> bytes:
        entries = "".join(
            f"<item><guid>{item.slug}</guid><title>{escape(item.title)}</title>"
            f"<link>{self.server.url('/' + item.slug)}</link><pubDate>{format_datetime(at)}</pubDate>"
            f"<description>{escape(item.body)}</description></item>"
            for item, at in self.items
        )
        return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Wire</title>{entries}</channel></rss>'.encode()

    def link(self, item: Item) -> str:
        """The address of an item's article."""
        return self.server.url("/" + item.slug)

    def loaded(self) -> Loaded:
        """The configuration as commands read it."""
        found, problems = load(self.config, {}, self.now)
        assert found is not None, "\n".join(str(problem) for problem in problems)
        return found

    async def once(self, *items: Item, environ: Mapping[str, str] | None = None) -> None:
        """Publish these items, make one whole pass of the real daemon, and let an hour go by."""
        self.publish(*items)
        async with opened(self.config, environ or {}, self.loaded(), clock=lambda: self.now) as daemon:
            await daemon.once()
        self.now += timedelta(hours=1)

    async def watcher(self, *words: str) -> int:
        """Run a command as the command line does, in a thread, so that the feed can still answer."""
        return await asyncio.to_thread(main, ["--config", str(self.config), *words])

    @contextlib.asynccontextmanager
    async def store(self) -> AsyncIterator[SqliteStore]:
        """The database, opened for looking and for arranging what no pass makes."""
        store = await SqliteStore.open(self.database)
        try:
            yield store
        finally:
            await store.close()


@contextlib.asynccontextmanager
async def world(folder: Path, *, passes: int = 4, since: str | None = None) -> AsyncIterator[World]:
    """A world without a database yet; `passes` is how many passes end before now, `since` what the source says."""
    now = datetime.now(UTC).replace(microsecond=0)
    async with FaultServer() as server:
        here = World(folder=folder, server=server, now=now - timedelta(hours=passes))
        (folder / "rules.yaml").write_text(RULES, encoding="utf-8")
        here.config.write_text(
            CONFIG.format(
                url=server.url("/feed"),
                folder=folder,
                day=DAYS[(now + timedelta(days=3)).weekday()],
                since=f", since: {since}" if since else "",
            ),
            encoding="utf-8",
        )
        here.publish()
        yield here


async def told_world(here: World) -> World:
    """The usual history: an old ban imported, then a ban told, a price in the digest's queue, a matchless article."""
    await here.once(OLD)
    await here.once(BAN, QUIET)
    await here.once(PRICE)
    return here
