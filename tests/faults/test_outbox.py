"""Faults of delivery that need the database: channels paused, gone, slow or down for days, and messages nobody can word.

Driven through the daemon's own engine with a hand-moved clock, a real database and receivers on loopback.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from tests.faults.desk import Desk, desk_at
from tests.faults.http_receiver import Answer
from tests.make import make_notice_message
from watcher.core.errors import StoreError
from watcher.core.model import OccasionId, Severity
from watcher.core.telling.messages import NoticeMessage
from watcher.core.telling.outbox import Occasion
from watcher.pipeline.telling.backlogs import roll_up
from watcher.pipeline.telling.changes import decode, encode
from watcher.stores.sqlite import SqliteTurn


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk_at(tmp_path) as found:
        yield found


async def test_a_refused_password_pauses_the_channel_to_one_try_an_hour(desk: Desk) -> None:
    desk.smtp.mode = "auth-535"
    for number in range(3):
        await desk.tell(number, "mail")

    await desk.send()
    await desk.after(steps=36, minutes=10)

    assert desk.smtp.sessions in range(6, 8)
    assert await desk.states("mail") == {"due": 3}
    assert desk.notices(desk.hook, "channel mail is paused") == 1

    desk.smtp.mode = "ok"
    await desk.after(steps=2, hours=1)

    assert await desk.states("mail") == {"sent": 3}
    assert len(desk.smtp.unique_ids()) >= 3
    assert desk.notices(desk.hook, "channel mail works again") == 1


async def test_an_endpoint_that_is_gone_waits_for_a_person(desk: Desk) -> None:
    desk.hook.default = Answer(status=410)
    for number in range(2):
        await desk.tell(number, "hook")

    await desk.send()
    await desk.after(steps=10, days=1)

    assert len(desk.hook.received) == 1
    assert await desk.states("hook") == {"due": 2}
    assert desk.notices(desk.slack, "channel hook is closed") == 1

    desk.hook.default = Answer()
    await desk.daemon.store.write(lambda turn: turn.outbox.set_channel(None, "hook"))
    await desk.after(seconds=1)

    assert await desk.states("hook") == {"sent": 2}
    assert desk.order(desk.hook) == [0, 0, 1]


async def test_a_receiver_that_asks_for_a_pause_gets_it_and_then_everything_in_order(desk: Desk) -> None:
    desk.slack._answers.append(Answer(status=429, headers={"Retry-After": "3"}, body="slow down"))
    await desk.tell(1, "slack")
    await desk.tell(2, "slack")

    await desk.send()
    await desk.after(seconds=2)
    asked_too_soon = len(desk.slack.received)
    await desk.after(steps=3, seconds=2)

    assert asked_too_soon == 1
    assert desk.order(desk.slack) == [1, 1, 2]
    assert await desk.states("slack") == {"sent": 2}


async def test_a_channel_down_for_three_days_keeps_nobody_else_waiting_and_drains_in_order(desk: Desk) -> None:
    desk.slack.default = Answer(status=503, body="down")
    for number in range(24):
        await desk.tell(number, "slack", "hook")
        await desk.send()
        assert desk.order(desk.hook) == list(range(number + 1))
        await desk.after(hours=2.9)
    assert await desk.states("slack") == {"due": 24}
    tried = len(desk.slack.received)

    desk.slack.default = Answer()
    await desk.tell(24, "slack")
    await desk.after(hours=2)

    # What waited is not left to its own long pauses once the channel works: after one success all follow, in order.
    assert await desk.states("slack") == {"sent": 25}
    first, *rest = desk.order(desk.slack)[tried:]
    assert rest == sorted(set(range(25)) - {first})


async def test_a_backlog_past_fifty_is_told_together_the_most_urgent_first(desk: Desk) -> None:
    desk.slack.default = Answer(status=503, body="down")
    for number in range(55):
        severity = Severity.URGENT if number in {20, 40} else Severity.WARNING
        await desk.tell(number, "slack", severity=severity, link=f"https://wire.example/{number}")
    await desk.send()
    tried = len(desk.slack.received)
    desk.slack.default = Answer()
    await desk.after(hours=72)

    single, rolled = [request.body.decode() for request in desk.slack.received[tried:]]
    first = desk.order(desk.slack)[tried]
    assert await desk.states("slack") == {"sent": 1, "closed": 54}
    assert "54 alerts that waited" in rolled
    told = [int(number) for number in re.findall(r"Message (\d+) ", rolled)]
    assert told == [20, 40, *(number for number in range(55) if number not in {20, 40, first})]
    assert "https://wire.example/33" in rolled
    assert rolled.count("Supply stop at an organisation on your list") == 54
    assert "54 alerts that waited" not in single

    rows = await desk.rows("select reason, finished from deliveries where channel = 'slack' and state = 'closed'")
    ((rolled_up,),) = await desk.rows("select id from deliveries where occasion like 'backlog:slack:%'")
    assert {reason for reason, _ in rows} == {f"told together with 53 others in {rolled_up}"}
    assert all(finished for _, finished in rows)


async def test_up_to_fifty_that_waited_and_a_burst_on_a_channel_that_works_are_sent_one_by_one(desk: Desk) -> None:
    for number in range(50):
        await desk.tell(number, "slack")
    late = desk.now + timedelta(hours=1)
    assert await desk.daemon.store.write(lambda turn: roll_up(turn.outbox, "slack", "", late)) == 0

    for number in range(50, 200):
        await desk.tell(number, "slack")

    assert await desk.daemon.store.write(lambda turn: roll_up(turn.outbox, "slack", "", desk.now)) == 0
    assert await desk.states("slack") == {"due": 200}


async def test_a_roll_up_that_was_cut_off_before_its_commit_is_made_again_alike(desk: Desk) -> None:
    """Its id is made of what it tells, so that the same backlog makes the same message."""
    for number in range(55):
        await desk.tell(number, "hook")
    late = desk.now + timedelta(hours=1)
    ids = []

    def rolled(turn: SqliteTurn) -> None:
        assert roll_up(turn.outbox, "hook", "", late) == 55
        rows = turn.db.execute("select id from deliveries where occasion like 'backlog:%'").fetchall()
        ids.append([row[0] for row in rows])

    def cut(turn: SqliteTurn) -> None:
        rolled(turn)
        raise StoreError("cut off")

    with pytest.raises(StoreError, match="cut off"):
        await desk.daemon.store.write(cut)
    assert await desk.states("hook") == {"due": 55}
    await desk.daemon.store.write(rolled)
    assert await desk.daemon.store.write(lambda turn: roll_up(turn.outbox, "hook", "", late)) == 0

    assert ids[0] == ids[1]
    assert len(ids[0]) == 1
    assert await desk.states("hook") == {"closed": 55}


async def test_a_large_backlog_makes_messages_of_sixty_and_what_can_not_be_read_stays_alone(desk: Desk) -> None:
    for number in range(130):
        await desk.tell(number, "mail")
    await desk.daemon.store.write(
        lambda turn: turn.db.execute("update occasions set content = '{\"type\": 7}' where id = 'test:0100'")
    )
    late = desk.now + timedelta(hours=1)

    ended = await desk.daemon.store.write(lambda turn: roll_up(turn.outbox, "mail", "desk@example.org", late))

    rows = await desk.rows("select o.content from occasions o where o.id like 'backlog:%'")
    messages = [decode(content) for (content,) in rows]
    assert ended == 129
    assert sorted(len(message.alerts) for message in messages) == [9, 60, 60]
    assert {message.backlog for message in messages} == {129}
    assert await desk.states("mail") == {"closed": 129, "due": 1}


async def test_notices_that_waited_are_told_together_too(desk: Desk) -> None:
    for number in range(52):
        notice = make_notice_message(title=f"Source {number} does not answer")
        await desk.daemon.store.write(partial(tell_notice, number=number, notice=notice, now=desk.now))
    desk.now += timedelta(hours=1)
    await desk.daemon.store.write(lambda turn: roll_up(turn.outbox, "slack", "", desk.now))
    await desk.send()

    body = "".join(request.body.decode() for request in desk.slack.received)
    assert len(desk.slack.received) == 2
    assert "52 notices waited for slack" in body
    assert "Source 51 does not answer" in body


def tell_notice(turn: SqliteTurn, *, number: int, notice: NoticeMessage, now: datetime) -> None:
    occasion = Occasion(id=OccasionId(f"notice:x:{number}"), kind="notice", content=encode(notice), at=now)
    turn.outbox.tell(occasion, [("slack", "")])


async def test_a_receivers_wish_to_be_left_alone_survives_a_restart(desk: Desk) -> None:
    desk.slack._answers.append(Answer(status=429, headers={"Retry-After": "600"}))
    for number in range(3):
        await desk.tell(number, "slack")
    await desk.send()
    desk.daemon.engine.senders.holds.clear()  # as a new process finds it
    await desk.after(minutes=9)
    assert len(desk.slack.received) == 1

    await desk.after(minutes=2)

    assert desk.order(desk.slack) == [0, 0, 1, 2]


async def test_a_mail_server_that_was_away_gets_all_at_once_but_one_that_said_later_is_left_alone(desk: Desk) -> None:
    await desk.smtp.stop()
    for number in range(3):
        await desk.tell(number, "mail")
        await desk.after(hours=5)
    await desk.smtp.start()
    desk.smtp.script.extend(["451", "ok"])
    await desk.tell(3, "mail")
    await desk.tell(4, "mail")

    await desk.after(hours=9)

    assert await desk.states("mail") == {"sent": 4, "due": 1}
    subjects = [mail.message["Subject"] for mail in desk.smtp.mails]
    assert len(subjects) == len(desk.smtp.unique_ids()) == 5
    assert sum("channel mail works again" in subject for subject in subjects) == 1


async def test_a_message_that_was_just_refused_is_not_tried_again_for_anothers_sake(desk: Desk) -> None:
    desk.slack._answers.append(Answer(status=500, body="cannot read this"))
    await desk.tell(1, "slack")
    await desk.tell(2, "slack")

    await desk.send()

    assert desk.order(desk.slack) == [1, 2]
    assert await desk.states("slack") == {"due": 1, "sent": 1}


async def test_a_message_that_cannot_be_worded_is_parked_and_holds_nobody_up(desk: Desk) -> None:
    await desk.tell(1, "slack")
    await desk.tell(2, "slack")
    await desk.daemon.store.write(
        lambda turn: turn.db.execute("update occasions set content = '{\"type\": 7}' where id = 'test:0001'")
    )

    await desk.send()

    assert desk.order(desk.slack) == [2]
    assert await desk.states("slack") == {"due": 1, "sent": 1}

    await desk.after(steps=30, minutes=30)

    assert await desk.states("slack") == {"dead": 1, "sent": 1}
    assert desk.notices(desk.hook, "could not be delivered") == 1


async def test_a_receiver_that_hangs_keeps_other_channels_on_time(desk: Desk) -> None:
    desk.slack.default = Answer(fault="hang")
    await desk.tell(1, "slack", "hook", "mail")

    await desk.daemon.engine.wake_senders()
    sending = dict(desk.daemon.engine.senders.tasks)
    await asyncio.wait({sending["hook"], sending["mail"]}, timeout=10)

    assert not sending["slack"].done()
    assert await desk.states("hook") == {"sent": 1}
    assert await desk.states("mail") == {"sent": 1}
