"""What each vendor's answers mean: taken, later and when, our settings, a closed address, or never and why."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from tests.channels.samples import CANARY, MESSAGES, OPTIONS, make_channel, make_envelope, make_rendered
from tests.make import make_alert_message, make_told
from watcher.channels import KINDS
from watcher.channels.base import HttpCall, HttpReply
from watcher.core.model import Outcome, Severity

DISCORD_FORM = {
    "code": 50035,
    "message": "Invalid Form Body",
    "errors": {"embeds": {"0": {"title": {"_errors": [{"code": "X", "message": "Must be 256 or fewer in length."}]}}}},
}

# kind, status, headers, body, result, seconds to wait, words of the reason
ANSWERS: list[tuple[str, int, dict[str, str], Any, str, float | None, str]] = [
    ("discord", 200, {}, {"id": "1"}, "sent", None, "accepted"),
    ("discord", 204, {}, "", "sent", None, "accepted"),
    (
        "discord",
        429,
        {},
        {"message": "You are being rate limited.", "retry_after": 64.57},
        "retry",
        64.57,
        "rate limited",
    ),
    ("discord", 429, {"retry-after": "70"}, {"message": "Slow.", "retry_after": 2}, "retry", 70, "Slow."),
    ("discord", 429, {"retry-after": "5"}, "<html>1015</html>", "retry", 5, "1015"),
    ("discord", 400, {}, DISCORD_FORM, "dead", None, "embeds.0.title: Must be 256 or fewer in length."),
    ("discord", 401, {}, {"message": "401: Unauthorized", "code": 0}, "pause", None, "Unauthorized"),
    ("discord", 403, {}, {"message": "Missing Permissions", "code": 50013}, "pause", None, "50013"),
    ("discord", 404, {}, {"message": "Unknown Webhook", "code": 10015}, "gone", None, "Unknown Webhook (10015)"),
    ("discord", 413, {}, "", "dead", None, "too large"),
    ("discord", 502, {}, "bad gateway", "retry", None, "did not accept"),
    ("teams", 202, {}, "", "sent", None, "accepted"),
    (
        "teams",
        429,
        {"retry-after": "17"},
        {"error": {"code": "TooMany", "message": "Slow"}},
        "retry",
        17,
        "TooMany: Slow",
    ),
    ("teams", 400, {}, {"error": {"code": "BadSchema", "message": "No body"}}, "dead", None, "BadSchema: No body"),
    ("teams", 401, {}, {"error": {"code": "DirectApiAuthorizationRequired", "message": "x"}}, "pause", None, "Direct"),
    ("teams", 403, {}, "", "pause", None, "refuses us"),
    ("teams", 404, {}, {"error": {"code": "WorkflowNotFound", "message": "no"}}, "gone", None, "WorkflowNotFound"),
    ("teams", 410, {}, "", "gone", None, "closed"),
    ("teams", 413, {}, "", "dead", None, "too large"),
    ("teams", 504, {}, "", "retry", None, "did not accept"),
    ("telegram", 200, {}, {"ok": True, "result": {"message_id": 77}}, "sent", None, "accepted"),
    ("telegram", 200, {}, {"ok": False}, "retry", None, "did not say"),
    ("telegram", 200, {}, "<html>", "retry", None, "did not say"),
    (
        "telegram",
        429,
        {},
        {"ok": False, "description": "Too Many", "parameters": {"retry_after": 14}},
        "retry",
        14,
        "Too",
    ),
    ("telegram", 401, {}, {"ok": False, "description": "Unauthorized"}, "pause", None, "Unauthorized"),
    ("telegram", 404, {}, {"ok": False, "description": "Not Found"}, "pause", None, "Not Found"),
    ("telegram", 403, {}, {"ok": False, "description": "Forbidden: bot was blocked"}, "dead", None, "blocked"),
    ("telegram", 400, {}, {"ok": False, "description": "Bad Request: chat not found"}, "dead", None, "chat not found"),
    (
        "telegram",
        400,
        {},
        {"ok": False, "description": "up", "parameters": {"migrate_to_chat_id": -100}},
        "dead",
        None,
        "-100",
    ),
    ("telegram", 502, {}, "", "retry", None, "did not accept"),
    ("ntfy", 200, {}, {"id": "x"}, "sent", None, "accepted"),
    ("ntfy", 429, {"retry-after": "9"}, {"code": 42901, "error": "limit reached"}, "retry", 9, "limit reached"),
    ("ntfy", 401, {}, {"error": "unauthorized"}, "pause", None, "unauthorized"),
    ("ntfy", 403, {}, {"error": "forbidden"}, "pause", None, "forbidden"),
    ("ntfy", 404, {}, "page not found", "pause", None, "page not found"),
    ("ntfy", 400, {}, {"code": 40009, "error": "invalid request: topic invalid"}, "dead", None, "topic invalid"),
    ("ntfy", 413, {}, {"error": "payload too large"}, "dead", None, "too large"),
    ("ntfy", 507, {}, "", "retry", None, "did not accept"),
    ("pagerduty", 202, {}, {"status": "success"}, "sent", None, "accepted"),
    ("pagerduty", 429, {"retry-after": "30"}, "", "retry", 30, "did not accept"),
    (
        "pagerduty",
        400,
        {},
        {"message": "Event object is invalid", "errors": ["summary is missing"]},
        "dead",
        None,
        "summary",
    ),
    (
        "pagerduty",
        400,
        {},
        {"message": "x", "errors": ["Length of 'routing_key' is wrong"]},
        "pause",
        None,
        "routing_key",
    ),
    ("pagerduty", 403, {}, "", "pause", None, "refuses us"),
    ("pagerduty", 500, {}, "", "retry", None, "did not accept"),
]


def judged(kind: str, status: int, headers: dict[str, str], body: Any, **options: Any) -> Outcome:
    said = body if isinstance(body, str) else json.dumps(body)
    return make_channel(kind, **options).judge(
        HttpReply(status=status, headers=tuple(headers.items()), body=said.encode())
    )


@pytest.mark.parametrize(("kind", "status", "headers", "body", "result", "wait_s", "words"), ANSWERS)
def test_an_answer_is_judged(
    kind: str, status: int, headers: dict[str, str], body: Any, result: str, wait_s: float | None, words: str
) -> None:
    outcome = judged(kind, status, headers, body)

    assert (outcome.result, outcome.retry_after_s) == (result, wait_s)
    assert words in outcome.reason


@pytest.mark.parametrize("body", ["[" * 65536, '{"a":' * 9000, "null", "7", "[]", '{"retry_after": 1e999}', "\x00\xff", '{"errors": {"_errors": 3}, "message": "x"}', '{"message": 1, "errors": [1], "error": {"code": 1}, "parameters": 5, "ok": 1}'])  # fmt: skip
@pytest.mark.parametrize("kind", ["discord", "teams", "telegram", "ntfy", "pagerduty", "slack"])
def test_an_answer_that_makes_no_sense_is_judged_too(kind: str, body: str) -> None:
    for status in (200, 302, 400, 429, 503):
        outcome = judged(kind, status, {"retry-after": "soon"}, body, **(BOT if kind == "slack" else {}))
        assert outcome.reason
        assert outcome.retry_after_s is None


# Slack by bot

BOT = {"url": None, "token": f"xoxb-{CANARY}", "channel": "C0123ABCD"}

SLACK_ERRORS = [
    ({"ok": True, "channel": "C0123ABCD", "ts": "1700000000.000100"}, {}, "sent", None, "accepted"),
    ({"ok": False, "error": "ratelimited"}, {"retry-after": "30"}, "retry", 30, "ratelimited"),
    ({"ok": False, "error": "internal_error"}, {}, "retry", None, "internal_error"),
    ({"ok": False, "error": "invalid_auth"}, {}, "pause", None, "invalid_auth"),
    ({"ok": False, "error": "missing_scope", "needed": "chat:write"}, {}, "pause", None, "needs chat:write"),
    ({"ok": False, "error": "channel_not_found"}, {}, "pause", None, "channel_not_found"),
    ({"ok": False, "error": "not_in_channel"}, {}, "pause", None, "not_in_channel"),
    ({"ok": False, "error": "is_archived"}, {}, "pause", None, "is_archived"),
    ({"ok": False, "error": "msg_too_long"}, {}, "dead", None, "msg_too_long"),
    (
        {"ok": False, "error": "invalid_blocks", "response_metadata": {"messages": ["[ERROR] must be shorter"]}},
        {},
        "dead",
        None,
        "must be shorter",
    ),
    ({"ok": False, "error": "edit_window_closed"}, {}, "sent", None, "stays as it was"),
    ({"ok": "yes"}, {}, "retry", None, "did not say"),
]


@pytest.mark.parametrize(("body", "headers", "result", "wait_s", "words"), SLACK_ERRORS)
def test_slack_says_no_with_status_200(
    body: Any, headers: dict[str, str], result: str, wait_s: float | None, words: str
) -> None:
    outcome = judged("slack", 200, headers, body, **BOT)

    assert (outcome.result, outcome.retry_after_s) == (result, wait_s)
    assert words in outcome.reason


@pytest.mark.parametrize(
    ("status", "result"), [(429, "retry"), (500, "retry"), (401, "pause"), (403, "pause"), (400, "dead"), (410, "gone")]
)
def test_slack_by_bot_judges_a_status_too(status: int, result: str) -> None:
    assert judged("slack", status, {}, "", **BOT).result == result


def posted(message: Any, **changes: Any) -> list[tuple[str, dict[str, str], dict[str, Any]]]:
    calls = make_channel("slack", **BOT).wire(make_rendered(message), make_envelope(**changes))
    found = []
    for call in calls:
        assert isinstance(call, HttpCall)
        found.append((call.url.get_secret_value(), dict(call.headers), json.loads(call.body)))
    return found


def test_a_bot_posts_with_its_token_and_learns_where_the_message_stands() -> None:
    ((url, headers, body),) = posted(MESSAGES["alert"])

    assert url == "https://slack.com/api/chat.postMessage"
    assert headers["authorization"] == f"Bearer xoxb-{CANARY}"
    assert body["channel"] == "C0123ABCD"
    assert "thread_ts" not in body
    outcome = judged("slack", 200, {}, {"ok": True, "channel": "C9", "ts": "1700000000.000100"}, **BOT)
    assert outcome.remote == "C9:1700000000.000100"


def test_an_update_goes_into_the_thread_and_into_the_first_message() -> None:
    post, change = posted(MESSAGES["update"], thread_remote="C9:1700000000.000100", thread_alone=True)

    assert post[0].endswith("/chat.postMessage")
    assert (post[2]["channel"], post[2]["thread_ts"]) == ("C9", "1700000000.000100")
    assert "reply_broadcast" not in post[2]
    assert change[0].endswith("/chat.update")
    assert (change[2]["channel"], change[2]["ts"]) == ("C9", "1700000000.000100")
    assert change[2]["blocks"] == post[2]["blocks"]
    assert set(change[2]) == {"channel", "ts", "text", "blocks"}


def test_a_message_that_told_of_others_too_is_not_changed() -> None:
    posts = posted(MESSAGES["update"], thread_remote="C9:1700000000.000100")

    assert [url.rpartition("/")[2] for url, _, _ in posts] == ["chat.postMessage"]


def test_an_alert_that_becomes_urgent_is_shown_in_the_channel_too() -> None:
    worse = make_alert_message(make_told(change="severity_raised", severity=Severity.URGENT))

    ((_, _, body),) = posted(worse, thread_remote="C9:1700000000.000100")

    assert body["reply_broadcast"] is True


@pytest.mark.parametrize("remote", ["", "77", "C9:x", "C9:1.2\n", "c9:1700000000.000100"])
def test_a_place_that_is_none_of_slacks_is_not_used(remote: str) -> None:
    ((_, _, body),) = posted(MESSAGES["update"], thread_remote=remote, thread_alone=True)

    assert "thread_ts" not in body


# Telegram, PagerDuty, ntfy


def test_an_update_answers_the_first_message_in_telegram() -> None:
    channel = make_channel("telegram")
    (call,) = channel.wire(
        make_rendered(MESSAGES["update"]), make_envelope(recipient="-1001234567890/17", thread_remote="77")
    )
    assert isinstance(call, HttpCall)
    body = json.loads(call.body)

    assert channel.recipients() == ("-1001234567890", "@desk_news/17")
    assert call.url.get_secret_value() == f"https://api.telegram.org/bot123456:{CANARY}/sendMessage"
    assert (body["chat_id"], body["message_thread_id"]) == (-1001234567890, 17)
    assert body["reply_parameters"] == {"message_id": 77, "allow_sending_without_reply": True}
    assert judged("telegram", 200, {}, {"ok": True, "result": {"message_id": 77}}).remote == "77"


@pytest.mark.parametrize(
    ("change", "action"),
    [
        ("raised", "trigger"),
        ("updated", "trigger"),
        ("severity_raised", "trigger"),
        ("acknowledged", "acknowledge"),
        ("retracted", "resolve"),
        ("closed", "resolve"),
    ],
)
def test_an_alert_is_one_incident_from_its_raising_to_its_end(change: str, action: str) -> None:
    told = make_told(change=change), make_told(alert="a-2", change=change, severity=Severity.NOTICE)
    calls = make_channel("pagerduty").wire(make_rendered(make_alert_message(*told)), make_envelope())
    events = [json.loads(call.body) for call in calls if isinstance(call, HttpCall)]

    assert [event["dedup_key"] for event in events] == ["a-5c19", "a-2"]
    assert {event["event_action"] for event in events} == {action}
    if action == "trigger":
        assert [event["payload"]["severity"] for event in events] == ["critical", "info"]


def test_the_topic_of_ntfy_is_apart_from_its_server() -> None:
    (call,) = make_channel("ntfy", url="https://ntfy.example/sub/my-topic").wire(make_rendered(), make_envelope())
    assert isinstance(call, HttpCall)

    assert call.url.get_secret_value() == "https://ntfy.example/sub/"
    assert json.loads(call.body)["topic"] == "my-topic"
    assert ("authorization", f"Bearer tk_{CANARY}") in call.headers


def test_discord_is_asked_to_say_whether_it_took_the_message() -> None:
    (call,) = make_channel("discord", url="https://d.example/api/webhooks/1/x?thread_id=5&wait=false").wire(
        make_rendered(), make_envelope()
    )
    assert isinstance(call, HttpCall)

    assert call.url.get_secret_value() == "https://d.example/api/webhooks/1/x?thread_id=5&wait=true"


# options


@pytest.mark.parametrize(
    ("kind", "changes", "words"),
    [
        ("discord", {"url": f"ftp://x/{CANARY}"}, "not an absolute http or https address"),
        ("discord", {"username": "Discord desk"}, "no name with discord"),
        ("teams", {"url": CANARY}, "not an absolute http or https address"),
        ("telegram", {"token": CANARY}, "not a bot's token"),
        ("telegram", {"chats": []}, "at least 1 item"),
        ("telegram", {"chats": ["desk news"]}, "a chat is its number"),
        ("ntfy", {"url": "https://ntfy.sh/"}, "must end in the topic"),
        ("ntfy", {"token": f"{CANARY} x"}, "not a token"),
        ("pagerduty", {"key": CANARY}, "has 32 characters"),
        ("pagerduty", {"url": "events"}, "not an absolute http or https address"),
        ("slack", {"token": "xoxb-123456", "channel": "C0123ABCD"}, "either url"),
        ("slack", {"url": None}, "either url"),
        ("slack", {"url": None, "token": "xoxb-123456"}, "go together"),
        ("slack", {"url": None, "token": CANARY, "channel": "C0123ABCD"}, "begins with xoxb-"),
        ("slack", {"url": None, "token": "xoxb-123456", "channel": "general"}, "its id"),
        ("apprise", {"url": CANARY}, "apprise's notation"),
    ],
)
def test_unfit_options_are_refused_without_a_secret(kind: str, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words) as caught:
        KINDS[kind].Options.model_validate(OPTIONS[kind] | changes)

    assert CANARY not in str(caught.value)
