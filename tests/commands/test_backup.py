from __future__ import annotations

from tests.commands.world import QUIET, told_world, world


async def test_a_backup_is_restored_and_the_database_checked(tmp_path, capsys):
    async with world(tmp_path) as here:
        await told_world(here)
        copy = tmp_path / "copy.db"
        assert await here.watcher("backup", str(copy)) == 0
        assert await here.watcher("backup", str(copy)) == 1
        assert "there already" in capsys.readouterr().err
        await here.once(QUIET.__class__(slug="x", title="After the copy", body="<p>x</p>"))

        assert await here.watcher("restore", str(copy)) == 0
        assert "restored from" in capsys.readouterr().err
        assert await here.watcher("search", "after copy") == 0
        assert "nothing found" in capsys.readouterr().err
        assert await here.watcher("db", "check") == 0
        await here.once()
        assert await here.watcher("search", "after copy") == 0
        assert "1 found" in capsys.readouterr().err
