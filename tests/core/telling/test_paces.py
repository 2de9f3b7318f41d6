from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.channels import KINDS
from watcher.channels.rates import EACH_ALONE, FOR_PROGRAMS, RATES
from watcher.core.telling.paces import NEVER, Rate, checked_rate, parse_rate

NOW = datetime(2026, 2, 7, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "calls", "gap_s"),
    [("1/s", 1, 1.0), ("5/2s", 5, 0.4), ("30/m", 30, 2.0), ("200/h", 200, 18.0), ("1 / 3m", 1, 180)],
)
def test_a_rate_is_read_as_it_is_written(text: str, calls: int, gap_s: float) -> None:
    rate = parse_rate(text)

    assert rate is not None
    assert (rate.calls, rate.gap.total_seconds()) == (calls, gap_s)
    assert parse_rate(rate.words) == rate


def test_unlimited_is_no_rate() -> None:
    assert parse_rate(checked_rate("unlimited")) is None


@pytest.mark.parametrize("text", ["", "0/s", "1/0s", "1", "1/d", "fast", "1.5/s", "-1/s", "1/99999h", "１/s"])
def test_anything_else_is_refused_with_what_it_should_be(text: str) -> None:
    with pytest.raises(ValueError, match="1/s, 5/2s, 30/m"):
        parse_rate(text)


@given(
    calls=st.integers(1, 60),
    per_s=st.integers(1, 3600),
    looks=st.lists(st.floats(0, 30), min_size=1, max_size=60),
)
def test_no_stretch_of_a_rate_holds_more_than_it_says(calls: int, per_s: int, looks: list[float]) -> None:
    rate, now, next_at, sent = Rate(calls=calls, per_s=per_s), NOW, None, []
    for look in looks:
        now += timedelta(seconds=look)
        if rate.wait(next_at, now) == NEVER:
            sent.append(now)
            next_at = now + rate.gap

    for begin in sent:
        within = [
            at for at in sent if timedelta(0) <= at - begin < timedelta(seconds=per_s) - timedelta(milliseconds=1)
        ]
        assert len(within) <= calls


def test_a_moment_beyond_the_gap_is_of_a_clock_that_was_set_back() -> None:
    rate = Rate(calls=1, per_s=1)

    assert rate.wait(NOW + timedelta(seconds=0.5), NOW) == timedelta(seconds=0.5)
    assert rate.wait(NOW + timedelta(hours=1), NOW) == NEVER


def test_a_rate_of_each_recipient_counts_for_that_one() -> None:
    assert Rate(calls=1, per_s=1, each_recipient=True).key("@chat") == "@chat"
    assert Rate(calls=1, per_s=1).key("@chat") == ""


def test_every_kind_that_has_a_pace_or_a_habit_is_there() -> None:
    assert RATES.keys() | FOR_PROGRAMS | EACH_ALONE <= KINDS.keys()


def test_some_recipients_may_be_told_more_slowly():
    rate = Rate(calls=1, per_s=1, each_recipient=True, slow=("-", "@"), slow_s=3)

    assert [rate.gap_to(to).total_seconds() for to in ("5550123", "-1001234567890", "@desk_news")] == [1, 3, 3]
    assert (rate.gap.total_seconds(), rate.longest.total_seconds()) == (1, 3)
    assert Rate(calls=2, per_s=1).gap_to("-1").total_seconds() == 0.5
