from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.stores.make import NOW, dump, fresh, new_article, raise_alert, store
from tests.stores.test_search import ids
from watcher.core.ledger import AlertWrite, Decision
from watcher.core.model import Reason
from watcher.stores.sqlite import SqliteTurn
from watcher.stores.sqlite.copies import check
from watcher.stores.sqlite.upkeep import LEDGER_KEPT, Keep, Pruned, prune

FOREVER = Keep(articles=None, bodies=None)
SHORT = Keep(articles=timedelta(days=30), bodies=timedelta(days=10))
HELD_TABLES = (
    "alerts",
    "decisions",
    "occasions",
    "deliveries",
    "digest_queue",
    "issues",
    "story_links",
    "rule_versions",
)


def later(days: int):
    return NOW + timedelta(days=days)


def titles(db) -> list[str]:
    return [row[0] for row in db.execute("select title from articles order by number")]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "w.db"


@pytest.fixture
def db(path):
    found = fresh(path)
    yield found
    found.execute("insert into search (search) values ('integrity-check')")
    found.close()
    assert check(path) == ()


def test_for_ever_takes_nothing(db):
    store(db, new_article(1))

    assert prune(db, {}, FOREVER, later(4000)) == Pruned(articles=0, bodies=0, keys=0)


def test_a_pruned_body_is_no_longer_found_but_its_title_is(db):
    store(db, new_article(1, title="Neodymium oxide climbs", body="The dysprosium followed."))

    done = prune(db, {}, SHORT, later(11))

    assert done.bodies == 1
    assert db.execute("select text from texts").fetchone() == (None,)
    assert ids(db, "neodymium") == ["art-1"]
    assert ids(db, "dysprosium") == []
    assert ids(db, 'regex:"oxide"') == ["art-1"]
    assert prune(db, {}, SHORT, later(11)).bodies == 0


def test_a_pruned_article_leaves_its_keys_for_as_long_as_they_are_kept(db):
    store(db, new_article(1), new_article(2, seen=later(29)))

    done = prune(db, {}, SHORT, later(31))

    assert done.articles == 1
    assert titles(db) == ["Report 2"]
    known = SqliteTurn(db).articles.known("wire", {"guid:art-1"}, later(31))
    assert known["guid:art-1"].id == ""
    assert ids(db, "report") == ["art-2"]

    kept = LEDGER_KEPT.days
    assert prune(db, {}, FOREVER, later(kept - 1)).keys == 0
    assert prune(db, {}, FOREVER, later(kept + 2)).keys == 1
    assert prune(db, {}, FOREVER, later(kept + 2)).keys == 0


def test_keys_of_stored_articles_are_never_forgotten(db):
    store(db, new_article(1))

    assert prune(db, {}, FOREVER, later(10_000)).keys == 0


def test_a_source_may_keep_longer_or_shorter_than_the_rest(db):
    store(db, new_article(1, source="long"), new_article(2, source="short"), new_article(3, source="other"))

    keep = {"long": FOREVER, "short": Keep(articles=timedelta(days=1), bodies=None)}
    prune(db, keep, SHORT, later(11))

    assert titles(db) == ["Report 1", "Report 3"]
    assert db.execute("select article, text is null from texts order by article").fetchall() == [(1, 0), (3, 1)]


def test_what_people_were_told_of_is_never_touched(db):
    articles = [new_article(number, body=f"Gallium number {number}.") for number in range(1, 6)]
    stored = store(db, *articles)
    raise_alert(db, articles[0], stored[0])
    raise_alert(db, articles[1], stored[1], channel=None, digest="weekly")
    alert = raise_alert(db, articles[2], stored[2])
    # The alert moved on to a later article; the one it was raised on is still what the first message quotes.
    turn = SqliteTurn(db)
    turn.alerts.write(
        stored[3].observation,
        [AlertWrite(alert=replace(alert, occasions=2), number=stored[3].number, decisions=())],
        NOW,
    )
    before = dump(db, *HELD_TABLES)

    done = prune(db, {}, SHORT, later(4000))

    assert titles(db) == ["Report 1", "Report 2", "Report 3", "Report 4"]
    assert done.articles == 1
    assert db.execute("select count(*) from texts where text is null").fetchone()[0] == 0
    assert dump(db, *HELD_TABLES) == before
    assert ids(db, "gallium") == ["art-4", "art-3", "art-2", "art-1"]


def test_an_article_that_a_decision_rests_on_stays(db):
    article = new_article(1)
    stored = store(db, article)[0]
    alert = raise_alert(db, new_article(2), store(db, new_article(2))[0])
    quiet = Decision(
        alert=alert.id, change=Reason.NOTHING_NEW, way="alert", reason=Reason.NOTHING_NEW, detail="", occasion=None
    )
    SqliteTurn(db).alerts.write(stored.observation, [AlertWrite(alert=alert, number=2, decisions=(quiet,))], NOW)

    prune(db, {}, SHORT, later(4000))

    assert titles(db) == ["Report 1", "Report 2"]


def test_matches_that_raised_nothing_go_with_their_article(db):
    article = new_article(1, mark="first_sight")
    stored = store(db, article)[0]
    db.execute(
        "insert into matches (observation, rule, rule_version, severity, evidence, reason) values (?, 'r', 'v', 'notice', '[]', 'first_sight')",
        (stored.observation,),
    )

    prune(db, {}, SHORT, later(31))

    assert [
        db.execute(f"select count(*) from {t}").fetchone()[0]
        for t in ("articles", "texts", "readings", "observations", "matches", "stories")
    ] == [0] * 6


def test_a_story_counts_what_is_left_of_it_and_shows_an_article_that_is_there(db):
    store(db, new_article(1), new_article(2, story="art-1", seen=later(29)))

    prune(db, {}, SHORT, later(31))

    assert db.execute("select id, article, articles from stories").fetchall() == [("art-1", 2, 1)]


def test_a_round_is_bounded_and_the_next_goes_on(db):
    store(db, *(new_article(number) for number in range(1, 703)))

    assert [prune(db, {}, SHORT, later(31)).articles for _ in range(3)] == [500, 202, 0]


def test_a_revision_is_found_by_its_new_words_only(db):
    stored = store(db, new_article(1, body="Old word germanium."))[0]
    revised = new_article(1, body="New word antimony.", revision=2)
    store(db, replace(revised, number=stored.number, keys=()))

    assert ids(db, "germanium") == []
    assert ids(db, "antimony") == ["art-1"]

    prune(db, {}, SHORT, later(11))
    again = new_article(1, body="Third word tungsten 出口管制.", revision=3)
    store(db, replace(again, number=stored.number, keys=(), at=later(12)))

    assert ids(db, "antimony") == []
    assert ids(db, "出口管制") == ["art-1"]
    assert db.execute("select count(*) from search_docsize").fetchone()[0] == 1


def test_a_title_alone_is_stored_while_the_disk_is_short(db):
    store(db, new_article(1, title="Scandium find", body="Deep in the hill.", keep_body=False))

    assert ids(db, "scandium") == ["art-1"]
    assert ids(db, "hill") == []
    assert prune(db, {}, SHORT, later(31)).articles == 1
