from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.core.schedules import (
    Schedule,
    covers_words,
    due_periods,
    instant,
    next_due,
    period_of,
    plan_issue,
    schedule,
    schedule_words,
)

ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Australia/Sydney",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "UTC",
)
SCHEDULES = st.builds(
    Schedule,
    every=st.sampled_from(("day", "week", "month")),
    at=st.times().map(lambda moment: moment.replace(second=0, microsecond=0)),
    zone=st.sampled_from(ZONES),
    weekday=st.integers(0, 6),
    day=st.integers(1, 31),
    nth=st.sampled_from((0, 0, 1, 4, -1)),
)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 12, 31), timezones=st.just(UTC))


def weekly(at: str = "Sun 02:30", zone: str = "Europe/Berlin") -> Schedule:
    return schedule(at, zone)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("at", ["Sun 02:30", "Mon 00:00", "Sat 23:59", "Sun 02:00"])
def test_twenty_years_hold_exactly_one_period_for_each_iso_week(zone: str, at: str) -> None:
    periods = due_periods(
        weekly(at, zone), datetime(2019, 12, 29, 23, 59, tzinfo=UTC), datetime(2041, 1, 20, tzinfo=UTC)
    )

    keys = [period.key for period in periods]
    monday, weeks = date(2020, 1, 6), []
    while monday < date(2040, 12, 31):
        weeks.append(f"{monday.isocalendar().year}-W{monday.isocalendar().week:02d}")
        monday += timedelta(weeks=1)
    assert [key for key in keys if "2020-W02" <= key <= weeks[-1]] == weeks
    assert all(one.key < two.key and one.end == two.begin for one, two in pairwise(periods))


@given(plan=SCHEDULES, moment=MOMENTS)
def test_every_moment_lies_in_exactly_one_period(plan: Schedule, moment: datetime) -> None:
    period = period_of(plan, moment)

    assert period.begin <= moment < period.end
    assert period_of(plan, period.begin) == period
    after = period_of(plan, period.end)
    assert after.begin == period.end
    assert after.key > period.key


@given(plan=SCHEDULES, moments=st.lists(MOMENTS, min_size=2, max_size=6))
@settings(max_examples=60)
def test_a_clock_that_steps_about_issues_no_period_twice(plan: Schedule, moments: list[datetime]) -> None:
    start = min(moments)
    last_key, after, issued = None, start, []

    for now in (moment if moment < start + timedelta(days=900) else start for moment in moments):
        issue = plan_issue(plan, after=after, last_key=last_key, now=now)
        if issue is not None:
            issued += [*issue.covers, issue.period.key]
            last_key, after = issue.period.key, issue.period.end

    assert issued == sorted(set(issued))


def test_a_time_in_the_gap_falls_on_the_first_minute_after_it() -> None:
    berlin = ZoneInfo("Europe/Berlin")

    assert instant(datetime(2026, 3, 29, 2, 30), berlin) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


def test_half_an_hour_of_gap_is_found_to_the_minute() -> None:
    lord_howe = ZoneInfo("Australia/Lord_Howe")

    at = instant(datetime(2026, 10, 4, 2, 10), lord_howe)

    assert at.astimezone(lord_howe).replace(tzinfo=None) == datetime(2026, 10, 4, 2, 30)


def test_a_day_that_a_country_left_out_still_has_its_period() -> None:
    periods = due_periods(
        schedule("daily 10:00", "Pacific/Apia"),
        datetime(2011, 12, 29, tzinfo=UTC),
        datetime(2011, 12, 31, 12, tzinfo=UTC),
    )

    assert [period.key for period in periods] == ["2011-12-29", "2011-12-30", "2011-12-31"]
    assert all(one.end < two.end for one, two in pairwise(periods))


def test_a_time_told_twice_counts_at_its_first_occurrence() -> None:
    issue = plan_issue(
        weekly(), after=datetime(2026, 10, 20, tzinfo=UTC), last_key=None, now=datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    )

    assert issue is not None
    assert issue.period.key == "2026-W43"
    assert (
        plan_issue(weekly(), after=issue.period.end, last_key="2026-W43", now=datetime(2026, 10, 25, 1, 30, tzinfo=UTC))
        is None
    )


def test_weeks_of_downtime_make_one_issue_that_covers_the_others() -> None:
    friday = weekly("Fri 15:00")

    issue = plan_issue(
        friday,
        after=period_of(friday, datetime(2026, 1, 9, tzinfo=UTC)).end,
        last_key="2026-W02",
        now=datetime(2026, 2, 1, tzinfo=UTC),
    )

    assert issue is not None
    assert (issue.period.key, issue.covers) == ("2026-W05", ("2026-W03", "2026-W04"))
    assert issue.begin == period_of(friday, datetime(2026, 1, 9, tzinfo=UTC)).end


