"""A chat that says "not so fast" is left alone, and the bot's other chats are not."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.faults.desk import CONFIG, Desk, desk_at
from tests.faults.http_receiver import Answer, HttpReceiver
from tests.faults.test_queues import occasion, tell_all
from watcher.stores.sqlite.deliveries import resume

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


async def test_two_chats_in_a_row_mean_the_whole_bot(desk: Desk) -> None:
    desk.hook._answers.extend([wait(60), wait(600)])
    await tell(desk, 1, GROUP, ADA, BOB)
    await desk.send()
    await desk.after(minutes=9)
    before = chats(desk.hook)
    await desk.after(minutes=2)

    assert before == [GROUP, ADA]
    assert sorted(chats(desk.hook)[2:]) == [GROUP, ADA, BOB]


async def test_two_chats_that_are_too_fast_while_others_are_told_are_those_two(desk: Desk) -> None:
    desk.hook._answers.extend([wait(600), TAKEN, wait(600)])
    await tell(desk, 1, GROUP, ADA)
    await desk.after(seconds=1)
    await tell(desk, 2, ADA)
    await tell(desk, 3, BOB)
    await desk.after(seconds=1)

    assert chats(desk.hook) == [GROUP, ADA, ADA, BOB]


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
