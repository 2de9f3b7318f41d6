"""The beat's step for dated entries: only what has a fault is set aside."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from tests.pipeline.test_dates import OCTOBER, RULES, told
from tests.pipeline.test_requirements import ban, rules
from tests.pipeline.world import CONFIG, entry, world
from watcher.engines.progress import Progress
from watcher.engines.reminders import judge_timers, remind_due
from watcher.engines.steps import StepGuard
from watcher.pipeline.taking_in.dating import replan
from watcher.pipeline.telling.incidents import follow_deeds
from watcher.pipeline.telling.lifecycle import acknowledge

FIRST = "MOFCOM suspends its export controls on holmium and erbium until 10 November 2026."
SECOND = "The EU suspends its import tariff on magnesium from Norway until 11 November 2026."


async def test_the_one_with_a_fault_is_set_aside_though_it_is_not_the_first_that_is_due(tmp_path, caplog):
    async with world(tmp_path, rules=RULES) as here:
        here.now = OCTOBER
        await here.store.write(lambda turn: replan(turn, here.runtime, here.now))
        await here.publish("ministry", told(FIRST, "a"), told(SECOND, "b"))
        first, second = (row[0] for row in here.rows("select id from entries order by last_day"))
        await here.store.write(
            lambda turn: [
                turn.db.execute("delete from entry_timers where rule <> ''"),
                turn.db.execute("update entries set topic = 'no json' where id = ?", (second,)),
            ]
        )
        here.now = datetime(2026, 11, 30, tzinfo=UTC)
        await remind_due(here.store, here.runtime, lambda: here.now + timedelta(0))

        assert here.rows("select id, state from entries order by last_day") == [
            (first, "lapsed"),
            (second, "standing"),
        ]
        assert here.rows("select count(*) from entry_timers where done is null") == [(0,)]
        assert caplog.text.count("reminder.failed") == 1
        assert here.rows("select count(*) from occasions where id like 'notice:set-aside:%'") == [(1,)]


async def test_a_timer_with_a_fault_takes_no_other_with_it(tmp_path, caplog):
    async with world(tmp_path, rules=rules("{silent: 24h, by: source}")) as here:
        await here.publish("daily", ban(0, here.now))
        here.now += timedelta(minutes=1)
        await here.publish("wire", ban(1, here.now))
        await here.store.write(
            lambda turn: turn.db.execute("update requirement_states set state = 'no json' where key = 'wire'")
        )
        here.now += timedelta(days=2)
        await judge_timers(here.store, here.runtime, lambda: here.now)

        assert [alert.subject for alert in await _alerts(here)] == ["key:daily@2026-03-03T09:00:00Z"]
        assert here.rows("select key from requirement_states") == [("daily",)]
        assert caplog.text.count("requirement.failed") == 1
        assert here.rows("select count(*) from occasions where id like 'notice:set-aside:%'") == [(1,)]


async def _alerts(here):
    subjects = [row[0] for row in here.rows("select subject from alerts")]
    return (await here.store.read(lambda turn: turn.alerts.alerts(subjects))).values()


CALLS = CONFIG.replace(
    "  lab: {kind: file, path: lab.txt}\n",
    "  lab: {kind: file, path: lab.txt}\n  call: {kind: pagerduty, key: '0123456789abcdef0123456789abcdef'}\n",
).replace("desk: {channels: [desk]}", "desk: {channels: [desk, call]}")


async def test_a_deed_that_cannot_be_told_is_set_aside_and_the_next_one_is_told(tmp_path, caplog):
    async with world(tmp_path, config=CALLS, sources=("wire",)) as here:
        await here.publish(
            "wire",
            entry("a"),
            entry("b", title="Chile sets an export ban on lithium", content_html="<p>An export ban on lithium.</p>"),
        )
        (first, bad), (second, _) = here.rows("select alert, id from occasions where kind = 'alert' order by at, id")
        here.now += timedelta(minutes=1)

        def work(turn):
            turn.db.execute("update deliveries set state = 'sent' where channel = 'call'")
            turn.db.execute('update occasions set content = \'{"type":"AlertMessage"}\' where id = ?', (bad,))
            for alert in (first, second):
                acknowledge(turn, alert, "anna", here.now, "command")

        await here.store.write(work)
        told = [await follow_deeds(here.store, here.runtime, here.now) for _ in range(3)]

        assert told == [1, 0, 0]
        assert caplog.text.count("deed.failed") == 1
        assert [notice.kind for notice in here.notices("ops")].count("set-aside") == 1


async def test_a_step_of_the_beat_that_fails_keeps_no_other_from_running_and_is_told_once(tmp_path, caplog):
    async with world(tmp_path, sources=("wire",)) as here:
        progress = Progress()
        guard = StepGuard(store=here.store, runtime=lambda: here.runtime, clock=lambda: here.now, progress=progress)

        async def broken() -> None:
            raise KeyError("message")

        for _ in range(3):
            await guard.run("deeds", broken)

        assert progress.step_faults == {"deeds": 3}
        assert [notice.kind for notice in here.notices("ops")] == ["step-failing"]
        assert caplog.text.count("step.failed") == 3
        await guard.run("deeds", lambda: asyncio.sleep(0))
        assert progress.step_faults == {}
