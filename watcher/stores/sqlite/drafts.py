"""Drafts of issues and the edits made to them, in SQLite."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Sequence
from datetime import datetime

from watcher.core.digests.edits import Edit
from watcher.core.ledger import IssueRecord
from watcher.core.model import Reason, StoryId
from watcher.stores.sqlite.issues import insert_issues, issue_columns, issue_of
from watcher.stores.sqlite.times import from_us, to_us

_OPEN = "state in ('draft', 'held', 'approved')"


class SqliteDrafts:
    """The open rows of `issues`, and the table `issue_edits`; contract: `DraftTable`."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def open(self, digest: str) -> IssueRecord | None:
        row = self._db.execute(
            f"select {issue_columns} from issues where digest = ? and {_OPEN} order by ends desc limit 1", (digest,)
        ).fetchone()
        return None if row is None else issue_of(row)

    def covers(self, digest: str, period: str) -> tuple[str, ...]:
        rows = self._db.execute(
            "select c.period from issues c join issues i on i.digest = c.digest and i.period = c.covered_by "
            # One that ends later was made by a clock that stood ahead: it is put away, and nothing that was missed.
            "where c.digest = ? and c.covered_by = ? and c.ends <= i.ends order by c.period",
            (digest, period),
        )
        return tuple(key for (key,) in rows)

    def keep(self, record: IssueRecord, covered: Sequence[IssueRecord], now: datetime) -> None:
        insert_issues(self._db, (*covered, record), now)

    def settle(self, record: IssueRecord) -> None:
        self._db.execute(
            f"update issues set state = ?, send_at = ?, decided = ?, stories = ? where digest = ? and period = ? and {_OPEN}",
            (
                record.state,
                None if record.send_at is None else to_us(record.send_at),
                record.decided,
                record.stories,
                record.digest,
                record.period,
            ),
        )

    def supersede(self, digest: str, period: str, by: str) -> None:
        place = {"digest": digest, "period": period, "by": by}
        self._db.execute("update issues set covered_by = :by where digest = :digest and covered_by = :period", place)
        self._db.execute(
            "update issues set state = 'covered', covered_by = :by, send_at = null, number = 0 "
            f"where digest = :digest and period = :period and {_OPEN}",
            place,
        )
        self._db.execute(
            "insert into issue_edits (digest, period, kind, story, value, author, reason, at) "
            "select digest, :by, kind, story, value, author, reason, at from issue_edits "
            "where digest = :digest and period = :period and kind <> 'approve' and (kind <> 'hold' or number > coalesce("
            "(select max(number) from issue_edits where digest = :digest and period = :period and kind = 'approve'), 0)) "
            "order by number",
            place,
        )

    def log(self, digest: str, period: str) -> list[Edit]:
        rows = self._db.execute(
            "select kind, story, value, author, reason, at from issue_edits where digest = ? and period = ? order by number",
            (digest, period),
        )
        return [
            Edit(kind=kind, story=StoryId(story), value=value, author=author, reason=reason, at=from_us(at))
            for kind, story, value, author, reason, at in rows
        ]

    def add(self, digest: str, period: str, edit: Edit) -> None:
        self._db.execute(
            "insert into issue_edits (digest, period, kind, story, value, author, reason, at) values (?, ?, ?, ?, ?, ?, ?, ?)",
            (digest, period, edit.kind, edit.story, edit.value, edit.author, edit.reason, to_us(edit.at)),
        )

    def leave_out(
        self,
        digest: str,
        alerts: Collection[str],
        before: datetime,
        words: str,
        now: datetime,
        *,
        reason: Reason = Reason.BY_HAND,
    ) -> None:
        rows = self._db.execute(
            "delete from digest_queue where digest = ? and period is null and alert in (select value from json_each(?)) "
            "and (assigned < ? or reason = 'retracted') returning alert, reason",
            (digest, json.dumps(list(alerts)), to_us(before)),
        ).fetchall()
        self._db.executemany(
            "insert into decisions (alert, observation, change, way, reason, detail, occasion, at) "
            "values (?, 0, ?, ?, ?, ?, null, ?)",
            [(alert, change, f"digest:{digest}", reason, words, to_us(now)) for alert, change in rows],
        )

    def living(self, stories: Collection[StoryId]) -> dict[StoryId, StoryId]:
        rows = self._db.execute(
            "select id, merged_into from stories where merged_into is not null "
            "and id in (select value from json_each(?))",
            (json.dumps(list(stories)),),
        )
        return {StoryId(old): StoryId(new) for old, new in rows}

    def parts(self, stories: Collection[StoryId]) -> dict[StoryId, dict[StoryId, datetime]]:
        rows = self._db.execute(
            "select s.merged_into, s.id, (select coalesce(max(d.at) filter (where instr(d.detail, s.id) = 1), max(d.at)) "
            "from decisions d where d.alert = 'story:' || s.merged_into and d.change = 'merged') "
            "from stories s where s.merged_into in (select value from json_each(?))",
            (json.dumps(list(stories)),),
        )
        found: dict[StoryId, dict[StoryId, datetime]] = {}
        for story, part, at in rows:
            found.setdefault(StoryId(story), {})[StoryId(part)] = from_us(at or 0)
        return found
