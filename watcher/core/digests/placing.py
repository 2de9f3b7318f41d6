"""Where each story of an issue stands and why: at length in a section, in brief, as an update, as analysis, or below.

Never ranks: stories arrive best first.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

from watcher.core.digests.queued import Composition, Limits, Place, Placed, QueuedStory
from watcher.core.digests.shown import severity_of, shown, type_of
from watcher.core.digests.threads import Thread
from watcher.core.digests.topics import OTHER, topic_title
from watcher.core.events.model import Genre
from watcher.core.model import StoryId
from watcher.core.telling.messages import DigestSection, DigestStory

_THOUGHTS: Final = frozenset({Genre.OPINION, Genre.STUDY, Genre.MARKET_WRAP})
_MOST_REPORTS: Final = 8
_NO_EVENTS: Final = frozenset({"commentary", "research_study", "market_move"})


def is_analysis(story: QueuedStory) -> bool:
    """Whether it tells what somebody thinks or found out, not what happened."""
    types = {alert.event_type for alert in story.alerts if alert.event_type}
    if not types and not story.topic:
        return story.said.genre in _THOUGHTS
    return bool(types) and types <= _NO_EVENTS


def _thought(story: QueuedStory) -> str:
    """What it is that is no event, in a word: the type that its rules tell it for, else what the article is."""
    told = next((alert.event_type for alert in story.alerts if alert.event_type), story.topic)
    return topic_title(told or story.said.genre.value).lower()


@dataclass(slots=True, kw_only=True)
class IssueMade:
    """An issue while it is being filled; stories arrive best first.

    `pages` only lead to other stories of it, `short` are those that an editor wants told in brief.
    """

    limits: Limits
    pages: frozenset[StoryId] = frozenset()
    short: frozenset[StoryId] = frozenset()
    titles: dict[str, str] = field(default_factory=dict)
    topics: dict[str, list[DigestStory]] = field(default_factory=dict)
    brief: list[DigestStory] = field(default_factory=list)
    updates: list[DigestStory] = field(default_factory=list)
    analysis: list[DigestStory] = field(default_factory=list)
    order: list[Placed] = field(default_factory=list)
    over: list[Thread] = field(default_factory=list)

    def place(self, thread: Thread) -> None:
        """Give one thread's stories their places and write down why. What has no line below its lead is told later."""
        story = thread.lead
        topic = self._topic(story)
        place, because = self._place_of(thread, topic)
        thread, over = _parted(thread, _MOST_REPORTS, self.limits.lines if place == "section" else 0)
        self.over.extend(over)
        told = shown(thread, self.limits.sentences)
        match place:
            case "section":
                self.topics.setdefault(topic, []).append(told)
            case "brief":
                self.brief.append(told)
            case "update":
                self.updates.append(told)
            case "analysis":
                self.analysis.append(told)
            case "left_out" | "also":
                pass
        self._note(story, place, because)
        for each in thread.same:
            self._note(each, "also", f"tells the same of “{thread.matter}” as {story.story}")
        for each in thread.also:
            self._note(each, "also", f"is about “{thread.matter}”, below {story.story}")

    def _note(self, story: QueuedStory, place: Place, because: str) -> None:
        self.order.append(Placed(story=story.story, place=place, reason="; ".join((because, standing(story)))))

    def _topic(self, story: QueuedStory) -> str:
        """The section that a story belongs to."""
        if self.limits.by == "region":
            topic, title = story.region or OTHER, story.region_title or "Elsewhere"
        else:
            topic = type_of(story) or OTHER
            title = topic_title(topic)
        self.titles[topic] = title
        return topic

    def _place_of(self, thread: Thread, topic: str) -> tuple[Place, str]:
        story = thread.lead
        news = tuple(dict.fromkeys(news for alert in story.alerts for news in alert.news))
        if story.story in self.pages:
            return "left_out", "the page of stories that stand here by themselves"
        if story.told_before is not None and not news:
            return "left_out", f"told in {story.told_before}, nothing new since"
        if story.told_before is not None:
            return "update", f"told in {story.told_before}, new: {', '.join(news)}"
        if is_analysis(story) and not thread.also and not thread.same:
            return "analysis", f"{_thought(story)}: not counted as an event"
        if story.story in self.short:
            return "brief", "put there by an editor"
        return self._by_room(topic)

    def _by_room(self, topic: str) -> tuple[Place, str]:
        """At length while there is room for it in the issue and in the section."""
        if sum(map(len, self.topics.values())) >= self.limits.stories:
            return "brief", f"the issue's {self.limits.stories} long stories rank higher"
        if len(self.topics.get(topic, ())) >= self.limits.per_section:
            return "brief", f"{self.limits.per_section} stories under {self.titles[topic]} rank higher"
        return "section", f"under {self.titles[topic]}"

    def _place_the_rest(self) -> None:
        """What no line is left for below its lead: told in brief, after all else that is."""
        rest, self.over = self.over, []
        for thread in rest:
            place: Place = "analysis" if is_analysis(thread.lead) else "brief"
            (self.analysis if place == "analysis" else self.brief).append(shown(thread, self.limits.sentences))
            self._note(thread.lead, place, f"is about “{thread.matter}”, whose lines are full")

    def composition(self) -> Composition:
        """What was filled. Sections come in the order of their best story, regions in their own after the first."""
        self._place_the_rest()
        topics = list(self.topics)
        if self.limits.by == "region":
            fixed = {region: at for at, region in enumerate(self.limits.regions)}
            topics = [*topics[:1], *sorted(topics[1:], key=lambda topic: fixed.get(topic, len(fixed)))]
        topics.sort(key=lambda topic: topic == OTHER)
        return Composition(
            sections=tuple(
                DigestSection(topic=topic, title=self.titles[topic], stories=tuple(self.topics[topic]))
                for topic in topics
            ),
            brief=tuple(self.brief),
            updates=tuple(self.updates),
            order=tuple(self.order),
            analysis=tuple(self.analysis),
        )


def _parted(thread: Thread, reports: int, lines: int) -> tuple[Thread, list[Thread]]:
    """The thread with so many stories below its lead, and each of the others by itself."""
    over = (*thread.same[reports:], *thread.also[lines:])
    kept = replace(thread, same=thread.same[:reports], also=thread.also[:lines])
    return kept, [Thread(lead=each, matter=thread.matter) for each in over]


def standing(story: QueuedStory) -> str:
    """What the ranking looked at, in its order."""
    return ", ".join(
        (
            severity_of(story).value,
            story.trust.value.replace("_", " "),
            f"publishers: {len(story.also) + 1}",
            f"articles: {story.articles}",
            f"last {story.last:%Y-%m-%d %H:%M} UTC",
        )
    )
