from __future__ import annotations

import pytest

from tests.commands.world import told_world, world


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
