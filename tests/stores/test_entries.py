"""Dated entries in the store: unique by key, found by what they are of, pruned, forgotten, renamed and checked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.core.calendar.make import DAY, entry, statement, topic
from tests.stores.make import NOW, fresh, new_article
from watcher.core.model import Trust
from watcher.stores.dates import Ground, Timer
from watcher.stores.sqlite import SqliteTurn
from watcher.stores.sqlite.copies import check
from watcher.stores.sqlite.renaming import forget_articles, rename
from watcher.stores.sqlite.upkeep import Keep, prune

KEEP = Keep(articles=timedelta(days=1), bodies=timedelta(days=1))
LATER = NOW + timedelta(days=400)
BODY = "The controls are suspended until 10 November 2026.\nNothing more was said."


def ground(article: int, *, of: str = "e-known", part: str = "states", **changes) -> Ground:
    made = Ground(
        entry=of,
        article=article,
        part=part,
        revision=1,
        words=(20, 36),
        sentence=(9, 59),
        quote="The controls are suspended until 10 November 2026.",
        source="wire",
        publisher="Wire",
        trust=Trust.WIRE,
        seen=NOW,
        reason="Wire states it",
    )
    return replace(made, **changes)


@pytest.fixture
def db(tmp_path: Path):
    opened = fresh(tmp_path / "watcher.db")
    yield opened
    opened.close()


@pytest.fixture
def turn(db) -> SqliteTurn:
    made = SqliteTurn(db)
    made.sources.ensure(["wire", "daily"], NOW, lambda _name: timedelta(0))
    return made


def articles(turn: SqliteTurn, *made) -> list[int]:
    return [each.number for each in turn.articles.add(made, document=0, rule_set="", reading_version="")]


def stated(turn: SqliteTurn, number: int = 1, **changes) -> int:
    """An article that states the known entry."""
    (article,) = articles(turn, new_article(number, body=BODY))
    turn.entries.put(entry(**changes))
    turn.entries.ground(ground(article))
    return article


def test_an_entry_comes_back_as_it_was_put(turn):
    whole = entry(
        time="17:00", conditional=True, sure=False, state="superseded", outcome="", reason="moved", moved_to="e-2",
        topic=topic(documents={"2025-70", "2025-72"}, places={"pela_ema"}),
    )  # fmt: skip
    turn.entries.put(whole)
    turn.entries.put(entry(None, id="e-2", printed="within 10 days", topic=topic(types=())))

    assert turn.entries.get("e-known") == whole
    assert turn.entries.get("e-2").last is None
    assert turn.entries.get("e-3") is None


def test_doing_a_turn_again_adds_nothing(turn, db):
    for _ in range(2):
        turn.entries.put(entry())
        (article,) = articles(turn, new_article(1, body=BODY)) if turn.entries.of_article(1) == [] else (1,)
        turn.entries.ground(ground(article))
        turn.entries.plan([Timer(entry="e-known", rule="r", on=DAY, due=NOW)])

    assert [db.execute(f"select count(*) from {table}").fetchone()[0] for table in ("entries", "entry_evidence", "entry_timers")] == [1, 1, 1]  # fmt: skip


def test_a_later_revision_takes_the_place_of_the_earlier_sentence_and_never_the_other_way_round(turn):
    article = stated(turn)
    turn.entries.ground(ground(article, revision=2, quote="Second.", words=(1, 2)))
    turn.entries.ground(ground(article, revision=1, quote="First."))

    ((_, found),) = turn.entries.of_article(article)
    assert (found.revision, found.quote, found.words) == (2, "Second.", (1, 2))


def test_an_entry_is_found_by_its_story_its_day_and_its_things_while_it_is_open(turn):
    article = stated(turn)

    def found(*statements, story="other", own=0):
        return [
            (each.entry.id, each.here, each.by_itself)
            for each in turn.entries.known(statements, story=story, article=own)
        ]

    far = statement("1 May 2027", date(2027, 5, 1), of=topic(types=(), materials=(), parties=(), countries=()))
    assert found(far) == []
    assert found(far, story="art-1") == [("e-known", True, False)]
    assert found(far, story="art-1", own=article) == [("e-known", True, True)]
    assert found(replace(far, of=topic(types=(), parties=(), countries=()))) == [("e-known", False, False)]
    assert found(replace(far, first=DAY, last=DAY)) == [("e-known", False, False)]

    turn.entries.put(entry(state="settled", outcome="expired"))
    assert found(replace(far, of=topic(types=(), parties=(), countries=()))) == []
    assert found(replace(far, first=DAY, last=DAY)) == [("e-known", False, False)]


def test_of_very_many_entries_those_of_the_day_the_story_and_the_document_are_always_known(turn):
    stated(turn, state="settled", outcome="extended")
    numbered = topic(documents={"2025-70"})
    turn.entries.put(entry(date(2029, 1, 1), id="e-numbered", topic=numbered))
    for number in range(230):
        turn.entries.put(entry(date(2027, 1, 1) + timedelta(days=number), id=f"e-{number}"))

    def ids(one, story="other"):
        return {each.entry.id for each in turn.entries.known([one], story=story, article=0, day=date(2026, 10, 1))}

    assert "e-known" in ids(statement())
    assert "e-known" in ids(statement("1 May 2031", date(2031, 5, 1)), story="art-1")
    assert "e-numbered" in ids(statement("1 May 2031", date(2031, 5, 1), of=numbered))
    assert {"e-0", "e-100"} < ids(statement())
    assert "e-229" not in ids(statement())
    (own,) = [each for each in turn.entries.known([statement()], story="x", article=0) if each.entry.id == "e-known"]
    assert own.trust is Trust.WIRE


def test_an_open_date_keeps_the_best_few_articles_that_state_it(turn, db):
    stated(turn)
    for number in range(2, 7):
        (article,) = articles(turn, new_article(number, body=BODY))
        turn.entries.ground(ground(article, trust=Trust.PROMOTION))

    prune(db, {}, KEEP, LATER)

    assert [number for (number,) in db.execute("select number from articles order by number")] == [1, 5, 6]


def test_the_most_trusted_sentence_comes_first_then_the_newest(turn):
    stated(turn)
    for number, trust in ((2, Trust.TRADE_PRESS), (3, Trust.AUTHORITY), (4, Trust.AUTHORITY)):
        (article,) = articles(turn, new_article(number, body=BODY))
        turn.entries.ground(ground(article, trust=trust))
    (named,) = articles(turn, new_article(5, body=BODY))
    turn.entries.ground(ground(named, part="names", trust=Trust.AUTHORITY))

    assert [(found.article, article.id) for found, article in turn.entries.grounds("e-known", 3)] == [
        (4, "art-4"), (3, "art-3"), (1, "art-1"),
    ]  # fmt: skip


def test_timers_fall_due_in_order_and_each_once(turn):
    stated(turn)
    for rule, day, hours in (("b", 2, 1), ("", 2, 1), ("a", 1, 0), ("c", 3, 9)):
        turn.entries.plan([Timer(entry="e-known", rule=rule, on=date(2026, 11, day), due=NOW + timedelta(hours=hours))])
    at = NOW + timedelta(hours=2)

    assert [each.rule for each in turn.entries.due(at, 9)] == ["a", "", "b"]
    for each in turn.entries.due(at, 2):
        turn.entries.done(each, at)
    assert [each.rule for each in turn.entries.due(at, 9)] == ["b"]
    turn.entries.plan([Timer(entry="e-known", rule="a", on=date(2026, 11, 1), due=at)])
    assert [each.rule for each in turn.entries.due(at, 9)] == ["b"]
    turn.entries.unplan("e-known")
    assert not turn.entries.is_due(LATER)


def test_other_rules_drop_what_is_to_come_and_keep_what_was_due_and_what_was_done(turn):
    stated(turn)
    turn.entries.put(entry(id="e-moved", state="superseded"))
    for rule, hours in (("done", -2), ("overdue", -1), ("to-come", 1), ("", 5)):
        turn.entries.plan([Timer(entry="e-known", rule=rule, on=DAY, due=NOW + timedelta(hours=hours))])
    turn.entries.done(turn.entries.due(NOW, 1)[0], NOW)

    assert [each.id for each in turn.entries.replan("v2", NOW)] == ["e-known"]
    assert turn.entries.planned_by() == "v2"
    assert [each.rule for each in turn.entries.due(LATER, 9)] == ["overdue", ""]


def test_an_article_on_which_an_open_date_rests_is_not_pruned_and_its_body_neither(turn, db):
    article = stated(turn)
    articles(turn, new_article(2, body=BODY))

    prune(db, {}, KEEP, LATER)

    assert db.execute("select number from articles").fetchall() == [(article,)]
    assert db.execute("select text is not null from texts").fetchall() == [(1,)]
    assert check_of(db) == ()


@pytest.mark.parametrize("state", ["settled", "superseded", "withdrawn"])
def test_what_is_closed_goes_with_its_article(turn, db, state):
    stated(turn)
    turn.entries.plan([Timer(entry="e-known", rule="", on=DAY, due=NOW)])
    turn.entries.put(entry(state=state))

    prune(db, {}, KEEP, LATER)

    for table in ("articles", "entries", "entry_keys", "entry_evidence", "entry_timers"):
        assert db.execute(f"select count(*) from {table}").fetchone() == (0,), table
    assert check_of(db) == ()


def test_forgetting_a_source_takes_its_dates_along_and_leaves_those_that_others_state(turn, db):
    stated(turn)
    (other,) = articles(turn, new_article(2, body=BODY, source="daily"))
    turn.entries.put(entry(id="e-both"))
    turn.entries.ground(ground(1, of="e-both"))
    turn.entries.ground(ground(other, of="e-both", source="daily"))

    while forget_articles(db, "wire"):
        pass

    assert db.execute("select id from entries").fetchall() == [("e-both",)]
    assert db.execute("select entry, source from entry_evidence").fetchall() == [("e-both", "daily")]
    assert check_of(db) == ()


def test_a_renamed_source_keeps_its_dates(turn, db):
    stated(turn)

    rename(db, "wire", "newswire")

    assert db.execute("select source from entry_evidence").fetchall() == [("newswire",)]
    assert check_of(db) == ()


def test_damage_is_found_by_the_check(turn, db):
    stated(turn)
    turn.entries.put(entry(id="e-alone"))
    turn.entries.plan([Timer(entry="e-gone", rule="", on=DAY, due=NOW)])
    turn.entries.ground(ground(99))

    assert {each.partition(": ")[2] for each in check_of(db)} == {
        "1 dated entries that no sentence states",
        "1 sentences of dates without an entry or an article",
        "1 reminders without an entry",
    }


def check_of(db) -> tuple[str, ...]:
    """What the check of the file says."""
    (path,) = [row[2] for row in db.execute("pragma database_list") if row[1] == "main"]
    if db.in_transaction:
        db.execute("commit")
    return check(Path(path))


def test_the_calendar_lists_by_day_those_without_one_last(turn):
    stated(turn)
    turn.entries.put(entry(None, id="e-never", printed="within 10 days", conditional=True))
    turn.entries.put(entry(date(2026, 2, 1), id="e-early", state="lapsed"))
    turn.entries.put(entry(date(2025, 2, 1), id="e-old", state="lapsed"))
    turn.entries.put(entry(id="e-moved", state="superseded"))

    def listed(states=("standing", "lapsed"), since=date(2026, 1, 1), until=None, limit=9):
        return [each.id for each, _ in turn.entries.listed(states, since, until, limit)]

    assert listed() == ["e-early", "e-known", "e-never"]
    assert listed(until=date(2026, 3, 1)) == ["e-early"]
    assert listed(states=("superseded",), since=None) == ["e-moved"]
    assert listed(since=None, limit=1) == ["e-old"]


def test_hot_queries_use_an_index(turn, db):
    for query in (
        "select 1 from entry_timers where done is null and due <= 5 limit 1",
        "select entry from entry_keys where key = 'type:x' limit 5",
        "select id from entries where kind = 'expires' and first_day = '2026-11-10' and last_day = '2026-11-10'",
        "select * from entry_evidence where article = 5",
    ):
        plan = " ".join(str(row[3]) for row in db.execute(f"explain query plan {query}"))
        assert "SEARCH" in plan, plan
