"""The view of a digest's issue, and its folding: a mail that is too long tells more in brief, and says how much.

It never reorders an issue and never drops a story without a stated count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count as count_up
from itertools import islice

from watcher.core.digests.topics import topic_title
from watcher.core.digests.traces import by_editors
from watcher.core.schedules import covers_words, issue_number
from watcher.core.telling.fields import states_a_day
from watcher.core.telling.messages import DigestMessage, DigestSection, DigestStory
from watcher.core.telling.phrases import trust_words
from watcher.core.text.wording import Words
from watcher.render.besides import (
    DateView,
    FigureView,
    LineView,
    TableView,
    date_view,
    figure_view,
    line_view,
    table_views,
)
from watcher.render.links import Link, link_of, page_of
from watcher.render.moments import Clock, spelled
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
)

_IN_ONE_MINUTE = 5
_MOST_QUIET = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryView:
    """One story of an issue in words. `number` counts the long stories from 1; 0 for the others.

    `more` is how many stories of its matter stand further down by themselves.
    """

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
    figures: tuple[FigureView, ...]
    matter: str
    reports: tuple[LineView, ...]
    lines: tuple[LineView, ...]
    context: tuple[LineView, ...]
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionView:
    """A titled part of an issue."""

    title: str
    stories: tuple[StoryView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MinuteView:
    """One line of "In one minute": what sort of event it is, and the headline's own words."""

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
    """An issue in words. `short`: every story is one line. `origin` says whose words it holds.

    `folded`, `updates_folded` and `analysis_folded` count what only a number tells, to keep the mail small.
    """

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
    analysis: tuple[StoryView, ...]
    analysis_folded: int
    dates: tuple[DateView, ...]
    numbers: tuple[TableView, ...]
    short: bool
    quiet: tuple[QuietView, ...]
    usual: str
    schedule: str
    page: str | None
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """An issue made shorter; the counts are of what no line is left for: stories, updates, and what is no event."""

    message: DigestMessage
    left: int = 0
    updates_left: int = 0
    analysis_left: int = 0


def foldable(message: DigestMessage) -> int:
    """How many steps `fold` can take: each long story but the first, then the lines of analysis, brief and updates."""
    lines = len(message.analysis) + len(message.brief) + len(message.updates)
    return max(sum(1 for _ in long_stories(message)) - 1, 0) * 2 + lines


def fold(message: DigestMessage, steps: int) -> Folded:
    """The issue after so many steps: long stories, last first, to one line in brief; then lines to a count."""
    stories = list(long_stories(message))
    kept = max(len(stories) - steps, min(1, len(stories)))
    brief = (*stories[kept:], *message.brief)
    over = max(steps - (len(stories) - kept), 0)
    analysis_left = min(over, len(message.analysis))
    left = min(over - analysis_left, len(brief))
    lines = sum(len(story.lines) for story in stories[kept:])
    updates_left = min(over - analysis_left - left, len(message.updates))
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
        analysis=message.analysis[: len(message.analysis) - analysis_left],
    )
    return Folded(message=shorter, left=left + lines, updates_left=updates_left, analysis_left=analysis_left)


def issue_view(message: DigestMessage, reader: Reader, *, shown: Folded, charts: bool = True) -> IssueView:
    """An issue in words: its head speaks of the whole, its body of what was left after folding."""
    told = shown.message
    clock, words = reader.clock(message.end), reader.words
    numbers = count_up(1)
    return IssueView(
        head=digest_head(message, words),
        foot=foot(reader),
        title=one_line(message.title),
        number=message.number,
        date=clock.full_day(message.end),
        stretch=clock.stretch(message.begin, message.end),
        deck=_deck(message, words),
        covers=_covers(message, words),
        empty=_empty(message, words),
        minute=(*islice(_minute(message, words), _IN_ONE_MINUTE), *_kept_in_mind(message, clock)),
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
        analysis=tuple(_story(story, reader, clock, message) for story in told.analysis),
        analysis_folded=shown.analysis_left,
        dates=tuple(date_view(each, clock) for each in message.dates),
        numbers=() if message.length == "short" else table_views(message, charts=charts, words=words),
        short=message.length == "short",
        quiet=tuple(
            QuietView(source=one_line(item.source), says=one_line(item.says)) for item in message.quiet[:_MOST_QUIET]
        ),
        usual=_usual(message, words),
        schedule=message.schedule,
        page=reader.links.page,
        origin=_origin(message, words),
    )


def _minute(message: DigestMessage, words: Words) -> Iterator[MinuteView]:
    """What an editor put on top, then the weightiest, in one line each; a topic that repeats is named once."""
    last = ""
    ranked = sorted(long_stories(message), key=lambda story: (not story.pinned, -story.severity.rank, -story.articles))
    for story in ranked:
        topic = words.say(topic_title(story.event_type))
        shown, last = ("" if topic == last else topic), topic
        yield MinuteView(topic=shown, headline=one_line(story.headline), tongue=tongue(story.language))


def _kept_in_mind(message: DigestMessage, clock: Clock) -> Iterator[MinuteView]:
    """The sums that were committed, and the first date to come, as the tables below have them."""
    words = clock.words
    ours = tongue(words.language)
    sums = [figure_view(each, words) for story in long_stories(message) for each in story.figures if each.money][:3]
    if sums:
        yield MinuteView(
            topic=words.say("Money"),
            headline=words.say(", ").join(f"{each.value} ({each.label})" for each in sums),
            tongue=ours,
        )
    if message.dates:
        date = date_view(message.dates[0], clock)
        said = words.say("{label}: {text}", label=date.day, text=words.say(", ").join((date.of, date.kind)))
        yield MinuteView(topic=words.say("Date to keep"), headline=said, tongue=ours)


