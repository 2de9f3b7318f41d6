from __future__ import annotations

import csv
import io
import json
import tracemalloc

import pytest

from tests.commands.world import BAN, PRICE, QUIET, Item, told_world, world
from tests.stores.make import fresh, new_article, store
from watcher.stores.sqlite.exports import EXPORTS, rows

FORMULA = Item(
    slug="f", title='=HYPERLINK("http://evil.example","export ban")', body="<p>The export ban of 出口管制.</p>"
)


@pytest.mark.parametrize("what", sorted(EXPORTS))
async def test_every_export_is_whole_in_both_formats(tmp_path, capsys, what):
    async with world(tmp_path) as here:
        await told_world(here)

        assert await here.watcher("export", what) == 0
        table = capsys.readouterr().out
        assert await here.watcher("export", what, "--format", "jsonl") == 0
        lines = capsys.readouterr().out

    found = list(csv.DictReader(io.StringIO(table)))
    objects = [json.loads(line) for line in lines.splitlines()]
    assert found
    assert [list(each) for each in found] == [list(each) for each in objects]
    assert table.startswith('"')


async def test_no_cell_is_computed_by_a_spreadsheet(tmp_path, capsys):
    async with world(tmp_path) as here:
        await here.once(QUIET)
        await here.once(FORMULA)

        await here.watcher("export", "alerts", "--bom", "--output", str(tmp_path / "out.csv"))

    text = (tmp_path / "out.csv").read_text("utf-8")
    assert text.startswith('\ufeff"alert"')
    assert "\"'=HYPERLINK(" in text
    cells = [cell for row in csv.reader(io.StringIO(text[1:])) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


async def test_a_query_narrows_what_rests_on_its_articles(tmp_path, capsys):
    async with world(tmp_path) as here:
        await told_world(here)
        said = {}
        for what in EXPORTS:
            await here.watcher("export", what, "--format", "jsonl", "--query", 'gallium or regex:"never seen"')
            said[what] = [json.loads(line)["title"] for line in capsys.readouterr().out.splitlines()]

    assert {title for titles in said.values() for title in titles} == {BAN.title}
    assert all(said.values())


async def test_since_leaves_older_rows_out(tmp_path, capsys):
    async with world(tmp_path) as here:
        await told_world(here)

        await here.watcher("export", "articles", "--since", "2h30m", "--format", "jsonl")

    titles = [json.loads(line)["title"] for line in capsys.readouterr().out.splitlines()]
    assert titles == [PRICE.title]


@pytest.mark.parametrize("words", [("--since", "soon"), ("--query", "trust:wier")])
async def test_mistakes_are_usage_errors(tmp_path, capsys, words):
    async with world(tmp_path) as here:
        await told_world(here)

        assert await here.watcher("export", "alerts", *words) == 2

    assert capsys.readouterr().out == ""


async def test_a_file_appears_whole_or_not_at_all(tmp_path, capsys):
    (tmp_path / "old.csv").write_text("old")
    async with world(tmp_path) as here:
        assert await here.watcher("export", "alerts", "--output", str(tmp_path / "old.csv")) == 1
        assert (tmp_path / "old.csv").read_text() == "old"
        await told_world(here)

        assert await here.watcher("export", "alerts", "--output", str(tmp_path / "no" / "a.csv")) == 1
        assert "No such file" in capsys.readouterr().err
        assert await here.watcher("export", "alerts", "--output", str(tmp_path / "old.csv")) == 0

    assert "export-ban" in (tmp_path / "old.csv").read_text()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".old")] == []


def test_an_export_holds_one_row_at_a_time(tmp_path):
    db = fresh(tmp_path / "w.db")
    store(db, *(new_article(number, body="word " * 10_000) for number in range(300)))

    tracemalloc.start()
    count = sum(1 for _ in rows(db, "articles", plan=None, since=None, events={}))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert count == 300
    assert peak < 2_000_000
    db.close()
