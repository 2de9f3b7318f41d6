"""Channels that know their messages again, through the daemon's own engine: threads, answers, and days of silence."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.faults.desk import CONFIG, Desk, desk_at
from tests.faults.http_receiver import Answer, HttpReceiver
from tests.make import make_told
from watcher.core.model import OccasionId
from watcher.core.telling.messages import AlertMessage
from watcher.core.telling.outbox import Occasion
from watcher.pipeline.telling.changes import encode
from watcher.pipeline.telling.incidents import follow_deeds
from watcher.stores.sqlite.times import to_us

BOT = '{{kind: slack, token: "xoxb-12345678", channel: C0123ABCD, api: "{slack}", network: any, rate: unlimited}}'
CHAT = '{{kind: telegram, token: "1:aaaaaaaaaaaa", chats: [5], api: "{hook}", network: any, rate: unlimited}}'
TAKEN = Answer(body=json.dumps({"ok": True, "channel": "C9", "ts": "1700000000.000100", "result": {"message_id": 77}}))


def threads() -> str:
    """The desk's configuration with a bot of Slack and one of Telegram."""
    lines = CONFIG.splitlines()
    swapped = {"  slack:": f"  slack: {BOT}", "  hook:": f"  hook: {CHAT}"}
    return "\n".join(swapped.get(line[: line.find(":") + 1], line) for line in lines) + "\n"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk_at(tmp_path, threads()) as found:
        found.slack.default = found.hook.default = TAKEN
        yield found


async def tell(desk: Desk, number: int, *alerts: str, change: str = "raised") -> None:
    """Tell of these alerts in one message on both channels."""
    told = tuple(make_told(alert=each, change=change, headline=f"Message {number}") for each in alerts)
    occasion = Occasion(
        id=OccasionId(f"test:{number:04}"),
        kind="alert",
        content=encode(AlertMessage(route="desk", alerts=told)),
        at=desk.now,
        alerts=alerts,
        thread=None if change == "raised" else f"alert:{alerts[0]}:1",
    )
    await desk.daemon.store.write(lambda turn: turn.outbox.tell(occasion, [("slack", ""), ("hook", "5")]))
    await desk.send()


def calls(receiver: HttpReceiver) -> list[tuple[str, dict[str, Any]]]:
    return [(request.path.rpartition("/")[2], json.loads(request.body)) for request in receiver.received]


async def test_an_update_goes_where_the_first_message_stands(desk: Desk) -> None:
    await tell(desk, 1, "a")
    await tell(desk, 2, "a", change="updated")

    first, second, change = calls(desk.slack)
    assert (first[0], first[1]["channel"], "thread_ts" in first[1]) == ("chat.postMessage", "C0123ABCD", False)
    assert (second[0], second[1]["channel"], second[1]["thread_ts"]) == ("chat.postMessage", "C9", "1700000000.000100")
    assert (change[0], change[1]["channel"], change[1]["ts"]) == ("chat.update", "C9", "1700000000.000100")
    assert "Message 2" in json.dumps(change[1]["blocks"])
    (_, raised), (_, updated) = calls(desk.hook)
    assert "reply_parameters" not in raised
    assert updated["reply_parameters"]["message_id"] == 77


async def test_a_message_that_told_of_two_alerts_is_answered_and_not_written_over(desk: Desk) -> None:
    await tell(desk, 1, "a", "b")
    await tell(desk, 2, "b", change="updated")

    assert [method for method, _ in calls(desk.slack)] == ["chat.postMessage", "chat.postMessage"]
    assert calls(desk.slack)[1][1]["thread_ts"] == "1700000000.000100"


async def test_a_no_with_status_200_pauses_the_channel_and_the_operator_hears_of_it_elsewhere(desk: Desk) -> None:
    desk.slack.default = Answer(body='{"ok": false, "error": "not_in_channel"}')

    await tell(desk, 1, "a")
    await desk.after(steps=12, minutes=10)
    tried = len(desk.slack.received)
    desk.slack.default = TAKEN
    await desk.after(steps=2, hours=1)

    assert tried in range(2, 4)
    assert await desk.states("slack") == {"sent": 1}
    assert any("not_in_channel" in request.body.decode() for request in desk.hook.received)


