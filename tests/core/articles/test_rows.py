"""Rows of a table over time, in words."""

from __future__ import annotations

from watcher.core.articles.drafts import draft_row, row_digest
from watcher.core.articles.rows import gone_digest, is_gone, missing, rearranged, row_changes
from watcher.core.model import Draft, Row, Trust
from watcher.core.text.reading import Reading


def row(label: str = "Export ban", shown: tuple[tuple[str, str], ...] = (), **fields: str) -> Row:
    return Row(key="FR-7", label=label, fields=tuple(fields.items()), shown=shown)


def reading(draft: Draft, ends: str = "") -> Reading:
    return Reading(
        text=draft.text + ends,
        zones=draft.zones,
        language="en",
        source="t",
        trust=Trust.WIRE,
        copies=("t",),
        brief=True,
    )


def test_every_change_of_a_row_is_told_in_words():
    old = reading(draft_row(row(status="planned", office="Trade")))
    new = reading(draft_row(row(status="in force", **{"from": "1 May"})))

    assert row_changes(old, new) == (
        "status: planned -> in force",
        "from: nothing -> 1 May",
        "office: Trade -> nothing",
    )
    assert row_changes(old, old) == ()
    renamed = reading(draft_row(row("Ban", status="planned", office="Trade")))
    assert row_changes(old, renamed) == ("label: Export ban -> Ban",)


def test_what_is_shown_beside_the_fields_that_count_is_no_change():
    old = row(shown=(("fetched", "1 May"),), status="planned")
    new = row("Export ban, 2nd entry", shown=(("fetched", "2 May"),), status="planned")

    assert row_digest(old) == row_digest(new)
    assert draft_row(old).entry_sha256 == draft_row(new).entry_sha256
    assert row_changes(reading(draft_row(old)), reading(draft_row(row(shown=new.shown, status="planned")))) == ()


def test_rows_of_equal_fields_under_two_keys_are_two():
    other = Row(key="FR-8", label="Export ban", fields=(("status", "planned"),))

    assert row_digest(row(status="planned")) != row_digest(other)


def test_a_row_that_is_gone_has_a_hash_of_its_own():
    digest = row_digest(row(status="planned"))

    assert is_gone(gone_digest(digest))
    assert not is_gone(digest)


def test_other_columns_are_no_change_and_another_value_is():
    old = draft_row(row(status="planned"))

    assert rearranged((old.text, old.zones), draft_row(row(office="Trade", status="planned")))
    assert not rearranged((old.text, old.zones), draft_row(row(office="Trade", status="in force")))


def test_what_is_missing_was_there_before():
    assert missing({"row:a"}, {"row:a": "1", "row:c": "2", "row:b": "3"}) == ["row:b", "row:c"]
