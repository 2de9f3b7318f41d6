"""A chat that says "not so fast" is left alone, and the bot's other chats are not."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.faults.desk import CONFIG, Desk, desk_at
from tests.faults.http_receiver import Answer, HttpReceiver
from tests.faults.test_queues import occasion, tell_all
from watcher.commands.outage_words import alone_lines
from watcher.stores.sqlite.deliveries import listed, resume, retry
from watcher.stores.sqlite.status import status
from watcher.stores.sqlite.upkeep import Keep, prune

GROUP, ADA, BOB = "-100", "7", "8"
TAKEN = Answer(body='{"ok": true, "result": {"message_id": 1}}')
BOT = 'hook: {{kind: telegram, token: "1:abcdefghijklmnop", chats: [-100, 7, 8], api: "{hook}", network: any, rate: unlimited}}'
CHATS = "\n".join(BOT.join(["  ", ""]) if line.startswith("  hook:") else line for line in CONFIG.splitlines())


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk_at(tmp_path, CHATS) as found:
        found.hook.default = TAKEN
        yield found


def wait(seconds: int) -> Answer:
    said = {"ok": False, "description": "Too Many Requests", "parameters": {"retry_after": seconds}}
    return Answer(status=429, body=json.dumps(said))


async def tell(desk: Desk, number: int, *chats: str) -> None:
    one = occasion(desk, number, f"a-{number}")
    await desk.daemon.store.write(lambda turn: tell_all(turn, told=one, ways=[("hook", chat) for chat in chats]))


def chats(receiver: HttpReceiver) -> list[str]:
    return [str(each.json["chat_id"]) for each in receiver.received]


async def test_others_are_told_while_one_chat_is_left_alone(desk: Desk) -> None:
    desk.hook._answers.append(wait(600))
    await tell(desk, 1, GROUP, ADA)
    await desk.send()
    await tell(desk, 2, GROUP, ADA)
    await desk.send()
    meanwhile = chats(desk.hook)
    await desk.after(minutes=9)
    still = len(desk.hook.received)
    await desk.after(minutes=2)

    assert meanwhile == [GROUP, ADA, ADA]
    assert still == 3
    assert chats(desk.hook)[3:] == [GROUP, GROUP]
    assert (await desk.states("hook"))["sent"] == 4


@pytest.mark.parametrize("said", ["soon", "", "1e999"])
async def test_a_chat_that_is_too_fast_and_names_no_time_is_left_alone_too(desk: Desk, said: str) -> None:
    refusal = Answer(
        status=429, headers={"Retry-After": said} if said else {}, body='{"ok": false, "description": "Slow"}'
    )
    desk.hook._answers.append(refusal)
    for number in range(10):
        await tell(desk, number, GROUP)
    await tell(desk, 10, ADA)
    await desk.send()
    at_once = chats(desk.hook)
    await desk.after(seconds=7)

    assert at_once == [GROUP, ADA]
    assert chats(desk.hook)[2:]
    assert not (await desk.states("hook")).get("due")


async def test_a_webhook_that_is_too_fast_and_names_no_time_is_left_alone(tmp_path: Path) -> None:
    async with desk_at(tmp_path) as desk:
        desk.hook._answers.append(Answer(status=429))
        await desk.tell(1, "hook")
        await desk.send()
        for number in range(2, 6):
            await desk.tell(number, "hook")
        await desk.send()
        at_once = len(desk.hook.received)
        await desk.after(seconds=7)

        assert at_once == 1
        assert (await desk.states("hook"))["sent"] == 5


async def test_two_chats_in_a_row_mean_the_whole_bot(desk: Desk) -> None:
    desk.hook._answers.extend([wait(60), wait(600)])
    await tell(desk, 1, GROUP, ADA, BOB)
    await desk.send()
    await desk.after(seconds=50)
    before = chats(desk.hook)
    await desk.after(minutes=8)
    then = chats(desk.hook)[2:]
    await desk.after(minutes=2)

    assert before == [GROUP, ADA]
    assert then == [GROUP, BOB]
    assert chats(desk.hook)[4:] == [ADA]


async def test_two_chats_that_are_too_fast_while_others_are_told_are_those_two(desk: Desk) -> None:
    desk.hook._answers.extend([wait(600), TAKEN, wait(600)])
    await tell(desk, 1, GROUP, ADA)
    await desk.after(seconds=1)
    await tell(desk, 2, ADA)
    await tell(desk, 3, BOB)
    await desk.after(seconds=1)

    assert chats(desk.hook) == [GROUP, ADA, ADA, BOB]


async def test_the_whole_bot_rests_no_longer_than_the_shorter_wish(desk: Desk) -> None:
    desk.hook._answers.extend([wait(3), wait(80_000)])
    await tell(desk, 1, GROUP, ADA)
    await desk.send()
    await tell(desk, 2, BOB)
    await desk.after(seconds=10)

    assert chats(desk.hook) == [GROUP, ADA, GROUP, BOB]


async def test_chats_that_are_refused_hours_apart_are_each_their_own(desk: Desk) -> None:
    desk.hook._answers.extend([wait(80_000), wait(7_200)])
    await tell(desk, 1, GROUP)
    await desk.send()
    await desk.after(hours=6)
    await tell(desk, 2, ADA)
    await desk.send()
    await tell(desk, 3, BOB)
    await desk.after(seconds=1)

    assert chats(desk.hook) == [GROUP, ADA, BOB]


async def test_a_chat_that_takes_one_again_is_told_all_that_waits(desk: Desk) -> None:
    desk.hook._answers.append(wait(80_000))
    await tell(desk, 1, GROUP)
    await desk.send()
    await tell(desk, 2, GROUP)
    await tell(desk, 3, GROUP)
    await desk.send()
    (asked_for,) = await desk.daemon.store.read(
        lambda turn: turn.db.execute("select id from deliveries order by number desc limit 1").fetchone()
    )
    now = desk.now
    await desk.daemon.store.write(lambda turn: str(retry(turn.db, asked_for, now)))
    await desk.send()

    assert len(chats(desk.hook)) == 3


async def test_a_wish_for_years_is_heard_for_a_day(desk: Desk) -> None:
    desk.hook._answers.append(wait(10**9))
    await tell(desk, 1, GROUP)
    await tell(desk, 2, GROUP)
    await desk.send()
    await desk.after(hours=20)
    before = len(desk.hook.received)
    await desk.after(hours=5)

    assert (before, chats(desk.hook)) == (1, [GROUP, GROUP, GROUP])


async def test_whoever_asks_for_it_has_it_sent_at_once(desk: Desk) -> None:
    desk.hook._answers.append(wait(600))
    await tell(desk, 1, GROUP)
    await desk.send()
    await tell(desk, 2, GROUP)
    await desk.send()
    now = desk.now
    await desk.daemon.store.write(lambda turn: resume(turn.db, "hook", now))
    await desk.send()

    assert chats(desk.hook) == [GROUP, GROUP, GROUP]


async def test_the_next_try_of_a_channel_counts_what_its_chats_asked_for(desk: Desk) -> None:
    desk.hook._answers.append(wait(600))
    await tell(desk, 1, GROUP)
    await desk.send()
    began = desk.now
    await tell(desk, 2, GROUP)
    await desk.after(seconds=60)

    async def next_due() -> timedelta | None:
        (found,) = await desk.daemon.store.read(lambda turn: turn.queues.queues())
        return None if found.next_due is None else found.next_due - began

    while_all_rest = await next_due()
    await tell(desk, 3, ADA)
    of_another = await next_due()

    assert while_all_rest == timedelta(seconds=600)
    assert of_another is not None
    assert of_another <= timedelta(seconds=60)


async def test_what_waits_for_a_resting_chat_says_why(desk: Desk) -> None:
    desk.hook._answers.append(wait(600))
    await tell(desk, 1, GROUP)
    await desk.send()
    until = desk.now + timedelta(seconds=600)
    await tell(desk, 2, GROUP, ADA)

    found = await desk.daemon.store.read(lambda turn: listed(turn.db, states=("due",), limit=9))

    reasons = {each.recipient: each.reason for each in found if not each.attempts}
    assert reasons == {
        GROUP: f"its receiver is left alone until {until:%Y-%m-%d %H:%M} UTC: it put off an earlier message",
        ADA: "",
    }


async def test_what_a_chat_asked_for_is_forgotten_when_its_time_is_over(desk: Desk) -> None:
    desk.hook._answers.append(wait(600))
    await tell(desk, 1, GROUP)
    await desk.send()

    async def kept_after(minutes: int) -> int:
        now = desk.now + timedelta(minutes=minutes)
        await desk.daemon.store.write(lambda turn: prune(turn.db, {}, Keep(articles=None, bodies=None), now))
        (count,) = await desk.daemon.store.read(
            lambda turn: turn.db.execute("select count(*) from recipient_holds").fetchone()
        )
        return int(count)

    assert [await kept_after(9), await kept_after(11)] == [1, 0]


async def test_the_status_says_which_chat_asked_for_it(desk: Desk) -> None:
    desk.hook._answers.append(wait(80_000))
    await tell(desk, 1, GROUP)
    await desk.send()

    found = await desk.daemon.store.read(lambda turn: status(turn.db))

    (line,) = alone_lines(found.alone, "hook", desk.now)
    assert line.startswith(
        f"    -100  asked to be left alone until {desk.now + timedelta(seconds=80_000):%Y-%m-%d %H:%M} UTC"
    )
    assert not list(alone_lines(found.alone, "hook", desk.now + timedelta(days=1)))
