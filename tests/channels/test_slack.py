from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from slack_sdk.models.blocks import Block

from tests.channels.samples import CANARY, MESSAGES, OPTIONS, make_channel, make_envelope, make_rendered
from tests.make import (
    make_alert_message,
    make_digest_message,
    make_digest_story,
    make_notice_message,
    make_quote,
    make_told,
)
from watcher.channels.base import Failure, HttpCall, HttpReply
from watcher.channels.slack import SlackOptions
from watcher.channels.slack.blocks import Piece, wrapped
from watcher.core.telling.links import AlertLinks, Links
from watcher.core.telling.messages import AlertMessage, DigestSection, Message

NAMED = r"Open|\*Acknowledge\*|Snooze 4 h|Until tomorrow|Mute the story|Not relevant"
OURS = re.compile(
    rf"<!date\^\d+\^\{{date_short_pretty\}} \{{time\}}\|[\w: ]+>|<https?://[^<>|\s]+\|(?:[a-z0-9.-]+|{NAMED})>"
)


def bodies(message: Message) -> list[dict[str, Any]]:
    calls = make_channel("slack").wire(make_rendered(message), make_envelope())
    assert all(isinstance(call, HttpCall) for call in calls)
    return [json.loads(call.body) for call in calls]


def texts(body: dict[str, Any]) -> list[dict[str, Any]]:
    """Every text object of a message."""
    found = []
    for block in body["blocks"]:
        found += [block["text"]] if "text" in block else []
        found += block.get("fields", []) + block.get("elements", [])
    return found


def words(body: dict[str, Any]) -> str:
    return "\n".join(text["text"] for text in texts(body))


def check(body: dict[str, Any]) -> None:
    """What Slack asks of every message, by its own library and by its manual."""
    assert 1 <= len(body["blocks"]) <= 50
    for block in Block.parse_all(body["blocks"]):
        assert block is not None
        block.validate_json()
    for block in body["blocks"]:
        limit = {"header": 150, "section": 3000, "context": 2000}.get(block["type"], 0)
        assert len(block.get("fields", [])) <= 10
        assert len(block.get("elements", [])) <= 10
        for text in [block["text"]] if "text" in block else block.get("fields", []) + block.get("elements", []):
            assert 1 <= len(text["text"]) <= limit
    assert len(json.dumps(body, ensure_ascii=False)) <= 40_000
    # what Slack was measured to take of all blocks together, each counted as 125 more than its text
    assert sum(len(text["text"]) for text in texts(body)) + 125 * len(body["blocks"]) <= 13_297
    assert body["text"].strip()
    assert (body["unfurl_links"], body["unfurl_media"]) == (False, False)
    for text in [*texts(body), {"type": "mrkdwn", "text": body["text"], "verbatim": True}]:
        left = OURS.sub("", text["text"]) if text["type"] == "mrkdwn" else text["text"]
        assert not re.search(r"<|(?<!^)(?<!\n)>", left), left
        assert text.get("verbatim", True)


@pytest.mark.parametrize("name", MESSAGES)
def test_every_message_keeps_slacks_rules(name: str) -> None:
    for body in bodies(MESSAGES[name]):
        check(body)


def test_an_alert_says_everything_in_order() -> None:
    (body,) = bodies(make_alert_message(make_told(flags=("the article carries no date",))))

    said = words(body)
    expected = [
        "Ostrava Magnetics is said to have stopped its samarium-cobalt line",
        "*■ Urgent*",
        "_Reported, not confirmed_",
        "Production halt",
        "*Doubt:* Not confirmed. ",
        "the article carries no date",
        "Ore &amp; Metal Daily, oremetal.example (trade press)",
        "*Published*\n<!date^",
        "*First seen*\n<!date^",
        "> Ostrava Magnetics has *stopped making* *samarium-cobalt* magnets, industry sources say.",
        "<https://oremetal.example/news/ostrava-samarium?ref=rss&amp;page=1|oremetal.example>, lead",
        "*Why you:* rule Supply stop at an organisation on your list; list my_suppliers, line 14",
        "`watcher why r-2b7f`",
    ]
    places = [said.index(part) for part in expected]
    assert places == sorted(places)
    assert body["text"].startswith("Urgent: Ostrava Magnetics is said")


