"""Alerts that a merge by hand closed for another, and how one of them takes its place again, in SQLite."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import Final

from watcher.stores.sqlite.times import to_us

TAKEN_IN: Final = (
    "select g.id from alerts al join articles a on a.number = al.article join articles b on b.story = a.story "
    "join alerts g on g.article = b.number where al.id = :alert and g.rule = al.rule and g.id <> al.id "
    "and g.state = 'closed' and g.close_reason = 'merged'"
)
"""Alerts of the same rule and story that a merge closed: only an open one is, and its severity stays as it was."""


def trade(db: sqlite3.Connection, ended: str, stands: str, now: datetime) -> None:
    """Let two alerts have one another's subjects; what else the one took in counts as taken in by the other."""
    others = [(id_,) for (id_,) in db.execute(TAKEN_IN, {"alert": ended}) if id_ != stands]
    (one,), (two,) = (
        db.execute("select subject from alerts where id = ?", (each,)).fetchone() for each in (ended, stands)
    )
    # By way of a third name: no rule has two alerts on one subject.
    db.executemany(
        "update alerts set subject = ? where id = ?", [(f"trading:{ended}", ended), (one, stands), (two, ended)]
    )
    db.executemany("update alerts set updated = ? where id = ?", [(to_us(now), id_) for (id_,) in others])
    db.executemany(
        "insert into decisions (alert, observation, change, way, reason, detail, occasion, at) "
        "values (?, 0, 'closed', 'hand', 'merged', ?, null, ?)",
        [(id_, f"{ended} is taken back; {stands} stays", to_us(now)) for (id_,) in others],
    )
