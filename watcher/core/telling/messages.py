"""What a message says, before any wording or layout: the parts that templates and channels render.

A message is stored with its occasion as JSON and rendered when it is sent, so every part is plain data.
All text here is already scrubbed, never escaped: each channel escapes in its own way.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from watcher.core.model import Severity, Trust
from watcher.core.telling.links import NO_LINKS, Links


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """One evidence passage: a sentence as shown in the article, and the matched words in it.

    `marks` are `(start, end)` in code points of `text`, ascending, not overlapping.
    """

    text: str
    marks: tuple[tuple[int, int], ...]
    zone: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One alert as a reader is told of it. The order of the fields is the order of the message.

    `news` says what is new, first, in an update; empty when the alert is raised. `status` is a word of the
    event's own ladder and None while unknown. `why` are clauses in words; `flags` are doubts about the
    article's own data in words (undated, dated in the future ...). `subject` is what the alert is about.
    """

    alert: str
    occasion: str
    change: str
    severity: Severity
    headline: str
    news: tuple[str, ...]
    event_type: str | None
    status: str | None
    publisher: str
    host: str
    trust: Trust
    published: datetime | None
    seen: datetime
    quotes: tuple[Quote, ...]
    rule: str
    rule_title: str
    rule_version: str
    why: tuple[str, ...]
    link: str | None
    language: str
    summary: tuple[str, ...]
    flags: tuple[str, ...]
    article: str
    story: str
    subject: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestStory:
    """One story in an issue. `sentences` are extracted, in the text's order; nothing is invented.

    `articles` counts the story's articles; `first` and `last` are the stated times (first seen where nothing is
    stated) of its earliest and latest; `also` are (name, trust) pairs of the publishers besides the shown one.
    `rules` are the titles of the rules that it matched, `why` their clauses in words. `news` says what is new in
    a story that an earlier issue told; `told_before` is that issue's key.
    """

    story: str
    headline: str
    sentences: tuple[str, ...]
    publisher: str
    host: str
    trust: Trust
    published: datetime | None
    seen: datetime
    link: str | None
    language: str
    severity: Severity
    status: str | None
    why: tuple[str, ...]
    event_type: str | None
    articles: int
    also: tuple[tuple[str, str], ...]
    news: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    first: datetime | None = None
    last: datetime | None = None
    told_before: str | None = None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestSection:
    """A titled part of an issue: `topic` is the event type it gathers, `title` its words."""

    topic: str
    title: str
    stories: tuple[DigestStory, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietSource:
    """A source that did not answer as usual in the issue's period, in words."""

    source: str
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertMessage:
    """One or more alerts told at once on one route.

    `backlog` is how many there are in all, where this message tells of them together; 0 in any other. They waited for
    the channel, or, where `at_once` names a source, came from that in one document.
    """

    route: str
    alerts: tuple[Told, ...]
    backlog: int = 0
    at_once: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestMessage:
    """One issue of a digest. `period` is its key (`2026-W06`); `covers` names missed periods that it covers.

    `schedule` says in words when it comes (`on Saturdays at 08:00, Europe/Berlin`); empty when sent by hand.
    """

    digest: str
    title: str
    period: str
    number: int
    zone: str
    begin: datetime
    end: datetime
    covers: tuple[str, ...]
    sections: tuple[DigestSection, ...]
    brief: tuple[DigestStory, ...]
    updates: tuple[DigestStory, ...]
    quiet: tuple[QuietSource, ...]
    sources_answered: int
    articles_read: int
    schedule: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeMessage:
    """Word to the operator about watcher itself: what happened, what it means for alerts, what to do."""

    kind: str
    subject: str
    title: str
    lines: tuple[str, ...]
    at: datetime


Message = AlertMessage | DigestMessage | NoticeMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A message in words. `subject` is one line of at most 78 characters; `html` is a whole mail document.

    `fallback` is empty, or says why the user's own template could not serve and the built-in one did. `links` are what
    its reader may follow to act on it.
    """

    subject: str
    text: str
    html: str
    message: Message
    fallback: str = ""
    links: Links = NO_LINKS
