"""How sources are, through the real daemon: one notice when something is wrong, one when it is over, to those who asked."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

from tests.servers import FaultServer, reply
from watcher.app.daemon import Daemon, opened
from watcher.app.loading import load
from watcher.cli import main
from watcher.core.telling.messages import AlertMessage, NoticeMessage
from watcher.pipeline.telling.changes import decode

RULES = """\
format: 1
rules:
  - id: bans
    title: An export ban is announced
    severity: urgent
    when: {words: [export ban]}
    examples:
      match: ["Country sets an export ban on gallium.", "An export ban on antimony."]
      skip: ["The mine reopens in May.", "Nothing happened."]
"""

CONFIG = """\
network: any
store: {{path: watcher.db}}
operator: {{contact: ops@example.org, route: operator}}
listen: null
sources:
  wire: {{kind: {kind}, url: "{url}", every: 15m, pace: 0s, trust: wire{more}}}
channels:
  desk: {{kind: file, path: "{folder}/desk.txt"}}
  ops: {{kind: file, path: "{folder}/ops.txt"}}
  keepers: {{kind: file, path: "{folder}/keepers.txt"}}
routes:
  desk: {{channels: [desk]}}
  operator: {{channels: [ops], when: "rule:bans severity:notice"}}
  keepers: {{channels: [keepers], when: "{when}"}}
