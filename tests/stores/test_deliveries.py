from __future__ import annotations

from datetime import timedelta

import pytest

from tests.stores.make import NOW, fresh, new_article, raise_alert, store
from watcher.core.telling.outbox import Attempt, ChannelState, Mark
from watcher.stores.sqlite import SqliteTurn
from watcher.stores.sqlite.deliveries import listed, resume, retry, retry_dead, shown

LATER = NOW + timedelta(days=4)


@pytest.fixture
def db(tmp_path):
    found = fresh(tmp_path / "w.db")
    for number, channel in ((1, "desk"), (2, "desk"), (3, "team")):
        article = new_article(number)
        raise_alert(found, article, store(found, article)[0], channel=channel)
    yield found
    found.close()


def turn(db):
    return SqliteTurn(db).outbox


def attempt(db, delivery: str, number: int, state: str, at=NOW):
    turn(db).mark(
        Attempt(
            delivery=delivery, number=number, started=at, finished=at, result=state, reason="no answer", answer="503"
        ),
        Mark(delivery=delivery, state=state, due=at + timedelta(hours=1), reason="no answer", rendered="the words"),
    )


def first(db, channel="desk"):
    return listed(db, channel=channel)[-1]


def test_deliveries_are_listed_newest_first_by_state_and_channel(db):
    attempt(db, first(db).id, 1, "dead")

    assert [each.channel for each in listed(db)] == ["team", "desk", "desk"]
    assert [each.number for each in listed(db, states=("dead",))] == [1]
    assert [each.number for each in listed(db, states=("due", "leased"), channel="desk")] == [2]
    assert [each.number for each in listed(db, limit=1, before=3)] == [2]


def test_a_delivery_is_shown_with_its_attempts_and_words(db):
    id_ = first(db).id
    attempt(db, id_, 1, "due")
    attempt(db, id_, 2, "dead")

    found = shown(db, id_)

    assert found is not None
    assert found.rendered == "the words"
    assert [(each.number, each.answer) for each in found.attempts] == [(1, "503"), (2, "503")]
    assert shown(db, "msg_none") is None


def test_a_dead_delivery_is_due_again_under_its_id_with_all_its_time(db):
    id_ = first(db).id
    turn(db).lease("desk", NOW + timedelta(hours=1), LATER, 1)
    attempt(db, id_, 1, "dead")

    assert retry(db, id_, LATER) == "due"
    assert retry(db, id_, LATER) == "waiting"

    again = first(db)
    assert (again.id, again.state, again.due, again.attempts, again.first_attempt, again.finished) == (
        id_,
        "due",
        LATER,
        0,
        None,
        None,
    )
    assert turn(db).lease("desk", LATER, LATER, 1)[0].id == id_


def test_attempts_after_a_retry_are_kept_beside_the_earlier_ones(db):
    id_ = first(db).id
    attempt(db, id_, 1, "due")
    attempt(db, id_, 2, "dead")
    retry(db, id_, LATER)
    attempt(db, id_, 1, "sent", at=LATER)
    attempt(db, id_, 1, "sent", at=LATER)

    found = shown(db, id_)

    assert found is not None
    assert [(each.number, each.result) for each in found.attempts] == [(1, "due"), (2, "dead"), (1, "sent")]
    assert found.delivery.retries == 1


def test_what_was_sent_or_is_under_way_stays_as_it_is(db):
    attempt(db, first(db, "team").id, 1, "sent")
    turn(db).lease("desk", LATER, LATER + timedelta(minutes=3), 1)

    assert retry(db, first(db, "team").id, LATER) == "sent"
    assert retry(db, first(db).id, LATER) == "leased"
    assert retry(db, "msg_none", LATER) is None
    assert [each.state for each in listed(db)] == ["sent", "due", "leased"]


def test_all_dead_or_those_of_a_channel_are_retried(db):
    for each in listed(db):
        attempt(db, each.id, 1, "dead")

    assert retry_dead(db, "team", LATER) == 1
    assert retry_dead(db, None, LATER) == 2
    assert retry_dead(db, None, LATER) == 0


def test_a_resumed_channel_is_open_and_its_deliveries_have_all_their_time(db):
    turn(db).lease("desk", NOW + timedelta(hours=1), LATER, 1)
    attempt(db, first(db).id, 1, "due")
    turn(db).set_channel(ChannelState(channel="desk", state="gone", since=NOW, next_try=None, reason="410"), "desk")

    was = resume(db, "desk", NOW + timedelta(minutes=30))

    assert (was.was, was.reason, was.waiting) == ("gone", "410", 2)
    assert turn(db).channel_states() == {}
    assert first(db).first_attempt is None
    assert len(turn(db).lease("desk", NOW + timedelta(minutes=31), LATER, 5)) == 2
    assert resume(db, "desk", LATER).was == "open"
