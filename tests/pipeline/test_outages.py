"""All sources that can't be reached at once are told as one outage, and once more when they answer again."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta

from tests.pipeline.world import World, world
from watcher.core.ledger import PollMark
from watcher.pipeline.taking_in.health import watch

NAMES = [f"wire{n}" for n in range(6)]
CONFIG = """\
store: {path: watcher.db}
operator: {contact: ops@example.org, route: operator}
listen: null
sources:
SOURCES  clippings: {kind: file, path: /srv/in, format: text}
channels:
  desk: {kind: file, path: desk.txt}
  ops: {kind: file, path: ops.txt}
routes:
  desk: {channels: [desk]}
  operator: {channels: [ops], when: "rule:nothing"}
rules: [rules.yaml]
"""
FEEDS = "".join(f'  {name}: {{kind: feed, url: "https://{name}.example/feed", every: 20m}}\n' for name in NAMES)
LATER = timedelta(minutes=20)


@contextlib.asynccontextmanager
async def watched(tmp_path) -> AsyncIterator[World]:
    async with world(tmp_path, config=CONFIG.replace("SOURCES", FEEDS), sources=[]) as here:
        await looks(here, *NAMES, "clippings")
        yield here


async def looks(here: World, *well: str, down: tuple[str, ...] = (), bad: tuple[str, ...] = (), after=LATER) -> None:
    """Poll these: some answer, some can't be reached, some answer wrongly."""
    here.now += after
    marks = [
        PollMark(
            source=name,
            next_due=here.now + timedelta(hours=6),
            checked=here.now,
            ok=name in well,
            error=None if name in well else "no route",
            trouble="" if name in well else "broken",
            network=name in down,
            brought=int(name in well),
        )
        for name in (*well, *down, *bad)
    ]

    def work(turn) -> None:
        turn.sources.mark(marks)
        watch(turn, here.runtime, marks)

    await here.store.write(work)


def titles(here: World) -> list[str]:
    return [each.title for each in here.notices() if each.kind != "imported"]


async def ill(here: World) -> set[str]:
    return set(await here.store.read(lambda turn: turn.health.ill([*NAMES, "clippings"])))


def due(here: World) -> set[str]:
    """The sources that are due now."""
    now = int(here.now.timestamp() * 1_000_000)
    return {name for (name,) in here.rows("select source from source_state where next_due <= ?", now)}


async def test_an_outage_is_one_notice_and_its_end_another_and_each_source_is_shown(tmp_path):
    async with watched(tmp_path) as here:
        for _ in range(4):
            await looks(here, "clippings", down=tuple(NAMES))
        down = titles(here)
        shown = await ill(here)

        await looks(here, NAMES[0])
        woken = due(here)
        await looks(here, *NAMES[1:5], down=(NAMES[5],), after=timedelta(minutes=1))
        await looks(here, NAMES[5], after=timedelta(minutes=5))

        assert down == ["6 sources fail since 2026-03-02 09:40 UTC: the network seems to be down here"]
        assert shown == set(NAMES)
        assert woken == set(NAMES[1:])
        assert titles(here)[1:] == ["the network seems to be back after 81 min"]
        assert await ill(here) == set()
        assert here.rows("select over, count(*) from source_events group by 1") == [(0, 6), (1, 5)]


async def test_a_source_that_does_not_come_back_is_told_by_itself(tmp_path):
    async with watched(tmp_path) as here:
        for _ in range(4):
            await looks(here, down=tuple(NAMES))
        await looks(here, *NAMES[:4], down=(NAMES[5],), bad=(NAMES[4],))
        for _ in range(3):
            await looks(here, *NAMES[:4], down=(NAMES[5],), bad=(NAMES[4],))

        assert titles(here)[1] == "the network seems to be back after 80 min"
        assert sorted(titles(here)[2:]) == [f"{name}: does not answer as it should" for name in NAMES[4:]]


async def test_what_was_told_before_the_outage_ends_by_itself(tmp_path):
    async with watched(tmp_path) as here:
        for _ in range(4):
            await looks(here, *NAMES[1:], down=(NAMES[0],))
        for _ in range(4):
            await looks(here, down=tuple(NAMES))
        await looks(here, *NAMES)

        first, down, alone, back = titles(here)
        assert first == "wire0: does not answer as it should"
        assert "5 sources fail" in down
        assert alone.startswith("wire0: answers again")
        assert "back" in back


async def test_what_began_to_fail_before_the_outage_and_outlasts_it_is_told_too(tmp_path):
    async with watched(tmp_path) as here:
        for _ in range(2):
            await looks(here, *NAMES[1:], down=(NAMES[0],), after=timedelta(minutes=25))
        for _ in range(4):
            await looks(here, down=tuple(NAMES[1:]))
        await looks(here, down=(NAMES[0],))
        for _ in range(6):
            await looks(here, *NAMES[1:], down=(NAMES[0],))

        assert titles(here)[1:] == ["the network seems to be back after 100 min", "wire0: does not answer as it should"]


async def test_a_poll_that_was_put_off_is_no_answer(tmp_path):
    others = [f"paper{n}" for n in range(3)]
    more = "".join(f'  {name}: {{kind: feed, url: "https://{name}.example/feed", every: 20m}}\n' for name in others)
    async with world(tmp_path, config=CONFIG.replace("SOURCES", FEEDS + more), sources=[]) as here:
        await looks(here, *NAMES)
        for _ in range(4):
            await looks(here, down=tuple(NAMES))
            off = [
                PollMark(source=name, next_due=here.now, checked=here.now, ok=None, error="no file") for name in others
            ]
            await here.store.write(lambda turn, off=off: turn.sources.mark(off))

        assert titles(here) == ["6 sources fail since 2026-03-02 09:40 UTC: the network seems to be down here"]


async def test_an_outage_ends_with_the_sources_that_failed(tmp_path):
    others = [f"paper{n}" for n in range(6)]
    kept = "".join(f'  {name}: {{kind: feed, url: "https://{name}.example/feed", every: 20m}}\n' for name in others)
    async with watched(tmp_path) as here:
        for _ in range(4):
            await looks(here, down=tuple(NAMES))
        here.change(config=CONFIG.replace("SOURCES", kept))
        every = dict.fromkeys(others, LATER)
        await here.store.write(lambda turn: turn.sources.ensure(every, here.now, lambda _name: LATER))
        await looks(here, *others)
        for _ in range(4):
            await looks(here, *others[1:], down=(others[0],))

        assert titles(here)[1:] == ["the network seems to be back after 80 min", "paper0: does not answer as it should"]


async def test_sources_that_answer_wrongly_are_no_outage(tmp_path):
    async with watched(tmp_path) as here:
        for _ in range(4):
            await looks(here, bad=tuple(NAMES))

        assert titles(here) == [f"{name}: does not answer as it should" for name in NAMES]
