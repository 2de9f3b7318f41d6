"""Mute windows and reminders: held and told in one catch-up; told again and again until somebody acknowledges it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.pipeline.world import CONFIG, RULES, World, entry, world
from watcher.core.telling.lifecycle import Silence
from watcher.pipeline.telling import lifecycle
from watcher.pipeline.telling.escalating import escalate_due
from watcher.pipeline.telling.releasing import release_due
from watcher.stores.sqlite import SqliteStore

HOUR = timedelta(hours=1)
FRIDAY_NIGHT = datetime(2026, 3, 6, 22, 0, tzinfo=UTC)
MUTE = 'desk: {channels: [desk], zone: UTC, mute: [{days: [Sat, Sun]}, {from: "22:00", to: "07:00"}]%s}'
GOODS = ("gallium", "antimony", "tungsten")


def configured(more: str = "") -> str:
    return CONFIG.replace("desk: {channels: [desk]}", MUTE % more)


def escalating(text: str) -> str:
    return CONFIG.replace("desk: {channels: [desk]}", f"desk: {{channels: [desk], escalate: {text}}}")


async def publish(here: World, source: str = "wire", number: int = 0, amount: str = "") -> None:
    good = GOODS[number]
    text = f"<p>State number {number} put an export ban on {good} for its {number + 3} plants{amount}.</p>"
    await here.publish(
        source, entry(f"ban-{good}", title=f"{good.capitalize()} falls under an export ban", content_html=text)
    )


def sizes(here: World) -> list[int]:
    return [len(message.alerts) for message in here.messages("desk")]


@pytest.mark.parametrize("restarted", [False, True])
async def test_what_a_mute_window_holds_is_one_catch_up_at_its_end(tmp_path, restarted):
    async with world(tmp_path, config=configured(), start=FRIDAY_NIGHT) as here:
        for number in range(3):
            await publish(here, number=number)
            here.now += timedelta(hours=10)
        assert sizes(here) == []
        assert here.decisions("route:desk") == [("raised", "muted")] * 3
        assert {detail for (detail,) in here.rows("select detail from decisions where reason = 'muted'")} == {
            "muted until 2026-03-09 07:00 UTC"
        }
        if restarted:
            await here.store.close()
            here.store = await SqliteStore.open(tmp_path / "watcher.db")
        assert await release_due(here.store, here.runtime, datetime(2026, 3, 9, 6, 59, tzinfo=UTC)) == 0
        assert await release_due(here.store, here.runtime, datetime(2026, 3, 9, 7, 0, tzinfo=UTC)) == 1
        assert sizes(here) == [3]
        assert here.decisions("route:desk")[3:] == [("raised", "told")] * 3
        if restarted:
            await here.store.close()


async def test_after_two_weeks_down_a_window_that_is_open_again_still_holds(tmp_path):
    async with world(tmp_path, config=configured(), start=FRIDAY_NIGHT) as here:
        await publish(here)
        sunday = FRIDAY_NIGHT + timedelta(days=16)
        assert await release_due(here.store, here.runtime, sunday) == 0
        assert here.rows("select until from holds") != []
        assert await release_due(here.store, here.runtime, sunday.replace(day=23, hour=7)) == 1
        assert sizes(here) == [1]


async def test_urgent_passes_a_window_where_the_route_says_so(tmp_path):
    async with world(tmp_path, config=configured(", passes: urgent"), start=FRIDAY_NIGHT) as here:
        await publish(here)
        await publish(here, "ministry", 1)
        assert [told.severity for told in here.told("desk")] == ["urgent"]


async def test_what_is_taken_back_while_it_is_muted_is_not_told(tmp_path):
    async with world(tmp_path, config=configured(), start=FRIDAY_NIGHT) as here:
        await publish(here)
        await here.publish("wire", entry("ban-gallium", title="Nothing", content_html="<p>Nothing happened today.</p>"))
        assert await release_due(here.store, here.runtime, FRIDAY_NIGHT + timedelta(days=4)) == 0
        assert here.decisions("route:desk") == [("raised", "muted"), ("raised", "listed"), ("retracted", "listed")]


async def test_a_quiet_time_that_ends_in_a_window_waits_for_its_end(tmp_path):
    start = FRIDAY_NIGHT - timedelta(minutes=30)
    async with world(tmp_path, config=configured(", quiet: 1h"), start=start) as here:
        await publish(here)
        await publish(here, number=1)
        assert await release_due(here.store, here.runtime, start + HOUR) == 0
        assert here.decisions("route:desk") == [("raised", "told"), ("raised", "quiet"), ("raised", "muted")]
        monday = datetime(2026, 3, 9, 7, 0, tzinfo=UTC)
        assert await release_due(here.store, here.runtime, monday) == 1
        assert sizes(here) == [1, 1]
        here.now = monday + timedelta(minutes=10)
        await publish(here, number=2)  # the catch-up was a message: it is quiet for an hour after it
        assert here.decisions("route:desk")[-1] == ("raised", "quiet")


async def test_nobody_acknowledges_and_is_reminded_three_times(tmp_path):
    async with world(tmp_path, config=escalating("{after: 30m, repeat: 1h, times: 3}")) as here:
        start = here.now
        await publish(here)
        told = [
            minutes
            for minutes in range(0, 300, 10)
            if await escalate_due(here.store, here.runtime, start + timedelta(minutes=minutes))
        ]
        assert told == [30, 90, 150]
        reminders = here.told("desk")[1:]
        assert [(each.reminder.number, each.reminder.of, each.change) for each in reminders] == [
            (1, 3, "reminded"),
            (2, 3, "reminded"),
            (3, 3, "reminded"),
        ]
        (alert,) = {each.alert for each in reminders}
        assert [each.occasion for each in reminders] == [f"alert:{alert}:{n}" for n in (2, 3, 4)]
        assert here.decisions("route:desk") == [("raised", "told"), *[("reminded", "told")] * 3]


async def test_the_operator_hears_of_reminders_that_end_since_their_route_is_gone(tmp_path):
    config = escalating("{after: 30m}")
    async with world(tmp_path, config=config) as here:
        await publish(here)
        here.change(config=config.replace("  desk: {channels: [desk], e", "  front: {channels: [desk], e"))
        assert await escalate_due(here.store, here.runtime, here.now + HOUR) == 0
        assert here.decisions("route:desk")[-1] == ("reminded", "listed")
        assert here.rows("select count(*) from occasions where id like 'notice:route-missing:%'") == [(1,)]


async def test_a_rule_that_tells_nobody_any_more_reminds_nobody(tmp_path):
    async with world(tmp_path, config=escalating("{after: 30m}")) as here:
        await publish(here)
        here.change(rules=RULES.replace("    title:", "    mode: trial\n    title:"))
        assert await escalate_due(here.store, here.runtime, here.now + HOUR) == 0
        assert here.decisions("route:desk")[-1] == ("reminded", "listed")


async def test_a_silence_hides_the_reminder_of_a_rule_that_is_gone(tmp_path):
    async with world(tmp_path, config=escalating("{after: 30m}")) as here:
        await publish(here)
        quiet = Silence(id="s", query="rule:bans", author="a", reason="r", begins=here.now, until=here.now + HOUR * 9)
        await here.store.write(lambda turn: turn.silences.add(quiet))
        here.change(rules=RULES.replace("id: bans", "id: others"))
        assert await escalate_due(here.store, here.runtime, here.now + HOUR) == 0
        assert here.decisions("route:desk")[-1] == ("reminded", "silenced")


@pytest.mark.parametrize(("to", "told"), [("desk", ["desk"]), ("duty", [])])
async def test_a_reminder_goes_to_those_who_hear_of_its_severity_at_once(tmp_path, to, told):
    people = (
        'recipients:\n  bob: {to: lab, volume: daily, at: "07:00"}\n  eve: {to: ops, severity: urgent}\n'
        "routes:\n  duty: {recipients: [bob, eve], when: 'rule:nothing'}\n"
    )
    config = escalating(f"{{after: 30m, to: {to}}}").replace("routes:\n", people)
    config = config.replace("desk: {channels: [desk], e", "desk: {channels: [desk], recipients: [bob, eve], e")
    async with world(tmp_path, config=config) as here:
        await publish(here)
        assert await escalate_due(here.store, here.runtime, here.now + HOUR) == len(told)
        reached = here.rows("select channel from deliveries where occasion like '%:2'")
        assert [channel for (channel,) in reached] == told
        assert here.decisions(f"route:{to}")[-1] == ("reminded", "told" if told else "not_routed")


@pytest.mark.parametrize("deed", ["acknowledge", "close", "retract"])
async def test_reminders_end_with_what_somebody_does(tmp_path, deed):
    async with world(tmp_path, config=escalating("{after: 30m, repeat: 1h, times: 3}")) as here:
        await publish(here)
        ((alert,),) = here.rows("select id from alerts")
        here.now += timedelta(minutes=30)
        assert await escalate_due(here.store, here.runtime, here.now) == 1
        if deed == "acknowledge":
            await here.store.write(lambda turn: lifecycle.acknowledge(turn, alert, "anna", here.now, "link"))
        elif deed == "close":
            await here.store.write(lambda turn: lifecycle.close(turn, alert, "anna", here.now, "link", reason="done"))
        else:
            await here.publish("wire", entry("ban-gallium", title="No", content_html="<p>Nothing happened today.</p>"))
        assert await escalate_due(here.store, here.runtime, here.now + HOUR * 5) == 0


async def test_a_restart_and_a_clock_that_jumps_send_one_reminder_not_many(tmp_path):
    async with world(tmp_path, config=escalating("{after: 30m, repeat: 1h, times: 5}")) as here:
        start = here.now
        await publish(here)
        await here.store.close()
        here.store = await SqliteStore.open(tmp_path / "watcher.db")
        assert await escalate_due(here.store, here.runtime, start + HOUR * 10) == 1
        assert await escalate_due(here.store, here.runtime, start + HOUR * 10) == 0
        assert await escalate_due(here.store, here.runtime, start + HOUR * 2) == 0  # set back
        assert await escalate_due(here.store, here.runtime, start + HOUR * 11) == 1
        await here.store.close()


async def test_reminders_go_to_another_route_for_its_severities_and_wait_for_its_windows(tmp_path):
    config = escalating("{after: 1h, to: operator, severity: urgent}").replace(
        "operator: {channels: [ops]", 'operator: {channels: [ops], mute: {from: "09:30", to: "12:00"}'
    )
    async with world(tmp_path, config=config) as here:
        start = here.now  # 09:00
        await publish(here)
        await publish(here, "ministry", 1)
        assert await escalate_due(here.store, here.runtime, start + HOUR) == 0
        assert await escalate_due(here.store, here.runtime, start + HOUR * 3) == 1
        assert [(told.severity, told.reminder.of) for told in here.told("ops")] == [("urgent", 1)]
        assert await escalate_due(here.store, here.runtime, start + HOUR * 30) == 0


async def test_a_higher_severity_begins_the_reminders_again_after_an_acknowledgement(tmp_path):
    async with world(tmp_path, config=escalating("{after: 30m}")) as here:
        await publish(here)
        ((alert,),) = here.rows("select id from alerts")
        await here.store.write(lambda turn: lifecycle.acknowledge(turn, alert, "anna", here.now, "link"))
        own = entry("own", link="https://wire.example/ban-gallium", title="Gallium falls under an export ban")
        here.now += HOUR
        await here.publish("ministry", own)
        assert here.decisions("route:desk")[-1] == ("severity_raised", "told")
        assert await escalate_due(here.store, here.runtime, here.now + HOUR) == 1


async def test_a_reminder_that_cannot_be_read_is_set_aside_and_holds_up_no_other(tmp_path, caplog):
    async with world(tmp_path, config=escalating("{after: 30m}")) as here:
        await publish(here)
        await publish(here, number=1)
        await here.store.write(
            lambda turn: turn.db.execute(
                "update escalations set said = '{' where alert = (select min(alert) from escalations)"
            )
        )
        assert await escalate_due(here.store, here.runtime, here.now + HOUR) == 1
        assert "set-aside" in [notice.kind for notice in here.notices()]
        assert await escalate_due(here.store, here.runtime, here.now + HOUR) == 0
        assert "escalation.failed" in caplog.text


async def test_reminders_that_the_configuration_asks_for_no_more_end_with_a_decision(tmp_path):
    async with world(tmp_path, config=escalating("{after: 30m}")) as here:
        await publish(here)
        here.change(config=CONFIG)
        assert await escalate_due(here.store, here.runtime, here.now + HOUR) == 0
        assert here.decisions("route:desk")[-1] == ("reminded", "listed")


@pytest.mark.parametrize(
    ("now", "comes"),
    [
        ("", "2026-03-06 22:30"),
        (', mute: [{from: "22:00", to: "23:00"}]', "2026-03-06 23:00"),
        (', mute: [{days: [Sat, Sun]}, {from: "22:00", to: "08:00"}]', "2026-03-09 08:00"),
        (", mute: [{days: [Fri, Sat, Sun]}], passes: warning", "2026-03-06 22:30"),
    ],
    ids=["taken out", "shortened", "prolonged", "lets more pass"],
)
async def test_what_is_held_comes_when_the_windows_as_they_are_now_are_over(tmp_path, now, comes):
    async with world(tmp_path, config=configured(), start=FRIDAY_NIGHT) as here:
        await publish(here)
        here.change(config=CONFIG.replace("desk: {channels: [desk]}", f"desk: {{channels: [desk], zone: UTC{now}}}"))
        here.now += timedelta(minutes=30)
        while not here.told("desk"):
            await release_due(here.store, here.runtime, here.now)
            if not here.told("desk"):
                here.now += timedelta(minutes=30)
        assert f"{here.now:%Y-%m-%d %H:%M}" == comes
        await release_due(here.store, here.runtime, here.now + 100 * HOUR)
        assert sizes(here) == [1]
