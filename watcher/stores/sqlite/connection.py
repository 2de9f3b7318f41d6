"""Opening, migrating and closing one SQLite database; one hop to its thread per transaction.

Never leaves a connection open on any path: aiosqlite's thread would keep the process alive (omnilib/aiosqlite#369).
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from importlib import resources
from pathlib import Path
from typing import TypeVar

import aiosqlite

from watcher.core.errors import Conflict, SchemaTooNew, StoreError
from watcher.stores.sqlite.refusals import refusal, too_new

T = TypeVar("T")

SYNCHRONOUS = "full"
"""A commit waits for the disk: with `normal` a power cut forgets sent alerts (340 of 732 replayed states did)."""
PRIVATE = 0o600
_WRITERS_CACHE_KIB = 4_000
"""Twice what SQLite keeps by itself: a document touches pages all over the keys of stories and the search index."""
_BUSY_TIMEOUT_S = 5.0
_BUSY_TRIES = 6


def migrations() -> tuple[tuple[int, str], ...]:
    """(number, SQL) of every migration, ascending. Files are named `NNNN_what.sql`."""
    folder = resources.files("watcher.stores.sqlite") / "migrations"
    files = sorted((entry.name, entry) for entry in folder.iterdir() if entry.name.endswith(".sql"))
    return tuple((int(name[:4]), entry.read_text(encoding="utf-8")) for name, entry in files)


def connect(path: Path, *, readonly: bool) -> sqlite3.Connection:
    """A configured connection. Raises StoreError naming the file, the cause and what to do."""
    try:
        if readonly:
            db = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None, timeout=_BUSY_TIMEOUT_S
            )
            db.execute("pragma query_only = on")
        else:
            make_private(path)
            db = sqlite3.connect(path, isolation_level=None, timeout=_BUSY_TIMEOUT_S)
        try:
            if not readonly:
                require_ours(db, path)  # before anything is written: the next line changes the file
                db.execute("pragma journal_mode = wal")
                db.execute(f"pragma synchronous = {SYNCHRONOUS}")
                db.execute(f"pragma cache_size = -{_WRITERS_CACHE_KIB}")
                db.execute("pragma foreign_keys = on")
            db.execute("pragma temp_store = memory")
            db.execute("select count(*) from sqlite_master").fetchone()
        except BaseException:
            db.close()
            raise
    except sqlite3.Error as error:
        raise refusal(path, error) from error
    return db


def make_private(path: Path) -> None:
    """Make an empty file that only its owner may read and write, if there is none: SQLite fills it and keeps its mode.

    What is watched, by whom and who is told is nobody else's business. A file that is there keeps the mode it was
    given; it is not opened here, because closing it would drop this process's locks on it.
    """
    with suppress(OSError):  # SQLite says in its own words why a file can't be made
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, PRIVATE))


def require_ours(db: sqlite3.Connection, path: Path) -> None:
    """Raise StoreError if the file holds another program's tables: nothing of ours is to be written into it."""
    if not schema_number(db) and db.execute("select 1 from sqlite_master limit 1").fetchone():
        raise StoreError(
            f"database {path}: not watcher's: it holds tables of another program; choose another store.path"
        )


def migrate(db: sqlite3.Connection, path: Path, *, backup: bool = True) -> int:
    """Bring the schema to the newest number, each step in one transaction; returns the number found before.

    Raises SchemaTooNew, with the file untouched, if a newer watcher wrote it.
    """
    steps = migrations()
    newest = steps[-1][0]
    found = schema_number(db)
    if found > newest:
        raise SchemaTooNew(too_new(path, found, newest))
    if found and found < newest and backup:
        _keep(db, path, newest)
    for number, sql in steps:
        if number > found:
            script = f"begin immediate;\n{sql}\npragma user_version = {number};\ncommit;"
            try:
                db.executescript(script)
            except sqlite3.Error as error:
                if db.in_transaction:
                    db.execute("rollback")
                raise StoreError(f"database {path}: migration {number:04} failed: {error}") from error
    return found


