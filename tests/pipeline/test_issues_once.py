"""An issue holds each story once, whatever its alerts are about: the story, a matter that it moved, a date that it set."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.pipeline.test_dates import RULES as DATES
from tests.pipeline.test_dates import UNTIL
from tests.pipeline.test_matters import GRANTED, RULES
from tests.pipeline.test_matters import told as article
from tests.pipeline.world import world
from watcher.engines.reminders import remind_due
from watcher.pipeline.taking_in.dating import replan

FRIDAY = datetime(2026, 3, 6, 15, 1, tzinfo=UTC)
PERMITS = """\
  - id: permits
    title: A permit is granted or refused
    severity: notice
    when: {event: permit_approval}
    examples:
      match: ["The Army Corps granted the final permit for the Stibnite mine.", "The Army Corps revoked the final permit for the Stibnite mine."]
      skip: ["The mine at Stibnite hires drillers.", "Nothing happened."]
"""
REVOKED = "The Army Corps of Engineers revoked the federal permit for the Stibnite mine."


def placed(issue):
    assert issue is not None
    return [
        (section.topic, story.headline, story.status, story.articles)
        for section in issue.sections
        for story in section.stories
    ]


async def test_a_matter_joins_the_item_of_the_story_that_moved_it(tmp_path):
    async with world(tmp_path, rules=RULES + PERMITS) as here:
        await here.publish("wire", article("a", GRANTED))
        here.now = FRIDAY

        issue = await here.issue()

        assert placed(issue) == [("permit_approval", GRANTED, "granted", 1)]
        [story] = issue.sections[0].stories
        assert set(story.rules) == {"A matter moves", "A permit is granted or refused"}
        assert story.story in {row for (row,) in here.rows("select story from articles")}
        assert (issue.brief, issue.updates) == ((), ())
        assert here.rows("select stories from issues") == [(1,)]

        here.now += timedelta(days=2)
        await here.publish("wire", article("b", REVOKED, published=here.now))
        here.now = FRIDAY + timedelta(days=7)
        later = await here.issue()

        shown = [*(story for section in later.sections for story in section.stories), *later.brief, *later.updates]
        assert [(story.headline, story.status) for story in shown] == [(REVOKED, "revoked")]


async def test_a_matter_without_a_storys_alert_stands_in_the_section_of_its_topic(tmp_path):
    async with world(tmp_path, rules=RULES) as here:
        await here.publish("wire", article("a", GRANTED))
        here.now = FRIDAY

        assert placed(await here.issue()) == [("permit_approval", GRANTED, "granted", 1)]


async def test_a_date_that_comes_near_stands_in_the_item_of_its_story(tmp_path):
    ban = DATES + PERMITS.replace("permits", "curbs").replace("permit_approval", "export_control").replace(
        '["The Army Corps granted the final permit for the Stibnite mine.", '
        '"The Army Corps revoked the final permit for the Stibnite mine."]',
        f'["{UNTIL}", "China announces export controls on dysprosium."]',
    )
    async with world(tmp_path, rules=ban) as here:
        here.now = datetime(2026, 11, 2, 9, tzinfo=UTC)
        await here.store.write(lambda turn: replan(turn, here.runtime, here.now))
        await here.publish("wire", article("c", UNTIL, published=here.now))
        here.now = datetime(2026, 11, 3, 12, tzinfo=UTC)
        await remind_due(here.store, here.runtime, lambda: here.now)
        assert here.rows("select count(*) from alerts") == [(2,)]
        here.now = datetime(2026, 11, 6, 15, 1, tzinfo=UTC)

        issue = await here.issue()

        assert placed(issue) == [("export_control", UNTIL, None, 1)]
        [story] = issue.sections[0].stories
        assert "expires: 10 November 2026, in 7 days" in story.news[0]
        assert (issue.brief, issue.updates) == ((), ())
