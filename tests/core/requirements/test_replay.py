"""The live run and a replay give the same bits: in any batches, with any beats between, killed and restarted anywhere."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import watcher.stores.sqlite
from tests.core.requirements.lines import DAY, HOUR, MONDAY, clause, item, rule, share
from watcher.core.requirements.running import Course, replay
from watcher.core.requirements.sighting import Sighting
from watcher.core.requirements.state import Ruling
from watcher.core.rules.evaluate import judge
from watcher.core.rules.model import Requirement, Step
from watcher.stores.sqlite.requirements import SqliteMemory

BEFORE_THE_CLOCKS = datetime(2026, 3, 28, 20, tzinfo=UTC)
"""Clocks go forward in Europe in the night that follows."""
KINDS = [
    Requirement(kind="count", n=3, within=DAY),
    Requirement(kind="count", n=2, within=3 * HOUR, distinct="articles", by=("source",), lateness=2 * HOUR),
    Requirement(kind="sources", n=2, within=48 * HOUR, by=("story",)),
    Requirement(kind="spike", n=2, within=4 * HOUR, against=DAY, at_least=3),
    Requirement(kind="ratio", share=share("> 40 %"), of=clause("any"), within=12 * HOUR, at_least=3),
    Requirement(kind="silent", silence=5 * HOUR, by=("source",)),
    Requirement(kind="silent", floor_new=3 * HOUR, floor=2 * HOUR, over=DAY),
    Requirement(kind="first", gap=DAY, by=("source",)),
    Requirement(kind="changed", changed=("status",), by=("source",)),
    Requirement(
        kind="sequence",
        by=("source",),
        steps=(
            Step(node=clause("deal"), denied=False, within=8 * HOUR),
            Step(node=clause("any"), denied=True, within=4 * HOUR),
        ),
    ),
]
SCHEMA = (Path(watcher.stores.sqlite.__file__).parent / "migrations" / "0021_requirements.sql").read_text("utf-8")
ITEMS = st.lists(
    st.tuples(
        st.integers(0, 600),  # minutes since the item before
        st.sampled_from([0, 0, 0, 7, 90, 600, 1_440, 1_500]),  # minutes of delay
        st.sampled_from(["hit", "hit any", "any", "deal", "hit deal", "nothing"]),
        st.sampled_from(["one", "two"]),
        st.integers(1, 4),  # story
        st.booleans(),  # a revision of the item before
    ),
    max_size=30,
)
BEATS = st.lists(st.integers(0, 10), min_size=1, max_size=5)


def _items(drawn: Iterable[tuple[int, int, str, str, int, bool]], start: datetime) -> list[Sighting]:
    found: list[Sighting] = []
    seen = start
    for number, (gap, delay, text, source, story, again) in enumerate(drawn, 1):
        seen += timedelta(minutes=gap)
        event = seen - timedelta(minutes=delay)
        own = found[-1].number if again and found else number
        made = item(own, seen, event=event, text=text, source=source, story=f"s{story}", origin=source)
        found.append(made)
    return found


def _live(asked: Requirement, items: list[Sighting], beats: list[int], end: datetime) -> list[Ruling]:
    """As the daemon runs: everything kept in a database, a new process at each item, a beat here and there."""
    db = sqlite3.connect(":memory:")
    try:
        db.executescript(SCHEMA)
        matched: dict[int, bool] = {}
        found: list[Ruling] = []
        for place, each in enumerate(items):
            course = Course([rule(asked)], SqliteMemory(db, {"r": "1"}))
            if beats[place % len(beats)] and place:
                before = items[place - 1].seen
                found += course.until(before + (each.seen - before) * beats[place % len(beats)] / 10)
                course = Course([rule(asked)], SqliteMemory(db, {"r": "1"}))
            found += course.until(each.seen)
            judged = judge(rule(asked), each.reading)
            again = judged.matched and matched.get(each.number, False)
            revised = each.number in matched
            matched[each.number] = judged.matched
            again_by = frozenset({"r"} if again else ())
            found += course.take(replace(each, again=again_by, revised=revised), {"r": judged})
        return found + list(Course([rule(asked)], SqliteMemory(db, {"r": "1"})).until(end))
    finally:
        db.close()


@pytest.mark.parametrize("asked", KINDS, ids=lambda asked: f"{asked.kind}-{'-'.join(asked.by)}")
@settings(max_examples=8, deadline=None)
@given(drawn=ITEMS, beats=BEATS)
def test_live_is_replay_bit_for_bit(asked, drawn, beats):
    _same(asked, drawn, beats)


@pytest.mark.slow
@pytest.mark.parametrize("asked", KINDS, ids=lambda asked: f"{asked.kind}-{'-'.join(asked.by)}")
@settings(max_examples=300, deadline=None)
@given(drawn=ITEMS, beats=BEATS)
def test_live_is_replay_bit_for_bit_in_many_more_cases(asked, drawn, beats):
    _same(asked, drawn, beats)


def _same(asked, drawn, beats):
    items = _items(drawn, BEFORE_THE_CLOCKS)
    end = (items[-1].seen if items else BEFORE_THE_CLOCKS) + 3 * DAY

    replayed = [ruling for _, ruling in replay([rule(asked)], items, end)]

    assert _live(asked, items, beats, end) == replayed


@settings(max_examples=10, deadline=None)
@given(drawn=ITEMS)
def test_an_episode_begins_with_one_firing_and_every_ending_is_that_of_a_firing(drawn):
    items = _items(drawn, MONDAY)
    for asked in KINDS[:2] + KINDS[3:7]:
        rulings = [ruling for _, ruling in replay([rule(asked)], items, MONDAY + 90 * DAY)]
        fired = [each.subject for each in rulings if each.fires]
        assert len(fired) == len(set(fired))
        assert {subject for each in rulings for subject in each.closes} <= set(fired)
        assert {each.subject for each in rulings if each.reason is None} <= set(fired)
