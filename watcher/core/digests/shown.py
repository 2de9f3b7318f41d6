"""A story as an issue tells it: the article's own title, sentences taken from its text, and where each of them stands.

Never words a sentence: what is not a stretch of the stored text is not shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from watcher.core.digests.queued import QueuedStory
from watcher.core.digests.threads import Thread
from watcher.core.events.model import DENIED, RUMOURED
from watcher.core.model import Severity
from watcher.core.telling.fields import fields_of
from watcher.core.telling.messages import DigestLine, DigestStory, Figure, Trace
from watcher.core.text.extracts import extract


def severity_of(story: QueuedStory) -> Severity:
    """The highest severity of its alerts."""
    return max((alert.severity for alert in story.alerts), key=lambda severity: severity.rank, default=Severity.NOTICE)


def type_of(story: QueuedStory) -> str | None:
    """The type of event that it is told for: that of its first rule which has one, else of what it is about."""
    return next((alert.event_type for alert in story.alerts if alert.event_type), story.topic)


def shown(thread: Thread, sentences: int) -> DigestStory:
    """The story that leads a thread, with the thread's other stories behind it."""
    story = thread.lead
    fields = fields_of(story.story, story.text, story.zones)
    marks = (*story.marks, *((each.start, each.end) for each in story.said.counted))
    spans = () if fields else extract(story.text, story.zones, marks, max_sentences=sentences)
    every = (story, *thread.same)
    own = (story.publisher, story.trust.value)
    names = dict.fromkeys(name for each in every for name in ((each.publisher, each.trust.value), *each.also))
    return DigestStory(
        story=story.story,
        headline=story.title,
        sentences=(fields,) if fields else tuple(story.text[start:end] for start, end in spans),
        publisher=story.publisher,
        host=story.host,
        trust=story.trust,
        published=story.published,
        seen=story.seen,
        link=story.link,
        language=story.language,
        severity=max((severity_of(each) for each in every), key=lambda severity: severity.rank),
        status=_status(story),
        why=tuple(dict.fromkeys(why for alert in story.alerts for why in alert.why)),
        event_type=type_of(story),
        articles=sum(each.articles for each in every),
        also=tuple(name for name in names if name != own),
        news=tuple(dict.fromkeys(news for alert in story.alerts for news in alert.news)),
        rules=tuple(dict.fromkeys(alert.rule_title for alert in story.alerts)),
        first=min(each.first for each in every),
        last=max(each.last for each in every),
        told_before=story.told_before,
        flags=story.flags,
        traces=() if fields else (*_headline(story), *(_trace(story, start, end) for start, end in spans)),
        reworded=story.reworded,
        figures=figures(story),
        matter=thread.matter,
        reports=tuple(line(each) for each in thread.same),
        lines=tuple(line(each) for each in thread.also),
        about=story.said.about,
        pinned=story.pinned,
    )


def line(story: QueuedStory) -> DigestLine:
    """A story in one line."""
    return DigestLine(
        headline=story.title,
        publisher=story.publisher,
        trust=story.trust,
        link=story.link,
        language=story.language,
        story=story.story,
        day=day_of(story),
        status=_status(story),
        trace=next(iter(_headline(story)), None),
        reworded=story.reworded,
    )


def day_of(story: QueuedStory) -> date:
    """The day that a story counts by: stated, else first seen."""
    return (story.published or story.seen).date()


def figures(story: QueuedStory) -> tuple[Figure, ...]:
    """The numbers of a story as its text prints them."""
    return tuple(
        Figure(
            value=" ".join(story.text[each.start : each.end].split()),
            label=each.label.replace("_", " "),
            trace=_trace(story, each.start, each.end),
            up_to=each.up_to,
            money=each.money,
        )
        for each in story.said.counted
    )


def _status(story: QueuedStory) -> str | None:
    """How what it reports stands: by what a rule on a matter says, else by what the article says of its event."""
    given = next((alert.status for alert in story.alerts if alert.status), None)
    told = (story.said.status(alert.event_type) for alert in story.alerts if alert.event_type)
    reported = next((each for each in told if each), None)
    return reported if reported in {RUMOURED, DENIED} else given or reported


def _headline(story: QueuedStory) -> Iterable[Trace]:
    """Where the title stands in the text, which begins with it; else an empty place, which proves nothing."""
    if not story.reworded:
        start = story.text.find(story.title)
        yield _trace(story, max(start, 0), start + len(story.title) if start >= 0 else 0)


def _trace(story: QueuedStory, start: int, end: int) -> Trace:
    return Trace(article=story.article, revision=story.revision, start=start, end=end)
