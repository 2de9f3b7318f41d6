"""A disk that is full, failing, read-only, locked or damaged: the daemon says so, goes on, and loses nothing.

Every fault is real: injected into the daemon's own system calls, or a file system of one megabyte.
"""

from __future__ import annotations

import random
import shutil
import sqlite3
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.world import CHANNELS, Trial, World, calls_by_thread

CALLS = {"pwrite64": 6, "fdatasync": 3, "ftruncate": 1}
"""Calls on storage, and in which proportion they are tried."""
WHILE = 8
"""How many calls after it fail too, where a disk fails for a while."""
SAID = ("the disk is full", "disk I/O error", "cannot be opened", "poll.postponed")
CONFIGURATION = 78
PAGE = 4096


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    with World() as world:
        yield world.settle(tmp_path_factory.mktemp("disk") / "base")


@pytest.fixture(scope="module")
def counts(base: Trial, strace: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """How often each call is made in a whole run by the store's thread, which makes most of them."""
    folder = tmp_path_factory.mktemp("count")
    traced = ("-f", "--seccomp-bpf", "-qq", "-e", "signal=none", "-e", f"trace={','.join(CALLS)}")
    base.copy(folder / "trial").run(str(strace), *traced, "-o", str(folder / "trace"))
    return calls_by_thread((folder / "trace").read_text(errors="replace"))


def _points(counts: dict[str, int], seed: int, wanted: int) -> list[tuple[str, str]]:
    """(call, which of them): once, for a while as when somebody frees space meanwhile, or from there on."""
    chance = random.Random(seed)
    calls = chance.choices(list(CALLS), weights=tuple(CALLS.values()), k=wanted)
    firsts = [chance.randint(1, counts[call]) for call in calls]
    lengths = [("", f"..{first + WHILE}", "", "+")[n % 4] for n, first in enumerate(firsts)]
    return [(call, f"{first}{length}") for call, first, length in zip(calls, firsts, lengths, strict=True)]


@pytest.mark.slow
def test_a_lock_file_that_cannot_be_written_still_locks(base: Trial, strace: Path, tmp_path: Path) -> None:
    trial = base.copy(tmp_path / "trial", ("webhook",))
    inject = ("-P", f"{trial.database}.lock", "-e", "inject=pwrite64,ftruncate:error=ENOSPC")

    done = trial.run(str(strace), "-f", "-qq", "-o", "/dev/null", "-e", "trace=pwrite64,ftruncate", *inject)

    assert done.returncode == 0, done.stderr
    assert trial.audit().lost == ()


@pytest.mark.usefixtures("forked")
@pytest.mark.parametrize(
    ("error", "seed", "wanted"),
    [
        ("ENOSPC", 1, 3),
        pytest.param("EIO", 1, 3, marks=pytest.mark.slow),
        *(pytest.param(error, 2, 40, marks=pytest.mark.slow) for error in ("ENOSPC", "EIO")),
    ],
)
def test_a_failing_disk_loses_nothing_and_heals_by_itself(
    base: Trial,
    counts: dict[str, int],
    strace: Path,
    tmp_path: Path,
    error: str,
    seed: int,
    wanted: int,
    record_property: pytest.RecordProperty,
) -> None:
    tried: Counter[str] = Counter()
    faults: list[str] = []

    for number, (call, nth) in enumerate(_points(counts, seed, wanted)):
        trial = base.copy(tmp_path / str(number))
        inject = ("-e", f"trace={call}", "-e", f"inject={call}:error={error}:when={nth}", "-e", "signal=none")
        log = tmp_path / f"{number}.trace"
        hit = trial.run(str(strace), "-f", "--seccomp-bpf", "-qq", "-o", str(log), *inject)
        said = any(words in hit.stderr for words in SAID)
        if "Traceback" in hit.stderr or hit.returncode < 0:
            faults.append(f"{call}:{nth}: {hit.returncode}: {hit.stderr}")
        if not said and (hit.returncode or trial.audit().lost):
            faults.append(f"{call}:{nth}: silent though not all went well: {hit.stderr}")
        tried.update({"injected": "(INJECTED)" in log.read_text(errors="replace"), "said so": said})
        audit = trial.finish()
        tried.update({"points": 1, "lost": len(audit.lost), "corrupt": len(audit.corrupt)})
        tried.update({"duplicates": audit.duplicates})
        faults += [f"{call}:{nth}: {fault}" for fault in (*audit.corrupt, *audit.lost, *audit.outside)]
        faults += [f"{call}:{nth}: {times} repeats on {name}" for name, times in audit.repeats.items() if times > 1]

    record_property("disk", f"{error}: {dict(tried)}")
    print(f"disk faults, {error}: {dict(tried)}")  # noqa: T201 - the figures are what the run is for
    assert faults == []
    # What heals by itself, as a mark that is written at the second try, need not be told.
    assert tried["injected"] >= wanted * 3 // 4
    assert tried["said so"] >= wanted // 4


SMALL_DISK = """\
set -u
mount -t tmpfs -o size=2m none "$1" && cp -r "$2/." "$1/" || exit 99
head -c 4m /dev/zero > "$1/filler" 2>/dev/null
"$3" -m watcher --config "$1/watcher.yaml" once; echo "full: $?"
rm "$1/filler"
mount -o remount,ro "$1"
"$3" -m watcher --config "$1/watcher.yaml" once; echo "read-only: $?"
mount -o remount,rw "$1"
"$3" -m watcher --config "$1/watcher.yaml" once; echo "healed: $?"
cp "$1"/watcher.db* "$2/"
"""


def test_a_full_then_read_only_file_system_heals_without_loss(base: Trial, tmp_path: Path) -> None:
    if subprocess.run(["unshare", "-rm", "true"], capture_output=True, check=False).returncode:
        pytest.skip("user namespaces are not permitted here")
    trial = base.copy(tmp_path / "trial")
    disk = tmp_path / "disk"
    disk.mkdir()

    script = ["sh", "-c", SMALL_DISK, "sh", str(disk), str(trial.folder), trial.command[0]]
    done = trial.run("unshare", "-rm", command=script)

    if done.returncode == 99:
        pytest.skip(f"no file system may be mounted here: {done.stderr.strip()}")
    codes = dict(line.split(": ") for line in done.stdout.splitlines() if ": " in line)
    assert "Traceback" not in done.stderr
    assert codes["full"] not in {"0", "70"}
    assert "full" in done.stderr
    assert codes["read-only"] == str(CONFIGURATION)
    assert "must exist and be writable" in done.stderr
    assert codes["healed"] == "0"
    audit = trial.audit()
    assert (audit.corrupt, audit.lost) == ((), ())
    assert audit.duplicates <= len(CHANNELS)


@pytest.mark.slow
def test_another_process_may_hold_the_database_longer_than_one_wait(base: Trial, tmp_path: Path) -> None:
    trial = base.copy(tmp_path / "trial", ("webhook",))
    holding = threading.Event()

    def hold() -> None:
        with closing(sqlite3.connect(trial.database, isolation_level=None)) as db:
            db.execute("begin exclusive")
            holding.set()
            threading.Event().wait(8)
            db.execute("rollback")

    other = threading.Thread(target=hold)
    other.start()
    holding.wait(5)
    trial.settled_run()
    other.join()

    assert trial.audit() == type(trial.audit())(corrupt=(), lost=())


@pytest.mark.parametrize("page", [0, 1, 3])
def test_a_damaged_database_is_named_with_what_to_do(base: Trial, tmp_path: Path, page: int) -> None:
    trial = base.copy(tmp_path / "trial")
    for leftover in trial.folder.glob("watcher.db-*"):
        leftover.unlink()
    with trial.database.open("r+b") as file:
        file.seek(page * PAGE)
        file.write(b"\xa5" * PAGE)

    done = trial.run()

    assert done.returncode == CONFIGURATION, done.stderr
    assert "Traceback" not in done.stderr
    assert f"database {trial.database}" in done.stderr
    assert "watcher restore" in done.stderr


def test_a_folder_that_is_gone_is_named(base: Trial, tmp_path: Path) -> None:
    trial = base.copy(tmp_path / "trial")
    text = (trial.folder / "watcher.yaml").read_text().replace("path: watcher.db", "path: gone/watcher.db")
    (trial.folder / "watcher.yaml").write_text(text)
    shutil.rmtree(trial.folder / "gone", ignore_errors=True)

    done = trial.run()

    assert done.returncode == CONFIGURATION
    assert "folder must exist and be writable" in done.stderr
