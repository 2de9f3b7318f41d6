"""The careful presets through the whole of watcher: served on loopback, fetched, read, stored and told over five days.

One daemon polls them all; each test looks at one publisher's part of what was left behind. Samples are ours.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, parse_qsl

import pytest

from tests.catalogue.given import SAMPLES
from tests.servers import FaultServer, Seen, reply
from watcher.app.daemon import Daemon, opened
from watcher.app.loading import load
from watcher.core.telling.messages import AlertMessage
from watcher.pipeline.telling.changes import decode

DAY_ONE = datetime(2026, 11, 20, 12, tzinfo=UTC)
SOURCES = """\
  mofcom: {preset: mofcom-announcements, url: "HOME/mofcom/list", discover: {page: "HOME/mofcom/page", attr: queryData}, since: all, pace: 0s}
  sec: {preset: sec-current, url: "HOME/sec?start=0&count=100", pace: 0s}
  register: {preset: bis-federal-register, url: "HOME/register", pace: 0s}
  fast41: {preset: fast41-milestones, url: "HOME/fast41", pace: 0s}
  screening: {preset: screening-list, url: "HOME/screening", pace: 0s}
  copper: {preset: fred, url: "HOME/fred", pace: 0s}
  search: {preset: google-news, url: "HOME/search", enabled: true, pace: 0s}
  bureau: {kind: page_watch, url: "HOME/bureau", trust: authority, keeps: 0, pace: 0s}
"""
CONFIG = """\
network: any
store: {path: watcher.db, free_disk_floor: 0B}
operator: {contact: desk@example.org, route: operator}
listen: null
sources:
SOURCES
channels:
  desk: {kind: file, path: "FOLDER/desk.txt"}
  ops: {kind: file, path: "FOLDER/ops.txt"}
routes:
  desk: {channels: [desk]}
  operator: {channels: [ops], when: "rule:none"}
rules: [rules.yaml]
"""
RULES = """\
format: 1
rules:
  - id: all
    title: Something of a sample
    severity: notice
    when: {words: [sample, 出口管制, gallium, licence]}
    examples:
      match: ["A sample of ore.", "Gallium is dear."]
      skip: ["The mine reopens in May.", "Nothing happened."]
