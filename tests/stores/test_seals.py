"""History that adds up, and the chain of seals over it: what is changed or removed by hand is named by its day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.stores.make import NOW, fresh, new_article, raise_alert, store
from watcher.core.ledger import AlertWrite, Decision
from watcher.core.model import Reason
from watcher.stores.sqlite import SqliteTurn
from watcher.stores.sqlite.copies import check
from watcher.stores.sqlite.seals import add_seals, broken_seals, last_seal, newest_seal, seals, unsealed
from watcher.stores.sqlite.sums import check_ledger, sums_amiss
from watcher.stores.sqlite.upkeep import Keep, prune

DAY = timedelta(days=1)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "w.db"


@pytest.fixture
def db(path):
    found = fresh(path)
    found.execute("insert into rule_sets (version, loaded, rules) values ('rules-1', 0, '[[\"bans\", \"v-1\"]]')")
    yield found
    found.close()
    assert check(path) == ()


def told(db, number: int, at: datetime, **changes):
    """An alert told on a new article, its own decision first."""
    new = new_article(number, at=at, **changes)
    [stored] = store(db, new)
    alert = raise_alert(db, new, stored)
    head = Decision(
        alert=alert.id,
        change=Reason.RAISED,
        way="alert",
        reason=Reason.RAISED,
        detail="",
        occasion=f"alert:{alert.id}:1",
    )
    SqliteTurn(db).alerts.write(
        stored.observation, [AlertWrite(alert=alert, number=stored.number, decisions=(head,))], at
    )
    return alert


def sealed(db, now: datetime) -> int:
    return add_seals(db, unsealed(db, now))


def three_days(db):
    for day in range(3):
        told(db, 2 * day, NOW + day * DAY)
        told(db, 2 * day + 1, NOW + day * DAY)
    assert sealed(db, NOW + 4 * DAY) == 3


def test_each_day_gets_a_seal_once_it_is_over(db):
    midnight = datetime(2026, 2, 7, tzinfo=UTC)
    told(db, 1, NOW)
    told(db, 2, NOW)

    assert sealed(db, NOW) == 0
    assert sealed(db, midnight) == 0
    assert sealed(db, midnight + timedelta(minutes=10)) == 1
    assert sealed(db, midnight + timedelta(minutes=20)) == 0

    [seal] = seals(db)
    assert (seal.day, seal.decisions, seal.previous) == ("2026-02-06", 4, "")


def test_seals_are_a_chain_and_hold(db, path):
    three_days(db)

    first, second, third = seals(db)
    assert (second.previous, third.previous) == (first.sha256, second.sha256)
    assert [each.day for each in (first, second, third)] == ["2026-02-06", "2026-02-07", "2026-02-08"]
    assert last_seal(db) == third
    assert newest_seal(path) == third
    assert list(broken_seals(db)) == []
    assert check_ledger(path) == ()


def test_a_decision_of_a_clock_that_was_ahead_holds_up_no_seal(db):
    told(db, 1, NOW)
    told(db, 2, NOW + 3000 * DAY)
    assert sealed(db, NOW + 2 * DAY) == 1
    assert sealed(db, NOW + 3 * DAY) == 0
    told(db, 3, NOW + DAY)
    told(db, 4, NOW + 2 * DAY)

    assert sealed(db, NOW + 4 * DAY) == 2
    assert [(each.day, each.decisions) for each in seals(db)] == [
        ("2026-02-06", 2),
        ("2026-02-07", 4),
        ("2026-02-08", 2),
    ]
    assert list(broken_seals(db)) == []


def test_two_that_seal_at_once_make_one_seal(db):
    told(db, 1, NOW)
    due = unsealed(db, NOW + 2 * DAY)

    assert add_seals(db, due) == 1
    assert add_seals(db, due) == 0


@pytest.mark.parametrize(
    ("tampering", "said"),
    [
        (
            "update decisions set reason = 'not_routed' where number = 5",
            "a decision of 2026-02-07, or what it rests on, was changed after it was sealed",
        ),
        ("update decisions set at = at + 1 where number = 5", "a decision of 2026-02-07"),
        ("update matches set severity = 'notice' where observation = 3", "a decision of 2026-02-07"),
        ("update matches set evidence = '[]' where observation = 3", "a decision of 2026-02-07"),
        (
            (
                "update texts set text = replace(text, 'ministry', 'minister') "
                "where article = (select article from observations where number = 3)"
            ),
            "a decision of 2026-02-07",
        ),
        (
            "delete from decisions where number = 5",
            "decisions of 2026-02-07 were removed or added: 4 were sealed, 3 are there",
        ),
        ("delete from seals where number = 1", "the seal of 2026-02-07 does not follow the one before it"),
        ("update seals set upto = upto - 1 where number = 2", "decisions of 2026-02-07 were removed or added"),
    ],
)
def test_what_is_changed_after_its_seal_is_named_by_its_day(db, tampering, said):
    three_days(db)

    db.execute(tampering)

    assert any(line.startswith(said) for line in broken_seals(db)), list(broken_seals(db))


def test_pruning_breaks_no_seal(db):
    old = NOW - 400 * DAY
    [unmatched] = store(db, new_article(50, at=old, seen=old))
    told(db, 51, old, seen=old)
    assert sealed(db, NOW) == 1
    db.execute("begin immediate")

    done = prune(db, {}, Keep(articles=DAY, bodies=DAY), NOW)

    db.execute("commit")
    assert (done.articles, unmatched.number) == (1, 1)
    assert list(broken_seals(db)) == []


def test_sums_add_up_and_every_rule_has_a_reason_for_everything_it_judged(db):
    told(db, 1, NOW)
    told(db, 2, NOW)
    store(db, new_article(3), new_article(4))

    assert list(sums_amiss(db)) == []
    judged = "select count(*) from observations where rule_set = 'rules-1'"
    reasons = "select reason, count(*) from matches where rule = 'bans' group by reason"
    assert db.execute(judged).fetchone() == (4,)
    assert db.execute(reasons).fetchall() == [("raised", 2)]


@pytest.mark.parametrize(
    ("tampering", "said"),
    [
        (
            "update matches set rule = 'other' where observation = 1",
            "matches by a rule that did not judge: other in rules-1",
        ),
        (
            "update matches set reason = 'because' where observation = 1",
            "matches without a reason that adds up: bans on 1",
        ),
        ("update matches set alert = null where observation = 1", "matches without a reason that adds up"),
        ("delete from observations where number = 2", "matches of an observation that is not there: bans on 2"),
        (
            "delete from decisions where way = 'alert' and observation = 1",
            "matches of an alert on which nothing was decided",
        ),
        (
            (
                "insert into decisions (alert, observation, change, way, reason, detail, at) "
                "select alert, observation, change, way, 'not_routed', '', at from decisions where way = 'route:desk' limit 1"
            ),
            "routes or digests with two last reasons for one change of an alert",
        ),
        (
            "delete from decisions where way = 'route:desk' and observation = 1",
            "changes to be told that are told nobody and kept from nobody",
        ),
    ],
)
def test_what_does_not_add_up_is_named(db, tampering, said):
    told(db, 1, NOW)
    told(db, 2, NOW)

    db.execute(tampering)

    assert any(line.startswith(said) for line in sums_amiss(db)), list(sums_amiss(db))
