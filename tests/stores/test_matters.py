"""Matters in the store: a line that has each entry once, and what pruning, renaming, forgetting and checking make of it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.core.matters.make import PERMIT, telling
from tests.stores.make import NOW, fresh, new_article, store
from watcher.core.matters.kept import Origin
from watcher.core.matters.model import Change, Standing
from watcher.core.matters.moving import moves, repeats, started, stood
from watcher.core.model import Trust
from watcher.stores.sqlite import SqliteTurn
from watcher.stores.sqlite.copies import check
from watcher.stores.sqlite.renaming import forget_articles, forget_state, rename
from watcher.stores.sqlite.upkeep import Keep, prune

AT = datetime(2026, 11, 1, tzinfo=UTC)

TEXT = "The agency granted the permit for the mine."


@pytest.fixture
def db(tmp_path):
    found = fresh(tmp_path / "w.db")
    yield found
    found.close()


def origin(number=1, source="wire"):
    return Origin(
        number=number,
        revision=1,
        article=f"art-{number}",
        source=source,
        publisher="The Wire",
        trust=Trust.WIRE,
        title="Permit granted",
        link="https://wire.example/1",
        seen=NOW,
        mark="live",
    )


def enter(db, told, *, number=1, source="wire", text=TEXT):
    turn = SqliteTurn(db)
    kept = turn.matters.kept(["permit"]).get("permit")
    standing = kept.standing if kept else started(PERMIT)
    made = moves(PERMIT, standing, told, text)
    turn.matters.stand(PERMIT, "", stood(standing, made), None, NOW)
    entered = turn.matters.enter(made, repeats(made), origin(number, source))
    turn.matters.told(number, "permit", entered, repeats=False, why=made.why)
    return made


def test_an_entry_comes_back_as_it_was_written(db):
    told = telling("granted", amounts=("up to 5 USD",), dates=(("expires", date(2026, 9, 1)),), background="recalled")
    made = enter(db, told)

    [entered] = SqliteTurn(db).matters.line("permit")
    assert entered.made == replace(made, sure=True, trust=Trust.WIRE)
    assert (entered.origin, entered.withdrawn) == (origin(), None)
    kept = SqliteTurn(db).matters.kept(["permit"])["permit"]
    assert kept.standing == stood(started(PERMIT), made)


def test_the_schema_itself_refuses_an_entry_twice(db):
    enter(db, telling("granted"))
    made = moves(PERMIT, started(PERMIT), telling("granted"), TEXT)

    with pytest.raises(sqlite3.IntegrityError):
        SqliteTurn(db).matters.enter(made, repeats(made), origin(2))


def test_what_repeats_a_sentence_finds_the_entry_that_moved(db):
    enter(db, telling("granted"))
    again = moves(PERMIT, Standing(status="granted"), telling("granted"), TEXT)

    assert again.change is Change.EVIDENCE
    assert SqliteTurn(db).matters.said_before("permit", again.key).made.moves
    assert SqliteTurn(db).matters.said_before("permit", "another") is None


def test_a_lapse_is_due_from_its_moment_on_and_the_longest_ended_comes_first(db):
    turn = SqliteTurn(db)
    for name, hours in (("late", 1), ("early", 5)):
        turn.matters.stand(replace(PERMIT, id=name), "", started(PERMIT), NOW - timedelta(hours=hours), NOW)

    assert not turn.matters.lapses_due(NOW - timedelta(hours=6))
    assert turn.matters.lapses_due(NOW)
    assert turn.matters.lapsed(NOW) == ["early", "late"]


def test_pruning_an_article_leaves_its_entry_on_the_line(db):
    article = new_article(1)
    [stored] = store(db, article)
    enter(db, telling("granted"), number=stored.number)

    prune(db, {}, Keep(articles=timedelta(days=1), bodies=None), NOW + timedelta(days=400))

    assert db.execute("select count(*) from articles").fetchone() == (0,)
    assert db.execute("select count(*) from matter_articles").fetchone() == (0,)
    [entered] = SqliteTurn(db).matters.line("permit")
    assert entered.made.sentence == TEXT[:40]


def test_a_renamed_source_keeps_its_entries(db):
    article = new_article(1)
    [stored] = store(db, article)
    enter(db, telling("granted"), number=stored.number, source=article.article.source)

    rename(db, article.article.source, "another")

    assert [each.origin.source for each in SqliteTurn(db).matters.line("permit")] == ["another"]


def test_a_forgotten_source_takes_its_evidence_along_and_leaves_what_moved(db):
    article = new_article(1)
    [stored] = store(db, article)
    source = article.article.source
    enter(db, telling("granted"), number=stored.number, source=source)
    enter(db, telling("granted"), number=stored.number, source=source, text="It has been granted, they say again.")

    while forget_articles(db, source):
        pass
    forget_state(db, source, AT, again=True)

    assert [each.made.change for each in SqliteTurn(db).matters.line("permit")] == [Change.STATUS]


def test_what_a_check_finds(tmp_path):
    path = tmp_path / "w.db"
    with closing(fresh(path)) as db:
        enter(db, telling("granted"))
        assert check(path) == ()
        db.execute("update matters set status = 'refused'")
        db.execute("update matter_articles set transition = 99")
        db.execute("insert into matter_articles values (1, 'nobody', 1, 0, '')")
    assert [line.partition(": ")[2] for line in check(path)] == [
        "1 matters whose status is not that of their time line",
        "2 articles that told of a matter, and of no entry of its time line",
    ]


def test_every_question_of_the_turn_is_answered_by_an_index(db):
    for query in (
        "select 1 from matters where lapses <= 5 limit 1",
        "select 1 from transitions t where t.matter = 'a' and (t.key = 'b' or t.said = 'b')",
        "select 1 from transitions t where t.article = 1",
        "select 1 from matter_articles w where w.article = 1",
    ):
        plan = " ".join(row[3] for row in db.execute(f"explain query plan {query}"))
        assert "SCAN" not in plan, plan
