"""Rows of tables as they stand: which are listed, by their keys and hashes; contract: `RowTable`."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection

from watcher.core.articles.rows import is_gone
from watcher.core.model import Article
from watcher.stores.sqlite.rows import ARTICLE_COLUMNS, ARTICLE_JOIN, ARTICLE_WIDTH, article_of

_ROWS = "l.source = ? and l.key >= 'row:' and l.key < 'row;'"


class SqliteRows:
    """The part of `articles` and `ledger` that is rows; contract: `RowTable`."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def listed(self, source: str) -> dict[str, str]:
        rows = self._db.execute(
            f"select l.key, a.entry_sha256 from ledger l join articles a on a.number = l.article where {_ROWS}",
            (source,),
        )
        return {key: digest for key, digest in rows if not is_gone(digest)}

    def last(self, source: str, keys: Collection[str]) -> list[tuple[Article, str]]:
        rows = self._db.execute(
            f"select {ARTICLE_COLUMNS}, a.entry_sha256 from ledger l join articles a on a.number = l.article "
            f"{ARTICLE_JOIN} where l.source = ? and l.key in (select value from json_each(?)) order by a.number",
            (source, json.dumps(list(keys))),
        )
        return [(article_of(row[:ARTICLE_WIDTH]), row[ARTICLE_WIDTH]) for row in rows]
