"""What an editor changes in the draft of an issue: order, headlines, what is left out; it never reads or sends one.

Edits are a log, one line each with who and why; what they come to is folded from it. An edit speaks of a story by its
id and of nothing else, so it holds whatever reaches the draft after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from watcher.core.model import StoryId

EditKind = Literal["pin", "drop", "move", "brief", "reword", "reset", "discard", "hold", "approve"]

MOST_HEADLINE = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One line of the log. `story` is empty where the whole issue is meant; `value` is a place or a headline."""

    kind: EditKind
    story: StoryId
    value: str = ""
    author: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Edits:
    """What a log comes to: stories left out, in brief, on top, at a place (from 1, as they were moved), reworded."""

    dropped: frozenset[StoryId] = frozenset()
    brief: frozenset[StoryId] = frozenset()
    pinned: tuple[StoryId, ...] = ()
    moved: tuple[tuple[StoryId, int], ...] = ()
    headlines: tuple[tuple[StoryId, str], ...] = field(default=())

    def headline(self, story: StoryId) -> str | None:
        """The editor's headline of that story."""
        return dict(self.headlines).get(story)


NO_EDITS = Edits()


def fold(log: Iterable[Edit]) -> Edits:
    """What the edits come to, in the order they were made; `reset` takes back those of a story, `discard` all."""
    dropped: set[StoryId] = set()
    brief: set[StoryId] = set()
    pinned: dict[StoryId, None] = {}
    moved: dict[StoryId, int] = {}
    headlines: dict[StoryId, str] = {}
    for edit in _since_discard(log):
        story = edit.story
        match edit.kind:
            case "pin":
                brief.discard(story)
                moved.pop(story, None)
                pinned[story] = None
            case "move":
                pinned.pop(story, None)
                moved.pop(story, None)
                moved[story] = int(edit.value)
            case "drop":
                dropped.add(story)
            case "brief":
                pinned.pop(story, None)
                brief.add(story)
            case "reword":
                headlines[story] = edit.value
            case "reset":
                dropped.discard(story)
                brief.discard(story)
                for kept in (pinned, moved, headlines):
                    kept.pop(story, None)
            case _:
                pass
    return Edits(
        dropped=frozenset(dropped),
        brief=frozenset(brief),
        pinned=tuple(pinned),
        moved=tuple(moved.items()),
        headlines=tuple(headlines.items()),
    )


def _since_discard(log: Iterable[Edit]) -> list[Edit]:
    """The edits since all before them were taken back."""
    kept: list[Edit] = []
    for edit in log:
        kept = [] if edit.kind == "discard" else [*kept, edit]
    return kept


def arranged(ranked: Sequence[StoryId], edits: Edits) -> tuple[StoryId, ...]:
    """The stories in the editor's order: what is pinned first, then as ranked, then each moved one at its place."""
    here = set(ranked)
    top = [story for story in edits.pinned if story in here]
    order = [*top, *(story for story in ranked if story not in set(top))]
    for story, place in edits.moved:
        if story in here:
            order.remove(story)
            order.insert(place - 1, story)
    return tuple(order)
