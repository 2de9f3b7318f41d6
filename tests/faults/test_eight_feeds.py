"""The same new article through eight feeds at the same moment: one story, one alert per rule, one message per channel."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from tests.faults.http_receiver import HttpReceiver
from tests.faults.smtp import SmtpFaults
from tests.make import NOW
from tests.servers import Answer, FaultServer, Seen, reply
from watcher.app.daemon import opened
from watcher.app.loading import load

FEEDS = 8
OLD = "Harbour notes of the week"
NEW = "Port of Lobito turns away a gallium cargo"
TEXT = "Papers for the gallium were missing, said the harbour master; the cargo lies at anchor off the breakwater."

RULES = """\
format: 1
rules:
  - id: gallium
    title: Gallium in the news
    severity: warning
    when: {words: [gallium]}
    tell: desk
    examples: {match: ["The gallium waits.", "No gallium came."], skip: ["Copper is loaded.", "The board met."]}
  - id: cargo
    title: A cargo in the news
    severity: notice
    when: {words: [cargo]}
    tell: desk
    examples: {match: ["The cargo waits.", "No cargo came."], skip: ["Copper is loaded.", "The board met."]}
"""


def _rss(feed: int, *titles: str, tail: str = "") -> bytes:
    items = "".join(
        f"<item><title>{title}</title><link>https://wire.example/{title.replace(' ', '-')}?utm_source=f{feed}</link>"
        f"<guid isPermaLink='false'>{feed}-{title}</guid><description>{TEXT + tail if title == NEW else title}</description></item>"
        for title in titles
    )
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>Feed {feed}</title>{items}</channel></rss>'.encode()
    )


def _together(gate: asyncio.Barrier, turns: list[asyncio.Event], turn: int, body: bytes) -> Answer:
    """Answer when all feeds were asked, and not before those whose turn is earlier."""

    async def answer(_seen: Seen, writer: asyncio.StreamWriter) -> None:
        await gate.wait()
        if turns and turn:
            await turns[turn - 1].wait()
        writer.write(reply(200, ("Content-Type", "application/rss+xml"), body=body))
        await writer.drain()
        if turns:
            turns[turn].set()

    return answer


@pytest.fixture
async def ways_out() -> AsyncIterator[tuple[HttpReceiver, HttpReceiver, SmtpFaults]]:
    async with HttpReceiver() as slack, HttpReceiver() as webhook, SmtpFaults() as smtp:
        yield slack, webhook, smtp


def _config(feeds: FaultServer, slack: HttpReceiver, webhook: HttpReceiver, smtp: SmtpFaults) -> str:
    # An address of its own for each feed: one host is never asked twice at once.
    sources = "".join(
        f'  feed-{n}: {{kind: feed, url: "{feeds.url(f"/{n}", host=f"127.0.0.{n + 1}")}", every: 15m, network: any}}\n'
        for n in range(FEEDS)
    )
    return (
        "store: {path: watcher.db, free_disk_floor: 0B}\nlisten: null\n"
        f"sources:\n{sources}"
        "channels:\n"
        f'  slack: {{kind: slack, url: "{slack.url}", network: any, rate: unlimited}}\n'
        f'  webhook: {{kind: webhook, url: "{webhook.url}", network: any, secrets: [whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw]}}\n'
        f"  email: {{kind: email, network: any, smtp: {{host: 127.0.0.1, port: {smtp.port}, security: none}}, "
        "from: watcher@example.org, to: [desk@example.org]}\n"
        "routes:\n  desk: {channels: [slack, webhook, email]}\n"
        "rules: [rules.yaml]\n"
    )


async def _pass(folder: Path, after: timedelta) -> None:
    now = NOW + after
    loaded, problems = load(folder / "watcher.yaml", {}, now)
    assert loaded is not None, problems
    async with opened(folder / "watcher.yaml", {}, loaded, clock=lambda: now) as daemon:
        await daemon.once()


@pytest.mark.parametrize("seed", range(5))
async def test_eight_feeds_at_once_make_one_story_one_alert_and_one_message(
    ways_out: tuple[HttpReceiver, HttpReceiver, SmtpFaults], tmp_path: Path, seed: int
) -> None:
    slack, webhook, smtp = ways_out
    order = list(range(FEEDS))
    random.Random(seed).shuffle(order)
    # The first of these runs answers all at once, the others in an order of chance; in every second one each feed adds
    # words of its own, so that only the link tells.
    turns = [asyncio.Event() for _ in range(FEEDS)] if seed else []
    gate = asyncio.Barrier(FEEDS)
    async with FaultServer(host="0.0.0.0") as feeds:
        (tmp_path / "watcher.yaml").write_text(_config(feeds, slack, webhook, smtp))
        (tmp_path / "rules.yaml").write_text(RULES)
        for n in range(FEEDS):
            feeds.route(f"/{n}", reply(200, body=_rss(n, OLD)))
        await _pass(tmp_path, timedelta())
        for n in range(FEEDS):
            tail = f" Read more at feed {n}." if seed % 2 else ""
            feeds.route(f"/{n}", _together(gate, turns, order[n], _rss(n, NEW, OLD, tail=tail)))
        await _pass(tmp_path, timedelta(hours=1))

    with closing(sqlite3.connect(tmp_path / "watcher.db")) as db:
        stories = db.execute("select distinct story from articles where title = ?", (NEW,)).fetchall()
        reasons = Counter(db.execute("select story_reason from articles where title = ?", (NEW,)).fetchall())
        matches = Counter(db.execute("select rule, reason from matches where alert is not null").fetchall())
        alerts = db.execute("select rule, occasions from alerts order by rule").fetchall()
        deliveries = Counter(db.execute("select channel, state from deliveries").fetchall())
    assert len(stories) == 1
    assert reasons == {("founded",): 1, ("same_link" if seed % 2 else "same_text",): FEEDS - 1}
    assert matches == {
        ("gallium", "raised"): 1,
        ("gallium", "nothing_new"): FEEDS - 1,
        ("cargo", "raised"): 1,
        ("cargo", "nothing_new"): FEEDS - 1,
    }
    assert alerts == [("cargo", 1), ("gallium", 1)]
    assert deliveries == {("slack", "sent"): 2, ("webhook", "sent"): 2, ("email", "sent"): 2}
    assert (len(slack.received), len(webhook.ids()), len(smtp.unique_ids())) == (2, 2, 2)
