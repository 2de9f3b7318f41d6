from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.stores.make import NOW, dump, fresh, new_article, raise_alert, store
from tests.stores.test_search import ids
from watcher.core.errors import StoreError
from watcher.core.ledger import AlertWrite
from watcher.core.model import Match, RuleId, Severity
from watcher.core.telling.alerts import alert_id, judge
from watcher.stores.sqlite import SqliteTurn
from watcher.stores.sqlite.copies import check
from watcher.stores.sqlite.stories import Author, merge, split
from watcher.stores.sqlite.story_shown import shown

AUTHOR = Author(name="ana", reason="one ban", at=NOW + timedelta(days=1))


@pytest.fixture
def db(tmp_path):
    found = fresh(tmp_path / "w.db")
    yield found
    found.close()
    assert check(tmp_path / "w.db") == ()


def alerts(db) -> dict[str, tuple[str, str, str | None]]:
    rows = db.execute("select id, subject, state, close_reason from alerts")
    return {id_: (subject, state, why) for id_, subject, state, why in rows}


def two(db, **second):
    """Stories art-1 and art-2, art-1 the older."""
    articles = [new_article(1), new_article(2, **second)]
    return articles, store(db, *articles)


def test_the_older_story_survives_whichever_is_named_first(db):
    two(db)

    done = merge(db, "art-2", "art-1", AUTHOR)

    assert (done.story, done.other, done.articles) == ("art-1", "art-2", 1)
    assert db.execute("select id, merged_into, articles from stories order by id").fetchall() == [
        ("art-1", None, 2),
        ("art-2", "art-1", 0),
    ]
    assert db.execute("select distinct story, subject from articles").fetchall() == [("art-1", "story:art-1")]
    assert ids(db, "story:art-2") == ["art-2", "art-1"]
    assert [a.id for a in shown(db, "art-2").articles] == ["art-1", "art-2"]


def test_merging_again_changes_nothing(db):
    articles, stored = two(db)
    raise_alert(db, articles[1], stored[1])
    merge(db, "art-1", "art-2", AUTHOR)
    tables = ("stories", "articles", "alerts", "decisions", "story_links")
    before = dump(db, *tables)

    assert not merge(db, "art-2", "art-1", AUTHOR).changed
    assert dump(db, *tables) == before


def test_the_older_alert_of_a_rule_stays_and_the_younger_closes_as_merged(db):
    articles, stored = two(db)
    older = raise_alert(db, articles[0], stored[0])
    younger = raise_alert(db, articles[1], stored[1])
    told = dump(db, "occasions", "deliveries")

    done = merge(db, "art-1", "art-2", AUTHOR)

    assert done.closed == (younger.id,)
    assert alerts(db)[older.id] == ("story:art-1", "open", None)
    assert alerts(db)[younger.id] == ("story:art-2", "closed", "merged")
    assert dump(db, "occasions", "deliveries") == told
    assert db.execute(
        "select change, way, reason, detail from decisions where alert = ? and way = 'hand'", (younger.id,)
    ).fetchall() == [("closed", "hand", "merged", f"art-2 merged into art-1 by ana: one ban; {older.id} stays")]


def test_an_older_alert_on_the_younger_story_moves_to_the_one_that_survives(db):
    articles, stored = two(db)
    late = new_article(3, story="art-1", seen=NOW + timedelta(hours=5))
    late_stored = store(db, late)[0]
    older = raise_alert(db, articles[1], stored[1])
    younger = raise_alert(db, late, late_stored)

    merge(db, "art-1", "art-2", AUTHOR)

    assert alerts(db)[older.id] == ("story:art-1", "open", None)
    assert alerts(db)[younger.id] == ("story:art-2", "closed", "merged")
    found = SqliteTurn(db).alerts.alerts({"story:art-1"})
    assert found["bans", "story:art-1"].id == older.id


def test_an_alert_without_a_counterpart_moves_and_keeps_its_id(db):
    articles, stored = two(db)
    moved = raise_alert(db, articles[1], stored[1])

    done = merge(db, "art-1", "art-2", AUTHOR)

    assert done.moved == (moved.id,)
    assert alerts(db)[moved.id] == ("story:art-1", "open", None)
    assert moved.id == alert_id("bans", "story:art-2")


def test_an_alert_that_moved_is_raised_again_under_its_own_id(db):
    articles, stored = two(db)
    moved = raise_alert(db, articles[1], stored[1])
    merge(db, "art-1", "art-2", AUTHOR)
    db.execute("update alerts set state = 'closed'")
    existing = SqliteTurn(db).alerts.alerts({"story:art-1"})["bans", "story:art-1"]
    match = Match(rule=RuleId("bans"), rule_version="v-1", severity=Severity.WARNING, evidence=())

    change = judge(existing, match, articles[0].article, AUTHOR.at)
    SqliteTurn(db).alerts.write(1, [AlertWrite(alert=change.alert, number=1, decisions=())], AUTHOR.at)

    assert change.alert.id == moved.id
    assert change.alert.occasions == 2
    assert alerts(db) == {moved.id: ("story:art-1", "open", None)}


