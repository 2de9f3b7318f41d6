"""SIGKILL at any moment loses nothing: at every failpoint, and at system calls wherever they fall.

Lost is what the store decided to tell and no receiver has at the end, and what the feed brought and nobody decided on.
A repeat is allowed only between the receiver's yes and our mark, at most one on each channel, under the same id: what
was marked as sent when the process died must not be taken again.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.world import CHANNELS, Trial, World, calls_by_thread

SIGKILLED = -9
IN_THE_WINDOW = {"mid_send", "after_answer"}
"""Where a receiver may have taken what is not yet marked. In mid_send the answer may already be on its way."""

CALLS = (
    "pwrite64",
    "fdatasync",
    "sendto",
    "recvfrom",
    "write",
    "connect",
    "epoll_wait",
    "futex",
    "ftruncate",
    "unlink",
    "openat",
)
"""Kinds of system call at which the sweep kills: storage, network, threads and start-up."""
TRACE = ("-f", "-qq", "-e", "signal=none")
"""Follow all threads. No --seccomp-bpf: it is faster, but then no signal is injected (strace 6.1)."""


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    with World() as world:
        yield world.settle(tmp_path_factory.mktemp("kills") / "base")


STEPS = [
    pytest.param(point, CHANNELS, 1, marks=[] if point in {"after_commit", "in_digest"} else pytest.mark.slow)
    for point in ("after_fetch", "after_commit", "in_issue", "in_digest")
]
QUICK = {
    ("before_send", CHANNELS[0]),
    ("mid_send", CHANNELS[1]),
    ("after_answer", CHANNELS[2]),
    ("after_mark", CHANNELS[1]),
}
"""Every point once in the quick run; whole, each on every channel."""
SENDS = [
    pytest.param(point, (channel,), nth, marks=[] if nth == 2 and (point, channel) in QUICK else pytest.mark.slow)
    for point in ("before_send", "mid_send", "after_answer", "after_mark")
    for channel in CHANNELS
    for nth in (1, 2, 3, 4)
]


@pytest.mark.parametrize(("point", "channels", "nth"), [*STEPS, *SENDS])
def test_a_kill_at_a_failpoint_loses_nothing(
    base: Trial, tmp_path: Path, point: str, channels: tuple[str, ...], nth: int
) -> None:
    trial = base.copy(tmp_path / "trial", channels)

    killed = trial.run(failpoint=f"{point}:{nth}")
    audit = trial.finish()

    assert killed.returncode == SIGKILLED, killed.stderr
    assert (audit.corrupt, audit.lost, audit.outside) == ((), (), ())
    if point == "after_answer":
        assert audit.repeats == {channels[0]: 1}
    # Where all channels are told at once, one may be in its window while the process dies at another's step.
    assert max(audit.repeats.values(), default=0) <= (len(channels) > 1 or point in IN_THE_WINDOW)


POINTS = ("after_fetch", "after_commit", "before_send", "mid_send", "after_mark", "in_issue", "in_digest")


@pytest.mark.parametrize("point", ["after_answer", *(pytest.param(point, marks=pytest.mark.slow) for point in POINTS)])
def test_a_kill_of_the_daemon_itself_loses_nothing(base: Trial, tmp_path: Path, point: str) -> None:
    trial = base.copy(tmp_path / "trial")

    killed = trial.run(failpoint=point, command=[*trial.command[:-1], "run"])
    audit = trial.finish()

    assert killed.returncode == SIGKILLED, killed.stderr
    assert (audit.corrupt, audit.lost, audit.outside) == ((), (), ())
    assert max(audit.repeats.values(), default=0) <= 1


@pytest.mark.slow
def test_two_kills_in_the_window_repeat_twice_and_lose_nothing(base: Trial, tmp_path: Path) -> None:
    trial = base.copy(tmp_path / "trial", ("webhook",))

    killed = [trial.run(failpoint="after_answer").returncode for _ in range(2)]
    audit = trial.finish()

    assert killed == [SIGKILLED, SIGKILLED]
    assert (audit.lost, audit.outside) == ((), ())
    assert audit.repeats == {"webhook": 2}
    assert len({receipt.id for receipt in base.world.receipts}) == 4


@pytest.fixture(scope="module")
def counts(base: Trial, strace: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """How often each call is made in a whole run; the sweep kills at each of these."""
    folder = tmp_path_factory.mktemp("count")
    trial = base.copy(folder / "trial")
    log = folder / "trace"
    done = trial.run(str(strace), *TRACE, "-e", f"trace={','.join(CALLS)}", "-o", str(log))
    assert done.returncode == 0, done.stderr
    return calls_by_thread(log.read_text(errors="replace"))


def _points(counts: dict[str, int], seed: int, wanted: int) -> list[tuple[str, int]]:
    """A sample over kinds first, so that rare calls are not drowned; the storage and network calls twice as often."""
    chance = random.Random(seed)
    kinds = [call for call in CALLS if counts.get(call)]
    weights = [3 if call in {"pwrite64", "fdatasync", "sendto", "recvfrom"} else 1 for call in kinds]
    chosen = chance.choices(kinds, weights, k=wanted)
    return [(call, chance.randint(1, counts[call])) for call in chosen]


@pytest.mark.usefixtures("forked")
@pytest.mark.parametrize(
    ("seed", "wanted"),
    [(1, 3), *(pytest.param(seed, 75, marks=pytest.mark.slow) for seed in (2, 3, 4, 5))],
)
def test_a_kill_at_any_system_call_loses_nothing(
    base: Trial,
    counts: dict[str, int],
    strace: Path,
    tmp_path: Path,
    seed: int,
    wanted: int,
    record_property: pytest.RecordProperty,
) -> None:
    tried = Counter({"points": 0, "killed": 0, "lost": 0, "corrupt": 0, "duplicates": 0})
    faults: list[str] = []

    for number, (call, nth) in enumerate(_points(counts, seed, wanted)):
        trial = base.copy(tmp_path / str(number))
        inject = ("-e", f"trace={call}", "-e", f"inject={call}:signal=SIGKILL:when={nth}", "-o", "/dev/null")
        killed = trial.run(str(strace), *TRACE, *inject).returncode != 0
        audit = trial.finish()
        found = {"points": 1, "killed": killed, "lost": len(audit.lost), "corrupt": len(audit.corrupt)}
        tried.update({**found, "duplicates": audit.duplicates})
        faults += [f"{call}:{nth}: {fault}" for fault in (*audit.corrupt, *audit.lost, *audit.outside)]
        faults += [f"{call}:{nth}: {times} repeats on {name}" for name, times in audit.repeats.items() if times > 1]

    record_property("kills", str(dict(tried)))
    print(f"kills at system calls: {dict(tried)}")  # noqa: T201 - the figures are what the run is for
    assert faults == []
    assert tried["killed"] >= wanted * 3 // 4
