from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.calendar.make import entry
from watcher.core.calendar.model import ENDS, KINDS
from watcher.core.calendar.reminders import Reminder, begins, lapses, reminder
from watcher.core.calendar.words import day_words, distance_words, reminder_words, state_words

DAYS = st.integers(min_value=-3650, max_value=3650)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("30d before", -30),
        ("on the day", 0),
        ("1d after", 1),
        ("2w before", -14),
        ("24h before", -1),
        (" 7d  before ", -7),
    ],
)
def test_a_reminder_says_how_many_days_before_or_after(text, days):
    assert reminder(text) == Reminder(days)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("1 hour before", "is no reminder; write 30d before, on the day or 1d after"),
        ("30d", "is no reminder"),
        ("", "is no reminder"),
        ("the day after", "is no reminder"),
        ("On The Day", "is no reminder"),
        ("12h before", "reminders count whole days"),
        ("0d before", "reminders count whole days"),
        ("9999d before", "reminders count whole days"),
        ("1mo before", "is no duration; write 30d"),
        ("x before", "is no duration"),
    ],
)
def test_what_is_no_reminder_is_refused_with_a_sentence(text, says):
    with pytest.raises(ValueError, match=says):
        reminder(text)


@given(DAYS)
def test_what_a_reminder_reads_as_is_that_reminder(days):
    assert reminder(Reminder(days).words) == Reminder(days)


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2200, 1, 1)), DAYS, st.sampled_from(KINDS))
def test_a_reminder_falls_so_many_days_from_the_day_whatever_the_kind(day, days, kind):
    assert Reminder(days).falls_on(entry(day, kind=kind)) == day + timedelta(days=days)


def test_of_a_month_that_something_runs_up_to_the_last_day_counts_and_of_a_meeting_the_first():
    month = {"first": date(2026, 11, 1), "last": date(2026, 11, 30)}

    assert {kind: Reminder(-1).falls_on(entry(kind=kind, **month)) for kind in ("expires", "meeting")} == {
        "expires": date(2026, 11, 29),
        "meeting": date(2026, 10, 31),
    }
    assert {Reminder(1).falls_on(entry(kind=kind, **month)) for kind in KINDS} == {date(2026, 12, 1)}
    assert set(KINDS) > ENDS


def test_a_date_without_a_day_has_no_reminders_and_never_lapses():
    unknown = entry(None, conditional=True, printed="within 10 days")

    assert [Reminder(days).falls_on(unknown) for days in (-1, 0, 1)] == [None, None, None]
    assert lapses(unknown) is None


def test_days_at_the_end_of_time_have_no_reminder_rather_than_a_crash():
    assert Reminder(1).falls_on(entry(date.max)) is None
    assert Reminder(-1).falls_on(entry(date.min)) is None
    assert lapses(entry(date.max)) is None


@pytest.mark.parametrize(
    ("zone", "day", "at"),
    [
        ("UTC", date(2026, 11, 10), datetime(2026, 11, 10, 0, tzinfo=UTC)),
        ("Asia/Shanghai", date(2026, 11, 10), datetime(2026, 11, 9, 16, tzinfo=UTC)),
        # Summer time ends in New York on 1 November 2026: the day before is an hour nearer to UTC than the day after.
        ("America/New_York", date(2026, 10, 31), datetime(2026, 10, 31, 4, tzinfo=UTC)),
        ("America/New_York", date(2026, 11, 2), datetime(2026, 11, 2, 5, tzinfo=UTC)),
        # In Santiago the clock skips from 0:00 to 1:00 on 6 September 2026: the day begins at what would be midnight.
        ("America/Santiago", date(2026, 9, 6), datetime(2026, 9, 6, 4, tzinfo=UTC)),
    ],
)
def test_a_day_begins_by_the_clock_of_its_zone(zone, day, at):
    assert begins(day, zone) == at


def test_an_entry_lapses_when_its_last_day_is_over_in_its_zone():
    assert lapses(entry(zone="America/New_York", day=date(2026, 11, 1))) == datetime(2026, 11, 2, 5, tzinfo=UTC)
    assert lapses(entry()) == datetime(2026, 11, 10, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("on", "says"),
    [
        (date(2026, 10, 11), "expires: 10 November 2026, in 30 days"),
        (date(2026, 11, 9), "expires: 10 November 2026, tomorrow"),
        (date(2026, 11, 10), "expires: 10 November 2026, today"),
        (date(2026, 11, 11), "expires: 10 November 2026, yesterday; lapsed, unknown: no article says what came of it"),
    ],
)
def test_a_reminder_says_how_far_off_the_day_is_and_never_that_it_had_its_effect(on, says):
    assert reminder_words(entry(), on) == says
    assert "expired" not in says


@pytest.mark.parametrize(
    ("first", "last", "time", "says"),
    [
        (date(2026, 2, 9), date(2026, 2, 12), "", "9 to 12 February 2026"),
        (date(2026, 11, 1), date(2026, 11, 30), "", "November 2026"),
        (date(2026, 2, 1), date(2026, 2, 28), "", "February 2026"),
        (date(2026, 1, 30), date(2026, 2, 2), "", "30 January 2026 to 2 February 2026"),
        (date(2026, 3, 3), date(2026, 3, 3), "17:00", "3 March 2026, 17:00 Asia/Shanghai"),
    ],
)
def test_days_read_as_they_were_meant(first, last, time, says):
    assert day_words(entry(first=first, last=last, time=time)) == says


def test_what_is_known_of_an_entry_reads_plainly():
    assert state_words(entry(state="lapsed")) == "lapsed, unknown"
    assert state_words(entry(state="settled", outcome="in_force")) == "in force"
    assert state_words(entry(state="superseded")) == "moved"
    assert day_words(entry(None, printed="within 10 days")) == "within 10 days"
    assert distance_words(entry(None), date(2026, 1, 1)) == ""
