"""A real feed of 25 articles through the whole of watcher: polled, judged, told to Slack and by mail, searched."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.faults.http_receiver import HttpReceiver
from tests.faults.smtp import SmtpFaults
from tests.servers import FaultServer, Seen, reply
from watcher.app.daemon import opened
from watcher.app.loading import load
from watcher.cli import main

MORNING = datetime(2026, 2, 7, 6, 0, tzinfo=UTC)  # a Saturday, soon after the feed's newest article

CONFIG = """\
network: any
store: {{path: watcher.db, free_disk_floor: 0B}}
operator: {{contact: ops@example.org, route: operator}}
listen: null
sources:
  reex: {{kind: feed, url: "{feed}", every: 15m, trust: trade_press{since}}}
channels:
  desk: {{kind: slack, url: "{slack}/services/T/B/X", rate: unlimited}}
  team: {{kind: email, smtp: {{host: 127.0.0.1, port: {smtp}, security: none}}, from: watcher@example.org,
    to: [team@example.org]}}
routes:
  desk: {{channels: [desk]}}
  operator: {{channels: [team], when: "severity:urgent"}}
digests:
  weekly: {{at: "Mon 07:00", zone: UTC, channels: [team]}}
rules: [rules.yaml]
"""
RULES = """\
format: 1
rules:
  - id: rare-earths
    title: Rare earths in a headline
    severity: notice
    when: {words: [rare earth], in: title}
    examples:
      match: ["A rare earth plant opens.", "Rare earths rise."]
      skip: ["The mine reopens in May.", "Nothing happened."]
"""


@dataclass(slots=True, kw_only=True)
class Desk:
    """The feed's server, both receivers, and a folder with a configuration."""

    folder: Path
    feed: FaultServer
    slack: HttpReceiver
    smtp: SmtpFaults
    body: bytes
    now: datetime = MORNING

    def serve(self, body: bytes) -> None:
        """Serve this under an ETag of its own, and 304 to whoever has it."""
        self.body, tag = body, f'"{hash(body)}"'

        async def answer(seen: Seen, writer: asyncio.StreamWriter) -> None:
            same = seen.header("if-none-match") == tag
            whole = reply(200, ("ETag", tag), ("Content-Type", "application/rss+xml"), body=body)
            writer.write(reply(304, ("ETag", tag)) if same else whole)

        self.feed.route("/feed", answer)

    async def once(self) -> None:
        """One pass of the real daemon, at the hand-moved time."""
        loaded, problems = load(self.folder / "watcher.yaml", {}, self.now)
        assert loaded is not None, problems
        async with opened(self.folder / "watcher.yaml", {}, loaded, clock=lambda: self.now) as daemon:
            await daemon.once()

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """Ask the database."""
        with contextlib.closing(sqlite3.connect(f"{(self.folder / 'watcher.db').as_uri()}?mode=ro", uri=True)) as db:
            return db.execute(query).fetchall()


@pytest.fixture(scope="module")
def body(shared) -> bytes:
    return (shared / "corpus" / "feeds" / "rareearthexchanges.xml").read_bytes()


@contextlib.asynccontextmanager
async def desk(folder: Path, body: bytes, since: str = "") -> AsyncIterator[Desk]:
    async with FaultServer() as feed, HttpReceiver() as slack, SmtpFaults() as smtp:
        here = Desk(folder=folder, feed=feed, slack=slack, smtp=smtp, body=body)
        here.serve(body)
        config = CONFIG.format(feed=feed.url("/feed"), slack=slack.url, smtp=smtp.port, since=since)
        (folder / "watcher.yaml").write_text(config, encoding="utf-8")
        (folder / "rules.yaml").write_text(RULES, encoding="utf-8")
        yield here


def listed_title(item: ET.Element) -> str:
    """The title that an item has in the feed, with the dash that got lost in one of them."""
    return " ".join((item.findtext("title") or "").split()).replace("Earth?Gallium", "Earth–Gallium")


