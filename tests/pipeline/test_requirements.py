"""Requirements over time through the pipeline with a real store: what is counted, what is told, what ends."""

from __future__ import annotations

from datetime import timedelta

from tests.pipeline.world import MONDAY, entry, world
from watcher.pipeline.catching_up import catch_up
from watcher.pipeline.requiring import require_due

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def rules(require: str, when: str = "{words: [export ban]}") -> str:
    return f"""\
format: 1
rules:
  - id: bans
    title: Many export bans
    severity: {{urgent: {{trust: authority}}, else: warning}}
    when: {when}
    require: {require}
    examples:
      match: ["Country sets an export ban on gallium.", "An export ban on antimony."]
      skip: ["The mine reopens in May.", "Nothing happened."]
"""


METALS = ["gallium", "antimony", "tungsten", "graphite", "bismuth", "tellurium", "indium"]


def ban(number: int, at=None, **changes):
    metal, land = METALS[number % len(METALS)], f"Land{number}"
    text = f"{land} sets an export ban on {metal} from quarter {number}."
    return entry(
        f"ban{number}",
        title=text,
        content_html=f"<p>{text} Its miners of {metal} were told.</p>",
        published=at,
        **changes,
    )


async def test_the_third_story_within_a_day_is_told_with_the_items_that_made_it(tmp_path):
    async with world(tmp_path, rules=rules("{count: 3, within: 24h}")) as here:
        for number in range(4):
            await here.publish("wire", ban(number, here.now))
            here.now += 4 * HOUR
        here.now += 2 * DAY
        await here.publish("wire", ban(5, here.now))

        assert here.reasons() == ["not_yet", "not_yet", "raised", "nothing_new", "not_yet"]
        [told] = here.told("desk")
        assert told.news[0] == "third story within 24 hours"
        assert [line.partition(": ")[2] for line in told.news[1:]] == [
            "Land0 sets an export ban on gallium from quarter 0. (wire.example)",
            "Land1 sets an export ban on antimony from quarter 1. (wire.example)",
        ]
        assert here.rows("select subject, state from alerts") == [("key:all@2026-03-02T17:00:00Z", "closed")]
        assert ("closed", "closed") in here.decisions("alert")


async def test_history_feeds_the_count_and_tells_nobody(tmp_path):
    async with world(tmp_path, rules=rules("{count: 3, within: 24h}"), seen=False) as here:
        await here.publish("wire", *[ban(number, here.now - HOUR) for number in range(5)])
        assert here.reasons() == ["first_sight"] * 5
        assert here.told("desk") == []

        here.now += HOUR
        await here.publish("wire", ban(7, here.now))
        assert here.reasons()[5:] == ["raised"]


async def test_silence_is_told_at_its_hour_and_ends_with_the_next_article(tmp_path):
    async with world(tmp_path, rules=rules("{silent: 24h, by: source}")) as here:
        await here.publish("wire", ban(1, here.now))
        here.now += 30 * HOUR
        assert await require_due(here.store, here.runtime, here.now) == 1

        [told] = here.told("desk")
        assert told.news == ("nothing for 24 hours; last 2 Mar 09:00",)
        assert told.headline.startswith("nothing for 24 hours; last 2 Mar 09:00 (Land1 sets")
        assert here.rows("select subject, raised from alerts") == [
            ("key:wire@2026-03-03T09:00:00Z", int((MONDAY + DAY).timestamp() * 1_000_000))
        ]
        assert await require_due(here.store, here.runtime, here.now) == 0

        await here.publish("wire", ban(2, here.now))
        assert here.rows("select state from alerts") == [("closed",)]
        assert here.reasons() == ["not_yet", "raised", "not_yet"]


async def test_a_new_rule_goes_through_the_history_in_silence_and_then_begins(tmp_path):
    async with world(tmp_path) as here:
        for number in range(2):
            await here.publish("wire", ban(number, here.now))
            here.now += HOUR
        told = len(here.told("desk"))
        here.change(rules=rules("{count: 3, within: 24h}"))
        assert await catch_up(here.store, here.runtime, here.now) == 1
        assert await catch_up(here.store, here.runtime, here.now) == 0
        assert here.rows("select count(*) from requirement_states") == [(1,)]
        assert len(here.told("desk")) == told

        await here.publish("wire", ban(2, here.now))
        assert here.told("desk")[-1].news[0] == "third story within 24 hours"


async def test_what_is_kept_of_a_rule_that_is_gone_is_dropped(tmp_path):
    async with world(tmp_path, rules=rules("{silent: 24h}")) as here:
        await here.publish("wire", ban(0, here.now))
        here.change(rules=rules("{silent: 36h}"))
        await catch_up(here.store, here.runtime, here.now)
        assert here.rows("select count(*), count(distinct version) from requirement_states") == [(1, 1)]

        here.now += 30 * HOUR
        assert await require_due(here.store, here.runtime, here.now) == 0
        here.now += 6 * HOUR
        assert await require_due(here.store, here.runtime, here.now) == 1
