"""The nouns that the whole program passes around; never any behaviour beyond reading oneself.

All are frozen. Times are aware UTC datetimes. A span is `(start, end)` in code points of `Article.text`, end exclusive;
`text` begins with the title.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

SourceId = NewType("SourceId", str)
ArticleId = NewType("ArticleId", str)
StoryId = NewType("StoryId", str)
RuleId = NewType("RuleId", str)
AlertId = NewType("AlertId", str)
OccasionId = NewType("OccasionId", str)
DeliveryId = NewType("DeliveryId", str)

Json = Mapping[str, object]


class Trust(StrEnum):
    """How far a publisher's word carries; the order of the members is the order of trust, highest first."""

    AUTHORITY = "authority"
    COMPANY = "company"
    WIRE = "wire"
    TRADE_PRESS = "trade_press"
    AGGREGATOR = "aggregator"
    PROMOTION = "promotion"
    UNKNOWN = "unknown"

    @property
    def rank(self) -> int:
        """0 for the highest trust, growing as trust falls."""
        return list(Trust).index(self)


class Severity(StrEnum):
    """How loudly to tell, lowest first."""

    NOTICE = "notice"
    WARNING = "warning"
    URGENT = "urgent"

    @property
    def rank(self) -> int:
        """0 for notice, growing with severity."""
        return list(Severity).index(self)


class Zone(StrEnum):
    """The one place of the article that a paragraph lies in."""

    TITLE = "title"
    HIGHLIGHTS = "highlights"
    LEAD = "lead"
    BODY = "body"
    CAPTION = "caption"
    TABLE = "table"
    PROFILE = "profile"
    RELATED = "related"
    CHROME = "chrome"


class TextState(StrEnum):
    """How much of the article's text we hold."""

    FULL = "full"
    EXCERPT = "excerpt"
    AWAITING_TEXT = "awaiting_text"
    FAILED = "failed"


