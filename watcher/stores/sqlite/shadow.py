"""A database read as it stands, with tables of its own in the place of all that decides: a replay changes nothing.

Names without a schema lead to temporary tables first: so the very code that decides and writes runs on stored articles
and writes into memory. Source: SQLite, "ATTACH DATABASE" (order of name resolution).
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from watcher.stores.sqlite import SqliteTurn
from watcher.stores.sqlite.sessions import reading

SHADOWED = (
    "observations",
    "matches",
    "alerts",
    "alert_items",
    "decisions",
    "occasions",
    "occasion_alerts",
    "deliveries",
    "digest_queue",
    "holds",
    "held",
    "silenced",
    "deeds",
    "escalations",
    "requirement_states",
    "requirement_rules",
    "rule_versions",
    "rule_sets",
)
"""What judging and telling write; everything else is only read."""
BEYOND = 1 << 40
"""Observations of a replay's timers are numbered from here; they have no text."""
_CREATE_TABLE = re.compile("create table", re.IGNORECASE)


@contextmanager
def shadowed(path: Path) -> Iterator[SqliteTurn]:
    """A turn on a snapshot of the database whose decisions begin empty and are forgotten. Raises StoreError."""
    with reading(path) as db:
        db.execute("rollback")
        db.execute("pragma query_only = off")  # the file itself is open for reading only
        _shadow(db)
        db.execute("begin")
        yield SqliteTurn(db)


def _shadow(db: sqlite3.Connection) -> None:
    """Make an empty table of the same form, with the same indexes, for each."""
    for table in SHADOWED:
        rows = db.execute(
            "select type, name, sql from main.sqlite_master where tbl_name = ? and sql is not null order by type desc",
            (table,),
        ).fetchall()
        for type_, name, sql in rows:
            if type_ == "table":
                db.execute(_CREATE_TABLE.sub("create temp table", sql, count=1))
            elif type_ == "index":
                db.execute(sql.replace(f" {name} ", f" temp.{name} ", 1))
    # What a timer observes is numbered beyond all that was ever stored.
    columns = "number, kind, article, revision, source, mark, event_time, seen, rule_set"
    db.execute(f"insert into temp.observations ({columns}) values (?, '', 0, 0, '', '', 0, 0, '')", (BEYOND,))
    db.execute("delete from temp.observations")


def forget_decisions(db: sqlite3.Connection) -> None:
    """Begin anew with alerts, but keep what requirements remember: history that was replayed in silence."""
    for table in (
        "matches",
        "alerts",
        "alert_items",
        "decisions",
        "occasions",
        "occasion_alerts",
        "deliveries",
        "digest_queue",
        "silenced",
    ):
        db.execute(f"delete from temp.{table}")
