"""Entries that come as excerpts are told of at once and again when their page says more, through the whole of watcher."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests import starts
from tests.faults.http_receiver import HttpReceiver
from tests.servers import FaultServer, Seen, redirect, reply
from watcher.app.daemon import opened
from watcher.app.loading import load
from watcher.cli import main
from watcher.core.articles.following import ATTEMPTS

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
CONFIG = """\
network: any
store: {{path: watcher.db, free_disk_floor: 0B}}
operator: {{contact: ops@example.org, route: operator}}
listen: null
sources:
  wire: {{kind: feed, url: "{feed}", every: 10m, trust: wire, pace: 0s, {more}}}
channels:
  desk: {{kind: slack, url: "{slack}/services/T/B/X", rate: unlimited}}
  ops: {{kind: file, path: "{ops}"}}
routes:
  desk: {{channels: [desk]}}
  operator: {{channels: [ops], when: "severity:urgent"}}
rules: [rules.yaml]
"""
RULES = """\
format: 1
rules:
  - id: bans
    title: An export ban
    severity: warning
    when: {words: [export ban], in: news}
    examples:
      match: ["Country sets an export ban on gallium.", "An export ban on antimony."]
      skip: ["The mine reopens in May.", "Nothing happened."]
"""
TEASER = "The ministry spoke on gallium today ..."
FILLER = "".join(
    f"<p>Buyers in region {n} were told by letter what the new licences mean for them.</p>" for n in range(5)
)


def page(text: str) -> bytes:
    """A page with machinery around its article."""
    return (
        "<html lang=en><head><title>Gallium | Wire</title></head><body><nav><a href=/>export ban</a></nav><article>"
        f"<h1>Gallium</h1><p>{text}</p>{FILLER}</article><aside class=related><p>An export ban of old.</p></aside></body></html>"
    ).encode()


BAN = page("It announced an export ban on gallium, in force from 1 May.")


@dataclass(slots=True, kw_only=True)
class Desk:
    """A wire with pages, a receiver, and a folder with a configuration."""

    folder: Path
    wire: FaultServer
    slack: HttpReceiver
    now: datetime = NOON
    entries: dict[str, str] = field(default_factory=dict)

    def lists(self, slug: str, answer: object = None, *, summary: str = TEASER, title: str = "") -> None:
        """List an entry, whose page answers so."""
        title = title or f"Ministry speaks on {slug}"
        self.entries[slug] = (
            f"<item><guid>{slug}</guid><link>{self.wire.url(f'/{slug}')}</link><title>{title}</title>"
            f"<description>{summary}</description><pubDate>Mon, 02 Mar 2026 11:50:00 GMT</pubDate></item>"
        )
        if answer is not None:
            self.wire.route(f"/{slug}", answer)  # type: ignore[arg-type]  # bytes or an answer
        items = "".join(self.entries.values())
        body = f"<rss version='2.0'><channel><title>Wire</title>{items}</channel></rss>".encode()
        self.wire.route("/feed", reply(200, ("Content-Type", "application/rss+xml"), body=body))

    async def once(self, after: timedelta = timedelta(0)) -> None:
        """One pass of the real daemon, so much later."""
        self.now += after
        loaded, problems = load(self.folder / "watcher.yaml", {}, self.now)
        assert loaded is not None, problems
        async with opened(self.folder / "watcher.yaml", {}, loaded, clock=lambda: self.now) as daemon:
            await daemon.once()

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """Ask the database."""
        with contextlib.closing(sqlite3.connect(f"{(self.folder / 'watcher.db').as_uri()}?mode=ro", uri=True)) as db:
            return db.execute(query).fetchall()

    def state(self, slug: str) -> object:
        """What the article holds of its text."""
        return self.rows(f"select text_state from articles where title like '%{slug}%'")[0][0]

    def fetched(self, slug: str) -> int:
        """How often its page was asked for."""
        return sum(seen.path == f"/{slug}" for seen in self.wire.seen)


@contextlib.asynccontextmanager
async def desk(folder: Path, more: str = "since: all, follow: true") -> AsyncIterator[Desk]:
    async with FaultServer() as wire, HttpReceiver() as slack:
        config = CONFIG.format(feed=wire.url("/feed"), slack=slack.url, ops=folder / "ops.txt", more=more)
        (folder / "watcher.yaml").write_text(config, encoding="utf-8")
        (folder / "rules.yaml").write_text(RULES, encoding="utf-8")
        yield Desk(folder=folder, wire=wire, slack=slack)


def html(body: bytes) -> bytes:
    return reply(200, ("Content-Type", "text/html; charset=utf-8"), body=body)


async def slowly(_seen: Seen, writer: asyncio.StreamWriter) -> None:
    """A page in small pieces."""
    whole = html(BAN)
    for at in range(0, len(whole), 200):
        writer.write(whole[at : at + 200])
        await writer.drain()
        await asyncio.sleep(0.01)


async def test_every_sort_of_page_leads_to_text_or_a_reason(tmp_path):
    async with desk(tmp_path) as here:
        here.wire.route("/moved", html(BAN))
        here.lists("plain", html(BAN))
        here.lists("slow", slowly)
        here.lists("forwarded", redirect("/moved"))
        here.lists("huge", html(BAN.replace(b"</body>", b"<!--" + b"x" * 5_000_000 + b"--></body>")))
        here.lists("missing", reply(404, body=b"no"))
        here.lists("gone", reply(410, body=b"no"))
        here.lists("pdf", reply(200, ("Content-Type", "application/pdf"), body=b"%PDF-1.7"))
        here.lists("login", html(b"<html><title>Sign in</title><p>Sign in</p></html>"))
        here.lists("whole", html(BAN), summary=f"<![CDATA[{FILLER * 3}]]>")

        await here.once()

        reasons = dict(here.rows("select a.title, w.reason from awaiting w join articles a on a.number = w.article"))
        states = {slug: here.state(slug) for slug in here.entries}
        assert states == {
            **dict.fromkeys(("plain", "slow", "forwarded", "huge", "whole"), "full"),
            **dict.fromkeys(("missing", "pdf", "login"), "awaiting_text"),
            "gone": "failed",
        }, reasons
        assert here.fetched("whole") == 0
        assert len(here.slack.received) == 4
        assert "404" in str(reasons["Ministry speaks on missing"])
        assert "410" in str(reasons["Ministry speaks on gone"])
        assert "application/pdf came" in str(reasons["Ministry speaks on pdf"])
        assert "7 characters of text" in str(reasons["Ministry speaks on login"])


async def test_what_only_the_text_says_is_told_once(tmp_path):
    async with desk(tmp_path) as here:
        here.lists("gallium", html(BAN))
        await here.once()
        await here.once(timedelta(minutes=20))
        here.wire.route("/feed", here.wire.routes["/feed"] + b" ")  # type: ignore[operator]  # the feed is bytes
        await here.once(timedelta(minutes=20))

        assert here.fetched("gallium") == 1
        assert len(here.slack.received) == 1
        assert "in force from 1 May" in str(here.slack.received[0].json)
        assert here.rows("select revision, text_state from articles") == [(2, "full")]


async def test_a_match_in_the_excerpt_is_told_at_once_and_not_again_for_the_same(tmp_path):
    async with desk(tmp_path) as here:
        here.lists("gallium", reply(503), summary="It announced an export ban on gallium, in force from 1 May. ...")
        await here.once()
        assert len(here.slack.received) == 1

        here.wire.route("/gallium", html(BAN))
        await here.once(timedelta(minutes=3))

        assert here.state("gallium") == "full"
        assert len(here.slack.received) == 1


async def test_an_excerpt_that_its_page_does_not_repeat_is_kept(tmp_path):
    async with desk(tmp_path) as here:
        here.lists("gallium", html(page("Nothing else was said.")), summary="Sources: an export ban is near. ...")

        await here.once()

        assert len(here.slack.received) == 1
        assert here.rows("select state from alerts") == [("open",)]


async def test_a_page_that_never_comes_is_given_up_with_its_reason(tmp_path):
    async with desk(tmp_path) as here:
        here.lists("gallium", reply(404))
        for _ in range(ATTEMPTS + 2):
            await here.once(timedelta(hours=13))

        assert here.fetched("gallium") == ATTEMPTS
        assert here.state("gallium") == "failed"
        assert here.rows("select state, attempts from awaiting") == [("failed", ATTEMPTS)]


async def test_history_is_not_followed(tmp_path):
    async with desk(tmp_path, "follow: true") as here:
        here.lists("old", html(BAN))
        await here.once()
        here.lists("new", html(BAN))
        await here.once(timedelta(minutes=20))

        assert (here.fetched("old"), here.fetched("new")) == (0, 1)
        assert (here.state("old"), here.state("new")) == ("excerpt", "full")
        assert len(here.slack.received) == 1


async def test_a_changed_entry_keeps_its_text_until_the_page_is_read_anew(tmp_path):
    async with desk(tmp_path) as here:
        here.lists("gallium", html(BAN))
        await here.once()
        here.lists("gallium", html(page("It lifted the rule again.")), title="Ministry speaks on gallium again")
        await here.once(timedelta(minutes=20))
        assert here.rows("select state from alerts") == [("open",)]
        assert here.fetched("gallium") == 1

        await here.once(timedelta(hours=2))

        assert here.fetched("gallium") == 2
        assert here.rows("select title, revision from articles") == [("Ministry speaks on gallium again", 3)]
        assert here.rows("select state from alerts") == [("closed",)]


async def test_hints_of_a_block_and_a_round_up_behind_a_link(tmp_path):
    stories = "".join(
        f"<h2>{name}</h2><p>{text} {'It was said in May. ' * 8}</p>"
        for name, text in (
            ("GALLIUM IS STOPPED:", "There is an export ban on gallium."),
            ("A MINE OPENS:", "There is a mine."),
        )
    )
    body = f"<body><div class=x>{FILLER}</div><div class=art><p>Our week.</p>{stories}</div></body>".encode()
    async with desk(tmp_path, "since: all, split: headings, follow: {text: .art}") as here:
        here.lists("week", html(body))

        await here.once()

        titles = [title for (title,) in here.rows("select title from articles order by number")]
        assert sorted(map(str, titles)) == ["A MINE OPENS", "GALLIUM IS STOPPED", "Ministry speaks on week"]
        assert here.rows("select count(distinct story) from articles") == [(3,)]
        assert len(here.slack.received) == 1


@pytest.mark.parametrize("at", ["after_page", "after_page_commit"])
async def test_a_kill_in_between_loses_and_repeats_nothing(tmp_path, at):
    async with desk(tmp_path) as here:
        here.lists("gallium", html(BAN))
        killed = await _process(tmp_path, {"WATCHER_FAILPOINT": at})
        again = await _process(tmp_path, {})

        assert (killed, again) == (-9, 0)
        assert here.state("gallium") == "full"
        assert here.rows("select count(*) from occasions where kind = 'alert'") == [(1,)]
        assert len(here.slack.received) == 1
        assert here.fetched("gallium") == (2 if at == "after_page" else 1)


async def _process(folder: Path, more: dict[str, str]) -> int:
    """One pass by a process of its own; its exit code."""
    command = [*starts.PROGRAM, "--config", str(folder / "watcher.yaml"), "once"]
    done = await asyncio.to_thread(starts.run, command, env={**os.environ, **more}, timeout=60)
    return done.returncode


async def test_status_and_why_say_what_waits_for_its_page(tmp_path, capsys):
    async with desk(tmp_path) as here:
        here.lists("gallium", reply(404))
        here.lists("indium", reply(410))
        here.lists("cobalt", html(BAN))
        await here.once()

        said = []
        for command in (["status"], ["why", here.wire.url("/gallium")], ["why", here.wire.url("/indium")]):
            main(["--config", str(tmp_path / "watcher.yaml"), *command])
            said.append(" ".join(capsys.readouterr().out.split()))

        assert "1 article awaiting the text of the page; 1 page never came" in said[0]
        assert "text awaiting text" in said[1]
        assert "tried 1 time: fetch 127.0.0.1" in said[1]
        assert "status 404 (not found); next attempt 2026-03-02 12:02:00 UTC" in said[1]
        assert "given up after 1 attempt: fetch 127.0.0.1" in said[2]


async def test_a_private_source_leads_to_no_other_private_host(tmp_path):
    async with desk(tmp_path) as here:
        here.lists("gallium", html(BAN))
        feed = here.wire.routes["/feed"]
        assert isinstance(feed, bytes)
        body = feed.partition(b"\r\n\r\n")[2].replace(b"http://127.0.0.1:", b"http://localhost:")
        here.wire.route("/feed", reply(200, body=body))

        await here.once()

        assert here.fetched("gallium") == 0
        assert "localhost" in str(here.rows("select reason from awaiting"))
