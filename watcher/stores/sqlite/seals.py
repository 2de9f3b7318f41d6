"""The chain of seals over decisions: each covers a day's decisions with their matches and the texts they rest on.

Only what is kept for good is sealed, so pruning breaks no seal; it never alters what it seals.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from watcher.core.errors import StoreError
from watcher.stores.sqlite.connection import connect, require_schema
from watcher.stores.sqlite.times import from_us, to_us

AFTER = timedelta(minutes=10)
"""A day is sealed so long after its end: what was decided before midnight is stored by then."""
_DAYS = 50
"""Days sealed in one go: after a long rest the next rounds go on."""

_ROWS = (
    "select d.number, d.alert, d.observation, d.change, d.way, d.reason, d.detail, d.occasion, d.at, "
    "m.rule, m.rule_version, m.severity, m.evidence, m.reason, o.article, o.revision, t.text from decisions d "
    "left join matches m on m.observation = d.observation and m.alert = d.alert and d.way = 'alert' "
    "left join observations o on o.number = m.observation "
    "left join texts t on t.article = o.article and t.revision = o.revision "
    "where d.number > ? and d.number <= ? order by d.number, m.rule"
)
_TEXT = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """One link of the chain; `upto` is the last decision under it."""

    number: int
    day: str
    upto: int
    decisions: int
    sha256: str
    previous: str
    made: datetime


def seals(db: sqlite3.Connection) -> Iterator[Seal]:
    """All seals, oldest first."""
    return _seals(db, "order by number")


def _seals(db: sqlite3.Connection, order: str) -> Iterator[Seal]:
    for number, day, upto, decisions, sha256, previous, made in db.execute(
        f"select number, day, upto, decisions, sha256, previous, made from seals {order}"
    ):
        yield Seal(
            number=number,
            day=day,
            upto=upto,
            decisions=decisions,
            sha256=sha256,
            previous=previous,
            made=from_us(made),
        )


def last_seal(db: sqlite3.Connection) -> Seal | None:
    """The newest seal."""
    return next(_seals(db, "order by number desc limit 1"), None)


def newest_seal(path: Path) -> Seal | None:
    """The newest seal of a database file; None if there is none, or the file cannot be read."""
    try:
        with closing(connect(path, readonly=True)) as db:
            require_schema(db, path)
            return last_seal(db)
    except (StoreError, sqlite3.Error):
        return None  # what ails the file is said by the checks that come before this one


def unsealed(db: sqlite3.Connection, now: datetime) -> tuple[Seal, ...]:
    """The seals that are due: one for each day that is over, in order; at most so many at a time."""
    last = last_seal(db)
    over = (now.astimezone(UTC) - AFTER).replace(hour=0, minute=0, second=0, microsecond=0)
    due: list[Seal] = []
    for _ in range(_DAYS):
        sealed = 0 if last is None else last.upto
        begins = _begins(db, sealed, now)
        if begins is None:
            break
        ends = begins.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        if ends > over:
            break
        upto = db.execute("select max(number) from decisions where number > ? and at < ?", (sealed, to_us(ends)))
        last = _made(db, last, begins.date().isoformat(), int(upto.fetchone()[0]), now)
        due.append(last)
    return tuple(due)


def _begins(db: sqlite3.Connection, sealed: int, now: datetime) -> datetime | None:
    """When the first decision that is not sealed yet fell; one made while the clock was ahead fell no later than others."""
    row = db.execute("select at from decisions where number > ? order by number limit 1", (sealed,)).fetchone()
    if row is not None and row[0] > to_us(now):
        row = db.execute("select min(at) from decisions where number > ?", (sealed,)).fetchone()
    return None if row is None else from_us(row[0]).astimezone(UTC)


def _made(db: sqlite3.Connection, last: Seal | None, day: str, upto: int, now: datetime) -> Seal:
    previous = "" if last is None else last.sha256
    sha256, count = sealed_hash(db, previous, 0 if last is None else last.upto, upto)
    number = 1 if last is None else last.number + 1
    return Seal(number=number, day=day, upto=upto, decisions=count, sha256=sha256, previous=previous, made=now)


def sealed_hash(db: sqlite3.Connection, previous: str, after: int, upto: int) -> tuple[str, int]:
    """The hash of the seal before and of the hash of each line in a range, and how many decisions there are.

    Of the hashes, not of the lines: so one alert's decisions can be proven without showing those of others.
    """
    whole = hashlib.sha256(previous.encode() + b"\n")
    numbers: set[int] = set()
    for number, line in lines(db, after, upto):
        numbers.add(number)
        whole.update(line_hash(line).encode() + b"\n")
    return whole.hexdigest(), len(numbers)


def line_hash(line: str) -> str:
    """The hash of one sealed line."""
    return hashlib.sha256(line.encode("utf-8", "surrogatepass")).hexdigest()


def lines(db: sqlite3.Connection, after: int, upto: int) -> Iterator[tuple[int, str]]:
    """What is sealed, as text: a decision with one match and the hash of the text that it was found in, a line each."""
    for row in db.execute(_ROWS, (after, upto)):
        text = row[_TEXT]
        proof = None if text is None else hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        yield row[0], json.dumps([*row[:_TEXT], proof], ensure_ascii=False, separators=(",", ":"))


def add_seals(db: sqlite3.Connection, due: tuple[Seal, ...]) -> int:
    """Store seals, unless another was stored since they were made; returns how many were."""
    last = last_seal(db)
    if not due or due[0].previous != ("" if last is None else last.sha256):
        return 0
    db.executemany(
        "insert into seals (number, day, upto, decisions, sha256, previous, made) values (?, ?, ?, ?, ?, ?, ?)",
        [
            (each.number, each.day, each.upto, each.decisions, each.sha256, each.previous, to_us(each.made))
            for each in due
        ],
    )
    return len(due)


def broken_seals(db: sqlite3.Connection) -> Iterator[str]:
    """What does not agree with its seal, by day, in words. Each seal is held against the one stored before it."""
    before: Seal | None = None
    for seal in seals(db):
        if seal.previous != ("" if before is None else before.sha256):
            yield f"the seal of {seal.day} does not follow the one before it: a seal was changed or removed"
        sha256, count = sealed_hash(db, seal.previous, 0 if before is None else before.upto, seal.upto)
        if count != seal.decisions:
            yield f"decisions of {seal.day} were removed or added: {seal.decisions:,} were sealed, {count:,} are there"
        elif sha256 != seal.sha256:
            yield f"a decision of {seal.day}, or what it rests on, was changed after it was sealed"
        before = seal
