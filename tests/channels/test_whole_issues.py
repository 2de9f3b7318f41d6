"""An issue with all its parts on Slack and in the webhook's body: nothing of the mail is missing, limits are kept."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.channels.samples import make_channel, make_envelope, make_rendered
from tests.channels.test_slack import bodies, check, words
from tests.make import make_digest_message, make_digest_story
from tests.tools import ROOT
from watcher.channels.issues import issue
from watcher.core.model import Trust
from watcher.core.telling.messages import (
    DigestDate,
    DigestLine,
    DigestMessage,
    DigestSection,
    DigestTable,
    Figure,
    Trace,
)
from watcher.render.renderer import Renderer

TRACE = Trace(article="a-1", revision=1, start=0, end=9)
LINE = DigestLine(
    headline="Allies weigh a floor",
    publisher="Ore & Metal Daily",
    trust=Trust.TRADE_PRESS,
    link="https://oremetal.example/floor",
    language="en",
    story="s-9",
    day=date(2026, 2, 2),
    status="proposed",
)


def whole(stories: int = 2, *, words: str = "") -> DigestMessage:
    """An issue with every part that one can have."""
    told = tuple(
        make_digest_story(
            n,
            headline=f"Story {n} {words}",
            matter="Allied floor",
            figures=(Figure(value="$6.9 million", label="grant", trace=TRACE, up_to=True),),
            reports=(replace(LINE, headline=f"The same again {words}"),),
            lines=(LINE,),
            context=(replace(LINE, headline="Told in winter", issue="2026-W02"),),
        )
        for n in range(1, stories + 1)
    )
    return make_digest_message(
        sections=(DigestSection(topic="us", title="US", stories=told),),
        analysis=(make_digest_story(90, headline=f"A study finds {words}"),),
        dates=(
            DigestDate(
                entry="e-1",
                kind="meeting",
                of=f"Mining Indaba {words}",
                first=date(2026, 2, 9),
                last=date(2026, 2, 12),
                printed="Feb. 9–12",
                firm=False,
            ),
        ),
        numbers=(
            DigestTable(
                title="Money", head=("From", "Amount"), rows=((f"Bank {words}", "up to $5"),), notes=("Not added.",)
            ),
        ),
    )


def said(message: DigestMessage) -> str:
    return " ".join(words(body) for body in bodies(message))


def test_slack_says_what_the_mail_says():
    text = said(whole())

    for part in (
        "up to $6.9 million",
        "Also on Allied floor",
        "Allies weigh a floor",
        "Told too in",
        "The same again",
        "Told in winter",
        "issue 2026-W02",
        "Money",
        "up to $5",
        "Not added.",
        "Coming dates",
        "9 Feb to 12 Feb",
        "expected, not certain",
        "Analysis, not counted as events",
        "A study finds",
    ):
        assert part in text  # fmt: skip


def test_a_headline_by_an_editor_is_said_to_be_one_wherever_the_issue_goes():
    (section,) = whole().sections
    worded = tuple(replace(story, reworded=True) for story in section.stories)
    edited = replace(whole(), sections=(replace(section, stories=worded),))
    mail = Renderer(ROOT / "templates").render(edited, zone="UTC")
    first = issue(edited, None, make_envelope()).items[0].lines[0]

    for text in (" ".join(mail.text.split()), mail.html):
        assert "own words, taken from their texts, but for 2 headlines by the editors." in text
    assert "2 headlines by the editors" in said(edited)
    assert "2 headlines by the editors" in "".join(run.text for run in first)
    assert "by the editors" not in said(whole())


def test_a_short_issue_on_slack_has_one_line_a_story():
    text = said(replace(whole(), length="short"))

    assert "Story 1" in text
    assert "A study finds" in text
    for part in ("Money", "Told in winter", "$6.9 million"):
        assert part not in text


@pytest.mark.parametrize(
    "hostile", ["<!channel> *now* _x_ `y`", "<https://evil.example|click>", "@here &amp;", "漢" * 400]
)
def test_whatever_the_words_are_every_block_keeps_slacks_rules(hostile: str):
    for body in bodies(whole(40, words=hostile)):
        check(body)
        assert "<!channel>" not in json.dumps(body)
        assert "<https://evil.example" not in json.dumps(body)


def test_the_webhook_carries_every_part_with_its_place_in_the_text():
    channel = make_channel("webhook")
    (call,) = channel.wire(make_rendered(whole()), make_envelope())
    digest: dict[str, Any] = json.loads(call.body)["digest"]  # type: ignore[union-attr]  # it is a POST
    story = digest["sections"][0]["stories"][0]

    assert story["figures"][0] == {
        "value": "$6.9 million",
        "label": "grant",
        "up_to": True,
        "trace": {"article": "a-1", "revision": 1, "start": 0, "end": 9},
    }
    assert [line["headline"] for line in story["lines"]] == ["Allies weigh a floor"]
    assert story["context"][0]["issue"] == "2026-W02"
    assert digest["dates"][0]["last"] == "2026-02-12"
    assert digest["numbers"][0]["rows"] == [["Bank ", "up to $5"]]
    assert len(digest["analysis"]) == 1
