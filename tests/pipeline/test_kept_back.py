"""What somebody acknowledged or snoozed is kept from routes; a digest keeps it, once, and says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.pipeline.test_issues import FRIDAY, WEEK
from tests.pipeline.world import CONFIG, MONDAY, World, entry, world
from watcher.core.telling.messages import DigestMessage, DigestStory
from watcher.core.telling.translating import in_words
from watcher.pipeline.telling import lifecycle
from watcher.pipeline.telling.releasing import release_due
from watcher.render.catalogues import Catalogues

HOUR = timedelta(hours=1)
GERMAN = Catalogues(Path(__file__).parents[2] / "templates").words("de")
SNOOZED = "not told at the time: snoozed until 2026-03-02 13:00 UTC"


def revised(amount: str) -> str:
    return f"<p>The ministry announced an export ban on gallium worth ${amount}, in force from 1 May.</p>"


async def kept_back(here: World, how: str) -> None:
    (alert,) = (id_ for (id_,) in here.rows("select id from alerts"))
    if how == "snoozed":
        until = here.now + 4 * HOUR
        await here.store.write(lambda turn: lifecycle.snooze(turn, alert, "anna", here.now, "link", until=until))
    else:
        await here.store.write(lambda turn: lifecycle.acknowledge(turn, alert, "anna", here.now, "link"))


def stories(message: DigestMessage | None) -> list[DigestStory]:
    assert message is not None
    told = [story for section in message.sections for story in section.stories]
    return [*told, *message.brief, *message.updates, *message.analysis]


@pytest.mark.parametrize(
    ("how", "words", "german"),
    [
        ("snoozed", SNOOZED, "zurückgestellt bis 2026-03-02 13:00"),
        (
            "acknowledged",
            "not told at the time: acknowledged by a reader on 2026-03-02 ",
            "von jemandem bestätigt am 2026",
        ),
    ],
)
async def test_a_new_story_stands_once_and_says_that_news_of_it_were_not_told(tmp_path, how, words, german):
    async with world(tmp_path) as here:
        await here.publish("wire", entry())
        await kept_back(here, how)
        here.now += HOUR
        await here.publish("wire", entry(content_html=revised("75 million")))
        assert here.decisions("route:desk")[-1] == ("updated", "snoozed")
        ((detail,),) = here.rows("select detail from decisions where way = 'digest:weekly' and change = 'updated'")
        assert detail.startswith(f"not told at the time: {how} by anna")
        here.now = FRIDAY
        await release_due(here.store, here.runtime, here.now)
        issue = await here.issue()
        (story,) = stories(issue)
        assert [flag for flag in story.flags if flag.startswith(words)]
        assert "anna" not in str(story)
        assert issue is not None
        (story,) = stories(in_words(issue, GERMAN))
        assert [flag for flag in story.flags if flag.startswith(f"damals nicht gemeldet: {german}")]


async def test_a_flag_that_names_a_site_names_it_in_every_language(tmp_path):
    async with world(tmp_path) as here:
        await here.publish("wire", entry())
        here.now = FRIDAY
        issue = await here.issue()
        assert issue is not None
        flag = "old_wire.example changed the article; what matched is no longer in it"
        sections = [
            replace(each, stories=[replace(story, flags=(flag,)) for story in each.stories]) for each in issue.sections
        ]
        (story,) = stories(in_words(replace(issue, sections=sections), GERMAN))
        assert story.flags == ("old_wire.example hat den Artikel geändert; das Gefundene steht nicht mehr darin",)


async def test_an_update_of_a_told_story_says_what_is_new_and_that_it_was_not_told(tmp_path):
    async with world(tmp_path) as here:
        await here.publish("wire", entry())
        here.now = FRIDAY
        assert len(stories(await here.issue())) == 1
        here.now = MONDAY + WEEK
        await kept_back(here, "snoozed")
        here.now += HOUR
        await here.publish("wire", entry(content_html=revised("75 million")))
        here.now = FRIDAY + WEEK
        await release_due(here.store, here.runtime, here.now)
        (story,) = stories(await here.issue())
        assert story.news == (
            "figures changed: none before, $75 million now",
            SNOOZED.replace("03-02", "03-09"),
        )
        here.now += WEEK
        assert stories(await here.issue()) == []


async def test_what_an_acknowledgement_keeps_from_a_daily_reader_is_collected_all_the_same(tmp_path):
    bob = 'recipients:\n  bob: {to: lab, volume: daily, at: "20:00", zone: UTC}\nroutes:\n'
    text = CONFIG.replace("routes:\n", bob).replace("{channels: [desk]}", "{channels: [desk], recipients: [bob]}")
    async with world(tmp_path, config=text) as here:
        await here.publish("wire", entry())
        here.now = MONDAY.replace(hour=20)
        assert len(stories(await here.issue("to:bob"))) == 1
        await kept_back(here, "acknowledged")
        here.now += HOUR
        await here.publish("wire", entry(content_html=revised("75 million")))
        here.now += 23 * HOUR
        (story,) = stories(await here.issue("to:bob"))
        assert story.news[0] == "figures changed: none before, $75 million now"
