"""SIGKILL at any moment of an upgrade: the next start ends it, with all that the database held and a copy to go back to.

What a killed process wrote stays written, so the files that a kill at a call leaves are those that the calls before it
made: they are rebuilt from one traced upgrade, call by call. Real kills beside them show that they are the same.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.traces import HEX, Call, apply, calls
from tests.tools import ROOT
from watcher.stores.sqlite.connection import connect, migrate, migrations

ROWS = 400
CALLS = ("pwrite64", "fdatasync", "fsync", "ftruncate", "unlink", "rename", "openat")
UPGRADE = (
    "import sys, pathlib; from watcher.stores.sqlite.connection import connect, migrate; "
    "path = pathlib.Path(sys.argv[1]); migrate(connect(path, readonly=False), path)"
)
DELIVERY = (
    "insert into deliveries (id, occasion, channel, recipient, state, due, created) "
    "values (:id, :id, 'desk', 'all', 'due', 1, 1)"
)
OLDER = [number for number, _ in migrations()[:-1]]
QUICK = [(OLDER[0], 20, 1), (OLDER[len(OLDER) // 2], 20, 1), (OLDER[-1], 20, 1)]
"""From how far back, at each how manieth call, and how many real kills; whole: from every schema, at every call."""
NEWEST = migrations()[-1][0]


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """A database of each older schema, with deliveries in it."""
    folder = tmp_path_factory.mktemp("older")
    with closing(connect(folder / "w.db", readonly=False)) as db:
        db.execute("pragma synchronous = off")
        for number, sql in migrations()[:-1]:
            db.executescript(f"begin;{sql}\npragma user_version = {number};commit;")
            if number == 1:
                db.executemany(DELIVERY, [{"id": f"d-{n:04}"} for n in range(ROWS)])
            db.execute("pragma wal_checkpoint(truncate)")
            shutil.copy(folder / "w.db", folder / f"{number}.db")
    return {number: folder / f"{number}.db" for number in OLDER}


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory where there is one: a kill, unlike a power cut, is the same there, and no disk is waited for."""
    shared = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=shared if os.access(shared, os.W_OK) else tmp_path) as folder:
        yield Path(folder).resolve()


def _upgrade(path: Path, *before: str) -> int:
    command = [*before, sys.executable, "-c", UPGRADE, str(path)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, timeout=60, check=False).returncode


def _killed(old: Path, folder: Path, strace: Path, call: Call) -> Path:
    """What is left of an upgrade by a process killed as it makes this call."""
    path = _beside(old, folder)
    inject = f"inject={call.name}:signal=SIGKILL:when={call.nth}"
    assert _upgrade(path, str(strace), "-qq", "-e", f"trace={call.name}", "-e", inject, "-o", "/dev/null") != 0
    return path


def _beside(old: Path, folder: Path) -> Path:
    """A copy of the database in a folder of its own."""
    folder.mkdir()
    return Path(shutil.copy(old, folder / "w.db"))


def _held(path: Path) -> tuple[int, str, int]:
    """What there is: its schema, whether it is whole, how many deliveries."""
    with closing(sqlite3.connect(path)) as db:
        return (
            db.execute("pragma user_version").fetchone()[0],
            db.execute("pragma integrity_check(1)").fetchone()[0],
            db.execute("select count(*) from deliveries").fetchone()[0],
        )


def _traced(old: Path, folder: Path, strace: Path) -> list[Call]:
    """What an undisturbed upgrade does to its files. The index of the log is left out: it is made anew after a kill."""
    path, log = _beside(old, folder / "whole"), folder / "trace"
    assert _upgrade(path, str(strace), *HEX, "-qq", "-e", f"trace={','.join(CALLS)}", "-o", str(log)) == 0
    made = [call for call in calls(log.read_text(), path.parent) if not call.file.endswith("-shm")]
    assert _contents(path.parent) == {name: bytes(content) for name, content in _after(old, made).items()}
    return made


def _after(old: Path, made: Sequence[Call]) -> dict[str, bytearray]:
    """The files once these calls were made."""
    files = {"w.db": bytearray(old.read_bytes())}
    for call in made:
        apply(files, call)
    return files


def _laid(files: Mapping[str, bytes | bytearray], folder: Path) -> Path:
    """The database with these files in a folder of their own."""
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder / "w.db"


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.endswith("-shm")}


def _recovered(path: Path) -> dict[str, bytes | int]:
    """The files once SQLite has made of the log what it can: logs and journals of the same are not the same bytes."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("pragma wal_checkpoint(truncate)")
    left = _contents(path.parent).items()
    return {name: len(content) if name.endswith("-journal") else content for name, content in left}


def _goes_on(path: Path, schema: int, call: Call) -> None:
    """The next start ends the upgrade that was killed there, and keeps the copy."""
    with closing(connect(path, readonly=False)) as db:
        migrate(db, path)

    where = (call.name, call.nth)
    assert _held(path) == (NEWEST, "ok", ROWS), where
    assert _held(path.with_name(f"w.db.before-{NEWEST:04}")) == (schema, "ok", ROWS), where
    assert list(path.parent.glob("*.part*")) == [], where


@pytest.mark.parametrize(
    ("schema", "stride", "kills"), [*QUICK, *(pytest.param(schema, 1, 4, marks=pytest.mark.slow) for schema in OLDER)]
)
def test_a_kill_in_an_upgrade_is_made_good_by_the_next_start(
    older: dict[int, Path], strace: Path, memory: Path, schema: int, stride: int, kills: int
) -> None:
    old = older[schema]
    made = _traced(old, memory, strace)
    every = len(made) // kills
    files = _after(old, ())
    tried: set[frozenset[tuple[str, bytes | int]]] = set()

    for number, call in enumerate(made):
        if number % stride == 0:
            path = _laid(files, memory / "rebuilt")
            found = frozenset(_recovered(path).items())
            shutil.rmtree(path.parent)
            if found not in tried:  # from the same bytes the next start goes the same way
                tried.add(found)
                _goes_on(_laid(files, path.parent), schema, call)
                shutil.rmtree(path.parent)
        if number % every == every // 2:
            killed = _killed(old, memory / f"killed-{number}", strace, call)
            assert _recovered(killed) == _recovered(_laid(files, memory / f"rebuilt-{number}")), call
            _goes_on(killed, schema, call)
        apply(files, call)

    assert len(made) > 40
    figures = f"{len(made[::stride])} of {len(made)} kills, {len(tried)} outcomes, {kills} kills real, 0 broken"
    print(f"upgrade from {schema}: {figures}")  # noqa: T201 - the figures are what the run is for


def test_a_copy_from_before_an_upgrade_killed_between_two_steps_stays(older: dict[int, Path], tmp_path: Path) -> None:
    path = Path(shutil.copy(older[1], tmp_path / "w.db"))
    kept = Path(shutil.copy(older[1], tmp_path / f"w.db.before-{NEWEST:04}"))
    with closing(sqlite3.connect(kept)) as db:
        db.execute("pragma user_version = 0")  # older than what is there now
    before = kept.read_bytes()

    with closing(connect(path, readonly=False)) as db:
        migrate(db, path)

    assert kept.read_bytes() == before