"""
Answer = Callable[[dict[str, str]], bytes]
"""What is answered to a query."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """What was asked on each day, and what is stored after the last."""

    folder: Path
    asked: list[list[str]] = field(default_factory=list)
    told: list[list[tuple[str, str, tuple[str, ...]]]] = field(default_factory=list)

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        with contextlib.closing(sqlite3.connect(f"{(self.folder / 'watcher.db').as_uri()}?mode=ro", uri=True)) as db:
            return db.execute(query, values).fetchall()

    def asked_on(self, day: int, path: str) -> list[str]:
        return [target.removeprefix(path) for target in self.asked[day - 1] if target.startswith(path)]

    def told_of(self, source: str) -> list[list[str]]:
        """The headlines of each day, with what is new in an update."""
        return [[": ".join((says, *news)) for whose, says, news in day if whose == source] for day in self.told]

    def titles(self, source: str) -> list[object]:
        return [title for (title,) in self.rows("select title from articles where source = ? order by number", source)]

    def health(self, source: str) -> list[tuple[object, ...]]:
        return self.rows("select kind, over from source_events where source = ? order by number", source)

    def failures(self, source: str) -> object:
        return self.rows("select failures from source_state where source = ?", source)[0][0]


def sample(name: str, **changes: str) -> bytes:
    """A sample with some of its words changed."""
    body = (SAMPLES / name).read_bytes()
    for before, after in changes.items():
        body = body.replace(before.encode(), after.encode())
    return body


def html(body: str) -> bytes:
    return reply(200, ("Content-Type", "text/html; charset=utf-8"), body=body.encode())


def as_json(value: object, *headers: tuple[str, str]) -> bytes:
    return reply(200, ("Content-Type", "application/json"), *headers, body=json.dumps(value).encode())


# what the publishers answer, day by day


def mofcom(day: int) -> Answer:
    """Lists that come again whatever page is asked for; on day three the same announcement at another address."""
    listed = json.loads(sample("mofcom-announcements-list.json"))
    notice, answers = "样本公告2026年第99号 关于样本的公告", "就样本公告2026年第99号答记者问"
    art = "/mofcom/art_1.html" if day < 3 else "/mofcom/art_9.html"
    rows = [(art, notice)] if day == 1 else [("/mofcom/art_2.html", answers), (art, notice)]
    listed["data"]["html"] = "".join(
        f'<li><a href="{link}" title="{title}">{title[:9]}…</a><span>[2026-11-20]</span></li>' for link, title in rows
    )
    return lambda _query: as_json(listed)


def sec(day: int) -> Answer:
    """On day two nothing of day one is listed any more; behind the last page stands a 503 made for people."""
    first = sample("sec-current.xml")
    later = first.replace(b"0000000000-26-00000", b"0000000000-26-00090").replace(b"2026-11-20T", b"2026-11-21T")

    def answer(query: dict[str, str]) -> bytes:
        if query["start"] != "0":
            return reply(503, ("Content-Type", "text/html"), body=b"<html><title>SEC.gov</title>Unavailable</html>")
        return reply(200, ("Content-Type", "application/atom+xml"), body=first if day == 1 else later)

    return answer


def register(day: int, home: str) -> Answer:
    """No hits, said without a list, on the first day; then two pages that both name the second one as the next."""
    age = ("Cache-Control", "public, max-age=86400")
    if day == 1:
        return lambda _query: as_json(json.loads(sample("federal-register-none.json")), age)
    pages = {name: json.loads(sample(f"federal-register-page-{name}.json")) for name in ("1", "2")}
    for page in pages.values():
        page["next_page_url"] = f"{home}/register?page=2"
    return lambda query: as_json(pages[query.get("page", "1")], age)


def milestones(day: int) -> Answer:
    """Ten rows; another order, then a half of them twice, then all with one that moved on."""
    row = json.loads(sample("fast41-milestones.json"))[-1]
    rows = [{**row, "milestone_id": str(number), "last_data_fetched": f"day {day}"} for number in range(10)]
    if day == 5:
        rows[3]["action_status"] = "Complete"
    return lambda _query: as_json({1: rows, 2: rows[::-1], 3: rows[:4], 4: rows[:5], 5: rows}[day])


def parties(day: int) -> Answer:
    """The like, with a number that is not the key and changes every day."""
    whole = json.loads(sample("screening-list.json"))
    (row, *_) = whole["results"]
    rows = [{**row, "id": f"id{number}", "entity_number": str(number * day)} for number in range(20)]
    whole["results"] = {1: rows, 2: rows[::-1], 3: rows[:17], 4: rows[:1], 5: [*rows, {**row, "id": "new"}]}[day]
    return lambda _query: as_json(whole)


def search(day: int) -> Answer:
    """The same stories at other addresses on the second day, and a new one on the third."""
    body = sample("google-news.xml", CBMi=f"Day{day}")
    if day >= 3:
        body = body.replace(b"curbed again - Other", b"set free - Other")
    return lambda _query: reply(200, ("Content-Type", "application/rss+xml"), body=body)


def bureau(day: int) -> Answer:
    """A page that is short, hidden behind a check for robots on days two to four, and says more on the fifth."""
    page = "<html><title>Bureau</title><main><p>A licence is needed for gallium and for germanium.</p>{}</main></html>"
    check = "<html><title>Just a moment...</title><main><p>Verifying you are human. This may take some time.</p></main></html>"
    more = "<p>A licence for tungsten is needed from May.</p>" if day == 5 else ""
    return lambda _query: html(check if 1 < day < 5 else page.format(more))


def prices(day: int) -> Answer:
    """A value that is missing on the first day, and one that is revised on the second."""
    body = sample("fred.csv") if day == 1 else sample("fred.csv", **{"9100.25": "9111"})
    return lambda _query: reply(200, ("Content-Type", "text/csv"), body=body)


def answers(day: int, home: str) -> Mapping[str, Answer]:
    """Every publisher's answer of that day."""
    return {
        "/mofcom/page": lambda _query: html(sample("mofcom-announcements-page.html").decode()),
        "/mofcom/list": mofcom(day),
        **dict.fromkeys(
            ("/mofcom/art_1.html", "/mofcom/art_2.html", "/mofcom/art_9.html"),
            lambda _query: html(sample("mofcom-announcements-article.html").decode()),
        ),
        "/sec": sec(day),
        "/register": register(day, home),
        "/fast41": milestones(day),
        "/screening": parties(day),
        "/fred": prices(day),
        "/search": search(day),
        "/bureau": bureau(day),
    }


