"""Series as they are polled: points with their revisions, converted when the exchange rate is there."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from tests.pipeline.polls import polls
from tests.pipeline.test_gathering import gather
from tests.pipeline.world import World, world
from tests.servers import reply
from watcher.core.model import Document, Point, SourceState
from watcher.core.series import PointRecord
from watcher.pipeline.taking_in.ingest import Ingested, Job, ingest

CONFIG = """\
store: {path: watcher.db}
operator: {contact: ops@example.org}
listen: null
sources:
  ndpr: {kind: series, url: "https://prices.example/ndpr.csv", unit: CNY/t incl VAT, convert: {to: USD/kg, vat: 1.13, fx: usdcny}}
  usdcny: {kind: series, url: "https://prices.example/usdcny.csv", unit: CNY/USD}
channels:
  desk: {kind: file, path: desk.txt}
routes:
  desk: {channels: [desk]}
rules: [rules.yaml]
"""


def day(number: int, value: str | None, released: int | None = None) -> Point:
    out = datetime(2026, 12, released, tzinfo=UTC) if released else None
    return Point(at=datetime(2026, 11, number, tzinfo=UTC), value=value, released=out)


async def bring(here: World, source: str, *points: Point) -> None:
    record = await here.store.read(lambda turn: turn.sources.record(source))
    assert record is not None
    document = Document(
        request_url="https://prices.example/",
        final_url="https://prices.example/",
        status=200,
        headers=(),
        body=b"x",
        body_sha256="0" * 64,
        fetched=here.now,
    )
    job = Job(
        source=here.runtime.sources[source],
        record=record,
        document=document,
        loggable_url="https://prices.example/",
        drafts=(),
        unchanged=(),
        state=SourceState(),
        last=True,
        keep_bodies=True,
        earlier=Ingested(),
        points=points,
    )
    await here.store.write(lambda turn: ingest(turn, here.runtime, job, here.now))


async def stored(here: World, source: str = "ndpr") -> list[PointRecord]:
    return await here.store.read(lambda turn: turn.points.last(source, 100))


def brief(records: list[PointRecord]) -> list[tuple[int, str | None, str | None, tuple[str, ...]]]:
    return [(each.at.day, each.value, each.conversion.value, each.conversion.flags) for each in reversed(records)]


async def test_a_price_waits_for_its_rate_and_is_converted_when_that_comes(tmp_path):
    async with world(tmp_path, config=CONFIG, sources=("ndpr", "usdcny")) as here:
        await bring(here, "ndpr", day(10, "868000"), day(18, "860000"), day(19, None))
        assert brief(await stored(here)) == [
            (10, "868000", None, ("unconverted",)),
            (18, "860000", None, ("unconverted",)),
            (19, None, None, ("missing",)),
        ]

        await bring(here, "usdcny", day(9, "7.05"))
        ten, eighteen, _ = reversed(await stored(here))
        assert str(ten.conversion.value).startswith("108.95")
        assert ten.conversion.rate is not None
        assert (str(ten.conversion.rate.value), ten.conversion.rate.at.day) == ("7.05", 9)
        assert eighteen.conversion.flags == ("unconverted",), "nine days are too old"

        await bring(here, "usdcny", day(9, "7.05"), day(18, "7.1"))
        assert all(each.conversion.flags != ("unconverted",) for each in await stored(here))


async def test_every_revision_is_kept_and_the_newest_is_current(tmp_path):
    async with world(tmp_path, config=CONFIG, sources=("ndpr", "usdcny")) as here:
        await bring(here, "usdcny", day(10, "7.00"))
        await bring(here, "ndpr", day(10, "868000", released=1))
        await bring(here, "ndpr", day(10, "868000.0", released=2))
        await bring(here, "ndpr", day(10, "870000", released=3))
        await bring(here, "ndpr", day(10, "868000", released=1))

        (newest,) = await stored(here)
        assert (newest.value, newest.revision, newest.unit, newest.into) == ("870000", 2, "CNY/t incl VAT", "USD/kg")
        assert here.rows("select revision, value, converted from points where source = 'ndpr'") == [
            (1, "868000", "109.7345133"),
            (2, "870000", "109.9873578"),
        ]


async def test_another_unit_derives_anew_and_leaves_what_was_published(tmp_path):
    async with world(tmp_path, config=CONFIG, sources=("ndpr", "usdcny")) as here:
        await bring(here, "ndpr", day(10, "868000"))
        here.change(config=CONFIG.replace("CNY/t incl VAT", "USD/t").replace(", vat: 1.13, fx: usdcny", ""))
        await bring(here, "ndpr", day(10, "868000"))

        (point,) = await stored(here)
        assert (point.revision, point.unit, point.conversion.value, point.conversion.flags) == (1, "USD/t", "868", ())


async def test_a_series_is_polled_like_any_source(tmp_path):
    async with polls(tmp_path, kind="series", path="/s", more=", unit: USD/t, convert: {to: USD/kg}") as at:
        at.answer(reply(200, body=b"observation_date,COPPER\n2026-10-01,9650.5\n2026-11-01,.\n"), "/s")

        assert (await at.poll()).outcome == "parsed"

        points = await stored(at.here, "wire")
        assert [(each.value, each.conversion.value) for each in points] == [(None, None), ("9650.5", "9.6505")]
        at.answer(reply(200, body=json.dumps({"error": "no such series"}).encode()), "/s")
        assert 'the reply says "no such series"' in str((await at.poll()).mark.error)


async def test_pushed_values_are_points_and_a_push_that_is_none_is_passed(tmp_path):
    options = (
        "kind: series, push: {{path: /in/ndpr, secret: whsec_{key}}}, "
        "unit: CNY/t incl VAT, convert: {{to: CNY/kg, vat: 1.13}}"
    )
    async with gather(tmp_path, options) as at:
        await at.push({"date": "2026-11-19", "value": 868000}, "1")
        await at.push({"note": "no value today"}, "2")
        await at.push([{"date": "2026-11-19", "value": "869,000"}, {"date": "2026-11-20", "value": "."}], "3")

        await at.poll()

        points = await stored(at.here, "wire")
        assert [(each.at.day, each.value, each.revision) for each in points] == [(20, None, 1), (19, "869000", 2)]
        assert points[1].conversion.value == "769.0265487"
        assert (await at.record()).state.cursor["pushed"] == 3
