"""Whatever is told, no vendor's limit is broken, no word is lost, and no stranger's word acts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.channels.samples import MESSAGES, make_channel, make_envelope, make_rendered
from tests.make import (
    NOW,
    make_alert_message,
    make_digest_message,
    make_digest_story,
    make_notice_message,
    make_quote,
    make_told,
)
from watcher.channels.base import HttpCall
from watcher.core.model import Trust
from watcher.core.telling.links import AlertLinks, Links
from watcher.core.telling.messages import (
    DigestDate,
    DigestLine,
    DigestMessage,
    DigestSection,
    DigestTable,
    Figure,
    Handled,
    Message,
    Reminder,
    Trace,
)

VENDORS = ("discord", "telegram", "teams", "ntfy", "pagerduty")
OURS = re.compile(r"\[[^\[\]]*\]\(<https://[^<>\s]*>\)| \(\d+ of \d+\)$")
PATIENT = [HealthCheck.too_slow, HealthCheck.data_too_large]
SOME = settings(deadline=None, max_examples=6, suppress_health_check=PATIENT)
MANY = settings(deadline=None, max_examples=100, suppress_health_check=PATIENT)

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
nasty = st.sampled_from(
    [
        "@everyone",
        "<@123456>",
        "<!channel>",
        "[safe](https://evil.example)",
        "https://evil.example/x",
        "<b>bold</b>",
        "</a><a href='https://evil.example'>",
        "{{DATE(2026-01-01T00:00:00Z)}}",
        "<at>Ada</at>",
        "**bold** __under__ ~~gone~~ `code` ||hidden||",
        "# head",
        "\\",
        "\u202egnp.exe",
        "x" * 3000,
        "\U0001f600" * 1200,
        "世" * 1500,
        "&amp; &lt;",
        "word " * 600,
    ]
)
texts = st.lists(words | nasty, max_size=4).map(" ".join)


@st.composite
def messages(draw: Any) -> Message:
    """A message with strangers' words in every place that takes them."""
    told = [
        make_told(
            alert=f"a-{number}",
            headline=draw(texts) or "x",
            publisher=draw(texts),
            summary=(draw(texts), draw(texts)),
            news=(draw(texts),),
            flags=(draw(texts),),
            why=(draw(texts),),
            rule_title=draw(texts),
            quotes=(make_quote(draw(texts), words=()),),
            handled=(Handled(what="acknowledged", who=draw(texts), at=NOW, words=draw(texts)),),
            reminder=Reminder(number=1, of=3, since=NOW),
            link=draw(
                st.sampled_from([None, "javascript:alert(1)", "https://ex.example/" + "y" * 900, "https://a.b/(c)_[d]"])
            ),
        )
        for number in range(draw(st.integers(1, 4)))
    ]
    trace = Trace(article="r-1", revision=0, start=0, end=1)
    line = DigestLine(
        headline=draw(texts),
        publisher=draw(texts),
        trust=Trust.WIRE,
        link=draw(st.sampled_from([None, "https://ex.example/a"])),
        language="en",
        story="s-1",
        day=NOW.date(),
        issue=draw(texts),
    )
    story = make_digest_story(
        headline=draw(texts),
        sentences=(draw(texts), draw(texts)),
        publisher=draw(texts),
        matter=draw(texts),
        lines=(line,),
        reports=(line,),
        context=(line,),
        figures=(Figure(value=draw(texts), label=draw(texts), trace=trace),),
    )
    section = DigestSection(topic="x", title=draw(texts), stories=(story,) * draw(st.integers(1, 5)))
    return draw(
        st.sampled_from(
            [
                make_alert_message(*told),
                make_digest_message(
                    sections=(section,),
                    title=draw(texts),
                    length=draw(st.sampled_from(["full", "short"])),
                    analysis=(story,),
                    numbers=(DigestTable(title=draw(texts), head=(draw(texts),), rows=((draw(texts), draw(texts)),)),),
                    dates=(
                        DigestDate(
                            entry="d-1",
                            kind=draw(texts),
                            of=draw(texts),
                            first=NOW.date(),
                            last=NOW.date(),
                            printed=draw(texts),
                        ),
                    ),
                ),
                make_notice_message(title=draw(texts) or "x", lines=(draw(texts), draw(texts))),
            ]
        )
    )


def bodies(kind: str, message: Message, **changes: Any) -> list[dict[str, Any]]:
    calls = make_channel(kind).wire(make_rendered(message, **changes), make_envelope(public_url="https://w.example"))
    assert all(isinstance(call, HttpCall) for call in calls)
    return [json.loads(call.body) for call in calls]


