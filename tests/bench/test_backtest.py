"""The bench of backtests runs."""

from __future__ import annotations

import argparse

import pytest

from bench import backtest


@pytest.mark.slow
def test_a_small_history_is_replayed_three_ways(capsys):
    parser = argparse.ArgumentParser()
    backtest.arguments(parser)

    backtest.run(parser.parse_args(["--articles=20"]))

    said = capsys.readouterr().out
    assert "words, by the index" in said
    assert "a pattern, on every article" in said
