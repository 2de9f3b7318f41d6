"""`watcher reread`: what it says, refuses, and leaves alone."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from tests.commands.world import BAN, OLD, world


@pytest.fixture
async def here(tmp_path):
    async with world(tmp_path) as made:
        await made.once(OLD)
        await made.once(BAN)
        yield made


def stored(here) -> int:
    with closing(sqlite3.connect(here.database)) as db:
        return db.execute("select count(*) from understood").fetchone()[0]


async def test_what_was_never_read_is_read_and_counted(here, capsys):
    assert await here.watcher("reread", "--dry-run") == 0
    assert "2 articles would be read anew: 0 as before, 0 otherwise, 2 for the first time" in capsys.readouterr().out
    assert stored(here) == 0

    assert await here.watcher("reread", "--source", "wire", "--since", "7d") == 0
    said = capsys.readouterr().out
    assert "2 articles read anew: 0 as before, 0 otherwise, 2 for the first time; nobody is told\n" in said
    assert "       2  not read -> export control\n" in said
    assert stored(here) == 2

    assert await here.watcher("reread") == 0
    assert capsys.readouterr().out == "everything was read by the present version already\n"


async def test_an_unknown_source_and_a_wrong_time_are_refused(here, capsys):
    assert await here.watcher("reread", "--source", "wires") == 2
    assert 'nothing is stored of source wires, did you mean "wire"?' in capsys.readouterr().err
    assert await here.watcher("reread", "--since", "soon") == 2
    assert "--since: " in capsys.readouterr().err


async def test_a_database_that_is_not_there_is_said_alone(tmp_path, capsys):
    async with world(tmp_path) as here:
        assert await here.watcher("reread") == 1

        said = capsys.readouterr()
        assert said.out == ""
        assert "watcher.db" in said.err
