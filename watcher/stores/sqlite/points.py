"""Points of series with their revisions, in SQLite; contract: `PointTable`."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from watcher.core.series import FRESH, Conversion, PointRecord, Rate, serves
from watcher.core.units import unit
from watcher.stores.sqlite.times import from_us, to_us

_COLUMNS = "p.at, p.revision, p.value, p.unit, p.converted, p.into_unit, p.rate, p.rate_unit, p.rate_at, p.flags, p.released, p.seen"
_NEWEST = (
    "p.source = ? and p.revision = (select max(q.revision) from points q where q.source = p.source and q.at = p.at)"
)
_DAY = timedelta(days=1)
_END = 2**63 - 1


class SqlitePoints:
    """The table `points`."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def newest(self, source: str, times: Collection[datetime]) -> dict[datetime, PointRecord]:
        rows = self._db.execute(
            f"select {_COLUMNS} from points p where {_NEWEST} and p.at in (select value from json_each(?))",
            (source, json.dumps([to_us(at) for at in times])),
        )
        return {record.at: record for record in map(_record, rows)}

    def last(self, source: str, limit: int, before: datetime | None = None) -> list[PointRecord]:
        rows = self._db.execute(
            f"select {_COLUMNS} from points p where {_NEWEST} and p.at < ? order by p.at desc limit ?",
            (source, _END if before is None else to_us(before), limit),
        )
        return [_record(row) for row in rows]

    def add(self, source: str, records: Sequence[PointRecord]) -> None:
        self._db.executemany(
            "insert into points (source, at, revision, value, unit, converted, into_unit, rate, rate_unit, rate_at, flags, "
            "released, seen) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (source, at, revision) do update set "
            "unit = excluded.unit, converted = excluded.converted, into_unit = excluded.into_unit, rate = excluded.rate, "
            "rate_unit = excluded.rate_unit, rate_at = excluded.rate_at, flags = excluded.flags",
            [_values(source, record) for record in records],
        )

    def waiting(self, source: str) -> list[PointRecord]:
        rows = self._db.execute(
            f"select {_COLUMNS} from points p where {_NEWEST} and p.flags like '%unconverted%' order by p.at", (source,)
        )
        return [_record(row) for row in rows]

    def rate(self, source: str, at: datetime) -> Rate | None:
        rows = self._db.execute(
            f"select p.at, p.value, p.unit from points p where {_NEWEST} and p.at > ? and p.at < ? "
            "and p.value is not null and p.unit <> '' order by p.at desc limit 1",
            (source, to_us(at - FRESH), to_us(at + _DAY)),
        ).fetchone()
        if rows is None or not serves(from_us(rows[0]), at):
            return None
        return Rate(unit=unit(rows[2]), at=from_us(rows[0]), value=Decimal(rows[1]))

    def history(self, source: str) -> list[PointRecord]:
        rows = self._db.execute(
            f"select {_COLUMNS} from points p where p.source = ? order by p.seen, p.at, p.revision", (source,)
        )
        return [_record(row) for row in rows]

    def has(self, source: str) -> bool:
        return self._db.execute("select 1 from points where source = ? limit 1", (source,)).fetchone() is not None

    def names(self) -> list[tuple[str, int]]:
        rows = self._db.execute("select source, count(distinct at) from points group by source order by source")
        return [(source, count) for source, count in rows]


def _record(row: Sequence[object]) -> PointRecord:
    at, revision, value, of, converted, into, rate, rate_unit, rate_at, flags, released, seen = row
    used = None
    if rate is not None and isinstance(rate_at, int):
        used = Rate(unit=unit(str(rate_unit)), at=from_us(rate_at), value=Decimal(str(rate)))
    return PointRecord(
        at=from_us(int(str(at))),
        revision=int(str(revision)),
        value=None if value is None else str(value),
        unit=str(of),
        into=str(into),
        conversion=Conversion(
            value=None if converted is None else str(converted), flags=tuple(json.loads(str(flags))), rate=used
        ),
        released=None if released is None else from_us(int(str(released))),
        seen=from_us(int(str(seen))),
    )


def _values(source: str, record: PointRecord) -> tuple[object, ...]:
    rate = record.conversion.rate
    return (
        source,
        to_us(record.at),
        record.revision,
        record.value,
        record.unit,
        record.conversion.value,
        record.into,
        None if rate is None else str(rate.value),
        None if rate is None else str(rate.unit),
        None if rate is None else to_us(rate.at),
        json.dumps(record.conversion.flags),
        None if record.released is None else to_us(record.released),
        to_us(record.seen),
    )
