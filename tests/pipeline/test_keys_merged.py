from __future__ import annotations

from dataclasses import replace

import pytest

from tests.pipeline.test_requirements import HOUR, ban, rules
from tests.pipeline.world import plain, world
from watcher.pipeline.judging.catching_up import catch_up
from watcher.stores.sqlite.stories import Author, merge, split


def me(here):
    return Author(name="ann", reason="one event", at=here.now)


async def merged(here, one=0, two=1):
    stories = [story for _, story in here.stories()]
    return await here.store.write(lambda turn: merge(turn.db, stories[one], stories[two], me(here)))


async def test_stories_made_one_by_hand_count_as_one(tmp_path):
    async with world(tmp_path, rules=rules("{count: 3, within: 48h}")) as here:
        for number, source in enumerate(("wire", "daily")):
            await here.publish(source, ban(number, here.now))
            here.now += HOUR
        await merged(here)

        await here.publish("ministry", ban(2, here.now))
        assert here.reasons() == ["not_yet"] * 3
        lived = here.rows("select * from requirement_states")

        for table in ("states", "rules"):
            await here.store.write(lambda turn, of=table: turn.db.execute(f"delete from requirement_{of}"))
        await catch_up(here.store, here.runtime, here.now)
        assert here.rows("select * from requirement_states") == lived


async def test_an_article_put_into_another_story_counts_once(tmp_path):
    async with world(tmp_path, rules=rules("{count: 2, within: 48h}")) as here:
        await here.publish("daily", plain("a", published=here.now))
        here.now += HOUR
        first = ban(0, here.now)
        await here.publish("wire", first)
        # As an article that moved without a word to the requirements: its number tells that it is the same one.
        await here.store.write(
            lambda turn: turn.db.execute(
                "update requirement_states set state = replace(state, ?, 'elsewhere')", (here.stories()[1][1],)
            )
        )

        here.now += HOUR
        more = "<p>It was said that the export ban on gallium ends in June 2027.</p>"
        await here.publish("wire", replace(first, content_html=first.content_html + more))

        assert here.reasons() == ["not_yet", "not_yet"]


async def test_origins_of_stories_made_one_count_together(tmp_path):
    async with world(tmp_path, rules=rules("{sources: 2}")) as here:
        for number, source in enumerate(("wire", "daily")):
            await here.publish(source, ban(number, here.now, link=f"https://{source}.example/{number}"))
            here.now += HOUR
        await merged(here)
        assert here.rows("select count(*) from requirement_states") == [(1,)]
        assert here.reasons() == ["not_yet", "not_yet"]

        await here.publish("ministry", ban(0, here.now, link="https://ministry.example/0"))
        assert here.reasons()[-1] == "raised"
        assert len(here.told("desk")) == 1


@pytest.mark.parametrize("both", [False, True])
async def test_alerts_on_a_story_s_episodes_go_to_the_one_that_takes_it_in(tmp_path, both):
    asked = "{count: 2, within: 48h, of: articles, by: story}"
    async with world(tmp_path, rules=rules(asked)) as here:
        for number in (0, 1):
            await here.publish("wire", ban(number, here.now))
        for number in (0, 1)[0 if both else 1 :]:
            await here.publish("daily", ban(number, here.now, link=f"https://daily.example/{number}"))
        assert len(here.told("desk")) == 1 + both

        done = await merged(here)

        assert len(done.closed) == both
        alerts = here.rows("select subject, state from alerts order by state")
        assert {subject.split("@")[0] for subject, state in alerts if state == "open"} == {f"key:{done.story}"}
        assert [state for _, state in alerts] == ["closed"] * both + ["open"]


async def test_what_was_split_off_counts_for_its_new_story(tmp_path):
    async with world(tmp_path, rules=rules("{sources: 3}")) as here:
        await here.publish("wire", ban(0, here.now))
        await here.publish("daily", ban(0, here.now, link="https://daily.example/0"))
        ((_, old), *_) = here.stories()
        ((second,),) = here.rows("select id from articles where source = 'daily'")

        new = await here.store.write(lambda turn: split(turn.db, old, [second], me(here)))

        states = dict(here.rows("select key, json_extract(state, '$.items[0][1]') from requirement_states"))
        assert states == {old: 1, new: 2}


async def test_what_was_split_off_is_counted_where_it_went(tmp_path):
    asked = "{spike: 2, within: 48h, against: 10d, at_least: 3, by: story}"
    async with world(tmp_path, rules=rules(asked)) as here:
        await here.publish("wire", ban(0, here.now))
        await here.publish("daily", ban(0, here.now, link="https://daily.example/0"))
        ((_, old), *_) = here.stories()
        ((second,),) = here.rows("select id from articles where source = 'daily'")

        new = await here.store.write(lambda turn: split(turn.db, old, [second], me(here)))

        counts = dict(here.rows("select key, json_extract(state, '$.counts[0][1]') from requirement_states"))
        assert counts == {old: 1, new: 1}
