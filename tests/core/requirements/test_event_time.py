"""The moment that an item counts by in windows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from watcher.core.requirements.sighting import event_time

SEEN = datetime(2026, 3, 29, 10, 30, tzinfo=UTC)
"""A Sunday on which clocks in Berlin go forward: 12:30 there."""


def at(day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("published", "flags", "zone", "event"),
    [
        (at(29, 9), (), "UTC", at(29, 9)),
        (None, ("undated",), "UTC", SEEN),
        (at(29, 11), (), "UTC", SEEN),
        (at(1), ("ancient",), "UTC", SEEN),
        # a day without hour: first sight on the day itself, else its noon there
        (at(29), ("date_only",), "UTC", SEEN),
        (at(28, 23), ("date_only",), "Europe/Berlin", SEEN),
        (at(28), ("date_only",), "UTC", at(28, 12)),
        (at(27, 23), ("date_only",), "Europe/Berlin", at(28, 11)),
        (at(29), ("date_only",), "Europe/Berlin", SEEN),
        (at(30), ("date_only",), "UTC", SEEN),
    ],
)
def test_event_time(published, flags, zone, event):
    assert event_time(published, SEEN, flags, zone) == event


def test_a_day_that_ends_elsewhere_is_told_by_the_zone_of_its_source():
    evening = datetime(2026, 3, 29, 16, tzinfo=UTC)
    tokyo_day = datetime(2026, 3, 29, 15, tzinfo=UTC)  # 30 March, 00:00 in Tokyo
    assert event_time(tokyo_day, evening, ("date_only",), "Asia/Tokyo") == evening
    assert event_time(tokyo_day - timedelta(days=1), evening, ("date_only",), "Asia/Tokyo") == at(29, 3)
