from __future__ import annotations

import csv

from tests.commands.world import BAN, OLD, world


async def test_an_alert_is_one_row_that_says_each_clause_once(tmp_path, capsys):
    async with world(tmp_path) as here:
        await here.once(OLD)
        await here.once(BAN)
        capsys.readouterr()
        assert await here.watcher("export", "alerts") == 0
        rows = list(csv.DictReader(capsys.readouterr().out.splitlines()))

    found = {row["rule"]: row["evidence"] for row in rows}
    assert len(rows) == len(found) == 2
    clause = found["export-ban"]
    assert clause.startswith("export ban (")
    assert clause.count("words") == 1
