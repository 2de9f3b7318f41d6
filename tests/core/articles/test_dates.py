from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.core.articles.dates import counted_time, late_flags

AFTER = timedelta(days=14)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("published", "seen", "flags"),
    [
        ("2025-02-05", "2026-02-07", ("year_slip",)),
        ("2026-01-05", "2027-01-05", ("year_slip",)),
        ("2026-12-30", "2026-01-04", ()),
        ("2025-12-30", "2026-01-04", ()),
        ("2024-12-30", "2026-01-04", ("year_slip",)),
        ("2024-02-29", "2025-03-01", ("year_slip",)),
        ("2016-02-05", "2026-02-07", ("year_slip",)),
        ("2025-09-05", "2026-02-07", ("old_date",)),
        ("2026-01-20", "2026-02-07", ("old_date",)),
        ("2026-01-30", "2026-02-07", ()),
        ("1970-01-01", "2026-01-03", ()),
    ],
)
def test_an_old_date_on_a_new_entry_is_doubted_and_one_with_these_days_taken_for_a_slip(published, seen, flags):
    assert late_flags(at(published), at(seen), AFTER) == flags


def test_no_date_is_no_old_date():
    assert late_flags(None, at("2026-02-07"), AFTER) == ()


@given(
    st.none() | st.datetimes(timezones=st.just(UTC)),
    st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
)
def test_any_date_that_the_calendar_has_is_judged_and_none_counts_as_later_than_first_sight(published, seen):
    flags = late_flags(published, seen, AFTER)

    assert counted_time(published, seen, flags) <= seen
    assert counted_time(published, seen, ("ancient",)) == seen
