from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from tests.commands.world import BAN, told_world, world
from watcher.core.telling.outbox import ChannelState


async def listed(here, capsys, *words: str) -> list[dict]:
    capsys.readouterr()
    assert await here.watcher("deliveries", "list", "--json", *words) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


async def kill(here, delivery: str) -> None:
    async with here.store() as store:
        await store.write(
            lambda turn: turn.db.execute(
                "update deliveries set state = 'dead', reason = '500', parts_done = 0 where id = ?", (delivery,)
            )
        )


async def test_deliveries_are_listed_and_shown_with_their_words(tmp_path, capsys):
    async with world(tmp_path) as here:
        await told_world(here)
        found = await listed(here, capsys, "--channel", "desk")

        assert await here.watcher("deliveries", "show", found[0]["id"]) == 0

    out = capsys.readouterr().out
    assert [each["state"] for each in found] == ["sent"]
    assert BAN.title in out
    assert "watcher why a-" in out
    assert "1. " in out


async def test_an_unknown_id_names_a_near_one(tmp_path, capsys):
    async with world(tmp_path) as here:
        await told_world(here)
        id_ = (await listed(here, capsys))[0]["id"]
        wrong = id_[:-1] + ("0" if id_[-1] != "0" else "1")

        for action in ("show", "retry"):
            assert await here.watcher("deliveries", action, wrong) == 1
            assert f'delivery {wrong}: not known, did you mean "{id_}"?' in capsys.readouterr().err


async def test_a_dead_delivery_is_retried_once_under_its_id(tmp_path, capsys):
    async with world(tmp_path) as here:
        await told_world(here)
        id_ = (await listed(here, capsys, "--channel", "desk"))[0]["id"]
        sent = (tmp_path / "desk.txt").read_text()
        assert await here.watcher("deliveries", "retry", id_) == 1
        assert "was sent; a retry would repeat it" in capsys.readouterr().err
        await kill(here, id_)

        assert await here.watcher("deliveries", "retry", id_) == 0
        assert await here.watcher("deliveries", "retry", id_) == 0
        assert [each["id"] for each in await listed(here, capsys, "--due")] == [id_]
        here.now = datetime.now(UTC)
        await here.once()

        assert [each["state"] for each in await listed(here, capsys, "--channel", "desk")] == ["sent"]
    assert (tmp_path / "desk.txt").read_text().count(BAN.title) > sent.count(BAN.title)


async def test_all_that_died_is_retried(tmp_path, capsys):
    async with world(tmp_path) as here:
        await told_world(here)
        for each in await listed(here, capsys):
            await kill(here, each["id"])
        until = datetime.now(UTC) + timedelta(hours=9)
        async with here.store() as store:
            for name in ("desk", "ops"):
                await store.write(lambda turn, name=name: turn.outbox.hold(name, until, began=until))

        assert await here.watcher("deliveries", "retry", "--dead", "--channel", "desk") == 0
        assert "1 dead delivery is due now" in capsys.readouterr().err
        async with here.store() as store:
            held = await store.read(lambda turn: (turn.outbox.held("desk"), turn.outbox.held("ops")))
        assert held == (None, until)  # whoever asks for it means now; of another channel it says nothing
        assert len(await listed(here, capsys, "--dead")) == 1
        assert await here.watcher("deliveries", "retry") == 2
        assert await here.watcher("deliveries", "retry", "x", "--dead") == 2


async def test_a_channel_is_resumed_and_a_misspelt_one_named(tmp_path, capsys):
    async with world(tmp_path) as here:
        await told_world(here)
        state = ChannelState(
            channel="desk", state="gone", since=datetime(2026, 1, 1, tzinfo=UTC), next_try=None, reason="410 Gone"
        )
        async with here.store() as store:
            await store.write(lambda turn: turn.outbox.set_channel(state, "desk"))

        assert await here.watcher("deliveries", "resume", "desc") == 1
        assert 'channel desc: not known, did you mean "desk"?' in capsys.readouterr().err
        assert await here.watcher("deliveries", "resume", "desk") == 0
        assert "channel desk: open again (was gone: 410 Gone)" in capsys.readouterr().err
        assert await here.watcher("deliveries", "resume", "desk") == 0
        assert "channel desk: is open" in capsys.readouterr().err


async def test_without_an_action_deliveries_are_listed(tmp_path, capsys):
    async with world(tmp_path) as here:
        await told_world(here)

        assert await here.watcher("deliveries") == 0

    shown = capsys.readouterr()
    assert "  sent  1 attempt  " in shown.out
    assert " to -" not in shown.out
    assert "deliveries" in shown.err


async def stranded_world(here) -> str:
    """A message waits for desk and a change for weekly, both of which the configuration then has under other names."""
    await told_world(here)
    async with here.store() as store:
        await store.write(
            lambda turn: turn.db.execute("update deliveries set state = 'due', parts_done = 0 where channel = 'desk'")
        )
    old = here.config.read_text(encoding="utf-8")
    here.config.write_text(old.replace("desk", "bench").replace("weekly", "fridays"), encoding="utf-8")
    return old


