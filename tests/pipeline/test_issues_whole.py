from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.pipeline.test_issues import FRIDAY, WEEK, titles
from tests.pipeline.world import CONFIG, RULES, entry, world
from watcher.stores.sqlite import issues

TWO_RULES = (
    RULES
    + """\
  - id: gallium
    title: Gallium is named
    severity: notice
    when: {words: [deadline in June]}
    examples:
      match: ["A deadline in June for gallium.", "The deadline in June nears."]
      skip: ["The mine reopens in May.", "Nothing happened."]
"""
)


async def test_what_an_issue_has_no_room_for_waits_for_the_next(tmp_path, monkeypatch):
    monkeypatch.setattr(issues, "_MAX_QUEUE", 2)
    async with world(tmp_path) as here:
        words = ("Antimony", "Bismuth", "Chromium")
        for word in words:
            await here.publish("wire", entry(word, title=f"{word}: export ban set", content_html=f"<p>{word}.</p>"))
        here.now = FRIDAY
        first = titles(await here.issue())
        here.now = FRIDAY + WEEK
        second = titles(await here.issue())

        assert (len(first), len(second)) == (2, 1)
        assert {title.split(":")[0] for title in (*first, *second)} == set(words)


async def test_a_period_whose_key_is_taken_swallows_nothing(tmp_path):
    daily = CONFIG.replace("Fri 15:00", "daily 07:00")
    async with world(tmp_path, config=daily) as here:
        here.now = datetime(2026, 3, 6, 7, 0, tzinfo=UTC)
        assert await here.issue() is not None
        here.change(config=CONFIG)
        here.now = FRIDAY
        assert await here.issue() is not None
        here.change(config=CONFIG.replace("Fri 15:00", "daily 18:00"))
        await here.publish("wire", entry())
        here.now = FRIDAY + timedelta(hours=3)

        found = titles(await here.issue()) if await _due(here) else []
        here.now += timedelta(days=1)
        found += titles(await here.issue())

        assert found == ["Ministry announces export ban on gallium"]


async def _due(here):
    return await here.store.read(lambda turn: turn.issues.last("weekly")) is None


async def test_a_further_rule_on_a_told_story_is_an_update(tmp_path):
    async with world(tmp_path, rules=TWO_RULES) as here:
        await here.publish("wire", entry())
        here.now = FRIDAY
        await here.issue()
        here.now += timedelta(days=1)
        text = entry().content_html + "<p>There is a deadline in June.</p>"
        await here.publish("wire", entry(content_html=text))
        here.now = FRIDAY + WEEK

        message = await here.issue()

        assert message is not None
        (update,) = message.updates
        assert any("Gallium is named" in news for news in update.news)


async def test_what_is_raised_again_after_a_retraction_was_told_returns(tmp_path):
    async with world(tmp_path) as here:
        await here.publish("wire", entry())
        here.now = FRIDAY
        await here.issue()
        here.now += timedelta(days=1)
        await here.publish("wire", entry(title="Ministry speaks", content_html="<p>Never mind.</p>"))
        here.now = FRIDAY + WEEK
        retracted = await here.issue()
        here.now += timedelta(days=1)
        await here.publish("wire", entry())
        here.now = FRIDAY + 2 * WEEK

        message = await here.issue()

        assert retracted is not None
        assert len(retracted.updates) == 1
        assert message is not None
        assert len(message.updates) == 1
