"""What an issue holds besides its stories, from a real database: prices, and what its digest told before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.pipeline.test_recipients import PEOPLE, PLAIN
from tests.pipeline.test_series_polled import bring
from tests.pipeline.world import CONFIG, MONDAY, World, entry, world
from watcher.core.model import Point

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
