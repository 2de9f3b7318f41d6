from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.pipeline.world import CONFIG, MONDAY, RULES, entry, plain, world

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


MORE = """\
  - id: gallium
    title: Gallium is named
    severity: notice
    when: {words: [gallium]}
    examples:
      match: ["Gallium is scarce.", "More gallium."]
      skip: ["The mine reopens in May.", "Nothing happened."]
  - id: many
    title: Three bans a week
    severity: notice
    when: {words: [export ban]}
    require: {count: 3, within: 7d}
    examples: {tests: [many]}
tests:
  - name: many
    rules: [many]
    start: 2026-03-02T00:00Z
    setup: {routes: {desk: {}}}
    steps:
      - {at: 0d, article: {id: a, text: "An export ban on tin."}}
      - {at: 1d, expect: {alerts: []}}
      - {at: 1d, article: {id: b, text: "An export ban on zinc."}}
      - {at: 2d, article: {id: c, text: "An export ban on lead."}}
      - {at: 3d, expect: {alerts: [{rule: many}]}}
"""


async def test_items_are_counted_once_and_for_the_rules_that_would_have_told_of_them(tmp_path):
    async with world(tmp_path, seen=False, rules=RULES + MORE) as here:
        await here.publish("wire", entry("one"), entry("two", title="Second export ban"), plain("three"))

        (notice,) = here.notices()
        assert notice.title == "wire: imported 3, 2 would have matched"
        named = [line.split(": ")[0] for line in notice.lines if "https://wire.example/" in line]
        assert named == ["An export ban is announced; Gallium is named"] * 2


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
        (datetime(1970, 1, 1, tzinfo=UTC), "the publisher's date is not to be believed; first sight counts"),
        (MONDAY + 3 * DAY, "the publisher's date lies in the future; first sight counts"),
        (MONDAY.replace(year=2027), "the publisher's date lies in the future; first sight counts"),
        (
            MONDAY.replace(year=2025),
            "the publisher's date has the days of now in another year, perhaps a slip; first sight counts",
        ),
        (MONDAY - 90 * DAY, "the publisher's date is old, but its source did not list it before"),
    ],
)
async def test_an_item_without_a_date_to_believe_is_told_with_that_doubt(tmp_path, published, doubt):
    async with world(tmp_path) as here:
        await here.publish("wire", entry(published=published))

        (told,) = here.told("desk")
        assert told.flags == (doubt,)
        assert told.seen == MONDAY


async def test_items_that_are_all_dated_1970_are_told_and_are_no_backfill(tmp_path):
    zero = datetime(1970, 1, 1, tzinfo=UTC)
    async with world(tmp_path) as here:
        await here.publish("wire", *(entry(f"n{n}", title=f"Export ban number {n}", published=zero) for n in range(3)))

        assert len(here.told("desk")) == 3


async def test_a_doubted_date_never_moves_the_order_and_stays_doubted_when_the_article_is_corrected(tmp_path):
    stated = {
        "sound": MONDAY - 2 * DAY,
        "slip": MONDAY.replace(year=2025),
        "zero": datetime(1970, 1, 1, tzinfo=UTC),
        "late": MONDAY + 40 * DAY,
    }
    async with world(tmp_path) as here:
        here.now += timedelta(hours=1)
        await here.publish("wire", *(plain(slug, published=at) for slug, at in stated.items()))
        here.now += timedelta(hours=1)
        await here.publish("wire", replace(plain("slip", published=stated["slip"]), title="Mine slip reopens late"))

        rows = here.rows("select title, event_time = seen, flags from articles order by number")
        assert [tuple(row) for row in rows] == [
            ("Mine sound reopens", 0, "[]"),
            ("Mine late reopens", 1, '["future_dated"]'),
            ("Mine zero reopens", 1, '["ancient"]'),
            ("Mine slip reopens late", 1, '["year_slip"]'),
        ]
        assert here.rows("select count(*) from articles where revision > 1")[0][0] == 1


async def test_what_a_source_listed_at_first_sight_is_not_doubted_for_being_old(tmp_path):
    async with world(tmp_path, seen=False) as here:
        await here.publish("wire", plain("old", published=MONDAY.replace(year=2025)))
        here.now += timedelta(hours=1)
        await here.publish(
            "wire", replace(plain("old", published=MONDAY.replace(year=2025)), title="Mine old reopens late")
        )

        assert [tuple(row) for row in here.rows("select flags, revision from articles")] == [("[]", 2)]


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


async def test_what_is_seen_together_is_numbered_and_told_in_the_order_in_which_it_happened(tmp_path):
    async with world(tmp_path, seen=False, config=since("all")) as here:
        await here.publish(
            "wire",
            entry("c", title="Export ban number 3", published=None),
            entry("b", title="Export ban number 2", published=MONDAY - DAY),
            entry("x", title="Export ban number 4", published=MONDAY + 2 * DAY),
            entry("a", title="Export ban number 1", published=MONDAY - 3 * DAY),
        )

        in_order = [f"Export ban number {number}" for number in (1, 2, 4, 3)]
        assert [title for (title,) in here.rows("select title from articles order by number")] == in_order
        assert [told.headline for told in here.told("desk")] == in_order
