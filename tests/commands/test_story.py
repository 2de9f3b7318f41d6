from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tests.commands.world import BAN, OLD, PRICE, Item, told_world, world


async def stories(here) -> dict[str, str]:
    async with here.store() as store:
        rows = await store.read(lambda turn: turn.db.execute("select title, story from articles").fetchall())
    return dict(rows)


async def articles(here, title: str) -> list[str]:
    async with here.store() as store:
        return await store.read(
            lambda turn: [id_ for (id_,) in turn.db.execute("select id from articles where title = ?", (title,))]
        )


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


async def test_a_story_split_off_is_judged_and_told_as_split_from_the_old_one(tmp_path, capsys):
    async with world(tmp_path) as here:
        await told_world(here)
        second = replace(
            BAN, slug="second", title="Harbour announces export ban on scrap of tin", body="<p>No more.</p>"
        )
        await here.once(second)
        ids = await stories(here)
        await here.watcher("story", "merge", ids[BAN.title], ids[second.title])
        before = (tmp_path / "desk.txt").read_text()

        code = await here.watcher("story", "split", ids[BAN.title], ids[second.title], "--reason", "two bans")

        assert code == 0
        assert "1 alert raised on it, told as split from there" in capsys.readouterr().err
        here.now = datetime.now(UTC) + timedelta(seconds=1)
        await here.once()
        told = (tmp_path / "desk.txt").read_text().removeprefix(before)
        async with here.store() as store:
            rows = await store.read(
                lambda turn: turn.db.execute(
                    "select subject, state from alerts where rule = 'export-ban' and state = 'open' order by raised"
                ).fetchall()
            )
    new = f"{ids[second.title]}.2"
    assert f"NEW: split from: {BAN.title}" in told
    assert second.title in told
    assert rows == [(f"story:{ids[BAN.title]}", "open"), (f"story:{new}", "open")]


async def test_history_that_is_split_off_stays_history(tmp_path, capsys):
    async with world(tmp_path) as here:
        other = replace(OLD, slug="older", title="Port sets an export ban on graphite")
        await here.once(OLD, other)
        ids = await stories(here)
        await here.watcher("story", "merge", ids[OLD.title], ids[other.title])
        merged = await stories(here)
        moved = next(ids[title] for title in (OLD.title, other.title) if ids[title] != merged[title])

        assert await here.watcher("story", "split", merged[OLD.title], moved) == 0

        async with here.store() as store:
            rows = await store.read(
                lambda turn: turn.db.execute("select observation, reason, alert from matches order by 1").fetchall()
            )
    assert "no rule raises an alert on it" in capsys.readouterr().err
    assert rows == [(1, "first_sight", None), (2, "first_sight", None), (3, "first_sight", None)]


LOAN = Item(
    slug="loan",
    title="Halden Metals borrows $61 million for its Orrin smelter",
    body="<p>Halden Metals borrows $61 million from the Idaho Ledger Bank for the antimony smelter in Orrin County, Mora "
    "Quist said. The smelter is to make 7,300 tonnes of antimony trisulfide a year from 2028.</p>",
)
FIND = Item(
    slug="find",
    title="Tungsten found under the old Carrick quarry",
    body="<p>Drillers of Carrick Stone found 0.83 % of tungsten under the quarry near Loch Errin, geologist Ada Brand "
    "said. Twelve holes of 240 metres were sunk; a resource of 4.6 million tonnes is expected by June.</p>",
)


def told_anew(item: Item, slug: str) -> Item:
    """The same event in a little other words."""
    return Item(slug=slug, title=f"{item.title}, says firm", body=item.body.replace(" said.", f" told the {slug}."))


async def test_a_hands_word_outlives_restarts_and_rules_what_comes_later(tmp_path):
    later = told_anew(FIND, "Herald")
    async with world(tmp_path) as here:
        await here.once(replace(LOAN, age=timedelta(hours=3)), FIND)  # each pass is a daemon of its own
        ids = await stories(here)
        await here.watcher("story", "merge", ids[LOAN.title], ids[FIND.title])
        await here.once(later)
        merged = await stories(here)
        [second] = await articles(here, later.title)
        await here.watcher("story", "split", ids[LOAN.title], ids[FIND.title], second)
        await here.once(told_anew(FIND, "Courier"), told_anew(LOAN, "Gazette"))
        apart = await stories(here)

    assert set(merged.values()) == {ids[LOAN.title]}
    assert {story for title, story in apart.items() if "Halden" in title} == {ids[LOAN.title]}
    [new] = {story for title, story in apart.items() if "Tungsten" in title}
    assert new != ids[LOAN.title]
