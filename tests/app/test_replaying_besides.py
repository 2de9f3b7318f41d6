"""Rules on series and on health: a replay over what is stored decides as the live run did."""

from __future__ import annotations

import pytest

from tests.pipeline.test_health_rules import fail, look
from tests.pipeline.test_health_rules import rules as health_rules
from tests.pipeline.test_series_polled import bring
from tests.pipeline.test_series_rules import CONFIG, DAY, JOB, LEVEL, publish
from tests.pipeline.world import world
from watcher.app.backtesting import backtest
from watcher.commands.backtest import _words
from watcher.core.model import Point
from watcher.pipeline.judging.firing import fire_due
from watcher.stores.sqlite.replaying import Span
from watcher.stores.sqlite.times import from_us


def _live(here):
    found = here.rows(
        "select o.seen, m.rule, m.severity, m.reason from matches m join observations o on o.number = m.observation "
        "order by o.number"
    )
    return [(from_us(seen), *rest) for seen, *rest in found]


def _said(decided):
    return [(each.at, each.rule, each.severity, each.reason) for each in decided if each.reason != "retracted"]


@pytest.mark.parametrize("rules", [JOB, LEVEL])
async def test_the_points_of_a_series_are_judged_again_as_they_came(tmp_path, rules):
    async with world(tmp_path, rules=rules, config=CONFIG, sources=("plain",)) as here:
        await publish(here, "112", "111", "109.5", "110.5", "109", "108", "111", "99")
        corrected = here.now.replace(hour=0)
        here.now += DAY / 12
        await bring(here, "plain", Point(at=corrected, value="114"))
        here.now += 4 * DAY
        await fire_due(here.store, here.runtime, here.now)
        await publish(here, "109", "108.5", "97")

        done = backtest(tmp_path / "watcher.db", here.runtime, Span(since=None, until=here.now))

        assert _said(done.decided) == _live(here)
        assert len(done.decided) >= 2
        assert all(each.then is not None for each in done.decided if each.reason != "retracted")
        assert done.skipped == ()
        last = backtest(tmp_path / "watcher.db", here.runtime, Span(since=here.now - DAY / 2, until=here.now))
        assert {each.at for each in last.decided} <= {here.now}


async def test_what_was_told_of_health_is_judged_again(tmp_path):
    async with world(tmp_path, rules=health_rules(states="[failing, recovered]")) as here:
        await fail(here)
        await look(here, ok=True)

        done = backtest(tmp_path / "watcher.db", here.runtime, Span(since=None, until=here.now))

        assert _said(done.decided) == _live(here)
        assert [each.reason for each in done.decided] == ["raised", "updated"]
        assert done.decided[0].then == ("raised", ())
        del here.runtime.sources["wire"]
        left = backtest(tmp_path / "watcher.db", here.runtime, Span(since=None, until=here.now))
        assert any("2 events of sources that are no longer configured" in line for line in _words("x", left, 9))
