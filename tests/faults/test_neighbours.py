"""Sources that are slow, silent, huge or poisonous, and what they cost the good ones: the whole daemon, real sockets."""

from __future__ import annotations

import pytest

from bench.bombs import LARGE, SLOW, bombs, names
from bench.hostile import Figures, measured, p99

QUICK = ("slow-body-0", "silent-0", "nameless-0", "gzip-0", "author_email_redos")
"""One of each sort; the last one is a document that never ends."""
BEAT_S = 1.0


def on_time(figures: Figures, late_s: float, lag_s: float) -> None:
    """Every good source was polled, soon after it was due, with nothing lost and the loop free."""
    assert figures.lost == 0
    assert p99(figures.late) < late_s
    assert max(figures.lag) < lag_s


def test_five_hostile_sources_delay_no_good_one(capsys: pytest.CaptureFixture[str]) -> None:
    bad = tuple(name for name in QUICK if name in {*bombs(), *SLOW, *LARGE})

    on_time(measured("beside", 20, bad, 1, 2.0, items=2), BEAT_S + 1.5, 0.5)

    assert "late p50" in capsys.readouterr().out


@pytest.mark.slow
def test_fifty_hostile_sources_delay_none_of_two_hundred_good_ones() -> None:
    bad = (*names(), *SLOW, *LARGE)[:50]

    figures = measured("beside", 200, bad, 1, 60.0)

    on_time(figures, BEAT_S + 1.5, 0.5)
    assert max(figures.killed, default=0.0) < 1.0
    assert figures.mib < 400


@pytest.mark.slow
def test_with_few_open_files_polls_wait_and_none_is_lost() -> None:
    figures = measured("beside", 60, (*SLOW, *LARGE), 1, 1.0, files=64, items=2)

    assert figures.lost == 0
