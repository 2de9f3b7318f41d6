"""What is held is told whatever becomes of its alert meanwhile: closed after 30 days, or merged by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.pipeline.test_lifecycle import alert, revised
from tests.pipeline.world import CONFIG, RULES, World, entry, world
from watcher.pipeline.taking_in.closing import close_due
from watcher.pipeline.telling import lifecycle
from watcher.pipeline.telling.escalating import escalate_due
from watcher.pipeline.telling.releasing import release_due
from watcher.stores.sqlite.stories import Author, merge

DAY = timedelta(days=1)


async def beat(here: World) -> None:
    await close_due(here.store, here.now)
    await release_due(here.store, here.runtime, here.now)


@pytest.mark.parametrize("asked", ['mute: {from: "08:00", to: "12:00"}', "wait: 1h"])
async def test_what_is_held_is_told_though_nothing_ran_for_31_days(tmp_path, asked):
    config = CONFIG.replace("desk: {channels: [desk]}", f"desk: {{channels: [desk], {asked}}}")
    async with world(tmp_path, config=config) as here:
        await here.publish("wire", entry())
        here.now += DAY * 31 + DAY / 4
        await beat(here)
        assert [told.change for told in here.told("desk")] == ["raised"]
        await beat(here)
        assert here.rows("select state from alerts") == [("closed",)]


async def test_a_snoozed_alert_is_not_closed_before_the_snooze_is_over(tmp_path):
    async with world(tmp_path) as here:
        await here.publish("wire", entry())
        id_, until = await alert(here), here.now + DAY * 40
        await here.store.write(lambda turn: lifecycle.snooze(turn, id_, "anna", here.now, "link", until=until))
        await revised(here, "$75 million")
        here.now += DAY * 39
        await beat(here)
        assert here.rows("select state from alerts") == [("open",)]
        here.now = until
        await beat(here)
        assert [told.change for told in here.told("desk")] == ["raised", "updated"]


async def test_an_alert_merged_by_hand_hands_over_its_severity_and_what_is_held_of_it(tmp_path):
    config = CONFIG.replace("desk: {channels: [desk]}", 'desk: {channels: [desk], mute: {from: "10:00", to: "12:00"}}')
    async with world(tmp_path, config=config) as here:
        await here.publish("wire", entry())
        here.now += DAY / 20  # 10:12
        text = "Ruritania sets an export ban on tungsten"
        await here.publish("ministry", entry("decree", title=text, content_html=f"<p>{text}.</p>"))
        (first,), (second,) = here.rows("select story from articles order by number")
        by = Author(name="a", reason="r", at=here.now)
        await here.store.write(lambda turn: merge(turn.db, first, second, by))
        here.now += DAY / 8
        await beat(here)
        stays, held = here.told("desk")
        assert (held.alert, held.headline, held.severity) == (stays.alert, text, "urgent")
        assert here.rows("select severity from alerts where state = 'open'") == [("urgent",)]


TWO = 'desk: {channels: [desk], when: "-source:ministry"%s}\n  law: {channels: [lab], when: "source:ministry"%s}'


async def two(here: World) -> tuple[str, str]:
    """Two stories under one rule, the older told on `desk`, the younger on `law`; their alerts."""
    await here.publish("wire", entry())
    here.now += DAY / 24
    text = "Ruritania sets an export ban on tungsten"
    await here.publish("ministry", entry("decree", title=text, content_html=f"<p>{text}.</p>"))
    (older,), (younger,) = here.rows("select id from alerts order by raised")
    return older, younger


async def merged(here: World) -> None:
    (first,), (second,) = here.rows("select story from articles order by number")
    by = Author(name="a", reason="r", at=here.now)
    await here.store.write(lambda turn: merge(turn.db, first, second, by))


def of_two(asked: str) -> str:
    return CONFIG.replace("desk: {channels: [desk]}", TWO % ("", f", {asked}"))


async def test_reminders_of_an_alert_that_is_merged_go_on_for_the_one_that_stays(tmp_path):
    async with world(tmp_path, config=of_two("escalate: {after: 30m, repeat: 1h, times: 2}")) as here:
        older, _ = await two(here)
        await merged(here)
        for _ in range(4):
            here.now += DAY / 24
            await escalate_due(here.store, here.runtime, here.now)
        said = [(told.alert == older, told.change) for told in here.told("lab")]
        assert said == [(False, "raised"), (True, "reminded"), (True, "reminded")]
        await here.store.write(lambda turn: lifecycle.acknowledge(turn, older, "anna", here.now, "link"))
        assert here.rows("select distinct alert from escalations where due is not null") == []


async def test_reminders_of_a_merged_alert_end_where_somebody_takes_care_of_the_one_that_stays(tmp_path):
    config = of_two("escalate: {after: 30m}")
    rules = RULES.replace("severity: {urgent: {trust: authority}, else: warning}", "severity: warning")
    async with world(tmp_path, config=config, rules=rules) as here:
        older, _ = await two(here)
        done = await here.store.write(lambda turn: lifecycle.acknowledge(turn, older, "anna", here.now, "link"))
        await merged(here)
        here.now += DAY / 24
        await escalate_due(here.store, here.runtime, here.now)
        assert [told.change for told in here.told("lab")] == ["raised"]
        await here.store.write(lambda turn: lifecycle.undo(turn, done.number, "anna", here.now, "link"))
        await escalate_due(here.store, here.runtime, here.now)
        assert [told.change for told in here.told("lab")] == ["raised", "reminded"]


async def test_a_snooze_of_an_alert_that_is_merged_holds_for_the_one_that_stays(tmp_path):
    async with world(tmp_path) as here:
        older, younger = await two(here)
        until = here.now + DAY
        await here.store.write(lambda turn: lifecycle.snooze(turn, younger, "anna", here.now, "link", until=until))
        await here.store.write(lambda turn: lifecycle.assign(turn, younger, "anna", here.now, "link", to="bert"))
        await merged(here)
        await revised(here, "$75 million")
        assert here.decisions("route:desk")[-1] == ("updated", "snoozed")
        here.now = until
        await beat(here)
        assert (here.told("desk")[-1].alert, here.told("desk")[-1].change) == (older, "updated")
        assert [(each.what, each.words) for each in here.told("desk")[-1].handled][-1] == ("assigned", "bert")


async def test_what_waits_of_a_merged_alert_is_told_on_the_route_that_never_told_of_the_other(tmp_path):
    rules = RULES.replace("severity: {urgent: {trust: authority}, else: warning}", "severity: warning")
    async with world(tmp_path, config=of_two("wait: 2h"), rules=rules) as here:
        older, _ = await two(here)
        await merged(here)
        here.now += DAY / 8
        await beat(here)
        assert [(told.alert, told.change) for told in here.told("lab")] == [(older, "raised")]
        assert [told.change for told in here.told("desk")] == ["raised"]


async def test_an_article_that_is_corrected_takes_back_the_alert_that_was_merged_into_another(tmp_path):
    async with world(tmp_path) as here:
        await here.publish("wire", entry())
        here.now += DAY / 20
        text = "Ruritania sets an export ban on tungsten"
        await here.publish("ministry", entry("decree", title=text, content_html=f"<p>{text}.</p>"))
        await merged(here)
        told = len(here.told("desk"))
        here.now += DAY / 24
        text = "Ruritania trades tungsten"
        await here.publish("ministry", entry("decree", title=text, content_html=f"<p>{text}.</p>", updated=here.now))
        await beat(here)
        (first, second) = here.rows("select id, state, severity from alerts order by raised")
        assert [(each.change, each.alert) for each in here.told("desk")[told:]] == [("retracted", second[0])]
        assert (first[1:], second[1]) == (("open", "warning"), "closed")
        here.now += DAY / 24
        await here.publish("ministry", entry("decree", title=text, content_html=f"<p>{text}!</p>", updated=here.now))
        assert len(here.told("desk")) == told + 1


async def test_a_draft_has_the_severity_that_a_merge_before_its_cut_off_gave(tmp_path):
    config = CONFIG.replace('at: "Fri 15:00", zone: UTC', 'at: "Tue 10:00", zone: UTC, take: "rule:bans"')
    async with world(tmp_path, config=config) as here:
        await two(here)
        await merged(here)
        here.now = here.now.replace(hour=10, minute=30) + DAY
        text = "The ban on tungsten covers 40 companies"
        await here.publish(
            "wire", entry(content_html=f"<p>Chile sets an export ban on tungsten. {text}.</p>", updated=here.now)
        )
        issue = await here.issue()
        assert issue is not None
        assert [story.severity for section in issue.sections for story in section.stories] == ["urgent"]


MUTED = CONFIG.replace("desk: {channels: [desk]}", 'desk: {channels: [desk], mute: [{from: "09:30", to: "12:00"}]}')
NOTHING = "Ruritania trades tungsten"


async def never_mind(here: World) -> None:
    """The younger story's article says nothing of it any more."""
    await here.publish("ministry", entry("decree", title=NOTHING, content_html=f"<p>{NOTHING}.</p>", updated=here.now))


