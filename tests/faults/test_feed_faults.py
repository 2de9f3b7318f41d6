"""Every misbehaviour of feeds in the shared list, five scripted polls each, through the real daemon over loopback."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from tests.servers import FaultServer, reply
from watcher.app.daemon import Daemon, opened
from watcher.app.loading import load
from watcher.core.telling.messages import AlertMessage, Message, NoticeMessage, Told
from watcher.pipeline.telling.changes import decode

RULES = """\
format: 1
rules:
  - id: bans
    title: An export ban is announced
    severity: warning
    when: {any: [{words: [export ban]}, {words: [halts exports]}]}
    examples:
      match: ["Country sets an export ban on gallium.", "Country halts exports of antimony."]
      skip: ["The mine reopens in May.", "Nothing happened."]
"""

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
POLLS = 5
NAMES = ("a", "b", "c", "d", "e")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One entry as the publisher lists it; `link` None leaves it out, and so does `date`."""

    slug: str
    title: str = ""
    guid: str = ""
    link: str = ""
    date: datetime | None = START - timedelta(hours=1)

    def xml(self) -> str:
        """As an RSS item."""
        title = self.title or f"Ministry sets an export ban on metal {self.slug}"
        date = f"<pubDate>{format_datetime(self.date)}</pubDate>" if self.date else ""
        return (
            f"<item><guid isPermaLink='false'>{self.guid or self.slug}</guid><title>{title}</title>"
            f"<link>{self.link or f'https://wire.example/{self.slug}'}</link>{date}"
            f"<description>The paper on {self.slug} was published in the gazette.</description></item>"
        )


def some(count: int = 25, **changes: object) -> list[Item]:
    """So many items, the newest first."""
    return [Item(slug=f"n{number}", **changes) for number in range(count, 0, -1)]  # type: ignore[arg-type] - a test's shorthand


@dataclass(slots=True, kw_only=True)
class Feeds:
    """Five feeds on loopback, of which most cases use the first, and a daemon with a clock moved by hand."""

    folder: Path
    server: FaultServer
    daemon: Daemon
    clock: list[datetime]
    slowest_s: float = 0.0

    def serve(self, items: list[Item], *, name: str = "a", title: str = "Wire") -> None:
        """Let a feed list these."""
        body = f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title>{"".join(i.xml() for i in items)}</channel></rss>'
        self.server.route(f"/{name}", reply(200, ("Content-Type", "application/rss+xml"), body=body.encode()))

    async def poll(self, *, after: timedelta = timedelta(minutes=15), names: tuple[str, ...] = ("a",)) -> None:
        """Let time go by and poll these feeds."""
        self.clock[0] += after
        await self.daemon.store.write(lambda turn: turn.sources.hold(NAMES, self.clock[0] + timedelta(days=1)))
        await self.daemon.store.write(lambda turn: turn.sources.wake(names, self.clock[0]))
        await self.daemon.engine.idle()

    async def rows(self, query: str) -> list[tuple[object, ...]]:
        """Ask the database."""
        return await self.daemon.store.read(lambda turn: turn.db.execute(query).fetchall())

    async def messages(self, channel: str) -> list[Message]:
        """Everything for a channel, in order."""
        query = "select o.content from deliveries d join occasions o on o.id = d.occasion where d.channel = '{}' order by d.number"
        return [decode(str(content)) for (content,) in await self.rows(query.format(channel))]

    async def alerts(self) -> list[Told]:
        """Every alert told to readers."""
        return [told for each in await self.messages("desk") if isinstance(each, AlertMessage) for told in each.alerts]

    async def notices(self, kind: str) -> list[NoticeMessage]:
        """The operator's notices of that kind."""
        return [each for each in await self.messages("ops") if isinstance(each, NoticeMessage) and each.kind == kind]

    async def articles(self) -> int:
        """How many articles are stored."""
        return int(str((await self.rows("select count(*) from articles"))[0][0]))


