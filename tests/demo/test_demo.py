"""The demo as a user runs it: a process of its own, in some folder, without a terminal."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from tests import starts
from tests.processes import children_of, environment, wait_for
from watcher.core.errors import WatcherError
from watcher.demo.folder import made_folder

COMMAND = (sys.executable, "-m", "watcher", "demo")


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path, float]:
    """What the demo prints, its folder, and how long it takes."""
    here = tmp_path_factory.mktemp("somewhere")
    start = time.monotonic()
    done = subprocess.run(
        COMMAND,
        cwd=here,
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (folder,) = here.iterdir()
    return done.stdout, folder, time.monotonic() - start


def test_it_ends_well_within_a_minute_and_names_its_folder(played: tuple[str, Path, float]) -> None:
    said, folder, seconds = played

    assert seconds < 60
    assert folder.name.startswith("watcher-demo-")
    assert str(folder) in said.splitlines()[0]
    assert f"folder    {folder}" in said


def test_it_says_what_was_imported(played: tuple[str, Path, float]) -> None:
    said, _, _ = played

    assert "gazette: imported 2, 1 would have matched" in said
    assert "304 Not Modified" in said


def test_alerts_come_with_reason_quote_and_the_receivers_answers(played: tuple[str, Path, float]) -> None:
    said, _, _ = played

    assert "URGENT: Ministry of Commerce announces export controls on gallium and germanium" in said
    assert "[announces export controls] on [gallium] and [germanium]" in said
    assert "rule   export-controls:" in said
    assert "URGENT: 商务部公布对钨、碲相关物项实施出口管制的决定" in said
    assert "NOTICE: Inspectorate issues final mining permit for the Korsvik antimony project" in said
    assert re.search(r"told   desk: retry \(429 rate_limited\), then sent \(200 ok\)", said)
    assert "told   team, analyst@demo.example: sent (250 2.0.0 taken)" in said


def test_a_correction_is_told_as_an_update(played: tuple[str, Path, float]) -> None:
    said, _, _ = played

    assert "URGENT updated: Ministry of Commerce announces" in said
    assert "new    figures changed: 30 before, 10 now" in said


def test_what_was_not_told_has_its_reason(played: tuple[str, Path, float]) -> None:
    said, _, _ = played

    assert "not told again: nothing_new, same text as gazette.example" in said
    assert "no rule fits" in said


def test_the_next_three_commands_end_it(played: tuple[str, Path, float]) -> None:
    said, _, _ = played

    last = [line.split("  ")[1] for line in said.rstrip().splitlines()[-3:]]
    assert last == ["watcher init", "watcher check", "watcher run"]
    assert "\x1b" not in said


def test_everything_received_is_in_the_folder(played: tuple[str, Path, float]) -> None:
    _, folder, _ = played
    lines = [json.loads(line) for line in (folder / "received.jsonl").read_text(encoding="utf-8").splitlines()]

    assert {line["receiver"] for line in lines} == {"slack", "webhook", "mail"}
    assert [line["answer"] for line in lines if line["receiver"] == "slack"].count(429) == 1
    assert all(line["signature"] == "valid" for line in lines if line["receiver"] == "webhook")
    mails = sorted((folder / "mails").iterdir())
    subjects = [str(message_from_bytes(path.read_bytes(), policy=default)["Subject"]) for path in mails]
    assert any("Korsvik" in subject for subject in subjects)
    assert "<html" in (folder / "digest.html").read_text(encoding="utf-8")
    assert "Korsvik" in (folder / "digest.txt").read_text(encoding="utf-8")


def test_what_was_stored_can_be_asked_afterwards(played: tuple[str, Path, float]) -> None:
    _, folder, _ = played

    search = (*starts.PROGRAM, "search", "antimony")
    found = starts.run(search, cwd=folder, env=environment(), encoding="utf-8", timeout=60)
    assert "Korsvik" in found.stdout, found.stderr


def test_nobody_else_may_read_the_secrets(played: tuple[str, Path, float]) -> None:
    _, folder, _ = played

    assert folder.stat().st_mode & 0o077 == 0
    assert "whsec_" not in (folder / "watcher.yaml").read_text(encoding="utf-8")
    assert "whsec_" not in (folder / "watcher.log").read_text(encoding="utf-8")


@pytest.mark.slow
def test_ctrl_c_ends_it_cleanly(tmp_path: Path) -> None:
    running = subprocess.Popen(
        COMMAND,
        cwd=tmp_path,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    assert running.stdout is not None
    try:
        while "imported as history" not in running.stdout.readline():
            assert running.poll() is None
        children = children_of(running.pid)
        running.send_signal(signal.SIGINT)
        _, errors = running.communicate(timeout=20)
    finally:
        running.kill()
        running.wait()
    assert running.returncode == 130
    assert errors.startswith("stopped; what was written so far is in ")
    assert len(errors.splitlines()) == 1
    assert children
    wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in children))


@pytest.mark.slow
def test_it_runs_with_every_stream_closed(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    done = subprocess.run(
        ("sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", *COMMAND, "--folder", str(folder)),
        cwd=tmp_path,
        env=environment(),
        timeout=100,
        check=False,
    )

    assert done.returncode == 0
    assert (folder / "digest.html").exists()


@pytest.mark.slow
def test_it_marks_words_in_bold_on_a_terminal(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    running = subprocess.Popen(COMMAND, cwd=tmp_path, env=environment(), stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    said = b""
    try:
        while part := os.read(ours, 65_536):
            said += part
    except OSError:
        pass  # the other end is closed
    finally:
        os.close(ours)
        running.wait(timeout=100)
    assert running.returncode == 0
    assert b"\x1b[1mgallium\x1b[0m" in said


@pytest.mark.slow
def test_a_terminal_without_chinese_does_not_end_it(tmp_path: Path) -> None:
    done = subprocess.run(
        COMMAND,
        cwd=tmp_path,
        env={**environment(), "PYTHONIOENCODING": "ascii"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=100,
        check=False,
    )

    assert done.returncode == 0
    done.stdout.decode("ascii")


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")

    with pytest.raises(WatcherError, match="not empty"):
        made_folder(str(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_where_nothing_can_be_written_the_folder_is_made_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()

    folder = made_folder(None)

    try:
        assert folder.is_dir()
    finally:
        folder.rmdir()
