"""What earlier issues told of the same stands below a story, with the issue that told it."""

from __future__ import annotations

from tests.make import make_digest_message, make_digest_story
from watcher.core.digests.context import with_context
from watcher.core.telling.messages import DigestMessage, DigestSection, DigestStory


def issue(story: DigestStory, period: str = "2026-W06") -> DigestMessage:
    section = DigestSection(topic="x", title="X", stories=(story,))
    return make_digest_message(period=period, sections=(section,), brief=(), updates=())


def context(story: DigestStory, *earlier: DigestMessage) -> list[tuple[str, str | None]]:
    made = with_context(issue(story), earlier)
    return [(line.story, line.issue) for line in made.sections[0].stories[0].context]


def test_the_same_matter_comes_before_what_shares_people_and_materials():
    story = make_digest_story(1, matter="Price floor", about=("lynas", "ndpr"))
    near = issue(make_digest_story(2, about=("lynas", "ndpr", "iluka")), "2026-W05")
    same = issue(make_digest_story(3, matter="Price floor"), "2026-W03")

    assert context(story, near, same) == [("s-0003", "2026-W03"), ("s-0002", "2026-W05")]


def test_one_shared_material_is_not_enough_unless_it_is_the_same_sort_of_event():
    story = make_digest_story(1, about=("rare_earths",), event_type="stockpile")
    other = issue(make_digest_story(2, about=("rare_earths",), event_type="legislation"), "2026-W05")
    alike = issue(make_digest_story(3, about=("rare_earths",), event_type="stockpile"), "2026-W04")

    assert context(story, other, alike) == [("s-0003", "2026-W04")]


def test_a_story_is_no_context_of_its_own_and_is_named_by_the_newest_issue():
    story = make_digest_story(1, about=("a", "b"))
    earlier = [
        issue(make_digest_story(n, about=("a", "b")), period) for period in ("2026-W05", "2026-W04") for n in (1, 2)
    ]

    assert context(story, *earlier) == [("s-0002", "2026-W05")]


def test_at_most_three_lines():
    story = make_digest_story(1, about=("a", "b"))
    earlier = [issue(make_digest_story(n, about=("a", "b")), f"2026-W0{n}") for n in range(2, 8)]

    assert len(context(story, *earlier)) == 3
