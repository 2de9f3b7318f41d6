from __future__ import annotations

from tests.commands.world import BAN, told_world, world


async def test_a_world_has_imported_told_and_queued(tmp_path):
    async with world(tmp_path) as here:
        await told_world(here)

        assert BAN.title in (tmp_path / "desk.txt").read_text()
        assert "imported 1, 1 would have matched" in (tmp_path / "ops.txt").read_text()
        async with here.store() as store:
            waiting = await store.read(lambda turn: turn.issues.waiting("weekly", here.now))
    assert {each.alert.rule for each in waiting} == {"export-ban", "prices"}
