"""The view of a digest's issue, and its folding: a mail that is too long tells more in brief, and says how much.

It never reorders an issue and never drops a story without a stated count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count as count_up
from itertools import islice

from watcher.core.schedules import issue_number
from watcher.core.telling.fields import states_a_day
from watcher.core.telling.messages import DigestMessage, DigestSection, DigestStory
from watcher.render.links import Link, link_of, page_of
from watcher.render.moments import Clock, count
from watcher.render.subjects import Head, digest_head, long_stories
from watcher.render.views import (
    Chip,
    Foot,
    Mark,
    Reader,
    Tongue,
    chip,
    foot,
    joined,
    mark,
    one_line,
    tongue,
    trust_words,
)

_IN_ONE_MINUTE = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryView:
    """One story of an issue in words. `number` counts the long stories from 1; 0 for the others."""

    number: int
    headline: str
    tongue: Tongue
    severity: Mark
    chip: Chip | None
    summary: str
    news: tuple[str, ...]
    rules: tuple[str, ...]
    why: tuple[str, ...]
    reach: str
    publisher: str
    trust: str
    also: tuple[str, ...]
    stated: str
    seen: str
    doubts: tuple[str, ...]
    link: Link | None
    page: str | None
    earlier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionView:
    """A titled part of an issue."""

    title: str
    stories: tuple[StoryView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MinuteView:
    """One line of "In one minute": the section's title and the headline's own words."""

    topic: str
    headline: str
    tongue: Tongue


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietView:
    """A source that did not answer as usual."""

    source: str
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueView:
    """An issue in words. `folded` and `updates_folded` count what only a number tells, to keep the mail small."""

    head: Head
    foot: Foot
    title: str
    number: int
    date: str
    stretch: str
    deck: str
    covers: str
    empty: str
    minute: tuple[MinuteView, ...]
    sections: tuple[SectionView, ...]
    brief: tuple[StoryView, ...]
    folded: int
    updates_folded: int
    updates: tuple[StoryView, ...]
    quiet: tuple[QuietView, ...]
    usual: str
    schedule: str
    page: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """An issue made shorter; the counts are of stories and of updates that no line is left for."""

    message: DigestMessage
    left: int = 0
    updates_left: int = 0


def foldable(message: DigestMessage) -> int:
    """How many steps `fold` can take: each long story but the first, then each line in brief, then each update."""
    return max(sum(1 for _ in long_stories(message)) - 1, 0) * 2 + len(message.brief) + len(message.updates)


def fold(message: DigestMessage, steps: int) -> Folded:
    """The issue after so many steps: long stories, last first, to one line in brief; then lines to a count."""
    stories = list(long_stories(message))
    kept = max(len(stories) - steps, min(1, len(stories)))
    brief = (*stories[kept:], *message.brief)
    over = max(steps - (len(stories) - kept), 0)
    left = min(over, len(brief))
    updates_left = min(over - left, len(message.updates))
    remaining = iter(stories[:kept])
    sections = (
        DigestSection(topic=part.topic, title=part.title, stories=tuple(islice(remaining, len(part.stories))))
        for part in message.sections
    )
    shorter = replace(
        message,
        sections=tuple(section for section in sections if section.stories),
        brief=brief[: len(brief) - left],
        updates=message.updates[: len(message.updates) - updates_left],
    )
    return Folded(message=shorter, left=left, updates_left=updates_left)


def issue_view(message: DigestMessage, reader: Reader, *, shown: Folded) -> IssueView:
    """An issue in words: its head speaks of the whole, its body of what was left after folding."""
    told = shown.message
    clock = reader.clock(message.end)
    numbers = count_up(1)
    return IssueView(
        head=digest_head(message),
        foot=foot(reader),
        title=one_line(message.title),
        number=message.number,
        date=clock.full_day(message.end),
        stretch=clock.stretch(message.begin, message.end),
        deck=_deck(message),
        covers=_covers(message),
        empty=_empty(message),
        minute=tuple(islice(_minute(message), _IN_ONE_MINUTE)),
        sections=tuple(
            SectionView(
                title=section.title,
                stories=tuple(_story(story, reader, clock, message, number=next(numbers)) for story in section.stories),
            )
            for section in told.sections
        ),
        brief=tuple(_story(story, reader, clock, message) for story in told.brief),
        folded=shown.left,
        updates_folded=shown.updates_left,
        updates=tuple(_story(story, reader, clock, message) for story in told.updates),
        quiet=tuple(QuietView(source=one_line(item.source), says=one_line(item.says)) for item in message.quiet),
        usual=f"The other {message.sources_answered:,} answered as usual." if message.quiet else "",
        schedule=message.schedule,
        page=page_of(reader.public_url, "issues", message.digest, message.period),
    )


def _minute(message: DigestMessage) -> Iterator[MinuteView]:
    """The long stories in one line each; a topic is named once."""
    for section in message.sections:
        for place, story in enumerate(section.stories):
            topic = section.title if place == 0 else ""
            yield MinuteView(topic=topic, headline=one_line(story.headline), tongue=tongue(story.language))


def _deck(message: DigestMessage) -> str:
    """The line below the title: `Eight stories from 20 articles, 2 updates to earlier stories`."""
    stories = [*long_stories(message), *message.brief]
    said = []
    if stories:
        articles = count(sum(story.articles for story in stories), "article")
        said.append(f"{count(len(stories), 'story', spelled=True)} from {articles}")
    if message.updates:
        updates = count(len(message.updates), "update", spelled=not said)
        said.append(f"{updates} to earlier stories")
    return f"{', '.join(said)}." if said else ""


def _covers(message: DigestMessage) -> str:
    if not message.covers:
        return ""
    return f"This issue also covers what was missed: {', '.join(message.covers)}."


def _empty(message: DigestMessage) -> str:
    if message.brief or message.updates or any(section.stories for section in message.sections):
        return ""
    answered, read = count(message.sources_answered, "source"), count(message.articles_read, "article")
    was = "was" if message.articles_read == 1 else "were"
    return f"Nothing new that your rules look for. {answered} answered, {read} {was} read, none matched."


def _story(story: DigestStory, reader: Reader, clock: Clock, message: DigestMessage, *, number: int = 0) -> StoryView:
    reach = count(story.articles, "article")
    if story.articles > 1 and story.first is not None and story.last is not None:
        reach += f", {clock.pair(story.first, story.last)}"
    return StoryView(
        number=number,
        headline=one_line(story.headline),
        tongue=tongue(story.language),
        severity=mark(story.severity),
        chip=chip(story.status),
        summary=joined(story.sentences),
        news=tuple(one_line(news) for news in story.news),
        rules=tuple(one_line(rule) for rule in story.rules),
        why=tuple(one_line(why) for why in story.why),
        reach=reach,
        publisher=one_line(story.publisher) or "publisher unknown",
        trust=trust_words(story.trust),
        also=tuple(one_line(f"{name} ({trust.replace('_', ' ')})") for name, trust in story.also),
        stated=clock.stated(story.published, day_only=states_a_day(story.story, story.flags, story.published)),
        seen=clock.moment(story.seen, beside=story.published),
        doubts=tuple(one_line(flag.replace("_", " ")) for flag in story.flags),
        link=link_of(story.link),
        page=page_of(reader.public_url, "s", story.story),
        earlier="" if story.told_before is None else _earlier(story.told_before, message.period),
    )


def _earlier(key: str, current: str) -> str:
    """`issue 5`, or `issue 45 of 2025` when it isn't this year's; a key of another rhythm is shown as it is."""
    number = issue_number(key)
    if number is None or not re.match(r"\d{4}-", current):
        return f"issue {key}"
    return f"issue {number}" if key[:4] == current[:4] else f"issue {number} of {key[:4]}"
