"""The nouns that pass between the pipeline and a store: what is known of an entry, a story, a source."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from watcher.core.model import Alert, Article, ArticleId, Draft, Evidence, Json, Match, Reason, SourceState, StoryId


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRecord:
    """All that is stored of a source. `identity` is the sticky policy of its identity keys, as JSON.

    `rhythm` is what was learned of how it publishes, `manners` what its server said of how to ask it; both as JSON.
    """

    state: SourceState
    identity: Json
    imported: datetime | None
    failures: int
    last_checked: datetime | None
    last_ok: datetime | None
    gone: datetime | None
    rhythm: Json = field(default_factory=dict)
    manners: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An article that one of an entry's keys leads to; `stale` asks to refresh the ledger.

    `number` is its row. Where the article was pruned, only the key is left: `id` is empty, and it stays known.
    """

    number: int
    id: ArticleId
    story: StoryId
    seen: datetime
    revision: int
    entry_sha256: str
    text_sha256: str
    stale: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaited:
    """An article whose text stands on the page behind its link. `listed` is what its entry said.

    `article` is its row, `attempts` counts fetches since it was asked for, the present one included.
    """

    article: int
    source: str
    host: str
    listed: Draft
    due: datetime
    asked: datetime
    attempts: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryCandidate:
    """An earlier article that a new one may be the same as. `lead` is the beginning of its folded-free text."""

    article: ArticleId
    story: StoryId
    source: str
    title: str
    lead: str
    link_key: str | None
    title_key: str
    text_sha256: str
    seen: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewArticle:
    """An article, or a new revision of one, to be written. `number` is None for an article not yet stored.

    `at` is the moment of the turn, the first sight of this revision; `kind` is article or row. Without `keep_body`
    only the title is stored: the disk is nearly full. `reading` is what was understood of it, packed; None if it was
    not read.
    """

    number: int | None
    article: Article
    story_reason: Reason
    link_key: str | None
    title_key: str
    keys: tuple[str, ...]
    entry_sha256: str
    event_time: datetime
    mark: str
    kind: str
    at: datetime
    keep_body: bool
    reading: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One observation's matches as they are to be written: match, what it came to, the alert it touched."""

    match: Match
    reason: Reason
    alert: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One decision on an alert's change and one way of telling it, with its reason."""

    alert: str
    change: Reason
    way: str
    reason: Reason
    detail: str
    occasion: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertWrite:
    """An alert in its new state with the decisions that led there; `behind` are the items that it rests on."""

    alert: Alert
    number: int
    decisions: tuple[Decision, ...]
    behind: tuple[int, ...] = ()

    @property
    def told(self) -> bool:
        """Whether somebody is told of it."""
        return any(each.occasion for each in self.decisions)


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorMatch:
    """What a rule said of the previous revision of an article."""

    rule: str
    evidence: tuple[Evidence, ...]
    alert: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PollMark:
    """What a poll leaves on its source, apart from articles. `ok` is None if the poll says nothing of the source.

    `rhythm` and `manners` are None where they stay as they are; `demand` is the source's share of the budget of
    requests, None if it does not draw on it. `trouble` says of a failure what it is a sign of, `network` that
    nobody was reached, `brought` how many new entries came.
    """

    source: str
    next_due: datetime
    checked: datetime
    ok: bool | None
    error: str | None = None
    gone: bool = False
    rhythm: Json | None = None
    demand: float | None = None
    manners: Json | None = None
    trouble: str = ""
    network: bool = False
    brought: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """Where an article was put: its row and the observation that rules judge."""

    number: int
    observation: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedChange:
    """One alert's change that waits for an issue, with the article to show and how widely it was reported.

    `also` are (publisher, trust) of the story's other publishers; `first` and `last` its earliest and latest time.
    `row` is the article's.
    """

    alert: Alert
    reason: str
    news: tuple[str, ...]
    assigned: datetime
    article: Article
    row: int
    articles: int
    also: tuple[tuple[str, str], ...]
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueRecord:
    """One window of a digest: drafted, held, approved, issued, covered by another's issue, or skipped.

    `send_at` is when a draft goes out by itself; without it, it waits for approval. `decided` says who approved it, or
    why there is no issue.
    """

    digest: str
    period: str
    number: int
    state: str
    begins: datetime
    ends: datetime
    covered_by: str | None
    issued: datetime | None
    stories: int
    send_at: datetime | None = None
    decided: str = ""
