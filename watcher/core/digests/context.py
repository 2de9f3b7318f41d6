"""What earlier issues told of the same matter, or of the same people and materials: dated lines below a story.

Never repeats what the story itself tells, and never guesses: two stories are near by ids, not by their words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from watcher.core.digests.traces import stories_of
from watcher.core.telling.messages import DigestLine, DigestMessage, DigestSection, DigestStory

_MOST: Final = 3
_NEAR: Final = 2
"""How many people and materials two stories must share: one alone, such as rare earths, is in most of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Past:
    """A story that an earlier issue told."""

    issue: str
    story: DigestStory


def with_context(message: DigestMessage, earlier: Sequence[DigestMessage]) -> DigestMessage:
    """The issue with what its digest told before below each long story. Args: earlier - its issues, newest first."""
    past = [_Past(issue=issue.period, story=story) for issue in earlier for story in stories_of(issue)]
    if not past:
        return message
    return replace(
        message,
        sections=tuple(
            DigestSection(
                topic=section.topic,
                title=section.title,
                stories=tuple(replace(story, context=_before(story, past)) for story in section.stories),
            )
            for section in message.sections
        ),
    )


def _before(story: DigestStory, past: Sequence[_Past]) -> tuple[DigestLine, ...]:
    """The nearest of what was told before: of its matter first, then what shares most with it, the newest first."""
    found: dict[str, tuple[int, DigestLine]] = {}
    for each in past:
        near = _nearness(story, each.story)
        if near and each.story.story != story.story:
            found.setdefault(each.story.story, (near, _line(each)))
    ordered = sorted(found.values(), key=lambda pair: (-pair[0], -pair[1].day.toordinal(), pair[1].story))
    return tuple(line for _, line in ordered[:_MOST])


def _nearness(story: DigestStory, other: DigestStory) -> int:
    """How near two stories are; 0 for not at all."""
    if story.matter and story.matter == other.matter:
        return 100
    shared = len(set(story.about) & set(other.about))
    if shared >= _NEAR:
        return shared
    return 1 if shared and story.event_type is not None and story.event_type == other.event_type else 0


def _line(past: _Past) -> DigestLine:
    story = past.story
    return DigestLine(
        headline=story.headline,
        publisher=story.publisher,
        trust=story.trust,
        link=story.link,
        language=story.language,
        story=story.story,
        day=(story.published or story.seen).date(),
        status=story.status,
        issue=past.issue,
        reworded=story.reworded,
    )
