from __future__ import annotations

from datetime import timedelta

import pytest

from tests.pipeline.test_requirements import DAY, ban, rules
from tests.pipeline.world import plain, world
from watcher.stores.sqlite.upkeep import Keep, prune

ONE_DAY = Keep(articles=timedelta(days=1), bodies=timedelta(days=1))


@pytest.mark.parametrize(
    "require",
    ["{count: 2, within: 100d}", "{silent: 100d}", "{sequence: [{not: {words: [zebra]}, within: 100d}], by: material}"],
)
async def test_what_a_requirement_still_counts_is_not_pruned(tmp_path, require):
    async with world(tmp_path, rules=rules(require)) as here:
        await here.publish("wire", plain("a", published=here.now), ban(0, here.now))
        here.now += 50 * DAY

        done = await here.store.write(lambda turn: prune(turn.db, {}, ONE_DAY, here.now))
        assert (done.articles, done.bodies) == (1, 0)
        assert here.rows("select a.title, t.text is null from articles a join texts t on t.article = a.number") == [
            (ban(0).title, 0)
        ]

        await here.store.write(lambda turn: turn.db.execute("delete from requirement_states"))
        assert (await here.store.write(lambda turn: prune(turn.db, {}, ONE_DAY, here.now))).articles == 1
