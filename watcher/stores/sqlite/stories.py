"""Stories merged and split by a person.

Ids never change and nothing is told: alerts keep their ids and their history, whatever they are about afterwards, and
an id that once named a story leads to the one that took it in. One short transaction of the caller's.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product

from watcher.core.errors import StoreError
from watcher.core.model import Reason
from watcher.core.text.spelling import did_you_mean
from watcher.stores.sqlite.handing_over import take_over
from watcher.stores.sqlite.keyed import merge_stories, move_alerts_of_story, split_story
from watcher.stores.sqlite.times import to_us
from watcher.stores.sqlite.upkeep import recount

_NEAR = 2_000
_MOST_BONDS = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who decides, why, and when; the why may be empty."""

    name: str
    reason: str
    at: datetime

    @property
    def words(self) -> str:
        """As a decision's detail says it."""
        return f"by {self.name}" + (f": {self.reason}" if self.reason else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What a merge did; `changed` is False if both were one story already."""

    story: str
    other: str
    changed: bool
    articles: int = 0
    closed: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()


def living(db: sqlite3.Connection, story: str) -> str:
    """The story that the id leads to now. Raises StoreError with a near id if it names none."""
    seen: set[str] = set()
    while story not in seen:
        seen.add(story)
        row = db.execute("select merged_into from stories where id = ?", (story,)).fetchone()
        if row is None:
            near = [r[0] for r in db.execute("select id from stories order by founded desc limit ?", (_NEAR,))]
            raise StoreError(f"story {story}: not known{did_you_mean(story, near)}")
        if row[0] is None:
            break
        story = row[0]
    return story


def merge(db: sqlite3.Connection, one: str, two: str, author: Author) -> Merged:
    """Make two stories one: the older takes the younger in. Raises StoreError for an id that names no story."""
    a, b = living(db, one), living(db, two)
    if a == b:
        return Merged(story=a, other=b, changed=False)
    for story in (a, b):
        if db.execute("select 1 from articles where story = ? and subject like 'row:%' limit 1", (story,)).fetchone():
            raise StoreError(f"story {story}: a row of a table, which belongs to no other story")
    ages = {story: _age(db, story) for story in (a, b)}
    survivor, other = sorted((a, b), key=lambda story: ages[story])
    bonds = (_founding(db, survivor), _founding(db, other))
    closed, moved = _merge_alerts(db, survivor, other, author)
    closed += _merge_kept(db, survivor, other, author)
    count = db.execute(
        "update articles set story = :to, subject = 'story:' || :to where story = :from",
        {"to": survivor, "from": other},
    ).rowcount
    db.execute(
        "update stories set merged_into = :to, articles = 0 where id = :from or merged_into = :from",
        {"to": survivor, "from": other},
    )
    db.execute("update digest_queue set story = ? where story = ?", (f"story:{survivor}", f"story:{other}"))
    # Who muted the one hears nothing of the two.
    db.execute(
        "update silences set query = replace(query, :other, :survivor) where instr(query, :other) > 0 and until > :now",
        {"other": other, "survivor": survivor, "now": to_us(author.at)},
    )
    recount(db, [survivor])
    if None not in bonds:
        _bind(db, [(str(bonds[0]), str(bonds[1]))], "must", author)
    _decide(db, f"story:{survivor}", Reason.MERGED, Reason.BY_HAND, f"{other} merged into it {author.words}", author)
    return Merged(story=survivor, other=other, changed=True, articles=count, closed=tuple(closed), moved=tuple(moved))


def _merge_alerts(db: sqlite3.Connection, survivor: str, other: str, author: Author) -> tuple[list[str], list[str]]:
    """Alerts of the story taken in: (closed as merged, now on the survivor).

    Of two alerts of one rule the older stays, on the surviving story, where the next article looks for it; the younger
    is closed on the story that ended. One without a counterpart moves over. Ids stay, so `unique(rule, subject)` is
    kept by trading subjects, and an alert's id may name another subject than the one it was made from.
    """
    closed, moved = [], []
    here, there = f"story:{survivor}", f"story:{other}"
    for rule, theirs, their_raised, their_state in db.execute(
        "select rule, id, raised, state from alerts where subject = ? order by rule", (there,)
    ).fetchall():
        row = db.execute("select id, raised, state from alerts where rule = ? and subject = ?", (rule, here)).fetchone()
        if row is None:
            db.execute("update alerts set subject = ? where id = ?", (here, theirs))
            _decide(db, theirs, Reason.MERGED, Reason.BY_HAND, f"{other} merged into {survivor} {author.words}", author)
            moved.append(theirs)
            continue
        ours, our_raised, our_state = row
        # An open alert is the one that readers still follow; among equals the older stays.
        stays, goes = sorted(((our_state != "open", our_raised, ours), (their_state != "open", their_raised, theirs)))
        if stays[2] == theirs:
            db.execute("update alerts set subject = ? where id = ?", (f"trading:{ours}", ours))
            db.execute("update alerts set subject = ? where id = ?", (here, theirs))
            db.execute("update alerts set subject = ? where id = ?", (there, ours))
        take_over(db, goes[2], stays[2], author.at)
        _close(db, goes[2], stays[2], here, f"{other} merged into {survivor} {author.words}", author)
        closed.append(goes[2])
    return closed, moved


def _merge_kept(db: sqlite3.Connection, survivor: str, other: str, author: Author) -> list[str]:
    """What requirements keep of both is one; returns the alerts that end because the survivor has one of its own."""
    closed = []
    for rule, goes, stays in merge_stories(db, survivor, other):
        found = dict(
            db.execute("select subject, id from alerts where rule = ? and subject in (?, ?)", (rule, goes, stays))
        )
        if len(found) > 1:
            take_over(db, found[goes], found[stays], author.at)
            _close(db, found[goes], found[stays], stays, f"{other} merged into {survivor} {author.words}", author)
            closed.append(found[goes])
    move_alerts_of_story(db, survivor, other)
    return closed


def _close(db: sqlite3.Connection, alert: str, into: str, subject: str, words: str, author: Author) -> None:
    """Close an alert as merged; what of it waits for an issue waits under the one that stays, if that never waited."""
    db.execute(
        "update alerts set close_reason = 'merged', updated = :at, state = 'closed' where id = :id and state = 'open'",
        {"at": to_us(author.at), "id": alert},
    )
    db.execute(
        "update digest_queue set alert = :into, story = :subject where alert = :id and period is null and not exists "
        "(select 1 from digest_queue q where q.digest = digest_queue.digest and q.alert = :into)",
        {"into": into, "subject": subject, "id": alert},
    )
    db.execute("delete from digest_queue where alert = ? and period is null", (alert,))
    _decide(db, alert, Reason.CLOSED, Reason.MERGED, f"{words}; {into} stays", author)


def split(db: sqlite3.Connection, story: str, articles: Sequence[str], author: Author) -> str:
    """Let articles of a story found a new one; returns its id. Alerts stay with the old story; judging the new one is the caller's.

    The new story has the id of its oldest article, or a later form of it where that id named a story before: what was
    said under an id keeps its meaning. Raises StoreError for what can't be done, with nothing changed.
    """
    old = living(db, story)
    moving = dict.fromkeys(articles)
    rows = [_member(db, old, article) for article in moving]
    held = db.execute("select number, id, subject from articles where story = ? order by number", (old,)).fetchall()
    if any(subject.startswith("row:") for _, _, subject in held):
        raise StoreError(f"story {old}: a row of a table, which stands for itself")
    staying = [id_ for _, id_, _ in held if id_ not in moving]
    if not staying:
        raise StoreError(f"story {old}: these are all of its articles; leave at least one")
    number, founder, seen = min(rows)
    new = _free_id(db, founder)
    db.execute("insert into stories (id, article, founded, last_seen) values (?, ?, ?, ?)", (new, number, seen, seen))
    db.executemany(
        "update articles set story = ?, subject = ? where number = ?", [(new, f"story:{new}", each[0]) for each in rows]
    )
    split_story(db, old, new, frozenset(each[0] for each in rows))
    recount(db, [old, new])
    _bind(db, [(founder, id_) for _, id_, _ in rows if id_ != founder], "must", author)
    apart = list(product(moving, staying))
    _bind(db, apart if len(apart) <= _MOST_BONDS else [(founder, staying[0])], "cannot", author)
    _decide(db, f"story:{old}", Reason.FOUNDED, Reason.BY_HAND, f"{new} split from it {author.words}", author)
    _decide(db, f"story:{new}", Reason.FOUNDED, Reason.BY_HAND, f"split from {old} {author.words}", author)
    return new


def _member(db: sqlite3.Connection, story: str, article: str) -> tuple[int, str, int]:
    """(number, id, first sight) of an article of the story."""
    row = db.execute("select number, id, seen, story from articles where id = ?", (article,)).fetchone()
    if row is None:
        near = [r[0] for r in db.execute("select id from articles where story = ? limit ?", (story, _NEAR))]
        raise StoreError(f"article {article}: not known{did_you_mean(article, near)}")
    if row[3] != story:
        raise StoreError(f"article {article}: is not in story {story}, but in {row[3]}")
    return int(row[0]), str(row[1]), int(row[2])


def _age(db: sqlite3.Connection, story: str) -> tuple[int, int]:
    """What orders stories by age: when founded, then the founding article's row."""
    founded, article = db.execute("select founded, article from stories where id = ?", (story,)).fetchone()
    return int(founded), int(article)


def _founding(db: sqlite3.Connection, story: str) -> str | None:
    """The oldest article of a story that is still stored."""
    row = db.execute("select id from articles where story = ? order by number limit 1", (story,)).fetchone()
    return None if row is None else str(row[0])


def _free_id(db: sqlite3.Connection, founder: str) -> str:
    number, found = 1, founder
    while db.execute("select 1 from stories where id = ?", (found,)).fetchone():
        number += 1
        found = f"{founder}.{number}"
    return found


def _bind(db: sqlite3.Connection, pairs: Iterable[tuple[str, str]], bond: str, author: Author) -> None:
    """Store hand decisions on pairs of articles, in either order one row; a later decision replaces an earlier."""
    db.executemany(
        "insert into story_links (a, b, bond, author, reason, at) values (?, ?, ?, ?, ?, ?) on conflict (a, b) do "
        "update set bond = excluded.bond, author = excluded.author, reason = excluded.reason, at = excluded.at",
        [(*sorted(pair), bond, author.name, author.reason, to_us(author.at)) for pair in pairs],
    )


def _decide(db: sqlite3.Connection, alert: str, change: Reason, reason: Reason, detail: str, author: Author) -> None:
    db.execute(
        "insert into decisions (alert, observation, change, way, reason, detail, occasion, at) "
        "values (?, 0, ?, 'hand', ?, ?, null, ?)",
        (alert, change, reason, detail, to_us(author.at)),
    )
