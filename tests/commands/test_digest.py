from __future__ import annotations

import json
from datetime import timedelta

import pytest

from tests.commands.world import BAN, DAYS, PRICE, told_world, world


@pytest.fixture
async def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    async with world(tmp_path) as made:
        yield await told_world(made)


async def test_it_shows_what_waits_and_when_it_is_due(here, capsys):
    assert await here.watcher("digest", "weekly") == 0

    said = capsys.readouterr().out
    assert ", due " in said
    assert "15:00 UTC\nwaiting: 3 changes on 2 stories\n" in said
    assert f"  warning  {BAN.title}  (export-ban, raised " in said
    assert "last issue: none yet" in said

    assert await here.watcher("digest", "weekly", "--json") == 0
    assert {each["title"] for each in json.loads(capsys.readouterr().out)["waiting"]} == {BAN.title, PRICE.title}


async def test_a_preview_writes_the_issue_and_changes_nothing(here, capsys):
    before = here.database.read_bytes()

    assert await here.watcher("digest", "weekly", "--preview") == 0

    html = (here.folder / "digest-weekly-preview.html").read_text(encoding="utf-8")
    text = (here.folder / "digest-weekly-preview.txt").read_text(encoding="utf-8")
    assert BAN.title in html
    assert PRICE.title in text
    said = capsys.readouterr().out
    assert f"  at length  {BAN.title}: under " in said
    assert "2 at length; nothing was issued, nothing was changed" in said
    assert here.database.read_bytes() == before
    async with here.store() as store:
        assert await store.read(lambda turn: turn.issues.listed("weekly", 9)) == []


async def test_a_preview_goes_where_it_is_told(here, capsys):
    look = str(here.folder / "look.html")
    assert await here.watcher("digest", "weekly", "--preview", look, "--language", "de") == 0
    assert {"look.html", "look.txt"} <= {path.name for path in here.folder.iterdir()}
    assert "IN EINER MINUTE" in (here.folder / "look.txt").read_text(encoding="utf-8")

    assert await here.watcher("digest", "weekly", "--preview", str(here.folder / "no" / "look")) == 1
    assert "cannot be written: No such file or directory" in capsys.readouterr().err


async def test_issues_are_listed_with_what_was_sent_and_covered(here, capsys):
    assert await here.watcher("digest", "weekly", "--list") == 0
    assert "weekly has no issue yet; the first is due " in capsys.readouterr().out

    yesterday = DAYS[(here.now - timedelta(days=1)).weekday()]
    text = here.config.read_text(encoding="utf-8")
    day = text.split('{at: "')[1][:3]
    here.config.write_text(text.replace(f'at: "{day} 15:00"', f'at: "{yesterday} 15:00"'), encoding="utf-8")
    async with here.store() as store:
        weeks_ago = str(int((here.now - timedelta(days=20)).timestamp() * 1_000_000))
        await store.write(
            lambda turn: turn.db.execute("update meta set value = ? where key = 'digest:weekly'", (weeks_ago,))
        )
    await here.once()

    assert await here.watcher("digest", "weekly", "--list") == 0
    first, *rest = capsys.readouterr().out.splitlines()
    period = first.split()[0]
    assert "issued" in first
    assert "1 sent" in first
    assert rest
    assert all(line.endswith(f"covered by {period}") for line in rest)

    assert await here.watcher("digest", "weekly", "--list", "--json") == 0
    assert json.loads(capsys.readouterr().out)[0]["deliveries"] == {"sent": 1}
    assert await here.watcher("digest", "weekly") == 0
    assert f"last issue: {period}" in capsys.readouterr().out
    assert await here.watcher("digest", "weekly", "--preview") == 0

    renamed = text.replace(f'at: "{day} 15:00"', f'at: "{yesterday} 15:00"').replace("  weekly:", "  friday:")
    here.config.write_text(renamed, encoding="utf-8")
    await here.once()
    capsys.readouterr()
    assert await here.watcher("digest", "weekly", "--list") == 0
    same, *_, last = capsys.readouterr().out.splitlines()
    assert (same, last) == (first, "weekly is not configured any more; it is friday now")
    assert await here.watcher("digest", "friday", "--list") == 0
    assert capsys.readouterr().out.splitlines()[-1] == "before, it was weekly: watcher digest weekly --list"
    assert await here.watcher("digest", "monthly", "--list") == 2


async def test_an_unknown_digest_or_a_missing_database_is_said(tmp_path, capsys):
    async with world(tmp_path) as here:
        assert await here.watcher("digest", "wekly") == 2
        assert 'unknown digest "wekly", did you mean "weekly"?' in capsys.readouterr().err

        assert await here.watcher("digest", "weekly", "--preview", str(tmp_path / "x")) == 1
        assert "`watcher run` or `watcher once` makes it" in capsys.readouterr().err
        assert not (tmp_path / "x.html").exists()
