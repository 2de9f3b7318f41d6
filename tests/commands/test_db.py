from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from tests.commands.world import told_world, world
from watcher.app.loading import load
from watcher.app.upkeep import Upkeep
from watcher.stores.sqlite import SqliteStore


@pytest.mark.parametrize("damage", ["header", "page"])
async def test_damage_is_a_finding_with_what_to_do(tmp_path, capsys, damage):
    async with world(tmp_path) as here:
        await told_world(here)
        data = bytearray(here.database.read_bytes())
        start = 0 if damage == "header" else 4096 * 5
        data[start : start + 4096] = b"\xa5" * 4096
        here.database.write_bytes(data)

        assert await here.watcher("db", "check") == 1

    assert "put a backup in its place with: watcher restore FILE" in capsys.readouterr().err


async def test_days_that_are_over_are_sealed_and_what_is_altered_then_is_named(tmp_path, capsys):
    async with world(tmp_path) as here:
        await told_world(here)
        assert await here.watcher("db", "check") == 0
        today = datetime.now(UTC)
        loaded, problems = load(here.config, {}, today)
        assert loaded is not None, problems
        store = await SqliteStore.open(here.database)
        upkeep = Upkeep(
            store=store, config=loaded.config, runtime=loaded.runtime, clock=lambda: today + timedelta(days=2)
        )

        await upkeep.run()
        await store.close()

        capsys.readouterr()
        assert await here.watcher("db", "check") == 0
        db = sqlite3.connect(here.database)
        # The passes are hours apart and end now: soon after midnight they fell yesterday.
        first, last = db.execute(
            "select date(min(at) / 1000000, 'unixepoch'), date(max(at) / 1000000, 'unixepoch') from decisions"
        ).fetchone()
        assert f"decisions are sealed up to {last}: " in capsys.readouterr().err
        with db:
            db.execute("update decisions set detail = 'nobody was told' where number = 1")
        db.close()
        assert await here.watcher("db", "check") == 1

    said = capsys.readouterr().err
    assert f"a decision of {first}, or what it rests on, was changed after it was sealed" in said
    assert "keep a copy of the database" in said
    assert "watcher restore" not in said
