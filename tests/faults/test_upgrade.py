"""SIGKILL at any moment of an upgrade: the next start ends it, with all that the database held and a copy to go back to."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

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
QUICK = [(OLDER[0], 100), (OLDER[len(OLDER) // 2], 100), (OLDER[-1], 100)]
"""From how far back, and at each how manieth call, in the quick run; whole: from every schema, at every call."""
NEWEST = migrations()[-1][0]


def _made(path: Path, schema: int) -> Path:
    """A database of that older schema with deliveries in it."""
    with closing(connect(path, readonly=False)) as db:
        for number, sql in (each for each in migrations() if each[0] <= schema):
            db.executescript(f"begin;{sql}\npragma user_version = {number};commit;")
            if number == 1:
                db.executemany(DELIVERY, [{"id": f"d-{n:04}"} for n in range(ROWS)])
    return path


def _upgrade(path: Path, *before: str) -> int:
    command = [*before, sys.executable, "-c", UPGRADE, str(path)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, timeout=60, check=False).returncode


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


def _points(log: str, folder: Path) -> list[tuple[str, int]]:
    """The calls on what lies in the folder, as (call, which of its kind in the whole run): Python makes many others."""
    made: Counter[str] = Counter()
    points = []
    for line in log.splitlines():
        call = re.match(r"\w+", line)
        if call is None:
            continue
        made[call[0]] += 1
        if str(folder) in line:
            points.append((call[0], made[call[0]]))
    return points


@pytest.mark.parametrize(
    ("schema", "stride"), [*QUICK, *(pytest.param(schema, 1, marks=pytest.mark.slow) for schema in OLDER)]
)
def test_a_kill_in_an_upgrade_is_made_good_by_the_next_start(
    strace: Path, tmp_path: Path, schema: int, stride: int
) -> None:
    old = _made(tmp_path / "old.db", schema)
    whole, log = _beside(old, tmp_path / "whole"), tmp_path / "trace"
    assert _upgrade(whole, str(strace), "-y", "-qq", "-e", f"trace={','.join(CALLS)}", "-o", str(log)) == 0
    points = _points(log.read_text(errors="replace"), whole.parent)

    for number, (call, nth) in enumerate(points[::stride]):
        path = _beside(old, tmp_path / str(number))
        kill = ("-qq", "-e", f"trace={call}", "-e", f"inject={call}:signal=SIGKILL:when={nth}", "-o", "/dev/null")
        assert _upgrade(path, str(strace), *kill) != 0, (call, nth)
        with closing(connect(path, readonly=False)) as db:
            migrate(db, path)

        assert _held(path) == (NEWEST, "ok", ROWS), (call, nth)
        assert _held(path.with_name(f"w.db.before-{NEWEST:04}")) == (schema, "ok", ROWS), (call, nth)
        assert list(path.parent.glob("*.part*")) == [], (call, nth)

    assert len(points) > 40
    print(f"upgrade from {schema}: killed at {len(points[::stride])} of {len(points)} calls, 0 broken")  # noqa: T201 - the figure


def test_a_copy_from_before_an_upgrade_killed_between_two_steps_stays(tmp_path: Path) -> None:
    path = _made(tmp_path / "w.db", 1)
    kept = _made(tmp_path / f"w.db.before-{NEWEST:04}", 1)
    with closing(sqlite3.connect(kept)) as db:
        db.execute("pragma user_version = 0")  # older than what is there now
    before = kept.read_bytes()

    with closing(connect(path, readonly=False)) as db:
        migrate(db, path)

    assert kept.read_bytes() == before