class Reason(StrEnum):
    """Why a decision fell as it did; a closed set. Source: the rule language, section 5, and what lies around it."""

    # what became of an entry
    NEW = "new"
    REVISED = "revised"
    UNCHANGED = "unchanged"
    FILTERED = "filtered"
    PARKED = "parked"
    # what a rule made of an observation
    NO_MATCH = "no_match"
    FIRST_SIGHT = "first_sight"
    BACKFILL = "backfill"
    # what a requirement made of a match
    LATE = "late"
    NO_KEY = "no_key"
    LEARNING = "learning"
    NOT_YET = "not_yet"
    # what became of an alert
    RAISED = "raised"
    SEVERITY_RAISED = "severity_raised"
    UPDATED = "updated"
    RETRACTED = "retracted"
    NOTHING_NEW = "nothing_new"
    CLOSED = "closed"
    MERGED = "merged"
    REMINDED = "reminded"
    # what became of one route or digest
    NOT_ROUTED = "not_routed"
    TRIAL = "trial"
    TOLD = "told"
    IN_DIGEST = "in_digest"
    LISTED = "listed"
    HIDDEN = "hidden"
    SILENCED = "silenced"
    SNOOZED = "snoozed"
    MUTED = "muted"
    WAITING = "waiting"
    QUIET = "quiet"
    # what joined an article to a story
    FOUNDED = "founded"
    SAME_LINK = "same_link"
    SAME_TEXT = "same_text"
    SAME_TITLE_AND_TEXT = "same_title_and_text"
    SAME_EVENT = "same_event"
    BY_HAND = "by_hand"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One HTTP request that a source wants made. Header names are lower case.

    `step` is the kind's own name for it and comes back with its document. A reply whose status is in `end_on` says that
    there is no more, not that something failed. `page`: made for people, so robots.txt is asked first. `large` allows
    the cap for tables and series. `render` wants the page when its scripts have run; `wanted` selects what they make.
    """

    url: str
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    etag: str | None = None
    last_modified: str | None = None
    step: str = ""
    end_on: tuple[int, ...] = ()
    page: bool = False
    large: bool = False
    render: bool = False
    wanted: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spooled:
    """A body that lies in a file because it is large, and its first 64 KiB. Whoever has it parsed deletes the file."""

    path: str
    size: int
    sha256: str
    head: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One fetched reply. `body` is inflated and capped; header names are lower case; `step` is its request's.

    A mail, a dropped file and a pushed body are documents too; then both URLs name where they came from. `moved_to`
    is where permanent redirects (301, 308) led before any other answer came; None without one. Where the body is
    `spooled` it is empty here, and there in a worker.
    """

    request_url: str
    final_url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    body_sha256: str
    fetched: datetime
    step: str = ""
    moved_to: str | None = None
    spooled: Spooled | None = None

    @property
    def size(self) -> int:
        """Bytes of the body, wherever it lies."""
        return len(self.body) if self.spooled is None else self.spooled.size

    @property
    def beginning(self) -> bytes:
        """The body, or what of it is at hand while it lies in a file: its first 64 KiB."""
        return self.body if self.spooled is None else self.spooled.head

    def header(self, name: str) -> str | None:
        """The first header of that lower-case name, or None."""
        return next((value for key, value in self.headers if key == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified:
    """The server says that nothing changed (304). `moved_to` is where permanent redirects led; None without one."""

    fetched: datetime
    headers: tuple[tuple[str, str], ...] = ()
    moved_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """What the last polls of a source left behind. `cursor` is opaque JSON owned by the source's kind."""

    etag: str | None = None
    last_modified: str | None = None
    body_sha256: str | None = None
    cursor: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One item as its publisher listed it, not yet cleaned: text fields may hold HTML and anything hostile.

    `awaits_text` asks for the page behind `link`: the entry is judged on what it says now, and again with its text.
    """

    guid: str | None = None
    link: str | None = None
    title: str = ""
    summary_html: str = ""
    content_html: str = ""
    author: str = ""
    published: datetime | None = None
    updated: datetime | None = None
    language: str | None = None
    origin_name: str = ""
    origin_url: str = ""
    flags: tuple[str, ...] = ()
    awaits_text: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a keyed table: `key` is unique within the source; `label` names the row for a reader.

    A row is another one than before if its `fields` are; what is `shown` beside them may change without being told.
    """

    key: str
    label: str
    fields: tuple[tuple[str, str], ...]
    shown: tuple[tuple[str, str], ...] = ()
    link: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One value of a series as published: `value` is a decimal in text, None where the publisher marks it missing.

    `at` is the moment or the beginning of the period that the value is of; `released` when this revision of it came
    out, if the publisher says so.
    """

    at: datetime
    value: str | None
    released: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """What a source's kind found in a document.

    `next_requests` are fetched and parsed in the same poll, in order, before the cursor is committed. `whole` says
    that the rows of this poll's documents are the table as it stands: a known row that is missing was removed.
    """

    entries: tuple[Entry, ...] = ()
    rows: tuple[Row, ...] = ()
    points: tuple[Point, ...] = ()
    whole: bool = False
    next_requests: tuple[Request, ...] = ()
    cursor: Json = field(default_factory=dict)
    title: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneSpan:
    """A stretch of `Article.text` that lies in one zone: one paragraph, or the title."""

    zone: Zone
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An entry or row made readable: scrubbed text with zones, before it is known whether it is new.

    `keys` are the identity keys, strongest first (`guid:…`, `link:…`, `title:…`, `row:…`).
    `entry_sha256` covers what the publisher sent and skips work on unchanged entries; `text_sha256` covers the
    matching form of the text and finds re-published texts. `published` is what the source states, or None.
    """

    keys: tuple[str, ...]
    entry_sha256: str
    title: str
    link: str | None
    author: str = ""
    text: str
    zones: tuple[ZoneSpan, ...]
    text_sha256: str
    text_state: TextState
    language: str
    published: datetime | None = None
    updated: datetime | None = None
    origin_name: str = ""
    origin_host: str = ""
    flags: tuple[str, ...] = ()
    row_key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """Our cleaned item as stored: one revision of it. `revision` counts from 1."""

    id: ArticleId
    revision: int
    source: SourceId
    story: StoryId
    subject: str
    title: str
    link: str | None
    host: str
    author: str
    publisher: str
    trust: Trust
    text: str
    zones: tuple[ZoneSpan, ...]
    text_sha256: str
    text_state: TextState
    language: str
    published: datetime | None
    seen: datetime
    fetched: datetime
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The words that prove a clause: a span of `Article.text`, or a statement about the article without a span.

    `clause` is the path of the clause in the rule (`when.all[0]`), `says` what it asked in words
    (`words: export ban`), `quote` the shown text of the span.
    """

    clause: str
    says: str
    start: int | None = None
    end: int | None = None
    zone: Zone | None = None
    quote: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A rule fits an observation."""

    rule: RuleId
    rule_version: str
    severity: Severity
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One rule on one subject, living: raised, updated, closed."""

    id: AlertId
    rule: RuleId
    rule_version: str
    subject: str
    article: ArticleId
    severity: Severity
    trust: Trust
    state: str
    raised: datetime
    updated: datetime
    occasions: int
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one attempt at a delivery came to.

    `result` is sent, retry (see `core.retries`), slow (retry seldom), pause (the channel waits for its operator, a try
    an hour), gone (closed until resumed by hand) or dead. `remote` is the receiver's id of it.
    """

    result: str
    reason: str
    retry_after_s: float | None = None
    answer: str = ""
    possible_duplicate: bool = False
    remote: str = ""
