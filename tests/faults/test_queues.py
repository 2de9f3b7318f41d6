"""A channel's queue: order behind an alert's earlier tellings, pace, roll-up of a burst, and who hears of its failing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from tests.faults.desk import CONFIG, Desk, desk_at
from tests.faults.http_receiver import Answer
from tests.make import make_notice_message, make_told
from watcher.core.model import OccasionId, Severity
from watcher.core.telling.messages import AlertMessage
from watcher.core.telling.outbox import ChannelState, Occasion
from watcher.pipeline.sending.taking import take
from watcher.pipeline.telling.changes import encode
from watcher.pipeline.telling.notifying import notify
from watcher.stores.sqlite import SqliteTurn
from watcher.stores.sqlite.deliveries import resume, retry_dead

PACED = CONFIG.replace("rate: unlimited", "rate: 1/s")
MANY = CONFIG.replace("to: [desk@example.org]", "to: [a@example.org, b@example.org, c@example.org, d@example.org]")


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk_at(tmp_path) as found:
        yield found


@pytest.fixture
async def paced(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk_at(tmp_path, PACED) as found:
        yield found


def occasion(desk: Desk, number: int, *alerts: str, thread: str | None = None) -> Occasion:
    told = tuple(make_told(alert=each, occasion=f"alert:{each}:1", headline=f"Message {number}") for each in alerts)
    return Occasion(
        id=OccasionId(f"test:{number:04}"),
        kind="alert",
        content=encode(AlertMessage(route="desk", alerts=told)),
        at=desk.now,
        alerts=alerts,
        thread=thread,
    )


async def tell(desk: Desk, channel: str, number: int, *alerts: str, thread: str | None = None) -> None:
    """Tell of these alerts in one message."""
    told = occasion(desk, number, *alerts, thread=thread)
    await desk.daemon.store.write(lambda turn: turn.outbox.tell(told, [(channel, "")]))


# --- order -----------------------------------------------------------------------------------------------------------


async def test_an_update_waits_for_the_earlier_telling_of_its_alert_and_nothing_else_does(desk: Desk) -> None:
    desk.slack._answers.append(Answer(status=503))
    await tell(desk, "slack", 1, "a", "b")  # told together, as after a quiet time
    await tell(desk, "slack", 2, "b")
    await tell(desk, "slack", 3, "c")
    await tell(desk, "slack", 4, "a", "c")

    await desk.send()
    first = desk.order(desk.slack)
    await desk.after(seconds=7)

    assert first == [1, 3]
    assert desk.order(desk.slack) == [1, 3, 1, 2, 4]


async def test_an_update_does_not_wait_for_a_telling_that_its_receiver_refuses_for_itself(desk: Desk) -> None:
    desk.hook._answers.append(Answer(status=422))
    await tell(desk, "hook", 1, "a")
    await tell(desk, "hook", 2, "a")

    await desk.send()

    assert desk.order(desk.hook) == [1, 2]
    assert await desk.states("hook") == {"due": 1, "sent": 1}


async def test_what_follows_a_dead_letter_at_the_head_goes_out_in_order_and_answers_no_dead_one(desk: Desk) -> None:
    desk.slack._answers.append(Answer(status=404, body="no_service"))
    await tell(desk, "slack", 1, "a-1")
    await tell(desk, "slack", 2, "a-1", thread="test:0001")
    await tell(desk, "slack", 3, "a-2")
    await tell(desk, "slack", 4, "a-1", thread="test:0001")
    await desk.send()

    assert await desk.states("slack") == {"dead": 1, "sent": 3}
    assert desk.order(desk.slack) == [1, 2, 3, 4]

    await desk.daemon.store.write(lambda turn: retry_dead(turn.db, "slack", desk.now))
    await desk.send()

    assert await desk.states("slack") == {"sent": 4}
    assert desk.order(desk.slack) == [1, 2, 3, 4, 1]


async def test_a_later_message_names_what_the_receiver_called_the_first(desk: Desk) -> None:
    await tell(desk, "hook", 1, "a", "b")
    await tell(desk, "hook", 2, "b", thread="alert:b:1")
    await desk.send()

    def remote(turn: SqliteTurn) -> str:
        turn.db.execute("update deliveries set remote = '171.5' where occasion = 'test:0001' and channel = 'hook'")
        return turn.queues.remote("hook", "", "test:0002")

    assert await desk.daemon.store.write(remote) == "171.5"
    assert await desk.daemon.store.read(lambda turn: turn.queues.remote("hook", "", "test:0001")) == ""


# --- pace ------------------------------------------------------------------------------------------------------------


async def test_a_burst_goes_out_at_the_channels_pace_and_holds_up_no_other(paced: Desk) -> None:
    began = paced.now
    for number in range(10):
        await paced.tell(number, "slack", "hook")

    await paced.send()

    assert paced.order(paced.slack) == paced.order(paced.hook) == list(range(10))
    assert paced.now - began == timedelta(seconds=9)


async def test_a_restart_is_no_way_round_the_pace(paced: Desk) -> None:
    channel = paced.daemon.engine.runtime.channels["slack"]
    for number in range(2):
        await paced.tell(number, "slack")
    delivering = paced.daemon.engine.delivering
    await take(delivering, channel)

    again = await take(delivering, channel)
    restarted = replace(delivering, working=set(), telling=set())
    await paced.daemon.store.write(lambda turn: turn.outbox.release_leases())  # what a new process begins with
    waits = await take(restarted, channel)
    paced.now -= timedelta(hours=1)  # a clock that was set back must not hold a channel for an hour

    assert again is None  # the first is under way
    assert waits == timedelta(seconds=1)
    assert await take(restarted, channel) is None  # nothing is due at that hour, but nothing waits for the pace either


async def test_a_pace_slower_than_a_sender_waits_for_is_left_to_the_beat(tmp_path: Path) -> None:
    async with desk_at(tmp_path, CONFIG.replace("rate: unlimited", "rate: 6/m")) as desk:
        for number in range(3):
            await desk.tell(number, "slack")
        await desk.send()
        first = desk.order(desk.slack)
        await desk.after(seconds=9)
        second = desk.order(desk.slack)
        await desk.after(seconds=2)

        assert (first, second) == ([0], [0])
        assert desk.order(desk.slack) == [0, 1]


async def test_recipients_are_told_side_by_side_once_the_channel_works(tmp_path: Path) -> None:
    async with desk_at(tmp_path, MANY) as desk:
        everybody = [("mail", f"{each}@example.org") for each in "abcd"]
        desk.smtp.script.extend(["ok", "hang-after-dot"])
        for number in range(2):
            told = occasion(desk, number, f"a-{number}")
            await desk.daemon.store.write(partial(tell_all, told=told, ways=everybody))

        await desk.daemon.engine.wake_senders()
        sender = desk.daemon.engine.senders.tasks["mail"]
        async with asyncio.timeout(10):
            while len(desk.smtp.mails) < 7:  # noqa: ASYNC110 - the server counts, nothing tells
                await asyncio.sleep(0.01)
        told_of = [(mail.recipients[0], "Message 1" in str(mail.message)) for mail in desk.smtp.mails]
        sender.cancel()
        await asyncio.gather(sender, return_exceptions=True)

        hung = told_of[1][0]
        assert len(told_of) == len(set(told_of)) == 7
        assert (hung, True) not in told_of  # its own second message waits
        for each in {name for name, _ in told_of} - {hung}:
            assert [second for name, second in told_of if name == each] == [False, True]


def tell_all(turn: SqliteTurn, *, told: Occasion, ways: list[tuple[str, str]]) -> None:
    turn.outbox.tell(told, ways)


# --- roll-up ---------------------------------------------------------------------------------------------------------


async def test_a_burst_that_people_would_have_to_read_is_told_together(paced: Desk) -> None:
    for number in range(60):
        severity = Severity.URGENT if number == 33 else Severity.WARNING
        await paced.tell(number, "slack", "hook", severity=severity)

    await paced.send()

    single, rolled = (request.body.decode() for request in paced.slack.received)
    assert "Message 0." in single
    assert rolled.index("Message 33 ") < rolled.index("Message 1 ")
    assert paced.order(paced.hook) == list(range(60))  # a program reads these one by one
    ((rolled_up,),) = await paced.rows("select id from deliveries where occasion like 'backlog:slack:%'")
    closed = await paced.rows("select told_in from deliveries where channel = 'slack' and state = 'closed'")
    assert closed == [(rolled_up,)] * 59


async def test_a_channel_may_ask_for_every_message_by_itself(tmp_path: Path) -> None:
    config = CONFIG.replace("rate: unlimited", "rate: unlimited, roll_up: never")
    async with desk_at(tmp_path, config.replace("hook: {{", "hook: {{roll_up: 5, ")) as desk:
        for number in range(7):
            await desk.tell(number, "slack", "hook")
        desk.now += timedelta(hours=1)
        await desk.send()

        assert await desk.states("slack") == {"sent": 7}
        assert await desk.states("hook") == {"sent": 1, "closed": 6}


# --- a dead channel is told on another -------------------------------------------------------------------------------


async def test_a_channel_that_fails_and_fails_is_told_elsewhere_once_and_when_it_is_back(desk: Desk) -> None:
    desk.slack.default = Answer(status=503, body="down")
    await desk.tell(1, "slack", severity=Severity.URGENT)
    await desk.send()
    await desk.after(steps=4, minutes=2)
    early = desk.notices(desk.hook, "channel slack fails")
    await desk.after(steps=30, minutes=10)

    await desk.daemon.upkeep.run()

    assert (early, desk.notices(desk.hook, "channel slack fails")) == (0, 1)
    assert desk.notices(desk.hook, "urgent: Message 1") == 1
    assert [part for part in desk.daemon.health().parts if part[0] == "channel slack"] == [
        ("channel slack", False, "failing since 2026-02-06 22:31 UTC")
    ]
    assert desk.notices(desk.hook, "works again") == 0

    desk.slack.default = Answer()
    await desk.after(hours=6)

    assert await desk.states("slack") == {"sent": 1}
    assert desk.notices(desk.hook, "channel slack works again") == 1
    assert await desk.rows("select * from channel_outages") == []


async def test_a_person_may_have_a_failing_channel_tried_at_once(desk: Desk) -> None:
    desk.slack.default = Answer(status=503)
    await desk.tell(1, "slack")
    await desk.send()
    await desk.after(steps=10, hours=1)
    desk.slack.default = Answer()

    resumed = await desk.daemon.store.write(lambda turn: resume(turn.db, "slack", desk.now))
    await desk.send()

    assert (resumed.was, resumed.waiting) == ("failing", 1)
    assert await desk.states("slack") == {"sent": 1}


async def test_messages_given_up_in_a_row_are_counted_and_not_told_one_by_one(desk: Desk) -> None:
    desk.slack.default = Answer(status=404, body="no_service")
    for number in range(12):
        await desk.tell(number, "slack")
    await desk.send()

    assert await desk.states("slack") == {"dead": 12}
    assert desk.notices(desk.hook, "a message could not be delivered on slack") == 1
    assert desk.notices(desk.hook, "10 messages could not be delivered on slack") == 1

    desk.slack.default = Answer()
    await desk.tell(12, "slack")
    await desk.send()

    assert desk.notices(desk.hook, "12 messages were given up meanwhile") == 1


ALONE = CONFIG.replace("routes: {{desk: {{channels: [slack, hook, mail]}}}}", "routes: {{desk: {{channels: [slack]}}}}")


@pytest.mark.parametrize(("fallback", "heard"), [("", {"hook", "mail"}), (", fallback: mail", {"mail"})])
async def test_the_operator_is_told_though_the_only_channel_of_the_route_is_dead(
    tmp_path: Path, fallback: str, heard: set[str]
) -> None:
    async with desk_at(tmp_path, ALONE.replace("rate: unlimited", f"rate: unlimited{fallback}")) as desk:
        desk.slack.default = Answer(status=503)
        await desk.tell(1, "slack")
        await desk.send()
        await desk.after(steps=3, minutes=10)
        rows = await desk.rows("select distinct channel from deliveries where occasion like 'notice:channel-failing:%'")

        assert {channel for (channel,) in rows} == heard

        # What else the operator should know goes to the dead channel too, and meanwhile to one that works.
        notice = make_notice_message(kind="disk")
        await desk.daemon.store.write(lambda turn: notify(turn.outbox, desk.daemon.engine.runtime, notice))
        rows = await desk.rows("select channel from deliveries where occasion like 'notice:disk:%' order by channel")
        assert [channel for (channel,) in rows] == [min(heard), "slack"]


async def test_fallbacks_are_gone_through_in_turn_and_a_circle_ends(desk: Desk) -> None:
    runtime = desk.daemon.engine.runtime
    around = {"slack": "hook", "hook": "mail", "mail": "slack"}  # no check lets it through
    channels = {name: replace(each, fallback=around.get(name)) for name, each in runtime.channels.items()}
    way = replace(runtime.routes["desk"], channels=("slack",))
    circle = replace(runtime, channels=channels, routes={"desk": way})
    notice = make_notice_message(kind="disk")

    def told(turn: SqliteTurn, *shut: str) -> list[str]:
        turn.db.execute("delete from deliveries")
        turn.db.execute("delete from channel_state")
        for name in shut:
            gone = ChannelState(channel=name, state="gone", since=desk.now, next_try=None, reason="410")
            turn.outbox.set_channel(gone, name)
        notify(turn.outbox, circle, notice, avoid="slack")
        return [row[0] for row in turn.db.execute("select distinct channel from deliveries order by channel")]

    assert await desk.daemon.store.write(told) == ["hook"]
    assert await desk.daemon.store.write(lambda turn: told(turn, "hook")) == ["mail"]
    assert await desk.daemon.store.write(lambda turn: told(turn, "hook", "mail", "slack")) == ["hook"]


async def test_where_every_channel_is_dead_nothing_is_lost_and_all_is_told_at_last(desk: Desk) -> None:
    desk.slack.default = desk.hook.default = Answer(status=503)
    await desk.smtp.stop()
    for number in range(3):
        await desk.tell(number, "slack", "hook", "mail")
    await desk.send()
    await desk.after(steps=20, hours=3)
    assert await desk.states("mail") == {"due": 3}

    desk.slack.default = desk.hook.default = Answer()
    await desk.smtp.start()
    await desk.after(steps=4, hours=4)

    for channel in ("slack", "hook", "mail"):
        assert await desk.states(channel) == {"sent": 3}
    told = await desk.rows("select count(*) from occasions where id like 'notice:channel-failing:%'")
    assert told == [(3,)]
    rows = await desk.rows("select count(*) from deliveries where state in ('due', 'leased')")
    assert rows == [(0,)]


# --- poison ----------------------------------------------------------------------------------------------------------

POISON = {
    "bytes that are no text": "update occasions set content = cast(x'7bff7d' as text) where id = 'test:0001'",
    "a surrogate in a row": "update occasions set content = cast(x'7b22eda0807d' as text) where id = 'test:0001'",
    "a message of a newer program": 'update occasions set content = \'{"type":"HologramMessage","message":{}}\' '
    "where id = 'test:0001'",
    "a message cut short": "update occasions set content = substr(content, 1, 90) where id = 'test:0001'",
    "numbers that are none": "update deliveries set attempts = 'x', parts_done = x'00', first_attempt = 9e99 "
    "where occasion = 'test:0001'",
}


@pytest.mark.parametrize("poison", POISON)
async def test_a_poison_row_stops_nobody_and_is_told_of(desk: Desk, poison: str) -> None:
    for number in range(3):
        await desk.tell(number, "slack", "hook", "mail")
    await desk.daemon.store.write(lambda turn: turn.db.execute(POISON[poison]))

    await desk.send()
    await desk.after(steps=6, hours=1)

    for channel in ("slack", "hook", "mail"):
        states = await desk.states(channel)
        assert states["sent"] + states["dead"] == 3
        assert states["sent"] >= 2
    if states["dead"]:
        assert desk.notices(desk.hook, "a message could not be delivered on slack") == 1
        assert desk.notices(desk.slack, "a message could not be delivered on hook") == 1


async def test_a_channel_that_is_not_configured_keeps_its_messages_and_no_other_waits(desk: Desk) -> None:
    told = occasion(desk, 1, "a")
    await desk.daemon.store.write(partial(tell_all, told=told, ways=[("gone-away", ""), ("hook", "")]))
    await desk.send()

    assert await desk.states("hook") == {"sent": 1}
    assert await desk.states("gone-away") == {"due": 1}


async def test_a_poison_message_in_a_backlog_does_not_stop_its_roll_up(paced: Desk) -> None:
    for number in range(60):
        await paced.tell(number, "slack")
    await paced.daemon.store.write(lambda turn: turn.db.execute(POISON["bytes that are no text"]))

    await paced.send()
    await paced.after(steps=6, hours=1)

    assert await paced.states("slack") == {"sent": 1, "closed": 58, "dead": 1}
    assert "58 alerts" in paced.slack.received[1].body.decode()
