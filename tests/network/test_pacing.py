from __future__ import annotations

import asyncio

from watcher.network.pacing import Pacer


class HandClock:
    """A clock that moves only when somebody sleeps by it."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)


async def test_starts_at_one_host_keep_their_distance_and_their_order():
    clock = HandClock()
    pacer = Pacer(2.0, clock=clock, sleep=clock.sleep)
    starts: list[tuple[int, float]] = []

    async def ask(n: int) -> None:
        async with pacer.slot("example.org"):
            starts.append((n, clock.now))

    await asyncio.gather(*(ask(n) for n in range(4)))

    assert starts == [(0, 100.0), (1, 102.0), (2, 104.0), (3, 106.0)]


async def test_one_connection_at_a_time_even_without_a_pause():
    pacer = Pacer(0.0)
    inside = most = 0

    async def ask() -> None:
        nonlocal inside, most
        async with pacer.slot("example.org"):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            inside -= 1

    await asyncio.gather(*(ask() for _ in range(10)))

    assert most == 1


async def test_hosts_do_not_wait_for_each_other_and_say_when_they_are_ready():
    clock = HandClock()
    pacer = Pacer(5.0, clock=clock, sleep=clock.sleep)

    async with pacer.slot("one.example"):
        assert not pacer.ready("one.example")
        assert pacer.ready("two.example")
        async with pacer.slot("two.example"):
            assert clock.now == 100.0
    assert not pacer.ready("one.example")
    clock.now += 5
    assert pacer.ready("one.example")


async def test_a_failed_or_cancelled_turn_is_given_back():
    pacer = Pacer(0.0)
    holder = asyncio.Event()

    async def hold() -> None:
        async with pacer.slot("example.org"):
            await holder.wait()

    first, second = asyncio.create_task(hold()), asyncio.create_task(hold())
    await asyncio.sleep(0)
    second.cancel()
    first.cancel()
    await asyncio.gather(first, second, return_exceptions=True)

    assert pacer.ready("example.org")


async def test_old_hosts_are_forgotten():
    clock = HandClock()
    pacer = Pacer(1.0, clock=clock, sleep=clock.sleep)
    for n in range(2000):
        async with pacer.slot(f"h{n}.example"):
            clock.now += 2

    assert len(pacer._hosts) < 600


async def test_of_two_paces_at_one_host_the_longer_is_kept():
    clock = HandClock()
    pacer = Pacer(0.0, clock=clock, sleep=clock.sleep)
    starts: list[tuple[str, float]] = []

    async def ask(name: str, pace_s: float) -> None:
        async with pacer.slot("example.org", pace_s):
            starts.append((name, clock.now))

    for name, pace_s in (("quick", 1.0), ("slow", 10.0), ("quick", 1.0), ("quick", 1.0)):
        await ask(name, pace_s)

    assert starts == [("quick", 100.0), ("slow", 110.0), ("quick", 120.0), ("quick", 121.0)]


async def test_callers_of_one_host_take_turns():
    clock = HandClock()
    pacer = Pacer(1.0, clock=clock, sleep=clock.sleep)
    starts: list[str] = []

    async def ask(name: str) -> None:
        for _ in range(4):
            async with pacer.slot("example.org"):
                starts.append(name)

    await asyncio.gather(ask("a"), ask("b"))

    assert starts == list("aabababb")  # the second comes when the first has just begun
    assert clock.now == 107.0
