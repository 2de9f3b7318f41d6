"""What an issue asks of the past, in SQLite; contract: `PastTable`."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date, datetime

from watcher.core.calendar.model import Entry
from watcher.core.lexicon.model import Sort
from watcher.core.model import Zone
from watcher.core.understanding.stored import from_bytes
from watcher.stores.sqlite.entries import SqliteEntries
from watcher.stores.sqlite.times import from_us, to_us

_BESIDE = frozenset({Zone.RELATED, Zone.CHROME, Zone.PROFILE})
"""Zones that are not the article's own news."""


class SqlitePast:
    """Reads of several tables."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def issued(self, digest: str, before: datetime, limit: int) -> list[str]:
        rows = self._db.execute(
            "select o.content from issues i join occasions o on o.id = 'issue:' || i.digest || ':' || i.period "
            "where i.digest = ? and i.state = 'issued' and i.ends < ? order by i.ends desc limit ?",
            (digest, to_us(before), limit),
        )
        return [str(content) for (content,) in rows]

    def coming(self, first: date, last: date, limit: int) -> list[Entry]:
        rows = self._db.execute(
            "select id from entries where last_day >= ? and first_day <= ? and state = 'standing' "
            "order by first_day, last_day, id limit ?",
            (first.isoformat(), last.isoformat(), limit),
        ).fetchall()
        table = SqliteEntries(self._db)
        return [entry for (id_,) in rows if (entry := table.get(id_)) is not None]

    def materials(
        self, begin: datetime, end: datetime, limit: int
    ) -> Iterator[tuple[datetime, datetime, frozenset[str]]]:
        rows = self._db.execute(
            "select o.seen, o.event_time, u.kept from observations o join articles a on a.number = o.article "
            "join texts t on t.article = a.number and t.revision = a.revision join understood u on u.text = t.number "
            "where o.seen >= ? and o.seen < ? and o.kind = 'article' and o.number = "
            "(select min(f.number) from observations f where f.article = o.article) order by o.seen desc limit ?",
            (to_us(begin), to_us(end), limit),
        )
        for seen, at, kept in rows:
            understood = from_bytes(kept)
            every = () if understood is None else understood.named
            named = (each for each in every if each.sort is Sort.MATERIAL and each.zone not in _BESIDE)
            yield from_us(seen), from_us(at), frozenset(each.id for each in named)
