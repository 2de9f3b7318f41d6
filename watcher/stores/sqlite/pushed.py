"""What was pushed to sources, in SQLite."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta

from watcher.stores.base import Pushed
from watcher.stores.sqlite.times import from_us, to_us

_IDS_KEPT = timedelta(days=1)
"""Far longer than the age at which a signature is refused: what came again is recognised until it cannot come again."""


class SqlitePushed:
    """The table `pushed`; contract: `PushedTable`."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def keep(self, source: str, id_: str, pushed: Pushed) -> bool:
        stored = self._db.execute(
            "insert into pushed (source, id, path, content_type, body, arrived) values (?, ?, ?, ?, ?, ?) "
            "on conflict (source, id) do nothing",
            (source, id_, pushed.path, pushed.content_type, pushed.body, to_us(pushed.arrived)),
        ).rowcount
        if stored:
            self._db.execute(
                "update source_state set next_due = min(next_due, ?) where source = ?", (to_us(pushed.arrived), source)
            )
        return bool(stored)

    def load(self, source: str, since: datetime) -> tuple[int, int, int]:
        count, size = self._db.execute(
            "select count(*), coalesce(sum(length(body)), 0) from pushed indexed by pushed_waiting "
            "where source = ? and taken is null",
            (source,),
        ).fetchone()
        (lately,) = self._db.execute(
            "select count(*) from pushed where source = ? and arrived > ?", (source, to_us(since))
        ).fetchone()
        return int(count), int(size), int(lately)

    def waiting(self, source: str, after: int, limit: int) -> list[Pushed]:
        rows = self._db.execute(
            "select number, path, content_type, body, arrived from pushed indexed by pushed_waiting "
            "where source = ? and number > ? and taken is null order by number limit ?",
            (source, after, limit),
        )
        return [
            Pushed(number=number, path=path, content_type=content_type, body=body, arrived=from_us(arrived))
            for number, path, content_type, body, arrived in rows
        ]

    def taken(self, source: str, up_to: int, now: datetime) -> None:
        self._db.execute(
            "update pushed set taken = ?, body = x'' where source = ? and number <= ? and taken is null",
            (to_us(now), source, up_to),
        )
        self._db.execute(
            "delete from pushed where source = ? and arrived < ? and taken < ?",
            (source, to_us(now - _IDS_KEPT), to_us(now - _IDS_KEPT)),
        )
