"""What becomes of a drop when the dropped story and another are made one; it never reads a store.

A drop speaks of what the story held then: it counts for the story that is left only if all of that was dropped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from watcher.core.digests.edits import Edit, Edits, fold
from watcher.core.model import StoryId


def folded(
    log: Sequence[Edit], moved: Mapping[StoryId, StoryId], parts: Mapping[StoryId, Mapping[StoryId, datetime]]
) -> tuple[Edits, frozenset[StoryId]]:
    """What the edits come to by the stories as they are now, and the stories whose drop has ended.

    Args:
        log: the edits, by the stories as they were.
        moved: stories that were merged into others, each with the one that it leads to now.
        parts: by story: those that were merged into it, and when.

    """
    edits = fold(replace(each, story=moved.get(each.story, each.story)) for each in log)
    alone = fold(log).dropped
    since = {each.story: each.at for each in log if each.kind == "drop"}

    def holds(story: StoryId) -> bool:
        joined = parts.get(story, {})
        return story in alone and all(part in alone for part, at in joined.items() if at >= since[story])

    ended = frozenset(story for story in edits.dropped if not holds(story))
    return replace(edits, dropped=edits.dropped - ended), ended