async def test_what_is_held_of_a_merged_alert_is_not_told_once_its_own_article_takes_it_back(tmp_path):
    async with world(tmp_path, config=MUTED) as here:
        older, younger = await two_in_a_window(here)
        await merged(here)
        await never_mind(here)
        here.now += DAY / 8
        await beat(here)
        assert [(told.alert, told.change) for told in here.told("desk")] == [(older, "raised")]
        assert here.rows("select reason, detail from decisions where alert = ? and way = 'route:desk'", younger) == [
            ("muted", "muted until 2026-03-02 12:00 UTC"),
            ("listed", "overtaken: the alert is retracted"),
            ("listed", "what it takes back was held and never told"),
        ]
        assert here.rows("select severity from alerts where id = ?", older) == [("warning",)]


async def test_what_was_told_of_a_merged_alert_under_the_other_s_name_is_withdrawn(tmp_path):
    async with world(tmp_path, config=MUTED) as here:
        older, younger = await two_in_a_window(here)
        await merged(here)
        here.now += DAY / 8
        await beat(here)
        await never_mind(here)
        told = [(told.alert, told.change) for told in here.told("desk")]
        assert told == [(older, "raised"), (older, "raised"), (younger, "retracted")]


@pytest.mark.parametrize("begins", ["08:00", "09:30"])
async def test_what_is_held_of_a_merged_alert_is_told_though_the_article_of_the_other_is_taken_back(tmp_path, begins):
    config = CONFIG.replace(
        "desk: {channels: [desk]}", f'desk: {{channels: [desk], mute: {{from: "{begins}", to: "12:00"}}}}'
    )
    async with world(tmp_path, config=config) as here:
        await two_in_a_window(here)
        await merged(here)
        title = "Ruritania trades tungsten"
        await here.publish("wire", entry(title=title, content_html=f"<p>{title}.</p>", updated=here.now))
        here.now += DAY / 8
        await beat(here)
        assert ("raised", "Ruritania sets an export ban on tungsten") in [
            (told.change, told.headline) for told in here.told("desk")
        ]


