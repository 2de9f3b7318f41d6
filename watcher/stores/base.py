"""The contract of a store: one writer's turn at a time, each turn one transaction.

A turn is given to a plain function that loads candidates, decides (by calling the pure core) and writes; it commits
whole or not at all, and may run twice if the database was busy, so it must not touch anything outside the turn.
Every write is idempotent by key: doing a turn again after a crash stores nothing twice. Uniqueness is in the schema:
`unique(source, key)`, `unique(rule, subject)`, `unique(occasion, channel, recipient)`, `unique(digest, period)`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from watcher.core.articles.traces import Traces
from watcher.core.ledger import (
    AlertWrite,
    Awaited,
    Judged,
    Known,
    NewArticle,
    PollMark,
    PriorMatch,
    SourceRecord,
    Stored,
    StoryCandidate,
)
from watcher.core.model import Alert, Document, Evidence, Json, SourceState, ZoneSpan
from watcher.core.rules.model import RuleSet
from watcher.core.stories.model import Kin, Placed
from watcher.core.understanding.understander import Understood
from watcher.core.watching.episodes import Episode, HealthEvent, Track
from watcher.core.watching.listings import Looks
from watcher.core.watching.outage import Outage, Reach
from watcher.stores.dates import EntryTable
from watcher.stores.drafts import DraftTable
from watcher.stores.firings import FiringTable
from watcher.stores.holding import HoldingTable
from watcher.stores.lifecycle import LifecycleTable, SilenceTable
from watcher.stores.links import LinkTable
from watcher.stores.outgoing import IssueTable, OutboxTable
from watcher.stores.past import PastTable
from watcher.stores.queues import QueueTable
from watcher.stores.requirements import RequirementTable
from watcher.stores.tabular import PointTable, RowTable
from watcher.stores.timelines import MatterTable

T = TypeVar("T")


class SourceTable(Protocol):
    """What polls leave behind."""

    def ensure(self, sources: Collection[str], now: datetime, spread: Callable[[str], timedelta]) -> None:
        """Make a row for each source not yet known, due at now + spread(source)."""

    def configured(self, options: Mapping[str, str], now: datetime) -> None:
        """Note a hash of each source's options.

        Where it is another one than before, what its server said of the old ones (validators, cursor, failures, gone)
        is forgotten, and it is due now. What has been seen stays seen.
        """

    def due(self, now: datetime, sources: Collection[str], limit: int) -> list[tuple[str, SourceRecord]]:
        """Due sources among `sources` with what is stored of them, the most overdue first."""

    def next_due(self, sources: Collection[str]) -> datetime | None:
        """When the next of `sources` is due; None without any."""

    def record(self, source: str) -> SourceRecord | None:
        """All that is stored of a source."""

    def save(
        self, source: str, state: SourceState, identity: Json, *, imported: datetime, changed: datetime | None
    ) -> None:
        """Move the cursor on; called in the turn that stores what the document brought."""

    def mark(self, marks: Iterable[PollMark]) -> None:
        """Note how polls ended; failures in a row are counted here."""

    def wake(self, sources: Collection[str], now: datetime) -> None:
        """Let these be due now: something came for them."""

    def demands(self, sources: Collection[str]) -> tuple[float, int]:
        """What these ask of the budget of requests in sum, and how many of them do."""

    def hold(self, sources: Collection[str], until: datetime) -> None:
        """Poll none of these before then: their server asked for it."""

    def document(self, source: str, document: Document, url: str, outcome: str) -> int:
        """Note a parsed or parked document; returns its number."""


class ArticleTable(Protocol):
    """Articles, their revisions, readings and stories; the ledger of keys."""

    def known(self, source: str, keys: Collection[str], now: datetime) -> dict[str, Known]:
        """What each known key leads to."""

    def taken(self, ids: Collection[str]) -> frozenset[str]:
        """Those of these article ids that are given already."""

    def known_entries(self, source: str) -> frozenset[str]:
        """Hashes of entries that need no second reading (newest 2,000)."""

    def candidates(
        self, texts: Collection[str], link_keys: Collection[str], title_keys: Collection[str], since: datetime
    ) -> list[StoryCandidate]:
        """Earlier articles with one of these links, texts or title keys; bounded, oldest first."""

    def has_bonds(self) -> bool:
        """Whether anybody ever decided by hand."""

    def bonds(self, article: str) -> list[tuple[str, str]]:
        """Hand decisions on an article: (other article, must or cannot)."""

    def add(
        self, articles: Sequence[NewArticle], *, document: int, rule_set: str, reading_version: str
    ) -> list[Stored]:
        """Store articles and revisions with text, reading, keys and search entry; returns where, in order."""

    def note_entry(self, known: Known, entry_sha256: str) -> None:
        """Remember that an article's entry came in another form with the same text."""

    def touch(self, source: str, keys: Collection[str], now: datetime) -> None:
        """Refresh the ledger's last sight of keys."""

    def link(self, source: str, keys: Iterable[tuple[str, int]], now: datetime) -> None:
        """Remember further keys of known articles."""

    def text(self, number: int, revision: int) -> tuple[str, tuple[ZoneSpan, ...]] | None:
        """The text of a revision with its zones; None once pruned."""

    def understood(self, number: int, revision: int) -> Understood | None:
        """What a revision was understood to say, as it stands; None if it was not read."""

    def traces(self, number: int, revision: int) -> Traces | None:
        """What is left of a revision whose text is not kept; None if nothing is."""


