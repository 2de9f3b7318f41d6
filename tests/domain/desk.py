"""A newsroom's watcher on the real documents: a feed, a page and a mail on loopback, a clock moved by hand.

Every pass is one of the real daemon: it polls, follows, understands, judges, makes issues and writes to its channel.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path
from typing import Any

from tests.servers import FaultServer, reply
from tests.tools import ROOT
from watcher.app.daemon import opened
from watcher.app.loading import load
from watcher.core.telling.messages import AlertMessage, DigestMessage, Told
from watcher.pipeline.telling.encoding import decode

CONFIG = """\
network: any
store: {{path: watcher.db, free_disk_floor: 0B}}
operator: {{contact: ops@example.org, route: operator}}
listen: null
sources:
  reex: {{kind: feed, url: "{home}/reex", every: 15m, trust: trade_press, since: all}}
  blog: {{kind: feed, url: "{home}/blog", every: 15m, trust: trade_press, since: all, follow: always, split: headings}}
  letter: {{kind: file, path: "{letters}", format: eml, every: 15m, trust: trade_press, since: all, split: headings}}
  mofcom: {{kind: feed, url: "{home}/mofcom", every: 15m, trust: authority, since: all}}
channels:
  desk: {{kind: file, path: "{folder}/desk.txt"}}
  phone: {{kind: file, path: "{folder}/phone.txt"}}
  ops: {{kind: file, path: "{folder}/ops.txt"}}
routes:
  suppliers: {{channels: [phone], when: "rule:suppliers severity:urgent", zone: Europe/Berlin}}
  dates: {{channels: [desk], when: "rule:deadlines", zone: Europe/Berlin}}
  operator: {{channels: [ops], when: "rule:nothing"}}
digests:
  {digest}
rules: ["pack:critical-minerals", suppliers.yaml]
"""
FRIDAYS = 'friday: {at: "Fri 15:00", zone: Europe/Berlin, channels: [desk], by: region, title: The week in minerals}'
SATURDAYS = (
    'saturday: {at: "Sat 06:00", zone: Europe/Berlin, channels: [desk], by: region, limit: 12, '
    "title: The week in critical minerals}"
)
RSS = ("Content-Type", "application/rss+xml")
_ITEM = re.compile(r"<item>.*?</item>", re.DOTALL)
_DATE = re.compile(r"<pubDate>(.*?)</pubDate>")


@dataclass(slots=True, kw_only=True)
class Desk:
    """The servers, the folder and the clock."""

    folder: Path
    web: FaultServer
    feed: str
    now: datetime

    def publish(self) -> None:
        """Let the feed list what was published by now."""
        kept = _ITEM.sub(lambda item: item[0] if _published(item[0]) <= self.now else "", self.feed)
        self.web.route("/reex", reply(200, RSS, body=kept.encode()))

    def page(self, body: bytes) -> None:
        """Put a page online, and list it."""
        self.web.route("/round-up", html(body))
        self.web.route("/blog", rss("Blog", self._item("/round-up", "Critical minerals", "", self.now)))

    def mail(self, body: bytes) -> None:
        """Let a mail come in."""
        head = (
            "Message-ID: <week@letter.example>\r\nSubject: The week\r\nFrom: Letter <news@letter.example>\r\n"
            f"Date: {format_datetime(self.now)}\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n"
            "Content-Transfer-Encoding: 8bit\r\n\r\n"
        )
        (self.folder / "letters" / "week.eml").write_bytes(head.encode() + body)

    def notice(self, title: str, text: str, published: datetime) -> None:
        """Let the ministry publish a notice."""
        self.web.route("/mofcom", rss("MOFCOM", self._item("/notice", title, text, published)))

    def _item(self, path: str, title: str, text: str, published: datetime) -> str:
        return (
            f"<item><guid>{path}</guid><link>{self.web.url(path)}</link><title>{title}</title>"
            f"<description>{text}</description><pubDate>{format_datetime(published)}</pubDate></item>"
        )

    async def at(self, *moment: int) -> None:
        """One pass of the daemon at that moment in UTC."""
        self.now = datetime(*moment, tzinfo=UTC)  # type: ignore[arg-type, misc]  # year to minute
        self.publish()
        loaded, problems = load(self.folder / "watcher.yaml", {}, self.now)
        assert loaded is not None, problems
        async with opened(self.folder / "watcher.yaml", {}, loaded, clock=lambda: self.now) as daemon:
            await daemon.once()

    def issues(self) -> list[DigestMessage]:
        """The issues so far, in order."""
        found = (decode(content) for (content,) in self.rows("select content from occasions where kind = 'digest'"))
        return [each for each in found if isinstance(each, DigestMessage)]

    def told(self, rule: str) -> list[Told]:
        """The alerts of a rule that were told, in order."""
        found = (decode(content) for (content,) in self.rows("select content from occasions where kind = 'alert'"))
        return [told for each in found if isinstance(each, AlertMessage) for told in each.alerts if told.rule == rule]

    def rows(self, query: str) -> list[Any]:
        """Ask the database."""
        with contextlib.closing(sqlite3.connect(f"{(self.folder / 'watcher.db').as_uri()}?mode=ro", uri=True)) as db:
            return db.execute(query).fetchall()

    def texts(self) -> dict[tuple[str, int], str]:
        """Every stored text, by article and revision."""
        query = "select a.id, t.revision, t.text from texts t join articles a on a.number = t.article"
        return {(id_, revision): text for id_, revision, text in self.rows(query)}


def _published(item: str) -> datetime:
    found = _DATE.search(item)
    assert found is not None
    return parsedate_to_datetime(found[1])


def html(body: bytes) -> bytes:
    """The reply with that page."""
    return reply(200, ("Content-Type", "text/html; charset=utf-8"), body=body)


def rss(title: str, item: str) -> bytes:
    """The reply with a feed of one item or none."""
    body = f"<rss version='2.0'><channel><title>{title}</title><language>zh</language>{item}</channel></rss>"
    return reply(200, RSS, body=body.encode())


def stories(message: DigestMessage) -> Iterator[str]:
    """The headlines of the long stories, in order."""
    return (story.headline for section in message.sections for story in section.stories)


@contextlib.asynccontextmanager
async def desk(folder: Path, corpus: Path, digest: str, start: datetime) -> AsyncIterator[Desk]:
    """A newsroom that begins at `start`, with nothing published yet but what the feed lists."""
    (folder / "letters").mkdir(parents=True)
    shutil.copy(ROOT / "rules" / "jobs" / "suppliers.yaml", folder)
    async with FaultServer() as web:
        config = CONFIG.format(home=web.url(""), letters=folder / "letters", folder=folder, digest=digest)
        (folder / "watcher.yaml").write_text(config, encoding="utf-8")
        web.route("/blog", rss("Blog", ""))
        web.route("/mofcom", rss("MOFCOM", ""))
        feed = (corpus / "feeds" / "rareearthexchanges.xml").read_text(encoding="utf-8")
        here = Desk(folder=folder, web=web, feed=feed, now=start)
        await here.at(start.year, start.month, start.day, start.hour, start.minute)
        yield here
