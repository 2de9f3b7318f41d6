"""What is taken back after it was told, and where: steps of sequences, and what a route never told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.pipeline.test_requirements import rules
from tests.pipeline.world import CONFIG, World, entry, world

HOUR = timedelta(hours=1)
FOLLOWED = rules("{sequence: [{then: {words: [reopens]}, within: 9h}], by: source}")
LISTING = CONFIG.replace("desk: {channels: [desk]}", "desk: {channels: [desk], quiet: 1h, after_quiet: list}")


async def told_course(here: World) -> None:
    await here.publish("wire", entry("ban", published=here.now))
    here.now += HOUR
    mine = entry("mine", title="The mine reopens", content_html="<p>The mine reopens.</p>", published=here.now)
    await here.publish("wire", mine)
    assert [told.change for told in here.told("desk")] == ["raised"]
    here.now += HOUR


@pytest.mark.parametrize("step", ["ban", "mine"])
async def test_a_sequence_that_was_told_is_taken_back_with_any_of_its_steps(tmp_path, step):
    async with world(tmp_path, rules=FOLLOWED) as here:
        await told_course(here)
        await here.publish("wire", entry(step, title="A correction", content_html="<p>Nothing of it is so.</p>"))
        assert [told.change for told in here.told("desk")] == ["raised", "retracted"]
        assert here.rows("select state from alerts") == [("closed",)]


async def test_a_step_told_in_other_words_takes_nothing_back(tmp_path):
    async with world(tmp_path, rules=FOLLOWED) as here:
        await told_course(here)
        text = "<p>The mine reopens, after repairs.</p>"
        await here.publish("wire", entry("mine", title="The mine reopens at last", content_html=text))
        assert [told.change for told in here.told("desk")] == ["raised"]


async def test_a_retraction_of_what_was_only_listed_is_listed(tmp_path):
    async with world(tmp_path, config=LISTING) as here:
        await here.publish("wire", entry("ban", published=here.now))
        other = entry("other", title="Antimony falls under an export ban", content_html="<p>An export ban.</p>")
        await here.publish("daily", other)
        assert [reason for _, reason in here.decisions("route:desk")] == ["told", "quiet"]
        here.now += HOUR * 3
        await here.publish("daily", entry("third", title="Tin: an export ban", content_html="<p>On tin.</p>"))
        await here.publish("daily", entry("other", title="A correction", content_html="<p>Nothing of it is so.</p>"))
        assert here.decisions("route:desk")[-1] == ("retracted", "listed")
        assert here.rows("select detail from decisions where change = 'retracted' and way = 'route:desk'") == [
            ("what it takes back was never told here",)
        ]
