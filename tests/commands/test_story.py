from __future__ import annotations

from tests.commands.world import BAN, OLD, PRICE, told_world, world


async def stories(here) -> dict[str, str]:
    async with here.store() as store:
        rows = await store.read(lambda turn: turn.db.execute("select title, story from articles").fetchall())
    return dict(rows)


async def test_stories_are_merged_shown_and_split(tmp_path, capsys):
    async with world(tmp_path) as here:
        await told_world(here)
        ids = await stories(here)
        sent = (tmp_path / "desk.txt").read_text()

        assert (
            await here.watcher(
                "story", "merge", ids[BAN.title], ids[PRICE.title], "--author", "ana", "--reason", "one talk"
            )
            == 0
        )
        assert f"story {ids[BAN.title]}: took in {ids[PRICE.title]}" in capsys.readouterr().err
        assert await here.watcher("story", "merge", ids[PRICE.title], ids[BAN.title]) == 0
        assert "both are one story already" in capsys.readouterr().err

        assert await here.watcher("story", "show", ids[PRICE.title]) == 0
        out = capsys.readouterr().out
        assert BAN.title in out
        assert PRICE.title in out
        assert "merged into it by ana: one talk" in out

        assert await here.watcher("story", "split", ids[BAN.title], ids[PRICE.title]) == 0
        assert "split from" in capsys.readouterr().err
        assert len(set((await stories(here)).values())) == 4
        await here.once()
    assert (tmp_path / "desk.txt").read_text() == sent


async def test_an_update_of_a_merged_article_stays_with_its_alert(tmp_path, capsys):
    async with world(tmp_path) as here:
        await told_world(here)
        ids = await stories(here)
        await here.watcher("story", "merge", ids[OLD.title], ids[BAN.title])

        changed = BAN.__class__(
            slug="ban",
            title=BAN.title,
            body=BAN.body.replace("12 %", "15 %").replace("gallium and", "gallium from 1 March and"),
        )
        await here.once(changed)

        async with here.store() as store:
            rows = await store.read(
                lambda turn: turn.db.execute(
                    "select id, subject, occasions from alerts where rule = 'export-ban'"
                ).fetchall()
            )
    assert [subject for _, subject, _ in rows] == [f"story:{ids[OLD.title]}"]
    assert rows[0][2] == 2


async def test_an_unknown_story_is_a_finding(tmp_path, capsys):
    async with world(tmp_path) as here:
        await told_world(here)

        assert await here.watcher("story", "show", "nope") == 1

    assert "story nope: not known" in capsys.readouterr().err
