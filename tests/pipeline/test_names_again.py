from __future__ import annotations

from tests.pipeline.world import entry, world
from watcher.core.model import Row
from watcher.stores.sqlite.renaming import rename


async def test_a_name_that_was_given_away_can_be_used_again(tmp_path):
    async with world(tmp_path) as here:
        await here.publish("wire", entry(), entry("other", title="Chile sets an export ban", content_html=""))
        await here.store.write(lambda turn: rename(turn.db, "wire", "old-wire"))
        await here.store.write(lambda turn: turn.sources.ensure(["wire"], here.now, lambda _: here.now - here.now))
        await here.publish("wire")

        done = await here.publish("wire", entry(published=here.now), entry("third", title="An export ban in Peru"))

        assert done.new == 2
        assert len({id_ for (id_,) in here.rows("select id from articles")}) == 4


async def test_a_row_under_a_name_used_again_is_told(tmp_path):
    row = Row(key="k1", label="Gallium", fields=(("measure", "export ban"),))
    async with world(tmp_path) as here:
        await here.publish("wire", row)
        await here.store.write(lambda turn: rename(turn.db, "wire", "old-wire"))
        await here.store.write(lambda turn: turn.sources.ensure(["wire"], here.now, lambda _: here.now - here.now))
        await here.publish("wire")

        await here.publish("wire", row)

        assert len(here.told("desk")) == 2
        assert here.rows("select count(*) from alerts") == [(2,)]
