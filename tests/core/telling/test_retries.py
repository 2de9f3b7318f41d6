from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.core.model import Outcome
from watcher.core.telling.retries import CHAT, HORIZON, SLOW, SMTP_LATER, Family, Verdict, jittered, next_attempt

START = datetime(2026, 2, 6, 7, 40, tzinfo=UTC)
RETRY = Outcome(result="retry", reason="answered 503")


def after(
    outcome: Outcome,
    *,
    attempt: int = 1,
    waited: timedelta = timedelta(0),
    family: Family = "chat",
    delivery: str = "d1",
) -> Verdict:
    return next_attempt(
        outcome,
        channel_family=family,
        attempt=attempt,
        first_attempt=START,
        now=START + waited,
        delivery_id=delivery,
    )


def tries(outcome: Outcome, family: Family, delivery: str) -> list[datetime]:
    """The times of all tries of a delivery whose channel never heals."""
    at, attempt, times = START, 1, [START]
    while True:
        verdict = next_attempt(
            outcome, channel_family=family, attempt=attempt, first_attempt=START, now=at, delivery_id=delivery
        )
        if verdict.at is None:
            assert verdict.state == "dead"
            return times
        at, attempt = verdict.at, attempt + 1
        times.append(at)


def seconds(*gaps: float) -> list[timedelta]:
    return [timedelta(seconds=gap) for gap in gaps]


@pytest.mark.parametrize(
    ("outcome", "family", "expected"),
    [
        (RETRY, "chat", seconds(5, 30, 120, 600, 1800, 7200, 18000, 36000, 86400, 86400)),
        (RETRY, "smtp", seconds(5, 30, 120, 600, 1800, 7200)),
        (Outcome(result="retry", reason="x", answer="451 later"), "smtp", seconds(300, 900, 1800, 3600, 7200, 7200)),
        (Outcome(result="retry", reason="x", answer="503 later"), "chat", seconds(5, 30)),
        (Outcome(result="slow", reason="x", answer="404 none"), "chat", seconds(3600, 3600, 3600, 3600, 3600, 86400)),
    ],
)
def test_the_gaps_follow_the_table_within_a_fifth(outcome: Outcome, family: Family, expected: list[timedelta]) -> None:
    times = tries(outcome, family, "d1")

    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    for gap, wanted in zip(gaps, expected, strict=False):
        assert wanted * 0.8 <= gap <= wanted * 1.2
    assert len(gaps) >= len(expected)


@settings(deadline=None)
@given(
    st.sampled_from(["retry", "slow"]), st.sampled_from(["chat", "smtp"]), st.sampled_from(["", "451 later"]), st.text()
)
def test_a_channel_that_never_heals_is_tried_last_at_72_hours(
    result: str, family: Family, answer: str, delivery: str
) -> None:
    times = tries(Outcome(result=result, reason="x", answer=answer), family, delivery)

    assert times == sorted(set(times))
    assert times[-1] == START + HORIZON
    assert len(times) <= 60


@settings(deadline=None)
@given(st.floats(allow_nan=True, allow_infinity=True), st.integers(1, 99), st.integers(0, 71 * 3600), st.text())
def test_no_try_before_the_time_asked_for_and_none_a_day_later_than_it_need_be(
    asked: float, attempt: int, waited: int, delivery: str
) -> None:
    outcome = Outcome(result="retry", reason="x", retry_after_s=asked)

    verdict = after(outcome, attempt=attempt, waited=timedelta(seconds=waited), delivery=delivery)

    now = START + timedelta(seconds=waited)
    assert verdict.state == "due"
    assert verdict.at is not None
    assert verdict.at > now
    assert verdict.at <= START + HORIZON + timedelta(hours=24)
    assert verdict.at <= now + timedelta(hours=28.8)
    if asked > 0:
        assert verdict.at >= now + min(timedelta(hours=24), timedelta(seconds=min(asked, 1e6)))


@settings(deadline=None)
@given(st.text(), st.integers(1, 99), st.integers(1, 10**6))
def test_jitter_is_a_fifth_at_most_and_always_the_same(delivery: str, attempt: int, gap_s: int) -> None:
    gap = timedelta(seconds=gap_s)

    moved = jittered(gap, delivery, attempt)

    assert moved == jittered(gap, delivery, attempt)
    assert gap * 0.8 <= moved <= gap * 1.2


def test_jitter_spreads_deliveries() -> None:
    moved = {jittered(timedelta(hours=1), f"d{n}", 1) for n in range(200)}

    assert len(moved) == 200
    assert max(moved) - min(moved) > timedelta(minutes=20)


def test_past_the_horizon_it_is_dead_and_the_operator_told() -> None:
    verdict = after(RETRY, attempt=11, waited=timedelta(hours=72))

    assert verdict == Verdict(state="dead", at=None, reason="gave up after 72 h: answered 503", tell=True)


def test_dead_is_dead_at_once() -> None:
    verdict = after(Outcome(result="dead", reason="answered 404: no_service"))

    assert verdict == Verdict(state="dead", at=None, reason="answered 404: no_service", tell=True)


@pytest.mark.parametrize("hours", [0, 71, 72, 500])
def test_a_paused_channel_keeps_its_deliveries_however_long_and_tries_once_an_hour(hours: int) -> None:
    verdict = after(Outcome(result="pause", reason="password refused"), waited=timedelta(hours=hours))

    assert (verdict.state, verdict.channel, verdict.tell) == ("due", "paused", True)
    assert verdict.at == START + timedelta(hours=hours + 1)


def test_a_closed_endpoint_waits_for_a_hand() -> None:
    verdict = after(Outcome(result="gone", reason="answered 410"), waited=timedelta(hours=100))

    assert (verdict.state, verdict.channel, verdict.at, verdict.tell) == ("due", "gone", None, True)


def test_slow_is_shown_to_the_operator() -> None:
    assert after(Outcome(result="slow", reason="answered 401")).tell


def test_sent_stays_sent() -> None:
    assert after(Outcome(result="sent", reason="answered 200")).state == "sent"


def test_an_unknown_result_is_a_fault_of_ours() -> None:
    with pytest.raises(ValueError, match="no such result: maybe"):
        after(Outcome(result="maybe", reason=""))


def test_the_plans_end_in_steady_gaps() -> None:
    assert CHAT.after(50) == timedelta(days=1)
    assert SMTP_LATER.after(50) == timedelta(hours=2)
    assert SLOW.after(50) == timedelta(days=1)