@contextlib.asynccontextmanager
async def feeds(folder: Path, *, since: str = "") -> AsyncIterator[Feeds]:
    async with FaultServer() as server:
        sources = "".join(
            f'  {name}: {{kind: feed, url: "{server.url("/" + name)}", every: 15m, pace: 0s, trust: wire{since}}}\n'
            for name in NAMES
        )
        (folder / "rules.yaml").write_text(RULES, encoding="utf-8")
        (folder / "watcher.yaml").write_text(
            "network: any\nstore: {path: watcher.db}\n"
            "operator: {contact: ops@example.org, route: operator}\nlisten: null\n"
            f"sources:\n{sources}"
            f'channels:\n  desk: {{kind: file, path: "{folder}/desk.txt"}}\n  ops: {{kind: file, path: "{folder}/ops.txt"}}\n'
            'routes:\n  desk: {channels: [desk]}\n  operator: {channels: [ops], when: "severity:notice"}\n'
            "rules: [rules.yaml]\n",
            encoding="utf-8",
        )
        clock = [START]
        loaded, problems = load(folder / "watcher.yaml", {}, START)
        assert loaded is not None, "\n".join(str(problem) for problem in problems)
        async with opened(folder / "watcher.yaml", {}, loaded, clock=lambda: clock[0]) as daemon:
            here = Feeds(folder=folder, server=server, daemon=daemon, clock=clock)
            await daemon.engine.start()
            await here.poll(names=())
            try:
                yield here
            finally:
                await daemon.engine.drain(2)


async def seen(here: Feeds, items: list[Item]) -> None:
    """The first sight, which alerts nobody."""
    here.serve(items)
    await here.poll()
    assert await here.alerts() == []


async def each_poll_another(here: Feeds, listed: Callable[[int], list[Item]]) -> None:
    """Five polls of a feed that lists the same 25 articles each time, in another guise: nobody is alerted."""
    await seen(here, listed(0))
    for poll in range(1, POLLS + 1):
        here.serve(listed(poll))
        await here.poll()
    assert await here.alerts() == []
    assert await here.articles() == len(listed(0))


async def guid_churn(here: Feeds) -> None:
    await each_poll_another(here, lambda n: [Item(slug=i.slug, guid=f"{i.slug}-{n}") for i in some()])


async def guid_and_link_churn(here: Feeds) -> None:
    await each_poll_another(
        here,
        lambda n: [
            Item(
                slug=i.slug,
                guid=f"{i.slug}-{n}",
                link=f"https://wire.example/{i.slug}?utm_source=rss{n}&amp;fbclid=x{n}&amp;utm_campaign={n}",
            )
            for i in some()
        ],
    )


async def guid_scheme_flip(here: Feeds) -> None:
    await each_poll_another(
        here,
        lambda n: [Item(slug=i.slug, guid=f"{('http', 'https')[n % 2]}://wire.example/?p={i.slug}") for i in some()],
    )


async def redate(here: Feeds) -> None:
    await each_poll_another(here, lambda n: some(date=START + n * timedelta(minutes=15)))
    (first,) = await here.rows("select distinct seen from articles")
    assert first[0] == int((START + timedelta(minutes=30)).timestamp() * 1e6)


async def future_date(here: Feeds) -> None:
    await seen(here, some())
    here.serve([Item(slug="late", date=datetime(2099, 1, 1, tzinfo=UTC)), *some()])
    for _ in range(POLLS):
        await here.poll()
    (told,) = await here.alerts()
    assert any("future" in doubt for doubt in told.flags)
    ((seen_at, event),) = await here.rows("select seen, event_time from articles where published > 4000000000000000")
    assert event == seen_at


async def past_date(here: Feeds) -> None:
    await seen(here, some())
    old = Item(slug="epoch", date=datetime(1970, 1, 1, tzinfo=UTC))
    here.serve([old, Item(slug="undated", date=None), *some()])
    for _ in range(POLLS):
        await here.poll()
    assert len(await here.alerts()) == 2


