"""Mails of issues with all their parts: each is said in both parts, and a mail stays small whatever it holds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.channels.test_whole_issues import whole
from watcher.core.telling.messages import Bars, DigestMessage
from watcher.render.renderer import Renderer

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"
MAIL_BYTES = 80_000


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer(TEMPLATES)


def rendered(renderer: Renderer, message: DigestMessage):
    return renderer.render(message, zone="Europe/Berlin", recipient="a@desk.example")


def words(page: str) -> str:
    body = LexborHTMLParser(page).body
    assert body is not None
    return " ".join(body.text().split())


def test_both_parts_say_every_part_in_the_same_order(renderer):
    made = rendered(renderer, whole())
    parts = (
        "Story 1",
        "up to $6.9 million",
        "Also on “Allied floor”",
        "Allies weigh a floor",
        "From our history",
        "Told in winter",
        "issue 2",
        "Told too in",
        "The same again",
        "Story 2",
        "Bank",
        "up to $5",
        "Not added.",
        "9 to 12 Feb",
        "Mining Indaba",
        "expected, not certain",
        "A study finds",
    )

    for said in (words(made.html), " ".join(made.text.split())):
        at = said.index("Story 1", said.index("Story 2"))  # behind "In one minute"
        for part in parts:
            found = said.find(part, at)
            assert found >= 0, part
            at = found


def test_what_is_no_event_is_not_counted(renderer):
    assert rendered(renderer, replace(whole(2), brief=())).subject.endswith("2 stories")
    only = replace(whole(), sections=(), brief=(), updates=())
    assert "Nothing new" not in rendered(renderer, only).text


@pytest.mark.parametrize("stories", [12, pytest.param(120, marks=pytest.mark.slow)])
def test_a_week_of_many_stories_stays_small_and_says_what_it_left_out(renderer, stories):
    message = whole(stories, words="tells at length of a licence for the export of antimony ore to a far away buyer")
    bars = Bars(unit="millions of USD", labels=("Bank",), values=(("5",),), shown=("up to $5",))
    numbers = (replace(message.numbers[0], bars=bars),)
    message = replace(message, analysis=message.analysis * (stories // 2), numbers=numbers)

    made = rendered(renderer, message)

    pictures = sum(len(each.png) for each in made.pictures) * 4 // 3
    assert len(made.html.encode()) + len(made.text.encode()) + pictures <= MAIL_BYTES * 1.05
    assert len(made.html.encode()) <= MAIL_BYTES
    if stories > 12:  # what has to be folded goes without charts
        assert "left out here to keep this mail short" in made.text
        assert made.pictures == ()


def test_a_very_long_headline_is_told_whole_and_a_long_word_scrolls_nothing(renderer):
    long = "An agency that nobody expected to speak " * 8
    made = rendered(renderer, whole(1, words=long.strip()))

    assert long.strip() in words(made.html)
    assert long.strip() in " ".join(made.text.split())
    assert all(len(line) <= 72 or line.strip().startswith("http") for line in made.text.splitlines())


def test_a_short_issue_is_a_line_a_story(renderer):
    made = rendered(renderer, replace(whole(), length="short"))

    for said in (words(made.html), made.text):
        assert "Story 1" in said
        assert "A study finds" in said
        assert "9 to 12 Feb" in said
        for part in ("Told in winter", "Allies weigh a floor", "Why it matters", "Not added."):
            assert part not in said
