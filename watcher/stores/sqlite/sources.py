"""What polls leave behind, in SQLite."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import msgspec

from watcher.core.ledger import PollMark, SourceRecord
from watcher.core.model import Document, Json, SourceState
from watcher.stores.sqlite.times import from_us, to_us

_KEPT_HEADERS = frozenset(
    {
        *("age", "cache-control", "content-encoding", "content-language", "content-length", "content-type", "date"),
        *("etag", "expires", "last-modified", "retry-after", "server", "vary"),
    }
)
"""Of a reply's headers only these are stored: others name our own address (Link, Content-Location) or hold keys."""
_RECORD_COLUMNS = "etag, last_modified, body_sha256, cursor, identity, imported, failures, last_checked, last_ok, gone, rhythm, manners"


def _record_of(row: Sequence[Any]) -> SourceRecord:
    etag, last_modified, body_sha256, cursor, identity, imported, failures, checked, last_ok, gone, rhythm, manners = (
        row
    )
    return SourceRecord(
        state=SourceState(etag=etag, last_modified=last_modified, body_sha256=body_sha256, cursor=_json(cursor)),
        identity=_json(identity),
        imported=from_us(imported),
        failures=failures,
        last_checked=from_us(checked),
        last_ok=from_us(last_ok),
        gone=from_us(gone),
        rhythm=_json(rhythm),
        manners=_json(manners),
    )


def _json(text: str) -> Json:
    return {} if text == "{}" else msgspec.json.decode(text, type=dict[str, object])


def _written(json_: Json | None) -> str | None:
    return None if json_ is None else msgspec.json.encode(dict(json_)).decode()


class SqliteSources:
    """The table `source_state` and its documents; contract: `SourceTable`."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def ensure(self, sources: Collection[str], now: datetime, spread: Callable[[str], timedelta]) -> None:
        self._db.executemany(
            "insert into source_state (source, next_due) values (?, ?) on conflict do nothing",
            [(source, to_us(now + spread(source))) for source in sources],
        )

    def configured(self, options: Mapping[str, str], now: datetime) -> None:
        for source, found in options.items():
            row = self._db.execute("select value from meta where key = ?", (f"source:{source}",)).fetchone()
            if row is not None and row[0] == found:
                continue
            self._db.execute(
                "insert into meta (key, value) values (?, ?) on conflict (key) do update set value = excluded.value",
                (f"source:{source}", found),
            )
            if row is not None:
                self._db.execute(
                    "update source_state set etag = null, last_modified = null, body_sha256 = null, cursor = '{}', "
                    "failures = 0, last_error = null, gone = null, manners = '{}', next_due = ? where source = ?",
                    (to_us(now), source),
                )

    def due(self, now: datetime, sources: Collection[str], limit: int) -> list[tuple[str, SourceRecord]]:
        # Who is watched is asked row by row: to hand over all names cost each poll a beat of its own at 10,000 sources.
        watched = sources if isinstance(sources, AbstractSet) else frozenset(sources)
        rows = self._db.execute(
            f"select source, {_RECORD_COLUMNS} from source_state where next_due <= ? and gone is null order by next_due",
            (to_us(now),),
        )
        found = islice((row for row in rows if row[0] in watched), limit)
        return [(row[0], _record_of(row[1:])) for row in found]

    def next_due(self, sources: Collection[str]) -> datetime | None:
        row = self._db.execute(
            "select min(next_due) from source_state where gone is null and source in (select value from json_each(?))",
            (json.dumps(list(sources)),),
        ).fetchone()
        found: int | None = row[0]
        return from_us(found)

    def record(self, source: str) -> SourceRecord | None:
        row = self._db.execute(
            f"select {_RECORD_COLUMNS} from source_state where source = ?",
            (source,),
        ).fetchone()
        return None if row is None else _record_of(row)

    def save(
        self, source: str, state: SourceState, identity: Json, *, imported: datetime, changed: datetime | None
    ) -> None:
        self._db.execute("insert into source_state (source, next_due) values (?, 0) on conflict do nothing", (source,))
        self._db.execute(
            "update source_state set etag = ?, last_modified = ?, body_sha256 = ?, cursor = ?, identity = ?, "
            "imported = coalesce(imported, ?), last_changed = coalesce(?, last_changed) where source = ?",
            (
                state.etag,
                state.last_modified,
                state.body_sha256,
                msgspec.json.encode(dict(state.cursor)).decode(),
                msgspec.json.encode(dict(identity)).decode(),
                to_us(imported),
                to_us(changed),
                source,
            ),
        )

    def mark(self, marks: Iterable[PollMark]) -> None:
        self._db.executemany(
            "update source_state set next_due = :due, "
            "last_checked = case when :ok is null then last_checked else :checked end, "
            "last_ok = case when :ok then :checked else last_ok end, "
            "failures = case when :ok then 0 when :ok is null then failures else failures + 1 end, "
            "last_error = case when :ok is null then last_error else :error end, "
            "gone = case when :gone then :checked else null end, rhythm = coalesce(:rhythm, rhythm), "
            "demand = case when :ok then :demand else demand end, manners = coalesce(:manners, manners) where source = :source",
            [
                {
                    "due": to_us(mark.next_due),
                    "checked": to_us(mark.checked),
                    "ok": mark.ok,
                    "error": mark.error,
                    "gone": mark.gone,
                    "rhythm": _written(mark.rhythm),
                    "demand": mark.demand,
                    "manners": _written(mark.manners),
                    "source": mark.source,
                }
                for mark in marks
            ],
        )

    def wake(self, sources: Collection[str], now: datetime) -> None:
        self._db.execute(
            "update source_state set next_due = :now where next_due > :now "
            "and source in (select value from json_each(:sources))",
            {"now": to_us(now), "sources": json.dumps(list(sources))},
        )

    def demands(self, sources: Collection[str]) -> tuple[float, int]:
        row = self._db.execute(
            "select coalesce(sum(demand), 0.0), count(demand) from source_state where demand is not null "
            "and gone is null and source in (select value from json_each(?))",
            (json.dumps(list(sources)),),
        ).fetchone()
        return float(row[0]), int(row[1])

    def hold(self, sources: Collection[str], until: datetime) -> None:
        self._db.execute(
            "update source_state set next_due = :until where next_due < :until "
            "and source in (select value from json_each(:sources))",
            {"until": to_us(until), "sources": json.dumps(list(sources))},
        )

    def document(self, source: str, document: Document, url: str, outcome: str) -> int:
        cursor = self._db.execute(
            "insert into documents (source, url, fetched, status, headers, sha256, bytes, outcome) "
            "values (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                source,
                url,
                to_us(document.fetched),
                document.status,
                json.dumps([pair for pair in document.headers if pair[0] in _KEPT_HEADERS]),
                document.body_sha256,
                document.size,
                outcome,
            ),
        )
        return int(cursor.lastrowid or 0)
