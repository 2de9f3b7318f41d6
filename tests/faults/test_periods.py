"""One issue for each period, and one for all that were missed, whatever the clock, the zone or a stop does."""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise, product
from zoneinfo import ZoneInfo

import pytest

from tests.pipeline.world import CONFIG, World, world
from watcher.core.schedules import schedule
from watcher.pipeline.digests.issuing import issue

ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Australia/Sydney",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "UTC",
)
SCHEDULES = ("daily 02:30", "Sun 02:30", "Fri 15:00", "1st 02:15", "last Sun 02:30")
STRETCHES = {
    "clocks forward, north": date(2026, 3, 20),
    "clocks back, north": date(2026, 10, 16),
    "clocks forward, south": date(2026, 9, 25),
    "clocks back, south": date(2026, 3, 27),
    "leap day": date(2028, 2, 20),
    "week 53 and the year's turn": date(2026, 12, 21),
    "the year's turn with a week 1 in December": date(2024, 12, 20),
}
DISTURBANCES = ("none", "small steps back", "a day back", "ten days down", "wild jumps", "restarts")
WHOLE = list(product(ZONES, SCHEDULES, STRETCHES, DISTURBANCES))
LASTS = timedelta(days=24)
QUARTER = timedelta(minutes=15)
SAMPLE = random.Random(1).sample(WHOLE, 14)


@cache
def ends_of(zone: str, at: str, start: date) -> tuple[tuple[date, datetime], ...]:
    """Each scheduled local day and the first quarter of an hour at which its time was reached, by looking at each."""
    plan, place = schedule(at, zone), ZoneInfo(zone)
    wanted = [day for day in days(start, LASTS) if is_scheduled(day, at)]
    found: dict[date, datetime] = {}
    for moment in quarters(start):
        local = moment.astimezone(place).replace(tzinfo=None)
        for day in wanted:
            if day not in found and local >= datetime.combine(day, plan.at):
                found[day] = moment
    return tuple((day, end) for day, end in found.items() if end > first_of(start))


def days(start: date, lasts: timedelta) -> Iterator[date]:
    for number in range(-2, lasts.days + 3):
        yield start + timedelta(days=number)


def is_scheduled(day: date, at: str) -> bool:
    words = at.split()
    sunday, last = day.weekday() == 6, (day + timedelta(days=7)).month != day.month
    return {
        "daily": True,
        "Sun": sunday,
        "Fri": day.weekday() == 4,
        "1st": day.day == 1,
        "last": sunday and last,
    }[words[0]]


def key_of(day: date, at: str) -> str:
    if at.startswith("daily"):
        return day.isoformat()
    if at.startswith(("Sun", "Fri")):
        return "{}-W{:02d}".format(*day.isocalendar()[:2])
    return day.isoformat()[:7]


def first_of(start: date) -> datetime:
    return datetime.combine(start, time(0), tzinfo=UTC)


def quarters(start: date) -> Iterator[datetime]:
    moment = first_of(start) - timedelta(days=2)
    while moment <= first_of(start) + LASTS:
        yield moment
        moment += QUARTER


def clock(start: date, ends: list[datetime], disturbance: str) -> list[datetime]:
    """What the clock shows at each look: every nine hours, and right around each period's end."""
    first, last = first_of(start), first_of(start) + LASTS
    looks = [first + timedelta(hours=9) * number for number in range(1, LASTS.days * 24 // 9)]
    near = (timedelta(seconds=-1), timedelta(0), timedelta(seconds=1), timedelta(minutes=31), timedelta(minutes=61))
    steady = sorted({*looks, *(end + by for end in ends for by in near if end + by < last), last})
    match disturbance:
        case "small steps back":
            return [moment - by for moment in steady for by in (timedelta(0), timedelta(minutes=40), -QUARTER)] + [last]
        case "a day back":
            return [moment - by for moment in steady for by in (timedelta(0), timedelta(days=1, minutes=7))] + [last]
        case "ten days down":
            return [moment for moment in steady if not timedelta(7) < moment - first < timedelta(17)]
        case "wild jumps":
            wild = [
                moment + by for moment in steady[::5] for by in (timedelta(0), timedelta(days=6), -timedelta(days=9))
            ]
            return [*(min(moment, last) for moment in wild), *steady]
        case _:
            return steady


@pytest.fixture
async def here(tmp_path) -> AsyncIterator[World]:
    async with world(tmp_path, config=CONFIG) as made:
        yield made


async def live(here: World, name: str, case: tuple[str, str, str, str]) -> Counter[str]:
    """Let the clock run for one digest of its own, and hold what was issued against the calendar."""
    zone, at, stretch, disturbance = case
    start = STRETCHES[stretch]
    expected = ends_of(zone, at, start)
    digest = replace(here.runtime.digests["weekly"], id=name, schedule=schedule(at, zone))
    await here.store.write(lambda turn: turn.issues.since(name, first_of(start)))
    for look in clock(start, [end for _, end in expected], disturbance):
        digest = replace(digest) if disturbance == "restarts" else digest
        await issue(here.store, here.runtime, digest, look, lambda _place: None)

    rows = here.rows(
        f"select period, state, covered_by, begins, ends from issues where digest = '{name}' order by period"
    )
    assert [row[0] for row in rows] == [key_of(day, at) for day, _ in expected], case
    issued = {row[0]: row for row in rows if row[1] == "issued"}
    assert all(row[2] in issued for row in rows if row[1] == "covered"), case
    assert len(issued) + sum(row[1] == "covered" for row in rows) == len(rows), case
    told = here.rows(f"select id from occasions where kind = 'digest' and id like 'issue:{name}:%'")
    assert {row[0].rpartition(":")[2] for row in told} == set(issued), case
    ends = {key_of(day, at): end for day, end in expected}
    assert {key: row[4] for key, row in issued.items()} == {key: us(ends[key]) for key in issued}, case
    # After a clock that stood ahead an issue may begin before the former one ends; none leaves a gap.
    ahead = disturbance == "wild jumps"
    assert all(two[3] <= one[4] if ahead else two[3] == one[4] for one, two in pairwise(issued.values())), case
    if disturbance == "ten days down":
        missed = [key for key, end in ends.items() if timedelta(7) < end - first_of(start) < timedelta(17)]
        assert len({row[2] or row[0] for row in rows if row[0] in missed}) <= 1, case
    elif disturbance != "wild jumps":
        assert len(issued) == len(rows), case
    return Counter(periods=len(rows), issued=len(issued), covered=len(rows) - len(issued))


def us(moment: datetime) -> int:
    return int((moment - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(microseconds=1))


async def tried(here: World, cases: list[tuple[str, str, str, str]]) -> Counter[str]:
    found: Counter[str] = Counter()
    for number, case in enumerate(cases):
        found += await live(here, f"d{number}", case)
    sys.stdout.write(
        f"\n{len(cases)} cases: {found['periods']} periods, {found['issued']} issues, {found['covered']} covered by them; "
        "missed 0, twice 0\n"
    )
    return found


async def test_a_sample_of_zones_days_and_clocks(here: World) -> None:
    found = await tried(here, SAMPLE)

    assert found["periods"] > 50
    assert found["covered"] > 5


@pytest.mark.slow
async def test_every_zone_day_and_clock(here: World) -> None:
    found = await tried(here, WHOLE)

    assert len(WHOLE) == 1470
    assert found["covered"] > 500