def test_a_digest_that_moves_to_another_zone_does_not_issue_its_week_again() -> None:
    berlin, new_york = weekly("Fri 15:00"), weekly("Fri 15:00", "America/New_York")
    issued = period_of(berlin, datetime(2026, 2, 6, 12, tzinfo=UTC))

    assert plan_issue(new_york, after=issued.end, last_key=issued.key, now=issued.end + timedelta(hours=8)) is None


def test_a_week_53_and_the_turn_of_the_year_are_named_by_iso() -> None:
    assert period_of(weekly("Sun 08:00"), datetime(2027, 1, 1, tzinfo=UTC)).key == "2026-W53"
    assert period_of(weekly("Mon 08:00"), datetime(2024, 12, 30, 6, tzinfo=UTC)).key == "2025-W01"


def test_a_month_too_short_for_the_day_ends_on_its_last() -> None:
    monthly = schedule("monthly 31 07:00", "UTC")

    ends = [
        period.end.date()
        for period in due_periods(monthly, datetime(2028, 1, 1, tzinfo=UTC), datetime(2028, 5, 1, tzinfo=UTC))
    ]

    assert ends == [date(2028, 1, 31), date(2028, 2, 29), date(2028, 3, 31), date(2028, 4, 30)]


@pytest.mark.parametrize(("at", "weekday"), [("1st Mon 09:00", 0), ("4th Sun 09:00", 6), ("last Fri 09:00", 4)])
def test_a_months_nth_weekday_is_found_in_every_month_of_twenty_years(at: str, weekday: int) -> None:
    plan = schedule(at, "Europe/Berlin")
    periods = due_periods(plan, datetime(2020, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC))

    days = [period.end.astimezone(ZoneInfo("Europe/Berlin")).date() for period in periods]
    assert len({period.key for period in periods}) == len(days) == 240
    assert {day.weekday() for day in days} == {weekday}
    nth = {1: 0, 4: 3}.get(plan.nth)
    for day in days:
        if nth is not None:
            assert (day.day - 1) // 7 == nth
        else:
            assert (day + timedelta(days=7)).month != day.month


@pytest.mark.parametrize(
    ("text", "every", "words"),
    [
        ("Fri 15:00", "week", "on Fridays at 15:00, UTC"),
        ("saturday 8:00", "week", "on Saturdays at 08:00, UTC"),
        ("07:00", "day", "every day at 07:00, UTC"),
        ("daily 07:05", "day", "every day at 07:05, UTC"),
        ("monthly 1 07:00", "month", "on day 1 of the month at 07:00, UTC"),
        ("1st 09:00", "month", "on day 1 of the month at 09:00, UTC"),
        ("15th day 09:00", "month", "on day 15 of the month at 09:00, UTC"),
        ("last 09:00", "month", "on day 31 of the month at 09:00, UTC"),
        ("2nd Tue 09:00", "month", "on the second Tuesday of the month at 09:00, UTC"),
        ("Last friday 9:00", "month", "on the last Friday of the month at 09:00, UTC"),
    ],
)
def test_schedules_are_written_in_words(text: str, every: str, words: str) -> None:
    read = schedule(text, "UTC")

    assert read.every == every
    assert schedule_words(read) == words


@pytest.mark.parametrize(
    "text",
    [
        "1 15:00",
        "5th Fri 15:00",
        "0th 15:00",
        "32nd 15:00",
        "last Fry 15:00",
        "1st",
        "Fry 15:00",
        "Fri 25:00",
        "Fri 15:60",
        "Fri",
        "",
        "0 7 * * 1",
        "monthly 0 07:00",
    ],
)
def test_what_is_no_schedule_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"schedule|weekday"):
        schedule(text, "UTC")


def test_an_unknown_zone_is_refused_at_once() -> None:
    with pytest.raises(LookupError):
        Schedule(every="day", at=time(7), zone="Europe/Atlantis")


def test_next_due_is_strictly_after_now() -> None:
    friday = weekly("Fri 15:00", "UTC")

    assert next_due(friday, datetime(2026, 2, 6, 15, tzinfo=UTC)) == datetime(2026, 2, 13, 15, tzinfo=UTC)


def test_thousands_of_covered_periods_are_counted_not_listed():
    keys = [f"2026-W{week:02d}" for week in range(1, 53)]
    assert covers_words(keys[:2]) == "2026-W01, 2026-W02"
    assert covers_words(keys).endswith("2026-W12 and 40 more")
    assert covers_words(keys[:12]).endswith("2026-W12")
