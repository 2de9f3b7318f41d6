"""The day of a moment where a publisher is."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from watcher.core.text.days import day_of


@pytest.mark.parametrize(
    ("hour", "country", "day"),
    [
        (23, "CN", 5),
        (10, "CN", 4),
        (2, "CA", 3),
        (2, "BR", 3),
        (20, "AU", 5),
        (23, None, 4),
        (23, "XX", 4),
        (0, "CA", 4),
    ],
)
def test_a_moment_is_on_the_day_of_its_publishers_country(hour, country, day):
    assert day_of(datetime(2025, 4, 4, hour, tzinfo=UTC), country) == date(2025, 4, day)
