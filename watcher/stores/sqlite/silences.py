"""Silences and what they hid, in SQLite; contract: `SilenceTable`."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from watcher.core.telling.lifecycle import Silence, announced_at
from watcher.stores.lifecycle import Hid
from watcher.stores.sqlite.times import from_us, to_us

_COLUMNS = "id, query, author, reason, begins, until, ended, ended_by from silences"


class SqliteSilences:
    """The tables `silences` and `silenced`."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def add(self, silence: Silence) -> None:
        self._db.execute(
            "insert into silences (id, query, author, reason, begins, until) values (?, ?, ?, ?, ?, ?) "
            "on conflict (id) do nothing",
            (
                silence.id,
                silence.query,
                silence.author,
                silence.reason,
                to_us(silence.begins),
                to_us(silence.until),
            ),
        )

    def get(self, id_: str) -> Silence | None:
        row = self._db.execute(f"select {_COLUMNS} where id = ?", (id_,)).fetchone()
        return None if row is None else _silence(row)

    def in_force(self, now: datetime) -> list[Silence]:
        rows = self._db.execute(
            f"select {_COLUMNS} where until > :now and begins <= :now and coalesce(ended > :now, true) order by begins, id",
            {"now": to_us(now)},
        )
        return [_silence(row) for row in rows]

    def listed(self, now: datetime | None, limit: int) -> list[tuple[Silence, int]]:
        """Silences with how many tellings each hid, the next to end first; `now` None: those that are over too."""
        rows = self._db.execute(
            "select id, query, author, reason, begins, until, ended, ended_by, "
            "(select count(*) from silenced h where h.silence = silences.id) from silences "
            "where :now is null or (until > :now and coalesce(ended > :now, true)) order by until, id limit :limit",
            {"now": None if now is None else to_us(now), "limit": limit},
        )
        return [(_silence(row), int(row[8])) for row in rows]

    def end(self, id_: str, who: str, now: datetime) -> bool:
        done = self._db.execute(
            "update silences set ended = :now, ended_by = :who where id = :id and until > :now and ended is null",
            {"now": to_us(now), "who": who, "id": id_},
        )
        return done.rowcount > 0

    def restore(self, id_: str) -> None:
        self._db.execute("update silences set ended = null, ended_by = '' where id = ?", (id_,))

    def hid(self, hidden: Hid, at: datetime) -> None:
        self._db.execute(
            "insert into silenced (silence, alert, change, way, headline, at) values (?, ?, ?, ?, ?, ?)",
            (hidden.silence, hidden.alert, hidden.change, hidden.way, hidden.headline, to_us(at)),
        )

    def hidden(self, id_: str, limit: int) -> tuple[int, list[tuple[Hid, datetime]]]:
        (total,) = self._db.execute("select count(*) from silenced where silence = ?", (id_,)).fetchone()
        rows = self._db.execute(
            "select silence, alert, change, way, headline, at from silenced where silence = ? order by number desc limit ?",
            (id_, limit),
        )
        return int(total), [
            (Hid(silence=row[0], alert=row[1], change=row[2], way=row[3], headline=row[4]), from_us(row[5]))
            for row in rows
        ]

    def due(self, now: datetime) -> list[tuple[Silence, Literal["announce", "report"]]]:
        rows = self._db.execute(
            f"select {_COLUMNS.replace(' from', ', announced from')} where reported is null and ended is null order by until, id"
        )
        found: list[tuple[Silence, Literal["announce", "report"]]] = []
        for row in rows:
            silence = _silence(row)
            if silence.until <= now:
                found.append((silence, "report"))
            elif row[8] is None and announced_at(silence) <= now:
                found.append((silence, "announce"))
        return found

    def told(self, id_: str, what: Literal["announce", "report"], now: datetime) -> None:
        column = "announced" if what == "announce" else "reported"
        self._db.execute(f"update silences set {column} = ? where id = ?", (to_us(now), id_))


def _silence(row: Sequence[object]) -> Silence:
    id_, query, author, reason, begins, until, ended, ended_by, *_ = row
    return Silence(
        id=str(id_),
        query=str(query),
        author=str(author),
        reason=str(reason),
        begins=from_us(int(str(begins))),
        until=from_us(int(str(until))),
        ended=None if ended is None else from_us(int(str(ended))),
        ended_by=str(ended_by),
    )
