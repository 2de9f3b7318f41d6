"""Builders for tests of the calendar: a statement, an entry, an article that speaks, with valid defaults."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from watcher.config import data_dir
from watcher.config.understanding import read_understander
from watcher.core.calendar.deciding import Source
from watcher.core.calendar.model import Entry, Known, Read, Statement, Topic
from watcher.core.calendar.reading import dates_read
from watcher.core.model import SourceId, Trust, Zone, ZoneSpan
from watcher.core.text.reading import Reading
from watcher.core.understanding.understander import Understander

DAY = date(2026, 11, 10)
CONTROLS = Topic(
    words="export control; holmium",
    types=frozenset({"export_control"}),
    materials=frozenset({"holmium"}),
    parties=frozenset({"mofcom"}),
    countries=frozenset({"CN"}),
)


def topic(**changes: Any) -> Topic:
    return replace(CONTROLS, **{name: frozenset(value) for name, value in changes.items()})


def statement(text: str = "10 November 2026", day: date | None = DAY, **changes: Any) -> Statement:
    made = Statement(
        part="states",
        kind="expires",
        first=day,
        last=day,
        start=10,
        end=10 + len(text),
        sentence=(0, 90),
        text=text,
        of=CONTROLS,
        zone="Asia/Shanghai",
    )
    return replace(made, **changes)


def entry(day: date | None = DAY, **changes: Any) -> Entry:
    made = Entry(
        id="e-known",
        kind="expires",
        first=day,
        last=day,
        zone="Asia/Shanghai",
        topic=CONTROLS,
        printed="10 November 2026",
        seen=datetime(2026, 10, 1, tzinfo=UTC),
        told=date(2026, 10, 1),
        reason="a paper states it",
    )
    return replace(made, **changes)


def known(*entries: Entry, here: bool = False) -> list[Known]:
    return [Known(entry=each, here=here) for each in entries]


def source(day: date = date(2026, 10, 20), **changes: Any) -> Source:
    made = Source(story="s-2", day=day, seen=datetime(day.year, day.month, day.day, tzinfo=UTC), publisher="A paper")
    return replace(made, **changes)


@cache
def understander() -> Understander:
    """What is shipped; loaded once."""
    found, _ = read_understander(data_dir())
    assert found is not None
    return found


def article(
    text: str,
    *,
    body: str = "",
    day: date | None = date(2026, 2, 1),
    trust: Trust = Trust.WIRE,
    language: str = "en",
) -> Reading:
    """An article with that text as title and lead."""
    whole = f"{text}\n\n{text}" + (f"\n\n{body}" if body else "")
    end = 2 * len(text) + 2
    zones = [ZoneSpan(zone=Zone.TITLE, start=0, end=len(text)), ZoneSpan(zone=Zone.LEAD, start=len(text) + 2, end=end)]
    if body:
        zones.append(ZoneSpan(zone=Zone.BODY, start=end + 2, end=len(whole)))
    return Reading(
        text=whole, zones=tuple(zones), language=language, source=SourceId("wire"), trust=trust, published=day
    )


def read(reading: Reading, zone: str = "UTC") -> Read:
    """What the article says of dates, by what is shipped."""
    mind = understander()
    return dates_read(reading, mind.facts(reading), mind.account(reading), mind.names, zone)
