from __future__ import annotations

import json
from datetime import UTC, datetime

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

        assert await here.watcher("deliveries", "retry", "--dead", "--channel", "desk") == 0
        assert "1 dead delivery is due now" in capsys.readouterr().err
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
