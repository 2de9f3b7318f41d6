from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess

import pytest

from tests.stores.make import fresh, new_article, raise_alert, store
from watcher.core.errors import SchemaTooNew, StoreError
from watcher.stores.sqlite.connection import connect, migrate, migrations
from watcher.stores.sqlite.copies import backup, check, restore
from watcher.stores.sqlite.sessions import reading, writing


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "w.db"
    db = fresh(path)
    articles = [new_article(number, body="Gallium. " * 400) for number in range(1, 120)]
    stored = store(db, *articles)
    raise_alert(db, articles[0], stored[0])
    db.close()
    return path


def count(path) -> int:
    with reading(path) as db:
        return db.execute("select count(*) from articles").fetchone()[0]


def test_a_backup_taken_while_a_writer_works_is_whole(path, tmp_path):
    writer = connect(path, readonly=False)
    store(writer, new_article(500))
    writer.execute("begin immediate")
    writer.execute("delete from articles")
    target = tmp_path / "copies.db"

    backup(path, target)
    writer.execute("rollback")
    writer.close()

    assert check(target) == ()
    assert count(target) == 120
    assert sorted(p.name for p in tmp_path.glob("copies*")) == ["copies.db"]


def test_a_backup_never_overwrites(path, tmp_path):
    target = tmp_path / "there.db"
    target.write_text("mine")

    with pytest.raises(StoreError, match="there already"):
        backup(path, target)

    assert target.read_text() == "mine"


@pytest.mark.parametrize("target", ["no/such/folder/b.db", "w.db/b.db"])
def test_a_backup_that_can_not_be_written_says_why(path, tmp_path, target):
    with pytest.raises(StoreError, match=r"backup .*b\.db"):
        backup(path, tmp_path / target)


def test_a_full_disk_leaves_nothing_half_written(path, tmp_path):
    small = tmp_path / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(small)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("wants a small file system of its own")
    try:
        with pytest.raises(StoreError, match=r"backup .*full.*free space"):
            backup(path, small / "b.db")
        assert list(small.iterdir()) == []
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_a_restore_keeps_the_old_database_and_forgets_its_log(path, tmp_path):
    copy = tmp_path / "b.db"
    backup(path, copy)
    later = connect(path, readonly=False)
    store(later, new_article(500))
    shutil.copy(path, tmp_path / "crashed.db")
    shutil.copy(f"{path}-wal", tmp_path / "crashed.db-wal")
    later.close()
    crashed = tmp_path / "crashed.db"

    done = restore(copy, crashed)

    assert done.aside is not None
    assert done.due == 1
    assert count(crashed) == 119
    assert count(done.aside) == 120
    assert check(crashed) == ()
    assert restore(copy, crashed).aside != done.aside


def test_a_restore_to_where_nothing_is(path, tmp_path):
    assert restore(path, tmp_path / "new.db").aside is None
    assert count(tmp_path / "new.db") == 119


def test_a_restore_puts_a_damaged_database_aside(path, tmp_path):
    copy = tmp_path / "b.db"
    backup(path, copy)
    path.write_bytes(b"garbage" * 5000)

    done = restore(copy, path)

    assert done.aside is not None
    assert done.aside.read_bytes() == b"garbage" * 5000
    assert count(path) == 119


def test_a_damaged_backup_is_refused_and_nothing_moves(path, tmp_path):
    copy = tmp_path / "b.db"
    copy.write_bytes(path.read_bytes()[:5000] + b"\xff" * 9000 + path.read_bytes()[14000:])
    before = path.read_bytes()

    with pytest.raises(StoreError, match="choose another backup"):
        restore(copy, path)

    assert path.read_bytes() == before


def damage(path, how: str):
    data = bytearray(path.read_bytes())
    match how:
        case "header":
            data[:16] = b"not a database!!"
        case "page 100":
            page = 99 * 4096
            data[page : page + 4096] = b"\xa5" * 4096
        case "cut short":
            del data[len(data) // 2 :]
        case "empty":
            data.clear()
        case "root page":
            data[100:4096] = b"\x00" * 3996
    path.write_bytes(data)


@pytest.mark.parametrize("how", ["header", "page 100", "cut short", "empty", "root page"])
def test_damage_is_found_and_named_never_raised(path, how):
    damage(path, how)

    problems = check(path)

    assert problems
    assert all(str(path) in problem for problem in problems)


def test_a_whole_database_has_no_problems(path):
    assert check(path) == ()


def test_a_missing_file_and_a_stranger_are_named(tmp_path):
    stranger = tmp_path / "other.db"
    db = sqlite3.connect(stranger)
    db.execute("create table t (x)")
    db.close()

    assert check(tmp_path / "none.db") == (f"{tmp_path}/none.db: no such file",)
    assert check(stranger) == (f"{stranger}: no watcher database",)


def test_rows_that_refer_to_nothing_are_found(path):
    db = connect(path, readonly=False)
    db.execute("delete from articles where number = 1")
    db.execute("delete from occasions")
    db.close()

    words = " ".join(check(path))

    for said in (
        "1 alerts without an article",
        "1 search entries without an article",
        "1 deliveries without an occasion",
        "1 decisions to tell without an occasion",
    ):
        assert said in words


def test_a_newer_database_is_refused_untouched(path):
    db = connect(path, readonly=False)
    db.execute("pragma user_version = 99")
    db.execute("pragma wal_checkpoint(truncate)")
    db.close()
    before = path.read_bytes()

    with pytest.raises(SchemaTooNew, match="written by a newer watcher"):
        fresh(path)
    with pytest.raises(SchemaTooNew), reading(path):
        pass
    with pytest.raises(SchemaTooNew), writing(path):
        pass

    assert "newer watcher (schema 99" in check(path)[0]
    assert path.read_bytes() == before


def test_writing_does_not_make_a_database(tmp_path):
    with pytest.raises(StoreError, match="not there yet"), writing(tmp_path / "none.db"):
        pass

    assert list(tmp_path.iterdir()) == []


def test_a_migrated_schema_equals_a_fresh_one(tmp_path):
    steps = migrations()
    old = connect(tmp_path / "old.db", readonly=False)
    old.executescript(f"begin;{steps[0][1]}\npragma user_version = {steps[0][0]};commit;")
    migrate(old, tmp_path / "old.db")
    new = fresh(tmp_path / "new.db")
    query = "select type, name, tbl_name, sql from sqlite_master order by name"

    assert old.execute(query).fetchall() == new.execute(query).fetchall()
    assert old.execute("pragma user_version").fetchone()[0] == steps[-1][0]
    old.close()
    new.close()


def test_a_file_system_without_writing_is_named(path, tmp_path):
    seen = tmp_path / "seen"
    seen.mkdir()
    there = seen / "w.db"
    mount = ["mount", "--bind", "-o", "ro", str(seen), str(seen)]
    writer = connect(path, readonly=False)
    shutil.copy(path, there)
    writer.close()
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("wants a file system that can't be written")
    try:
        with pytest.raises(StoreError, match="writable") as wrote, writing(there) as db:
            db.execute("delete from articles")
        with pytest.raises(StoreError, match="writable") as read:
            count(there)
        assert str(there) in str(wrote.value)
        assert str(there) in str(read.value)
        assert check(there) != ()
    finally:
        subprocess.run(["umount", str(seen)], check=True)


def test_a_busy_database_is_readable(path):
    writer = connect(path, readonly=False)
    writer.execute("begin exclusive")

    assert count(path) == 119

    writer.execute("rollback")
    writer.close()
