from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.make import make_digest_message, make_queued_alert, make_queued_story
from watcher.core.digests.composing import compose
from watcher.core.digests.edits import NO_EDITS, Edit, Edits, arranged, fold
from watcher.core.model import Severity, StoryId
from watcher.render.issues import Folded, issue_view
from watcher.render.views import Reader


def did(kind: Any, story: str = "", value: str = "") -> Edit:
    return Edit(
        kind=kind, story=StoryId(story), value=value, author="ada", reason="", at=datetime(2026, 3, 6, tzinfo=UTC)
    )


def test_the_last_word_on_a_story_holds_and_all_can_be_taken_back() -> None:
    log = [did("move", "a", "3"), did("pin", "a"), did("drop", "b"), did("reword", "c", "New"), did("hold")]

    edits = fold(log)

    assert (edits.pinned, edits.moved, edits.dropped) == (("a",), (), {"b"})
    assert (edits.headline(StoryId("c")), edits.headline(StoryId("a"))) == ("New", None)
    assert fold([*log, did("reset", "b"), did("reset", "c")]).dropped == frozenset()
    assert fold([*log, did("discard")]) == NO_EDITS


@given(
    ranked=st.lists(st.sampled_from("abcdefgh"), unique=True),
    log=st.lists(
        st.tuples(
            st.sampled_from(["pin", "move", "drop", "reset", "discard"]),
            st.sampled_from("abcdefghxy"),
            st.integers(1, 12),
        )
    ),
)
def test_an_order_holds_every_story_once_whatever_was_edited(
    ranked: list[str], log: list[tuple[str, str, int]]
) -> None:
    edits = fold([did(kind, story, str(place)) for kind, story, place in log])

    order = arranged([StoryId(each) for each in ranked], edits)

    assert sorted(order) == sorted(ranked)
    here = [story for story in edits.pinned if story in ranked]
    if not edits.moved:
        assert list(order[: len(here)]) == here


def test_what_an_editor_pinned_opens_the_issue_and_its_first_minute() -> None:
    heavy = make_queued_story(1, alerts=(make_queued_alert(alert="b-1", severity=Severity.URGENT),))
    light = make_queued_story(2, title="Antimony needs a licence", text="Antimony needs a licence", marks=(), zones=())
    made = compose([heavy, light], edits=Edits(pinned=(light.story,)))
    message = make_digest_message(sections=made.sections)

    view = issue_view(message, Reader(zone="UTC"), shown=Folded(message=message))

    assert view.minute[0].headline == "Antimony needs a licence"
