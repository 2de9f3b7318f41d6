"""The digests' queues and issues, in SQLite."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from msgspec import MsgspecError
from msgspec.json import Decoder

from watcher.core.ledger import IssueRecord, QueuedChange
from watcher.core.model import Alert, Article, Reason, Severity, Zone
from watcher.core.telling.lifecycle import AHEAD
from watcher.stores.sqlite.alerts import ALERT_COLUMNS, alert_of, evidence_of, told_under
from watcher.stores.sqlite.rows import ARTICLE_COLUMNS, ARTICLE_WIDTH, article_of
from watcher.stores.sqlite.taking_in import TAKEN_IN
from watcher.stores.sqlite.times import from_us, to_us

_ALERT_FIELDS = ALERT_COLUMNS.split(" from ", maxsplit=1)[0]
_ALERT_WIDTH = 12
_MAX_QUEUE = 5_000
_MOST_WHY = 200
_NEWS = Decoder(tuple[str, ...])
issue_columns = "digest, period, number, state, begins, ends, covered_by, issued, stories, send_at, decided"
_AHEAD = (
    "state = 'covered' and covered_by in (select period from issues where digest = :digest and ends > :now) "
    "and ends <= :now"
)
"""Periods that are covered by one that ends in the future, which a clock that stood wrong made."""
_WAITS = (
    "q.digest = :digest and q.period is null and (q.assigned < :before or (q.reason = 'retracted' and exists "
    "(select 1 from digest_queue e where e.digest = q.digest and e.alert = q.alert and e.period is null "
    "and e.assigned < :before))) order by q.assigned, q.alert, q.change limit :most"
)
"""What an issue takes: what was assigned before its cut-off, and that some of it was retracted since."""


_RETRACTED = (
    "exists (select 1 from digest_queue e where e.digest = q.digest and e.alert = q.alert and e.period is null "
    "and e.reason = 'retracted')"
)
_SHOWN = (
    f"case when {_RETRACTED} then al.article else coalesce("
    "(select n.number from articles n where n.number = al.article and n.seen < :before), "
    "(select o.article from matches m join observations o on o.number = m.observation "
    "where m.alert = al.id and o.seen < :before order by o.number desc limit 1), al.article) end"
)
_REVISION = (
    f"case when {_RETRACTED} then a.revision else coalesce((select max(r.revision) from texts r "
    "where r.article = a.number and r.seen < :before and r.text is not null), a.revision) end"
)
"""The article and the revision that an issue shows: as they were at its cut-off, unless it was retracted since."""


_KNOWN = "select cast(value as integer) from meta where key = 'digest:' || :digest"
_KNOWN_SO_FAR = "select cast(value as integer) from meta where key = 'digest-so-far:' || :digest"
"""When a digest was first known, and from when a clock that stands before that takes it for known."""


def _as_it_was(article: Article, revision: int) -> Article:
    """The article in that revision: its headline stands in its text."""
    if revision == article.revision:
        return article
    title = next((each for each in article.zones if each.zone is Zone.TITLE), None)
    headline = article.title if title is None else article.text[title.start : title.end]
    return replace(article, revision=revision, title=headline)


def issue_of(row: Sequence[object]) -> IssueRecord:
    """A row of `issue_columns`."""
    digest, period, number, state, begins, ends, covered_by, issued, stories, send_at, decided = row
    return IssueRecord(
        digest=str(digest),
        period=str(period),
        number=int(str(number)),
        state=str(state),
        begins=from_us(int(str(begins))),
        ends=from_us(int(str(ends))),
        covered_by=None if covered_by is None else str(covered_by),
        issued=None if issued is None else from_us(int(str(issued))),
        stories=int(str(stories)),
        send_at=None if send_at is None else from_us(int(str(send_at))),
        decided=str(decided),
    )


def insert_issues(db: sqlite3.Connection, records: Sequence[IssueRecord], now: datetime) -> None:
    """Store periods, each once: one that is there stays as it is."""
    db.executemany(
        "insert into issues (digest, period, number, state, begins, ends, covered_by, made, issued, stories, send_at, "
        "decided) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing",
        [
            (
                each.digest,
                each.period,
                each.number,
                each.state,
                to_us(each.begins),
                to_us(each.ends),
                each.covered_by,
                to_us(now),
                to_us(each.issued),
                each.stories,
                to_us(each.send_at),
                each.decided,
            )
            for each in records
        ],
    )


class SqliteIssues:
    """The tables `digest_queue` and `issues`; contract: `IssueTable`."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def last(self, digest: str, by: datetime | None = None) -> IssueRecord | None:
        row = self._db.execute(
            f"select {issue_columns} from issues where digest = :digest and (:now is null or (ends <= :now "
            f"and not ({_AHEAD}))) order by ends desc, number desc limit 1",
            {"digest": digest, "now": to_us(by)},
        ).fetchone()
        return None if row is None else issue_of(row)

    def listed(self, digest: str, limit: int) -> list[IssueRecord]:
        rows = self._db.execute(
            f"select {issue_columns} from issues where digest = ? order by ends desc limit ?",
            (digest, limit),
        )
        return [issue_of(row) for row in rows]

    def digests(self) -> list[str]:
        rows = self._db.execute(
            "select distinct digest from issues where state = 'issued' and digest not glob 'to:*' order by digest"
        )
        return [digest for (digest,) in rows]

    def since(self, digest: str, now: datetime) -> datetime:
        first, so_far = self._known(digest)
        if first is None:
            self._db.execute("insert into meta (key, value) values (?, ?)", (f"digest:{digest}", str(to_us(now))))
            return now
        return from_us(so_far if so_far is not None and so_far <= to_us(now) < first else first)

    def _known(self, digest: str) -> tuple[int | None, int | None]:
        first, so_far = self._db.execute(f"select ({_KNOWN}), ({_KNOWN_SO_FAR})", {"digest": digest}).fetchone()
        return first, so_far

    def is_off(self, digest: str, now: datetime) -> bool:
        first, so_far = self._known(digest)
        if first is None or first <= to_us(now):
            return so_far is not None
        return so_far is None or so_far > to_us(now)

    def reckon(self, digest: str, now: datetime) -> None:
        if self.is_off(digest, now):
            place = {"digest": digest, "now": to_us(now)}
            self._db.execute("delete from meta where key = 'digest-so-far:' || :digest", place)
            self._db.execute(
                "insert into meta (key, value) select 'digest-so-far:' || :digest, cast(:now as text) "
                f"where ({_KNOWN}) > :now",
                place,
            )

    def bring_back(self, digest: str, now: datetime, assigned: datetime) -> None:
        self._db.execute(
            "update digest_queue set assigned = ? where digest = ? and period is null and assigned > ?",
            (to_us(assigned), digest, to_us(now + AHEAD)),
        )

    def has(self, digest: str, period: str, now: datetime) -> bool:
        row = self._db.execute(
            f"select 1 from issues where digest = :digest and period = :period and not ({_AHEAD})",
            {"digest": digest, "period": period, "now": to_us(now)},
        ).fetchone()
        return row is not None

    def uncover(self, digest: str, now: datetime) -> list[str]:
        place = {"digest": digest, "now": to_us(now)}
        self._db.execute(f"delete from issues where digest = :digest and {_AHEAD}", place)
        rows = self._db.execute("select period from issues where digest = :digest and ends > :now order by ends", place)
        return [key for (key,) in rows]

    def waiting(self, digest: str, before: datetime) -> list[QueuedChange]:
        return [each for _, each in self._read(digest, before) if isinstance(each, QueuedChange)]

    def set_aside(self, digest: str, before: datetime, now: datetime) -> list[tuple[str, str]]:
        aside = []
        for row, error in self._read(digest, before):
            if isinstance(error, QueuedChange):
                continue
            alert, change, reason, news = str(row[0]), row[-1], str(row[-5]), str(row[-4])
            why = f"set aside, it cannot be read: {type(error).__name__}: {error}"[:_MOST_WHY]
            self._db.execute(
                "delete from digest_queue where digest = ? and alert = ? and change = ?", (digest, alert, change)
            )
            self._db.execute(
                "insert into decisions (alert, observation, change, way, reason, detail, occasion, at) "
                "values (?, 0, ?, ?, ?, ?, null, ?)",
                (alert, reason, f"digest:{digest}", Reason.PARKED, f"{why}; it was {news[:_MOST_WHY]}", to_us(now)),
            )
            aside.append((alert, why))
        return aside

    def _read(self, digest: str, before: datetime) -> Iterator[tuple[Sequence[object], QueuedChange | Exception]]:
        """Each row that waits, with what it says or why that cannot be read."""
        rows = self._db.execute(
            f"select {_ALERT_FIELDS}, {ARTICLE_COLUMNS}, t.revision, q.reason, q.news, q.assigned, a.number, q.change "
            f"from digest_queue q join alerts al on al.id = q.alert join articles a on a.number = {_SHOWN} "
            f"join texts t on t.article = a.number and t.revision = {_REVISION} where {_WAITS}",
            {"digest": digest, "before": to_us(before), "most": _MAX_QUEUE},
        ).fetchall()
        for row in rows:
            try:
                yield row, self._queued(row, before)
            except (ValueError, TypeError, MsgspecError) as error:
                yield row, error

    def _queued(self, row: Sequence[object], before: datetime) -> QueuedChange:
        revision, reason, news, assigned, number, _ = row[_ALERT_WIDTH + ARTICLE_WIDTH :]
        alert = self._as_it_stood(alert_of(row[:_ALERT_WIDTH]), int(str(number)), before)
        alert = replace(alert, subject=told_under(self._db, alert.subject))
        article = _as_it_was(article_of(row[_ALERT_WIDTH : _ALERT_WIDTH + ARTICLE_WIDTH]), int(str(revision)))
        story, cut_off = article.story, to_us(before)
        count, first, last = self._db.execute(
            "select count(*), min(event_time), max(event_time) from articles "
            "where story = ? and (seen < ? or number = ?)",
            (story, cut_off, number),
        ).fetchone()
        also = self._db.execute(
            "select distinct publisher, trust from articles where story = ? and publisher <> ? and seen < ? "
            "order by number limit 6",
            (story, article.publisher, cut_off),
        ).fetchall()
        return QueuedChange(
            alert=alert,
            reason=str(reason),
            news=_NEWS.decode(str(news)),
            assigned=from_us(int(str(assigned))),
            article=article,
            row=int(str(number)),
            articles=count,
            also=tuple((publisher, trust) for publisher, trust in also),
            first=from_us(first),
            last=from_us(last),
        )

    def _as_it_stood(self, alert: Alert, article: int, before: datetime) -> Alert:
        """The alert with the severity and the evidence that it had at a cut-off, where something came since."""
        if alert.updated < before:
            return alert
        rows = self._db.execute(
            "select m.severity, m.evidence from matches m join observations o on o.number = m.observation "
            "where m.alert = :alert and o.seen < :before and o.number >= coalesce((select max(d.observation) from "
            "decisions d where d.alert = :alert and d.way = 'alert' and d.change = 'raised' and d.at < :before), 0) "
            "order by o.article = :article desc, o.number desc",
            {"alert": alert.id, "before": to_us(before), "article": article},
        ).fetchall()
        if not rows:
            return alert
        merged = self._db.execute(
            f"select severity from alerts where id in ({TAKEN_IN}) and exists (select 1 from decisions d where "
            "d.alert = alerts.id and d.change = 'closed' and d.reason = 'merged' and d.at < :before)",
            {"alert": alert.id, "before": to_us(before)},
        )
        severity = max((Severity(each) for each, *_ in (*rows, *merged)), key=lambda each: each.rank)
        return replace(alert, severity=severity, evidence=evidence_of(rows[0][1]))

    def told(self, digest: str, subjects: Collection[str]) -> dict[str, str]:
        rows = self._db.execute(
            "select story, max(period) from digest_queue where digest = ? and period is not null "
            "and story in (select value from json_each(?)) group by story",
            (digest, json.dumps(list(subjects))),
        )
        return dict(rows.fetchall())

    def issue(
        self,
        record: IssueRecord,
        covered: Sequence[IssueRecord],
        taken_before: datetime,
        now: datetime,
        places: Mapping[str, tuple[str, str]] | None = None,
    ) -> None:
        if self._is_settled(record):
            return  # or what waits would be taken by an issue that nobody gets
        insert_issues(self._db, (*covered, record), now)
        self._db.execute(
            "update issues set state = ?, issued = ?, stories = ?, send_at = null, decided = ? "
            "where digest = ? and period = ?",
            (record.state, to_us(record.issued), record.stories, record.decided, record.digest, record.period),
        )
        self._db.execute(
            # Exactly what `waiting` gave: what it had no room for waits for the next issue.
            "update digest_queue set period = :period where (digest, alert, change) in "
            f"(select q.digest, q.alert, q.change from digest_queue q where {_WAITS})",
            {"period": record.period, "digest": record.digest, "before": to_us(taken_before), "most": _MAX_QUEUE},
        )
        self._db.executemany(
            "update digest_queue set place = ?, placed_because = ? where digest = ? and alert = ? and period = ?",
            [(*where, record.digest, alert, record.period) for alert, where in (places or {}).items()],
        )

    def _is_settled(self, record: IssueRecord) -> bool:
        """Whether the period is there as anything but a draft."""
        row = self._db.execute(
            "select 1 from issues where digest = ? and period = ? and state in ('issued', 'covered', 'skipped')",
            (record.digest, record.period),
        ).fetchone()
        return row is not None

    def counts(self, sources: Collection[str], begin: datetime, end: datetime) -> tuple[int, int]:
        (answered,) = self._db.execute(
            "select count(*) from source_state where source in (select value from json_each(?)) and last_ok >= ? "
            "and failures < 3",
            (json.dumps(list(sources)), to_us(begin)),
        ).fetchone()
        read = self._db.execute(
            "select count(*) from observations where seen >= ? and seen < ? and mark = 'live' and kind in ('article', 'row')",
            (to_us(begin), to_us(end)),
        ).fetchone()[0]
        return int(answered), int(read)

    def quiet(self, sources: Collection[str], begin: datetime) -> list[tuple[str, str]]:
        rows = self._db.execute(
            "select source, last_ok, last_changed, coalesce(last_error, '') from source_state "
            "where source in (select value from json_each(?)) and (last_ok is null or last_ok < ? or failures >= 3) "
            "order by source",
            (json.dumps(list(sources)), to_us(begin)),
        )
        return [(source, _says(last_ok, error)) for source, last_ok, _, error in rows]


def _says(last_ok: int | None, error: str) -> str:
    since = "has not answered yet" if last_ok is None else f"no good answer since {from_us(last_ok):%d %b %H:%M} UTC"
    return f"{since}: {error}" if error else since
