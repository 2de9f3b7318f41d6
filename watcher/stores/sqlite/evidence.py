"""What is stored about one article or alert, from its text to who was told: the rows behind `watcher why`.

It only reads, and every list is bounded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from watcher.core.articles.rows import Text
from watcher.core.calendar.model import Coming, Entry
from watcher.core.matters.kept import ToldOf
from watcher.core.model import Alert, Article, Evidence
from watcher.core.requirements.state import State
from watcher.core.urls import canonical_url
from watcher.stores.dates import Ground
from watcher.stores.sqlite import SqliteTurn
from watcher.stores.sqlite.alerts import ALERT_COLUMNS, alert_of, evidence_of
from watcher.stores.sqlite.articles import SqliteArticles
from watcher.stores.sqlite.entries import SqliteEntries
from watcher.stores.sqlite.matters import SqliteMatters
from watcher.stores.sqlite.readings import ReadingTable, StoredReadings
from watcher.stores.sqlite.requirements import SqliteRequirements
from watcher.stores.sqlite.rows import ARTICLE_COLUMNS, ARTICLE_JOIN, ARTICLE_WIDTH, article_of
from watcher.stores.sqlite.times import from_us

_MOST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class PageWait:
    """How an article came to the text of its page, or why not. `state` is due, done or failed."""

    state: str
    asked: datetime
    due: datetime
    attempts: int
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredArticle:
    """An article with its row number, why it belongs to its story, and whether its text is still held."""

    number: int
    article: Article
    story_reason: str
    text_kept: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """One judging of an article: which revision, when, as what (live, first_sight, backfill), by which rule set."""

    number: int
    revision: int
    mark: str
    seen: datetime
    rule_set: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """One stored match of a revision; `numbered` is what people see as the rule's v1, v2; None if that version is unknown."""

    observation: int
    revision: int
    rule: str
    version: str
    numbered: int | None
    severity: str
    evidence: tuple[Evidence, ...]
    reason: str
    alert: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """One stored decision on an alert's change and one way of telling it."""

    observation: int
    change: str
    way: str
    reason: str
    detail: str
    occasion: str | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """One delivery of an occasion with its last attempt's answer."""

    id: str
    occasion: str
    channel: str
    recipient: str
    state: str
    attempts: int
    due: datetime
    finished: datetime | None
    reason: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """One change of an alert in a digest's queue; `period` is None while it waits.

    `place` is where that issue put it, and `because` why; empty of issues that were stored without.
    """

    digest: str
    period: str | None
    assigned: datetime
    place: str = ""
    because: str = ""