async def lived(folder: Path) -> Days:
    """Five days of one daemon."""
    days = Days(folder=folder)
    clock = [DAY_ONE]
    async with FaultServer() as server:
        sources = SOURCES.replace("HOME", server.url("").rstrip("/"))
        (folder / "watcher.yaml").write_text(
            CONFIG.replace("SOURCES\n", sources).replace("FOLDER", str(folder)), encoding="utf-8"
        )
        (folder / "rules.yaml").write_text(RULES, encoding="utf-8")
        loaded, problems = load(folder / "watcher.yaml", {}, clock[0])
        assert loaded is not None, "\n".join(map(str, problems))
        async with opened(folder / "watcher.yaml", {}, loaded, clock=lambda: clock[0]) as daemon:
            await daemon.engine.start()
            for day in range(1, 6):
                clock[0] = DAY_ONE + timedelta(days=day - 1)
                serve(server, answers(day, server.url("").rstrip("/")))
                await one_day(daemon, clock[0])
                days.asked.append([seen.target for seen in server.seen if seen.path != "/robots.txt"])
                server.seen.clear()
                days.told.append(told(days, sum(map(len, days.told))))
            await daemon.engine.drain(2)
    return days


def serve(server: FaultServer, routes: Mapping[str, Answer]) -> None:
    """Let the server answer so from now on."""
    for path, answer in routes.items():

        async def write(seen: Seen, writer: asyncio.StreamWriter, answer: Answer = answer) -> None:
            writer.write(answer(dict(parse_qsl(seen.target.partition("?")[2]))))
            await writer.drain()

        server.route(path, write)


async def one_day(daemon: Daemon, now: datetime) -> None:
    """Everything is due once."""
    names = list(daemon.engine.runtime.sources)
    await daemon.store.write(lambda turn: turn.sources.wake(names, now))
    await daemon.engine.idle()


def told(days: Days, known: int) -> list[tuple[str, str, tuple[str, ...]]]:
    """What was told of articles and rows beyond what was known: source, headline, what is new."""
    source = dict(days.rows("select id, source from articles"))
    query = "select o.content from deliveries d join occasions o on o.id = d.occasion where d.channel = 'desk' order by d.number"
    messages = [decode(str(content)) for (content,) in days.rows(query)]
    alerts = [each for message in messages if isinstance(message, AlertMessage) for each in message.alerts]
    return [(str(source[each.article]), each.headline, each.news) for each in alerts[known:]]


@pytest.fixture(scope="module")
def days(tmp_path_factory) -> Days:
    return asyncio.run(lived(tmp_path_factory.mktemp("days")))


def test_mofcom_is_asked_with_what_its_page_names_until_its_pages_repeat(days):
    first, again = days.asked_on(1, "/mofcom/list")

    assert days.asked_on(1, "/mofcom/page") == [""]
    assert "webId=8f43c7ad3afc411fb56f281724b73708" in first
    assert (parse_qs(first)["paramJson"], parse_qs(again)["paramJson"]) == (
        ['{"pageNo":1,"pageSize":15}'],
        ['{"pageNo":2,"pageSize":15}'],
    )
    assert len(days.asked_on(2, "/mofcom/list")) == 1


