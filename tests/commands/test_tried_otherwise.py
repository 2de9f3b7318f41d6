"""A backtest of a rule that judges no articles says how such a rule is tried."""

from __future__ import annotations

from watcher.app.backtesting import Backtest, Matched, Plan
from watcher.commands.backtest import _words


def test_a_backtest_of_a_rule_on_a_series_names_the_way_that_works():
    done = Backtest(plan=Plan(numbers=(), of=0, by=""), found=Matched(), decided=(), skipped=("ndpr-low",))

    last = list(_words("ndpr-low", done, 20))[-1]

    assert "since they judge no articles: ndpr-low; examples with row: or points:" in last
    assert "time lines" in last
