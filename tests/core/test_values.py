"""Durations, dates, times and sizes as files write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from watcher.core.values import (
    Duration,
    Size,
    before,
    duration_text,
    parse_date,
    parse_duration,
    parse_size,
    parse_time,
    size_text,
)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("45s", 45), ("15m", 900), ("24h", 86_400), ("7d", 604_800), ("8w", 4_838_400), ("1d12h", 129_600), ("0s", 0)],
)
def test_a_duration_is_read(text, seconds):
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("1 hour", "1h"),
        ("60", "60s, 60m or 60h"),
        ("1mo", "30d"),
        ("2 weeks", "2w"),
        ("1 year", "365d"),
        ("1.5h", "15m"),
        ("12h1d", "15m"),
        ("-5m", "15m"),
        ("", "15m"),
        ("٣m", "15m"),
        ("5M", "5m"),
        ("P1D", "15m"),
    ],
)
def test_no_duration_says_how_to_write_it(text, hint):
    with pytest.raises(ValueError, match="is no duration") as caught:
        parse_duration(text)

    assert str(caught.value) == f'"{text}" is no duration; write {hint} (s, m, h, d, w)'


@given(st.integers(0, 10**9))
def test_a_duration_written_out_reads_back(seconds):
    assert parse_duration(duration_text(timedelta(seconds=seconds))) == timedelta(seconds=seconds)


def test_a_duration_beyond_a_hundred_years_is_none():
    assert parse_duration("36500d").days == 36_500
    for text in ("36500d1s", "999999w", "5215w"):
        with pytest.raises(ValueError, match=f'"{text}" is longer than a hundred years; write 36500d at most'):
            parse_duration(text)


def test_nothing_lies_before_the_calendar_begins():
    day = datetime(2026, 3, 2, tzinfo=UTC)
    assert before(day, timedelta(days=1)) == datetime(2026, 3, 1, tzinfo=UTC)
    assert before(day, 30 * timedelta(days=36_500)) == datetime(1, 1, 1, tzinfo=UTC)


def test_durations_are_written_as_people_write_them():
    assert [duration_text(timedelta(days=n)) for n in (0, 10, 14)] == ["0s", "10d", "2w"]


def test_a_day_and_a_moment_are_read():
    assert parse_date("2026-11-10") == date(2026, 11, 10)
    assert parse_time("2026-11-10T09:00Z") == datetime(2026, 11, 10, 9, tzinfo=UTC)
    assert parse_time("2026-11-10T09:00:30+02:00") == datetime(2026, 11, 10, 7, 0, 30, tzinfo=UTC)
    assert parse_time("2026-11-10") == datetime(2026, 11, 10, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2026-13-01", "10.11.2026", "20261110", "2026-11-10 09:00", "tomorrow", "2026-W10"])
def test_no_date_says_so(text):
    with pytest.raises(ValueError, match="is no date; write 2026-11-10"):
        parse_date(text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("2026-11-10T09:00", "is a time without zone; write 2026-11-10T09:00Z"),
        ("2026-11-10T25:00Z", "is no date"),
        ("0001-01-01T00:00+14:00", "is no date"),
    ],
)
def test_no_moment_says_so(text, says):
    with pytest.raises(ValueError, match=says.replace("+", r"\+")):
        parse_time(text)


def test_a_size_is_read_in_binary_units_only():
    assert parse_size("200 MiB") == 200 << 20
    assert parse_size("1GiB") == 1 << 30
    assert [size_text(n) for n in (0, 200 << 20, 1025)] == ["0 B", "200 MiB", "1025 B"]
    with pytest.raises(ValueError, match=r'"200 MB" is no size; write 200 MiB \(B, KiB'):
        parse_size("200 MB")


class Options(BaseModel):
    every: Duration = timedelta(minutes=15)
    floor: Size = 0


def test_models_take_them_and_tell_in_their_schema_how_they_are_written():
    read = Options.model_validate({"every": "1d", "floor": "1 KiB"})

    assert (read.every, read.floor) == (timedelta(days=1), 1024)
    assert read.model_dump(mode="json")["every"] == "1d"
    assert Options.model_json_schema()["properties"]["every"]["examples"][0] == "45s"
    with pytest.raises(ValidationError, match='"60" is no duration'):
        Options.model_validate({"every": 60})
    with pytest.raises(ValidationError, match="must be a duration"):
        Options.model_validate({"every": [1]})
    with pytest.raises(ValidationError, match="must be a size"):
        Options.model_validate({"floor": None})
