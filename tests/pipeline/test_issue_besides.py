"""What an issue holds besides its stories, from a real database: prices, and what its digest told before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from tests.pipeline.test_recipients import PEOPLE, PLAIN
from tests.pipeline.test_series_polled import bring
from tests.pipeline.world import CONFIG, MONDAY, World, entry, world
from watcher.core.model import Point
from watcher.pipeline.digests import besides

SERIES = """\
  ndpr: {kind: series, url: "https://prices.example/ndpr.csv", unit: USD/kg}
  usdcny: {kind: series, url: "https://prices.example/usdcny.csv", unit: CNY/USD}
channels:
"""
WEEK = timedelta(days=7)


async def quote(here: World, source: str, *values: tuple[datetime, str]) -> None:
    for at, value in values:
        await bring(here, source, Point(at=at, value=value))


async def test_an_issue_tells_the_newest_price_and_what_it_was_before_its_period(tmp_path):
    config = CONFIG.replace("channels:\n", SERIES, 1)
    async with world(tmp_path, config=config) as here:
        here.now = datetime(2026, 3, 6, 15, 0, tzinfo=UTC)
        await here.issue()
        await quote(here, "ndpr", (datetime(2026, 3, 5, tzinfo=UTC), "100"))
        await quote(here, "usdcny", (datetime(2026, 3, 12, tzinfo=UTC), "7.1"))
        here.now += timedelta(days=6)
        await quote(here, "ndpr", (datetime(2026, 3, 12, tzinfo=UTC), "110.50"))
        here.now += timedelta(days=1)
        told = await here.issue()

    assert told is not None
    (table,) = told.numbers
    assert table.rows == (("ndpr", "110.5 USD/kg", "2026-03-12", "+10.5 %"),)
    assert table.bars is not None
    assert table.bars.values == (("100", "110.50"),)


async def test_a_series_of_more_new_values_than_are_drawn_is_still_compared(tmp_path, monkeypatch):
    monkeypatch.setattr(besides, "_POINTS", 2)
    async with world(tmp_path, config=CONFIG.replace("channels:\n", SERIES, 1)) as here:
        here.now = datetime(2026, 3, 6, 15, 0, tzinfo=UTC)
        await here.issue()
        await quote(here, "ndpr", *((datetime(2026, 3, day, tzinfo=UTC), f"{day}") for day in (4, 5, 7, 8, 9, 10)))
        here.now += WEEK
        told = await here.issue()

    assert told is not None
    assert told.numbers[0].rows == (("ndpr", "10 USD/kg", "2026-03-10", "+100.0 %"),)


def test_weeks_that_were_not_counted_whole_are_left_out_and_said(monkeypatch):
    monkeypatch.setattr(besides, "_MOST_ARTICLES", 3)
    end = MONDAY + 8 * WEEK
    articles = [(end - days * timedelta(days=1),) * 2 + (frozenset({"ga"}),) for days in (1, 8, 15)]
    names = SimpleNamespace(entity=lambda _sort, _id: SimpleNamespace(name="gallium"))
    turn = SimpleNamespace(past=SimpleNamespace(materials=lambda _begin, _end, most: iter(articles[:most])))
    runtime = SimpleNamespace(rule_set=SimpleNamespace(understander=SimpleNamespace(names=names)))
    digest = SimpleNamespace(way=SimpleNamespace(zone="UTC"))

    table = besides._mentions(turn, runtime, digest, end)

    assert table is not None
    assert table.rows == (("gallium", "1", "1"),)
    assert table.notes[-1] == "Only the newest 3 articles are counted, so there are no earlier weeks."


async def test_the_sources_that_answered_as_usual_are_configured_and_not_among_the_quiet(tmp_path):
    async with world(tmp_path) as here:
        here.now = datetime(2026, 3, 6, 15, 0, tzinfo=UTC)
        good = int(here.now.timestamp() * 1_000_000) - 1
        await here.store.write(lambda turn: turn.db.execute("update source_state set last_ok = ?", (good,)))
        await here.store.write(
            lambda turn: turn.db.execute("update source_state set failures = 5 where source = 'wire'")
        )
        here.change(
            config=CONFIG.replace(
                '  daily: {kind: feed, url: "https://daily.example/feed", every: 15m, trust: trade_press}\n', ""
            )
        )
        told = await here.issue()

    assert told is not None
    assert ([each.source for each in told.quiet], told.sources_answered) == (["wire"], 1)


async def test_what_is_collected_for_one_has_no_tables_of_all_that_is_watched(tmp_path):
    config = PLAIN + SERIES.removesuffix("channels:\n") + PEOPLE
    async with world(tmp_path, config=config) as here:
        await quote(here, "ndpr", (MONDAY - timedelta(days=1), "100"))
        await here.publish("wire", entry())
        here.now = MONDAY + timedelta(days=1)
        told = await here.issue("to:bob")

    assert told is not None
    assert (len(told.sections), told.numbers) == (1, ())


async def test_a_week_without_numbers_or_dates_has_none(tmp_path):
    async with world(tmp_path) as here:
        here.now = datetime(2026, 3, 6, 15, 0, tzinfo=UTC)
        told = await here.issue()

    assert told is not None
    assert (told.numbers, told.dates, told.analysis) == ((), (), ())


async def test_every_sentence_of_an_issue_says_where_it_stands(tmp_path):
    async with world(tmp_path) as here:
        here.now = MONDAY
        await here.publish("wire", entry("ban"))
        here.now = datetime(2026, 3, 6, 15, 0, tzinfo=UTC)
        told = await here.issue()
        texts = {(row[0], row[1]): row[2] for row in here.rows(
            "select a.id, t.revision, t.text from texts t join articles a on a.number = t.article"
        )}  # fmt: skip

    assert told is not None
    (story,) = told.sections[0].stories
    said = [texts[each.article, each.revision][each.start : each.end] for each in story.traces]
    assert said == [story.headline, *story.sentences]