def test_an_announcement_is_its_number_wherever_it_stands_and_what_is_said_of_it_is_another(days):
    assert days.titles("mofcom") == ["样本公告2026年第99号 关于样本的公告", "就样本公告2026年第99号答记者问"]
    assert days.told_of("mofcom")[2:] == [[], [], []]


def test_an_announcement_is_read_on_its_page_with_its_hour_in_china_and_told_once(days):
    ten_utc = int(datetime(2026, 11, 20, 10, tzinfo=UTC).timestamp() * 1_000_000)

    assert [days.asked_on(day, "/mofcom/art") for day in (1, 2, 3)] == [["_1.html"], ["_2.html"], []]
    assert {at for (at,) in days.rows("select published from articles where source = 'mofcom'")} == {ten_utc}
    assert days.told_of("mofcom")[0] == ["样本公告2026年第99号 关于样本的公告"]


def test_a_filing_is_one_for_all_its_roles_and_its_name_is_read_as_it_is_written(days):
    assert days.told_of("sec") == [
        [],
        ["8-K - Other Sample Corp (0001000003) (Filer)", "8-K - Málaga Sample Metals Inc (0001000001) (Issuer)"],
        *([[]] * 3),
    ]
    ((text,),) = days.rows(
        "select t.text from texts t join articles a on a.number = t.article "
        "where a.source = 'sec' and a.title like '%laga%' order by a.number limit 1"
    )
    assert "Málaga Sample Metals Inc (0001000002) (Reporting)" in str(text)


def test_behind_the_last_page_of_the_sec_a_503_ends_the_list_and_is_no_failure(days):
    assert days.asked_on(2, "/sec?") == ["start=0&count=100", "count=100&start=100"]
    assert (days.health("sec"), days.failures("sec")) == ([("gap", 0)], 0)


def test_a_register_without_hits_is_well_and_a_page_that_names_itself_is_read_once(days):
    assert [target for target in days.asked_on(2, "/register?") if "conditions" not in target] == ["page=2"]
    assert len(days.told_of("register")[1]) == 2
    assert (days.health("register"), days.failures("register")) == ([], 0)


def test_a_lists_max_age_of_a_day_keeps_nobody_from_asking(days):
    assert [len(days.asked_on(day, "/register?cond")) for day in range(1, 6)] == [1] * 5


def test_milestones_in_another_order_are_none_and_a_cut_off_table_is_an_event_and_no_flood(days):
    assert days.told_of("fast41")[:4] == [[]] * 4
    assert days.health("fast41") == [("layout", 0), ("layout", 1)]
    assert [line.partition(": ")[2] for line in days.told_of("fast41")[4]] == ["action_status: In Progress -> Complete"]


def test_a_screening_list_with_other_numbers_or_cut_off_tells_of_no_party(days):
    assert days.told_of("screening")[:4] == [[]] * 4
    assert days.health("screening") == [("layout", 0), ("layout", 1)]
    assert [line.partition(": ")[2] for line in days.told_of("screening")[4]] == ["added to the table"]


def test_a_missing_price_is_kept_as_missing_and_a_revised_one_beside_the_old(days):
    assert days.rows("select revision, value, flags from points order by at, revision") == [
        (1, "9100.25", "[]"),
        (2, "9111", "[]"),
        (1, None, '["missing"]'),
        (1, "9333.5", "[]"),
    ]


def test_a_search_that_lists_the_same_under_other_addresses_brings_nothing_new(days):
    assert days.titles("search") == ["Gallium exports curbed again"] * 2 + ["Gallium exports set free"]
    assert days.told_of("search") == [[], [], ["Gallium exports set free"], [], []]


def test_a_page_behind_a_check_for_robots_is_an_event_and_no_change(days):
    assert days.told_of("bureau") == [*([[]] * 4), ["Bureau: A licence for tungsten is needed from May."]]
    assert days.health("bureau") == [("challenge", 0), ("challenge", 1)]
