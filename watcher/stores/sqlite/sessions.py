"""A database opened for one command: to read a snapshot, or to write one short transaction; never migrates it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from watcher.core.errors import StoreError
from watcher.stores.sqlite.connection import connect, require_schema


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A read-only snapshot for the body's length. Raises StoreError in words for whatever the file is or lacks."""
    with _opened(path, readonly=True) as db:
        db.execute("begin")
        yield db


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
            raise StoreError(failure(path, error)) from error


def failure(path: Path, error: sqlite3.Error) -> str:
    """What a failed statement means for the person at the keyboard."""
    text = str(error)
    if "malformed" in text or "not a database" in text or "corrupt" in text:
        return f"database {path}: damaged ({text}); run `watcher db check`, then `watcher restore` with a backup"
    if "locked" in text or "busy" in text:
        return f"database {path}: busy ({text}); another program holds it, try again"
    if "readonly" in text:
        return f"database {path}: read-only ({text}); check that the file and its folder are writable for this user"
    if "full" in text:
        return f"database {path}: the disk is full ({text}); free space, nothing stored is lost"
    return f"database {path}: {text}"
