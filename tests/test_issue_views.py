"""What an issue's page says of stories, sources and numbers that it has no room for."""

from __future__ import annotations

from pathlib import Path

from tests.make import make_digest_message, make_digest_story
from watcher.core.telling.messages import DigestLine, DigestSection
from watcher.render.issues import fold
from watcher.render.renderer import Renderer

RENDERER = Renderer(Path(__file__).parent.parent / "templates")


def line(number: int) -> DigestLine:
    story = make_digest_story(number)
    return DigestLine(
        headline=story.headline,
        publisher=story.publisher,
        trust=story.trust,
        link=story.link,
        language="en",
        story=story.story,
        day=story.seen.date(),
    )


def test_stories_of_a_matter_that_stand_further_down_are_counted_at_its_lead() -> None:
    lead = make_digest_story(1, matter="Price floor", lines=(line(2),))
    brief = tuple(make_digest_story(number, matter="Price floor") for number in (3, 4))
    message = make_digest_message(
        sections=(DigestSection(topic="other", title="Other", stories=(lead,)),), brief=(*brief, make_digest_story(5))
    )

    made = RENDERER.render(message, zone="UTC")

    assert "And 2 more on “Price floor” further down." in made.text
    assert "And 2 more on “Price floor” further down." in made.html


def test_lines_of_a_story_that_is_folded_to_one_line_are_counted() -> None:
    leads = tuple(make_digest_story(number, matter=f"M{number}", lines=(line(9), line(10))) for number in (1, 2))
    message = make_digest_message(
        sections=(DigestSection(topic="other", title="Other", stories=leads),), brief=(), updates=()
    )

    assert (fold(message, 0).left, fold(message, 1).left, fold(message, 2).left) == (0, 2, 3)
