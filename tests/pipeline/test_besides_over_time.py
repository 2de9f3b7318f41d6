"""`require` of rules on dates, points and health as it is told: the words, the end, and what was taken back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.pipeline.test_dates import OCTOBER, UNTIL, told
from tests.pipeline.test_series_polled import bring
from tests.pipeline.test_series_rules import CONFIG, DAY, publish
from tests.pipeline.world import World, world
from watcher.app.backtesting import backtest
from watcher.core.model import Point
from watcher.engines.reminders import fall_due
from watcher.pipeline.judging.catching_up import catch_up
from watcher.pipeline.taking_in.dating import replan
from watcher.stores.sqlite.replaying import Span

COMMENTS = "Comments on the proposed rule on antimony are due by 14 November 2026, the ministry said."
DATES = """\
format: 1
rules:
  - id: crowded
    title: Dates pile up
    severity: warning
    when: {calendar: [expires, comment_close, deadline], remind: [7d before, 3d before]}
    require: REQUIRE
    examples:
      match: [{entry: {kind: expires, date: 2026-11-10}, date: 2026-11-03}, {entry: {kind: expires, date: 2026-11-10}, date: 2026-11-07}]
      skip: [{entry: {kind: expires, date: 2026-11-10}, date: 2026-10-12}, {entry: {kind: meeting, date: 2026-11-10}, date: 2026-11-03}]
"""
POINTS = """\
format: 1
rules:
  - id: falling
    title: Falls again and again
    severity: warning
    when: {series: plain, below: "100 USD/kg"}
    require: {count: 2, within: 10d}
    tell: prices
    examples:
      match: [{points: [101, 99]}, {points: [102, 98]}]
      skip: [{points: [99]}, {points: [99, 101]}]
"""


@pytest.mark.parametrize(
    ("require", "said"),
    [
        ("{count: 2, within: 7d}", ["second match within 7 days"]),
        ("{count: 2, within: 7d, of: articles}", ["second match within 7 days"]),
        ("{count: 3, within: 7d}", []),
        (
            "{sequence: [{then: {calendar: expires, remind: on the day}, within: 9d}], by: source}",
            ["ministry: 7 days after what it follows, of 3 Nov 00:00"],
        ),
    ],
)
async def test_dates_are_counted_entry_by_entry(tmp_path, require, said):
    async with world(tmp_path, rules=DATES.replace("REQUIRE", require)) as here:
        here.now = OCTOBER
        await here.store.write(lambda turn: replan(turn, here.runtime, here.now))
        await here.publish("ministry", told(UNTIL), told(COMMENTS, "d"))
        while here.now < datetime(2026, 11, 20, tzinfo=UTC):
            here.now += timedelta(hours=12)
            await fall_due(here.store, here.runtime, lambda: here.now)
        assert [each.news[0] for each in here.told("desk")] == said


async def test_firings_are_counted_and_one_that_was_corrected_is_taken_back(tmp_path):
    async with world(tmp_path, rules=POINTS, config=CONFIG, sources=("plain",)) as here:
        await publish(here, "101", "99", "102")
        assert here.told("prices") == []
        assert here.rows("select reason from matches") == [("not_yet",)]
        await publish(here, "98")
        (alert,) = here.told("prices")
        assert (alert.change, alert.news[0]) == ("raised", "second match within 10 days")
        assert alert.news[1:] == ("4 Mar 00:00: plain: below 100 USD/kg, 2026-03-04 (plain)",), (
            "what it rests on beside it"
        )
        last = here.now.replace(hour=0)
        here.now += DAY / 12
        await bring(here, "plain", Point(at=last, value="108"))
        taken = here.told("prices")[1]
        assert taken.change == "retracted"
        assert taken.news[0].startswith("points were corrected: 102 ")
        assert taken.news[-1] == "without it, what the rule asks for holds no longer"
        assert here.rows("select state from alerts") == [("closed",)]


def replayed(folder: Path, here: World) -> list[str]:
    """What a replay decides."""
    done = backtest(folder / "watcher.db", here.runtime, Span(since=None, until=here.now))
    return [each.reason for each in done.decided]


async def test_a_firing_that_another_clause_still_bears_out_counts_on(tmp_path):
    either = POINTS.replace(
        '{series: plain, below: "100 USD/kg"}',
        '{any: [{series: plain, below: "100 USD/kg"}, {series: plain, change: "<= -5 %", within: 2d}]}',
    )
    async with world(tmp_path, rules=either, config=CONFIG, sources=("plain",)) as here:
        await publish(here, "120", "120", "99")
        fell = here.now.replace(hour=0)
        here.now += DAY / 12
        await bring(here, "plain", Point(at=fell, value="110"))
        await publish(here, "120", "120")
        assert here.told("prices") == []
        await publish(here, "99")
        assert [each.news[0] for each in here.told("prices")] == ["second match within 10 days"]
        assert replayed(tmp_path, here) == [reason for (reason,) in here.rows("select reason from matches")]


async def test_a_point_dated_ahead_that_is_corrected_counts_no_longer(tmp_path):
    async with world(tmp_path, rules=POINTS, config=CONFIG, sources=("plain",)) as here:
        await publish(here, "101")
        ahead = here.now.replace(hour=0) + DAY
        await bring(here, "plain", Point(at=ahead, value="99"))
        here.now += 2 * DAY
        await bring(here, "plain", Point(at=ahead, value="108"))
        await publish(here, "102", "98")
        assert here.told("prices") == [], "one match is left"
        assert replayed(tmp_path, here) == ["not_yet", "not_yet"]


async def test_a_rule_that_begins_goes_through_no_history_and_is_not_taken_for_new_again(tmp_path):
    async with world(tmp_path, rules=POINTS, config=CONFIG, sources=("plain",)) as here:
        await publish(here, "101", "99")
        here.change(rules=POINTS.replace("100 USD", "99 USD").replace("99]", "98]"))
        assert await catch_up(here.store, here.runtime, here.now) == 1
        assert await catch_up(here.store, here.runtime, here.now) == 0
        await publish(here, "98", "100", "99", "95")
        assert [each.news[0] for each in here.told("prices")] == ["second match within 10 days"]