async def same_guid_all(here: Feeds) -> None:
    await each_poll_another(here, lambda _: some(guid="one"))


async def same_link_all(here: Feeds) -> None:
    await each_poll_another(here, lambda _: some(link="https://wire.example/news"))


async def flood_10k(here: Feeds, count: int = 300) -> None:
    await seen(here, some(count))
    for name in NAMES[1:]:
        here.serve([Item(slug=f"{name * 9}-old", link=f"https://{name}.example/old")], name=name)
    await here.poll(names=NAMES[1:])
    here.serve([Item(slug=f"x{number}") for number in range(count)])
    for name in NAMES[1:]:
        here.serve([Item(slug=f"{name * 9}-new", link=f"https://{name}.example/new")], name=name)
    start = time.perf_counter()
    await here.poll(names=NAMES)
    here.slowest_s = time.perf_counter() - start
    rolled, alone = _sorted(await here.messages("desk"))
    assert [message.backlog for message in rolled] == [count]
    assert "alerts at once from a" in (here.folder / "desk.txt").read_text(encoding="utf-8")
    assert len(alone) == len(NAMES) - 1
    assert (await here.rows("select count(*) from alerts"))[0][0] == count + len(NAMES) - 1
    for _ in range(POLLS - 1):
        await here.poll(names=NAMES)
    assert len(await here.messages("desk")) == len(NAMES)


def _sorted(messages: list[Message]) -> tuple[list[AlertMessage], list[AlertMessage]]:
    alerts = [each for each in messages if isinstance(each, AlertMessage)]
    return [each for each in alerts if each.backlog], [each for each in alerts if not each.backlog]


async def empty_then_back(here: Feeds) -> None:
    await seen(here, some())
    here.serve([])
    for _ in range(3):
        await here.poll()
    here.serve(some())
    for _ in range(POLLS - 3):
        await here.poll()
    assert await here.alerts() == []
    assert await here.articles() == 25


async def truncate_then_back(here: Feeds) -> None:
    await seen(here, some())
    for poll in range(POLLS):
        here.serve(some()[:5] if poll % 2 == 0 else some())
        await here.poll()
    assert await here.alerts() == []
    assert await here.articles() == 25


async def first_poll(here: Feeds) -> None:
    await seen(here, some())
    for _ in range(POLLS - 1):
        await here.poll()
    (notice,) = await here.notices("imported")
    assert notice.title == "a: imported 25, 25 would have matched"


async def edited_title(here: Feeds) -> None:
    await seen(here, some())
    for title in (
        "Country halts exports of gallium",
        "Country halts exports of gallium.",
        "Country resumes exports of gallium",
        "Country resumes exports of gallium!",
        "Country resumes exports of gallium",
    ):
        here.serve([Item(slug="news", title=title), *some()])
        await here.poll()
    told = await here.alerts()
    assert [each.change for each in told] == ["raised", "retracted"]
    ((revisions,),) = await here.rows("select revision from articles where link glob '*/news'")
    assert int(str(revisions)) >= 3


async def duplicate_across_feeds(here: Feeds) -> None:
    for name in NAMES:
        here.serve([Item(slug=f"{name * 9}-old", link=f"https://{name}.example/old")], name=name)
    await here.poll(names=NAMES)
    text = "Ministry sets an export ban on gallium and germanium from May, buyers are told by letter"
    for name in NAMES:
        here.serve([Item(slug="ban", title=text, link=f"https://{name}.example/ban")], name=name)
    for _ in range(POLLS):
        await here.poll(names=NAMES)
    assert len(await here.alerts()) == 1
    query = "select count(distinct source) from articles where story = (select story from articles where title glob '*germanium*' limit 1)"
    assert (await here.rows(query))[0][0] == len(NAMES)


async def reorder(here: Feeds) -> None:
    await each_poll_another(here, lambda n: some()[n * 5 :] + some()[: n * 5])


