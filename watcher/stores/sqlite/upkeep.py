"""Pruning old articles and bodies; never touches what an alert, issue, delivery or decision refers to."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from watcher.core.articles.traces import traces_of
from watcher.core.text.search import index_words
from watcher.stores.sqlite.entries import STATES_A_DATE, remove_evidence
from watcher.stores.sqlite.index import forget
from watcher.stores.sqlite.kin import prune_kin
from watcher.stores.sqlite.requirements import forget_spent
from watcher.stores.sqlite.times import to_us

LEDGER_KEPT = timedelta(days=400)
"""Keys are remembered at least so long after their last sight, longer than any article that led to them."""
_KEYS_EVERY = timedelta(days=1)
_BATCH = 500
"""So many articles and bodies a round: the writer is free again after some 50 ms."""

# What people were told of, or may still be told of, rests on these articles: alerts (and with them the issues, digests'
# queues, occasions and deliveries, which refer to alerts), matches that touched one, and decisions.
HELD = (
    "exists (select 1 from alerts al where al.article = a.number) or "
    "exists (select 1 from alert_items i where i.article = a.number) or "
    "exists (select 1 from observations o where o.article = a.number and ("
    "exists (select 1 from matches m where m.observation = o.number and m.alert is not null) or "
    "exists (select 1 from decisions d where d.observation = o.number)))"
)

# A row of a table that is listed stays whole however old it is: what changes in it is told against its text.
_LISTED = "(substr(a.subject, 1, 4) = 'row:' and substr(a.entry_sha256, 17) <> '" + "0" * 48 + "')"

# `select distinct` would read every row; this takes one step per source.
_SOURCES = (
    "with recursive s (source) as (select min(source) from {table} union all "
    "select (select min(source) from {table} where source > s.source) from s where s.source is not null) "
    "select source from s where source is not null"
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
    kin: int = 0


def prune(db: sqlite3.Connection, keep: Mapping[str, Keep], default: Keep, now: datetime) -> Pruned:
    """One bounded round, within the caller's transaction; called again as long as it finds anything but keys."""
    articles = bodies = 0
    asked = _asked_of(db)
    for (source,) in db.execute(_SOURCES.format(table="articles")).fetchall():
        rule = keep.get(source, default)
        if rule.articles is not None:
            articles += _prune_articles(db, source, to_us(now - rule.articles), asked, _BATCH - articles - bodies)
        if rule.bodies is not None:
            bodies += _prune_bodies(db, source, to_us(now - rule.bodies), asked, _BATCH - articles - bodies)
    forget_spent(db, now)
    db.execute("delete from recipient_holds where until <= ?", (to_us(now),))
    return Pruned(articles=articles, bodies=bodies, keys=_prune_keys(db, now), kin=prune_kin(db, now))


def _asked_of(db: sqlite3.Connection) -> str:
    """The articles that a requirement still counts, or would show when its time comes, as JSON."""
    counted = (
        "select json_extract(i.value, '$[1]') from requirement_states, json_each(requirement_states.state, '$.items') i"
    )
    shown = "select json_extract(state, '$.number') from requirement_states"
    return json.dumps(
        sorted({number for each in (counted, shown) for (number,) in db.execute(each) if number is not None})
    )


def _prune_bodies(db: sqlite3.Connection, source: str, before: int, asked: str, limit: int) -> int:
    rows = db.execute(
        "select a.number, t.number, t.revision = a.revision, t.text, length(a.title) from texts t "
        "join articles a on a.number = t.article where t.source = ? and t.seen < ? and t.text is not null "
        f"and not ({HELD}) and not ({_LISTED} and t.revision = a.revision) and not ({STATES_A_DATE}) "
        "and a.number not in (select value from json_each(?)) limit ?",
        (source, before, asked, limit),
    ).fetchall()
    for article, text_number, newest, text, title_length in rows:
        if newest:
            forget(db, article, text, title_length)
            title, _ = index_words(text[:title_length], title_length)
            db.execute("insert into search (rowid, title, body) values (?, ?, '')", (article, title))
        traces = json.dumps(traces_of(text))
        db.execute("update texts set text = null, text_sha256 = ? where number = ?", (traces, text_number))
        # The places of what was understood are places in the text.
        db.execute("delete from understood where text = ?", (text_number,))
        db.execute("delete from understood_first where text = ?", (text_number,))
    return len(rows)


def _prune_articles(db: sqlite3.Connection, source: str, before: int, asked: str, limit: int) -> int:
    rows = db.execute(
        f"select a.number from articles a where a.source = ? and a.seen < ? and not ({HELD}) and not {_LISTED} "
        f"and not ({STATES_A_DATE}) "
        "and a.number not in (select value from json_each(?)) limit ?",
        (source, before, asked, limit),
    ).fetchall()
    remove_articles(db, [number for (number,) in rows])
    return len(rows)


def remove_articles(db: sqlite3.Connection, numbers: Sequence[int]) -> None:
    """Take articles away with their texts, readings, observations and search entries; their keys stay known."""
    stories = set()
    for number in numbers:
        story, text, title = db.execute(
            "select a.story, t.text, a.title from articles a "
            "join texts t on t.article = a.number and t.revision = a.revision where a.number = ?",
            (number,),
        ).fetchone()
        stories.add(story)
        forget(db, number, title if text is None else text, len(title))
        for table in ("readings", "understood", "understood_first"):
            db.execute(f"delete from {table} where text in (select number from texts where article = ?)", (number,))
        db.execute("delete from texts where article = ?", (number,))
        db.execute(
            "delete from matches where observation in (select number from observations where article = ?)", (number,)
        )
        db.execute("delete from observations where article = ?", (number,))
        db.execute("delete from awaiting where article = ?", (number,))
        db.execute("delete from story_traits where article = ?", (number,))
        remove_evidence(db, number)
        db.execute("delete from matter_articles where article = ?", (number,))
        db.execute("delete from articles where number = ?", (number,))
    recount(db, stories)


def recount(db: sqlite3.Connection, stories: Iterable[str]) -> None:
    """Set right what stories say of their articles; one left without any goes, unless something leads to it."""
    for story in stories:
        count, oldest, last = db.execute(
            "select count(*), min(number), max(seen) from articles where story = ?", (story,)
        ).fetchone()
        if count:
            db.execute(
                "update stories set articles = ?, last_seen = ?, article = case when exists "
                "(select 1 from articles a where a.number = stories.article and a.story = stories.id) "
                "then article else ? end where id = ?",
                (count, last, oldest, story),
            )
        else:
            db.execute(
                "delete from stories where id = :id and merged_into is null and not exists "
                "(select 1 from stories o where o.merged_into = :id and o.merged_into is not null) and not exists "
                "(select 1 from alerts al where al.subject = 'story:' || :id)",
                {"id": story},
            )


def _prune_keys(db: sqlite3.Connection, now: datetime) -> int:
    """Forget keys whose article is gone and which no document has listed for long; once a day, as it reads the ledger."""
    row = db.execute("select value from meta where key = 'keys_pruned'").fetchone()
    if row is not None and int(row[0]) > to_us(now - _KEYS_EVERY):
        return 0
    db.execute(
        "insert into meta (key, value) values ('keys_pruned', ?) on conflict (key) do update set value = excluded.value",
        (str(to_us(now)),),
    )
    return db.execute(
        "delete from ledger where last_seen < ? and not exists (select 1 from articles a where a.number = ledger.article)",
        (to_us(now - LEDGER_KEPT),),
    ).rowcount