ON_CALL = '{{kind: pagerduty, key: "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk", url: "{hook}/v2/enqueue", network: any, rate: unlimited}}'


@pytest.mark.parametrize(("what", "action"), [("acknowledged", "acknowledge"), ("closed", "resolve")])
async def test_who_is_on_call_hears_once_of_what_somebody_did(tmp_path: Path, what: str, action: str) -> None:
    async with desk_at(tmp_path, threads().replace(CHAT, ON_CALL)) as desk:
        desk.slack.default = TAKEN
        desk.hook.default = Answer(status=202)
        told = make_told(alert="a")
        content = encode(AlertMessage(route="desk", alerts=(told,)))
        occasion = Occasion(id=OccasionId("alert:a:1"), kind="alert", content=content, at=desk.now, alert="a")
        await desk.daemon.store.write(lambda turn: turn.outbox.tell(occasion, [("slack", ""), ("hook", "")]))
        await desk.send()
        deed = "insert into deeds (alert, what, who, how, words, severity, at) values (?, ?, 'Ada', 'command', '', 'urgent', ?)"
        at = to_us(desk.now + timedelta(minutes=1))
        await desk.daemon.store.write(lambda turn: turn.db.execute(deed, ("a", what, at)))
        desk.now += timedelta(minutes=2)

        counts = [await follow_deeds(desk.daemon.store, desk.daemon.engine.runtime, desk.now) for _ in range(3)]
        await desk.send()

        events = [json.loads(request.body) for request in desk.hook.received]
        assert counts == [1, 0, 0]
        assert [(event["event_action"], event["dedup_key"]) for event in events] == [("trigger", "a"), (action, "a")]
        assert len(desk.slack.received) == 1


@pytest.mark.parametrize(("last", "heard"), [("updated", 1), ("retracted", 0)])
async def test_who_is_on_call_hears_once_that_an_alert_ended_by_itself(tmp_path: Path, last: str, heard: int) -> None:
    async with desk_at(tmp_path, threads().replace(CHAT, ON_CALL)) as desk:
        desk.slack.default, desk.hook.default = TAKEN, Answer(status=202)
        row = "insert into alerts values ('a', 'r', '', 's', 1, 'urgent', 'wire', 'open', null, ?, ?, 1, '[]')"
        store, since = desk.daemon.store, to_us(desk.now)
        await store.write(lambda turn: turn.db.execute(row, (since, since)))
        for number, change in enumerate(("raised", last)):
            content = encode(AlertMessage(route="desk", alerts=(make_told(alert="a", change=change),)))
            id_ = OccasionId(f"alert:a:{number}")
            told = Occasion(id=id_, kind="alert", content=content, at=desk.now, alert="a")
            await store.write(lambda turn, told=told: turn.outbox.tell(told, [("slack", ""), ("hook", "")]))
            await desk.send()
        before, elsewhere = len(desk.hook.received), len(desk.slack.received)
        counts = [await follow_deeds(store, desk.daemon.engine.runtime, desk.now)]
        desk.now += timedelta(minutes=1)
        await store.write(lambda turn: turn.lifecycle.expire("a", "no news", desk.now))
        counts += [await follow_deeds(store, desk.daemon.engine.runtime, desk.now) for _ in range(3)]
        await desk.send()

        events = [json.loads(request.body) for request in desk.hook.received[before:]]
        assert counts == [0, heard, 0, 0]
        assert [(event["event_action"], event["dedup_key"]) for event in events] == [("resolve", "a")] * heard
        assert len(desk.slack.received) == elsewhere


@pytest.mark.slow
async def test_three_days_of_silence_cost_the_other_channel_nothing_and_all_comes_in_order(desk: Desk) -> None:
    desk.slack.default = Answer(status=503, body="down")
    for number in range(24):
        await tell(desk, number, f"a-{number}")
        assert desk.order(desk.hook)[-1] == number
        await desk.after(hours=2.9)
    tried = len(desk.slack.received)
    desk.slack.default = TAKEN
    await desk.after(steps=2, hours=12)

    assert await desk.states("slack") == {"sent": 24}
    first, *rest = desk.order(desk.slack)[tried:]
    assert [*sorted({first, *rest})] == list(range(24))
    assert rest == sorted(rest)
