"""A story with what it holds, as a person asks to see it; it only reads."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from watcher.stores.sqlite.stories import living
from watcher.stores.sqlite.times import from_us

_MOST_SHOWN = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryArticle:
    """An article of a story; `why` is what joined it, `detail` says it in words."""

    id: str
    title: str
    publisher: str
    source: str
    seen: datetime
    why: str
    link: str | None
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryAlert:
    """An alert on a story."""

    id: str
    rule: str
    state: str
    close_reason: str | None
    raised: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownStory:
    """A story with what it holds; `asked` is the id it was asked by, which may name one that it took in."""

    asked: str
    id: str
    founded: datetime
    last_seen: datetime
    articles: tuple[StoryArticle, ...]
    alerts: tuple[StoryAlert, ...]
    took_in: tuple[str, ...]
    decisions: tuple[tuple[datetime, str, str], ...]


def shown(db: sqlite3.Connection, story: str) -> ShownStory:
    """A story. Raises StoreError if there is none."""
    id_ = living(db, story)
    founded, last_seen = db.execute("select founded, last_seen from stories where id = ?", (id_,)).fetchone()
    articles = db.execute(
        "select a.id, a.title, a.publisher, a.source, a.seen, a.story_reason, a.link, coalesce(t.why, '') "
        "from articles a left join story_traits t on t.article = a.number where a.story = ? order by a.number limit ?",
        (id_, _MOST_SHOWN),
    ).fetchall()
    took_in = [row[0] for row in db.execute("select id from stories where merged_into = ? order by founded", (id_,))]
    alerts = [
        row
        for each in (id_, *took_in)
        for row in db.execute(
            "select id, rule, state, close_reason, raised from alerts where subject = ? order by raised",
            (f"story:{each}",),
        )
    ]
    decisions = db.execute(
        "select at, change, detail from decisions where alert = ? order by number limit ?",
        (f"story:{id_}", _MOST_SHOWN),
    ).fetchall()
    return ShownStory(
        asked=story,
        id=id_,
        founded=from_us(founded),
        last_seen=from_us(last_seen),
        articles=tuple(
            StoryArticle(
                id=i,
                title=title,
                publisher=publisher,
                source=source,
                seen=from_us(seen),
                why=why,
                link=link,
                detail=said,
            )
            for i, title, publisher, source, seen, why, link, said in articles
        ),
        alerts=tuple(
            StoryAlert(id=i, rule=rule, state=state, close_reason=close, raised=from_us(raised))
            for i, rule, state, close, raised in alerts
        ),
        took_in=tuple(took_in),
        decisions=tuple((from_us(at), change, detail) for at, change, detail in decisions),
    )
