"""A story's articles put before the rules once more, each as a new observation; what they say is not decided here."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from watcher.core.model import Article
from watcher.stores.sqlite.rows import ARTICLE_COLUMNS, ARTICLE_JOIN, ARTICLE_WIDTH, article_of
from watcher.stores.sqlite.times import to_us


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """An article, its row, its new observation, and whether it was news or history when it came first."""

    article: Article
    number: int
    observation: int
    mark: str


def headline(db: sqlite3.Connection, story: str) -> str:
    """The title of the article that the story shows."""
    row = db.execute(
        "select a.title from stories s join articles a on a.number = s.article where s.id = ?", (story,)
    ).fetchone()
    return str(row[0]) if row is not None else story


def observe_again(db: sqlite3.Connection, story: str, *, rule_set: str, now: datetime) -> list[Again]:
    """The story's articles in the order they came, each with an observation of its newest text."""
    rows = db.execute(
        f"select {ARTICLE_COLUMNS}, a.number, a.event_time, coalesce((select o.mark from observations o "
        f"where o.article = a.number order by o.number limit 1), 'live') from articles a {ARTICLE_JOIN} "
        "where a.story = ? order by a.number",
        (story,),
    ).fetchall()
    found = []
    for row in rows:
        article = article_of(row[:ARTICLE_WIDTH])
        number, event_time, mark = row[ARTICLE_WIDTH:]
        observation = db.execute(
            "insert into observations (kind, article, revision, source, mark, event_time, seen, rule_set) "
            "values ('article', ?, ?, ?, ?, ?, ?, ?)",
            (number, article.revision, article.source, mark, event_time, to_us(now), rule_set),
        ).lastrowid
        found.append(Again(article=article, number=number, observation=int(observation or 0), mark=mark))
    return found
