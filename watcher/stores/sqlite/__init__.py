"""The default store: one SQLite file, one writer, WAL with `synchronous=FULL`."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from watcher.core.errors import StoreError
from watcher.stores.sqlite.alerts import SqliteAlerts
from watcher.stores.sqlite.articles import SqliteArticles
from watcher.stores.sqlite.awaiting import SqliteAwaiting
from watcher.stores.sqlite.connection import Connection
from watcher.stores.sqlite.drafts import SqliteDrafts
from watcher.stores.sqlite.entries import SqliteEntries
from watcher.stores.sqlite.firings import SqliteFirings
from watcher.stores.sqlite.health import SqliteHealth
from watcher.stores.sqlite.holding import SqliteHolding
from watcher.stores.sqlite.issues import SqliteIssues
from watcher.stores.sqlite.kin import SqliteKin
from watcher.stores.sqlite.lifecycle import SqliteLifecycle
from watcher.stores.sqlite.links import SqliteLinks
from watcher.stores.sqlite.matters import SqliteMatters
from watcher.stores.sqlite.outbox import SqliteOutbox
from watcher.stores.sqlite.past import SqlitePast
from watcher.stores.sqlite.points import SqlitePoints
from watcher.stores.sqlite.pushed import SqlitePushed
from watcher.stores.sqlite.queues import SqliteQueues
from watcher.stores.sqlite.requirements import SqliteRequirements
from watcher.stores.sqlite.silences import SqliteSilences
from watcher.stores.sqlite.sources import SqliteSources
from watcher.stores.sqlite.tables import SqliteRows

T = TypeVar("T")


class SqliteTurn:
    """One turn on one connection; contract: `Turn`."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db
        self.sources = SqliteSources(db)
        self.articles = SqliteArticles(db)
        self.kin = SqliteKin(db)
        self.matters = SqliteMatters(db)
        self.entries = SqliteEntries(db)
        self.requirements = SqliteRequirements(db)
        self.awaiting = SqliteAwaiting(db)
        self.rows = SqliteRows(db)
        self.points = SqlitePoints(db)
        self.firings = SqliteFirings(db)
        self.holding = SqliteHolding(db)
        self.silences = SqliteSilences(db)
        self.lifecycle = SqliteLifecycle(db)
        self.pushed = SqlitePushed(db)
        self.health = SqliteHealth(db)
        self.alerts = SqliteAlerts(db)
        self.outbox = SqliteOutbox(db)
        self.queues = SqliteQueues(db)
        self.issues = SqliteIssues(db)
        self.past = SqlitePast(db)
        self.drafts = SqliteDrafts(db)
        self.links = SqliteLinks(db)

    @contextlib.contextmanager
    def apart(self) -> Iterator[None]:
        """A part of the turn that is undone alone if it fails."""
        self.db.execute("savepoint part")
        try:
            yield
        except BaseException as error:
            if not self.db.in_transaction:  # SQLite gave up all of it, as it may when the disk is full
                raise StoreError(f"database: the whole turn was given up: {error}") from error
            self.db.execute("rollback to part")
            self.db.execute("release part")
            raise
        self.db.execute("release part")


class SqliteStore:
    """One database file with one writing and one reading connection; contract: `Store`."""

    def __init__(self, writer: Connection | None, reader: Connection) -> None:
        self._writer = writer
        self._reader = reader

    @classmethod
    async def open(cls, path: Path, *, migrating: bool = True) -> SqliteStore:
        """Open for reading and writing; `migrating` creates the file or brings its schema up to date."""
        writer = await Connection.open(path, readonly=False, migrating=migrating)
        try:
            reader = await Connection.open(path, readonly=True, migrating=False)
        except BaseException:
            await writer.close()
            raise
        return cls(writer, reader)

    async def write(self, work: Callable[[SqliteTurn], T]) -> T:
        """Run `work` as one transaction."""
        assert self._writer is not None
        return await self._writer.write(lambda db: work(SqliteTurn(db)))

    async def read(self, work: Callable[[SqliteTurn], T]) -> T:
        """Run `work` on a snapshot."""
        return await self._reader.read(lambda db: work(SqliteTurn(db)))

    async def close(self) -> None:
        """Close both connections, the reader first so that the writer can fold the log into the file."""
        await self._reader.close()
        if self._writer is not None:
            await self._writer.close()
