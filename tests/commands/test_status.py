from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from tests.commands.world import told_world, world
from watcher.config import store_alone
from watcher.core.telling.outages import Outage
from watcher.core.telling.outbox import ChannelState
from watcher.stores.sqlite.connection import connect, migrations


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
        f"schema {migrations()[-1][0]}",
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
    assert "channel ops: 1 delivery was given up" in out
    assert "source wire: no good answer since 1970-01-01 00:00 UTC: HTTP 500" in out


async def test_recipients_in_trouble_are_listed_under_their_channel(tmp_path, capsys):
    async with world(tmp_path) as here:
        await told_world(here)
        since = datetime(2026, 1, 1, tzinfo=UTC)
        bob = Outage(channel="desk", recipient="bob@example.org", since=since, told=since, refused=2, dead=1)
        anna = Outage(channel="desk", recipient="anna@example.org", since=since)  # a moment's trouble

        def fail(turn):
            for each in (bob, anna):
                turn.queues.save_outage("desk", each, each.recipient)

        async with here.store() as store:
            await store.write(fail)
        code = await here.watcher("status")
        out = capsys.readouterr().out
        await here.watcher("status", "--json")

    found = json.loads(capsys.readouterr().out)
    said = "no message was taken since 2026-01-01 00:00 UTC, 2 messages refused, 1 message given up"
    assert code == 1
    assert f"    bob@example.org  {said}\n" in out
    assert f"  channel desk to bob@example.org: {said}; see: watcher deliveries --due --channel desk" in out
    assert "anna" not in out
    assert [(each["recipient"], each["dead"]) for each in found["recipients"]] == [("bob@example.org", 1)]


async def test_files_that_could_not_be_read_need_a_person_by_name(tmp_path, capsys):
    async with world(tmp_path) as here:
        await told_world(here)
        error = "not read: a.txt: it is empty"
        async with here.store() as store:
            await store.write(lambda turn: turn.db.execute("update source_state set last_error = ?", (error,)))

        code = await here.watcher("status")
        said = capsys.readouterr().out
        await here.watcher("sources")

    assert (code, f"source wire: {error}; mend them, or take them away" in said) == (1, True)
    assert f"; {error}" in capsys.readouterr().out


async def test_a_disk_that_is_nearly_full_needs_a_person(tmp_path, capsys):
    async with world(tmp_path) as here:
        await told_world(here)
        here.config.write_text(
            here.config.read_text("utf-8").replace("path: watcher.db", "path: watcher.db, free_disk_floor: 900000GiB"),
            "utf-8",
        )

        code = await here.watcher("status")

    assert code == 1
    assert "below the floor of" in capsys.readouterr().out


async def test_a_test_message_that_failed_needs_nobody(tmp_path, capsys):
    async with world(tmp_path) as here:
        await told_world(here)

        def fail_a_test(turn):
            turn.db.execute("pragma defer_foreign_keys = on")
            turn.db.execute("update deliveries set state = 'dead', occasion = 'test:ops-1' where channel = 'ops'")
            turn.db.execute("update occasions set id = 'test:ops-1' where id like 'notice:%'")

        async with here.store() as store:
            await store.write(fail_a_test)

        assert await here.watcher("status") == 0

    assert "nothing needs a person" in capsys.readouterr().out


async def test_when_no_source_answers_the_machine_is_asked_about_at_once(tmp_path, capsys):
    async with world(tmp_path) as here:
        await told_world(here)
        text = here.config.read_text()
        wire = next(line for line in text.splitlines() if line.startswith("  wire: {kind"))
        here.config.write_text(text.replace(wire, f"{wire}\n{wire.replace('  wire:', '  press:')}"))
        await here.once()

        def fail(turn):
            turn.db.execute("update source_state set failures = 1, last_error = 'resolve feeds.example: no address'")

        async with here.store() as store:
            await store.write(fail)

        code = await here.watcher("status")

    out = capsys.readouterr().out
    assert code == 1
    assert "none of the 2 sources answers; is this machine online? resolve feeds.example: no address" in out
    assert "1 failure in a row" in out


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


MISTAKES = {
    "a wrong key": lambda text: text.replace("kind: feed", "kind: fede"),
    "no YAML": lambda text: f"{text}\n  routes: [",
    "an unknown section": lambda text: f"{text}\nsauces: {{}}\n",
}


async def test_a_configuration_with_mistakes_hides_nothing_that_is_stored(tmp_path, capsys):
    async with world(tmp_path) as here:
        await told_world(here)
        whole = here.config.read_text()
        for name, mistake in MISTAKES.items():
            here.config.write_text(mistake(whole))

            code = await here.watcher("status")
            status = capsys.readouterr()

            assert code == 1, name
            for said in ("wire  last ok ", "desk  open, 1 sent", "4 articles", "the configuration has mistakes"):
                assert said in status.out, (name, said)
            assert "not configured any more" not in status.out
            assert "only its store is read" in status.err
        assert await here.watcher("search", "dysprosium") == 0
        assert "Dysprosium price climbs" in capsys.readouterr().out


@pytest.mark.parametrize(
    "wrong",
    ["store: {paht: watcher.db}", "stor: {path: watcher.db}", "store: [watcher.db", "{store: {path: x}}"],
)
def test_a_store_with_mistakes_is_not_guessed(tmp_path, wrong):
    (tmp_path / "watcher.yaml").write_text(f"{wrong}\nsources: {{}}\n")

    assert store_alone(tmp_path / "watcher.yaml", {}) is None


def test_a_store_is_read_beside_whatever_is_wrong(tmp_path):
    (tmp_path / "watcher.yaml").write_text("# all\nsources: [\nstore:\n  # here\n  path: news.db\n\nroutes: ]\n")
    (tmp_path / "none.yaml").write_text("sources: [\n")

    found = [store_alone(tmp_path / name, {}) for name in ("watcher.yaml", "none.yaml", "no.yaml")]

    assert [None if each is None else each.store.path.name for each in found] == ["news.db", "watcher.db", None]