def test_what_waits_for_an_issue_waits_once_for_the_story_that_survives(db):
    articles, stored = two(db)
    older = raise_alert(db, articles[0], stored[0], digest=None)
    younger = raise_alert(db, articles[1], stored[1], digest="weekly")

    merge(db, "art-1", "art-2", AUTHOR)

    assert db.execute("select alert, story from digest_queue").fetchall() == [(older.id, "story:art-1")]
    assert [each.alert.id for each in SqliteTurn(db).issues.waiting("weekly", NOW + timedelta(days=9))] == [older.id]
    assert younger.id not in [row[0] for row in db.execute("select alert from digest_queue")]


def test_a_story_that_waits_under_both_alerts_is_told_once(db):
    articles, stored = two(db)
    older = raise_alert(db, articles[0], stored[0], digest="weekly")
    raise_alert(db, articles[1], stored[1], digest="weekly")

    merge(db, "art-1", "art-2", AUTHOR)

    assert db.execute("select alert from digest_queue").fetchall() == [(older.id,)]


def test_chains_of_merges_lead_to_the_last(db):
    store(db, new_article(1), new_article(2), new_article(3))

    merge(db, "art-2", "art-3", AUTHOR)
    merge(db, "art-1", "art-2", AUTHOR)

    assert shown(db, "art-3").id == "art-1"
    assert shown(db, "art-1").took_in == ("art-2", "art-3")
    assert ids(db, "story:art-3") == ["art-3", "art-2", "art-1"]


def test_a_merge_binds_the_founders_and_is_written_down(db):
    two(db)

    merge(db, "art-1", "art-2", AUTHOR)

    assert db.execute("select a, b, bond, author, reason from story_links").fetchall() == [
        ("art-1", "art-2", "must", "ana", "one ban")
    ]
    assert [(change, detail) for _, change, detail in shown(db, "art-1").decisions] == [
        ("merged", "art-2 merged into it by ana: one ban")
    ]
    assert SqliteTurn(db).articles.bonds("art-2") == [("art-1", "must")]


def test_unknown_stories_and_rows_of_tables_are_refused(db):
    store(db, new_article(1, id="abcdef123"), new_article(2, id="row-1", subject="row:wire/7", kind="row"))

    with pytest.raises(StoreError, match='story abcdef124: not known, did you mean "abcdef123"'):
        merge(db, "abcdef123", "abcdef124", AUTHOR)
    with pytest.raises(StoreError, match="a row of a table"):
        merge(db, "abcdef123", "row-1", AUTHOR)
    with pytest.raises(StoreError, match="a row of a table"):
        split(db, "row-1", ["row-1"], AUTHOR)


def test_a_split_founds_a_story_and_leaves_alerts_where_they_are(db):
    articles = [new_article(1), *(new_article(number, story="art-1") for number in (2, 3, 4))]
    stored = store(db, *articles)
    alert = raise_alert(db, articles[2], stored[2])

    new = split(db, "art-1", ["art-4", "art-3"], AUTHOR)

    assert new == "art-3"
    assert db.execute("select id, article, articles from stories order by id").fetchall() == [
        ("art-1", 1, 2),
        ("art-3", 3, 2),
    ]
    assert db.execute("select id, subject from articles order by number").fetchall()[2:] == [
        ("art-3", "story:art-3"),
        ("art-4", "story:art-3"),
    ]
    assert alerts(db)[alert.id][0] == "story:art-1"
    assert set(SqliteTurn(db).articles.bonds("art-3")) == {("art-1", "cannot"), ("art-2", "cannot"), ("art-4", "must")}
    assert [detail for *_, detail in shown(db, "art-3").decisions] == ["split from art-1 by ana: one ban"]


def test_the_founder_split_off_does_not_take_the_storys_name_along(db):
    store(db, new_article(1), new_article(2, story="art-1"))

    assert split(db, "art-1", ["art-1"], AUTHOR) == "art-1.2"
    assert [a.id for a in shown(db, "art-1").articles] == ["art-2"]
    assert db.execute("select article from stories where id = 'art-1'").fetchone() == (2,)


def test_a_merge_undone_by_a_split_never_shares_an_alerts_id(db):
    articles, stored = two(db)
    moved = raise_alert(db, articles[1], stored[1])
    merge(db, "art-1", "art-2", AUTHOR)

    new = split(db, "art-1", ["art-2"], AUTHOR)

    assert new == "art-2.2"
    assert alert_id("bans", f"story:{new}") != moved.id
    assert shown(db, "art-2").id == "art-1"
    article = replace(articles[1].article, subject=f"story:{new}")
    match = Match(rule=RuleId("bans"), rule_version="v-1", severity=Severity.WARNING, evidence=())
    change = judge(None, match, article, AUTHOR.at)
    SqliteTurn(db).alerts.write(2, [AlertWrite(alert=change.alert, number=2, decisions=())], AUTHOR.at)
    assert len(alerts(db)) == 2


@pytest.mark.parametrize(
    ("articles", "says"),
    [
        (["art-1", "art-2"], "these are all of its articles"),
        (["art-3"], "article art-3: is not in story art-1, but in art-3"),
        (["art-22"], 'article art-22: not known, did you mean "art-2"'),
    ],
)
def test_a_split_that_makes_no_sense_changes_nothing(db, articles, says):
    store(db, new_article(1), new_article(2, story="art-1"), new_article(3))
    before = dump(db, "stories", "articles", "story_links", "decisions")

    with pytest.raises(StoreError, match=says):
        split(db, "art-1", articles, AUTHOR)

    assert dump(db, "stories", "articles", "story_links", "decisions") == before
