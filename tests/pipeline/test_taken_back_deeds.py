"""What people did and take back: reminders go on, what was kept back is told; nobody acknowledges what nobody saw."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.pipeline.test_lifecycle import alert, revised
from tests.pipeline.world import CONFIG, RULES, World, entry, world
from watcher.pipeline.telling import lifecycle
from watcher.pipeline.telling.escalating import escalate_due
from watcher.pipeline.telling.releasing import release_due

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
REMINDED = CONFIG.replace("desk: {channels: [desk]}", "desk: {channels: [desk], escalate: {after: 30m, repeat: 1h}}")
MUTED = CONFIG.replace("desk: {channels: [desk]}", 'desk: {channels: [desk], mute: {from: "10:00", to: "12:00"}}')
BY_WORD = RULES.replace(
    "severity: {urgent: {trust: authority}, else: warning}", "severity: {urgent: {words: [immediately]}, else: warning}"
)


async def done(here: World, what: str, id_: str) -> int:
    """One deed; returns its number."""
    match what:
        case "acknowledged":
            deed = await here.store.write(lambda turn: lifecycle.acknowledge(turn, id_, "anna", here.now, "link"))
        case "closed":
            deed = await here.store.write(lambda turn: lifecycle.close(turn, id_, "anna", here.now, "link", reason=""))
        case _:
            until = here.now + HOUR * 8
            deed = await here.store.write(
                lambda turn: lifecycle.snooze(turn, id_, "anna", here.now, "link", until=until)
            )
    assert deed is not None
    return deed.number


async def taken_back(here: World, number: int) -> None:
    await here.store.write(lambda turn: lifecycle.undo(turn, number, "anna", here.now, "link"))


async def beat(here: World) -> None:
    await release_due(here.store, here.runtime, here.now)
    await escalate_due(here.store, here.runtime, here.now)


@pytest.mark.parametrize("deeds", [("acknowledged",), ("closed",), ("acknowledged", "closed")])
async def test_reminders_go_on_when_the_deed_that_stopped_them_is_taken_back(tmp_path, deeds):
    async with world(tmp_path, config=REMINDED) as here:
        await here.publish("wire", entry())
        numbers = [await done(here, each, await alert(here)) for each in deeds]
        here.now += 5 * MINUTE
        await beat(here)
        for number in reversed(numbers):
            await taken_back(here, number)
        await beat(here)
        assert [told.change for told in here.told("desk")] == ["raised"]
        here.now += 25 * MINUTE
        await beat(here)
        assert [told.change for told in here.told("desk")] == ["raised", "reminded"]
        if "closed" in deeds:
            assert [detail for _, detail in here.decisions("hand")] == ["by_hand"]


async def test_what_came_while_it_was_acknowledged_is_told_when_that_is_taken_back(tmp_path):
    async with world(tmp_path) as here:
        await here.publish("wire", entry())
        number = await done(here, "acknowledged", await alert(here))
        await revised(here, "$75 million")
        here.now += HOUR * 48
        await beat(here)
        assert [told.change for told in here.told("desk")] == ["raised"]
        await taken_back(here, number)
        await beat(here)
        assert [told.change for told in here.told("desk")] == ["raised", "updated"]


async def test_a_snooze_taken_back_is_over_whatever_was_snoozed_before(tmp_path):
    async with world(tmp_path) as here:
        await here.publish("wire", entry())
        await done(here, "snoozed", await alert(here))
        here.now += HOUR
        await taken_back(here, await done(here, "snoozed", await alert(here)))
        await revised(here, "$75 million")
        assert [told.change for told in here.told("desk")] == ["raised", "updated"]


@pytest.mark.parametrize("deed", ["acknowledged", "snoozed"])
async def test_a_severity_that_nobody_was_shown_is_told_though_the_alert_is_taken_care_of(tmp_path, deed):
    async with world(tmp_path, config=MUTED, rules=BY_WORD) as here:
        await here.publish("wire", entry())
        here.now += HOUR + 30 * MINUTE
        text = entry().content_html + "<p>The export ban holds immediately.</p>"
        await here.publish("wire", replace(entry(), content_html=text))
        await done(here, deed, await alert(here))
        here.now += HOUR * 2
        await beat(here)
        assert [told.severity for told in here.told("desk")] == ["warning", "urgent"]