rules: [rules.yaml]
"""

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
HTML = ("Content-Type", "text/html; charset=utf-8")


@dataclass(slots=True, kw_only=True)
class Watch:
    """One source with its server and a daemon whose clock is moved by hand."""

    folder: Path
    server: FaultServer
    daemon: Daemon
    clock: list[datetime] = field(default_factory=lambda: [START])

    def serve(self, *slugs: str, at: datetime | None = None, title: str = "Wire") -> None:
        """Let the feed list these, all dated `at`."""
        date = format_datetime(at or self.clock[0])
        items = "".join(
            f"<item><guid isPermaLink='false'>{slug}</guid><title>Mine {slug} reopens</title>"
            f"<link>https://wire.example/{slug}</link><pubDate>{date}</pubDate></item>"
            for slug in slugs
        )
        feed = f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title>{items}</channel></rss>'
        self.server.route("/feed", reply(200, ("Content-Type", "application/rss+xml"), body=feed.encode()))

    async def pass_by(self, time: timedelta, *, polls: int = 1) -> None:
        """Let time go by, polling so often meanwhile, evenly."""
        for _ in range(polls):
            self.clock[0] += time / polls
            await self.daemon.store.write(lambda turn: turn.sources.wake(["wire"], self.clock[0]))
            await self.daemon.engine.idle()

    async def told(self, channel: str = "ops") -> list[str]:
        """The titles of health notices on a channel, in order."""
        return [
            each.title
            for each in await self.messages(channel)
            if isinstance(each, NoticeMessage) and each.kind.startswith("source-")
        ]

    async def messages(self, channel: str) -> list[AlertMessage | NoticeMessage]:
        """Everything put into the outbox for a channel."""
        rows = await self.daemon.store.read(
            lambda turn: turn.db.execute(
                "select o.content from deliveries d join occasions o on o.id = d.occasion where d.channel = ? "
                "order by d.number",
                (channel,),
            ).fetchall()
        )
        return [message for (content,) in rows if isinstance(message := decode(content), AlertMessage | NoticeMessage)]


@contextlib.asynccontextmanager
async def watching(
    folder: Path, *, kind: str = "feed", more: str = "", when: str = "rule:bans severity:notice"
) -> AsyncIterator[Watch]:
    async with FaultServer() as server:
        (folder / "rules.yaml").write_text(RULES, encoding="utf-8")
        config = CONFIG.format(kind=kind, url=server.url("/feed"), more=more, when=when, folder=folder)
        (folder / "watcher.yaml").write_text(config, encoding="utf-8")
        async with restarted(folder, server, [START]) as watch:
            yield watch


@contextlib.asynccontextmanager
async def restarted(folder: Path, server: FaultServer, clock: list[datetime]) -> AsyncIterator[Watch]:
    loaded, problems = load(folder / "watcher.yaml", {}, clock[0])
    assert loaded is not None, "\n".join(str(problem) for problem in problems)
    async with opened(folder / "watcher.yaml", {}, loaded, clock=lambda: clock[0]) as daemon:
        await daemon.engine.start()
        try:
            yield Watch(folder=folder, server=server, daemon=daemon, clock=clock)
        finally:
            await daemon.engine.drain(2)


async def test_a_source_that_fails_is_told_once_and_once_more_when_it_answers_again_over_a_restart_too(tmp_path):
    async with watching(tmp_path) as here:
        here.serve("one", "two", "three")
        await here.pass_by(timedelta(minutes=15))
        here.server.route("/feed", reply(503))
        await here.pass_by(timedelta(hours=2), polls=4)
        assert await here.told() == ["wire: does not answer as it should"]
        health = {name: says for name, _, says in here.daemon.health().parts}
        assert "does not answer" in health["source wire"]
        clock, server = here.clock, here.server
        await here.daemon.engine.drain(2)

        async with restarted(tmp_path, server, clock) as again:
            await again.pass_by(timedelta(minutes=30))
            assert len(await again.told()) == 1
            assert "source wire" in {name for name, _, _ in again.daemon.health().parts}
            again.serve("four", "five", "one")
            await again.pass_by(timedelta(minutes=30))
            await again.pass_by(timedelta(minutes=30))

            assert await again.told() == [
                "wire: does not answer as it should",
                "wire: answers again after 2 h, 2 entries came",
            ]
            assert "source wire" not in {name for name, _, _ in again.daemon.health().parts}


async def test_a_feed_that_answers_with_old_items_only_is_silent_and_told_once(tmp_path, capsys):
    async with watching(tmp_path, more=", silent_after: 6h") as here:
        here.serve("one", "two", "three")
        await here.pass_by(timedelta(minutes=15))
        await here.pass_by(timedelta(hours=5), polls=5)
        assert await here.told() == []
        await here.pass_by(timedelta(hours=24), polls=24)

        assert await here.told() == ["wire: is silent: it answers, but brings nothing new"]
        code = await asyncio.to_thread(main, ["--config", str(tmp_path / "watcher.yaml"), "status"])
        assert code == 1
        assert "source wire: is silent: it answers, but brings nothing new" in capsys.readouterr().out
        await asyncio.to_thread(main, ["--config", str(tmp_path / "watcher.yaml"), "sources"])
        assert "is silent" in capsys.readouterr().out
        here.serve("one", "two", "three", "four")
        await here.pass_by(timedelta(hours=1))
        assert (await here.told())[1:] == ["wire: publishes again after 30 h"]


async def test_while_it_fails_a_source_is_not_said_to_be_silent(tmp_path):
    async with watching(tmp_path, more=", silent_after: 6h") as here:
        here.serve("one", "two", "three")
        await here.pass_by(timedelta(minutes=15))
        here.server.route("/feed", reply(500))
        await here.pass_by(timedelta(hours=40), polls=10)

        assert await here.told() == ["wire: does not answer as it should"]


async def test_an_empty_list_and_a_short_one_are_told_when_they_stay(tmp_path):
    async with watching(tmp_path) as here:
        full = [f"item-{n}" for n in range(25)]
        here.serve(*full)
        await here.pass_by(timedelta(minutes=15))
        here.serve()
        await here.pass_by(timedelta(minutes=30), polls=2)
        assert await here.told() == []
        await here.pass_by(timedelta(hours=1), polls=2)
        here.serve(*full)
        await here.pass_by(timedelta(minutes=15))
        here.serve(*full[:5])
        await here.pass_by(timedelta(hours=5), polls=5)

        assert await here.told() == [
            "wire: lists nothing any more",
            "wire: lists entries again after 90 min",
            "wire: lists far fewer entries than it used to",
        ]


async def test_a_check_for_robots_is_named_with_any_status(tmp_path):
    async with watching(tmp_path) as here:
        here.serve("one", "two", "three")
        await here.pass_by(timedelta(minutes=15))
        page = b"<!doctype html><html><title>Just a moment...</title><body>Verify you are human</body></html>"
        here.server.route("/feed", reply(403, HTML, body=page))
        await here.pass_by(timedelta(minutes=15))
        here.server.route("/feed", reply(200, HTML, body=page))
        await here.pass_by(timedelta(hours=8), polls=3)

        assert await here.told() == ["wire: answers with a check for robots"]


async def test_a_page_whose_layout_changed_is_told_and_alerts_nobody(tmp_path):
    more = ', item: "ul.news > li", fields: {title: a, link: "a@href"}'
    async with watching(tmp_path, kind="page_list", more=more) as here:
        rows = "".join(f"<li><a href='/{n}'>Export ban on metal {n}</a></li>" for n in range(9))
        here.server.route("/feed", reply(200, HTML, body=f"<html><ul class='news'>{rows}</ul></html>".encode()))
        await here.pass_by(timedelta(minutes=15))
        other = "".join(f"<div><a href='/{n}x'>Export ban on metal {n}</a> and more of it</div>" for n in range(60))
        here.server.route("/feed", reply(200, HTML, body=f"<html><body>{other}</body></html>".encode()))
        await here.pass_by(timedelta(hours=3), polls=3)

        assert await here.told() == ["wire: can't be read any more: its layout changed"]
        assert not [each for each in await here.messages("desk") if isinstance(each, AlertMessage)]


async def test_a_gap_is_told_with_its_times(tmp_path):
    async with watching(tmp_path) as here:
        here.serve(*(f"old-{n}" for n in range(25)))
        await here.pass_by(timedelta(minutes=15))
        here.serve(*(f"new-{n}" for n in range(25)), at=START + timedelta(days=29))
        await here.pass_by(timedelta(days=30))

        assert "wire: lists nothing that was known: entries between may be lost" in await here.told()
        (gap,) = [each for each in await here.messages("ops") if getattr(each, "kind", "") == "source-gap"]
        assert isinstance(gap, NoticeMessage)
        assert "All 25 entries are new, the oldest of 2026-03-31 09:00 UTC" in gap.lines[0]


async def test_routes_that_ask_for_it_take_it_and_others_never(tmp_path):
    when = "event:source_health source:wire severity:warning"
    async with watching(tmp_path, when=when) as here:
        here.serve("one", "two", "three")
        await here.pass_by(timedelta(minutes=15))
        here.server.route("/feed", reply(503))
        await here.pass_by(timedelta(hours=3), polls=4)

        assert await here.told("keepers") == ["wire: does not answer as it should"]
        assert await here.told("ops") == []
        assert await here.told("desk") == []


async def test_a_route_that_asks_for_another_source_leaves_it_to_the_operator(tmp_path):
    async with watching(tmp_path, when="event:source_health severity:urgent") as here:
        here.serve("one", "two", "three")
        await here.pass_by(timedelta(minutes=15))
        here.server.route("/feed", reply(503))
        await here.pass_by(timedelta(hours=3), polls=4)

        assert await here.told("keepers") == []
        assert await here.told("ops") == ["wire: does not answer as it should"]
