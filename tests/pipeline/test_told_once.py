"""Nobody hears one thing twice: not by two routes that lead to one place, not when one of them held it back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.pipeline.world import CONFIG, World, entry, world
from watcher.core.telling.outbox import delivery_id
from watcher.pipeline.telling.backlogs import roll_up
from watcher.pipeline.telling.escalating import escalate_due
from watcher.pipeline.telling.releasing import release_due
from watcher.stores.links import Unsubscribed

HOUR = timedelta(hours=1)
HALF = timedelta(minutes=30)
MUTED = 'mute: [{from: "08:00", to: "12:00"}]'


def routes(*lines: str) -> str:
    return CONFIG.replace("  desk: {channels: [desk]}\n", "".join(f"  {line}\n" for line in lines))


async def beat(here: World) -> None:
    await release_due(here.store, here.runtime, here.now)
    await escalate_due(here.store, here.runtime, here.now)


def decided(here: World, way: str) -> list[tuple[str, str, str | None]]:
    return here.rows("select change, reason, occasion from decisions where way = ? order by number", f"route:{way}")


@pytest.mark.parametrize("holds", [MUTED, "wait: 2h"])
async def test_a_branch_beside_its_parent_doubles_neither_catch_up_nor_reminder(tmp_path, holds):
    desk = f"desk: {{channels: [desk], zone: UTC, escalate: {{after: 30m, repeat: 1h, times: 2}}, {holds}}}"
    config = routes(desk, 'china: {under: desk, also: true, when: "material:gallium"}')
    async with world(tmp_path, config=config) as here:
        await here.publish("wire", entry())
        for _ in range(14):
            here.now += HALF
            await beat(here)
        assert [told.change for told in here.told("desk")] == ["raised", "reminded", "reminded"]
        desk_said, china_said = decided(here, "desk"), decided(here, "china")
        # Both ways say that it was told there, by one and the same message.
        assert [each for each in desk_said if each[1] == "told"] == [each for each in china_said if each[1] == "told"]
        assert len(here.rows("select 1 from deliveries where channel = 'desk'")) == 3


async def test_a_branch_that_speaks_at_once_leaves_its_muted_parent_only_those_who_have_not_heard(tmp_path):
    config = routes(
        f"desk: {{channels: [desk, lab], zone: UTC, {MUTED}}}",
        'china: {under: desk, also: true, when: "material:gallium", channels: [desk], passes: notice}',
    )
    async with world(tmp_path, config=config) as here:
        await here.publish("wire", entry())
        assert [told.change for told in here.told("desk")] == ["raised"]
        here.now += 4 * HOUR
        await beat(here)
        assert [told.change for told in here.told("desk")] == ["raised"]
        assert [told.change for told in here.told("lab")] == ["raised"]


async def test_who_left_the_one_list_still_hears_by_the_other(tmp_path):
    mail = "team: {kind: email, smtp: {host: smtp.example.org}, from: w@example.org, to: [anna@example.org]}"
    config = routes(
        f"desk: {{channels: [team], zone: UTC, {MUTED}}}", 'china: {under: desk, also: true, when: "material:gallium"}'
    ).replace("  desk: {kind: file, path: desk.txt}\n", f"  {mail}\n")
    async with world(tmp_path, config=config) as here:
        gone = Unsubscribed(
            channel="team", recipient="anna@example.org", list="route:china", since=here.now, how="link"
        )
        await here.store.write(lambda turn: turn.links.leave(gone))
        await here.publish("wire", entry())
        here.now += 4 * HOUR
        await beat(here)
        said = [message.route for message in here.messages("team")]
        assert said == ["china", "desk"]  # the first ends unsent, as she left that list


BESIDE = 'china: {under: desk, also: true, when: "material:gallium", channels: [desk], passes: notice}'


async def became(here: World, state: str) -> None:
    """All deliveries that wait have ended so."""
    await here.store.write(
        lambda turn: turn.queues._db.execute("update deliveries set state = ? where state = 'due'", (state,))
    )


@pytest.mark.parametrize(("state", "times"), [("dead", 2), ("closed", 2), ("sent", 1)])
async def test_what_reached_nobody_by_one_route_is_told_by_the_other(tmp_path, state, times):
    async with world(tmp_path, config=routes(f"desk: {{channels: [desk], zone: UTC, {MUTED}}}", BESIDE)) as here:
        await here.publish("wire", entry())
        await became(here, state)
        here.now += 4 * HOUR
        await beat(here)

        assert len(here.told("desk")) == times


@pytest.mark.parametrize(("state", "reminded"), [("dead", 2), ("sent", 1)])
async def test_a_reminder_that_reached_nobody_comes_by_the_other_route(tmp_path, state, reminded):
    asks = "escalate: {after: %s, times: 1}"
    config = routes(
        f"desk: {{channels: [desk], {asks % '30m'}}}",
        f'china: {{channels: [desk], {asks % "2h"}, when: "material:gallium"}}',
    )
    async with world(tmp_path, config=config) as here:
        await here.publish("wire", entry())
        here.now += HOUR
        await beat(here)
        await became(here, state)
        here.now += 2 * HOUR
        await beat(here)

        assert len([told for told in here.told("desk") if told.change == "reminded"]) == reminded


async def test_a_reminder_told_together_with_others_counts_as_told(tmp_path):
    config = routes("desk: {channels: [desk], escalate: {after: 30m, times: 1}}")
    async with world(tmp_path, config=config) as here:
        await here.publish("wire", entry())
        here.now += HOUR
        await beat(here)
        ((alert,),) = here.rows("select id from alerts")
        for _ in range(2):  # what was told together may be told together once more
            await here.store.write(lambda turn: roll_up(turn.outbox, "desk", "", here.now, past=1, at_once=True))
            await here.publish("wire", entry("more", title="Ministry announces export ban on gallium waste"))
        found = await here.store.read(lambda turn: turn.lifecycle.reminded_to(alert, 1))
        again = await here.store.read(lambda turn: turn.lifecycle.told_to(alert, f"alert:{alert}:1"))

        assert here.rows("select id from deliveries where told_in is not null") != []
        assert [each.occasion for each in found] == [each.occasion for each in again]
        assert here.rows("select state from deliveries where id = ?", delivery_id(found[0].occasion, "desk", "")) == [
            ("due",)
        ]
