"""What people said of alerts, and how often rules match: what a rule's usefulness is seen by.

Never decides what follows from it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from watcher.core.model import Article, Evidence
from watcher.stores.sqlite.alerts import evidence_of
from watcher.stores.sqlite.rows import ARTICLE_COLUMNS, ARTICLE_JOIN, ARTICLE_WIDTH, article_of
from watcher.stores.sqlite.times import from_us, to_us

Verdict = Literal["relevant", "not-relevant"]
_MOST = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """One marked alert of a rule: the article that it rests on, its evidence, and how many sources its story has."""

    alert: str
    subject: str
    verdict: str
    why: str
    article: Article
    evidence: tuple[Evidence, ...]
    sources: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How a rule does: articles that it matched lately, its last match, and what people said of its alerts.

    `loaded` is when any form of it was loaded first; None for a rule that was never loaded.
    """

    rule: str
    lately: int
    last: datetime | None
    loaded: datetime | None
    relevant: int
    not_relevant: int


class MarkTable:
    """The table `marks`, in one connection's transaction."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def alert(self, item: str) -> tuple[str, str] | None:
        """(alert, rule) that an alert's id leads to, or the id of a message or delivery about it."""
        row = self._db.execute(
            "select al.id, al.rule from alerts al where al.id = :item or al.id in "
            "(select o.alert from occasions o where o.id = :item union all "
            "select o.alert from deliveries d join occasions o on o.id = d.occasion where d.id = :item) limit 1",
            {"item": item},
        ).fetchone()
        return None if row is None else (str(row[0]), str(row[1]))

    def put(self, alert: str, verdict: Verdict, why: str, now: datetime) -> None:
        """Put down what somebody said; the newest word counts."""
        self._db.execute(
            "insert into marks (alert, verdict, why, at) values (?, ?, ?, ?) on conflict (alert) do update set "
            "verdict = excluded.verdict, why = excluded.why, at = excluded.at",
            (alert, verdict, why, to_us(now)),
        )

    def of(self, rule: str) -> list[Marked]:
        """The marked alerts of a rule, the newest first."""
        rows = self._db.execute(
            f"select {ARTICLE_COLUMNS}, al.id, al.subject, k.verdict, k.why, al.evidence, "
            "(select count(distinct s.source) from articles s where s.story = a.story) "
            f"from marks k join alerts al on al.id = k.alert join articles a on a.number = al.article {ARTICLE_JOIN} "
            "where al.rule = ? order by k.at desc limit ?",
            (rule, _MOST),
        )
        return [_marked(row) for row in rows]

    def counts(self, rules: Sequence[str], since: datetime) -> list[Count]:
        """How each rule does, in their order. Args: since - from when on matches count as lately."""
        return [self._count(rule, since) for rule in rules]

    def together(self, rule: str, since: datetime) -> tuple[int, tuple[str, ...]]:
        """How many articles raised the rule's alert since then, and the rules whose alert each of them raised as well."""
        rows = self._db.execute(
            "select other.rule, count(*) from matches m join observations o on o.number = m.observation "
            "join matches other on other.observation = m.observation and other.reason = 'raised' "
            "where m.rule = ? and m.reason = 'raised' and o.seen >= ? group by other.rule",
            (rule, to_us(since)),
        )
        raised = {str(name): int(times) for name, times in rows}
        of = raised.get(rule, 0)
        return of, tuple(sorted(name for name, times in raised.items() if times == of and name != rule))

    def articles(self, since: datetime) -> int:
        """Articles that were judged since then."""
        row = self._db.execute(
            "select count(distinct article) from observations where seen >= ? and kind in ('article', 'row')",
            (to_us(since),),
        ).fetchone()
        return int(row[0])

    def _count(self, rule: str, since: datetime) -> Count:
        (lately,) = self._db.execute(
            "select count(distinct o.article) from matches m join observations o on o.number = m.observation "
            "where m.rule = ? and o.seen >= ?",
            (rule, to_us(since)),
        ).fetchone()
        (last,) = self._db.execute(
            "select o.seen from matches m join observations o on o.number = m.observation where m.rule = ? "
            "union all select null order by 1 desc limit 1",
            (rule,),
        ).fetchone()
        (loaded,) = self._db.execute("select min(loaded) from rule_versions where rule = ?", (rule,)).fetchone()
        relevant, not_relevant = self._db.execute(
            "select coalesce(sum(k.verdict = 'relevant'), 0), coalesce(sum(k.verdict = 'not-relevant'), 0) "
            "from marks k join alerts al on al.id = k.alert where al.rule = ?",
            (rule,),
        ).fetchone()
        return Count(
            rule=rule,
            lately=lately,
            last=None if last is None else from_us(last),
            loaded=None if loaded is None else from_us(loaded),
            relevant=relevant,
            not_relevant=not_relevant,
        )


def _marked(row: Sequence[object]) -> Marked:
    alert, subject, verdict, why, evidence, sources = row[ARTICLE_WIDTH:]
    return Marked(
        alert=str(alert),
        subject=str(subject),
        verdict=str(verdict),
        why=str(why),
        article=article_of(row[:ARTICLE_WIDTH]),
        evidence=evidence_of(str(evidence)),
        sources=int(str(sources)),
    )
