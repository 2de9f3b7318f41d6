"""An alert that is taken back is taken back everywhere it was told, and nowhere else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.pipeline.world import CONFIG, MONDAY, RULES, World, entry, world
from watcher.pipeline.taking_in.closing import close_due
from watcher.pipeline.telling import lifecycle
from watcher.pipeline.telling.escalating import escalate_due
from watcher.pipeline.telling.releasing import release_due

HEAD = CONFIG[: CONFIG.index("channels:")]
CHANNELS = "desk: {kind: file, path: desk.txt}, ops: {kind: file, path: ops.txt}, lab: {kind: file, path: lab.txt}"
BY_WORD = RULES.replace(
    "severity: {urgent: {trust: authority}, else: warning}", "severity: {urgent: {words: [immediately]}, else: warning}"
)
DAILY = 'recipients: {bob: {to: lab, volume: daily, at: "07:00", passes: urgent}}'


def config(*routes: str, more: str = "") -> str:
    every = "".join(f"  {route}\n" for route in (*routes, 'operator: {channels: [ops], when: "rule:nothing"}'))
    return f"{HEAD}channels: {{{CHANNELS}}}\n{more}\nroutes:\n{every}rules: [rules.yaml]\n"


async def taken_back(here: World) -> None:
    await here.publish("wire", entry(title="Ministry speaks", content_html="<p>Never mind.</p>"))


def changes(here: World, channel: str) -> list[str]:
    return [told.change for told in here.told(channel)]


async def test_a_route_hears_it_though_the_new_text_is_none_that_it_asks_for(tmp_path):
    asked = config('desk: {channels: [desk], when: "material:gallium"}', 'lab: {channels: [lab], when: "tin"}')
    async with world(tmp_path, config=asked) as here:
        await here.publish("wire", entry())
        await taken_back(here)
        assert (changes(here, "desk"), changes(here, "lab")) == (["raised", "retracted"], [])


async def test_a_parent_that_told_it_hears_it_though_a_branch_took_it_since(tmp_path):
    night = 'night: {under: desk, when: "severity:urgent", channels: [lab]}'
    async with world(tmp_path, config=config("desk: {channels: [desk]}", night), rules=BY_WORD) as here:
        await here.publish("wire", entry())
        text = entry().content_html + "<p>The export ban holds immediately.</p>"
        await here.publish("wire", replace(entry(), content_html=text))
        await taken_back(here)
        assert changes(here, "desk") == ["raised", "retracted"]
        assert changes(here, "lab") == ["severity_raised", "retracted"]


async def test_whoever_was_reminded_hears_it(tmp_path):
    desk = "desk: {channels: [desk], escalate: {after: 30m, to: duty}}"
    async with world(tmp_path, config=config(desk, 'duty: {channels: [lab], when: "rule:nothing"}')) as here:
        await here.publish("wire", entry())
        here.now += timedelta(hours=1)
        await escalate_due(here.store, here.runtime, here.now)
        await taken_back(here)
        assert changes(here, "lab") == ["reminded", "retracted"]


@pytest.mark.parametrize(
    ("after", "heard"),
    [
        (("desk: {channels: [desk]}", "late: {channels: [lab]}"), []),
        (('front: {channels: [lab], when: "material:gallium"}',), []),
        (('front: {channels: [desk], when: "material:gallium"}',), ["raised", "retracted"]),
    ],
    ids=["added", "elsewhere", "renamed"],
)
async def test_a_route_that_came_since_hears_nothing_unless_it_was_only_renamed(tmp_path, after, heard):
    async with world(tmp_path, config=config("desk: {channels: [desk]}")) as here:
        await here.publish("wire", entry())
        here.change(config=config(*after))
        await taken_back(here)
        assert changes(here, "lab") == []
        if heard:
            assert changes(here, "desk") == heard


@pytest.mark.parametrize("rises", [False, True])
async def test_a_round_up_says_of_what_it_took_in_that_it_is_taken_back(tmp_path, rises):
    desk = 'desk: {recipients: [bob], when: "material:gallium"}'
    async with world(tmp_path, config=config(desk, more=DAILY), rules=BY_WORD) as here:
        await here.publish("wire", entry())
        if rises:  # all of it is told at once then
            text = entry().content_html + "<p>The export ban holds immediately.</p>"
            await here.publish("wire", replace(entry(), content_html=text))
        here.now += timedelta(hours=1)
        await taken_back(here)
        here.now = MONDAY + timedelta(days=1)
        issue = await here.issue("to:bob")
        sections = () if issue is None else issue.sections
        flags = [each.flags for section in sections for each in section.stories]
        assert flags == ([] if rises else [("wire.example changed the article; what matched is no longer in it",)])
        told = [each.change for each in here.told("lab")]
        assert told == (["severity_raised", "retracted"] if rises else [])


async def test_a_digest_says_so_too(tmp_path):
    asked = config("desk: {channels: [desk]}") + (
        'digests:\n  weekly: {at: "Fri 15:00", zone: UTC, channels: [lab], take: "material:gallium"}\n'
        '  other: {at: "Fri 15:00", zone: UTC, channels: [ops], take: "tin"}\n'
    )
    async with world(tmp_path, config=asked) as here:
        await here.publish("wire", entry())
        await taken_back(here)
        assert [reason for _, reason in here.decisions("digest:weekly")] == ["in_digest", "in_digest"]
        assert [reason for _, reason in here.decisions("digest:other")] == ["not_routed", "not_routed"]


@pytest.mark.parametrize("how", ["by hand", "without news"])
async def test_whoever_was_told_hears_it_of_an_alert_that_was_closed_since(tmp_path, how):
    async with world(tmp_path, config=config("desk: {channels: [desk]}", "late: {channels: [lab]}")) as here:
        await here.publish("wire", entry())
        here.now += timedelta(days=31)
        if how == "by hand":
            ((id_,),) = here.rows("select id from alerts")
            await here.store.write(lambda turn: lifecycle.close(turn, id_, "anna", here.now, "link", reason="settled"))
        else:
            assert await close_due(here.store, here.now) == 1
        await taken_back(here)
        assert changes(here, "desk") == ["raised", "retracted"]
        assert here.decisions("alert")[-1] == ("retracted", "retracted")
        assert here.rows("select state from alerts") == [("closed",)]
        await here.publish("wire", entry(title="Ministry says more", content_html="<p>Never mind at all.</p>"))
        assert changes(here, "desk") == ["raised", "retracted"]
        await here.publish("wire", entry())
        assert changes(here, "desk") == ["raised", "retracted", "raised"]


async def test_of_an_alert_that_a_person_closed_untold_nobody_hears_that_it_is_withdrawn(tmp_path):
    muted = 'desk: {channels: [desk], zone: UTC, mute: [{from: "08:00", to: "12:00"}]}'
    async with world(tmp_path, config=config(muted)) as here:
        await here.publish("wire", entry())
        ((id_,),) = here.rows("select id from alerts")
        await here.store.write(lambda turn: lifecycle.close(turn, id_, "anna", here.now, "link", reason="settled"))
        await taken_back(here)
        here.now += timedelta(hours=4)
        await release_due(here.store, here.runtime, here.now)
        assert changes(here, "desk") == []
        assert here.decisions("route:desk")[-1][1] == "listed"
