from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.make import NOW
from watcher.core.polls import Adaptive, learned_due, learned_wait
from watcher.core.rhythm import DAY_S, HOUR_S, Rhythm, busiest, demand, habits, learned, next_poll, price, rate

MONDAY = datetime(2026, 3, 2, tzinfo=UTC).timestamp()
MINUTE = timedelta(minutes=1)
BOUNDS = Adaptive(least=5 * MINUTE, most=timedelta(hours=6), obeys_freshness=True)
WAIT = 90 * DAY_S


def daily(*hours: float, days: int = 28, end: float = MONDAY) -> list[float]:
    """Times at these hours of each of the days before `end`."""
    return [end - day * DAY_S + hour * HOUR_S for day in range(days, 0, -1) for hour in hours]


def after(times: list[float], now: float = MONDAY) -> Rhythm:
    return learned(None, times, 0, now)


def test_what_a_source_lists_at_first_sight_teaches_its_rate():
    assert rate(after(daily(9, 12, 15, 18)), MONDAY) * 24 == pytest.approx(4, rel=0.1)


def test_the_rate_falls_when_nothing_comes():
    rhythm = after(daily(9, 12, 15, 18))

    assert rate(rhythm, MONDAY + 14 * DAY_S) < rate(rhythm, MONDAY) / 2


def test_a_source_that_never_published_is_asked_more_and_more_seldom():
    rhythm = after([])

    waits = [next_poll(rhythm, MONDAY + days * DAY_S, 0.1, longest=WAIT) - days * DAY_S - MONDAY for days in (0, 1, 9)]

    assert waits == sorted(waits)
    assert waits[0] < waits[-1]


def test_intervals_go_by_the_square_root_of_the_rate():
    seldom, often = after(daily(*range(24))), after(daily(*(each / 9 for each in range(216))))

    waits = [next_poll(each, MONDAY, 1.0, longest=WAIT) - MONDAY for each in (seldom, often)]

    assert waits[0] / waits[1] == pytest.approx(sqrt(9), rel=0.1)


def test_a_source_is_asked_more_often_in_its_hours():
    rhythm = after(daily(9, 9.5, 10, 10.5))

    in_hours, at_night = (next_poll(rhythm, at, 0.5, longest=WAIT) - at for at in (MONDAY + 9 * HOUR_S, MONDAY))

    assert in_hours < at_night / 2
    assert busiest(rhythm) in {(9, 10), (10, 11)}


def test_a_wait_that_begins_at_night_ends_in_the_busy_hours():
    rhythm = after(daily(9, 9.25, 9.5, 9.75))

    assert 8 < (next_poll(rhythm, MONDAY + 3 * HOUR_S, 0.6, longest=WAIT) - MONDAY) / HOUR_S < 11


def test_days_without_news_are_learned():
    times = [at for at in daily(10, 14, days=56) if datetime.fromtimestamp(at, UTC).weekday() < 5]
    shares = habits(after(times).cells)

    assert shares[24 * 6 + 12] < shares[24 * 2 + 12]


def test_what_was_counted_is_not_counted_again_and_what_has_no_time_counts_as_now():
    rhythm = after(daily(9))

    assert learned(rhythm, daily(9), 0, MONDAY) == rhythm
    undated = learned(rhythm, daily(9), 1, MONDAY + 60)
    assert undated.newest == MONDAY + 60
    assert undated.recent > rhythm.recent
    future = learned(rhythm, [MONDAY + 400 * DAY_S], 1, MONDAY + 60)
    assert future == undated


TIMES = st.lists(st.floats(min_value=MONDAY - WAIT, max_value=MONDAY + WAIT), max_size=30)


@given(TIMES, TIMES, st.integers(min_value=0, max_value=40), st.floats(min_value=0.001, max_value=50))
def test_every_rhythm_gives_a_poll_and_comes_back_from_where_it_is_stored(first, then, new, cost):
    rhythm = learned(after(first), then, new, MONDAY + HOUR_S)

    assert MONDAY < next_poll(rhythm, MONDAY + HOUR_S, cost, longest=DAY_S) <= MONDAY + HOUR_S + DAY_S
    again = Rhythm.from_json(rhythm.as_json())
    assert again is not None
    assert rate(again, MONDAY + HOUR_S) == pytest.approx(rate(rhythm, MONDAY + HOUR_S), rel=0.02)
    assert len(str(rhythm.as_json())) < 4_000


def test_nothing_stored_is_no_rhythm():
    assert Rhythm.from_json({}) is None
    assert Rhythm.from_json({"since": 1, "at": 1, "newest": 1, "recent": "x", "cells": []}) is None


def test_sources_together_keep_to_the_budget():
    rhythms = [after(daily(*(24 * each / count for each in range(count)))) for count in (1, 4, 24, 96)]
    cost = price(sum(demand(each, MONDAY) for each in rhythms), 4.0 * len(rhythms))
    polls = 0
    for rhythm in rhythms:
        at = MONDAY
        while at < MONDAY + 7 * DAY_S:
            at = next_poll(rhythm, at, cost, longest=DAY_S)
            polls += 1

    # the rates fall a little while nothing new is learned
    assert polls / (7 * 24 * len(rhythms)) == pytest.approx(4.0, rel=0.2)


def test_a_learned_interval_stays_within_its_bounds_and_says_what_settled_it():
    busy, quiet, usual = after(daily(*(each / 10 for each in range(240)))), after([]), after(daily(9, 12, 15, 18))
    now = datetime.fromtimestamp(MONDAY, UTC)

    assert learned_wait(busy, now, 0.05, BOUNDS, None) == (5 * MINUTE, "its shortest interval")
    assert learned_wait(quiet, now, 90.0, BOUNDS, None) == (timedelta(hours=6), "its longest interval")
    assert learned_wait(usual, now, 0.3, BOUNDS, None)[1] == "its rhythm"
    for rhythm, cost in ((busy, 0.05), (quiet, 90.0), (usual, 0.3)):
        due = learned_due("wire", now, rhythm, cost, BOUNDS, None)
        assert 5 * MINUTE <= due - now <= timedelta(hours=6)


def test_what_a_server_calls_fresh_is_a_floor_only_where_it_is_obeyed():
    busy = after(daily(*(each / 10 for each in range(240))))
    now = datetime.fromtimestamp(MONDAY, UTC)
    deaf = Adaptive(least=5 * MINUTE, most=timedelta(hours=6), obeys_freshness=False)

    wait, by = learned_wait(busy, now, 0.05, BOUNDS, 30 * MINUTE)

    assert (wait, by) == (30 * MINUTE, "its server, which calls it fresh for so long")
    assert learned_wait(busy, now, 0.05, deaf, 30 * MINUTE)[0] == 5 * MINUTE
    assert learned_due("wire", NOW, busy, 0.05, BOUNDS, 30 * MINUTE) - NOW >= 30 * MINUTE