def _keep(db: sqlite3.Connection, path: Path, newest: int) -> None:
    """Keep the database as it is before the migration to that number; the copy is whole before it takes its name.

    Written under its name at once, what a kill leaves of it would stop every later start: SQLite writes only into a
    file that is new. A copy that an upgrade killed between two steps has made stays: only it can be gone back to.
    """
    kept = path.with_name(f"{path.name}.before-{newest:04}")
    part = kept.with_name(f"{kept.name}.part")
    try:
        if kept.exists() and schema_number(db) > _number_in(kept):
            return
        for leftover in (part, part.with_name(f"{part.name}-journal")):
            leftover.unlink(missing_ok=True)
        make_private(part)
        db.execute("vacuum into ?", (str(part),))
        sync(part)  # VACUUM INTO leaves that to its caller
        part.replace(kept)
        sync(path.parent)
    except sqlite3.Error as error:
        raise refusal(path, error) from error
    except OSError as error:
        raise StoreError(
            f"database {path}: no copy can be kept before the upgrade: {kept}: {error.strerror}"
        ) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _number_in(path: Path) -> int:
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
        return schema_number(db)


def sync(path: Path) -> None:
    """Wait until the disk has the file's content, or a folder's names."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def schema_number(db: sqlite3.Connection) -> int:
    """The number of the newest migration that the database has; 0 for a new file."""
    return int(db.execute("pragma user_version").fetchone()[0])


class Connection:
    """One database connection in its own thread. Every call is one hop and one transaction."""

    def __init__(self, raw: aiosqlite.Connection, path: Path) -> None:
        self._raw = raw
        self._path = path
        self._turn = asyncio.Lock()

    @classmethod
    async def open(cls, path: Path, *, readonly: bool, migrating: bool) -> Connection:
        """Open the file. `migrating` brings the schema up to date; otherwise it must be so already."""

        def connector() -> sqlite3.Connection:
            db = connect(path, readonly=readonly)
            try:
                if migrating:
                    migrate(db, path)
                else:
                    require_schema(db, path)
            except BaseException:
                db.close()
                raise
            return db

        raw = aiosqlite.Connection(connector, iter_chunk_size=64)
        try:
            return cls(await raw, path)
        except BaseException:
            # Its thread has a last word to say, and dies of a traceback if the loop is closed by then.
            await asyncio.to_thread(raw._thread.join, _BUSY_TIMEOUT_S)  # noqa: SLF001 - no public way to wait for it
            raise

    async def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` in one immediate transaction and commit; all of it or nothing is stored.

        A database locked by somebody else is waited for (6 tries of 5 s); then StoreError. `work` may run again.
        """
        async with self._turn:
            for attempt in range(_BUSY_TRIES):
                try:
                    return await self._hop(_transaction, work)
                except sqlite3.OperationalError as error:
                    if "locked" not in str(error) or attempt == _BUSY_TRIES - 1:
                        raise refusal(self._path, error) from error
                except sqlite3.IntegrityError as error:
                    raise Conflict(f"database {self._path}: {error}") from error
                except sqlite3.Error as error:
                    raise refusal(self._path, error) from error
        raise AssertionError("unreachable: the last try returns or raises")

    async def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` in one deferred read transaction."""
        try:
            return await self._hop(_snapshot, work)
        except sqlite3.Error as error:
            raise refusal(self._path, error) from error

    async def close(self) -> None:
        """Close the connection and end its thread."""
        await self._raw.close()

    async def _hop(
        self,
        way: Callable[[sqlite3.Connection, Callable[[sqlite3.Connection], T]], T],
        work: Callable[[sqlite3.Connection], T],
    ) -> T:
        # The public API costs one to three thread hops per statement (40-170 us each); a document needs some twenty
        # statements. This is the one place that reaches behind it; a test notices should it move.
        raw = self._raw
        result: T = await raw._execute(way, raw._conn, work)  # type: ignore[no-untyped-call]  # noqa: SLF001 - see above
        return result


def require_schema(db: sqlite3.Connection, path: Path) -> None:
    """Raise SchemaTooNew or StoreError unless the database has exactly the schema that this program knows."""
    found, newest = schema_number(db), migrations()[-1][0]
    if found > newest:
        raise SchemaTooNew(too_new(path, found, newest))
    require_ours(db, path)
    if found < newest:
        raise StoreError(
            f"database {path}: schema {found} is older than this watcher ({newest}); start `watcher run` or `watcher once` first"
        )


def _transaction(db: sqlite3.Connection, work: Callable[[sqlite3.Connection], T]) -> T:
    db.execute("begin immediate")
    try:
        result = work(db)
        db.execute("commit")
    except BaseException:
        if db.in_transaction:
            db.execute("rollback")
        raise
    return result


def _snapshot(db: sqlite3.Connection, work: Callable[[sqlite3.Connection], T]) -> T:
    db.execute("begin")
    try:
        return work(db)
    finally:
        if db.in_transaction:
            db.execute("rollback")
