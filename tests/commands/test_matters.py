"""`watcher matters` and what `watcher why` says of them, on a database made by the pipeline."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from tests.pipeline.test_matters import GRANTED, RULES, RUMOUR, told
from tests.pipeline.world import world
from watcher.cli import main


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A permit that was granted, said again, and a whisper on a price floor."""

    async def made(path):
        async with world(path, rules=RULES) as here:
            await here.publish("wire", told("a", GRANTED), told("f", RUMOUR))
            here.now += timedelta(hours=1)
            await here.publish("daily", told("b", GRANTED))
            await here.publish(
                "daily", told("c", "The Stibnite mine has its final permit, which the Army Corps issued.")
            )
        return path

    return asyncio.run(made(tmp_path_factory.mktemp("matters")))


@pytest.fixture
def run(folder, capsys):
    def ran(*words):
        code = main(["--config", str(folder / "watcher.yaml"), *words])
        return code, capsys.readouterr()

    return ran


def test_all_matters_are_listed_the_unread_ones_last(run):
    code, said = run("matters")

    assert code == 0
    lines = said.out.splitlines()
    assert [line.split()[0] for line in lines] == ["stibnite-permit", "floor", "reprieve"]
    assert "granted" in lines[0]
    assert "proposed" in lines[1]
    assert "nothing was read of it yet" in lines[2]
    assert "3 matters" in said.err


def test_one_matter_shows_its_line_with_sentences_publishers_and_why(run):
    code, said = run("matters", "stibnite-permit")

    assert code == 0
    assert "STATUS  draft \u2192 granted" in said.out
    assert f'"{GRANTED}"' in said.out
    assert "why: granted lies higher on the ladder than draft" in said.out
    assert "evidence  granted" in said.out
    assert "seen 2026-03-02 09:00 UTC" in said.out


def test_a_matter_that_nothing_moved_yet_says_what_it_follows(run):
    code, said = run("matters", "reprieve")

    assert code == 0
    assert "follows  event: export_control; document 2025-61; also where it is merely recalled" in said.out
    assert "nothing was read of it yet" in said.out
    assert "declared in " in said.out
    _, said = run("matters", "reprieve", "--json")
    assert json.loads(said.out)["follows"] == [
        "event: export_control; document 2025-61; also where it is merely recalled"
    ]


async def test_one_matter_is_counted_as_one(tmp_path, capsys):
    before, _, after = RULES.partition("  - id: reprieve")
    async with world(tmp_path, rules=before + after[after.index("rules:") : after.index("  - id: notes")]):
        pass

    assert main(["--config", str(tmp_path / "watcher.yaml"), "matters"]) == 0
    assert capsys.readouterr().err == "1 matter\n"


def test_a_note_says_that_it_is_unconfirmed(run):
    _, said = run("matters", "floor")

    assert "NOTE  UNCONFIRMED" in said.out
    assert "the status stays" in said.out


def test_a_program_gets_the_same_as_json(run):
    _, said = run("matters", "stibnite-permit", "--json")

    found = json.loads(said.out)
    assert (found["status"], found["declared"]) == ("granted", True)
    assert [each["change"] for each in found["line"]] == ["status", "evidence"]
    _, said = run("matters", "--json")
    assert {json.loads(line)["matter"] for line in said.out.splitlines()} == {"stibnite-permit", "floor", "reprieve"}


def test_an_unknown_matter_and_a_limit_of_nothing_are_refused(run):
    code, said = run("matters", "stibnite-permits")
    assert (code, "did you mean" in said.err) == (1, True)

    assert run("matters", "--limit", "0")[0] == 2


def test_why_says_which_matter_an_article_moved_or_only_repeated(run, folder):
    with closing(sqlite3.connect(folder / "watcher.db")) as db:
        [(moved,), (again,)] = db.execute(
            "select a.id from matter_articles w join articles a on a.number = w.article "
            "join transitions t on t.number = w.transition where t.matter = 'stibnite-permit' and t.change = 'status' "
            "order by w.repeats"
        ).fetchall()

    _, said = run("why", moved)
    assert "matter      stibnite-permit (Stibnite federal permits): STATUS  draft \u2192 granted" in said.out
    assert "matched, warning; raised" in said.out
    assert "yes  when: matter: *" in said.out

    _, said = run("why", again)
    assert "repeats STATUS" in said.out
    assert "it says the same as" in said.out
