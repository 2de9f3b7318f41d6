"""Every fault of delivery on record, on every kind of channel that talks HTTP, over real sockets.

The sample runs always; the whole, kind by kind and row by row, is slow.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.channels.samples import CANARY, OPTIONS, make_channel, make_envelope, make_rendered
from tests.faults.http_receiver import Answer, HttpReceiver
from tests.make import NOW, make_alert_message, make_digest_message, make_digest_story, make_told
from tests.network.resolvers import ListedResolver
from watcher.channels import KINDS, family
from watcher.channels.base import Channel
from watcher.core.model import Outcome
from watcher.core.telling.messages import DigestSection, Message
from watcher.core.telling.retries import next_attempt
from watcher.deliver import Transports, attempt
from watcher.network.guard import Guard
from watcher.network.http import Http

LOCAL = (("127.0.0.1",),)
BOT = "slack by bot"
TOO_LATE_S = 0.4
TAKEN = {
    "slack": "ok",
    BOT: json.dumps({"ok": True, "channel": "C0123ABCD", "ts": "1700000000.000100"}),
    "telegram": json.dumps({"ok": True, "result": {"message_id": 5}}),
}
WAYS: dict[str, Callable[[str], tuple[str, dict[str, Any]]]] = {
    "discord": lambda url: ("discord", {"url": f"{url}/api/webhooks/1/{CANARY}"}),
    "ntfy": lambda url: ("ntfy", {"url": f"{url}/{CANARY}"}),
    "pagerduty": lambda url: ("pagerduty", {"url": f"{url}/v2/enqueue"}),
    "slack": lambda url: ("slack", {"url": f"{url}/services/T0/B0/{CANARY}"}),
    BOT: lambda url: (
        "slack",
        {"url": None, "token": f"xoxb-{CANARY}", "channel": "C0123ABCD", "api": f"{url}/api"},
    ),
    "teams": lambda url: ("teams", {"url": f"{url}/workflows/{CANARY}?sig={CANARY}"}),
    "telegram": lambda url: ("telegram", {"api": url}),
    "webhook": lambda url: ("webhook", {"url": f"{url}/hook?token={CANARY}"}),
}
"""How each kind is led to the loopback."""
SAMPLE = ("slack", BOT, "telegram")

NEVER = {
    "slack": {400: "dead", 401: "dead", 403: "dead", 404: "dead", 410: "dead", 422: "dead"},
    "webhook": {400: "slow", 401: "slow", 403: "slow", 404: "slow", 410: "gone", 422: "slow"},
    "discord": {400: "dead", 401: "pause", 403: "pause", 404: "gone", 410: "gone", 422: "dead"},
    "teams": {400: "dead", 401: "pause", 403: "pause", 404: "gone", 410: "gone", 422: "dead"},
    "telegram": {400: "dead", 401: "pause", 403: "dead", 404: "pause", 410: "gone", 422: "dead"},
    "ntfy": {400: "dead", 401: "pause", 403: "pause", 404: "pause", 410: "gone", 422: "dead"},
    "pagerduty": {400: "dead", 401: "pause", 403: "pause", 404: "pause", 410: "gone", 422: "dead"},
    BOT: {400: "dead", 401: "pause", 403: "pause", 404: "dead", 410: "gone", 422: "dead"},
}
"""What a refusal means to each; the notice to the operator follows from it, but for a dead endpoint of the webhook."""


def kinds(*, whole: bool) -> list[Any]:
    """All ways, those beyond the sample marked as slow if the row is long."""
    return [way if way in SAMPLE or not whole else pytest.param(way, marks=pytest.mark.slow) for way in sorted(WAYS)]


@dataclass(slots=True)
class Way:
    """A channel that leads to a receiver on loopback, and the real way out."""

    name: str
    kind: str
    channel: Channel
    receiver: HttpReceiver
    transports: Transports

    async def told(self, message: Message | None = None, **more: Any) -> Outcome:
        """One attempt."""
        rendered = make_rendered(message or make_alert_message())
        recipient = self.channel.recipients()[0]
        options: dict[str, Any] = {"policy": "any", "on_part": nothing, "deadline_s": 5.0} | more
        envelope = make_envelope(recipient=recipient)
        outcome = await attempt(self.channel, rendered, envelope, transport=self.transports, **options)
        assert CANARY not in repr(outcome)
        return outcome

    def then(self, outcome: Outcome, attempts: int = 1) -> Any:
        """What becomes of the delivery."""
        return next_attempt(
            outcome,
            channel_family=family(self.kind),
            attempt=attempts,
            first_attempt=NOW,
            now=NOW,
            delivery_id="msg_0f3a9c",
        )


async def nothing(_number: int, _bodies: tuple[bytes, ...], _split: str) -> None:
    """Nobody keeps the parts."""


@pytest.fixture
async def transports() -> AsyncIterator[Transports]:
    guard = Guard(ListedResolver(**{"127.0.0.1": LOCAL}))
    async with Http(guard) as http:
        yield Transports(http, guard)


@pytest.fixture
async def way(request: pytest.FixtureRequest, transports: Transports) -> AsyncIterator[Way]:
    name: str = request.param
    async with HttpReceiver(default=Answer(body=TAKEN.get(name, "{}"))) as receiver:
        kind, options = WAYS[name](receiver.url)
        yield Way(name, kind, make_channel(kind, **options), receiver, transports)


def answers(way: Way, *script: Answer) -> None:
    way.receiver._answers.extend(script)


def test_every_kind_that_talks_http_is_tried() -> None:
    assert {make(" ")[0] for make in WAYS.values()} == set(KINDS) - {"email", "file", "stdout", "apprise"}
    assert set(NEVER) == set(WAYS)
    assert set(OPTIONS) == set(KINDS)


@pytest.mark.parametrize("way", kinds(whole=False), indirect=True)
async def test_taken_is_sent_once(way: Way) -> None:
    outcome = await way.told()

    assert (outcome.result, outcome.possible_duplicate) == ("sent", False)
    assert len(way.receiver.received) == 1


@pytest.mark.parametrize("way", kinds(whole=False), indirect=True)
async def test_a_429_is_tried_again_not_before_it_asks(way: Way) -> None:
    answers(way, Answer(status=429, headers={"Retry-After": "30"}, body="slow down"))

    outcome = await way.told()
    verdict = way.then(outcome)
    again = await way.told()

    assert (outcome.result, outcome.retry_after_s) == ("retry", 30)
    assert verdict.state == "due"
    assert (verdict.at - NOW).total_seconds() >= 30
    assert again.result == "sent"
    assert way.receiver.received[0].body == way.receiver.received[1].body


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("way", kinds(whole=True), indirect=True)
async def test_a_5xx_is_tried_again_with_jitter_for_72_hours(way: Way, status: int) -> None:
    answers(way, Answer(status=status, body="down"))

    outcome = await way.told()

    assert outcome.result == "retry"
    assert 4 <= (way.then(outcome).at - NOW).total_seconds() <= 6
    assert way.then(outcome, attempts=12).state == "due"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 422])
@pytest.mark.parametrize("way", kinds(whole=True), indirect=True)
async def test_a_refusal_is_dead_or_stops_the_channel_and_the_operator_hears_of_it(way: Way, status: int) -> None:
    answers(way, Answer(status=status, body="no_service"))

    outcome = await way.told()
    verdict = way.then(outcome)

    assert outcome.result == NEVER[way.name][status]
    assert "no_service" in outcome.reason
    assert verdict.tell


@pytest.mark.parametrize("way", ["slack", BOT, "telegram"], indirect=True)
async def test_a_200_without_a_yes_is_a_failure(way: Way) -> None:
    answers(way, Answer(body="<html>a captive portal</html>"))

    assert (await way.told()).result == "retry"


@pytest.mark.parametrize("way", kinds(whole=True), indirect=True)
async def test_a_redirect_is_a_failure_and_not_followed(way: Way) -> None:
    for status in (301, 302, 307, 308):
        answers(way, Answer(status=status, headers={"Location": way.receiver.url + "/elsewhere"}))
        assert (await way.told()).result == "retry"

    assert len(way.receiver.received) == 4
    assert all(request.path != "/elsewhere" for request in way.receiver.received)


@pytest.mark.parametrize("way", kinds(whole=True), indirect=True)
async def test_a_timeout_after_the_request_was_read_may_be_a_duplicate(way: Way) -> None:
    answers(way, Answer(fault="hang"))

    outcome = await way.told(deadline_s=TOO_LATE_S)

    assert (outcome.result, outcome.possible_duplicate) == ("retry", True)


@pytest.mark.parametrize("way", kinds(whole=True), indirect=True)
async def test_a_reset_and_half_an_answer_are_tried_again(way: Way) -> None:
    answers(way, Answer(fault="reset"), Answer(fault="reset_before_reading"), Answer(fault="half_answer"))

    assert [(await way.told()).result for _ in range(4)] == ["retry", "retry", "retry", "sent"]


@pytest.mark.parametrize("way", kinds(whole=True), indirect=True)
async def test_of_an_endless_answer_little_is_read(way: Way) -> None:
    answers(way, Answer(status=500, fault="endless"))

    outcome = await way.told()

    assert outcome.result == "retry"
    assert way.receiver.endless_bytes < 8 << 20


@pytest.mark.parametrize("way", [way for way in sorted(WAYS) if way not in {"pagerduty", "webhook"}], indirect=True)
async def test_a_message_too_long_goes_in_parts_and_a_part_that_fails_is_taken_up_where_it_was(way: Way) -> None:
    stories = tuple(make_digest_story(number, headline=f"Story {number} begins") for number in range(150))
    message = make_digest_message(sections=(DigestSection(topic="x", title="X", stories=stories),))
    taken = Answer(body=TAKEN.get(way.name, "{}"))
    answers(way, taken, Answer(status=503))
    done: list[int] = []
    kept: list[tuple[bytes, ...]] = []

    async def part(number: int, bodies: tuple[bytes, ...], _split: str) -> None:
        done.append(number)
        kept.append(bodies)

    first = await way.told(message, on_part=part)
    second = await way.told(message, on_part=part, parts_done=done[-1], bodies=kept[-1])

    requests = [request.body.decode() for request in way.receiver.received]
    parts = [requests[0], *requests[2:]]
    assert (first.result, second.result) == ("retry", "sent")
    assert requests[1] == requests[2]
    assert done == list(range(1, len(parts) + 1))
    said = " ".join(parts)
    assert all(f"Story {number} begins" in said for number in range(150))


async def test_an_incident_of_each_alert_goes_on_after_the_one_that_failed(transports: Transports) -> None:
    async with HttpReceiver([Answer(status=202), Answer(status=429)], default=Answer(status=202)) as receiver:
        kind, options = WAYS["pagerduty"](receiver.url)
        way = Way("pagerduty", kind, make_channel(kind, **options), receiver, transports)
        message = make_alert_message(*(make_told(alert=f"a-{number}") for number in range(3)))
        done: list[tuple[int, tuple[bytes, ...]]] = []

        async def part(number: int, bodies: tuple[bytes, ...], _split: str) -> None:
            done.append((number, bodies))

        first = await way.told(message, on_part=part)
        second = await way.told(message, on_part=part, parts_done=1)

        assert (first.result, second.result) == ("retry", "sent")
        assert [request.json["dedup_key"] for request in receiver.received] == ["a-0", "a-1", "a-1", "a-2"]
        assert {bodies for _, bodies in done} == {()}, "a body that holds the key is kept nowhere"


async def test_a_receiver_that_takes_a_minute_holds_up_no_other_kind(transports: Transports) -> None:
    async with HttpReceiver(default=Answer(fault="hang")) as slow, HttpReceiver() as quick:
        kind, options = WAYS["discord"](slow.url)
        stuck = Way("discord", kind, make_channel(kind, **options), slow, transports)
        kind, options = WAYS["teams"](quick.url)
        other = Way("teams", kind, make_channel(kind, **options), quick, transports)
        waiting = asyncio.ensure_future(stuck.told(deadline_s=60.0))
        await slow.got.wait()

        began = time.monotonic()
        results = [(await other.told()).result for _ in range(5)]

        assert results == ["sent"] * 5
        assert time.monotonic() - began < 5
        assert not waiting.done()
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)


def rows(shared: Path) -> Iterator[tuple[str, str]]:
    for row in json.loads((shared / "hostile" / "delivery_faults.json").read_text("utf-8")):
        yield row["channel"], row["fault"]


ELSEWHERE = {
    "2xx": "test_taken_is_sent_once",
    "429 Retry-After: 3": "test_a_429_is_tried_again_not_before_it_asks",
    "429/503 with Retry-After": "test_a_429_is_tried_again_not_before_it_asks",
    "500/502/503/504": "test_a_5xx_is_tried_again_with_jitter_for_72_hours",
    "400 invalid_payload / 403 / 404 no_service / 410 channel_is_archived": "test_a_refusal_is_dead_or_stops_the_channel_and_the_operator_hears_of_it",
    "400/401/403/404/422": "test_a_refusal_is_dead_or_stops_the_channel_and_the_operator_hears_of_it",
    "410": "test_a_refusal_is_dead_or_stops_the_channel_and_the_operator_hears_of_it",
    "200 with body other than ok": "test_a_200_without_a_yes_is_a_failure",
    "timeout after the request was read": "test_a_timeout_after_the_request_was_read_may_be_a_duplicate",
    "connection reset before the response": "test_a_reset_and_half_an_answer_are_tried_again",
    "message > 40,000 characters or > 50 blocks": "test_a_message_too_long_goes_in_parts_and_a_part_that_fails_is_taken_up_where_it_was",
    "3xx": "test_a_redirect_is_a_failure_and_not_followed",
    "redirect to loopback": "test_a_redirect_is_a_failure_and_not_followed",
    "endless response body": "test_of_an_endless_answer_little_is_read",
    "same id sent twice": "test_a_429_is_tried_again_not_before_it_asks",
    "receiver takes 60 s per message": "test_a_receiver_that_takes_a_minute_holds_up_no_other_kind",
    "one channel down for 3 days": "tests/faults/test_outbox.py",
}
"""Where each row that is not of mail alone is tried on every kind."""


def test_every_row_on_record_that_fits_is_tried(shared: Path) -> None:
    said = {fault for channel, fault in rows(shared) if channel != "smtp"}

    assert said == set(ELSEWHERE)
    assert {name for name in ELSEWHERE.values() if "/" not in name} <= set(globals())
