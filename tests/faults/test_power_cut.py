"""A power cut at any moment: the disk is rebuilt from a recorded run, with what was not yet synced lost, kept or torn.

Nothing that a receiver took and nothing that was reported as sent may be forgotten, and no state may be corrupt. Run
with commits that don't wait for the disk, the same test must find forgotten messages: it proves that it bites.

Source: SQLite's own crash tests; the model of a disk is theirs, one sector of 512 bytes is written whole or not at all.
"""

from __future__ import annotations

import random
import re
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from tests.faults.traces import HEX, Call, apply, calls
from tests.faults.world import CHANNELS, Receipt, Trial, World

SECTOR = 512
ENDINGS = ("lost", "kept", "random", "torn")
_SENT = re.compile(rb"delivery\.sent delivery=(\S+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A whole run: the disk before it, its steps, and what receivers took meanwhile."""

    before: dict[str, bytes]
    steps: tuple[Call, ...]
    receipts: tuple[Receipt, ...]
    slack_order: tuple[str, ...]


def _steps(trace: str, folder: Path) -> Iterator[Call]:
    """What the daemon did to its database, and the log lines by which it said that a delivery is sent."""
    for call in calls(trace, folder):
        if call.file in {"watcher.db", "watcher.db-wal"} or _sent(call):
            yield call


def _sent(call: Call) -> set[str]:
    """The delivery that is said to be sent."""
    found = _SENT.search(call.data) if call.name == "write" else None
    return {found[1].decode()} if found else set()


@dataclass(slots=True)
class Disk:
    """Files as the platters hold them, and per file what the system still holds back."""

    files: dict[str, bytearray]
    waiting: dict[str, list[Call]] = field(default_factory=dict)

    def take(self, step: Call) -> None:
        """Go one step on."""
        if step.name in {"fsync", "fdatasync"}:
            for held in self.waiting.pop(step.file, []):
                apply(self.files, held)
        elif step.name == "unlink":
            self.waiting.pop(step.file, None)
            self.files.pop(step.file, None)
        elif step.name in {"pwrite64", "ftruncate"}:
            self.waiting.setdefault(step.file, []).append(step)

    def after_a_cut(self, ending: str, chance: random.Random) -> dict[str, bytes]:
        """The files as they are found when the power is back."""
        files = {name: bytearray(content) for name, content in self.files.items()}
        for held in self.waiting.values():
            for step in _survivors(held, ending, chance):
                apply(files, step)
        return {name: bytes(content) for name, content in files.items()}


def _survivors(held: Sequence[Call], ending: str, chance: random.Random) -> list[Call]:
    if ending == "lost":
        return []
    if ending == "kept":
        return list(held)
    chosen = [step for step in held if chance.random() < 0.5]
    if ending == "torn" and chosen and len(chosen[-1].data) > SECTOR:
        last = chosen[-1]
        whole = SECTOR * chance.randrange(len(last.data) // SECTOR)
        chosen[-1] = replace(last, data=last.data[:whole])
    return chosen


def record(base: Trial, folder: Path, strace: Path, *program: str) -> Recording:
    """Run once and write down what it does to its files, what it reports and what receivers take."""
    trial = base.copy(folder / "trial")
    before = {name: (trial.folder / name).read_bytes() for name in ("watcher.db",)}
    log = folder / "trace"
    traced = ("-e", "signal=none", "-e", "trace=pwrite64,write,fsync,fdatasync,ftruncate,unlink")
    options = ("-f", "--seccomp-bpf", "-qq", "-ttt", *HEX, *traced)
    done = trial.run(str(strace), *options, "-o", str(log), command=[sys.executable, *program, *trial.arguments])
    assert done.returncode == 0, done.stderr
    audit = trial.audit()
    assert (audit.corrupt, audit.lost) == ((), ())
    order = trial.rows("select id from deliveries where channel = 'slack' order by number")
    return Recording(
        before=before,
        steps=tuple(_steps(log.read_text(), trial.folder)),
        receipts=tuple(base.world.receipts),
        slack_order=tuple(str(row[0]) for row in order if row[0] not in trial.settled),
    )


@dataclass(slots=True, kw_only=True)
class Replay:
    """What many power cuts in one recorded run came to."""

    states: int = 0
    corrupt: list[str] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)

    def figures(self) -> str:
        """One line to print."""
        return f"states {self.states}, corrupt {len(self.corrupt)}, forgotten {len(self.forgotten)}"


def replay(recording: Recording, folder: Path, *, share: float, seed: int = 7) -> Replay:
    """Cut the power after each step, or after that share of them, with every ending, and look at what is left."""
    folder.mkdir()
    chance = random.Random(seed)
    result = Replay()
    disk = Disk({name: bytearray(content) for name, content in recording.before.items()})
    reported: set[str] = set()
    for number, step in enumerate(recording.steps):
        disk.take(step)
        reported |= _sent(step)
        if chance.random() >= share:
            continue
        taken = _taken(recording, step.at)
        for ending in ENDINGS:
            result.states += 1
            where = f"step {number} ({step.name} {step.file}), unsynced {ending}"
            _look(disk.after_a_cut(ending, chance), folder, where, taken, reported, result)
    return result


def _taken(recording: Recording, before: float) -> set[str]:
    """The deliveries that receivers had taken by then; Slack's, which carry no id, by their order."""
    slack = Counter(receipt.channel for receipt in recording.receipts if receipt.at < before)["slack"]
    by_id = {each.id for each in recording.receipts if each.at < before and each.channel != "slack"}
    return by_id | set(recording.slack_order[:slack])


def _look(
    files: dict[str, bytes], folder: Path, where: str, taken: set[str], reported: set[str], result: Replay
) -> None:
    for old in folder.iterdir():
        old.unlink()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    try:
        with closing(sqlite3.connect(folder / "watcher.db")) as db:
            fine = [row[0] for row in db.execute("pragma integrity_check(1)")] == ["ok"]
            states = dict(db.execute("select id, state from deliveries").fetchall())
    except sqlite3.DatabaseError as error:
        fine, states = False, {}
        where = f"{where}: {error}"
    if not fine:
        result.corrupt.append(where)
        return
    result.forgotten += [f"{where}: taken, unknown: {id_}" for id_ in sorted(taken - states.keys())]
    result.forgotten += [
        f"{where}: sent, then {states.get(id_)}: {id_}" for id_ in reported if states.get(id_) != "sent"
    ]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    with World() as world:
        yield world.settle(tmp_path_factory.mktemp("power") / "base")


@pytest.mark.parametrize("share", [0.4, pytest.param(1.0, marks=pytest.mark.slow)])
def test_a_power_cut_forgets_nothing_and_breaks_nothing(
    base: Trial, strace: Path, tmp_path: Path, share: float, record_property: pytest.RecordProperty
) -> None:
    recording = record(base, tmp_path, strace, "-m", "watcher")

    found = replay(recording, tmp_path / "disk", share=share)

    record_property("power_cut", found.figures())
    print(f"power cuts: {found.figures()}")  # noqa: T201 - the figures are what the run is for
    assert len(recording.receipts) == 4 * len(CHANNELS)
    assert found.states > 100
    assert found.corrupt == []
    assert found.forgotten == []


def test_without_waiting_for_the_disk_the_same_test_finds_what_is_forgotten(
    base: Trial, strace: Path, tmp_path: Path
) -> None:
    recording = record(base, tmp_path, strace, "-m", "tests.faults.unsafe_once")

    found = replay(recording, tmp_path / "disk", share=0.2)

    assert found.corrupt == []
    assert found.forgotten


@pytest.mark.usefixtures("forked")
@pytest.mark.slow
@pytest.mark.parametrize("cuts", [1, 24])
def test_after_a_power_cut_the_next_start_tells_the_rest(
    base: Trial, strace: Path, tmp_path: Path, cuts: int, record_property: pytest.RecordProperty
) -> None:
    recording = record(base, tmp_path, strace, "-m", "watcher")
    chance = random.Random(cuts)
    faults: list[str] = []
    repeats = 0

    for number, place in enumerate(chance.choices(range(len(recording.steps)), k=cuts)):
        trial, ending = base.copy(tmp_path / str(number)), chance.choice(ENDINGS)
        disk = Disk({name: bytearray(content) for name, content in recording.before.items()})
        for step in recording.steps[: place + 1]:
            disk.take(step)
        for old in trial.folder.glob("watcher.db*"):
            old.unlink()
        for name, content in disk.after_a_cut(ending, chance).items():
            (trial.folder / name).write_bytes(content)
        base.world.receipts[:] = [each for each in recording.receipts if each.at < recording.steps[place].at]
        audit = trial.finish()
        repeats += audit.duplicates
        where = f"step {place}, unsynced {ending}"
        faults += [f"{where}: {fault}" for fault in (*audit.corrupt, *audit.lost, *audit.outside)]
        faults += [f"{where}: {times} repeats on {name}" for name, times in audit.repeats.items() if times > 1]

    record_property("power_cut", f"starts {cuts}, faults {len(faults)}, repeats {repeats}")
    print(f"starts after power cuts: {cuts}, faults {len(faults)}, repeats {repeats}")  # noqa: T201 - the figure
    assert faults == []
