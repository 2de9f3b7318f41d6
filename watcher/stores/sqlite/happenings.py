"""What was decided since a moment, in order: changes of alerts, ways that were taken or not, matches that came to nothing.

It only reads; a time line asks it after every step, so that nothing that was stored stays unseen.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from watcher.stores.sqlite.times import from_us

_MOST = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """How far the tables were read."""

    decision: int = 0
    observation: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One decision, or one match that raised nothing: then `way` is `match` and `change` its Reason.

    `article` is the row of what it rests on; `severity` is the alert's, or the match's own.
    """

    rule: str
    subject: str
    story: str
    change: str
    way: str
    reason: str
    detail: str
    severity: str
    article: int | None
    at: datetime


class HappeningTable:
    """Decisions and matches in one connection's snapshot."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def mark(self) -> Mark:
        """Where the tables end now."""
        decision, observation = self._db.execute(
            "select coalesce((select max(number) from decisions), 0), coalesce((select max(number) from observations), 0)"
        ).fetchone()
        return Mark(decision=decision, observation=observation)

    def since(self, mark: Mark) -> list[Happened]:
        """All that was decided since, in order: first the matches that raised nothing, then the decisions."""
        matches = self._db.execute(
            "select m.rule, a.subject, a.story, m.reason, 'match', m.reason, '', m.severity, o.article, o.seen "
            "from observations o join matches m on m.observation = o.number join articles a on a.number = o.article "
            # What became of an alert is told by its decisions.
            "where o.number > ? and (m.alert is null or not exists "
            "(select 1 from decisions d where d.alert = m.alert and d.observation = o.number)) "
            "order by o.number, m.rule limit ?",
            (mark.observation, _MOST),
        ).fetchall()
        decisions = self._db.execute(
            "select coalesce(al.rule, ''), coalesce(al.subject, d.alert), coalesce(a.story, ''), d.change, d.way, d.reason, "
            "d.detail, coalesce(m.severity, al.severity, ''), coalesce(o.article, al.article), d.at "
            "from decisions d left join alerts al on al.id = d.alert "
            "left join observations o on o.number = d.observation "
            "left join matches m on m.observation = d.observation and m.rule = al.rule "
            "left join articles a on a.number = coalesce(o.article, al.article) "
            "where d.number > ? order by d.number limit ?",
            (mark.decision, _MOST),
        ).fetchall()
        return [_happened(row) for row in (*matches, *decisions)]

    def article(self, id_: str) -> tuple[int, str] | None:
        """The row and the story of an article, as they are now."""
        row = self._db.execute("select number, story from articles where id = ?", (id_,)).fetchone()
        return None if row is None else (int(row[0]), str(row[1]))

    def article_by_key(self, source: str, key: str) -> tuple[int, str] | None:
        """The row and the story of the article that an identity key leads to."""
        row = self._db.execute(
            "select a.number, a.story from ledger l join articles a on a.number = l.article where l.source = ? and l.key = ?",
            (source, key),
        ).fetchone()
        return None if row is None else (int(row[0]), str(row[1]))


def _happened(row: tuple[str, str, str, str, str, str, str, str, int | None, int]) -> Happened:
    rule, subject, story, change, way, reason, detail, severity, article, at = row
    return Happened(
        rule=rule,
        subject=subject,
        story=story,
        change=change,
        way=way,
        reason=reason,
        detail=detail,
        severity=severity,
        article=article,
        at=from_us(at),
    )