def test_an_update_says_what_is_new_first() -> None:
    (body,) = bodies(MESSAGES["update"])

    assert body["blocks"][0]["text"]["text"] == "*New:* the company confirms the stop"
    assert body["text"].startswith("Updated: the company confirms the stop.")


@pytest.mark.parametrize(
    ("status", "chip"),
    [
        ("in_force", "*In force*"),
        ("announced", "*Announced*"),
        ("shortlisted", "  ·  Shortlisted  ·  "),
        ("rumoured", "_Reported, not confirmed_"),
        ("suspended", "*Suspended*"),
    ],
)
def test_the_firmer_the_fact_the_more_ink(status: str, chip: str) -> None:
    (body,) = bodies(make_alert_message(make_told(status=status)))

    assert chip in body["blocks"][1]["elements"][0]["text"]


def test_our_own_pages_are_linked_once_they_are_public() -> None:
    channel, rendered = make_channel("slack"), make_rendered(MESSAGES["alert"])

    public = json.loads(channel.wire(rendered, make_envelope(public_url="https://watch.example/"))[0].body)
    private = json.loads(channel.wire(rendered, make_envelope())[0].body)

    assert "<https://watch.example/s/s-80d1|Open>" in words(public)
    assert "watch.example" not in words(private)
    check(public)


def test_what_may_be_done_is_linked_by_name() -> None:
    message = MESSAGES["alert"]
    assert isinstance(message, AlertMessage)
    names = ("acknowledge", "snooze", "tomorrow", "mute", "not_relevant")
    acts = AlertLinks(**{name: f"https://watch.example/act/{name}" for name in names})
    links = Links(alerts=((message.alerts[0].alert, acts),))

    (call,) = make_channel("slack").wire(replace(make_rendered(message), links=links), make_envelope())

    body = json.loads(call.body)
    said = words(body)
    assert "<https://watch.example/act/acknowledge|*Acknowledge*>" in said
    assert "<https://watch.example/act/not_relevant|Not relevant>" in said
    check(body)


def test_an_issue_is_linked_to_its_page() -> None:
    rendered = replace(make_rendered(MESSAGES["digest"]), links=Links(page="https://watch.example/issue/x"))

    body = json.loads(make_channel("slack").wire(rendered, make_envelope())[0].body)

    assert "<https://watch.example/issue/x|Open>" in words(body)
    check(body)


def test_what_is_unknown_is_said() -> None:
    (body,) = bodies(make_alert_message(make_told(published=None, status=None, link=None)))

    assert "*Published*\nunknown" in words(body)
    assert "Status unknown" in words(body)
    assert "<http" not in words(body)


def test_a_long_headline_is_never_lost() -> None:
    headline = " ".join(f"word{n}" for n in range(80))

    (body,) = bodies(make_alert_message(make_told(headline=headline)))

    check(body)
    assert headline in words(body)


def test_hostile_words_stay_words(shared: Path) -> None:
    for row in json.loads((shared / "hostile" / "slack_injection.json").read_text(encoding="utf-8")):
        value = row["value"]
        told = make_told(
            headline=value, news=(value,), event_type=value, status=value, publisher=value, host=value,
            quotes=(make_quote(value, (), marks=((0, 5),), zone=value),), rule_title=value, why=(value,), link=value,
            summary=(value,), flags=(value,), article=value, change=value,
        )  # fmt: skip
        story = make_digest_story(
            headline=value,
            sentences=(value,),
            publisher=value,
            host=value,
            link=value,
            why=(value,),
            status=value,
            also=((value, "wire"),),
            news=(value,),
            flags=(value,),
        )
        section = DigestSection(topic=value, title=value, stories=(story,))
        digest = make_digest_message(
            title=value, sections=(section,), brief=(story,), updates=(story,), covers=(value,)
        )
        notice = make_notice_message(title=value, lines=(value, value))
        for message in (make_alert_message(told), digest, notice):
            for body in bodies(message):
                check(body)
                for text in texts(body):
                    if text["type"] == "mrkdwn":
                        assert not re.search(r"(?<![\w∶]):[\w+'-]*[a-z][\w+'-]*:", OURS.sub("", text["text"]))


