from __future__ import annotations

import json
from datetime import UTC, datetime

from tests.commands.world import told_world, world
from watcher.core.outbox import ChannelState
from watcher.stores.sqlite.connection import connect


async def test_status_says_how_everything_stands(tmp_path, capsys):
    async with world(tmp_path) as here:
        await told_world(here)

        code = await here.watcher("status")

    out = capsys.readouterr().out
    assert code == 0
    for said in (
        "wire  last ok ",
        "desk  open, 1 sent",
        "weekly  no issue yet, 3 changes wait, next due ",
        "schema 1",
        "4 articles",
        "nothing needs a person",
    ):
        assert said in out, said


async def test_json_has_the_same(tmp_path, capsys):
    async with world(tmp_path) as here:
        await told_world(here)

        await here.watcher("status", "--json")

    found = json.loads(capsys.readouterr().out)
    assert found["needs"] == []
    assert found["sources"][0]["source"] == "wire"
    assert found["digests"][0]["waiting"] == 3
    assert found["outbox"]["dead"] == 0
    assert found["database"]["counts"]["articles"] == 4


async def test_what_needs_a_person_is_said_and_is_a_finding(tmp_path, capsys):
    async with world(tmp_path) as here:
        await told_world(here)
        state = ChannelState(
            channel="desk", state="gone", since=datetime(2026, 1, 1, tzinfo=UTC), next_try=None, reason="410 Gone"
        )

        def break_things(turn):
            turn.outbox.set_channel(state, "desk")
            turn.db.execute("update deliveries set state = 'dead' where channel = 'ops'")
            turn.db.execute("update source_state set failures = 9, last_ok = 0, last_error = 'HTTP 500'")

        async with here.store() as store:
            await store.write(break_things)

        code = await here.watcher("status")

    out = capsys.readouterr().out
    assert code == 1
    assert (
        "channel desk: gone since 2026-01-01 00:00 UTC: 410 Gone; mend it, then: watcher deliveries resume desk" in out
    )
    assert "channel ops: 1 deliveries were given up" in out
    assert "source wire: no good answer since 1970-01-01 00:00 UTC: HTTP 500" in out


async def test_a_busy_database_still_answers(tmp_path, capsys):
    async with world(tmp_path) as here:
        await told_world(here)
        writer = connect(here.database, readonly=False)
        writer.execute("begin exclusive")

        assert await here.watcher("status") == 0

        writer.execute("rollback")
        writer.close()


async def test_a_damaged_database_is_named_without_a_traceback(tmp_path, capsys):
    async with world(tmp_path) as here:
        await told_world(here)
        here.database.write_bytes(b"garbage" * 999)

        assert await here.watcher("status") == 1

    err = capsys.readouterr().err
    assert "damaged" in err
    assert "watcher restore" in err


async def test_before_the_first_run_it_says_so(tmp_path, capsys):
    async with world(tmp_path) as here:
        assert await here.watcher("status") == 1

    assert "not there yet" in capsys.readouterr().err
