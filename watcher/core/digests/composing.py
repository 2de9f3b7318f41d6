"""What an issue of a digest holds and in which order, with a reason for every place; it never words or sends one.

The same queue gives the same issue, whatever the order it was read in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from watcher.core.digests.edits import NO_EDITS, Edits, arranged
from watcher.core.digests.founded import Namer, nobody, unfounded
from watcher.core.digests.placing import IssueMade
from watcher.core.digests.queued import Composition, Limits, QueuedStory
from watcher.core.digests.shown import severity_of
from watcher.core.digests.threads import Thread, announcements, threads
from watcher.core.model import StoryId
from watcher.core.schedules import IssuePlan
from watcher.core.telling.messages import DigestDate, DigestMessage, DigestTable, QuietSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What an issue holds besides its stories: dates to come, and the numbers of its period."""

    dates: tuple[DigestDate, ...] = ()
    numbers: tuple[DigestTable, ...] = ()


NOTHING_BESIDE = Beside()


def compose(
    queue: Sequence[QueuedStory],
    *,
    earlier: Mapping[StoryId, str] | None = None,
    limits: Limits | None = None,
    edits: Edits = NO_EDITS,
    named: Namer = nobody,
) -> Composition:
    """The issue that a queue makes: each story once, the weightiest first, those of one matter together, in sections.

    Args:
        queue: what was assigned to the digest and not yet issued; a story may come more than once.
        earlier: stories that this digest told before, each with that issue's key; they return only under updates
            and only with something new.
        limits: how much is told at length.
        edits: what an editor left out, put elsewhere or gave another headline.
        named: who and what a text names; a headline of an editor's names nobody that the story's articles don't.

    """
    told, limits = earlier or {}, limits or Limits()
    groups = list(_by_story(queue))
    texts = {rows[0].story: tuple(text for row in rows for text in (row.title, row.text)) for rows in groups}
    stories = _edited(sorted(map(_joined, groups), key=_rank), edits, texts, named)
    stories = [replace(story, told_before=story.told_before or told.get(story.story)) for story in stories]

    pages = announcements(stories)
    issue = IssueMade(limits=limits, pages=pages, short=edits.brief)
    new = threads([story for story in stories if story.told_before is None and story.story not in pages])
    told_again = [Thread(lead=story) for story in stories if story.told_before is not None or story.story in pages]
    for thread in (*new, *told_again):
        issue.place(thread)
    return issue.composition()


def issue_message(
    composition: Composition,
    *,
    digest: str,
    title: str,
    plan: IssuePlan,
    zone: str,
    quiet: Iterable[QuietSource] = (),
    sources_answered: int,
    articles_read: int,
    schedule: str = "",
    length: str = "full",
    beside: Beside = NOTHING_BESIDE,
) -> DigestMessage:
    """The message of a planned issue, ready to be stored and rendered. `beside` is what it holds besides stories."""
    return DigestMessage(
        digest=digest,
        title=title,
        period=plan.period.key,
        number=plan.period.number,
        zone=zone,
        begin=plan.begin,
        end=plan.period.end,
        covers=plan.covers,
        sections=composition.sections,
        brief=composition.brief,
        updates=composition.updates,
        quiet=tuple(quiet),
        sources_answered=sources_answered,
        articles_read=articles_read,
        schedule=schedule,
        analysis=composition.analysis,
        dates=beside.dates,
        numbers=beside.numbers,
        length=length,
    )


def _by_story(queue: Sequence[QueuedStory]) -> Iterable[Sequence[QueuedStory]]:
    """The queue's rows of each story together, the one to show first: one that stands, highest trust, then first seen.

    The whole row decides at last, so that the order of the queue never does.
    """
    rows: defaultdict[StoryId, list[QueuedStory]] = defaultdict(list)
    for row in queue:
        rows[row.story].append(row)
    for story in sorted(rows):
        own = rows[story]
        yield (
            own if len(own) == 1 else sorted(own, key=lambda row: (row.withdrawn, row.trust.rank, row.seen, repr(row)))
        )


def _joined(rows: Sequence[QueuedStory]) -> QueuedStory:
    """One story out of its rows: the first row's article, the alerts and publishers of all."""
    shown = rows[0]
    alerts = {alert.alert: alert for row in rows for alert in row.alerts}
    own = (shown.publisher, shown.trust.value)
    names = dict.fromkeys(name for row in rows for name in ((row.publisher, row.trust.value), *row.also))
    return replace(
        shown,
        marks=tuple(sorted({mark for row in rows if row.article == shown.article for mark in row.marks})),
        alerts=tuple(sorted(alerts.values(), key=lambda alert: (-alert.severity.rank, alert.alert))),
        articles=max(row.articles for row in rows),
        also=tuple(name for name in names if name != own),
        first=min(row.first for row in rows),
        last=max(row.last for row in rows),
        told_before=max((row.told_before for row in rows if row.told_before), default=None),
        topic=next((row.topic for row in rows if row.topic), None),
    )


def _edited(
    ranked: Sequence[QueuedStory], edits: Edits, texts: Mapping[StoryId, Sequence[str]], named: Namer
) -> list[QueuedStory]:
    """The stories as the editor wants them; a headline that says more than the story's articles is not taken."""
    kept = {story.story: story for story in ranked if story.story not in edits.dropped}
    for id_, headline in edits.headlines:
        story = kept.get(id_)
        if story is not None and not unfounded(headline, texts[id_], named):
            kept[id_] = replace(story, title=headline, reworded=True)
    return [replace(kept[id_], pinned=id_ in edits.pinned) for id_ in arranged(tuple(kept), edits)]


def _rank(story: QueuedStory) -> tuple[int, int, int, int, float, str]:
    """The weightiest story sorts first; the id decides between equals, so that an order never flickers."""
    return (
        -severity_of(story).rank,
        story.trust.rank,
        -len(story.also),
        -story.articles,
        -story.last.timestamp(),
        story.story,
    )
