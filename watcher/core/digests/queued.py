"""What the making of an issue works on: a queue's stories and alerts, its limits, and where each story was placed.

Decides nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from watcher.core.digests.sayings import NOTHING_SAID, Said
from watcher.core.model import Severity, StoryId, Trust, ZoneSpan
from watcher.core.telling.messages import DigestSection, DigestStory

Place = Literal["section", "brief", "update", "analysis", "also", "left_out"]
PLACE_WORDS: Final[Mapping[str, str]] = {
    "section": "at length",
    "brief": "in brief",
    "update": "as an update",
    "analysis": "under analysis",
    "also": "as a line under its lead",
    "left_out": "left out",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedAlert:
    """One alert that was assigned to the digest. `news` says what is new in it since the digest last told it."""

    alert: str
    rule_title: str
    severity: Severity
    event_type: str | None = None
    status: str | None = None
    why: tuple[str, ...] = ()
    news: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedStory:
    """A story as the queue holds it: its alerts, the article to show, and how widely it was reported.

    `marks` are the evidence's spans in `text`. `articles` counts the story's articles, `also` are (name, trust)
    of the publishers besides the shown one, `first` and `last` the times of its earliest and latest article.
    `told_before` is the key of the issue of this digest that last told it, or None. `topic` is what it is about where
    none of its rules says so. `said` is what the shown article was understood to say, `region` and `country`
    where that belongs. `pinned`: an editor put it on top.
    `withdrawn`: its alert was taken back. `reworded`: an editor worded the title. `source` is where the shown article
    came from.
    """

    story: StoryId
    alerts: tuple[QueuedAlert, ...]
    title: str
    text: str
    zones: tuple[ZoneSpan, ...]
    marks: tuple[tuple[int, int], ...]
    language: str
    publisher: str
    host: str
    trust: Trust
    published: datetime | None
    seen: datetime
    link: str | None
    articles: int
    also: tuple[tuple[str, str], ...]
    first: datetime
    last: datetime
    told_before: str | None = None
    flags: tuple[str, ...] = ()
    topic: str | None = None
    article: str = ""
    revision: int = 0
    said: Said = NOTHING_SAID
    region: str = ""
    region_title: str = ""
    country: str = ""
    withdrawn: bool = False
    reworded: bool = False
    pinned: bool = False
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much an issue tells at length, and in which sections; what lies beyond is told in brief, never dropped.

    `regions` is the order of the sections where they are regions. `lines` is how many stories of its matter stand
    below one that is told at length.
    """

    stories: int = 8
    per_section: int = 3
    sentences: int = 3
    lines: int = 8
    by: Literal["topic", "region"] = "topic"
    regions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Where a story stands in the issue and why, best first."""

    story: StoryId
    place: Place
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Composition:
    """An issue's stories in order. `order` names every story of the queue once."""

    sections: tuple[DigestSection, ...]
    brief: tuple[DigestStory, ...]
    updates: tuple[DigestStory, ...]
    order: tuple[Placed, ...]
    analysis: tuple[DigestStory, ...] = ()
