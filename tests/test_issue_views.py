"""What an issue's page says of stories, sources and numbers that it has no room for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.make import make_digest_message, make_digest_story
from watcher.core.telling.messages import Bars, DigestLine, DigestMessage, DigestSection, DigestTable, QuietSource
from watcher.render import charts
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


def test_many_quiet_sources_are_counted_not_listed() -> None:
    quiet = tuple(QuietSource(source=f"feed-{number}", says="no good answer: 503") for number in range(600))

    made = RENDERER.render(make_digest_message(quiet=quiet), zone="UTC")

    assert "And 580 more, not listed here to keep this mail short." in " ".join(made.text.split())
    assert "feed-19" in made.html
    assert "feed-20" not in made.html


def bars(*labels: str) -> DigestMessage:
    table = DigestTable(
        title="t",
        head=("Series", "Value"),
        rows=tuple((label, "1") for label in labels),
        bars=Bars(unit="u", labels=labels, values=(("1",),) * len(labels), shown=("1",) * len(labels)),
    )
    return make_digest_message(numbers=(table,))


def test_a_label_that_the_face_of_a_chart_lacks_goes_by_its_row(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[tuple[str, ...]] = []
    monkeypatch.setattr(charts, "_png", lambda of, _paper: drawn.append(of.labels) or b"")

    charts.charts_of(bars("Łódź", "中国稀土集团"))

    assert drawn[0] == ("Lodz", "Row 2 below")


def test_a_library_that_does_not_work_leaves_the_table_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_size: int) -> None:
        raise ImportError("a shared object is missing")

    monkeypatch.setattr(charts, "_font", broken)
    charts._png.cache_clear()

    made = RENDERER.render(bars("gallium"), zone="UTC")

    assert made.pictures == ()
    assert "gallium" in made.html
