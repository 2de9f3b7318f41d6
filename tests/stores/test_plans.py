"""Hot queries go by their indexes: a missing one is not felt in a test's small database, only after a year."""

from __future__ import annotations

import sqlite3
from datetime import timedelta

import pytest

from tests.stores.make import NOW, fresh, new_article, raise_alert, store
from tests.stores.test_search import plan_of
from watcher.stores.sqlite import SqliteTurn
from watcher.stores.sqlite.deliveries import listed
from watcher.stores.sqlite.readings import ReadingTable
from watcher.stores.sqlite.search import search
from watcher.stores.sqlite.upkeep import Keep, prune

KEPT = Keep(articles=timedelta(days=2), bodies=timedelta(days=1))

HOT = {
    "due sources": lambda turn: turn.sources.due(NOW, {"wire"}, 5),
    "known keys": lambda turn: turn.articles.known("wire", {"guid:1"}, NOW),
    "known entries": lambda turn: turn.articles.known_entries("wire"),
    "candidates": lambda turn: turn.articles.candidates({"t"}, {"l"}, {"k"}, NOW),
    "bonds": lambda turn: turn.articles.bonds("art-1"),
    "text": lambda turn: turn.articles.text(1, 1),
    "alerts": lambda turn: turn.alerts.alerts({"story:1"}),
    "prior matches": lambda turn: turn.alerts.prior(1),
    "lease": lambda turn: turn.outbox.lease("desk", NOW, NOW, 1),
    "waiting deliveries": lambda turn: turn.outbox.waiting(NOW),
    "next number": lambda turn: turn.outbox.next_number("notice:x:"),
    "waiting changes": lambda turn: turn.issues.waiting("weekly", NOW),
    "newest articles": lambda turn: search(turn.db, plan_of(""), limit=20),
    "newest search": lambda turn: search(turn.db, plan_of('"export ban" gallium'), limit=20),
    "search by rule": lambda turn: search(turn.db, plan_of("rule:bans gallium"), limit=20),
    "search by story": lambda turn: search(turn.db, plan_of("story:art-1"), limit=20),
    "dead deliveries": lambda turn: listed(turn.db, states=("dead",)),
    "readings": lambda turn: ReadingTable(turn.db).of(1, 1),
    "unread": lambda turn: list(ReadingTable(turn.db).unread("v", after=0, limit=9)),
    "first text since": lambda turn: ReadingTable(turn.db).first_text(NOW),
    "pruning": lambda turn: prune(turn.db, {"wire": KEPT}, KEPT, NOW + timedelta(days=9)),
}
# Small by nature, read whole: one row a source, channel or chat that rests; and the ledger and what rules over time keep,
# once a day.
WHOLE = {"pruning": ("ledger", "recipient_holds", "requirement_states"), "dead deliveries": ("d",)}


def scans(db: sqlite3.Connection, statement: str, whole: tuple[str, ...]) -> list[str]:
    """Steps of a statement's plan that read a whole table."""
    plan = db.execute(f"explain query plan {statement}").fetchall()
    steps = [row[3] for row in plan if row[3].startswith("SCAN")]
    return [
        step
        for step in steps
        if "USING" not in step
        and "VIRTUAL TABLE" not in step
        and "CONSTANT ROW" not in step
        and step.split()[1] not in (*whole, "s", "e")
    ]


@pytest.fixture
def db(tmp_path):
    found = fresh(tmp_path / "w.db")
    article = new_article(1)
    raise_alert(found, article, store(found, article)[0], digest="weekly")
    store(found, new_article(2))
    yield found
    found.close()


def asked_by(db: sqlite3.Connection, name: str) -> list[str]:
    """The statements that a hot query runs."""
    statements: list[str] = []
    db.set_trace_callback(statements.append)
    HOT[name](SqliteTurn(db))
    db.set_trace_callback(None)
    return [each for each in statements if each.lstrip().lower().startswith(("select", "update", "delete", "with"))]


@pytest.mark.parametrize("name", HOT)
def test_a_hot_query_reads_no_whole_table(db, name):
    asked = asked_by(db, name)

    assert asked
    assert {each: found for each in asked if (found := scans(db, each, WHOLE.get(name, ())))} == {}


@pytest.mark.parametrize(
    ("name", "index"),
    [
        ("due sources", "source_due"),
        ("lease", "deliveries_due"),
        ("waiting changes", "digest_queue_waiting"),
        ("search by story", "articles_story"),
        ("newest articles", "INTEGER PRIMARY KEY"),
        ("pruning", "texts_kept"),
    ],
)
def test_a_hot_query_goes_by_the_index_made_for_it(db, name, index):
    steps = [row[3] for each in asked_by(db, name) for row in db.execute(f"explain query plan {each}")]

    assert any(index in step for step in steps), steps
