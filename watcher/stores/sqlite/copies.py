"""Backups of a database: written while others work on it, checked, put back; a damaged file never raises unworded."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from watcher.core.errors import StoreError
from watcher.stores.sqlite.connection import connect, make_private, migrations, require_schema, schema_number, sync
from watcher.stores.sqlite.refusals import too_new


def backup(source: Path, target: Path) -> None:
    """Write a whole, checked copy while others work on the source; an existing target is refused."""
    if target.exists():
        raise StoreError(f"backup {target}: there already; choose another name")
    part = target.with_name(target.name + ".part")
    try:
        part.unlink(missing_ok=True)
        make_private(part)
        with closing(connect(source, readonly=True)) as db, closing(sqlite3.connect(part)) as copy:
            require_schema(db, source)
            db.backup(copy)
            copy.execute("pragma journal_mode = delete")
        problems = check(part)
        if problems:
            raise StoreError(f"backup {target}: the copy is damaged: {problems[0]}")
        sync(part)
        part.replace(target)
        sync(target.parent)
    except (sqlite3.Error, OSError) as error:
        raise StoreError(f"backup {target}: {_cause(error)}") from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What a restore did: where the old database went, if there was one, and how many deliveries will go out again."""

    aside: Path | None
    due: int


def restore(copy: Path, target: Path) -> Restored:
    """Put a checked copy in the database's place; the old one is kept aside.

    Only for who holds the database's lock. The copy is whole beside the target before anything is moved, and the last
    step is one rename: at no moment is there no database, except where the old one was damaged.
    """
    problems = check(copy)
    if problems:
        raise StoreError(f"restore {copy}: {problems[0]}; choose another backup")
    part = target.with_name(target.name + ".part")
    try:
        with closing(sqlite3.connect(f"{copy.absolute().as_uri()}?mode=ro", uri=True)) as db:
            due = db.execute("select count(*) from deliveries where state in ('due', 'leased')").fetchone()[0]
            part.unlink(missing_ok=True)
            make_private(part)
            with closing(sqlite3.connect(part)) as written:
                db.backup(written)
        if target.exists():
            shutil.copymode(target, part)
        sync(part)
        aside = _put_aside(target)
        part.replace(target)
        sync(target.parent)
    except (sqlite3.Error, OSError) as error:
        raise StoreError(f"restore {target}: {_cause(error)}") from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return Restored(aside=aside, due=int(due))


def _put_aside(target: Path) -> Path | None:
    """Keep the old database under another name too; its log is folded in, or goes along where that fails."""
    if not target.exists():
        return None
    with suppress(sqlite3.Error), closing(sqlite3.connect(target)) as old:
        old.execute("pragma wal_checkpoint(truncate)")
    aside = _free_name(target)
    try:
        os.link(target, aside)
    except OSError:  # a file system without links
        shutil.copy(target, aside)  # with its mode
        sync(aside)
    for suffix in ("-wal", "-shm"):
        beside = target.with_name(target.name + suffix)
        if beside.exists():
            beside.replace(aside.with_name(aside.name + suffix))
    return aside


def _cause(error: Exception) -> str:
    """Why a file could not be written, in words."""
    if isinstance(error, OSError):
        return f"{error.strerror or error}; the folder must exist, be writable and have room"
    text = str(error)
    return f"{text}; free space first" if "full" in text else text


def check(path: Path) -> tuple[str, ...]:
    """What is wrong with a database file, in words; () if nothing. Never raises for a damaged or missing file."""
    if not path.is_file():
        return (f"{path}: no such file",)
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
            number, newest = schema_number(db), migrations()[-1][0]
            if number > newest:
                return (too_new(path, number, newest),)
            found = [str(row[0]) for row in db.execute("pragma integrity_check(20)")]
            if found != ["ok"]:
                return tuple(f"{path}: {line}" for line in found)
            tables = db.execute("select count(*) from sqlite_master where name in ('articles', 'outbox', 'deliveries')")
            if number == 0 or not tables.fetchone()[0]:
                return (f"{path}: no watcher database",)
            return _check_meaning(db, path) if number == newest else ()
    except (sqlite3.Error, UnicodeError) as error:
        return (f"{path}: {error}",)


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
        "articles that searches can't find",
        "select count(*) from articles a where not exists (select 1 from search_docsize s where s.id = a.number)",
    ),
    (
        "search entries without an article",
        "select count(*) from search_docsize s where not exists (select 1 from articles a where a.number = s.id)",
    ),
    (
        "articles of no story",
        "select count(*) from articles a where not exists (select 1 from stories s where s.id = a.story)",
    ),
    (
        "readings of no text",
        "select count(*) from (select text from understood union all select text from understood_first) u where not exists (select 1 from texts t where t.number = u.text and t.text is not null)",
    ),
    (
        "dated entries that no sentence states",
        "select count(*) from entries e where not exists (select 1 from entry_evidence v where v.entry = e.id and v.part = 'states')",
    ),
    (
        "sentences of dates without an entry or an article",
        "select count(*) from entry_evidence v where not exists (select 1 from entries e where e.id = v.entry) or not exists (select 1 from articles a where a.number = v.article)",
    ),
    (
        "reminders without an entry",
        "select count(*) from entry_timers m where not exists (select 1 from entries e where e.id = m.entry)",
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
    (
        "entries on the time line of no matter",
        "select count(*) from transitions t where not exists (select 1 from matters m where m.id = t.matter)",
    ),
    (
        "matters whose status is not that of their time line",
        (
            "select count(*) from matters m join transitions t on t.number = (select max(u.number) from transitions u "
            "where u.matter = m.id and u.change = 'status' and u.earlier = 0 and u.withdrawn is null) "
            "where m.status is not t.after"
        ),
    ),
    (
        "articles that told of a matter, and of no entry of its time line",
        "select count(*) from matter_articles w where not exists (select 1 from transitions t where t.number = w.transition and t.matter = w.matter)",
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
