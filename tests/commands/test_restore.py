from __future__ import annotations

from tests.commands.world import told_world, world
from watcher.app.lock import only_one


async def test_a_running_daemon_is_not_restored_under(tmp_path, capsys):
    async with world(tmp_path) as here:
        await told_world(here)
        await here.watcher("backup", str(tmp_path / "copy.db"))
        before = here.database.read_bytes()

        with only_one(here.database):
            assert await here.watcher("restore", str(tmp_path / "copy.db")) == 75

        assert "another watcher works on it" in capsys.readouterr().err
        assert here.database.read_bytes() == before


async def test_what_is_no_backup_is_refused(tmp_path, capsys):
    async with world(tmp_path) as here:
        await told_world(here)
        (tmp_path / "not.db").write_text("hello")

        assert await here.watcher("restore", str(tmp_path / "not.db")) == 1
        assert "choose another backup" in capsys.readouterr().err
        assert await here.watcher("restore", str(tmp_path / "none.db")) == 1
        assert "no such file" in capsys.readouterr().err
        assert await here.watcher("db", "check") == 0