class EvidenceTable:
    """Reads across all tables of one snapshot."""

    def __init__(self, turn: SqliteTurn) -> None:
        self._db = turn.db

    def page(self, number: int) -> PageWait | None:
        """What became of the article's page; None for one that never waited for it."""
        row = self._db.execute(
            "select state, asked, due, attempts, reason from awaiting where article = ?", (number,)
        ).fetchone()
        if row is None:
            return None
        state, asked, due, attempts, reason = row
        return PageWait(state=state, asked=from_us(asked), due=from_us(due), attempts=attempts, reason=reason)

    def readings(self, number: int, revision: int) -> StoredReadings | None:
        """What was understood of a revision; None if it was not read."""
        return ReadingTable(self._db).of(number, revision)

    def joined(self, number: int) -> str:
        """What joined the article to its story, or kept it from one that it is like, when it came; may be empty."""
        row = self._db.execute("select why from story_traits where article = ?", (number,)).fetchone()
        return "" if row is None else str(row[0])

    def by_hand(self, story: str) -> list[tuple[datetime, str]]:
        """What people decided on a story, oldest first."""
        rows = self._db.execute(
            "select at, detail from decisions where alert = ? and way = 'hand' order by number limit ?",
            (f"story:{story}", _MOST),
        )
        return [(from_us(at), detail) for at, detail in rows]

    def find(self, item: str) -> tuple[int, str | None] | None:
        """(article's row, rule) that an id or address leads to; the rule only where an alert is meant.

        `item` may be an alert, an article, a story, a table's row, a delivery, an occasion, or an article's address.
        """
        return (
            self._alert(item) or self._article(item) or self._row(item) or self._occasion(item) or self._address(item)
        )

    def _alert(self, item: str) -> tuple[int, str | None] | None:
        row = self._db.execute(
            "select article, rule from alerts where id = :item or (subject = :item and subject like 'key:%') limit 1",
            {"item": item},
        ).fetchone()
        return None if row is None else (int(row[0]), str(row[1]))

    def _article(self, item: str) -> tuple[int, str | None] | None:
        row = self._db.execute(
            "select number from articles where id = :id union all "
            "select article from stories where id = :story limit 1",
            {"id": item, "story": item.removeprefix("story:")},
        ).fetchone()
        return None if row is None else (int(row[0]), None)

    def _row(self, item: str) -> tuple[int, str | None] | None:
        """A row of a table, as alerts name it: `row:<source>/<key>`."""
        source, slash, _ = item.removeprefix("row:").partition("/")
        if not item.startswith("row:") or not slash:
            return None
        row = self._db.execute(
            "select number from articles where source = ? and subject = ? limit 1", (source, item)
        ).fetchone()
        return None if row is None else (int(row[0]), None)

    def _occasion(self, item: str) -> tuple[int, str | None] | None:
        row = self._db.execute(
            "select o.alert, o.id from occasions o where o.id = :id union all "
            "select o.alert, o.id from deliveries d join occasions o on o.id = d.occasion where d.id = :id limit 1",
            {"id": item},
        ).fetchone()
        return None if row is None or row[0] is None else self._alert(str(row[0]))

    def _address(self, item: str) -> tuple[int, str | None] | None:
        if "://" not in item:
            return None
        row = self._db.execute(
            "select number from articles where link_key = ? order by number limit 1", (canonical_url(item),)
        ).fetchone()
        return None if row is None else (int(row[0]), None)

    def tells_of(self, item: str) -> str | None:
        """The occasion that a delivery or occasion id names, where it is about no alert; else None."""
        row = self._db.execute(
            "select o.id from occasions o where o.id = :id union all "
            "select d.occasion from deliveries d where d.id = :id limit 1",
            {"id": item},
        ).fetchone()
        return None if row is None else str(row[0])

    def article(self, number: int) -> StoredArticle | None:
        """The article of that row."""
        row = self._db.execute(
            f"select {ARTICLE_COLUMNS}, a.number, a.story_reason, t.text is not null "
            f"from articles a {ARTICLE_JOIN} where a.number = ?",
            (number,),
        ).fetchone()
        return None if row is None else _stored_article(row)

    def siblings(self, story: str) -> list[StoredArticle]:
        """The articles of a story, oldest first."""
        rows = self._db.execute(
            f"select {ARTICLE_COLUMNS}, a.number, a.story_reason, t.text is not null "
            f"from articles a {ARTICLE_JOIN} where a.story = ? order by a.number limit ?",
            (story, _MOST),
        )
        return [_stored_article(row) for row in rows]

    def matters(self, number: int) -> list[ToldOf]:
        """What the article told of matters, whether it moved them or not."""
        return SqliteMatters(self._db).told_by(number)

    def dates(self, number: int) -> list[tuple[Entry, Ground]]:
        """What the article says of dated entries."""
        return SqliteEntries(self._db).of_article(number)

    def reminded(self, number: int) -> dict[str, Coming]:
        """By rule: the entry that the article states of which it was reminded last."""
        return SqliteEntries(self._db).reminded(number)

    def required(self, rule: str, version: str, key: str) -> State:
        """What is kept of a rule's requirement for a key."""
        return SqliteRequirements(self._db).memory({rule: version}).get(rule, key)

    def text(self, number: int, revision: int) -> Text | None:
        """The text of a revision with its zones; None if there is none, or once it was pruned."""
        return SqliteArticles(self._db).text(number, revision)

    def observations(self, number: int) -> list[Observed]:
        """How often the article was judged, newest first."""
        rows = self._db.execute(
            "select number, revision, mark, seen, rule_set from observations where article = ? "
            "order by number desc limit ?",
            (number, _MOST),
        )
        return [
            Observed(number=n, revision=revision, mark=mark, seen=from_us(seen), rule_set=rule_set)
            for n, revision, mark, seen, rule_set in rows
        ]

    def matches(self, number: int) -> list[Matched]:
        """All matches of the article, those of its newest judging first."""
        rows = self._db.execute(
            "select m.observation, o.revision, m.rule, m.rule_version, v.number, m.severity, m.evidence, m.reason, m.alert "
            "from observations o join matches m on m.observation = o.number "
            "left join rule_versions v on v.rule = m.rule and v.version = m.rule_version "
            "where o.article = ? order by o.number desc, m.rule limit ?",
            (number, _MOST),
        )
        return [
            Matched(
                observation=observation,
                revision=revision,
                rule=rule,
                version=version,
                numbered=numbered,
                severity=severity,
                evidence=evidence_of(evidence),
                reason=reason,
                alert=alert,
            )
            for observation, revision, rule, version, numbered, severity, evidence, reason, alert in rows
        ]

    def alert(self, id_: str) -> Alert | None:
        """The alert of that id."""
        row = self._db.execute(f"select {ALERT_COLUMNS} where al.id = ?", (id_,)).fetchone()
        return None if row is None else alert_of(row)

    def version_number(self, rule: str, version: str) -> int | None:
        """What people see as v1, v2 of a rule."""
        row = self._db.execute(
            "select number from rule_versions where rule = ? and version = ?", (rule, version)
        ).fetchone()
        return None if row is None else int(row[0])

    def judged_by(self, rule_set: str) -> str | None:
        """JSON of [rule, version] of the set that judged; None if that set is unknown."""
        row = self._db.execute("select rules from rule_sets where version = ?", (rule_set,)).fetchone()
        return None if row is None else str(row[0])

    def decisions(self, alert: str) -> list[Decided]:
        """All decisions on an alert, in their order."""
        rows = self._db.execute(
            "select observation, change, way, reason, detail, occasion, at from decisions where alert = ? "
            "order by number limit ?",
            (alert, _MOST * 10),
        )
        return [
            Decided(
                observation=observation,
                change=change,
                way=way,
                reason=reason,
                detail=detail,
                occasion=occasion,
                at=from_us(at),
            )
            for observation, change, way, reason, detail, occasion, at in rows
        ]

    def deliveries(self, occasion: str) -> list[Delivered]:
        """The deliveries of an occasion, in the order of telling."""
        rows = self._db.execute(
            "select d.id, d.occasion, d.channel, d.recipient, d.state, d.attempts, d.due, d.finished, d.reason, "
            "coalesce((select t.answer from attempts t where t.delivery = d.id order by t.retries desc, t.number desc limit 1), '') "
            "from deliveries d where d.occasion = ? order by d.number limit ?",
            (occasion, _MOST),
        )
        return [
            Delivered(
                id=id_,
                occasion=of,
                channel=channel,
                recipient=recipient,
                state=state,
                attempts=attempts,
                due=from_us(due),
                finished=from_us(finished),
                reason=reason,
                answer=answer,
            )
            for id_, of, channel, recipient, state, attempts, due, finished, reason, answer in rows
        ]

    def queued(self, alert: str) -> list[Queued]:
        """The alert's changes in the queues of digests."""
        rows = self._db.execute(
            "select digest, period, assigned, place, placed_because from digest_queue where alert = ? order by assigned limit ?",
            (alert, _MOST),
        )
        return [
            Queued(digest=digest, period=period, assigned=from_us(at), place=place, because=because)
            for digest, period, at, place, because in rows
        ]


def _stored_article(row: Sequence[object]) -> StoredArticle:
    number, reason, kept = row[ARTICLE_WIDTH:]
    return StoredArticle(
        number=int(str(number)),
        article=article_of(row[:ARTICLE_WIDTH]),
        story_reason=str(reason),
        text_kept=bool(kept),
    )
