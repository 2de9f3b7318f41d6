from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import aiosqlite
import pytest

from tests.commands.world import BAN, OLD, World, world
from tests.tools import ROOT
from watcher.app.daemon import opened
from watcher.app.failpoints import hook
from watcher.app.lock import AlreadyRunning, only_one
from watcher.core.telling.messages import NoticeMessage
from watcher.pipeline.telling.changes import decode
from watcher.systemd import Notifier


def write(here: World, old: str, new: str) -> None:
    text = here.config.read_text(encoding="utf-8")
    assert old in text
    here.config.write_text(text.replace(old, new), encoding="utf-8")


async def notices(here: World) -> list[NoticeMessage]:
    async with here.store() as store:
        found = await store.read(
            lambda turn: turn.db.execute("select content from occasions where kind = 'notice' order by at").fetchall()
        )
    return [message for (content,) in found if isinstance(message := decode(content), NoticeMessage)]


async def test_a_reload_with_a_mistake_keeps_the_old_configuration_and_tells_the_operator(tmp_path):
    async with world(tmp_path) as here, opened(here.config, {}, here.loaded(), clock=lambda: here.now) as daemon:
        await daemon.engine.adopt(daemon.engine.runtime)
        before = daemon.engine.runtime
        write(here, "every: 15m", "every: 15 minutes")

        await daemon.reload()

        assert daemon.engine.runtime is before
        assert not {name: fine for name, fine, _ in daemon.health().parts}["configuration"]
        assert daemon.health().ok
        (notice,) = await notices(here)
        assert notice.kind == "config-refused"
        assert "watcher.yaml:6" in notice.lines[0]


async def test_a_reload_with_a_faulty_rule_is_refused_whole(tmp_path):
    async with world(tmp_path) as here, opened(here.config, {}, here.loaded(), clock=lambda: here.now) as daemon:
        await daemon.engine.adopt(daemon.engine.runtime)
        before = daemon.engine.runtime.rule_set.version
        rules = here.folder / "rules.yaml"
        rules.write_text(
            rules.read_text(encoding="utf-8").replace("words: [price]", "wrods: [price]"), encoding="utf-8"
        )

        await daemon.reload()

        assert daemon.engine.runtime.rule_set.version == before
        (notice,) = await notices(here)
        assert "rules.yaml" in notice.lines[0]


async def test_a_good_reload_is_adopted_and_clears_the_refusal(tmp_path):
    async with world(tmp_path) as here, opened(here.config, {}, here.loaded(), clock=lambda: here.now) as daemon:
        await daemon.engine.adopt(daemon.engine.runtime)
        write(here, "every: 15m", "every: 15 minutes")
        await daemon.reload()
        write(here, "every: 15 minutes", "every: 30m")
        await daemon.reload()

        assert daemon.engine.runtime.sources["wire"].every == timedelta(minutes=30)
        assert daemon.reload_failed is None
        assert daemon.upkeep.runtime is daemon.engine.runtime


async def test_a_source_added_by_a_reload_is_polled(tmp_path):
    async with world(tmp_path) as here:
        await here.once(OLD)
        async with opened(here.config, {}, here.loaded(), clock=lambda: here.now) as daemon:
            write(
                here,
                "channels:\n  desk",
                f'  more: {{kind: feed, url: "{here.server.url("/feed")}?2"}}\nchannels:\n  desk',
            )
            await daemon.reload()
            here.now += timedelta(minutes=1)
            await daemon.once()

            assert await daemon.store.read(lambda turn: turn.sources.record("more")) is not None
            assert any(seen.target == "/feed?2" for seen in here.server.seen)


async def test_the_daemon_beats_until_it_is_told_to_stop_and_drains(tmp_path):
    async with world(tmp_path) as here:
        await here.once(OLD)
        here.publish(BAN)
        async with opened(here.config, {}, here.loaded(), clock=lambda: here.now) as daemon:
            sent = asyncio.Event()
            daemon.engine.delivering = replace(daemon.engine.delivering, hook=lambda _place: sent.set())
            run = asyncio.create_task(daemon.run(Notifier.from_environment({}, pid=os.getpid())))
            async with asyncio.timeout(20):
                await sent.wait()
                daemon.stop()
                await run

            assert daemon.engine.progress.polls == 1
        assert "export ban on gallium" in (tmp_path / "desk.txt").read_text(encoding="utf-8")


async def test_health_tells_of_a_beat_that_has_stopped(tmp_path):
    async with world(tmp_path) as here, opened(here.config, {}, here.loaded(), clock=lambda: here.now) as daemon:
        assert daemon.health().ok
        here.now += timedelta(seconds=31)
        assert not daemon.health().ok


async def test_a_nearly_full_disk_is_told_once_and_bodies_are_not_stored(tmp_path):
    async with world(tmp_path) as here:
        write(here, "store: {path: watcher.db}", "store: {path: watcher.db, free_disk_floor: 900000GiB}")
        here.publish(OLD)
        async with opened(here.config, {}, here.loaded(), clock=lambda: here.now) as daemon:
            await daemon.engine.adopt(daemon.engine.runtime, spread=False)
            await daemon.upkeep.run()
            await daemon.upkeep.run()
            await daemon.once()

        assert [notice.kind for notice in await notices(here)].count("disk") == 1
        async with here.store() as store:
            texts = await store.read(lambda turn: turn.db.execute("select text from texts").fetchall())
        assert texts == [(None,)]


def test_one_daemon_per_database(tmp_path):
    database = tmp_path / "watcher.db"
    with only_one(database), pytest.raises(AlreadyRunning, match=f"pid {os.getpid()}"), only_one(database):
        pass
    with only_one(database):
        pass


def test_a_failpoint_does_nothing_in_normal_life():
    hook({})("after_commit")
    hook({"WATCHER_FAILPOINT": "after_mark"})("after_commit")
    hook({"WATCHER_FAILPOINT": "after_commit:2"})("after_commit")


LEAVES = """
import asyncio, sys
from datetime import UTC, datetime
from pathlib import Path
from watcher.app.daemon import opened
from watcher.app.loading import load

async def main():
    path = Path(sys.argv[1])
    loaded, problems = load(path, {}, datetime.now(UTC))
    assert loaded, problems
    async with opened(path, {}, loaded) as daemon:
        await daemon.engine.adopt(daemon.engine.runtime)
        print("open", flush=True)
        raise ZeroDivisionError

asyncio.run(main())
"""


async def test_a_process_that_fails_with_the_store_open_ends_at_once(tmp_path):
    async with world(tmp_path) as here:

        def leave() -> tuple[float, int, str]:
            command = [sys.executable, "-c", LEAVES, str(here.config)]
            with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as one:
                assert one.stdout is not None
                assert one.stdout.readline() == "open\n"
                at = time.monotonic()
                _, errors = one.communicate(timeout=20)
                return time.monotonic() - at, one.returncode, errors

        took, code, errors = await asyncio.to_thread(leave)

        assert code == 1
        assert "ZeroDivisionError" in errors
        assert took < 1.5


async def test_the_one_private_door_of_aiosqlite_is_where_it_was(tmp_path: Path):
    async with aiosqlite.connect(tmp_path / "x.db") as raw:
        found = await raw._execute(lambda db, word: db.execute("select ?", (word,)).fetchone()[0], raw._conn, "there")

    assert found == "there"