def utf16(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def check_discord(body: dict[str, Any]) -> None:
    """Source: Discord's embed limits; nobody may be mentioned."""
    assert 1 <= utf16(body["content"]) <= 2000
    assert 1 <= len(body["embeds"]) <= 10
    assert body["allowed_mentions"] == {"parse": []}
    size = 0
    for embed in body["embeds"]:
        title, description = embed.get("title", ""), embed.get("description", "")
        assert title or description
        assert utf16(title) <= 256
        assert utf16(description) <= 4096
        assert embed.get("url", "https://").startswith("https://")
        for text in (title, description, body["content"]):
            assert not re.search(r"[@<>`~#|\[\]()]|://", OURS.sub("", re.sub(r"\\.", "", text))), text
        size += utf16(title) + utf16(description)
    assert size <= 6000


class Tags(HTMLParser):
    """The tags of a text, which must be those that Telegram knows, closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in {"a", "b", "i"}
        assert [name for name, _ in attrs] == (["href"] if tag == "a" else [])
        self.links += [value or "" for _, value in attrs]
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def read(text: str) -> Tags:
    tags = Tags()
    tags.feed(text)
    tags.close()
    assert tags.open == []
    return tags


def check_telegram(body: dict[str, Any]) -> None:
    """Source: sendMessage; a mention or address would be made of plain text by the app itself."""
    assert 1 <= utf16(body["text"]) <= 4096
    assert body["parse_mode"] == "HTML"
    tags = read(body["text"])
    assert tags.text.strip()
    assert all(link.startswith("https://") for link in tags.links)
    assert not re.search(r"@\w", tags.text)
    assert "://" not in tags.text


def check_teams(body: dict[str, Any]) -> None:
    """Source: Workflows' 28 KB; the parts of Adaptive Cards that we use, after their schema."""
    assert len(json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()) <= 28_000
    card = body["attachments"][0]["content"]
    assert body["attachments"][0]["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert (card["type"], card["version"]) == ("AdaptiveCard", "1.4")
    assert card["body"]
    for element in card["body"]:
        assert element["type"] in {"RichTextBlock", "ActionSet"}
        for run in element.get("inlines", []):
            assert run["type"] == "TextRun"
            assert run["text"]
            assert "{{" not in run["text"]
            assert "<at" not in run["text"].lower()
            assert set(run) <= {"type", "text", "weight", "italic", "size", "color", "underline", "selectAction"}
        for action in [
            *element.get("actions", []),
            *(run["selectAction"] for run in element.get("inlines", []) if "selectAction" in run),
        ]:
            assert action["type"] == "Action.OpenUrl"
            assert action["url"].startswith("https://")
    assert not {"text"} & set(card)


def check_ntfy(body: dict[str, Any]) -> None:
    """Source: ntfy's limitations."""
    assert 1 <= len(body["message"].encode()) <= 4096
    assert 1 <= len(body["title"].encode()) <= 300
    assert body["priority"] in range(1, 6)
    assert "markdown" not in body
    assert len(body.get("actions", [])) <= 3
    assert body.get("click", "https://").startswith("https://")


def check_pagerduty(body: dict[str, Any]) -> None:
    """Source: Events API v2."""
    assert len(json.dumps(body).encode()) <= 512 * 1024
    assert body["event_action"] in {"trigger", "acknowledge", "resolve"}
    assert 1 <= len(body["dedup_key"]) <= 255
    assert len(body["routing_key"]) == 32
    if body["event_action"] == "trigger":
        payload = body["payload"]
        assert 1 <= len(payload["summary"]) <= 1024
        assert payload["source"]
        assert payload["severity"] in {"critical", "error", "warning", "info"}
    for link in body.get("links", []):
        assert link["href"].startswith("https://")
        assert link["text"]


CHECKS = {
    "discord": check_discord,
    "telegram": check_telegram,
    "teams": check_teams,
    "ntfy": check_ntfy,
    "pagerduty": check_pagerduty,
}


def shown(kind: str, body: dict[str, Any]) -> str:
    """Everything that a reader sees of a message, without markup."""
    match kind:
        case "discord":
            parts = [embed.get(key, "") for embed in body["embeds"] for key in ("title", "description")]
            return re.sub(r"\\(.)", r"\1", re.sub(r"\*\*|(?<!\\)_|\]\(<[^>]*>\)|(?<!\\)\[", "", " ".join(parts)))
        case "telegram":
            return read(body["text"]).text
        case "teams":
            elements = body["attachments"][0]["content"]["body"]
            return " ".join("".join(run["text"] for run in each.get("inlines", [])) for each in elements)
        case _:
            return str(body["title"] + " " + body["message"])


def told_of(message: Message) -> Iterator[str]:
    for section in getattr(message, "sections", ()):
        for story in section.stories:
            yield story.headline


def hold_against(kind: str, message: Message) -> None:
    if kind == "pagerduty" and isinstance(message, DigestMessage):
        return
    for body in bodies(kind, message):
        CHECKS[kind](body)


@pytest.mark.parametrize("kind", VENDORS)
@SOME
@given(message=messages())
def test_no_limit_is_broken_and_nothing_of_a_strangers_acts(kind: str, message: Message) -> None:
    hold_against(kind, message)


@pytest.mark.slow
@pytest.mark.parametrize("kind", VENDORS)
@MANY
@given(message=messages())
def test_no_limit_is_broken_by_many_messages(kind: str, message: Message) -> None:
    hold_against(kind, message)


@pytest.mark.parametrize("kind", ["discord", "telegram", "teams", "ntfy"])
@pytest.mark.parametrize("name", MESSAGES)
def test_every_sample_is_said_within_the_limits(kind: str, name: str) -> None:
    for body in bodies(kind, MESSAGES[name]):
        CHECKS[kind](body)


@pytest.mark.parametrize("kind", ["discord", "telegram", "teams", "ntfy"])
def test_a_hundred_long_stories_are_told_whole_and_in_order(kind: str) -> None:
    stories = tuple(
        make_digest_story(number, headline=f"Story {number} begins", sentences=(f"word{number} " * 120,))
        for number in range(100)
    )
    message = make_digest_message(sections=(DigestSection(topic="x", title="X", stories=stories),))

    parts = bodies(kind, message)

    for body in parts:
        CHECKS[kind](body)
    said = " ".join(shown(kind, body) for body in parts)
    places = [said.index(f"Story {number} begins") for number in range(100)]
    assert places == sorted(places)
    assert [said.count(f"word{number} ") + said.count(f"word{number}\n") for number in (0, 42)] == [120, 120]


@pytest.mark.parametrize("kind", ["discord", "telegram", "teams", "ntfy"])
def test_what_a_reader_may_do_is_offered(kind: str) -> None:
    links = AlertLinks(
        acknowledge="https://w.example/a/ack",
        snooze="https://w.example/a/snooze",
        tomorrow="https://w.example/a/tomorrow",
        mute="https://w.example/a/mute",
        not_relevant="https://w.example/a/not",
    )

    (body,) = bodies(kind, MESSAGES["alert"], links=Links(alerts=(("a-5c19", links),)))

    CHECKS[kind](body)
    said = json.dumps(body)
    assert "Acknowledge" in said
    assert "https://w.example/a/ack" in said
    assert "https://w.example/a/not" in said
    assert "w.example/a/" not in json.dumps(bodies(kind, MESSAGES["alert"])[0])


SETS = ("slack_injection", "unicode_spoof", "naughty_strings", "xss_dompurify", "xss_payloadbox", "header_injection")


def hostile(shared: Path, name: str) -> list[str]:
    rows = json.loads((shared / "hostile" / f"{name}.json").read_text("utf-8"))
    return [row if isinstance(row, str) else str(row.get("value", row.get("dirty", ""))) for row in rows]


def planted(value: str) -> Message:
    return make_alert_message(
        make_told(
            headline=value or "x",
            publisher=value,
            summary=(value,),
            flags=(value,),
            quotes=(make_quote(value, words=()),),
        )
    )


def tried(kind: str, values: list[str]) -> int:
    for value in values:
        for body in bodies(kind, planted(value)):
            CHECKS[kind](body)
    return len(values)


@pytest.mark.parametrize("kind", VENDORS)
def test_words_that_do_harm_do_none(kind: str, shared: Path) -> None:
    values = [value for name in SETS for value in hostile(shared, name)[:: 40 if "xss" in name else 4]]

    assert tried(kind, values) > 100


@pytest.mark.slow
@pytest.mark.parametrize("kind", VENDORS)
def test_all_words_on_record_that_do_harm_do_none(kind: str, shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    values = [value for name in SETS for value in hostile(shared, name)]

    count = tried(kind, values)

    with capsys.disabled():
        print(f"\n{kind}: {count} tried, {count} clean")  # noqa: T201 - the figures are asked for
    assert count > 7000
