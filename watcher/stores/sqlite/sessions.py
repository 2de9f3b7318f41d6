"""A database opened for one command: to read a snapshot, or to write one short transaction; never migrates it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from watcher.core.errors import StoreError
from watcher.stores.sqlite import SqliteTurn
from watcher.stores.sqlite.connection import connect, require_schema
from watcher.stores.sqlite.refusals import refusal


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A read-only snapshot for the body's length. Raises StoreError in words for whatever the file is or lacks."""
    with _opened(path, readonly=True) as db:
        db.execute("begin")
        yield db


@contextmanager
def snapshot(path: Path) -> Iterator[SqliteTurn]:
    """A read-only snapshot as a turn, for what is decided as the daemon decides it."""
    with reading(path) as db:
        yield SqliteTurn(db)


@contextmanager
def writing(path: Path) -> Iterator[sqlite3.Connection]:
    """One immediate transaction, committed when the body ends and rolled back when it raises.

    A database that does not exist is not made. Raises StoreError, also when it stays locked for 5 s.
    """
    if not path.is_file():
        raise StoreError(f"database {path}: not there yet; `watcher run` or `watcher once` makes it")
    with _opened(path, readonly=False) as db:
        db.execute("begin immediate")
        try:
            yield db
            db.execute("commit")
        except BaseException:
            if db.in_transaction:
                db.execute("rollback")
            raise


@contextmanager
def _opened(path: Path, *, readonly: bool) -> Iterator[sqlite3.Connection]:
    with closing(connect(path, readonly=readonly)) as db:
        try:
            require_schema(db, path)
            yield db
        except sqlite3.Error as error:
            raise refusal(path, error) from error
