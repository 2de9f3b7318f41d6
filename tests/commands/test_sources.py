from __future__ import annotations

from tests.commands.world import BAN, QUIET, Item, told_world, world

NEW = Item(slug="new", title="A later item", body="<p>Nothing of note.</p>")


async def test_a_renamed_source_goes_on_where_it_was(tmp_path, capsys):
    async with world(tmp_path) as here:
        await told_world(here)
        told = (tmp_path / "ops.txt").read_text()
        here.config.write_text(here.config.read_text().replace("  wire: {kind", "  agency: {kind"))

        assert await here.watcher("check", "--no-examples") == 0
        said = capsys.readouterr().out
        assert 'warning[C062] sources.agency: nothing is stored of it, and "wire"' in said
        assert "watcher sources rename wire agency" in said
        assert await here.watcher("sources", "rename", "wire", "agency") == 0
        assert "source wire: is agency now, with 4 articles" in capsys.readouterr().err
        assert await here.watcher("check", "--no-examples") == 0
        assert "C062" not in capsys.readouterr().out
        await here.once(NEW)

        assert await here.watcher("search", "source:agency") == 0
        assert "5 found" in capsys.readouterr().err
        assert await here.watcher("sources", "rename", "wire", "agency") == 1
    assert (tmp_path / "ops.txt").read_text() == told


async def test_forgetting_asks_first_and_keeps_what_was_told(tmp_path, capsys):
    async with world(tmp_path) as here:
        await told_world(here)

        assert await here.watcher("sources", "forget", "wire") == 2
        assert "2 articles would be forgotten; 2 articles that people were told of stay" in capsys.readouterr().err
        assert await here.watcher("sources", "forget", "wire", "--yes") == 0
        assert await here.watcher("search", "") == 0
        out = capsys.readouterr().out
        assert BAN.title in out
        assert QUIET.title not in out

        await here.once()
        assert "imported 2" in (tmp_path / "ops.txt").read_text()


async def test_sources_are_listed_with_what_is_stored(tmp_path, capsys):
    async with world(tmp_path) as here:
        await told_world(here)

        assert await here.watcher("sources") == 0
        assert "wire  last good answer" in capsys.readouterr().out
        assert await here.watcher("sources", "forget", "wier", "--yes") == 1
        assert 'source wier: nothing is stored of it, did you mean "wire"?' in capsys.readouterr().err
