"""Mute windows: on the wall clock of a zone, through days, nights and clock changes."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.core.model import Severity
from watcher.core.telling.windows import Mute, Window, muted_until, never_open

NIGHT = Window(begin=time(22), end=time(7))
WEEKEND = Window(days=frozenset({5, 6}))
BERLIN = "Europe/Berlin"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("windows", "now", "until"),
    [
        ((NIGHT,), "2026-03-02T20:59", None),  # 21:59 in Berlin
        ((NIGHT,), "2026-03-02T21:00", "2026-03-03T06:00"),
        ((NIGHT,), "2026-03-03T05:59", "2026-03-03T06:00"),
        ((NIGHT,), "2026-03-03T06:00", None),
        ((WEEKEND,), "2026-03-07T12:00", "2026-03-08T23:00"),
        ((WEEKEND, NIGHT), "2026-03-06T22:00", "2026-03-09T06:00"),  # Friday night, the weekend, Sunday night
        # The night of the clock change is an hour shorter or longer: 07:00 is 07:00.
        ((NIGHT,), "2026-03-28T22:00", "2026-03-29T05:00"),
        ((NIGHT,), "2026-10-24T21:00", "2026-10-25T06:00"),
        # 02:00 to 02:30 comes twice on 25 October: from the first to the second, nothing in between is told.
        ((Window(begin=time(2), end=time(2, 30)),), "2026-10-25T00:00", "2026-10-25T01:30"),
        ((Window(begin=time(2), end=time(2, 30)),), "2026-10-25T01:10", "2026-10-25T01:30"),
        # and not at all on 29 March
        ((Window(begin=time(2), end=time(2, 30)),), "2026-03-29T01:00", None),
        ((Window(begin=time(2), end=time(3, 30)),), "2026-03-29T01:00", "2026-03-29T01:30"),
    ],
)
def test_a_window_lasts_until_its_end_on_the_wall(windows, now, until):
    assert muted_until(windows, BERLIN, at(now)) == (None if until is None else at(until))


def test_a_severity_passes_where_that_is_asked_for():
    mute = Mute(windows=(NIGHT,), zone=BERLIN, passes=Severity.URGENT)
    assert mute.holds(Severity.URGENT, at("2026-03-02T23:00")) is None
    assert mute.holds(Severity.WARNING, at("2026-03-02T23:00")) == at("2026-03-03T06:00")


@pytest.mark.parametrize(
    ("windows", "never"),
    [
        ((Window(),), True),
        ((Window(begin=time(7), end=time(22)), NIGHT), True),
        ((NIGHT, WEEKEND), False),
        ((Window(days=frozenset(range(7))),), True),
    ],
)
def test_windows_that_leave_no_time_are_known(windows, never):
    assert never_open(windows, BERLIN, at("2026-03-02T09:00")) is never


@given(
    begin=st.times().map(lambda t: t.replace(microsecond=0, second=0, tzinfo=None)),
    end=st.times().map(lambda t: t.replace(microsecond=0, second=0, tzinfo=None)),
    hours=st.integers(0, 366 * 24),
    zone=st.sampled_from([BERLIN, "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia"]),
)
def test_no_window_of_a_day_holds_for_longer_than_it_lasts(begin, end, hours, zone):
    now = at("2026-01-01T00:00") + timedelta(hours=hours)
    until = muted_until((Window(begin=begin, end=end),), zone, now)
    if until is not None and begin != end:
        assert now < until <= now + timedelta(hours=26)
        assert until.astimezone(ZoneInfo(zone)).time() >= min(end, time(0)) or begin == end
        assert muted_until((Window(begin=begin, end=end),), zone, until) is None
