"""The items that an alert rests on: its proof holds every one, and they stay as long as the alert."""

from __future__ import annotations

from datetime import timedelta

from tests.pipeline.test_requirements import DAY, HOUR, ban, rules
from tests.pipeline.world import world
from watcher.stores.sqlite.audit import proof
from watcher.stores.sqlite.sessions import reading
from watcher.stores.sqlite.upkeep import Keep, prune


async def test_the_proof_of_a_count_holds_every_item_that_was_counted(tmp_path):
    async with world(tmp_path, rules=rules("{count: 3, within: 24h}")) as here:
        for number in range(3):
            await here.publish("wire", ban(number, here.now))
            here.now += 4 * HOUR
        here.now += 30 * DAY
        await here.store.write(
            lambda turn: prune(turn.db, {}, Keep(articles=timedelta(days=1), bodies=timedelta(days=1)), here.now)
        )
        [(alert, stored)] = here.rows("select id, rule from alerts")
        with reading(tmp_path / "watcher.db") as db:
            files = {part.name: part.content.decode() for part in proof(db, alert)}

    assert stored == "bans"
    texts = [content for name, content in files.items() if name.endswith("/revision-1.txt")]
    assert sorted(text.partition(" ")[0] for text in texts) == ["Land0", "Land1", "Land2"]
    assert sum(name.endswith("/article.json") and '"sha256_of_text"' in text for name, text in files.items()) == 3
