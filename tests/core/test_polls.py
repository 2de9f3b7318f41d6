from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.make import NOW
from watcher.core.polls import failed_due, first_due, next_due

MINUTE = timedelta(minutes=1)
INTERVALS = st.timedeltas(min_value=timedelta(seconds=30), max_value=timedelta(days=2))


@given(st.text(max_size=20), INTERVALS)
def test_the_next_poll_comes_after_the_interval_give_or_take_a_tenth(source, every):
    wait = next_due(source, NOW, every) - NOW

    assert every * 0.9 - timedelta(microseconds=1) <= wait <= every * 1.1 + timedelta(microseconds=1)
    assert next_due(source, NOW, every) == next_due(source, NOW, every)


def test_sources_do_not_march_in_step():
    assert len({next_due(f"s{n}", NOW, 15 * MINUTE) for n in range(50)}) == 50


@given(st.integers(min_value=1, max_value=10_000), INTERVALS)
def test_failures_double_the_wait_up_to_six_hours_or_the_interval(failures, every):
    wait = failed_due("s", NOW, every, failures=failures, retry_after_s=None) - NOW

    longest = max(timedelta(hours=6), every)
    assert every * 0.9 <= wait + timedelta(microseconds=1)
    assert wait <= longest * 1.1 + timedelta(microseconds=1)
    if every * 2 ** min(failures, 10) <= longest:
        assert wait >= every * 2 ** min(failures, 10) * 0.9 - timedelta(microseconds=1)


@given(st.floats(min_value=0, max_value=1e9))
def test_a_retry_after_counts_if_it_is_later_up_to_a_day(seconds):
    plain = failed_due("s", NOW, MINUTE, failures=1, retry_after_s=None)
    asked = failed_due("s", NOW, MINUTE, failures=1, retry_after_s=seconds)

    assert asked == max(plain, NOW + min(timedelta(seconds=seconds), timedelta(hours=24)))


@pytest.mark.parametrize(("failures", "least", "most"), [(1, 1, 2), (2, 2, 4), (3, 4, 8), (4, 8, 16), (40, 324, 396)])
def test_a_source_that_is_not_known_yet_is_tried_again_soon_and_then_as_usual(failures, least, most):
    waits = [
        failed_due(f"s{n}", NOW, 15 * MINUTE, failures=failures, retry_after_s=None, soon=True) - NOW
        for n in range(200)
    ]

    assert min(waits) >= least * MINUTE
    assert max(waits) <= most * MINUTE
    assert len(set(waits)) > 100


def test_soon_is_never_later_than_usual_nor_sooner_than_the_server_asks():
    quick = failed_due("s", NOW, timedelta(seconds=10), failures=1, retry_after_s=None, soon=True)

    assert quick - NOW < timedelta(seconds=23)
    assert failed_due("s", NOW, MINUTE, failures=1, retry_after_s=900, soon=True) == NOW + 15 * MINUTE


def test_first_polls_are_spread_over_ten_seconds_at_most():
    waits = [first_due(f"s{n}", 15 * MINUTE) for n in range(100)]

    assert max(waits) < timedelta(seconds=10)
    assert len(set(waits)) > 50
    assert first_due("s1", timedelta(seconds=1)) < timedelta(seconds=1)
