"""Issues of the real program under a moved clock: days that have an hour twice or not, steps, and ten days down."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.processes import environment, wait_for

pytestmark = pytest.mark.slow

CONFIG = """\
store: {{path: watcher.db}}
operator: {{contact: ops@example.org, route: operator}}
listen: null
sources: {{}}
channels:
  desk: {{kind: file, path: desk.txt}}
routes:
  operator: {{channels: [desk]}}
digests:
  round: {{at: "{at}", zone: {zone}, channels: [desk]{more}}}
rules: []
"""
PROGRAM = (sys.executable, "-m", "watcher")
ONCE = [
    (
        "Europe/Berlin",
        "daily 02:30",
        ["2026-03-28 20:00", "2026-03-29 00:59", "2026-03-29 01:01", "2026-03-29 02:00"],
        ["2026-03-29"],
    ),
    (
        "Europe/Berlin",
        "daily 02:30",
        ["2026-10-24 20:00", "2026-10-25 00:29", "2026-10-25 00:31", "2026-10-25 01:31"],
        ["2026-10-25"],
    ),
    (
        "Australia/Lord_Howe",
        "daily 02:10",
        ["2026-10-03 08:00", "2026-10-03 15:29", "2026-10-03 15:31"],
        ["2026-10-04"],
    ),
    ("America/New_York", "Sun 02:30", ["2026-03-02 12:00", "2026-03-08 06:59", "2026-03-08 07:01"], ["2026-W10"]),
    (
        "Asia/Kathmandu",
        "daily 00:10",
        ["2028-02-28 12:00", "2028-02-28 18:26", "2028-02-29 18:26"],
        ["2028-02-29", "2028-03-01"],
    ),
    ("UTC", "Sun 23:00", ["2026-12-28 12:00", "2027-01-03 23:01", "2027-01-10 23:01"], ["2026-W53", "2027-W01"]),
    ("Pacific/Apia", "1st 09:00", ["2026-12-30 00:00", "2026-12-31 19:59", "2026-12-31 20:01"], ["2027-01"]),
]


@pytest.fixture
def preload(faketime: Path) -> str:
    """The library that moves a clock."""
    said = subprocess.run([str(faketime), "2026-01-01", "env"], capture_output=True, text=True, check=True).stdout
    return next(line.partition("=")[2] for line in said.splitlines() if line.startswith("LD_PRELOAD="))


def configure(folder: Path, at: str, zone: str, more: str = "") -> None:
    (folder / "watcher.yaml").write_text(CONFIG.format(at=at, zone=zone, more=more), encoding="utf-8")


def moved(preload: str, **clock: str) -> dict[str, str]:
    """An environment in which the clock is another, but time still passes as it does for timeouts."""
    quiet = {"TZ": "UTC", "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1", "LD_PRELOAD": preload}
    return environment() | quiet | clock


def once(folder: Path, preload: str, at: str) -> None:
    done = subprocess.run(
        [*PROGRAM, "once"],
        cwd=folder,
        env=moved(preload, FAKETIME=f"@{at}:00"),
        capture_output=True,
        check=False,
        timeout=180,
    )
    assert done.returncode == 0, done.stderr


def issues(folder: Path) -> list[tuple[str, str, str | None]]:
    with contextlib.closing(sqlite3.connect(folder / "watcher.db")) as db:
        return db.execute("select period, state, covered_by from issues order by period").fetchall()


def sent(folder: Path) -> int:
    with contextlib.closing(sqlite3.connect(folder / "watcher.db")) as db:
        return int(db.execute("select count(*) from deliveries where state = 'sent'").fetchone()[0])


@contextlib.contextmanager
def running(folder: Path, env: dict[str, str]) -> Iterator[None]:
    with (folder / "log.txt").open("ab") as log:
        process = subprocess.Popen([*PROGRAM, "run"], cwd=folder, env=env, stdout=log, stderr=log)
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


@pytest.mark.parametrize(("zone", "at", "passes", "periods"), ONCE)
def test_passes_at_the_edges_of_a_day_issue_each_period_once(
    tmp_path: Path, preload: str, zone: str, at: str, passes: Sequence[str], periods: Sequence[str]
) -> None:
    configure(tmp_path, at, zone)
    for moment in passes:
        once(tmp_path, preload, moment)
    once(tmp_path, preload, passes[-1])

    assert issues(tmp_path) == [(period, "issued", None) for period in periods]
    assert sent(tmp_path) == len(periods)


def test_ten_days_down_make_one_issue_for_all_of_them(tmp_path: Path, preload: str) -> None:
    configure(tmp_path, "daily 02:30", "Europe/Berlin")
    for moment in ("2026-10-20 00:00", "2026-10-20 12:00", "2026-10-30 12:00", "2026-10-30 12:10"):
        once(tmp_path, preload, moment)

    rows = issues(tmp_path)
    assert [row for row in rows if row[1] == "issued"] == [
        ("2026-10-20", "issued", None),
        ("2026-10-30", "issued", None),
    ]
    assert [row[0] for row in rows if row[2] == "2026-10-30"] == [f"2026-10-{day}" for day in range(21, 30)]
    assert sent(tmp_path) == 2


def test_a_running_daemon_takes_the_hour_that_comes_twice_as_one(tmp_path: Path, preload: str) -> None:
    configure(tmp_path, "daily 02:30", "Europe/Berlin")
    once(tmp_path, preload, "2026-10-24 12:00")

    with running(tmp_path, moved(preload, FAKETIME="@2026-10-24 23:30:00 x1200")):
        wait_for(lambda: len(issues(tmp_path)) > 0, 120)
        time.sleep(3)

    rows = [row[0] for row in issues(tmp_path) if row[1] == "issued"]
    assert rows[0] == "2026-10-25"
    assert len(rows) == len(set(rows)) == len(issues(tmp_path))


def test_a_clock_that_is_set_about_while_the_daemon_runs_issues_nothing_twice(tmp_path: Path, preload: str) -> None:
    configure(tmp_path, "daily 02:30", "Europe/Berlin")
    stamp = tmp_path / "clock"

    def set_to(moment: str) -> None:
        # In one step: from a file that is empty for an instant the daemon would take the true time, and issue for it.
        (tmp_path / "next").write_text(f"@{moment}:00\n", encoding="utf-8")
        (tmp_path / "next").replace(stamp)

    set_to("2026-10-24 12:00")
    once(tmp_path, preload, "2026-10-24 12:00")
    with running(tmp_path, moved(preload, FAKETIME_TIMESTAMP_FILE=os.fspath(stamp))):
        set_to("2026-10-25 00:31")
        wait_for(lambda: len(issues(tmp_path)) == 1, 120)
        for moment in ("2026-10-25 00:01", "2026-10-25 01:31", "2026-10-24 20:00", "2026-10-25 01:00"):
            set_to(moment)
            time.sleep(1.5)
        assert len(issues(tmp_path)) == 1
        set_to("2026-10-26 01:31")
        wait_for(lambda: len(issues(tmp_path)) == 2, 120)
        set_to("2026-10-25 02:00")
        time.sleep(1.5)

    assert issues(tmp_path) == [("2026-10-25", "issued", None), ("2026-10-26", "issued", None)]


def test_a_draft_goes_out_once_at_its_time_over_a_clock_change_and_a_stop(tmp_path: Path, preload: str) -> None:
    configure(tmp_path, "daily 01:30", "Europe/Berlin", ", hold: 2h")
    for moment, state in (
        ("2026-10-24 12:00", []),
        ("2026-10-24 23:31", [("2026-10-25", "draft", None)]),
        ("2026-10-25 01:29", [("2026-10-25", "draft", None)]),
        ("2026-10-25 01:31", [("2026-10-25", "issued", None)]),
        ("2026-10-25 00:40", [("2026-10-25", "issued", None)]),
    ):
        once(tmp_path, preload, moment)
        assert issues(tmp_path) == state, moment
