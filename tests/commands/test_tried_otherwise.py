"""A backtest of a rule that judges dates says how such a rule is tried."""

from __future__ import annotations

from watcher.app.backtesting import Backtest, Matched, Plan
from watcher.commands.backtest import _words


def test_a_backtest_of_a_rule_on_dates_names_the_way_that_works():
    done = Backtest(plan=Plan(numbers=(), of=0, by=""), found=Matched(), decided=(), skipped=("soon",))

    last = list(_words("soon", done, 20))[-1]

    assert "since they judge dates: soon; examples with entry:" in last
    assert "time lines" in last
