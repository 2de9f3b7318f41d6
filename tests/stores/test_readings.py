"""Readings in the database: stored with their text, put anew, confirmed, dropped with their text."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.core.understanding.test_stored import reading
from tests.stores.make import NOW, fresh, new_article, store
from watcher.core.understanding.stored import to_bytes
from watcher.stores.sqlite.readings import ReadingTable, StoredReading
from watcher.stores.sqlite.upkeep import Keep, prune

OTHER = replace(reading(), named=(), facts=None)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    found = fresh(tmp_path / "w.db")
    yield found
    found.close()


def read(number: int = 1, **changes: object):
    return new_article(number, reading=to_bytes(reading()), **changes)


def texts(db: sqlite3.Connection, version: str, **asked: object) -> list[int]:
    return [each.text for each in ReadingTable(db).unread(version, after=0, limit=100, **asked)]


def test_a_reading_is_stored_with_its_text(db: sqlite3.Connection) -> None:
    [stored] = store(db, read())

    found = ReadingTable(db).of(stored.number, 1)

    assert found is not None
    assert found.standing == StoredReading(understood=reading(), version="r1")
    assert found.judged == found.standing


def test_what_no_rule_asked_for_is_not_read(db: sqlite3.Connection) -> None:
    [stored] = store(db, new_article())

    assert ReadingTable(db).of(stored.number, 1) is None
    assert texts(db, "r1") == [1]


def test_a_text_that_is_not_kept_has_no_reading(db: sqlite3.Connection) -> None:
    [stored] = store(db, read(keep_body=False))

    assert ReadingTable(db).of(stored.number, 1) is None
    assert texts(db, "r2") == []


def test_the_first_reading_stays_beside_the_newest(db: sqlite3.Connection) -> None:
    [stored] = store(db, read())
    table = ReadingTable(db)

    for day, version in ((1, "r2"), (2, "r3")):
        table.put(1, OTHER, version, NOW + timedelta(days=day))

    found = table.of(stored.number, 1)
    assert found is not None
    assert found.standing == StoredReading(understood=OTHER, version="r3", at=NOW + timedelta(days=2))
    assert found.judged == found.first == StoredReading(understood=reading(), version="r1")


def test_what_was_read_later_only_was_judged_by_nothing(db: sqlite3.Connection) -> None:
    [stored] = store(db, new_article())
    table = ReadingTable(db)

    for version in ("r2", "r3"):
        table.put(1, OTHER, version, NOW)

    found = table.of(stored.number, 1)
    assert found is not None
    assert (found.standing.version, found.first, found.judged) == ("r3", None, None)


def test_a_reading_that_another_version_confirms_holds_for_it(db: sqlite3.Connection) -> None:
    [stored] = store(db, read())
    table = ReadingTable(db)

    table.confirm(1, "r2")

    found = table.of(stored.number, 1)
    assert found is not None
    assert (found.standing.version, found.standing.holds, found.judged) == ("r1", "r2", found.standing)
    assert texts(db, "r2") == []
    assert texts(db, "r3") == [1]


def test_unread_are_the_newest_texts_of_what_is_asked_for(db: sqlite3.Connection) -> None:
    store(db, read(1), read(2, source="daily"), read(3))
    store(db, replace(read(1, revision=2, body="It was changed."), number=1))

    assert texts(db, "r1") == []
    assert texts(db, "r2") == [2, 3, 4]
    assert texts(db, "r2", source="wire") == [3, 4]
    assert texts(db, "r2", since=NOW + timedelta(minutes=2)) == [2, 3]
    assert [each.text for each in ReadingTable(db).unread("r2", after=2, limit=1)] == [3]
    [first, *_] = ReadingTable(db).unread("r2", after=0, limit=100)
    assert first.article.source == "daily"
    assert first.reading == StoredReading(understood=reading(), version="r1")


def test_a_reading_goes_with_its_text(db: sqlite3.Connection) -> None:
    store(db, read(1), read(2, seen=NOW + timedelta(days=20)))
    ReadingTable(db).put(1, OTHER, "r2", NOW)

    prune(db, {}, Keep(articles=None, bodies=timedelta(days=10)), NOW + timedelta(days=15))
    ReadingTable(db).put(1, OTHER, "r3", NOW)

    assert db.execute("select text from understood").fetchall() == [(2,)]
    assert db.execute("select count(*) from understood_first").fetchone() == (0,)


def test_a_reading_goes_with_its_article(db: sqlite3.Connection) -> None:
    store(db, read())
    ReadingTable(db).put(1, OTHER, "r2", NOW)

    prune(db, {}, Keep(articles=timedelta(days=10), bodies=None), NOW + timedelta(days=15))

    for table in ("understood", "understood_first", "readings"):
        assert db.execute(f"select count(*) from {table}").fetchone() == (0,)


def test_bytes_of_another_form_are_no_reading(db: sqlite3.Connection) -> None:
    [stored] = store(db, new_article(reading=b"\xffwhat a later watcher wrote"))

    assert ReadingTable(db).of(stored.number, 1) is None


def test_the_first_text_since_a_moment_is_a_bound(db: sqlite3.Connection) -> None:
    store(db, read(1), read(2), read(3))
    table = ReadingTable(db)

    assert [table.first_text(NOW + timedelta(minutes=since)) for since in (0, 2, 3, 9)] == [1, 2, 3, 0]