async def test_what_waits_for_a_channel_that_was_renamed_is_told_once_and_moved(tmp_path, capsys):
    async with world(tmp_path) as here:
        await stranded_world(here)
        await here.once()
        await here.once()
        notices = (tmp_path / "ops.txt").read_text()
        capsys.readouterr()

        assert await here.watcher("status") == 1
        status = capsys.readouterr().out
        assert await here.watcher("check") == 0
        check = capsys.readouterr().out
        assert await here.watcher("deliveries", "move", "desk", "bench", "--author", "ana") == 0
        assert await here.watcher("deliveries", "move", "desk", "bench", "--author", "ana") == 0
        moves = capsys.readouterr().err
        here.now = datetime.now(UTC) + timedelta(seconds=1)
        await here.once()
        found = await listed(here, capsys)

    says = "channel desk: is not configured, and 1 message waits for it"
    assert notices.count(f"watcher: {says}") == 1
    assert f"{says}; watcher deliveries move desk NEW, or: watcher deliveries drop desk --reason WHY" in status
    assert f"warning[C034] {says}" in check
    assert "1 delivery was moved to bench" in moves
    assert "0 deliveries were moved to bench" in moves
    states = {(each["channel"], each["state"], each["reason"]) for each in found if each["channel"] != "ops"}
    assert states == {("desk", "closed", "moved to bench by ana"), ("bench", "sent", "written")}
    assert BAN.title in (tmp_path / "bench.txt").read_text()


async def test_what_waits_for_a_channel_is_dropped_with_a_reason_only(tmp_path, capsys):
    async with world(tmp_path) as here:
        await stranded_world(here)

        assert await here.watcher("deliveries", "drop", "desk") == 2
        assert await here.watcher("deliveries", "move", "desk", "desk") == 1
        assert await here.watcher("deliveries", "drop", "desk", "--author", "ana", "--reason", "too late") == 0
        err = capsys.readouterr().err
        (found,) = await listed(here, capsys, "--channel", "desk")
        assert await here.watcher("deliveries", "retry", found["id"]) == 1

    assert "say why with --reason" in err
    assert "channel desk: is not configured, did you mean" not in err
    assert (found["state"], found["reason"]) == ("closed", "dropped by ana: too late")
    assert "is closed" in capsys.readouterr().err


async def test_what_waits_for_a_digest_that_was_renamed_is_told_moved_or_dropped(tmp_path, capsys):
    async with world(tmp_path) as here:
        await stranded_world(here)
        await here.once()
        assert "digest weekly: is not configured, and" in (tmp_path / "ops.txt").read_text()
        capsys.readouterr()
        await here.watcher("status")
        status = capsys.readouterr().out

        assert await here.watcher("digest", "weekly", "--drop") == 2
        assert await here.watcher("digest", "weekly", "--move", "nowhere") == 2
        assert await here.watcher("digest", "weekly", "--move", "fridays", "--author", "ana") == 0
        moved = capsys.readouterr().err
        assert await here.watcher("digest", "fridays", "--drop", "--reason", "old news", "--author", "ana") == 0
        async with here.store() as store:
            rows = await store.read(
                lambda turn: turn.db.execute(
                    "select way, detail from decisions where reason = 'by_hand' order by number"
                ).fetchall()
            )
            left = await store.read(lambda turn: turn.db.execute("select count(*) from digest_queue").fetchone())

    assert "watcher digest weekly --move NEW, or: watcher digest weekly --drop --reason WHY" in status
    assert "moved to fridays" in moved
    assert set(rows) == {
        ("digest:weekly", "moved to digest fridays by ana"),
        ("digest:fridays", "dropped by ana: old news"),
    }
    assert left == (0,)


async def test_the_options_of_a_list_need_no_word_before_them(tmp_path, capsys):
    async with world(tmp_path) as here:
        await told_world(here)
        id_ = (await listed(here, capsys, "--channel", "desk"))[0]["id"]
        await kill(here, id_)
        outputs = []
        for words in (("--dead",), ("--dead", "list"), ("list", "--dead"), ("--channel", "ops", "--limit", "1")):
            capsys.readouterr()
            assert await here.watcher("deliveries", *words) == 0
            outputs.append(capsys.readouterr().out)

    assert outputs[0] == outputs[1] == outputs[2]
    assert outputs[0].count("\n") == 1
    assert id_ in outputs[0]
    assert outputs[3].count("\n") == 1
    assert id_ not in outputs[3]


async def test_queues_show_what_waits_for_each_channel_and_at_what_pace(tmp_path, capsys):
    async with world(tmp_path) as here:
        await told_world(here)
        text = here.config.read_text("utf-8")
        here.config.write_text(text.replace("desk: {", "desk: {rate: 30/m, fallback: ops, ", 1), "utf-8")
        id_ = (await listed(here, capsys, "--channel", "desk"))[0]["id"]
        async with here.store() as store:
            await store.write(
                lambda turn: turn.db.execute("update deliveries set state = 'due', due = 0 where id = ?", (id_,))
            )

        assert await here.watcher("deliveries", "queues") == 0
        (line,) = [each for each in capsys.readouterr().out.splitlines() if each.startswith("desk  ")]
        assert await here.watcher("deliveries", "queues", "--json") == 0
        rows = {each["channel"]: each for each in map(json.loads, capsys.readouterr().out.splitlines())}
        await here.watcher("status")
        status = capsys.readouterr().out

    assert line.startswith("desk  1 message waits (1 alert), the oldest since 20")
    assert line.endswith(", the next due now; at most 30/m")
    assert rows["desk"] | {"oldest": "", "next_due": ""} == {
        "channel": "desk",
        "configured": True,
        "state": "open",
        "waiting": 1,
        "alerts": 1,
        "oldest": "",
        "next_due": "",
        "rate": "30/m",
        "roll_up": 50,
        "fallback": "ops",
    }
    assert ", the next due now; at most 30/m" in status
