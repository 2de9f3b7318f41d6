"""How far clauses on series have come, in SQLite; contract: `FiringTable`."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection
from datetime import datetime

from watcher.stores.firings import FiringItem, FiringKey, Stage
from watcher.stores.sqlite.times import from_us, to_us


class SqliteFirings:
    """The table `firings`."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def stages(self, rule: str, version: str) -> dict[FiringKey, Stage]:
        rows = self._db.execute(
            "select clause, source, fired, due from firings where rule = ? and version = ?", (rule, version)
        )
        return {
            FiringKey(rule=rule, version=version, clause=clause, source=source): Stage(
                fired=from_us(fired), due=from_us(due)
            )
            for clause, source, fired, due in rows
        }

    def put(self, key: FiringKey, stage: Stage) -> None:
        self._db.execute(
            "insert into firings (rule, version, clause, source, fired, due) values (?, ?, ?, ?, ?, ?) "
            "on conflict (rule, version, clause, source) do update set fired = excluded.fired, due = excluded.due",
            (key.rule, key.version, key.clause, key.source, to_us(stage.fired), to_us(stage.due)),
        )

    def due(self, versions: Collection[str], now: datetime, limit: int) -> list[tuple[FiringKey, datetime]]:
        rows = self._db.execute(
            "select rule, version, clause, source, due from firings where due <= ? "
            "and version in (select value from json_each(?)) order by due, rule, clause, source limit ?",
            (to_us(now), json.dumps(sorted(versions)), limit),
        )
        return [
            (FiringKey(rule=rule, version=version, clause=clause, source=source), from_us(due))
            for rule, version, clause, source, due in rows
        ]

    def rest(self, key: FiringKey) -> None:
        self._db.execute(
            "update firings set due = null where rule = ? and version = ? and clause = ? and source = ?",
            (key.rule, key.version, key.clause, key.source),
        )

    def begun(self, rule: str, version: str) -> set[FiringKey]:
        rows = self._db.execute("select clause, source from firings where rule = ? and version = ?", (rule, version))
        return {FiringKey(rule=rule, version=version, clause=clause, source=source) for clause, source in rows}

    def counted(self, rule: str, source: str, at: datetime) -> int | None:
        row = self._db.execute(
            "select o.article from observations o join matches m on m.observation = o.number "
            "where o.seen >= ? and o.kind = 'point' and o.source = ? and o.event_time = ? and m.rule = ? "
            "order by o.number desc limit 1",
            (to_us(at), source, to_us(at), rule),
        ).fetchone()
        return self._counted_ahead(rule, source, at) if row is None else int(row[0])

    def _counted_ahead(self, rule: str, source: str, at: datetime) -> int | None:
        """The same of a point that was dated ahead of its first sight: it is stored as of that, and named by its day."""
        row = self._db.execute(
            "select o.article from observations o join matches m on m.observation = o.number "
            "join articles a on a.number = o.article "
            "where o.seen < ? and o.kind = 'point' and o.source = ? and o.event_time = o.seen and m.rule = ? "
            "and a.title like ? order by o.number desc limit 1",
            (to_us(at), source, rule, f"%, {at:%Y-%m-%d}"),
        ).fetchone()
        return None if row is None else int(row[0])

    def items(self, rule: str, source: str, since: datetime, numbers: Collection[int]) -> list[FiringItem]:
        rows = self._db.execute(
            "select o.article, o.event_time, o.seen, a.title from observations o join articles a on a.number = o.article "
            "where o.article in (select value from json_each(:numbers) union select i.article from alerts al "
            "join alert_items i on i.alert = al.id where al.rule = :rule) "
            "and o.kind = 'point' and o.source = :source and (o.event_time >= :since or o.event_time = o.seen) "
            "order by o.number",
            {"rule": rule, "source": source, "since": to_us(since), "numbers": json.dumps(sorted(numbers))},
        )
        return [
            FiringItem(number=number, at=from_us(at), seen=from_us(seen), title=title)
            for number, at, seen, title in rows
        ]
