"""Why a rule on a series told of a point: by what was found then, since a point's text is no point."""

from __future__ import annotations

from tests.pipeline.test_series_rules import CONFIG, JOB, publish
from tests.pipeline.world import world
from watcher.app.account_words import account_words, starred
from watcher.app.explaining import account
from watcher.stores.sqlite.evidence import EvidenceTable


async def test_a_point_that_was_told_is_explained_by_what_it_was(tmp_path):
    async with world(tmp_path, rules=JOB, config=CONFIG, sources=("plain",)) as here:
        await publish(here, "112", "109", "108")
        [(number,)] = here.rows("select number from articles")

        found = await here.store.read(lambda turn: account(EvidenceTable(turn), here.runtime.rule_set, number, []))

    said = "\n".join(account_words(found, starred))
    assert "no point of a series" not in said
    assert "pruned" not in said
    assert "yes  series: plain, below 110 USD/kg" in said
    assert "value: 108 USD/kg · before: 109 USD/kg" in said