async def test_what_waits_of_a_merged_alert_is_told_though_the_article_of_the_other_is_taken_back(tmp_path):
    config = CONFIG.replace("desk: {channels: [desk]}", "desk: {channels: [desk], wait: 2h}")
    async with world(tmp_path, config=config) as here:
        await here.publish("wire", entry())
        here.now += DAY / 8
        await beat(here)
        text = "Ruritania sets an export ban on tungsten"
        await here.publish("ministry", entry("decree", title=text, content_html=f"<p>{text}.</p>"))
        await merged(here)
        await here.publish("wire", entry(title=NOTHING, content_html=f"<p>{NOTHING}.</p>", updated=here.now))
        here.now += DAY / 8
        await beat(here)
        assert ("raised", text) in [(told.change, told.headline) for told in here.told("desk")]


async def two_in_a_window(here: World) -> tuple[str, str]:
    """Two stories under one rule, the older told, the younger, which is more severe, held by a window."""
    await here.publish("wire", entry())
    here.now += DAY / 24
    text = "Ruritania sets an export ban on tungsten"
    await here.publish("ministry", entry("decree", title=text, content_html=f"<p>{text}.</p>"))
    (older,), (younger,) = here.rows("select id from alerts order by raised")
    return older, younger


async def test_what_was_held_is_decided_under_the_observation_that_made_it(tmp_path):
    async with world(tmp_path, config=MUTED) as here:
        await here.publish("wire", entry())
        for figure in ("$75 million", "$90 million"):
            here.now += DAY / 24
            await revised(here, figure)
        here.now += DAY / 8
        await beat(here)
        found = here.rows("select observation, reason from decisions where way = 'route:desk' and change = 'updated'")
        (first, _), (second, _), *told = found
        assert told == [(first, "told"), (second, "told")]
        assert first < second