def test_a_message_too_long_is_split_and_nothing_lost() -> None:
    alerts = [make_told(alert=f"a-{n}", headline=f"Headline number {n}.", summary=("word " * 900,)) for n in range(30)]

    parts = bodies(make_alert_message(*alerts))

    assert len(parts) > 1
    for body in parts:
        check(body)
    said = "\n".join(words(body) for body in parts)
    assert all(f"Headline number {n}." in said for n in range(30))
    assert parts[0]["text"].endswith(f"(1 of {len(parts)})")


def test_an_issue_of_120_stories_is_split_between_stories() -> None:
    stories = tuple(make_digest_story(n, headline=f"Story {n} ends") for n in range(120))

    parts = bodies(make_digest_message(sections=(DigestSection(topic="t", title="T", stories=stories),)))

    assert len(parts) > 2
    for body in parts:
        check(body)
        assert body["blocks"][-1]["type"] != "section" or body is parts[-1]
    said = "\n".join(words(body) for body in parts)
    assert all(f"*Story {n} ends*" in said for n in range(120))


def test_a_quiet_week_says_so() -> None:
    (body,) = bodies(MESSAGES["empty"])

    assert "Nothing new that your rules look for." in words(body)
    assert "38 sources answered, 120 articles read" in words(body)


def test_a_mark_within_a_word_is_joined_invisibly() -> None:
    said = wrapped([Piece(text="稀土"), Piece(text="出口管制", bold=True), Piece(text="措施")], 100)

    assert said == ("稀土\u200b*出口管制*\u200b措施",)


def test_one_endless_word_is_cut() -> None:
    said = wrapped([Piece(text="x" * 40_001)], 3000)

    assert all(len(text) <= 3000 for text in said)
    assert "".join(said) == "x" * 40_001


@pytest.mark.parametrize(
    ("status", "body", "result"),
    [
        (200, b"ok", "sent"),
        (200, b"ok\n", "sent"),
        (200, b"<html>sign in</html>", "retry"),
        (302, b"", "retry"),
        (400, b"invalid_payload", "dead"),
        (403, b"action_prohibited", "dead"),
        (404, b"no_service", "dead"),
        (408, b"", "retry"),
        (410, b"channel_is_archived", "dead"),
        (429, b"rate_limited", "retry"),
        (503, b"", "retry"),
    ],
)
def test_what_an_answer_means(status: int, body: bytes, result: str) -> None:
    outcome = make_channel("slack").judge(HttpReply(status=status, headers=(), body=body))

    assert outcome.result == result
    assert result == "sent" or str(status) in outcome.reason


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ((("retry-after", "3"),), 3.0),
        ((("retry-after", "Sat, 07 Feb 2026 00:01:00 GMT"), ("date", "Sat, 07 Feb 2026 00:00:00 GMT")), 60.0),
        ((("retry-after", "Sat, 07 Feb 2026 00:01:00 GMT"),), None),
        ((("retry-after", "soon"),), None),
        ((("retry-after", "-5"),), None),
        ((("retry-after", "9" * 5000),), 999999999.0),
        ((), None),
    ],
)
def test_retry_after_is_read(headers: tuple[tuple[str, str], ...], seconds: float | None) -> None:
    assert make_channel("slack").judge(HttpReply(status=429, headers=headers, body=b"")).retry_after_s == seconds


def test_a_timeout_after_sending_may_be_a_duplicate() -> None:
    outcome = make_channel("slack").judge(Failure(kind="timeout", text="not done within 30 s", sent=True))

    assert (outcome.result, outcome.possible_duplicate) == ("retry", True)


@pytest.mark.parametrize(
    "url", [f"ftp://{CANARY}/", CANARY, f"https:///{CANARY}", f"https://a b/{CANARY}", f"https://a:99999/{CANARY}"]
)
def test_an_address_that_is_none_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(ValidationError) as caught:
        SlackOptions.model_validate({"url": url})

    assert "not an absolute http or https address" in str(caught.value)
    assert CANARY not in str(caught.value)


def test_a_name_is_shown_where_it_is_given() -> None:
    channel = make_channel("slack", username="watch\ner")

    body = json.loads(channel.wire(make_rendered(), make_envelope())[0].body)

    assert body["username"] == "watch er"
    assert "username" not in OPTIONS["slack"]
