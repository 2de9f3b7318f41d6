from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.pipeline.test_requirements import DAY, HOUR, ban, rules
from tests.pipeline.test_series_rules import CONFIG as SERIES
from tests.pipeline.test_series_rules import JOB, publish
from tests.pipeline.world import world
from watcher.pipeline.judging.catching_up import catch_up
from watcher.pipeline.judging.requiring import require_due
from watcher.stores.sqlite.renaming import forget_state, rename

AT = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("by", "before", "after"),
    [
        ("source", "wire", "agency"),
        ("[source, material]", "wire | gallium", "agency | gallium"),
        ("[material, source]", "gallium | wire", "gallium | agency"),
    ],
)
async def test_what_is_kept_by_source_goes_on_under_the_new_name(tmp_path, by, before, after):
    async with world(tmp_path, rules=rules(f"{{silent: 24h, by: {by}}}")) as here:
        await catch_up(here.store, here.runtime, here.now)
        await here.publish("wire", ban(0, here.now))
        here.now += 2 * DAY
        await require_due(here.store, here.runtime, here.now)
        assert here.rows("select key from requirement_states") == [(before,)]

        await here.store.write(lambda turn: rename(turn.db, "wire", "agency"))

        assert here.rows("select key from requirement_states") == [(after,)]
        assert here.rows("select subject from alerts") == [(f"key:{after}@2026-03-03T09:00:00Z",)]
        await here.store.write(lambda turn: forget_state(turn.db, "agency", AT, again=False))
        assert here.rows("select key from requirement_states") == []
        # nothing of the source would ever end it
        assert here.rows("select state from alerts") == [("closed",)]
        assert here.rows("select detail from decisions where change = 'closed'") == [
            ("the source agency was forgotten",)
        ]


@pytest.mark.parametrize("value", ["gallium", "all"])
async def test_a_source_called_as_another_field_s_value_takes_nothing_along(tmp_path, value):
    by = "material" if value == "gallium" else "all"
    async with world(tmp_path, rules=rules(f"{{silent: 24h, by: {by}}}")) as here:
        await catch_up(here.store, here.runtime, here.now)
        await here.publish("wire", ban(0, here.now))
        here.now += 25 * HOUR
        await require_due(here.store, here.runtime, here.now)
        states = here.rows("select * from requirement_states")
        subjects = [(f"key:{value}@2026-03-03T09:00:00Z",)]
        assert here.rows("select subject from alerts") == subjects
        await here.store.write(
            lambda turn: turn.db.execute("insert into source_state (source, next_due) values (?, 0)", (value,))
        )

        await here.store.write(lambda turn: rename(turn.db, value, "agency"))
        await here.store.write(lambda turn: rename(turn.db, "agency", value))
        await here.store.write(lambda turn: forget_state(turn.db, value, AT, again=False))

        assert here.rows("select * from requirement_states") == states
        assert here.rows("select subject from alerts") == subjects


async def test_alerts_on_a_renamed_series_go_on(tmp_path):
    async with world(tmp_path, rules=JOB, config=SERIES, sources=("plain",)) as here:
        await publish(here, "112", "109", "108")
        assert here.rows("select subject, state from alerts") == [("series:plain/below", "open")]

        await here.store.write(lambda turn: rename(turn.db, "plain", "simple"))
        assert {source for (source,) in here.rows("select source from firings")} == {"simple"}

        here.change(config=SERIES.replace("plain:", "simple:"), rules=JOB.replace("plain", "simple"))
        await publish(here, "114", source="simple")
        assert here.rows("select subject, state from alerts") == [("series:simple/below", "closed")]