def _deck(message: DigestMessage, words: Words) -> str:
    """The line below the title: `Eight stories from 20 articles, 2 updates to earlier stories`."""
    stories = [*long_stories(message), *message.brief]
    said = []
    if stories:
        articles = words.count(sum(story.articles for story in stories), "article")
        many = spelled(len(stories), "story", words)
        said.append(words.say("{stories} from {articles}", stories=many, articles=articles))
    if message.updates:
        number = len(message.updates)
        updates = words.count(number, "update") if said else spelled(number, "update", words)
        said.append(words.say("{updates} to earlier stories", updates=updates))
    return words.say("{text}.", text=words.say(", ").join(said)) if said else ""


def _origin(message: DigestMessage, words: Words) -> str:
    if edited := by_editors(message, words):
        said = "Headlines and sentences are the publishers' own words, taken from their texts, but for {headlines}."
        return words.say(said, headlines=edited)
    return words.say("Headlines and sentences are the publishers' own words, taken from their texts.")


def _covers(message: DigestMessage, words: Words) -> str:
    if not message.covers:
        return ""
    covers = words.saying(covers_words(message.covers))
    return words.say("This issue also covers what was missed: {issues}.", issues=covers)


def _empty(message: DigestMessage, words: Words) -> str:
    if message.brief or message.updates or message.analysis or any(long_stories(message)):
        return ""
    answered, read = words.count(message.sources_answered, "source"), words.count(message.articles_read, "article")
    was = "was" if message.articles_read == 1 else "were"
    if message.dropped:
        dropped = words.count(message.dropped, "story")
        said = f"Nothing to tell: {{stories}} taken out by the editors. {{sources}} answered, {{articles}} {was} read."
        return words.say(said, stories=dropped, sources=answered, articles=read)
    said = f"Nothing new that your rules look for. {{sources}} answered, {{articles}} {was} read, none matched."
    return words.say(said, sources=answered, articles=read)


def _story(story: DigestStory, reader: Reader, clock: Clock, message: DigestMessage, *, number: int = 0) -> StoryView:
    words = reader.words
    reach = words.count(story.articles, "article")
    if story.articles > 1 and story.first is not None and story.last is not None:
        reach += words.say(", ") + clock.pair(story.first, story.last)
    return StoryView(
        number=number,
        headline=one_line(story.headline),
        tongue=tongue(story.language),
        severity=mark(story.severity, words),
        chip=chip(story.status, words),
        summary=joined(story.sentences),
        news=tuple(one_line(news) for news in story.news),
        rules=tuple(one_line(rule) for rule in story.rules),
        why=tuple(one_line(why) for why in story.why),
        reach=reach,
        publisher=one_line(story.publisher) or words.say("publisher unknown"),
        trust=trust_words(story.trust, words) + (words.say("; headline by the editors") if story.reworded else ""),
        also=tuple(
            one_line(words.say("{label} ({text})", label=name, text=words.say(trust.replace("_", " "))))
            for name, trust in story.also
        ),
        stated=clock.stated(story.published, day_only=states_a_day(story.story, story.flags, story.published, words)),
        seen=clock.moment(story.seen, beside=story.published),
        doubts=tuple(one_line(flag.replace("_", " ")) for flag in story.flags),
        link=link_of(story.link),
        page=page_of(reader.public_url, "s", story.story),
        earlier="" if story.told_before is None else _earlier(story.told_before, message.period, words),
        figures=tuple(figure_view(each, words) for each in story.figures),
        matter=one_line(story.matter),
        reports=tuple(line_view(each, reader, clock) for each in story.reports),
        lines=tuple(line_view(each, reader, clock) for each in story.lines),
        context=tuple(
            line_view(each, reader, clock, _earlier(each.issue or "", message.period, words)) for each in story.context
        ),
        more=_more(story, message) if number else 0,
    )


def _usual(message: DigestMessage, words: Words) -> str:
    """What is said below the quiet sources: how many more there are, and how many others answered."""
    if not message.quiet:
        return ""
    left = len(message.quiet) - _MOST_QUIET
    usual = words.say("The other {n} answered as usual.", n=words.number(message.sources_answered))
    if left <= 0:
        return usual
    return words.say(
        "And {n} more, not listed here to keep this mail short. {usual}", n=words.number(left), usual=usual
    )


def _more(story: DigestStory, message: DigestMessage) -> int:
    """How many stories of its matter stand by themselves, below all lines."""
    below = (*message.brief, *message.analysis)
    return sum(each.matter == story.matter and each.story != story.story for each in below) if story.matter else 0


def _earlier(key: str, current: str, words: Words) -> str:
    """`issue 5`, or `issue 45 of 2025` when it isn't this year's; a key of another rhythm is shown as it is."""
    number = issue_number(key)
    if number is None or not re.match(r"\d{4}-", current):
        return words.say("issue {number}", number=key)
    if key[:4] == current[:4]:
        return words.say("issue {number}", number=number)
    return words.say("issue {number} of {year}", number=number, year=key[:4])