class KinTable(Protocol):
    """What articles of one event are found and compared by. Written with the article, in the same turn."""

    def counts(self, words: Collection[int]) -> tuple[dict[int, int], int]:
        """For each hashed word, how many stories had it in their first article; and how many stories there are."""

    def near(self, keys: Mapping[int, float], title_key: str) -> list[Kin]:
        """The articles to compare one with these keys with, oldest first; bounded, whatever the history."""

    def keep(self, placed: Sequence[Placed]) -> None:
        """Let later articles be compared with the stored ones; the words of those that founded a story are counted."""


class AwaitingTable(Protocol):
    """Articles that wait for the text of their page. What was claimed and never settled is free again by its lease."""

    def ask(self, awaited: Awaited, now: datetime) -> None:
        """Let an article wait, or wait anew because its entry changed: attempts count from none again."""

    def times(self, article: int) -> tuple[int, bool]:
        """How often an article's page was asked for, and whether its text is that of the page."""

    def lease(
        self, now: datetime, until: datetime, *, sources: Collection[str], busy: Collection[str], limit: int
    ) -> list[Awaited]:
        """Claim what is due, the longest first: one page of a host, of these sources, of none of the `busy` hosts."""

    def is_due(self, now: datetime) -> bool:
        """Whether anything could be claimed; asked first, since most of the time nothing can."""

    def release_leases(self) -> int:
        """Free every claim; only for who owns the table alone, at its start."""

    def is_asked(self, awaited: Awaited) -> bool:
        """Whether it is still this that is wanted: not done since, nor asked for anew."""

    def done(self, article: int) -> None:
        """The text is there; called in the turn that stores it."""

    def retry(self, article: int, due: datetime, reason: str, *, counted: bool) -> None:
        """Try again then; an attempt that is not `counted` was no fault of the page."""

    def fail(self, article: int, reason: str) -> None:
        """Give up; the article stays as it was listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """A body that was posted to a source, as it came. `number` grows with every push and is never given again."""

    number: int
    path: str
    content_type: str
    body: bytes
    arrived: datetime


class PushedTable(Protocol):
    """What was pushed and not yet taken in; of what was, the ids, so that a push that comes again is recognised."""

    def keep(self, source: str, id_: str, pushed: Pushed) -> bool:
        """Store a push (it is given a number) and let its source be due at once; False if that id is there already."""

    def load(self, source: str, since: datetime) -> tuple[int, int, int]:
        """(pushes waiting, their bytes, pushes that came since then)."""

    def waiting(self, source: str, after: int, limit: int) -> list[Pushed]:
        """Pushes of a source with a greater number, oldest first."""

    def taken(self, source: str, up_to: int, now: datetime) -> None:
        """Drop the bodies of what was taken in, and after a day its ids."""


class HealthTable(Protocol):
    """How sources' documents look, and what is wrong with sources."""

    def looks(self, sources: Collection[str]) -> dict[str, Looks]:
        """How the documents of these look, of those that had any."""

    def save_looks(self, source: str, looks: Looks) -> None:
        """Put that down; called in the turn that stores what the document brought."""

    def times(self, source: str, since: datetime) -> list[float]:
        """The times of a source's articles since then, in seconds since 1970; the newest 5,000."""

    def episodes(self, sources: Collection[str]) -> dict[tuple[str, Track], Episode]:
        """What is wrong with these, and what was, on every track on which anything ever was."""

    def put(self, episodes: Mapping[tuple[str, Track], Episode | None]) -> None:
        """Put tracks down; None takes one away."""

    def ill(self, sources: Collection[str]) -> dict[str, tuple[str, datetime]]:
        """Those of these of which a trouble was told that is not over: the latest one's kind, and since when."""

    def happened(self, event: HealthEvent, says: str, occasion: str) -> None:
        """Keep for good what was told."""

    def reaches(self, sources: Mapping[str, tuple[timedelta, str]]) -> list[Reach]:
        """How these were reached last, of those that were polled and are not gone.

        Args: sources: the interval and host of each. That one without a host but its own name can be read says nothing.
        """

    def outage(self) -> Outage | None:
        """The outage that was told of and is not over."""

    def save_outage(self, outage: Outage | None) -> None:
        """Put it down; None: there is none any more."""


