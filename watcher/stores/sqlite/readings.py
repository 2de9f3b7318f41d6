"""What was understood of articles, as it was stored with their texts, and put anew by a re-read.

The reading that rules judged by is never lost while its text is kept: another one takes its place, not its row.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from watcher.core.model import Article
from watcher.core.understanding.stored import from_bytes, to_bytes
from watcher.core.understanding.understander import Understood
from watcher.stores.sqlite.rows import ARTICLE_COLUMNS, ARTICLE_WIDTH, article_of
from watcher.stores.sqlite.times import from_us, to_us


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredReading:
    """What was understood of a text, and by which version of what reads; `same` read it last and found no other.

    `at` is when it was read anew; None if it was read before rules judged the article.
    """

    understood: Understood
    version: str
    same: str | None = None
    at: datetime | None = None

    @property
    def holds(self) -> str:
        """The newest version that is known to read so."""
        return self.same or self.version


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredReadings:
    """The readings of one text: as it stands, and, where a re-read found another, the first that rules judged by."""

    standing: StoredReading
    first: StoredReading | None = None

    @property
    def judged(self) -> StoredReading | None:
        """What rules judged by; None if the text was only read later."""
        return self.first or (self.standing if self.standing.at is None else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """An article whose newest text was not yet read by the version asked for; `reading` is what is stored of it."""

    text: int
    article: Article
    reading: StoredReading | None


class ReadingTable:
    """The tables `understood` and `understood_first`, in one connection's transaction."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def of(self, number: int, revision: int) -> StoredReadings | None:
        """The readings of a revision of the article in that row; None if it was not read, or in a form of old."""
        row = self._db.execute(
            "select u.kept, u.version, u.same, u.at, f.kept, f.version from texts t join understood u on u.text = t.number "
            "left join understood_first f on f.text = t.number where t.article = ? and t.revision = ?",
            (number, revision),
        ).fetchone()
        if row is None:
            return None
        standing = _reading(*row[:4])
        first = _reading(*row[4:]) if row[4] is not None else None
        return StoredReadings(standing=standing, first=first) if standing is not None else None

    def unread(
        self, version: str, *, after: int, limit: int, source: str | None = None, since: datetime | None = None
    ) -> Iterator[Unread]:
        """Newest texts in the order they came, from beyond the text numbered `after`, which that version has not read.

        Args: `limit` bounds the texts that are looked at; `source` and `since` leave out others and older ones.
        """
        rows = self._db.execute(
            f"select {ARTICLE_COLUMNS}, t.number, u.kept, u.version, u.same, u.at from texts t "
            f"join articles a on a.number = t.article and a.revision = t.revision left join understood u on u.text = t.number "
            "where t.number > :after and t.number <= :upto and t.text is not null "
            "and coalesce(u.same, u.version, '') <> :version "
            "and (:source is null or a.source = :source) and (:since is null or a.seen >= :since) order by t.number",
            {
                "after": after,
                "upto": after + limit,
                "version": version,
                "source": source,
                "since": None if since is None else to_us(since),
            },
        )
        for row in rows:
            number, kept, *rest = row[ARTICLE_WIDTH:]
            yield Unread(
                text=number,
                article=article_of(row[:ARTICLE_WIDTH]),
                reading=_reading(kept, *rest) if kept is not None else None,
            )

    def last_text(self) -> int:
        """The number of the newest text; 0 if there is none."""
        return int(self._db.execute("select coalesce(max(number), 0) from texts").fetchone()[0])

    def first_text(self, since: datetime) -> int:
        """The number that no text of an article first seen since then lies below; 0 if there is none."""
        # Texts and articles are numbered in one order, and whatever came was judged when it came: that has an index,
        # which SQLite would pass over for the smallest article without the plus.
        row = self._db.execute(
            "select min(number) from texts where article = (select min(+article) from observations where seen >= ?)",
            (to_us(since),),
        ).fetchone()
        return int(row[0] or 0)

    def confirm(self, text: int, version: str) -> None:
        """Note that another version has read the text and found the same."""
        self._db.execute("update understood set same = ? where text = ?", (version, text))

    def put(self, text: int, understood: Understood, version: str, now: datetime) -> None:
        """Let a new reading stand; the first stays, if rules judged by it. One of a pruned text is dropped."""
        self._db.execute(
            "insert into understood_first (text, version, kept) "
            "select text, version, kept from understood where text = ? and at is null on conflict do nothing",
            (text,),
        )
        self._db.execute(
            "insert or replace into understood (text, version, same, at, kept) "
            "select number, ?, null, ?, ? from texts where number = ? and text is not null",
            (version, to_us(now), to_bytes(understood), text),
        )


def _reading(kept: bytes, version: str, same: str | None = None, at: int | None = None) -> StoredReading | None:
    understood = from_bytes(kept)
    return (
        StoredReading(understood=understood, version=version, same=same, at=from_us(at))
        if understood is not None
        else None
    )
