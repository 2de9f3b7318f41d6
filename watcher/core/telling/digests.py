"""What an issue of a digest holds and in which order, with a reason for every place; it never words or sends one.

The same queue gives the same issue, whatever the order it was read in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from watcher.core.model import Severity, StoryId
from watcher.core.schedules import IssuePlan
from watcher.core.telling.edits import NO_EDITS, Edits, arranged, unfounded
from watcher.core.telling.fields import fields_of
from watcher.core.telling.messages import DigestMessage, DigestSection, DigestStory, QuietSource
from watcher.core.telling.queued import Composition, Limits, Place, Placed, QueuedStory
from watcher.core.telling.topics import OTHER, topic_title
from watcher.core.text.extracts import extract


def compose(
    queue: Sequence[QueuedStory],
    *,
    earlier: Mapping[StoryId, str] | None = None,
    limits: Limits | None = None,
    edits: Edits = NO_EDITS,
) -> Composition:
    """The issue that a queue makes: each story once, the weightiest first, in sections by topic.

    Args:
        queue: what was assigned to the digest and not yet issued; a story may come more than once.
        earlier: stories that this digest told before, each with that issue's key; they return only under updates
            and only with something new.
        limits: how much is told at length.
        edits: what an editor left out, put elsewhere or gave another headline.

    """
    told, limits = earlier or {}, limits or Limits()
    stories = _edited(sorted((_joined(list(group)) for group in _by_story(queue)), key=_rank), edits)
    stories = [replace(story, told_before=story.told_before or told.get(story.story)) for story in stories]

    issue = _Issue(limits=limits)
    for story in stories:
        issue.place(story)
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
) -> DigestMessage:
    """The message of a planned issue, ready to be stored and rendered."""
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
    )


@dataclass(slots=True, kw_only=True)
class _Issue:
    """The issue while it is being filled; stories arrive best first."""

    limits: Limits
    topics: dict[str, list[DigestStory]] = field(default_factory=dict)
    brief: list[DigestStory] = field(default_factory=list)
    updates: list[DigestStory] = field(default_factory=list)
    order: list[Placed] = field(default_factory=list)

    def place(self, story: QueuedStory) -> None:
        """Give one story its place and write down why."""
        shown = _shown(story, self.limits)
        place, because = self._place_of(story, shown)
        match place:
            case "section":
                self.topics.setdefault(shown.event_type or OTHER, []).append(shown)
            case "brief":
                self.brief.append(shown)
            case "update":
                self.updates.append(shown)
            case "left_out":
                pass
        self.order.append(Placed(story=story.story, place=place, reason="; ".join((because, _standing(story)))))

    def _place_of(self, story: QueuedStory, shown: DigestStory) -> tuple[Place, str]:
        if story.told_before is not None:
            if not shown.news:
                return "left_out", f"told in {story.told_before}, nothing new since"
            return "update", f"told in {story.told_before}, new: {', '.join(shown.news)}"
        if sum(map(len, self.topics.values())) >= self.limits.stories:
            return "brief", f"the issue's {self.limits.stories} long stories rank higher"
        topic = shown.event_type or OTHER
        if len(self.topics.get(topic, ())) >= self.limits.per_section:
            return "brief", f"{self.limits.per_section} stories under {topic_title(topic)} rank higher"
        return "section", f"under {topic_title(topic)}"

    def composition(self) -> Composition:
        """What was filled, sections in the order of their best story; what is of no topic comes last."""
        topics = sorted(self.topics.items(), key=lambda topic: topic[0] == OTHER)
        return Composition(
            sections=tuple(
                DigestSection(topic=topic, title=topic_title(topic), stories=tuple(stories))
                for topic, stories in topics
            ),
            brief=tuple(self.brief),
            updates=tuple(self.updates),
            order=tuple(self.order),
        )


def _by_story(queue: Sequence[QueuedStory]) -> Iterable[Iterable[QueuedStory]]:
    """The queue's rows of each story together, the one to show first: highest trust, then first seen.

    The whole row decides at last, so that the order of the queue never does.
    """
    rows = sorted(queue, key=lambda row: (row.story, row.trust.rank, row.seen, repr(row)))
    return (group for _, group in groupby(rows, key=lambda row: row.story))


def _joined(rows: Sequence[QueuedStory]) -> QueuedStory:
    """One story out of its rows: the first row's article, the alerts and publishers of all."""
    shown = rows[0]
    alerts = {alert.alert: alert for row in rows for alert in row.alerts}
    own = (shown.publisher, shown.trust.value)
    names = dict.fromkeys(name for row in rows for name in ((row.publisher, row.trust.value), *row.also))
    return replace(
        shown,
        alerts=tuple(sorted(alerts.values(), key=lambda alert: (-alert.severity.rank, alert.alert))),
        articles=max(row.articles for row in rows),
        also=tuple(name for name in names if name != own),
        first=min(row.first for row in rows),
        last=max(row.last for row in rows),
        told_before=max((row.told_before for row in rows if row.told_before), default=None),
        topic=next((row.topic for row in rows if row.topic), None),
    )


def _edited(ranked: Sequence[QueuedStory], edits: Edits) -> list[QueuedStory]:
    """The stories as the editor wants them; a headline that says more than the story's own text is not taken."""
    kept = {story.story: story for story in ranked if story.story not in edits.dropped}
    for id_, headline in edits.headlines:
        story = kept.get(id_)
        if story is not None and not unfounded(headline, (story.title, story.text)):
            kept[id_] = replace(story, title=headline)
    return [kept[id_] for id_ in arranged(tuple(kept), edits)]


def _severity(story: QueuedStory) -> Severity:
    return max((alert.severity for alert in story.alerts), key=lambda severity: severity.rank, default=Severity.NOTICE)


def _rank(story: QueuedStory) -> tuple[int, int, int, int, float, str]:
    """The weightiest story sorts first; the id decides between equals, so that an order never flickers."""
    return (
        -_severity(story).rank,
        story.trust.rank,
        -len(story.also),
        -story.articles,
        -story.last.timestamp(),
        story.story,
    )


def _standing(story: QueuedStory) -> str:
    """What the ranking looked at, in its order."""
    return ", ".join(
        (
            _severity(story).value,
            story.trust.value.replace("_", " "),
            f"publishers: {len(story.also) + 1}",
            f"articles: {story.articles}",
            f"last {story.last:%Y-%m-%d %H:%M} UTC",
        )
    )


def _shown(story: QueuedStory, limits: Limits) -> DigestStory:
    """The story as the issue tells it: its own title, sentences taken from its text, the reader's rules."""
    fields = fields_of(story.story, story.text, story.zones)
    spans = () if fields else extract(story.text, story.zones, story.marks, max_sentences=limits.sentences)
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
        severity=_severity(story),
        status=next((alert.status for alert in story.alerts if alert.status), None),
        why=tuple(dict.fromkeys(why for alert in story.alerts for why in alert.why)),
        event_type=next((alert.event_type for alert in story.alerts if alert.event_type), story.topic),
        articles=story.articles,
        also=story.also,
        news=tuple(dict.fromkeys(news for alert in story.alerts for news in alert.news)),
        rules=tuple(dict.fromkeys(alert.rule_title for alert in story.alerts)),
        first=story.first,
        last=story.last,
        told_before=story.told_before,
        flags=story.flags,
    )
