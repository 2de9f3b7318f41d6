"""Pruning, backing up, restoring and checking a database; never touches what an alert, issue or delivery refers to."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from watcher.core.errors import StoreError
from watcher.core.search import index_words
from watcher.stores.sqlite.connection import connect, migrations, schema_number
from watcher.stores.sqlite.index import forget
from watcher.stores.sqlite.times import to_us

LEDGER_KEPT = timedelta(days=400)
"""Keys are remembered at least so long after their last sight, longer than any article that led to them."""
_BATCH = 500

# An article is held while anything that people were told of, or may still be told of, rests on it.
_HELD = (
    "exists (select 1 from alerts al where al.article = a.number) or "
    "exists (select 1 from matches m join observations o on o.number = m.observation "
    "where o.article = a.number and m.alert is not null)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """How long a source's articles and their bodies are kept; None is for ever."""

    articles: timedelta | None
    bodies: timedelta | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """What one round of pruning took away."""

    articles: int
    bodies: int
    keys: int


def prune(db: sqlite3.Connection, keep: Mapping[str, Keep], default: Keep, now: datetime) -> Pruned:
    """One bounded round; called again as long as it finds something."""
    articles = bodies = 0
    for (source,) in db.execute("select distinct source from articles").fetchall():
        rule = keep.get(source, default)
        if rule.articles is not None:
            articles += _prune_articles(db, source, to_us(now - rule.articles))
        if rule.bodies is not None:
            bodies += _prune_bodies(db, source, to_us(now - rule.bodies))
    keys = db.execute(
        "delete from ledger where last_seen < ? and not exists (select 1 from articles a where a.number = ledger.article)",
        (to_us(now - LEDGER_KEPT),),
    ).rowcount
    return Pruned(articles=articles, bodies=bodies, keys=keys)


def _prune_bodies(db: sqlite3.Connection, source: str, before: int) -> int:
    rows = db.execute(
        "select a.number, t.number, t.revision = a.revision, t.text, length(a.title) from articles a "
        "join texts t on t.article = a.number where a.source = ? and a.seen < ? and t.text is not null "
        f"and not ({_HELD}) limit ?",
        (source, before, _BATCH),
    ).fetchall()
    for article, text_number, newest, text, title_length in rows:
        if newest:
            forget(db, article, text, title_length)
            title, _ = index_words(text[:title_length], title_length)
            db.execute("insert into search (rowid, title, body) values (?, ?, '')", (article, title))
        db.execute("update texts set text = null where number = ?", (text_number,))
    return len(rows)


def _prune_articles(db: sqlite3.Connection, source: str, before: int) -> int:
    rows = db.execute(
        "select a.number, t.text, a.title from articles a join texts t on t.article = a.number and t.revision = a.revision "
        f"where a.source = ? and a.seen < ? and not ({_HELD}) limit ?",
        (source, before, _BATCH),
    ).fetchall()
    for number, text, title in rows:
        forget(db, number, title if text is None else text, len(title))
        db.execute("delete from readings where text in (select number from texts where article = ?)", (number,))
        db.execute("delete from texts where article = ?", (number,))
        db.execute(
            "delete from matches where observation in (select number from observations where article = ?)", (number,)
        )
        db.execute("delete from observations where article = ?", (number,))
        db.execute("delete from articles where number = ?", (number,))
    return len(rows)


def backup(source: Path, target: Path) -> None:
    """Write a whole, checked copy while others work on the source; an existing target is refused."""
    if target.exists():
        raise StoreError(f"backup {target}: there already; choose another name")
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    try:
        with closing(connect(source, readonly=True)) as db, closing(sqlite3.connect(part)) as copy:
            db.backup(copy)
            copy.execute("pragma journal_mode = delete")
        problems = check(part)
        if problems:
            raise StoreError(f"backup {target}: the copy is damaged: {problems[0]}")
        _sync(part)
        part.replace(target)
    except sqlite3.Error as error:
        raise StoreError(f"backup {target}: {error}") from error
    finally:
        part.unlink(missing_ok=True)


def restore(copy: Path, target: Path) -> Path | None:
    """Put a checked copy in the database's place; the old one is moved aside and its path returned."""
    problems = check(copy)
    if problems:
        raise StoreError(f"restore {copy}: the backup is damaged: {problems[0]}; choose another backup")
    aside = None
    if target.exists():
        aside = _free_name(target)
        target.replace(aside)
    for suffix in ("-wal", "-shm"):
        beside = target.with_name(target.name + suffix)
        if beside.exists():
            beside.replace(aside.with_name(aside.name + suffix) if aside else _free_name(beside))
    part = target.with_name(target.name + ".part")
    part.write_bytes(copy.read_bytes())
    _sync(part)
    part.replace(target)
    return aside


def check(path: Path) -> tuple[str, ...]:
    """What is wrong with a database file, in words; () if nothing. Never raises for a damaged file."""
    if not path.is_file():
        return (f"{path}: no such file",)
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
            found = [str(row[0]) for row in db.execute("pragma integrity_check(20)")]
            number = schema_number(db)
            newest = migrations()[-1][0]
            if found == ["ok"] and number > newest:
                return (f"{path}: written by a newer watcher (schema {number}, this one knows {newest})",)
            if found == ["ok"] and number == 0:
                return (f"{path}: no watcher database",)
            if found == ["ok"]:
                return _check_meaning(db, path)
    except sqlite3.Error as error:
        return (f"{path}: {error}",)
    return tuple(f"{path}: {line}" for line in found)


_MEANING = (
    (
        "articles without a text",
        "select count(*) from articles a where not exists (select 1 from texts t where t.article = a.number and t.revision = a.revision)",
    ),
    (
        "alerts without an article",
        "select count(*) from alerts al where not exists (select 1 from articles a where a.number = al.article)",
    ),
    (
        "deliveries without an occasion",
        "select count(*) from deliveries d where not exists (select 1 from occasions o where o.id = d.occasion)",
    ),
    (
        "occasions of alerts that are not there",
        "select count(*) from occasions o where o.alert is not null and not exists (select 1 from alerts al where al.id = o.alert)",
    ),
    (
        "decisions to tell without an occasion",
        "select count(*) from decisions d where d.reason = 'told' and not exists (select 1 from occasions o where o.id = d.occasion)",
    ),
)


def _check_meaning(db: sqlite3.Connection, path: Path) -> tuple[str, ...]:
    """What SQLite can't know: rows that refer to nothing."""
    found = []
    for words, query in _MEANING:
        count = db.execute(query).fetchone()[0]
        if count:
            found.append(f"{path}: {count} {words}")
    return tuple(found)


def _free_name(path: Path) -> Path:
    number = 1
    while (found := path.with_name(f"{path.name}.before-restore-{number}")).exists():
        number += 1
    return found


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