class AlertTable(Protocol):
    """Rules' versions, matches, alerts and decisions."""

    def load_rules(self, rules: RuleSet, now: datetime) -> None:
        """Number each rule whose content is new (v1, v2 ...) and note the set."""

    def alerts(self, subjects: Collection[str]) -> dict[tuple[str, str], Alert]:
        """Alerts by (rule, subject) on these subjects."""

    def opened(self, rules: Collection[str], begin: str) -> list[tuple[str, str]]:
        """(rule, subject) of the open alerts of these rules on subjects that begin so."""

    def taken(self, alert: str) -> bool:
        """Whether an alert has that id already."""

    def prior(self, article: int) -> dict[str, PriorMatch]:
        """By rule: the matches of the article's last observation."""

    def matched(self, alert: str) -> list[tuple[int, int, tuple[Evidence, ...]]]:
        """What matched under an alert: article, revision and evidence; bounded, oldest first."""

    def add_matches(self, observation: int, judged: Sequence[Judged]) -> None:
        """Store what rules said of an observation."""

    def write(self, observation: int, writes: Sequence[AlertWrite], now: datetime) -> None:
        """Store alerts in their new state and the decisions that led there."""

    def queue(self, digest: str, alert: Alert, change: str, news: tuple[str, ...], now: datetime) -> None:
        """Let an alert's change wait for the digest's next issue."""


class Turn(Protocol):
    """One writer's turn."""

    def apart(self) -> AbstractContextManager[None]:
        """A part of the turn that is undone alone if it fails. Raises StoreError where the whole turn is lost."""

    @property
    def sources(self) -> SourceTable:
        """What polls leave behind."""

    @property
    def articles(self) -> ArticleTable:
        """Articles, stories and the ledger."""

    @property
    def kin(self) -> KinTable:
        """What articles of one event are found and compared by."""

    @property
    def matters(self) -> MatterTable:
        """Matters and their time lines."""

    @property
    def entries(self) -> EntryTable:
        """Dated entries and what falls due."""

    @property
    def holding(self) -> HoldingTable:
        """Alerts that are held, and until when."""

    @property
    def silences(self) -> SilenceTable:
        """Silences and what they hid."""

    @property
    def lifecycle(self) -> LifecycleTable:
        """What people did with alerts."""

    @property
    def firings(self) -> FiringTable:
        """How far clauses on series have come."""

    @property
    def requirements(self) -> RequirementTable:
        """What rules ask over time."""

    @property
    def awaiting(self) -> AwaitingTable:
        """Articles that wait for the text of their page."""

    @property
    def pushed(self) -> PushedTable:
        """What was pushed to sources."""

    @property
    def health(self) -> HealthTable:
        """How sources are."""

    @property
    def rows(self) -> RowTable:
        """Rows of tables as they stand."""

    @property
    def points(self) -> PointTable:
        """Points of series."""

    @property
    def alerts(self) -> AlertTable:
        """Rules, matches, alerts and decisions."""

    @property
    def outbox(self) -> OutboxTable:
        """Occasions and deliveries."""

    @property
    def queues(self) -> QueueTable:
        """Channels' pace and outages."""

    @property
    def past(self) -> PastTable:
        """What an issue asks of the past."""

    @property
    def issues(self) -> IssueTable:
        """Digests' queues and issues."""

    @property
    def drafts(self) -> DraftTable:
        """Issues that wait to be approved, and their edits."""

    @property
    def links(self) -> LinkTable:
        """Links, who left a list, who reads a feed."""


class Store(Protocol):
    """A place to keep all of it."""

    async def write(self, work: Callable[[Turn], T]) -> T:
        """Run `work` as one transaction."""

    async def read(self, work: Callable[[Turn], T]) -> T:
        """Run `work` on a snapshot; it must not write."""

    async def close(self) -> None:
        """Close every connection."""
