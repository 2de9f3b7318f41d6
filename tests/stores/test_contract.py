"""What every store keeps; a further store joins by a line in `STORES`."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.core.make import NOW, make_alert, make_match
from watcher.core.errors import Conflict, StoreError
from watcher.core.ledger import AlertWrite, Decision, IssueRecord, Judged, PollMark
from watcher.core.model import Reason, SourceState
from watcher.core.rules.model import RuleSet
from watcher.core.telling.outbox import Attempt, ChannelState, Mark, Occasion, OccasionId
from watcher.stores.base import Store, Turn
from watcher.stores.sqlite import SqliteStore

STORES: dict[str, Callable[[Path], object]] = {"sqlite": lambda folder: SqliteStore.open(folder / "watcher.db")}
HOUR = timedelta(hours=1)


@pytest.fixture(params=sorted(STORES))
async def store(request, tmp_path: Path) -> AsyncIterator[Store]:
    opened = await STORES[request.param](tmp_path)
    yield opened
    await opened.close()


def occasion(id_: str = "alert:a:1", **changes: object) -> Occasion:
    return replace(Occasion(id=OccasionId(id_), kind="alert", content="{}", at=NOW), **changes)


def record(period: str = "2026-W10", **changes: object) -> IssueRecord:
    made = IssueRecord(
        digest="weekly",
        period=period,
        number=10,
        state="issued",
        begins=NOW - 168 * HOUR,
        ends=NOW,
        covered_by=None,
        issued=NOW,
        stories=0,
    )
    return replace(made, **changes)


async def test_a_turn_that_fails_stores_nothing(store):
    def work(turn: Turn) -> None:
        turn.sources.ensure(["wire"], NOW, lambda _name: timedelta(0))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await store.write(work)

    assert await store.read(lambda turn: turn.sources.record("wire")) is None


async def test_a_store_goes_on_after_a_turn_that_failed(store):
    with contextlib.suppress(ZeroDivisionError):
        await store.write(lambda _turn: 1 // 0)

    await store.write(lambda turn: turn.sources.ensure(["wire"], NOW, lambda _name: timedelta(0)))

    assert await store.read(lambda turn: turn.sources.record("wire")) is not None


async def test_a_reader_writes_nothing(store):
    with pytest.raises(StoreError):
        await store.read(lambda turn: turn.sources.ensure(["wire"], NOW, lambda _name: timedelta(0)))


async def test_a_source_is_made_once_and_due_at_its_time(store):
    await store.write(lambda turn: turn.sources.ensure(["a", "b"], NOW, lambda name: HOUR * (name == "b")))
    await store.write(lambda turn: turn.sources.ensure(["a", "b"], NOW + 9 * HOUR, lambda _name: timedelta(0)))

    def due(at):
        return store.read(lambda turn: [name for name, _ in turn.sources.due(at, {"a", "b", "c"}, 9)])

    assert await due(NOW - HOUR) == []
    assert await due(NOW) == ["a"]
    assert await due(NOW + HOUR) == ["a", "b"]
    assert await store.read(lambda turn: turn.sources.next_due({"b"})) == NOW + HOUR


async def test_the_most_overdue_come_first_and_no_more_than_asked(store):
    names = ["c", "a", "b"]
    await store.write(lambda turn: turn.sources.ensure(names, NOW, lambda name: HOUR * names.index(name)))

    found = await store.read(lambda turn: [name for name, _ in turn.sources.due(NOW + 9 * HOUR, set(names), 2)])

    assert found == ["c", "a"]


async def test_sources_that_nobody_watches_any_more_take_no_place_of_those_that_are_due(store: Store):
    await store.write(lambda turn: turn.sources.ensure([f"left-{n}" for n in range(9)], NOW, lambda _: HOUR))
    await store.write(lambda turn: turn.sources.ensure(["a", "b"], NOW, lambda _: 2 * HOUR))

    found = await store.read(lambda turn: turn.sources.due(NOW + 9 * HOUR, ["b", "a"], 2))

    assert {name for name, _ in found} == {"a", "b"}


async def test_a_cursor_is_kept_whole_and_the_first_import_stays(store):
    state = SourceState(etag='"e"', last_modified="l", body_sha256="b", cursor={"deep": [1, {"x": None}]})
    await store.write(lambda turn: turn.sources.ensure(["wire"], NOW, lambda _name: timedelta(0)))
    await store.write(lambda turn: turn.sources.save("wire", state, {"guid": False}, imported=NOW, changed=NOW))
    await store.write(lambda turn: turn.sources.save("wire", state, {}, imported=NOW + HOUR, changed=None))

    found = await store.read(lambda turn: turn.sources.record("wire"))

    assert (found.state, found.identity, found.imported) == (state, {}, NOW)


async def test_marks_count_failures_in_a_row_and_one_that_says_nothing_counts_none(store):
    await store.write(lambda turn: turn.sources.ensure(["wire"], NOW, lambda _name: timedelta(0)))

    async def marked(ok: bool | None, *, gone: bool = False) -> tuple[int, object]:
        mark = PollMark(source="wire", next_due=NOW, checked=NOW, ok=ok, error=None if ok else "why", gone=gone)
        await store.write(lambda turn: turn.sources.mark([mark]))
        found = await store.read(lambda turn: turn.sources.record("wire"))
        return found.failures, found.last_ok

    assert await marked(False) == (1, None)
    assert await marked(False) == (2, None)
    assert await marked(None) == (2, None)
    assert await marked(True) == (0, NOW)
    assert await marked(None) == (0, NOW)
    assert await marked(False, gone=True) == (1, NOW)
    assert await store.read(lambda turn: turn.sources.due(NOW + HOUR, {"wire"}, 9)) == []


async def test_other_options_forget_what_the_server_said_of_the_old_ones(store):
    state = SourceState(etag='"e"', body_sha256="b", cursor={"n": 1})
    gone = PollMark(source="wire", next_due=NOW + 9 * HOUR, checked=NOW, ok=False, gone=True)

    def settle(turn: Turn) -> None:
        turn.sources.ensure(["wire"], NOW, lambda _name: timedelta(0))
        turn.sources.configured({"wire": "one"}, NOW)
        turn.sources.save("wire", state, {"guid": False}, imported=NOW, changed=NOW)
        turn.sources.mark([gone])

    await store.write(settle)
    await store.write(lambda turn: turn.sources.configured({"wire": "one"}, NOW))
    same = await store.read(lambda turn: turn.sources.record("wire"))
    await store.write(lambda turn: turn.sources.configured({"wire": "two"}, NOW))
    other = await store.read(lambda turn: turn.sources.record("wire"))

    assert (same.state, same.gone) == (state, NOW)
    assert (other.state, other.gone, other.failures) == (SourceState(), None, 0)
    assert (other.imported, other.identity) == (NOW, {"guid": False})
    assert [name for name, _ in await store.read(lambda turn: turn.sources.due(NOW, {"wire"}, 9))] == ["wire"]


async def test_an_occasion_told_twice_makes_its_deliveries_once(store):
    ways = [("desk", "a"), ("desk", "b"), ("lab", ""), ("desk", "a")]
    await store.write(lambda turn: turn.outbox.tell(occasion(), ways))
    await store.write(lambda turn: turn.outbox.tell(occasion(content="other"), ways))

    leased = await store.write(lambda turn: turn.outbox.lease("desk", NOW, NOW + HOUR, 9))

    assert [(each.recipient, each.content) for each in leased] == [("a", "{}"), ("b", "{}")]
    assert [channel for channel, _ in await store.read(lambda turn: turn.outbox.waiting(NOW))] == ["desk", "lab"]


async def test_a_lease_is_exclusive_until_it_runs_out_or_is_released(store):
    await store.write(lambda turn: turn.outbox.tell(occasion(), [("desk", "")]))

    async def leased(at):
        return len(await store.write(lambda turn: turn.outbox.lease("desk", at, at + HOUR, 9)))

    assert await leased(NOW) == 1
    assert await leased(NOW + HOUR / 2) == 0
    assert await leased(NOW + HOUR) == 1
    await store.write(lambda turn: turn.outbox.release_leases())
    assert await leased(NOW + HOUR) == 1


async def test_deliveries_come_in_the_order_of_telling_and_one_not_due_holds_back_none(store):
    for number in range(3):
        await store.write(lambda turn, n=number: turn.outbox.tell(occasion(f"alert:a:{n}"), [("desk", "")]))
    (first,) = await store.write(lambda turn: turn.outbox.lease("desk", NOW, NOW + HOUR, 1))
    await mark(store, first, "due", NOW + 5 * HOUR)

    rest = await store.write(lambda turn: turn.outbox.lease("desk", NOW, NOW + HOUR, 9))

    assert first.occasion == "alert:a:0"
    assert [each.occasion for each in rest] == ["alert:a:1", "alert:a:2"]


async def mark(store, delivery, state: str, due) -> None:
    tried = Attempt(
        delivery=delivery.id,
        number=delivery.attempts + 1,
        started=NOW,
        finished=NOW,
        result="retry",
        reason="why",
        answer="",
    )
    outcome = Mark(delivery=delivery.id, state=state, due=due, reason="why")
    await store.write(lambda turn: turn.outbox.mark(tried, outcome))


@pytest.mark.parametrize("state", ["sent", "dead"])
async def test_a_finished_delivery_is_never_leased_again(store, state):
    await store.write(lambda turn: turn.outbox.tell(occasion(), [("desk", "")]))
    (leased,) = await store.write(lambda turn: turn.outbox.lease("desk", NOW, NOW + HOUR, 9))
    await mark(store, leased, state, NOW)

    assert await store.write(lambda turn: turn.outbox.lease("desk", NOW + 99 * HOUR, NOW + 100 * HOUR, 9)) == []
    assert await store.read(lambda turn: turn.outbox.waiting(NOW)) == []


async def test_a_retry_keeps_its_id_its_first_attempt_and_its_parts(store):
    await store.write(lambda turn: turn.outbox.tell(occasion(), [("desk", "")]))
    (first,) = await store.write(lambda turn: turn.outbox.lease("desk", NOW, NOW + HOUR, 9))
    await store.write(lambda turn: turn.outbox.progress(first.id, 1, [b"one", b"two", b"three"]))
    await store.write(lambda turn: turn.outbox.progress(first.id, 2, [b"other", b"words"]))
    await mark(store, first, "due", NOW + HOUR)
    (again,) = await store.write(lambda turn: turn.outbox.lease("desk", NOW + HOUR, NOW + 2 * HOUR, 9))

    assert again.id == first.id
    assert (again.attempts, again.first_attempt, again.parts_done) == (1, NOW, 2)
    assert await store.read(lambda turn: turn.outbox.bodies(first.id)) == (b"one", b"two", b"three")


async def test_what_the_parts_said_is_kept_until_the_message_is_sent(store):
    await store.write(lambda turn: turn.outbox.tell(occasion(), [("desk", "")]))
    (first,) = await store.write(lambda turn: turn.outbox.lease("desk", NOW, NOW + HOUR, 9))
    await store.write(lambda turn: turn.outbox.progress(first.id, 1, [b"one", b"two"]))
    await mark(store, first, "dead", NOW)
    assert await store.read(lambda turn: turn.outbox.bodies(first.id)) == (b"one", b"two")

    await mark(store, replace(first, attempts=1), "sent", NOW)

    assert await store.read(lambda turn: turn.outbox.bodies(first.id)) == ()


async def test_occasions_of_a_kind_and_subject_are_numbered(store):
    assert await store.read(lambda turn: turn.outbox.next_number("notice:disk:store:")) == 1
    await store.write(lambda turn: turn.outbox.tell(occasion("notice:disk:store:1"), []))
    await store.write(lambda turn: turn.outbox.tell(occasion("notice:disk:store-2:1"), []))

    assert await store.read(lambda turn: turn.outbox.next_number("notice:disk:store:")) == 2


async def test_a_channels_state_is_told_to_have_changed_once(store):
    paused = ChannelState(channel="desk", state="paused", since=NOW, next_try=NOW + HOUR, reason="401")

    assert await store.write(lambda turn: turn.outbox.set_channel(None, "desk")) is False
    assert await store.write(lambda turn: turn.outbox.set_channel(paused, "desk")) is True
    later = replace(paused, since=NOW + HOUR, next_try=NOW + 2 * HOUR)
    assert await store.write(lambda turn: turn.outbox.set_channel(later, "desk")) is False
    assert (await store.read(lambda turn: turn.outbox.channel_states()))["desk"] == replace(later, since=NOW)
    assert await store.write(lambda turn: turn.outbox.set_channel(None, "desk")) is True
    assert await store.read(lambda turn: turn.outbox.channel_states()) == {}


async def test_an_alert_is_one_per_rule_and_subject(store):
    first = make_alert()
    head = Decision(alert=first.id, change=Reason.RAISED, way="alert", reason=Reason.RAISED, detail="", occasion=None)
    write = AlertWrite(alert=first, number=1, decisions=(head,))
    await store.write(lambda turn: turn.alerts.write(1, [write], NOW))
    await store.write(lambda turn: turn.alerts.write(2, [replace(write, alert=replace(first, occasions=2))], NOW))

    found = await store.read(lambda turn: turn.alerts.alerts({first.subject}))

    assert {key: (alert.id, alert.occasions) for key, alert in found.items()} == {
        ("bans", first.subject): (first.id, 2)
    }


async def test_two_alerts_of_one_rule_on_one_subject_are_a_conflict(store):
    write = AlertWrite(alert=make_alert(), number=1, decisions=())
    await store.write(lambda turn: turn.alerts.write(1, [write], NOW))

    with pytest.raises(Conflict):
        await store.write(lambda turn: turn.alerts.write(1, [replace(write, alert=make_alert(id="a-x"))], NOW))


async def test_an_observation_has_one_match_per_rule(store):
    judged = Judged(match=make_match(), reason=Reason.RAISED, alert="a")
    await store.write(lambda turn: turn.alerts.add_matches(1, [judged]))

    with pytest.raises(Conflict):
        await store.write(lambda turn: turn.alerts.add_matches(1, [judged]))


async def test_rules_loaded_twice_are_numbered_once(store):
    rules = RuleSet(rules=(), version="v")

    await store.write(lambda turn: turn.alerts.load_rules(rules, NOW))
    await store.write(lambda turn: turn.alerts.load_rules(rules, NOW + HOUR))


async def test_an_issue_is_stored_once_per_period(store):
    await store.write(lambda turn: turn.issues.issue(record(), [], NOW, NOW))
    await store.write(lambda turn: turn.issues.issue(record(stories=9), [], NOW, NOW))

    assert await store.read(lambda turn: turn.issues.listed("weekly", 9)) == [record()]


async def test_an_issue_takes_what_was_assigned_before_and_leaves_the_rest(store):
    def settle(turn: Turn) -> None:
        for number, at in ((1, NOW - HOUR), (2, NOW)):
            turn.alerts.queue("weekly", make_alert(occasions=number), "raised", (), at)
        turn.issues.issue(
            record(), [record("2026-W09", state="covered", covered_by="2026-W10", ends=record().begins)], NOW, NOW
        )

    await store.write(settle)

    assert await store.read(lambda turn: turn.issues.told("weekly", {make_alert().subject})) == {
        make_alert().subject: "2026-W10"
    }
    last = await store.read(lambda turn: turn.issues.last("weekly"))
    assert last == record()


async def test_when_a_digest_was_first_known_is_kept(store):
    assert await store.write(lambda turn: turn.issues.since("weekly", NOW)) == NOW
    assert await store.write(lambda turn: turn.issues.since("weekly", NOW + HOUR)) == NOW
    assert await store.read(lambda turn: turn.issues.since("weekly", NOW + HOUR)) == NOW


async def test_what_was_learned_of_a_source_stays_until_it_is_learned_anew(store):
    await store.write(lambda turn: turn.sources.ensure(["wire", "desk"], NOW, lambda _name: timedelta(0)))
    mark = PollMark(source="wire", next_due=NOW, checked=NOW, ok=True)
    rhythm, manners = {"recent": 1.5}, {"full": 9.0}

    await store.write(lambda turn: turn.sources.mark([replace(mark, rhythm=rhythm, manners=manners, demand=0.5)]))
    await store.write(lambda turn: turn.sources.mark([replace(mark, source="desk", demand=1.5)]))
    assert await store.read(lambda turn: turn.sources.demands(["wire", "desk", "none"])) == (2.0, 2)
    await store.write(lambda turn: turn.sources.mark([replace(mark, ok=False)]))
    failed = await store.read(lambda turn: turn.sources.record("wire"))

    assert (failed.rhythm, failed.manners) == (rhythm, manners)
    assert await store.read(lambda turn: turn.sources.demands(["wire"])) == (0.5, 1)
    await store.write(lambda turn: turn.sources.mark([mark]))
    assert await store.read(lambda turn: turn.sources.demands(["wire"])) == (0.0, 0)


async def test_other_options_forget_the_manners_of_the_old_ones_and_keep_the_rhythm(store):
    mark = PollMark(source="wire", next_due=NOW, checked=NOW, ok=True, rhythm={"recent": 1}, manners={"full": 1})
    await store.write(lambda turn: turn.sources.ensure(["wire"], NOW, lambda _name: timedelta(0)))
    await store.write(lambda turn: turn.sources.configured({"wire": "one"}, NOW))
    await store.write(lambda turn: turn.sources.mark([mark]))

    await store.write(lambda turn: turn.sources.configured({"wire": "two"}, NOW))

    found = await store.read(lambda turn: turn.sources.record("wire"))
    assert (found.rhythm, found.manners) == ({"recent": 1}, {})
