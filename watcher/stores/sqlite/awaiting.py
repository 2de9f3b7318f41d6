"""Articles that wait for the text of their page, in SQLite."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection
from datetime import datetime

import msgspec

from watcher.core.ledger import Awaited
from watcher.core.model import Draft, TextState
from watcher.stores.sqlite.times import from_us, to_us

_LISTED = msgspec.json.Decoder(Draft)


class SqliteAwaiting:
    """The table `awaiting`; contract: `AwaitingTable`."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def ask(self, awaited: Awaited, now: datetime) -> None:
        self._db.execute(
            "insert into awaiting (article, source, host, listed, state, due, asked) "
            "values (:article, :source, :host, :listed, 'due', :due, :now) on conflict (article) do update set "
            "host = :host, listed = :listed, state = 'due', due = :due, asked = :now, lease_until = null, "
            "attempts = 0, times = times + (state <> 'due'), reason = null",
            {
                "article": awaited.article,
                "source": awaited.source,
                "host": awaited.host,
                "listed": msgspec.json.encode(awaited.listed).decode(),
                "due": to_us(awaited.due),
                "now": to_us(now),
            },
        )

    def times(self, article: int) -> tuple[int, bool]:
        row = self._db.execute("select times, state from awaiting where article = ?", (article,)).fetchone()
        return (0, False) if row is None else (int(row[0]), row[1] == "done")

    def lease(
        self, now: datetime, until: datetime, *, sources: Collection[str], busy: Collection[str], limit: int
    ) -> list[Awaited]:
        rows = self._db.execute(
            "select article, source, host, listed, min(due), attempts, asked from awaiting indexed by awaiting_due "
            "where state = 'due' and due <= :now and (lease_until is null or lease_until <= :now) "
            "and source in (select value from json_each(:sources)) "
            "and host not in (select value from json_each(:busy)) group by host order by min(due) limit :limit",
            {
                "now": to_us(now),
                "sources": json.dumps(list(sources)),
                "busy": json.dumps(list(busy)),
                "limit": limit,
            },
        ).fetchall()
        self._db.executemany(
            "update awaiting set lease_until = ?, attempts = attempts + 1 where article = ?",
            [(to_us(until), row[0]) for row in rows],
        )
        return [
            Awaited(
                article=article,
                source=source,
                host=host,
                listed=_LISTED.decode(listed),
                due=from_us(due),
                attempts=attempts + 1,
                asked=from_us(asked),
            )
            for article, source, host, listed, due, attempts, asked in rows
        ]

    def is_due(self, now: datetime) -> bool:
        row = self._db.execute(
            "select 1 from awaiting indexed by awaiting_due where state = 'due' and due <= :now "
            "and (lease_until is null or lease_until <= :now) limit 1",
            {"now": to_us(now)},
        ).fetchone()
        return row is not None

    def release_leases(self) -> int:
        return self._db.execute("update awaiting set lease_until = null where lease_until is not null").rowcount

    def is_asked(self, awaited: Awaited) -> bool:
        row = self._db.execute(
            "select 1 from awaiting where article = ? and state = 'due' and asked = ?",
            (awaited.article, to_us(awaited.asked)),
        ).fetchone()
        return row is not None

    def done(self, article: int) -> None:
        self._db.execute(
            "update awaiting set state = 'done', lease_until = null, reason = null where article = ?", (article,)
        )
        self._text_state(article, TextState.FULL)

    def retry(self, article: int, due: datetime, reason: str, *, counted: bool) -> None:
        self._db.execute(
            "update awaiting set due = ?, lease_until = null, reason = ?, attempts = attempts - ? where article = ?",
            (to_us(due), reason, 0 if counted else 1, article),
        )

    def fail(self, article: int, reason: str) -> None:
        self._db.execute(
            "update awaiting set state = 'failed', lease_until = null, reason = ? where article = ?", (reason, article)
        )
        self._text_state(article, TextState.FAILED)

    def _text_state(self, article: int, state: TextState) -> None:
        self._db.execute(
            "update articles set text_state = ? where number = ? and text_state = ?",
            (state, article, TextState.AWAITING_TEXT),
        )
