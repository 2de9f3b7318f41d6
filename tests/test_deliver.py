"""The ways out on real sockets: every row of the answer table, on loopback servers that misbehave on command."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
from collections import deque
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.channels.samples import CANARY, WEBHOOK_SECRET, make_channel, make_envelope, make_rendered
from tests.faults.http_receiver import Answer, HttpReceiver
from tests.faults.smtp import SmtpFaults
from tests.make import NOW, make_alert_message, make_told
from tests.network.certificates import Authority, make_authority
from tests.network.resolvers import ListedResolver
from watcher.channels import family
from watcher.channels.base import Call, Channel, Envelope, Failure, FileCall, HttpCall, HttpReply, Reply
from watcher.core.model import Outcome
from watcher.core.telling.backlogs import ROLL_UP_PAST
from watcher.core.telling.messages import Rendered
from watcher.core.telling.retries import Verdict, next_attempt
from watcher.deliver import Transports, attempt
from watcher.network.guard import Guard
from watcher.network.http import Http


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("mail-authority"))


def guard() -> Guard:
    local = (("127.0.0.1",),)
    return Guard(ListedResolver(**{"mail.test": local, "127.0.0.1": local}))


@pytest.fixture
async def transports() -> AsyncIterator[Transports]:
    async with Http(guard()) as http:
        yield Transports(http, guard())


class Parts:
    """Remembers what was told of parts."""

    def __init__(self) -> None:
        self.done: list[int] = []
        self.bodies: tuple[bytes, ...] = ()

    async def __call__(self, number: int, bodies: tuple[bytes, ...], _split: str) -> None:
        self.done.append(number)
        self.bodies = bodies


async def deliver(transports: Any, channel: Channel, rendered: Rendered | None = None, **changes: Any) -> Outcome:
    options: dict[str, Any] = {"policy": "any", "on_part": Parts(), "deadline_s": 5.0} | {
        name: changes.pop(name)
        for name in list(changes)
        if name in {"policy", "on_part", "deadline_s", "parts_done", "bodies", "split", "parts_s", "between", "hook"}
    }
    return await attempt(
        channel, rendered or make_rendered(), make_envelope(**changes), transport=transports, **options
    )


def verdict(outcome: Outcome, kind: str, attempts: int = 1, waited: timedelta = timedelta(0)) -> Verdict:
    return next_attempt(
        outcome,
        channel_family=family(kind),
        attempt=attempts,
        first_attempt=NOW,
        now=NOW + waited,
        delivery_id="msg_0f3a9c",
    )


def slack(receiver: HttpReceiver) -> Channel:
    return make_channel("slack", url=f"{receiver.url}/services/T0/B0/{CANARY}")


def webhook(receiver: HttpReceiver) -> Channel:
    return make_channel("webhook", url=f"{receiver.url}/hook?token={CANARY}")


def email(server: SmtpFaults, **smtp: Any) -> Channel:
    return make_channel("email", smtp={"host": "127.0.0.1", "port": server.port, "security": "none"} | smtp)


def login(**more: Any) -> dict[str, Any]:
    return {"username": "desk", "password": CANARY} | more


# --- Slack -----------------------------------------------------------------------------------------------------------


async def test_slack_429_is_tried_again_not_before_it_asks_and_nothing_is_lost(transports: Transports) -> None:
    limited = Answer(status=429, headers={"Retry-After": "30"}, body="rate_limited")
    async with HttpReceiver([limited]) as receiver:
        outcome = await deliver(transports, slack(receiver))
        waits = verdict(outcome, "slack")
        again = await deliver(transports, slack(receiver))

        assert (outcome.result, outcome.retry_after_s) == ("retry", 30)
        assert waits.at is not None
        assert waits.at >= NOW + timedelta(seconds=30)
        assert again.result == "sent"
        assert len(receiver.received) == 2


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_slack_5xx_is_tried_again_until_72_hours(transports: Transports, status: int) -> None:
    async with HttpReceiver(default=Answer(status=status, body="")) as receiver:
        outcome = await deliver(transports, slack(receiver))

        assert outcome.result == "retry"
        assert verdict(outcome, "slack").state == "due"
        assert verdict(outcome, "slack", 11, timedelta(hours=71)).state == "due"
        assert verdict(outcome, "slack", 12, timedelta(hours=72)).state == "dead"


@pytest.mark.parametrize(
    ("status", "body"),
    [(400, "invalid_payload"), (403, "action_prohibited"), (404, "no_service"), (410, "channel_is_archived")],
)
async def test_slack_refusals_are_dead_at_once_and_told(transports: Transports, status: int, body: str) -> None:
    async with HttpReceiver([Answer(status=status, body=body)]) as receiver:
        outcome = await deliver(transports, slack(receiver))

        assert (verdict(outcome, "slack").state, verdict(outcome, "slack").tell) == ("dead", True)
        assert f"{status} {body}" in outcome.reason


async def test_slack_200_without_ok_is_a_failure(transports: Transports) -> None:
    async with HttpReceiver([Answer(body="<html>Sign in</html>")]) as receiver:
        assert (await deliver(transports, slack(receiver))).result == "retry"


@pytest.mark.parametrize("make", [slack, webhook])
async def test_a_timeout_after_the_request_was_read_may_be_a_duplicate(transports: Transports, make: Any) -> None:
    async with HttpReceiver([Answer(fault="hang")]) as receiver:
        outcome = await deliver(transports, make(receiver), deadline_s=0.2)

        assert len(receiver.received) == 1
        assert (outcome.result, outcome.possible_duplicate) == ("retry", True)


@pytest.mark.parametrize("fault", ["reset", "reset_before_reading", "half_answer"])
async def test_a_reset_before_the_answer_is_tried_again(transports: Transports, fault: str) -> None:
    async with HttpReceiver([Answer(fault=fault)]) as receiver:
        outcome = await deliver(transports, slack(receiver))

        assert (outcome.result, outcome.possible_duplicate) == ("retry", True)


async def test_slack_a_long_message_goes_in_parts_and_a_repeat_sends_only_the_rest(transports: Transports) -> None:
    alerts = [make_told(alert=f"a-{n}", headline=f"Alert {n}", summary=("word " * 900,)) for n in range(20)]
    rendered = make_rendered(make_alert_message(*alerts))
    parts = Parts()
    async with HttpReceiver([Answer(), Answer(status=503)]) as receiver:
        first = await deliver(transports, slack(receiver), rendered, on_part=parts)
        second = await deliver(transports, slack(receiver), rendered, on_part=parts, parts_done=parts.done[-1])

        assert (first.result, second.result) == ("retry", "sent")
        bodies = [request.body for request in receiver.received]
        assert bodies[1] == bodies[2]
        assert len(set(bodies)) == len(bodies) - 1 == parts.done[-1]
        assert parts.done == list(range(1, len(parts.done) + 1))
        assert all(len(json.loads(body)["blocks"]) <= 50 and len(body.decode()) <= 40_000 for body in bodies)


@pytest.mark.parametrize("summary", ["word " * 100, "other words " * 2_000], ids=["fewer parts", "more parts"])
async def test_slack_a_message_begun_is_ended_in_the_same_words_though_it_would_be_split_otherwise_now(
    transports: Transports, summary: str
) -> None:
    def told(words: str) -> Rendered:
        alerts = [make_told(alert=f"a-{n}", headline=f"Alert {n}", summary=(words,)) for n in range(20)]
        return make_rendered(make_alert_message(*alerts))

    begun, parts = told("word " * 900), Parts()
    async with HttpReceiver([Answer(), Answer(status=503)]) as receiver:
        await deliver(transports, slack(receiver), begun, on_part=parts)
        later = {"parts_done": parts.done[-1], "bodies": parts.bodies}
        outcome = await deliver(transports, slack(receiver), told(summary), on_part=parts, **later)

        assert outcome.result == "sent"
        taken = [request.body for number, request in enumerate(receiver.received) if number != 1]
        expected = make_channel("slack").wire(begun, make_envelope())
        assert taken == [call.body for call in expected if isinstance(call, HttpCall)]


async def test_slack_parts_beyond_the_attempts_time_wait_for_the_next(transports: Transports) -> None:
    alerts = [make_told(alert=f"a-{n}", headline=f"Alert {n}", summary=("word " * 900,)) for n in range(20)]
    rendered, parts = make_rendered(make_alert_message(*alerts)), Parts()
    async with HttpReceiver() as receiver:
        outcome = await deliver(transports, slack(receiver), rendered, on_part=parts, parts_s=0.0)

        assert (outcome.result, outcome.possible_duplicate, parts.done) == ("retry", False, [1])
        assert len(receiver.received) == 1


# --- webhook ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 201, 202, 204])
async def test_webhook_2xx_is_done(transports: Transports, status: int) -> None:
    async with HttpReceiver([Answer(status=status, body="")]) as receiver:
        assert (await deliver(transports, webhook(receiver))).result == "sent"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_webhook_3xx_is_a_failure_and_never_followed(transports: Transports, status: int) -> None:
    async with HttpReceiver() as elsewhere:
        moved = Answer(status=status, headers={"Location": f"{elsewhere.url}/x"})
        async with HttpReceiver([moved]) as receiver:
            outcome = await deliver(transports, webhook(receiver))

        assert outcome.result == "retry"
        assert elsewhere.received == []


async def test_webhook_410_closes_the_endpoint_and_is_told(transports: Transports) -> None:
    async with HttpReceiver([Answer(status=410)]) as receiver:
        said = verdict(await deliver(transports, webhook(receiver)), "webhook")

        assert (said.state, said.channel, said.at, said.tell) == ("due", "gone", None, True)


@pytest.mark.parametrize("status", [429, 503])
async def test_webhook_retry_after_is_honoured(transports: Transports, status: int) -> None:
    async with HttpReceiver([Answer(status=status, headers={"Retry-After": "7200"})]) as receiver:
        at = verdict(await deliver(transports, webhook(receiver)), "webhook").at

        assert at == NOW + timedelta(hours=2)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
async def test_webhook_other_refusals_are_tried_seldom_and_shown(transports: Transports, status: int) -> None:
    async with HttpReceiver([Answer(status=status)]) as receiver:
        said = verdict(await deliver(transports, webhook(receiver)), "webhook")

        assert (said.state, said.tell) == ("due", True)
        assert said.at is not None
        assert said.at >= NOW + timedelta(minutes=48)


@pytest.mark.parametrize(("status", "result"), [(200, "sent"), (500, "retry")])
async def test_webhook_an_endless_answer_is_read_to_64_kib(transports: Transports, status: int, result: str) -> None:
    async with HttpReceiver([Answer(status=status, fault="endless")]) as receiver:
        outcome = await deliver(transports, webhook(receiver))

        assert outcome.result == result
        assert receiver.endless_bytes < 16 * 1024 * 1024


async def test_webhook_a_redirect_to_loopback_is_not_followed(transports: Transports) -> None:
    async with HttpReceiver() as inside:
        async with HttpReceiver([Answer(status=302, headers={"Location": inside.url})]) as receiver:
            await deliver(transports, webhook(receiver))

        assert inside.received == []


async def test_webhook_the_same_id_twice_counts_once_for_a_receiver_that_keeps_ids(transports: Transports) -> None:
    async with HttpReceiver([Answer(fault="hang")]) as receiver:
        await deliver(transports, webhook(receiver), deadline_s=0.2)
        await deliver(transports, webhook(receiver), now=NOW + timedelta(hours=1))

        assert receiver.ids() == {"msg_0f3a9c": 2}
        assert len({request.body for request in receiver.received}) == 1


async def test_an_address_inside_is_refused_unless_allowed(transports: Transports) -> None:
    async with HttpReceiver() as receiver:
        outcome = await deliver(transports, webhook(receiver), policy="public")

        assert outcome.result == "pause"
        assert "loopback" in outcome.reason
        assert receiver.received == []


async def test_a_name_without_an_address_is_tried_again(transports: Transports) -> None:
    outcome = await deliver(transports, make_channel("slack", url="https://nowhere.test/x"))

    assert (outcome.result, outcome.possible_duplicate) == ("retry", False)


# --- mail ------------------------------------------------------------------------------------------------------------


async def test_a_mail_arrives_once_with_its_id(transports: Transports) -> None:
    async with SmtpFaults() as server:
        outcome = await deliver(transports, email(server))

        assert outcome.result == "sent"
        (mail,) = server.mails
        assert mail.recipients == ("ada@example.org",)
        assert mail.message["Message-ID"] == "<msg_0f3a9c@example.org>"


@pytest.mark.parametrize("mode", ["421", "450", "451", "452"])
async def test_mail_later_is_tried_after_5_15_30_60_minutes(transports: Transports, mode: str) -> None:
    async with SmtpFaults(mode) as server:
        outcome = await deliver(transports, email(server))

        assert outcome.answer.startswith(mode)
        for attempts, minutes in enumerate((5, 15, 30, 60, 120, 120), start=1):
            at = verdict(outcome, "email", attempts).at
            assert at is not None
            assert timedelta(minutes=minutes * 0.8) <= at - NOW <= timedelta(minutes=minutes * 1.2)


@pytest.mark.parametrize("mode", ["550", "552", "554"])
async def test_mail_refused_is_dead_at_once_and_told(transports: Transports, mode: str) -> None:
    async with SmtpFaults(mode) as server:
        said = verdict(await deliver(transports, email(server)), "email")

        assert (said.state, said.tell) == ("dead", True)
        assert mode in said.reason


async def test_mail_one_of_two_recipients_refused_leaves_the_other_one_mail(transports: Transports) -> None:
    async with SmtpFaults("split") as server:
        channel = make_channel(
            "email",
            smtp={"host": "127.0.0.1", "port": server.port, "security": "none"},
            to=["bad@example.org", "good@example.org"],
        )
        results = {
            recipient: (await deliver(transports, channel, recipient=recipient)).result
            for recipient in channel.recipients()
        }

        assert results == {"bad@example.org": "dead", "good@example.org": "sent"}
        assert [mail.recipients for mail in server.mails] == [("good@example.org",)]


@pytest.mark.parametrize("mode", ["drop-after-dot", "hang-after-dot"])
async def test_mail_without_a_last_word_is_repeated_under_the_same_id(transports: Transports, mode: str) -> None:
    async with SmtpFaults(script=_queue(mode)) as server:
        first = await deliver(transports, email(server), deadline_s=0.5)
        second = await deliver(transports, email(server), now=NOW + timedelta(seconds=5))

        assert (first.result, first.possible_duplicate, second.result) == ("retry", True, "sent")
        assert len(server.mails) == 2
        assert server.unique_ids() == {"<msg_0f3a9c@example.org>"}
        at = verdict(first, "email").at
        assert at is not None
        assert at <= NOW + timedelta(seconds=6)


async def test_mail_without_starttls_is_not_sent(transports: Transports, authority: Authority) -> None:
    async with SmtpFaults("no-starttls", tls=authority.server("mail.test")) as server:
        outcome = await deliver(transports, email(server, host="mail.test", security="starttls", **login()))

        assert outcome.result == "pause"
        assert "STARTTLS" in outcome.reason
        assert (server.mails, server.logins) == ([], [])


async def test_mail_with_a_refused_password_pauses_the_channel_and_asks_once(transports: Transports) -> None:
    async with SmtpFaults("auth-535") as server:
        said = verdict(await deliver(transports, email(server, **login())), "email")

        assert (said.state, said.channel, said.tell) == ("due", "paused", True)
        assert said.at == NOW + timedelta(hours=1)
        assert (server.sessions, server.mails) == (1, [])


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_mail_over_tls_with_a_login(authority: Authority, security: str) -> None:
    context = authority.server("mail.test")
    async with Http(guard()) as http, SmtpFaults(tls=context, implicit_tls=security == "tls") as server:
        transports = Transports(http, guard(), tls=authority.client())
        outcome = await deliver(transports, email(server, host="mail.test", security=security, **login()))

        assert outcome.result == "sent"
        assert server.logins == [("desk", CANARY)]
        assert [mail.login for mail in server.mails] == ["desk"]


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_mail_under_a_strange_certificate_is_not_sent(authority: Authority, security: str) -> None:
    context = authority.server("other.test")
    async with Http(guard()) as http, SmtpFaults(tls=context, implicit_tls=security == "tls") as server:
        transports = Transports(http, guard(), tls=authority.client())
        outcome = await deliver(transports, email(server, host="mail.test", security=security, **login()))

        assert outcome.result == "retry"
        assert "certificate of mail.test" in outcome.reason
        assert (server.mails, server.logins) == ([], [])


async def test_mail_a_server_that_cuts_the_line_at_quit_has_still_taken_it(transports: Transports) -> None:
    async with SmtpFaults("quit-drops") as server:
        assert (await deliver(transports, email(server))).result == "sent"


async def test_mail_with_nobody_there_is_tried_again_soon(transports: Transports, unused_port: int) -> None:
    channel = make_channel("email", smtp={"host": "127.0.0.1", "port": unused_port, "security": "none"})

    outcome = await deliver(transports, channel)

    at = verdict(outcome, "email").at
    assert (outcome.result, outcome.possible_duplicate) == ("retry", False)
    assert at is not None
    assert at <= NOW + timedelta(seconds=6)


# --- all -------------------------------------------------------------------------------------------------------------


async def test_a_channel_down_for_three_days_loses_nothing(transports: Transports) -> None:
    waited, attempts = timedelta(0), 1
    async with HttpReceiver(default=Answer(status=503)) as receiver:
        while True:
            outcome = await deliver(transports, webhook(receiver), now=NOW + waited)
            said = verdict(outcome, "webhook", attempts, waited)
            if said.state != "due":
                break
            assert said.at is not None
            waited, attempts = said.at - NOW, attempts + 1
            if waited == timedelta(hours=72):
                receiver.default = Answer()

        assert said.state == "sent"
        assert receiver.ids() == {"msg_0f3a9c": attempts}


async def test_a_receiver_that_takes_long_holds_up_no_other(transports: Transports) -> None:
    async with HttpReceiver(default=Answer(fault="hang")) as slow, HttpReceiver() as quick:
        waiting = asyncio.ensure_future(deliver(transports, slack(slow), deadline_s=60.0))
        await asyncio.wait_for(slow.got.wait(), 5)
        outcomes = [await deliver(transports, slack(quick)) for _ in range(5)]

        assert [outcome.result for outcome in outcomes] == ["sent"] * 5
        assert not waiting.done()
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)


def test_every_row_of_the_set_has_its_test_here(shared: Path) -> None:
    rows = json.loads((shared / "hostile" / "delivery_faults.json").read_text(encoding="utf-8"))

    assert len(rows) == 26, "rows were added: write their tests"
    assert {row["channel"] for row in rows} == {"slack", "webhook", "smtp", "all"}
    # The backlog of a channel that was away needs the database: tests/faults/test_outbox.py.
    (away,) = [row["expect"] for row in rows if row["fault"] == "one channel down for 3 days"]
    assert away.endswith(f"backlog drains in order, rolled up past {ROLL_UP_PAST}")


# --- files -----------------------------------------------------------------------------------------------------------


async def test_a_file_is_made_and_appended_to(transports: Transports, tmp_path: Path) -> None:
    path = tmp_path / "messages.txt"
    channel = make_channel("file", path=str(path))

    for _ in range(2):
        assert (await deliver(transports, channel)).result == "sent"

    assert path.read_text("utf-8").count("msg_0f3a9c") == 2
    assert path.stat().st_mode & 0o007 == 0


@pytest.mark.parametrize("name", ["missing/messages.txt", ".", "pipe"])
async def test_a_place_that_takes_no_text_is_tried_again(transports: Transports, tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / "pipe")

    outcome = await deliver(transports, make_channel("file", path=str(tmp_path / name)))

    assert outcome.result == "retry"
    assert outcome.reason.startswith("the file could not be written: ")


async def test_a_full_disk_is_tried_again(transports: Transports) -> None:
    outcome = await deliver(transports, make_channel("file", path="/dev/full"))

    assert (outcome.result, outcome.reason) == ("retry", "the file could not be written: no space left on device")


async def test_what_failed_half_way_is_taken_back(transports: Transports, tmp_path: Path) -> None:
    path = tmp_path / "messages.txt"
    path.write_text("before\n", "utf-8")

    def full(point: str) -> None:
        if point == "mid_send":
            raise OSError(28, "No space left on device")

    outcome = await deliver(transports, make_channel("file", path=str(path)), hook=full)

    assert outcome.result == "retry"
    assert path.read_text("utf-8") == "before\n"


async def test_standard_output_shows_the_message(transports: Transports, capsys: pytest.CaptureFixture[str]) -> None:
    assert (await deliver(transports, make_channel("stdout"))).result == "sent"

    assert "Words." in capsys.readouterr().out


async def test_a_closed_standard_output_is_tried_again(transports: Transports, monkeypatch: pytest.MonkeyPatch) -> None:
    with open(os.devnull, "w", encoding="ascii") as closed:  # noqa: ASYNC230, PTH123
        pass
    monkeypatch.setattr(sys, "stdout", closed)

    assert (await deliver(transports, make_channel("stdout"))).result == "retry"


# --- the guard round one delivery ------------------------------------------------------------------------------------


class Broken:
    """A channel or transport whose chosen step fails with a secret in its words."""

    kind = "broken"

    def __init__(self, step: str, parts: int = 1) -> None:
        self.step = step
        self.parts = parts

    def recipients(self) -> tuple[str, ...]:
        return ("",)

    def _fail(self, step: str) -> None:
        if self.step == step:
            raise KeyError(CANARY)

    def wire(self, _rendered: Rendered, _envelope: Envelope) -> tuple[Call, ...]:
        self._fail("wire")
        return (FileCall(path=None, text="x"),) * self.parts

    def judge(self, _reply: Reply) -> Outcome:
        self._fail("judge")
        return Outcome(result="sent", reason="written")

    async def send(self, _call: Call, **_options: Any) -> Reply:
        self._fail("send")
        return Failure(kind="file", text="x", sent=False)


@pytest.mark.parametrize(
    ("step", "result"), [("wire", "dead"), ("send", "retry"), ("judge", "retry"), ("none", "sent")]
)
async def test_a_fault_of_ours_is_an_outcome_without_its_words(step: str, result: str) -> None:
    broken: Any = Broken(step)

    outcome = await deliver(broken, broken)

    assert outcome.result == result
    assert CANARY not in repr(outcome)
    assert step == "none" or "KeyError at test_deliver.py:" in outcome.reason


async def test_what_is_sent_stays_sent_though_it_can_not_be_noted() -> None:
    broken: Any = Broken("none", parts=2)

    async def full(_number: int, _bodies: tuple[bytes, ...], _split: str) -> None:
        raise OSError(28, CANARY)

    outcome = await deliver(broken, broken, on_part=full)

    assert outcome.result == "sent"
    assert "not noted" in outcome.reason
    assert CANARY not in outcome.reason


async def test_a_message_of_one_part_leaves_its_noting_to_its_mark_and_parts_keep_their_pace() -> None:
    parts, waits = Parts(), []

    async def between() -> None:
        waits.append(len(parts.done))

    one: Any = Broken("none")
    three: Any = Broken("none", parts=3)
    assert (await deliver(one, one, on_part=parts)).result == "sent"
    assert parts.done == []
    assert (await deliver(three, three, on_part=parts, between=between)).result == "sent"
    assert (parts.done, waits) == ([1, 2, 3], [1, 2])


async def test_a_message_that_can_not_be_said_is_dead(transports: Transports) -> None:
    whole: Any = {"parts_done": 1, "split": "/1"}
    outcome = await deliver(transports, make_channel("slack"), make_rendered(make_alert_message()), **whole)
    empty = await deliver(
        transports, make_channel("slack"), make_rendered(type(make_alert_message())(route="r", alerts=()))
    )

    assert (outcome.result, outcome.reason) == ("sent", "all parts were taken before")
    assert (empty.result, empty.reason) == ("dead", "slack: the message has no words")


class Echo:
    """A transport whose other side repeats every secret it was sent."""

    async def send(self, call: Any, **_options: Any) -> Reply:
        return HttpReply(
            status=400, headers=(), body=f"bad {call.url.get_secret_value()} {dict(call.headers)}".encode()
        )


@pytest.mark.parametrize("kind", ["slack", "webhook"])
async def test_a_receiver_that_echoes_secrets_puts_none_into_the_outcome(kind: str) -> None:
    echo: Any = Echo()

    outcome = await deliver(echo, make_channel(kind))

    assert "[secret]" in outcome.answer
    assert CANARY not in repr(outcome)
    assert "v1," not in repr(outcome)
    assert WEBHOOK_SECRET not in repr(outcome)


async def test_no_secret_is_logged_or_kept_by_any_failure(
    transports: Transports, caplog: pytest.LogCaptureFixture, unused_port: int
) -> None:
    caplog.set_level("DEBUG")
    kept = []
    for fault in ("hang", "reset", "half_answer", "endless", ""):
        async with HttpReceiver(default=Answer(status=500, fault=fault, body=CANARY)) as receiver:
            kept += [await deliver(transports, make(receiver), deadline_s=0.3) for make in (slack, webhook)]
    for mode in ("auth-535", "hang-after-dot", "drop-after-dot"):
        async with SmtpFaults(mode) as server:
            kept.append(await deliver(transports, email(server, **login()), deadline_s=0.5))
    kept.append(await deliver(transports, make_channel("slack", url=f"http://127.0.0.1:{unused_port}/{CANARY}")))

    ours = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("mail."))
    assert CANARY not in repr(kept)
    assert CANARY not in ours


@pytest.mark.parametrize("kind", ["webhook", "email", "file"])
async def test_the_points_where_a_test_ends_the_process_come_in_order(
    transports: Transports, kind: str, tmp_path: Path
) -> None:
    points: list[str] = []
    async with HttpReceiver() as receiver, SmtpFaults() as server:
        channels = {
            "webhook": webhook(receiver),
            "email": email(server),
            "file": make_channel("file", path=str(tmp_path / "f")),
        }
        outcome = await deliver(transports, channels[kind], hook=points.append)

    assert outcome.result == "sent"
    assert points == ["before_send", "mid_send", "after_answer"]


def _queue(*modes: str) -> Any:
    return deque(modes)


@pytest.fixture
def unused_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


async def test_an_answer_that_repeats_a_switch_of_the_address_can_still_be_read(transports: Transports) -> None:
    limited = Answer(status=429, body='{"message": "slow", "retry_after": 7.5, "global": true}')
    async with HttpReceiver([limited]) as receiver:
        outcome = await deliver(transports, make_channel("discord", url=f"{receiver.url}/api/webhooks/1/{CANARY}"))

    assert outcome.retry_after_s == 7.5
