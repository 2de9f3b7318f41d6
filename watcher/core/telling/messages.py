"""What a message says, before any wording or layout: the parts that templates and channels render.

A message is stored with its occasion as JSON and rendered when it is sent, so every part is plain data.
All text here is already scrubbed, never escaped: each channel escapes in its own way.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from watcher.core.model import Severity, Trust
from watcher.core.telling.links import NO_LINKS, Links
from watcher.core.text.wording import ENGLISH, Words


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
class Handled:
    """What somebody did with an alert before this message: `what` is acknowledged, snoozed or assigned.

    `words` are the note, or whom it was assigned to; `until` is the end of a snooze.
    """

    what: str
    who: str
    at: datetime
    words: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """That nobody has acknowledged an alert: the `number`-th reminder `of` so many, of what was told at `since`."""

    number: int
    of: int
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One alert as a reader is told of it. The order of the fields is the order of the message.

    `news` says what is new, first, in an update; empty when the alert is raised. `status` is a word of the
    event's own ladder and None while unknown. `why` are clauses in words; `flags` are doubts about the
    article's own data in words (undated, dated in the future ...). `subject` is what the alert is about. `handled` is
    what people did with it so far; `reminder` makes it a reminder that nobody has acknowledged it.
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
    handled: tuple[Handled, ...] = ()
    reminder: Reminder | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """Where words of an issue stand: `[start, end)` in code points of that revision of the article's text."""

    article: str
    revision: int
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number of a story as its text prints it, and what it counts, in a word; `up_to` if it is a ceiling.

    `money` if it is a sum of money.
    """

    value: str
    label: str
    trace: Trace
    up_to: bool = False
    money: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestLine:
    """An article or story told in one line: what else there is on the same matter, or what was told before.

    `issue` is the key of the issue that told it, or None; `day` the day that a reader places it on. `reworded`: an
    editor worded the headline.
    """

    headline: str
    publisher: str
    trust: Trust
    link: str | None
    language: str
    story: str
    day: date
    status: str | None = None
    issue: str | None = None
    trace: Trace | None = None
    reworded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestDate:
    """A date to come: what it is the date of, in words; `first` and `last` are its days, `printed` how it was put.

    `firm` is false for what is only expected, or depends on something.
    """

    entry: str
    kind: str
    of: str
    first: date
    last: date
    printed: str
    firm: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """What a chart shows: for each label one bar or several, oldest first, from zero, in `unit`.

    `values` are decimal numbers; `shown` says the last one of each label as people read it.
    """

    unit: str
    labels: tuple[str, ...]
    values: tuple[tuple[str, ...], ...]
    shown: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestTable:
    """Numbers of the period: a title, the heads of the columns, and rows as they are read; `notes` stand below.

    `bars` are those of its numbers that can be drawn; the table says them all.
    """

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()
    bars: Bars | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestStory:
    """One story in an issue. `sentences` are extracted, in the text's order; nothing is invented.

    `articles` counts the story's articles; `first` and `last` are the stated times (first seen where nothing is
    stated) of its earliest and latest; `also` are (name, trust) pairs of the publishers besides the shown one.
    `rules` are the titles of the rules that it matched, `why` their clauses in words. `news` says what is new in
    a story that an earlier issue told; `told_before` is that issue's key. `traces` say of the headline, then of each
    sentence, where it stands; none of a headline that an editor worded (`reworded`), nor of fields of a row. `matter`
    is the title of what it belongs to, `reports` are other articles that tell the same of it, `lines` other news on it,
    `context` what was told before.
    `about` are the ids of whom and what it names; `pinned`: an editor put it on top.
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
    traces: tuple[Trace, ...] = ()
    reworded: bool = False
    figures: tuple[Figure, ...] = ()
    matter: str = ""
    reports: tuple[DigestLine, ...] = ()
    lines: tuple[DigestLine, ...] = ()
    context: tuple[DigestLine, ...] = ()
    about: tuple[str, ...] = ()
    pinned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestSection:
    """A titled part of an issue: `topic` is the event type or the region that it gathers, `title` its words."""

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

    `schedule` says in words when it comes (`on Saturdays at 08:00, Europe/Berlin`); empty when sent by hand. `analysis`
    are opinions, studies and surveys of markets, which are not counted as events; `dates` come soon; `length` is full
    or short: then every story is one line. `dropped` counts the stories that editors took out.
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
    analysis: tuple[DigestStory, ...] = ()
    dates: tuple[DigestDate, ...] = ()
    numbers: tuple[DigestTable, ...] = ()
    length: str = "full"
    dropped: int = 0


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
class Picture:
    """A PNG that a mail carries and its page shows; `cid` is its Content-ID without brackets."""

    cid: str
    png: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A message in words. `subject` is one line of at most 78 characters; `html` is a whole mail document.

    `fallback` is empty, or says why the user's own template could not serve and the built-in one did. `links` are what
    its reader may follow to act on it. `words` are those that channels say `message` in, which stays as it was stored.
    `pictures` are those that `html` shows.
    """

    subject: str
    text: str
    html: str
    message: Message
    fallback: str = ""
    links: Links = NO_LINKS
    words: Words = ENGLISH
    pictures: tuple[Picture, ...] = ()