async def test_every_article_has_its_own_title_link_and_date(tmp_path, body):
    items = list(ET.fromstring(body).iter("item"))
    async with desk(tmp_path, body) as here:
        await here.once()

        stored = {link: (title, at) for title, link, at in here.rows("select title, link, published from articles")}
        assert len(stored) == len(items) == 25
        for item in items:
            title, at = stored[item.findtext("link")]
            assert title == listed_title(item)
            assert at == parsedate_to_datetime(item.findtext("pubDate")).timestamp() * 1_000_000


async def test_the_first_sight_is_history_told_in_one_mail(tmp_path, body):
    async with desk(tmp_path, body) as here:
        await here.once()

        assert here.slack.received == []
        (mail,) = here.smtp.mails
        assert "reex: imported 25" in str(mail.message["Subject"])


async def test_the_second_poll_brings_nothing(tmp_path, body):
    async with desk(tmp_path, body, since=", since: all") as here:
        await here.once()
        told = len(here.slack.received)
        here.now += timedelta(minutes=20)
        await here.once()
        here.now += timedelta(minutes=20)
        here.serve(body + b"\n")
        await here.once()

        assert [seen.header("if-none-match") is not None for seen in here.feed.seen] == [False, True, True]
        assert here.rows("select count(*) from observations") == [(25,)]
        assert len(here.slack.received) == told
        assert here.rows("select last_ok = last_checked, failures from source_state") == [(1, 0)]


def issues(here):
    return [mail for mail in here.smtp.mails if "List-Id" in mail.message]


async def test_since_all_alerts_reach_slack_and_the_digest_comes_by_mail(tmp_path, body):
    headlines = [listed_title(item) for item in ET.fromstring(body).iter("item")]
    expected = [title for title in headlines if "rare earth" in title.casefold()]
    async with desk(tmp_path, body, since=", since: all") as here:
        await here.once()

        alerts = here.rows("select count(*) from alerts")[0][0]
        assert alerts >= len(expected) > 0
        assert len(here.slack.received) == alerts
        words = [json.dumps(message.json, ensure_ascii=False) for message in here.slack.received]
        for title in expected:
            assert any(title[:40].replace("&", "&amp;") in text for text in words), title
        assert here.smtp.mails == []

        here.now = datetime(2026, 2, 9, 7, 1, tzinfo=UTC)
        await here.once()

        (mail,) = issues(here)  # beside it, the operator hears that nothing came for two days
        plain = mail.message.get_body(("plain",)).get_content()
        assert any(" ".join(title.split()[:4]) in plain for title in expected)
        assert mail.message["To"] == "team@example.org"
        assert len(mail.data) < 80_000

        here.now += timedelta(hours=1)
        await here.once()
        assert len(issues(here)) == 1
        assert here.rows("select count(*) from deliveries where state <> 'sent'") == [(0,)]


async def test_history_answers_a_search(tmp_path, body, capsys):
    async with desk(tmp_path, body) as here:
        await here.once()

        code = await asyncio.to_thread(main, ["--config", str(tmp_path / "watcher.yaml"), "search", "rare earth"])

        assert code == 0
        assert "rareearthexchanges.com" in capsys.readouterr().out


async def test_the_article_whose_guid_is_not_its_link_stays_one_after_a_new_slug(tmp_path, body):
    items = list(ET.fromstring(body).iter("item"))
    (own,) = [item for item in items if item.findtext("guid") != item.findtext("link")]
    link = own.findtext("link")
    async with desk(tmp_path, body, since=", since: all") as here:
        await here.once()
        told = len(here.slack.received)
        here.now += timedelta(minutes=20)
        here.serve(body.replace(f"<link>{link}</link>".encode(), f"<link>{link.rstrip('/')}-3/</link>".encode()))
        await here.once()

        assert here.body != body
        assert here.rows("select count(*) from articles") == [(25,)]
        assert len(here.slack.received) == told
