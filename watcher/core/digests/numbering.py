"""The numbers that an issue's stories go by: the order in which a reader meets them; it never orders them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from watcher.core.digests.queued import Composition
from watcher.core.digests.traces import stories_of
from watcher.core.model import StoryId
from watcher.core.telling.messages import DigestMessage


def numbered(message: DigestMessage, composition: Composition) -> tuple[StoryId, ...]:
    """Every story by number, from 1: as the issue prints them, then those below others and those left out."""
    printed = [StoryId(story.story) for story in stories_of(message)]
    return tuple(dict.fromkeys((*printed, *(placed.story for placed in composition.order))))


def rank_at(number: int, listed: Sequence[StoryId], composition: Composition) -> int:
    """The place in the ranking, from 1, of the story with that number; beyond the last one the end."""
    ranked = [placed.story for placed in composition.order]
    return ranked.index(listed[number - 1]) + 1 if number <= len(listed) else len(ranked)


def headlines(message: DigestMessage) -> Iterator[tuple[StoryId, str]]:
    """The headline under which the issue shows each of its stories, those below others too."""
    for story in stories_of(message):
        yield from ((StoryId(line.story), line.headline) for line in (*story.reports, *story.lines))
        yield StoryId(story.story), story.headline