async def html_entities_double(here: Feeds) -> None:
    await seen(here, some())
    here.serve([Item(slug="amp", title="Ore &amp;amp;amp; Metal: export ban &amp;amp;lt;b&amp;amp;gt;"), *some()])
    for _ in range(POLLS):
        await here.poll()
    (told,) = await here.alerts()
    assert told.headline == "Ore &amp; Metal: export ban &lt;b&gt;"


async def deleted_item(here: Feeds) -> None:
    await seen(here, some())
    here.serve(some()[1:])
    for _ in range(POLLS):
        await here.poll()
    assert await here.articles() == 25
    assert await here.alerts() == []


async def long_gap(here: Feeds) -> None:
    await seen(here, some())
    at = START + timedelta(days=29)
    here.serve([Item(slug=f"later{n}", date=at) for n in range(25)])
    await here.poll(after=timedelta(days=30))
    for _ in range(POLLS - 1):
        await here.poll()
    (gap,) = await here.notices("source-gap")
    assert "the oldest of 2026-03-31 09:00 UTC" in gap.lines[0]
    assert len(await here.alerts()) == 25


async def feed_replaced(here: Feeds) -> None:
    await seen(here, some())
    here.serve(
        [
            Item(slug=f"tip{n}", title=f"Top export ban casino {n}", link=f"https://casino.example/{n}")
            for n in range(25)
        ],
        title="Best Tips",
    )
    for _ in range(POLLS):
        await here.poll()
    assert await here.alerts() == []
    (flagged,) = await here.notices("source-replaced")
    assert 'It called itself "Wire", now "Best Tips"' in flagged.lines[0]
    assert any("Top export ban casino" in line for line in flagged.lines)
    assert await here.notices("imported") == [(await here.notices("imported"))[0]]


CASES: dict[str, Callable[[Feeds], Awaitable[None]]] = {
    case.__name__: case
    for case in (
        *(guid_churn, guid_and_link_churn, guid_scheme_flip, redate, future_date, past_date, same_guid_all),
        *(same_link_all, flood_10k, empty_then_back, truncate_then_back, first_poll, edited_title),
        *(duplicate_across_feeds, reorder, html_entities_double, deleted_item, long_gap, feed_replaced),
    )
}


@pytest.mark.parametrize("name", CASES)
async def test_what_feeds_do_wrong_alerts_nobody_twice(name: str, tmp_path: Path) -> None:
    async with feeds(tmp_path) as here:
        await CASES[name](here)


def test_every_misbehaviour_of_the_list_is_tried(shared: Path) -> None:
    listed = {row["name"] for row in json.loads((shared / "hostile" / "feed_faults.json").read_text(encoding="utf-8"))}

    print(f"feed faults: {len(listed)} listed, {len(listed & CASES.keys())} tried, {POLLS} polls each")  # noqa: T201 - the figure
    assert listed == CASES.keys()


async def test_since_tells_a_first_sight(tmp_path: Path) -> None:
    async with feeds(tmp_path, since=", since: 7d") as here:
        here.serve(some())
        await here.poll()

        assert len(await here.alerts()) == 25


def peak_from_now_mib() -> float:
    """What this process holds; its peak begins anew, because others' tests have run in it."""
    Path("/proc/self/clear_refs").write_text("5", "ascii")
    return peak_mib()


def peak_mib() -> float:
    line = next(each for each in Path("/proc/self/status").read_text("ascii").splitlines() if each.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


@pytest.mark.slow
async def test_ten_thousand_new_entries_are_one_message_and_hold_up_nobody(tmp_path: Path) -> None:
    async with feeds(tmp_path) as here:
        before = peak_from_now_mib()
        await flood_10k(here, 10_000)
        grown = peak_mib() - before

        print(f"flood: 10,000 entries and 4 others in {here.slowest_s:.1f} s, {before:.0f} MiB and {grown:.0f} more")  # noqa: T201 - the figure
        assert grown < 95  # of 200 MiB, some 105 are there before
