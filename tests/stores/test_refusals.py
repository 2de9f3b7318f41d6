from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from watcher.app.checking import _database_fault
from watcher.core.errors import SchemaTooNew, StoreError, StoreUnready
from watcher.stores.sqlite import SqliteStore
from watcher.stores.sqlite.copies import check
from watcher.stores.sqlite.refusals import refusal
from watcher.stores.sqlite.sessions import reading, writing


@pytest.mark.parametrize(
    ("text", "kind", "says"),
    [
        ("database disk image is malformed", StoreError, "watcher restore"),
        ("vtable constructor failed: search", StoreError, "watcher restore"),
        ("file is not a database", StoreError, "watcher restore"),
        ("unable to open database file", StoreError, "must exist and be writable"),
        ("attempt to write a readonly database", StoreError, "writable for this user"),
        ("database is locked", StoreUnready, "another program holds it"),
        ("database or disk is full", StoreUnready, "free space"),
        ("disk I/O error", StoreUnready, "the disk fails"),
        ("no such table: x", StoreError, "no such table"),
    ],
)
def test_a_refusal_names_the_file_and_what_to_do(tmp_path: Path, text: str, kind: type[StoreError], says: str) -> None:
    path = tmp_path / "watcher.db"

    error = refusal(path, sqlite3.OperationalError(text))

    assert type(error) is kind
    assert str(error).startswith(f"database {path}: ")
    assert says in str(error)


def test_a_folder_in_the_databases_place_is_called_one(tmp_path: Path) -> None:
    assert "that is a folder" in str(refusal(tmp_path, sqlite3.OperationalError("disk I/O error")))


def test_nothing_is_written_into_another_programs_database(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("create table notes (text)")
        db.commit()
    before = path.read_bytes()

    with pytest.raises(StoreError, match="tables of another program"):
        asyncio.run(SqliteStore.open(path))
    with pytest.raises(StoreError, match="tables of another program"), writing(path):
        pass
    with pytest.raises(StoreError, match="tables of another program"), reading(path):
        pass

    assert "tables of another program" in str(_database_fault(path))
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["notes.db"]


def test_a_newer_database_is_told_with_what_to_do_by_every_command(tmp_path: Path) -> None:
    path = tmp_path / "watcher.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("pragma user_version = 99")

    with pytest.raises(SchemaTooNew, match="install that version again"), reading(path):
        pass
    assert "install that version again" in check(path)[0]
    assert "install that version again" in str(_database_fault(path))
