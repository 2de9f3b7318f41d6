from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.pipeline.world import CONFIG, MONDAY, entry, plain, world

DAY = timedelta(days=1)


def since(value: str) -> str:
    return CONFIG.replace("trust: wire}", f"trust: wire, since: {value}}}")


async def test_the_first_sight_of_a_source_is_history_and_told_in_one_notice(tmp_path):
    async with world(tmp_path, seen=False) as here:
        done = await here.publish("wire", entry("one"), entry("two", title="Second export ban"), plain("three"))

        assert (done.new, done.matched, done.told, done.mark) == (3, 2, 0, "first_sight")
        assert here.told("desk") == []
        assert here.reasons() == ["first_sight", "first_sight"]
        (notice,) = here.notices()
        assert notice.title == "wire: imported 3, 2 would have matched"
        assert any("Second export ban https://wire.example/two" in line for line in notice.lines)


async def test_what_comes_after_the_first_sight_is_told(tmp_path):
    async with world(tmp_path, seen=False) as here:
        await here.publish("wire", plain("one"))
        here.now += timedelta(minutes=15)

        await here.publish("wire", plain("one"), entry("two"))

        assert [told.headline for told in here.told("desk")] == ["Ministry announces export ban on gallium"]


async def test_since_all_tells_the_first_sight_too(tmp_path):
    async with world(tmp_path, seen=False, config=since("all")) as here:
        await here.publish("wire", entry("old", published=MONDAY - 900 * DAY), entry("new", title="New export ban"))

        assert len(here.told("desk")) == 2
        assert here.notices() == []


@pytest.mark.parametrize("value", ["7d", '"2026-02-23"'])
async def test_since_a_week_or_a_date_tells_what_is_not_older(tmp_path, value):
    async with world(tmp_path, seen=False, config=since(value)) as here:
        await here.publish(
            "wire",
            entry("old", title="Old export ban", published=MONDAY - 8 * DAY),
            entry("new", title="New export ban", published=MONDAY - 6 * DAY),
            entry("none", title="Undated export ban", published=None),
        )

        assert [told.headline for told in here.told("desk")] == ["New export ban", "Undated export ban"]
        (notice,) = here.notices()
        assert notice.title == "wire: imported 1, 1 would have matched"


async def test_three_old_items_at_once_are_a_backfill_told_in_one_notice(tmp_path):
    async with world(tmp_path) as here:
        old = [entry(f"old-{n}", title=f"Export ban number {n}", published=MONDAY - (15 + n) * DAY) for n in range(3)]

        await here.publish("wire", entry("fresh", title="Fresh export ban"), *old)

        assert [told.headline for told in here.told("desk")] == ["Fresh export ban"]
        assert sorted(here.reasons()) == ["backfill", "backfill", "backfill", "raised"]
        (notice,) = here.notices()
        assert notice.title == "wire: 3 old items appeared at once, 3 match"
        assert sum("Export ban number" in line for line in notice.lines) == 3


async def test_two_old_items_are_told(tmp_path):
    async with world(tmp_path) as here:
        for_ever_ago = MONDAY - 400 * DAY

        await here.publish(
            "wire",
            entry("one", title="First export ban", published=for_ever_ago),
            entry("two", title="Second export ban", published=for_ever_ago),
        )

        assert len(here.told("desk")) == 2
        assert here.notices() == []


@pytest.mark.parametrize(
    ("published", "doubt"),
    [
        (None, "the publisher gives no date"),
        (datetime(1970, 1, 1, tzinfo=UTC), "the publisher's date is not to be believed"),
        (MONDAY + 3 * DAY, "the publisher's date lies in the future; first sight counts"),
    ],
)
async def test_an_item_without_a_date_to_believe_is_told_with_that_doubt(tmp_path, published, doubt):
    async with world(tmp_path) as here:
        await here.publish("wire", entry(published=published))

        (told,) = here.told("desk")
        assert told.flags == (doubt,)
        assert told.seen == MONDAY


async def test_an_item_known_by_its_title_only_is_told_with_that_doubt(tmp_path):
    async with world(tmp_path) as here:
        await here.publish("wire", entry(content_html=""))

        (told,) = here.told("desk")
        assert told.flags == ("only the title is known",)


async def test_a_feed_that_empties_and_comes_back_brings_nothing_new(tmp_path):
    async with world(tmp_path) as here:
        await here.publish("wire", entry("one"), plain("two"))
        before = here.rows("select count(*) from observations")

        here.now += timedelta(hours=1)
        await here.publish("wire")
        here.now += 200 * DAY
        done = await here.publish("wire", plain("two"), entry("one"))

        assert (done.new, done.revised) == (0, 0)
        assert here.rows("select count(*) from observations") == before
        assert len(here.told("desk")) == 1
