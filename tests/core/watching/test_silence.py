"""Silence by a source's own pauses, and the job that it was measured on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree as ET

import pytest

from watcher.core.watching.episodes import Episode, Track, Trouble, step
from watcher.core.watching.silence import Pauses, begun, is_silent, noted, patience

HOUR = 3600.0
DAY = 24 * HOUR
START = datetime(2026, 3, 2, tzinfo=UTC).timestamp()


@pytest.fixture(scope="module")
def times(shared) -> list[float]:
    tree = ET.parse(shared / "corpus" / "feeds" / "rareearthexchanges.xml")
    return sorted(parsedate_to_datetime(each.text).timestamp() for each in tree.iter("pubDate") if each.text)


def cries(times: list[float], until: float, *, at_first: int = 1) -> list[float]:
    """The moments at which a source with such entries, polled every 15 minutes, is told to be silent."""
    pauses, waiting = begun(times[:at_first], times[at_first - 1]), times[at_first:]
    episode: Episode | None = None
    told = []
    now = times[at_first - 1]
    while now < until:
        now += 900
        fresh = [at for at in waiting if at <= now]
        waiting = waiting[len(fresh) :]
        pauses = noted(pauses, fresh, now)
        since = is_silent(pauses, now, after=None)
        moment = datetime.fromtimestamp(now, UTC)
        trouble = None if since is None else Trouble(kind="silent", detail="")
        episode, event = step("reex", episode, trouble, moment)
        told += [now] if event is not None and not event.over else []
    return told


def test_nine_days_of_a_real_feed_never_cry_and_51_hours_after_its_last_item_it_is_told_once(times):
    assert len(times) == 25
    last = times[-1]

    assert cries(times, last) == []
    assert len(cries(times, last + 51 * HOUR)) == 1
    assert cries(times, last + 50 * HOUR) == []
    assert len(cries(times, last + 75 * HOUR)) == 1


def test_it_does_not_matter_how_much_of_it_was_listed_at_first(times):
    for at_first in (1, 5, 10, 25):
        assert len(cries(times, times[-1] + 75 * HOUR, at_first=at_first)) == 1


def test_a_source_that_rests_at_weekends_is_given_its_weekends():
    mondays = [START + week * 7 * DAY for week in range(4)]
    workdays = [monday + day * DAY + hour * HOUR for monday in mondays for day in range(5) for hour in (9, 13, 17)]

    pauses = begun(workdays, workdays[-1])

    assert patience(pauses, workdays[-1]) == 1.5 * 64 * HOUR


def test_a_steady_source_is_missed_after_a_day():
    pauses = begun([START + n * HOUR for n in range(24 * 20)], START + 20 * DAY)

    assert patience(pauses, START + 20 * DAY) == DAY


def test_a_pause_is_forgotten_after_sixty_days():
    early = [START, START + 10 * DAY]
    pauses = begun([*early, *(START + (10 + n) * DAY for n in range(1, 75))], START + 85 * DAY)

    assert patience(pauses, START + 85 * DAY) == 1.5 * DAY


def test_a_source_of_few_entries_or_without_dates_is_never_said_to_be_silent_unless_one_says_when():
    rare = begun([START, START + 20 * DAY, START + 50 * DAY], START + 50 * DAY)
    undated = begun([START], START)

    for pauses in (rare, undated):
        assert is_silent(pauses, START + 500 * DAY, after=None) is None
        assert is_silent(pauses, START + 500 * DAY, after=timedelta(days=3)) is not None


def test_entries_whose_dates_lag_are_signs_of_life():
    pauses = begun([START + n * DAY for n in range(30)], START + 32 * DAY)
    for n in range(30, 40):
        pauses = noted(pauses, [START + n * DAY], START + (n + 3) * DAY)

    assert is_silent(pauses, START + (39 + 3) * DAY + 23 * HOUR, after=None) is None
    assert is_silent(pauses, START + (39 + 3) * DAY + 60 * HOUR, after=None) is not None


def test_pauses_are_stored_and_read_back():
    pauses = begun([START, START + DAY, START + 3 * DAY], START + 3 * DAY)

    assert Pauses.from_json(pauses.as_json()) == pauses
    assert Pauses.from_json({}) is None
    assert Track("silence") is Track.SILENCE
