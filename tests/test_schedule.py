from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta

import pytest

from watcher.core.schedules import schedule
from watcher.schedule import Metronome

SHORT = timedelta(seconds=0.05)


@pytest.fixture
async def metronome():
    made = Metronome()
    yield made
    made.stop()


async def beats(done: asyncio.Event) -> None:
    """Wait for what must come within moments."""
    async with asyncio.timeout(10):
        await done.wait()


async def test_a_step_is_called_again_and_again(metronome):
    third, calls = asyncio.Event(), []

    async def step() -> None:
        calls.append(1)
        if len(calls) == 3:
            third.set()

    metronome.every(SHORT, step, "step")
    metronome.start()

    await beats(third)


async def test_a_loop_that_was_blocked_for_seconds_beats_on(metronome):
    after = asyncio.Event()

    async def step() -> None:
        after.set()

    metronome.every(timedelta(seconds=1.1), step, "step")
    metronome.start()
    time.sleep(2.15)  # noqa: ASYNC251 - the fault itself: the beat is late by more than the scheduler's own grace of 1 s
    await beats(after)

    assert metronome.beats_failed == 0


async def test_a_clock_that_is_set_back_stops_no_beat():
    metronome, beat = Metronome(look=SHORT), asyncio.Event()

    async def step() -> None:
        beat.set()

    metronome.every(SHORT, step, "step")
    metronome.start()
    try:
        await beats(beat)
        # What the scheduler is left with by a step back of an hour: its next beat is an hour ahead.
        metronome._scheduler.get_job("step").modify(next_run_time=datetime.now(UTC) + timedelta(hours=1))
        beat.clear()
        await beats(beat)
    finally:
        metronome.stop()


async def test_a_step_never_runs_beside_itself(metronome):
    running, most, gate, twice = 0, 0, asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await gate.wait()
        running -= 1

    async def other() -> None:
        nonlocal running
        other.calls += 1
        if other.calls == 5:
            twice.set()

    other.calls = 0
    metronome.every(SHORT, slow, "slow")
    metronome.every(SHORT, other, "other")
    metronome.start()
    await beats(twice)
    gate.set()

    assert most == 1
    assert metronome.beats_failed == 0


async def test_a_step_that_fails_is_counted_and_called_again(metronome):
    again, calls = asyncio.Event(), []

    async def step() -> None:
        calls.append(1)
        if len(calls) > 1:
            again.set()
        raise ValueError("no luck")

    metronome.every(SHORT, step, "step")
    metronome.start()
    await beats(again)

    assert metronome.beats_failed >= 1
    assert metronome.failing["step"] >= 1


async def test_a_paused_metronome_lets_what_runs_run_and_starts_nothing(metronome):
    started, gate, ended, calls = asyncio.Event(), asyncio.Event(), asyncio.Event(), []

    async def step() -> None:
        calls.append(1)
        started.set()
        await gate.wait()
        ended.set()

    metronome.every(SHORT, step, "step")
    metronome.start()
    await beats(started)
    metronome.pause()
    gate.set()
    await beats(ended)

    assert len(calls) == 1


@pytest.mark.parametrize("text", ["1 15:00", "0 7 * * 1", "5 15:00"])
def test_weekdays_are_named_never_numbered(text):
    with pytest.raises(ValueError, match="is no schedule"):
        schedule(text, "UTC")


@pytest.mark.parametrize(("text", "weekday"), [("Mon 07:00", 0), ("friday 15:00", 4), ("SUN 23:59", 6)])
def test_a_named_weekday_is_that_day(text, weekday):
    assert schedule(text, "UTC").weekday == weekday
