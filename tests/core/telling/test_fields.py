"""What stands for a row or a point: every field of it, and when its reader hears of it again."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from watcher.core.articles.drafts import draft_row
from watcher.core.model import Row
from watcher.core.telling.fields import DAY_ONLY, again, fields_of, states_a_day
from watcher.render.moments import Clock

ROW = draft_row(
    Row(
        key="3",
        label="JL MAG Rare-Earth",
        fields=(("name", "JL MAG Rare-Earth"), ("source", "Entity List")),
        shown=(("country", "CN"),),
    )
)


def test_a_row_is_summed_up_by_its_key_and_every_field():
    assert fields_of("row:csl/3", ROW.text, ROW.zones) == (
        "row: 3 · name: JL MAG Rare-Earth · source: Entity List · country: CN"
    )
    assert fields_of("story:s1", ROW.text, ROW.zones) == ""


def test_a_field_of_any_length_leaves_room():
    long = draft_row(Row(key="3", label="A", fields=tuple((f"f{n}", "x" * 5_000) for n in range(20)), shown=()))
    assert len(fields_of("row:csl/3", long.text, long.zones)) < 1_500


def test_when_a_reader_hears_again_is_said_for_each_kind_of_alert():
    assert again(["story:s1"]).endswith("an actor, a publisher of higher trust.")
    assert again(["row:csl/3", "row:csl/4"]) == (
        "You will hear again only when the row says something else, goes or comes back."
    )
    said = again(["series:ndpr", "key:all@2026-03-02T17:00:00Z", "entry:e1", "source:wire", "matter:m"])
    assert "an amount" not in said
    assert said.count("; or ") == 4


def test_a_daily_point_and_a_date_without_hour_state_a_day():
    midnight, morning = datetime(2026, 11, 21, tzinfo=UTC), datetime(2026, 11, 21, 9, tzinfo=UTC)
    assert states_a_day("series:ndpr", (), midnight)
    assert not states_a_day("series:ndpr", (), morning)
    assert not states_a_day("story:s1", (), midnight)
    assert states_a_day("story:s1", (DAY_ONLY,), midnight)


@pytest.mark.parametrize("zone", ["America/New_York", "UTC", "Asia/Shanghai"])
def test_a_day_is_the_same_day_for_every_reader(zone):
    clock = Clock(zone=ZoneInfo("Europe/Berlin"), at=datetime(2026, 11, 22, 12, tzinfo=UTC))
    assert clock.stated(datetime(2026, 11, 21, tzinfo=ZoneInfo(zone)), day_only=True) == "21 Nov"
    assert clock.stated(datetime(2026, 11, 21, tzinfo=UTC), day_only=False) == "Sat 01:00"
