"""A source's history under another name, or forgotten; never touches what people were told of.

Article, story, alert and delivery ids stay as they are: they were told to people and are part of messages.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from watcher.core.errors import StoreError
from watcher.core.text.spelling import did_you_mean
from watcher.stores.sqlite.keyed import forget_values, rename_values
from watcher.stores.sqlite.upkeep import HELD, remove_articles

_BATCH = 500
_BY_SOURCE = (
    "documents",
    "ledger",
    "articles",
    "texts",
    "observations",
    "awaiting",
    "pushed",
    "source_events",
    "points",
    "transitions",
    "entry_evidence",
)
_STATE = ("source_state", "source_looks", "source_health")
"""What polls leave behind; a row of the new name's own may have been made by a reload."""


def known_sources(db: sqlite3.Connection) -> list[str]:
    """Every source that has a state or articles."""
    rows = db.execute(
        "with recursive s (source) as (select min(source) from articles union all "
        "select (select min(source) from articles where source > s.source) from s where s.source is not null) "
        "select source from s where source is not null union select source from source_state order by 1"
    )
    return [row[0] for row in rows]


def has_asked(db: sqlite3.Connection, source: str, url: str) -> bool:
    """Whether a document of that source came from that address, in the form in which addresses are stored."""
    found = db.execute("select 1 from documents where source = ? and url = ? limit 1", (source, url)).fetchone()
    return found is not None


def rename(db: sqlite3.Connection, old: str, new: str) -> int:
    """Give all that is stored of a source to another name; returns how many articles it has.

    What was renamed already is left as it is. Raises StoreError if `new` has a history of its own.
    """
    names = known_sources(db)
    if old == new:
        raise StoreError(f"source {old}: that is its name already")
    if old not in names:
        raise StoreError(f"source {old}: nothing is stored of it{did_you_mean(old, names)}")
    state = db.execute("select imported from source_state where source = ?", (new,)).fetchone()
    own = db.execute("select 1 from articles where source = ? limit 1", (new,)).fetchone()
    if own is not None or (state is not None and state[0] is not None):
        raise StoreError(
            f"source {new}: has a history of its own; drop that first with `watcher sources forget {new} --yes`"
        )
    db.execute("delete from ledger where source = ?", (new,))
    for table in _STATE:
        db.execute(f"delete from {table} where source = ?", (new,))
        db.execute(f"update {table} set source = ? where source = ?", (new, old))
    for table in _BY_SOURCE:
        db.execute(f"update {table} set source = ? where source = ?", (new, old))
    names_of = {"old": old, "new": new, "start": f"row:{old}/", "row": f"row:{new}/"}
    for table, column in (("articles", "subject"), ("alerts", "subject"), ("digest_queue", "story")):
        db.execute(
            f"update {table} set {column} = :row || substr({column}, length(:start) + 1) "
            f"where substr({column}, 1, length(:start)) = :start",
            names_of,
        )
    db.execute("update alerts set subject = 'source:' || :new where subject = 'source:' || :old", names_of)
    rename_values(db, "source", old, new)
    _rename_series(db, names_of)
    return int(db.execute("select count(*) from articles where source = ?", (new,)).fetchone()[0])


def _rename_series(db: sqlite3.Connection, names_of: Mapping[str, str]) -> None:
    """How far rules on the source's series have come goes on under the new name, and what they told of."""
    db.execute("update or replace firings set source = :new where source = :old", names_of)
    for table, column in (("articles", "subject"), ("alerts", "subject"), ("digest_queue", "story")):
        db.execute(
            f"update or ignore {table} set {column} = 'series:' || :new || substr({column}, length('series:' || :old) + 1) "
            f"where {column} = 'series:' || :old or "
            f"substr({column}, 1, length('series:' || :old || '/')) = 'series:' || :old || '/'",
            names_of,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgettable:
    """What forgetting a source would take away: articles, and those of them that stay because of alerts."""

    articles: int
    held: int


def forgettable(db: sqlite3.Connection, source: str) -> Forgettable:
    """What there is to forget. Raises StoreError if nothing is stored of the source."""
    names = known_sources(db)
    if source not in names:
        raise StoreError(f"source {source}: nothing is stored of it{did_you_mean(source, names)}")
    total = db.execute("select count(*) from articles where source = ?", (source,)).fetchone()[0]
    held = db.execute(f"select count(*) from articles a where a.source = ? and ({HELD})", (source,)).fetchone()[0]
    return Forgettable(articles=int(total), held=int(held))


def forget_articles(db: sqlite3.Connection, source: str) -> int:
    """Take away one batch of the source's articles that nobody was told of; called until it returns 0."""
    rows = db.execute(
        f"select number from articles a where a.source = ? and not ({HELD}) limit ?", (source, _BATCH)
    ).fetchall()
    remove_articles(db, [number for (number,) in rows])
    return len(rows)


def forget_state(db: sqlite3.Connection, source: str, at: datetime, *, again: bool) -> None:
    """Forget keys, cursor and documents, so that the next poll is a first sight; `again`: it is due at once.

    Keys of articles that stay are kept: the same entry must not be stored a second time.
    """
    forget_values(db, "source", source, at)
    db.execute(
        "delete from ledger where source = ? and not exists (select 1 from articles a where a.number = ledger.article)",
        (source,),
    )
    for table in _STATE:
        db.execute(f"delete from {table} where source = ?", (source,))
    db.execute("delete from documents where source = ?", (source,))
    # What moved a matter stays on its time line: its status rests on that.
    db.execute(
        "delete from transitions where source = ? and change <> 'status' and not exists "
        "(select 1 from articles a where a.number = transitions.article) and not exists "
        "(select 1 from matter_articles w where w.transition = transitions.number)",
        (source,),
    )
    if again:
        db.execute("insert into source_state (source, next_due) values (?, 0)", (source,))
