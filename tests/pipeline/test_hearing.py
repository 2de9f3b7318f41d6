"""Held alerts at their release: each is told to those who hear of it by then, collected for others, or reported."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.pipeline.test_recipients import PEOPLE, PLAIN, addresses
from tests.pipeline.world import World, entry, world
from watcher.core.telling.recipients import round_up_of
from watcher.pipeline.telling.lifecycle import acknowledge, snooze
from watcher.pipeline.telling.releasing import release_due

HOUR = timedelta(hours=1)
DESK = "desk: {channels: [desk], recipients: [anna, bob, eve]}"
TWO = DESK + "\n  two: {recipients: [anna], wait: 2h}"
MUTE = 'desk: {channels: [desk], recipients: [anna, bob, eve], zone: UTC, mute: [{from: "08:00", to: "12:00"}]}'
WEEKLY = ("zone: Asia/Tokyo}", "zone: Asia/Tokyo, volume: weekly}")


async def publish(here: World, source: str = "wire") -> None:
    if source == "wire":
        await here.publish("wire", entry())
    else:
        text = "<p>Ruritania sets an export ban on tungsten.</p>"
        await here.publish(source, entry("decree", title="Ruritania sets an export ban on tungsten", content_html=text))


def queued(here: World) -> list[str]:
    return [digest for (digest,) in here.rows("select digest from digest_queue order by digest, change")]


@pytest.mark.parametrize("times", [1, 2])
async def test_who_hears_weekly_by_then_finds_it_in_the_round_up(tmp_path, times):
    config = PLAIN + PEOPLE.replace(DESK, TWO)
    async with world(tmp_path, config=config) as here:
        await publish(here)
        here.change(config=config.replace(*WEEKLY))
        here.now += 3 * HOUR

        assert [await release_due(here.store, here.runtime, here.now) for _ in range(times)] == [0] * times
        assert here.decisions("route:two") == [("raised", "waiting"), ("raised", "in_digest")]
        assert queued(here) == [round_up_of("anna"), round_up_of("bob")]
        assert addresses(here) == [("desk", ""), ("mail", "anna@example.org")]
        assert here.rows(
            "select count(*) from occasions o where not exists (select 1 from deliveries d where d.occasion = o.id)"
        ) == [(0,)]


async def test_of_what_nobody_hears_any_more_the_operator_is_told(tmp_path):
    config = PLAIN + PEOPLE.replace(DESK, TWO)
    async with world(tmp_path, config=config) as here:
        await publish(here)
        here.change(config=config.replace("zone: Asia/Tokyo}", "zone: Asia/Tokyo, severity: urgent}"))
        here.now += 3 * HOUR

        assert await release_due(here.store, here.runtime, here.now) == 0
        assert here.decisions("route:two") == [("raised", "waiting"), ("raised", "listed")]
        [notice] = [each for each in here.notices("desk") if each.kind == "route-unheard"]
        assert "Ministry announces export ban on gallium" in "\n".join(notice.lines)


async def test_a_warning_and_an_urgent_alert_of_one_window_go_to_whom_each_is_for(tmp_path):
    async with world(tmp_path, config=PLAIN + PEOPLE.replace(DESK, MUTE)) as here:
        await publish(here)
        await publish(here, "ministry")
        here.now += 4 * HOUR

        assert await release_due(here.store, here.runtime, here.now) == 1
        told = {
            address: [each.severity.value for message in here.messages(address) for each in message.alerts]
            for address in ("desk", "lab")
        }
        by_mail = here.rows(
            "select d.recipient, o.content from deliveries d join occasions o on o.id = d.occasion "
            "where d.channel = 'mail'"
        )
        assert told == {"desk": ["warning", "urgent"], "lab": ["urgent"]}
        assert sorted(to for to, content in by_mail if "gallium" in content) == ["anna@example.org"]
        assert len([to for to, content in by_mail if "tungsten" in content]) == 3
        assert queued(here) == [round_up_of("bob")]
        assert here.decisions("route:desk")[2:] == [("raised", "told")] * 2


@pytest.mark.parametrize(("whom", "told"), [("bob", "in_digest"), ("bob, anna", "told")])
async def test_what_a_snooze_kept_from_a_round_up_is_collected_at_its_end(tmp_path, whom, told):
    config = PLAIN + PEOPLE.replace(DESK, f"desk: {{recipients: [{whom}]}}")
    async with world(tmp_path, config=config) as here:
        await publish(here)
        until = here.now + HOUR
        ((alert,),) = here.rows("select id from alerts")
        await here.store.write(lambda turn: snooze(turn, alert, "ada", here.now, "test", until=until))
        text = "<p>The ministry announced an export ban on gallium worth $75 million, in force from 1 May.</p>"
        await here.publish("wire", entry("ban", content_html=text))
        assert queued(here) == [round_up_of("bob")]

        await release_due(here.store, here.runtime, until)

        assert here.decisions("route:desk")[1:] == [("updated", "snoozed"), ("updated", told)]
        assert queued(here) == [round_up_of("bob")] * 2
        assert {to for _, to in addresses(here)} == ({"anna@example.org"} if "anna" in whom else set())


async def test_what_a_route_that_is_gone_held_is_not_told_once_somebody_has_acknowledged_it(tmp_path):
    held = DESK.replace("eve]", "eve], wait: 2h")
    async with world(tmp_path, config=PLAIN + PEOPLE.replace(DESK, held)) as here:
        await publish(here)
        ((alert,),) = here.rows("select id from alerts")
        await here.store.write(lambda turn: acknowledge(turn, alert, "ada", here.now, "test"))
        here.change(config=PLAIN + PEOPLE.replace("desk: {channels: [desk], rec", "other: {channels: [desk], rec"))
        here.now += 3 * HOUR

        assert await release_due(here.store, here.runtime, here.now) == 0
        assert here.decisions("route:desk") == [("raised", "waiting"), ("raised", "snoozed")]
        assert addresses(here) == []


async def test_a_catch_up_begins_a_quiet_time_though_a_former_one_ended_in_the_same_step(tmp_path):
    desk = 'desk: {channels: [desk], zone: UTC, quiet: 1h, mute: [{from: "09:20", to: "10:00"}]}'
    async with world(tmp_path, config=PLAIN + PEOPLE.replace(DESK, desk)) as here:
        here.now += HOUR / 6
        await publish(here)
        here.now += HOUR / 3
        await publish(here, "ministry")
        here.now += HOUR * 3 / 4

        assert await release_due(here.store, here.runtime, here.now) == 1
        assert len(here.messages("desk")) == 2
        assert here.rows("select phase from holds where route = 'desk'") == [("quiet",)]


async def test_alerts_that_the_same_ones_hear_of_are_one_message_still(tmp_path):
    mute = MUTE.replace(", bob, eve", "")
    async with world(tmp_path, config=PLAIN + PEOPLE.replace(DESK, mute)) as here:
        await publish(here)
        await publish(here, "ministry")
        here.now += 4 * HOUR

        assert await release_due(here.store, here.runtime, here.now) == 1
        assert [len(message.alerts) for message in here.messages("desk")] == [2]


@pytest.mark.parametrize("times", [1, 2])
async def test_what_a_snooze_held_is_collected_though_the_alert_is_acknowledged_by_its_end(tmp_path, times):
    async with world(tmp_path, config=PLAIN + PEOPLE) as here:
        await publish(here)
        ((alert,),) = here.rows("select id from alerts")
        until = here.now + 4 * HOUR
        await here.store.write(lambda turn: snooze(turn, alert, "anna", here.now, "link", until=until))
        here.now += HOUR
        revised = "<p>The ministry announced an export ban on gallium worth $75 million, in force from 1 May.</p>"
        await here.publish("wire", entry(content_html=revised))
        assert queued(here) == [round_up_of("bob")]
        await here.store.write(lambda turn: acknowledge(turn, alert, "anna", here.now, "link"))
        for _ in range(times):
            here.now += 4 * HOUR
            assert await release_due(here.store, here.runtime, here.now) == 0

        assert queued(here) == [round_up_of("bob")] * 2
        ((news,),) = here.rows("select news from digest_queue where reason = 'updated'")
        assert "$75 million" in news
        assert "not told at the time: acknowledged" in news
