"""What waits for a channel or digest that the configuration has no more: found, moved, or dropped with a reason.

Every change is one short transaction of the caller's; nothing is deleted but places in a digest's queue, and each of
those leaves a decision.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from watcher.core.model import Reason
from watcher.core.telling.outbox import delivery_id
from watcher.stores.sqlite.stories import Author
from watcher.stores.sqlite.times import from_us, to_us

_MOST = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Stranded:
    """So many messages or changes wait for something that is not configured, the newest since then."""

    kind: Literal["channel", "digest"]
    name: str
    waiting: int
    newest: datetime

    @property
    def move(self) -> str:
        """The command that lets them go another way."""
        return (
            f"watcher deliveries move {self.name} NEW"
            if self.kind == "channel"
            else f"watcher digest {self.name} --move NEW"
        )

    @property
    def drop(self) -> str:
        """The command that gives them up."""
        how = f"deliveries drop {self.name}" if self.kind == "channel" else f"digest {self.name} --drop"
        return f"watcher {how} --reason WHY"


def stranded(db: sqlite3.Connection, *, channels: Collection[str], digests: Collection[str]) -> list[Stranded]:
    """Everything that waits for none of these channels and digests."""
    waiting = db.execute(
        "select channel, count(*), max(created) from deliveries where state in ('due', 'leased') group by channel"
    ).fetchall()
    queued = db.execute(
        "select digest, count(*), max(assigned) from digest_queue where period is null group by digest"
    ).fetchall()
    return [
        *(
            Stranded(kind="channel", name=name, waiting=count, newest=from_us(newest))
            for name, count, newest in waiting
            if name not in channels
        ),
        *(
            Stranded(kind="digest", name=name, waiting=count, newest=from_us(newest))
            for name, count, newest in queued
            if name not in digests
        ),
    ]


def last_told(db: sqlite3.Connection, prefix: str) -> datetime | None:
    """When the newest occasion was stored whose id begins so."""
    row = db.execute(
        "select max(at) from occasions where id >= ? and id < ?", (prefix, prefix + "\U0010ffff")
    ).fetchone()
    return None if row[0] is None else from_us(int(row[0]))


def move_deliveries(db: sqlite3.Connection, old: str, new: str, recipients: Sequence[str], author: Author) -> int:
    """Let what waits for a channel go out on another one, in its order; returns how many deliveries that ends.

    What the other channel told already is not told there again.
    """
    rows = db.execute(
        "select id, occasion, created from deliveries where channel = ? and state in ('due', 'leased') "
        "and state = 'due' order by number limit ?",
        (old, _MOST),
    ).fetchall()
    now = to_us(author.at)
    db.executemany(
        "insert into deliveries (id, occasion, channel, recipient, state, due, created) "
        "values (?, ?, ?, ?, 'due', ?, ?) on conflict do nothing",
        [
            (delivery_id(occasion, new, recipient), occasion, new, recipient, now, created)
            for _, occasion, created in rows
            for recipient in recipients
        ],
    )
    _close(db, [row[0] for row in rows], f"moved to {new} {author.words}", author)
    return len(rows)


def drop_deliveries(db: sqlite3.Connection, channel: str, author: Author) -> int:
    """Give up what waits for a channel; the author's reason stays with each. Returns how many."""
    rows = db.execute(
        "select id from deliveries where channel = ? and state in ('due', 'leased') and state = 'due' limit ?",
        (channel, _MOST),
    ).fetchall()
    _close(db, [row[0] for row in rows], f"dropped {author.words}", author)
    return len(rows)


def move_queue(db: sqlite3.Connection, old: str, new: str, author: Author) -> int:
    """Let what waits for a digest's issue wait for another's; returns how many changes moved or waited there too."""
    rows = _queue(db, old)
    db.executemany(
        "insert into digest_queue (digest, alert, change, story, reason, news, assigned) select ?, alert, change, story, "
        "reason, news, assigned from digest_queue where digest = ? and alert = ? and change = ? on conflict do nothing",
        [(new, old, alert, change) for alert, change, _ in rows],
    )
    _leave(db, old, rows, f"moved to digest {new} {author.words}", author)
    return len(rows)


def drop_queue(db: sqlite3.Connection, digest: str, author: Author) -> int:
    """Take what waits for a digest's issue out of its queue; a decision on each alert says why. Returns how many."""
    rows = _queue(db, digest)
    _leave(db, digest, rows, f"dropped {author.words}", author)
    return len(rows)


def _queue(db: sqlite3.Connection, digest: str) -> list[tuple[str, int, str]]:
    return db.execute(
        "select alert, change, reason from digest_queue where digest = ? and period is null "
        "order by assigned, alert, change limit ?",
        (digest, _MOST),
    ).fetchall()


def _leave(
    db: sqlite3.Connection, digest: str, rows: Sequence[tuple[str, int, str]], words: str, author: Author
) -> None:
    db.executemany(
        "delete from digest_queue where digest = ? and alert = ? and change = ? and period is null",
        [(digest, alert, change) for alert, change, _ in rows],
    )
    db.executemany(
        "insert into decisions (alert, observation, change, way, reason, detail, occasion, at) "
        "values (?, 0, ?, ?, ?, ?, null, ?)",
        [(alert, reason, f"digest:{digest}", Reason.BY_HAND, words, to_us(author.at)) for alert, _, reason in rows],
    )


def _close(db: sqlite3.Connection, deliveries: Sequence[str], reason: str, author: Author) -> None:
    db.executemany(
        "update deliveries set state = 'closed', reason = ?, finished = ? where id = ?",
        [(reason, to_us(author.at), delivery) for delivery in deliveries],
    )
