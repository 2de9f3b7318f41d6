from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.stores.make import NOW, dump, fresh, new_article, raise_alert, store
from tests.stores.test_search import ids
from watcher.core.errors import StoreError
from watcher.core.model import SourceState
from watcher.stores.sqlite import SqliteTurn
from watcher.stores.sqlite.copies import check
from watcher.stores.sqlite.renaming import forget_articles, forget_state, forgettable, known_sources, rename

AT = datetime(2026, 11, 1, tzinfo=UTC)

TABLES_BY_SOURCE = ("source_state", "documents", "ledger", "articles", "texts", "observations")


@pytest.fixture
def db(tmp_path):
    found = fresh(tmp_path / "w.db")
    articles = [
        new_article(1),
        new_article(2),
        new_article(3, source="other"),
        new_article(4, subject="row:wire/k1", kind="row"),
    ]
    stored = store(found, *articles)
    raise_alert(found, articles[0], stored[0])
    raise_alert(found, articles[3], stored[3], digest="weekly")
    found.execute(
        "insert into documents (source, url, fetched, status, headers, sha256, bytes, outcome) values ('wire', 'u', 1, 200, '[]', 'x', 1, 'parsed')"
    )
    state = SourceState(etag="e1", cursor={"page": 3})
    SqliteTurn(found).sources.save("wire", state, {"guid": True}, imported=NOW, changed=NOW)
    yield found
    found.close()
    assert check(tmp_path / "w.db") == ()


def test_a_renamed_source_keeps_everything_under_its_new_name(db):
    db.execute("insert into source_state (source, next_due) values ('reuters', 0)")
    told = dump(db, "occasions", "deliveries", "decisions", "matches")

    assert rename(db, "wire", "reuters") == 3

    for table in TABLES_BY_SOURCE:
        assert db.execute(f"select count(*) from {table} where source = 'wire'").fetchone() == (0,)
        assert db.execute(f"select count(*) from {table} where source = 'reuters'").fetchone()[0] > 0
    record = SqliteTurn(db).sources.record("reuters")
    assert record is not None
    assert (record.state.etag, record.state.cursor, record.imported) == ("e1", {"page": 3}, NOW)
    assert SqliteTurn(db).articles.known("reuters", {"guid:art-1"}, NOW)["guid:art-1"].id == "art-1"
    assert ids(db, "source:reuters") == ["art-4", "art-2", "art-1"]
    assert db.execute("select subject from articles where id = 'art-4'").fetchone() == ("row:reuters/k1",)
    assert db.execute("select subject from alerts where subject like 'row:%'").fetchall() == [("row:reuters/k1",)]
    assert db.execute("select story from digest_queue").fetchall() == [("row:reuters/k1",)]
    assert dump(db, "occasions", "deliveries", "decisions", "matches") == told


def test_what_routes_hold_of_a_renamed_source_goes_on_under_its_new_name(db):
    groups = ("rule:bans/source:wire", "rule:bans/row:wire/k1", "rule:bans/series:wire/x", "rule:bans/row:wired/k1")
    others = ("rule:bans", "route", "rule:bans/story:wire", "snooze:a-1")
    for group in (*groups, *others, "rule:bans/row:reuters/k1"):
        phase = (group, "quiet", 1, "notice", 60.0, "tell")
        db.execute(
            "insert into holds (route, grp, phase, until, severity, quiet_s, after) values ('desk', ?, ?, ?, ?, ?, ?)",
            phase,
        )
        db.execute(
            "insert into held (route, grp, alert, change, said, at) values ('desk', ?, 'a', 'raised', '{}', 1)",
            (group,),
        )

    rename(db, "wire", "reuters")

    expected = {
        "rule:bans/source:reuters",
        "rule:bans/row:reuters/k1",
        "rule:bans/series:reuters/x",
        *groups[3:],
        *others,
    }
    assert {row[0] for row in db.execute("select grp from holds")} == expected
    assert {row[0] for row in db.execute("select grp from held")} == expected
    assert db.execute("select count(*) from held where grp = 'rule:bans/row:reuters/k1'").fetchone() == (2,)


def test_names_that_can_not_be_are_refused(db):
    with pytest.raises(StoreError, match='source wore: nothing is stored of it, did you mean "wire"'):
        rename(db, "wore", "new")
    with pytest.raises(StoreError, match="source other: has a history of its own"):
        rename(db, "wire", "other")
    with pytest.raises(StoreError, match="its name already"):
        rename(db, "wire", "wire")


def test_a_forgotten_source_leaves_what_people_were_told_of(db):
    told = dump(db, "alerts", "occasions", "deliveries", "decisions", "matches", "digest_queue")
    found = forgettable(db, "wire")

    while forget_articles(db, "wire"):
        pass
    forget_state(db, "wire", AT, again=True)

    assert (found.articles, found.held) == (3, 2)
    assert [row[0] for row in db.execute("select id from articles order by number")] == ["art-1", "art-3", "art-4"]
    assert dump(db, "alerts", "occasions", "deliveries", "decisions", "matches", "digest_queue") == told
    assert [row[0] for row in db.execute("select key from ledger where source = 'wire' order by key")] == [
        "guid:art-1",
        "guid:art-4",
    ]
    assert known_sources(db) == ["other", "wire"]
    due = SqliteTurn(db).sources.due(NOW + timedelta(days=1), {"wire"}, 5)
    assert [(name, record.imported) for name, record in due] == [("wire", None)]


def test_a_forgotten_source_can_be_seen_again(db):
    while forget_articles(db, "wire"):
        pass
    forget_state(db, "wire", AT, again=False)

    store(db, new_article(2))

    assert ids(db, "source:wire") == ["art-2", "art-4", "art-1"]
    assert SqliteTurn(db).sources.record("wire") is None
