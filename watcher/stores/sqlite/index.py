"""Taking articles out of the search index."""

from __future__ import annotations

import sqlite3

from watcher.core.text.search import index_words


def forget(db: sqlite3.Connection, number: int, text: str, title_length: int) -> None:
    """Take an article out of the index; being contentless, it asks for the very words that were put in.

    A text that is no longer stored was indexed by its title alone.
    """
    title, body = index_words(text, title_length)
    db.execute("insert into search (search, rowid, title, body) values ('delete', ?, ?, ?)", (number, title, body))
