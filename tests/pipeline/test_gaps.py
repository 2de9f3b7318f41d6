"""A feed that lists nothing that was known: what came and went between two polls is lost, and nobody should wonder."""

from __future__ import annotations

from datetime import timedelta

from tests.pipeline.world import plain, world
from watcher.commands.status import _source_words
from watcher.stores.sqlite.connection import connect
from watcher.stores.sqlite.status import status


def outcomes(here) -> list[str]:
    return [
        outcome.partition(":")[0] for (outcome,) in here.rows("select outcome from documents where source = 'wire'")
    ]


async def test_a_feed_that_was_replaced_whole_is_a_gap_that_is_kept_and_shown(tmp_path):
    async with world(tmp_path, seen=False) as here:
        await here.publish("wire", plain("one"), plain("two"))
        here.now += timedelta(hours=1)

        done = await here.publish("wire", plain("three"), plain("four"))

        assert done.gap
        assert outcomes(here) == ["parsed", "gap"]
        db = connect(tmp_path / "watcher.db", readonly=True)
        try:
            (shown,) = [each for each in status(db).sources if each.source == "wire"]
        finally:
            db.close()
        assert shown.last_gap == here.now
        assert "it listed nothing that was known: entries between may be lost" in _source_words(shown, here.now)
        assert "known" not in _source_words(shown, here.now + timedelta(days=8))


async def test_a_feed_that_shares_an_entry_or_is_empty_or_is_new_has_no_gap(tmp_path):
    async with world(tmp_path) as here:
        first = await here.publish("wire", plain("one"), plain("two"))
        here.now += timedelta(hours=1)
        second = await here.publish("wire", plain("three"), plain("two"))
        empty = await here.publish("wire")

        assert (first.gap, second.gap, empty.gap) == (False, False, False)
        assert "gap" not in outcomes(here)
