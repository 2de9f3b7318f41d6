"""One look at the database as it stands, for commands that only read; it never migrates and never writes."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from watcher.core.errors import SchemaTooNew, StoreError
from watcher.stores.sqlite import SqliteTurn
from watcher.stores.sqlite.connection import connect, migrations, schema_number


@contextlib.contextmanager
def snapshot(path: Path) -> Iterator[SqliteTurn]:
    """A look at the database as it is now, read-only. Raises StoreError if there is none or of another schema."""
    db = connect(path, readonly=True)
    try:
        found, newest = schema_number(db), migrations()[-1][0]
        if found > newest:
            raise SchemaTooNew(
                f"database {path}: written by a newer watcher (schema {found}, this one knows {newest}); "
                "install that version again"
            )
        if found < newest:
            raise StoreError(
                f"database {path}: schema {found} is older than this watcher ({newest}); "
                "start `watcher run` or `watcher once` first"
            )
        db.execute("begin")
        try:
            yield SqliteTurn(db)
        except sqlite3.Error as error:
            raise StoreError(f"database {path}: {error}") from error
        finally:
            db.execute("rollback")
    finally:
        db.close()
