"""What `require` counted of a series, once points are corrected: it counts as they are now, live and in a replay."""

from __future__ import annotations

import pytest

from tests.pipeline.test_besides_over_time import POINTS, replayed
from tests.pipeline.test_series_polled import bring
from tests.pipeline.test_series_rules import CONFIG, DAY, publish
from tests.pipeline.world import World, world
from watcher.core.model import Point
from watcher.pipeline.judging.catching_up import catch_up

THREE = POINTS.replace("count: 2", "count: 3")
STEPS = POINTS.replace(
    "{count: 2, within: 10d}",
    '{sequence: [{then: {series: plain, above: "110 USD/kg"}, within: 5d}, '
    '{then: {series: plain, above: "130 USD/kg"}, within: 5d}], by: source}',
)


async def correct(here: World, back: int, value: str) -> None:
    """Another value for the point of so many days ago, two hours after the last one."""
    here.now += DAY / 12
    await bring(here, "plain", Point(at=here.now.replace(hour=0) - back * DAY, value=value))


def said(here: World) -> list[tuple[str, str]]:
    return [(each.change, each.news[0]) for each in here.told("prices")]


def decided(here: World) -> list[str]:
    """The reasons of the live run, as a replay gives them."""
    return [
        str(reason)
        for (reason,) in here.rows(
            "select m.reason from matches m join observations o on o.number = m.observation union all "
            "select reason from decisions where reason = 'retracted' and way = 'alert'"
        )
    ]


async def test_an_older_firing_that_is_corrected_counts_no_longer(tmp_path):
    async with world(tmp_path, rules=THREE, config=CONFIG, sources=("plain",)) as here:
        await publish(here, "101", "99", "102", "98")
        await correct(here, 2, "105")
        await publish(here, "102", "97")
        assert said(here) == [], "two are left"
        await publish(here, "102", "96")
        assert said(here) == [("raised", "third match within 10 days")]
        assert replayed(tmp_path, here) == decided(here)


async def test_a_firing_that_comes_earlier_once_a_point_is_corrected_is_one_still(tmp_path):
    async with world(tmp_path, rules=THREE, config=CONFIG, sources=("plain",)) as here:
        await publish(here, "101", "99", "102", "103", "98")
        await correct(here, 1, "97")
        assert here.rows("select count(*) from observations") == [(2,)], "nothing is taken back"
        await publish(here, "102", "97")
        assert said(here) == [("raised", "third match within 10 days")]
        assert replayed(tmp_path, here) == decided(here)


async def test_two_firings_that_a_correction_makes_one_count_as_one(tmp_path):
    async with world(tmp_path, rules=THREE, config=CONFIG, sources=("plain",)) as here:
        await publish(here, "101", "99", "102", "98")
        await correct(here, 1, "97")
        await publish(here, "102", "97")
        assert said(here) == [], "from 99 on it was below, and fires no second time"
        await publish(here, "102", "96")
        assert said(here) == [("raised", "third match within 10 days")]
        assert replayed(tmp_path, here) == decided(here)


async def test_an_alert_whose_older_firing_is_corrected_is_taken_back(tmp_path):
    async with world(tmp_path, rules=POINTS, config=CONFIG, sources=("plain",)) as here:
        await publish(here, "101", "99", "102", "98")
        await correct(here, 2, "105")
        assert [change for change, _ in said(here)] == ["raised", "retracted"]
        assert here.told("prices")[1].news[0].startswith("points were corrected: 101 (")
        assert replayed(tmp_path, here) == decided(here)


async def test_a_step_that_is_corrected_away_is_awaited_again(tmp_path):
    async with world(tmp_path, rules=STEPS, config=CONFIG, sources=("plain",)) as here:
        await publish(here, "101", "99", "115")
        await correct(here, 0, "105")
        await publish(here, "131")
        assert said(here) == [], "131 is the first above 110"
        ((state,),) = here.rows("select state from requirement_states")
        assert '"step":2' in state
        await publish(here, "120", "132")
        assert [change for change, _ in said(here)] == ["raised"]
        assert replayed(tmp_path, here) == decided(here)


@pytest.mark.parametrize(("back", "value"), [(0, "105"), (1, "105"), (2, "100")])
async def test_an_alert_of_a_sequence_is_taken_back_with_any_of_its_steps(tmp_path, back, value):
    async with world(tmp_path, rules=STEPS, config=CONFIG, sources=("plain",)) as here:
        await publish(here, "101", "99", "115", "131")
        assert [change for change, _ in said(here)] == ["raised"]
        await correct(here, back, value)
        assert [change for change, _ in said(here)] == ["raised", "retracted"]
        assert here.told("prices")[1].news[-1] == "without it, what the rule asks for does not hold"
        assert here.rows("select state from alerts") == [("closed",)]
        assert replayed(tmp_path, here) == decided(here)


@pytest.mark.parametrize("value", ["97", "107"])
async def test_a_rule_that_asks_the_same_in_other_words_knows_what_it_counted(tmp_path, value):
    async with world(tmp_path, rules=THREE, config=CONFIG, sources=("plain",)) as here:
        await publish(here, "101", "99", "102", "98")
        here.change(rules=THREE.replace("again and again", "over and over"))
        assert await catch_up(here.store, here.runtime, here.now) == 0
        await correct(here, 0, value)
        assert said(here) == [], "no third match"
        await publish(here, "102", "97")
        assert [change for change, _ in said(here)] == (["raised"] if value == "97" else [])
        assert replayed(tmp_path, here) == decided(here)


async def test_the_daemon_stops_between_points_and_goes_on_counting(tmp_path):
    async with world(tmp_path, rules=THREE, config=CONFIG, sources=("plain",)) as here:
        await publish(here, "101", "99", "102", "98")
        now = here.now
    async with world(tmp_path, rules=THREE, config=CONFIG, sources=(), start=now) as here:
        assert await catch_up(here.store, here.runtime, here.now) == 0
        await correct(here, 2, "105")
        await publish(here, "102", "97", "102")
        assert said(here) == []
        await publish(here, "96")
        assert said(here) == [("raised", "third match within 10 days")]
