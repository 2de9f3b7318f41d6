"""What stands for a row or a point: every field of it, and when its reader hears of it again."""

from __future__ import annotations

from watcher.core.articles.drafts import draft_row
from watcher.core.model import Row
from watcher.core.telling.fields import again, fields_of

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
