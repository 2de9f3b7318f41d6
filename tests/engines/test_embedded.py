from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta

from tests.commands.world import BAN, OLD, PRICE, World, world
from tests.servers import FaultServer, Seen, reply
from watcher.app.daemon import Daemon, opened
from watcher.core.errors import StoreError
from watcher.core.ledger import PollMark
from watcher.core.polls import first_due
from watcher.network.http import Http

DAY = timedelta(days=1)


def counts(here: World, query: str) -> object:
    with contextlib.closing(sqlite3.connect(f"{here.database.as_uri()}?mode=ro", uri=True)) as db:
        return db.execute(query).fetchone()[0]


@contextlib.asynccontextmanager
async def running(here: World) -> AsyncIterator[Daemon]:
    """The daemon with its engine started, drained at the end."""
    async with opened(here.config, {}, here.loaded(), clock=lambda: here.now) as daemon:
        await daemon.engine.start()
        try:
            yield daemon
        finally:
            await daemon.engine.drain(2)


async def test_one_pass_does_all_that_is_due_and_nothing_is_left(tmp_path):
    async with world(tmp_path) as here:
        await here.once(OLD)
        await here.once(BAN)

        assert counts(here, "select count(*) from deliveries where state <> 'sent'") == 0
        assert "Ministry announces export ban on gallium" in (tmp_path / "desk.txt").read_text(encoding="utf-8")


async def test_a_pass_always_polls_what_is_due(tmp_path):
    async with world(tmp_path) as here:
        here.publish(OLD)
        for polls in range(1, 6):
            await here.once()

            assert len(here.server.seen) == polls


async def test_a_pass_ends_though_its_sources_are_due_again_before_it_does(tmp_path):
    async with world(tmp_path) as here:
        here.publish(OLD)
        often = "".join(
            f'  s{n}: {{kind: feed, url: "{here.server.url("/feed")}", every: 1s, pace: 0s}}\n' for n in (1, 2)
        )
        config = here.config.read_text(encoding="utf-8").replace("channels:\n", often + "channels:\n", 1)
        here.config.write_text(config, encoding="utf-8")

        def clock() -> datetime:
            here.now += timedelta(seconds=1)
            return here.now

        async with asyncio.timeout(20), opened(here.config, {}, here.loaded(), clock=clock) as daemon:
            await daemon.once()

            assert daemon.engine.progress.polls == 3


async def test_a_restart_catches_up_with_polls_and_issues(tmp_path):
    async with world(tmp_path, passes=500) as here:
        await here.once(OLD)
        await here.once(PRICE)
        here.now += 20 * DAY

        await here.once(BAN)

        assert counts(here, "select count(*) from issues where state = 'issued'") == 1
        assert counts(here, "select count(*) from issues where state = 'covered'") in {1, 2}
        assert "Ministry announces export ban" in (tmp_path / "desk.txt").read_text(encoding="utf-8")


async def test_a_source_that_was_gone_is_polled_again_under_another_address(tmp_path):
    async with world(tmp_path) as here:
        await here.once(OLD)
        here.publish(BAN)
        feed = here.server.routes["/feed"]
        here.server.route("/feed", reply(410))
        for _ in range(9):
            await pass_by(here)
        assert len(here.server.seen) == 4  # one good answer, then three times: gone

        here.server.route("/moved", feed)
        config = here.config.read_text(encoding="utf-8")
        here.config.write_text(config.replace("/feed", "/moved"), encoding="utf-8")
        await pass_by(here)

        assert counts(here, "select gone is null and failures = 0 from source_state") == 1
        assert counts(here, "select count(*) from alerts where rule = 'export-ban'") == 1


async def pass_by(here: World) -> None:
    """One pass without publishing anything; an hour goes by."""
    async with opened(here.config, {}, here.loaded(), clock=lambda: here.now) as daemon:
        await daemon.once()
    here.now += timedelta(hours=1)


async def test_a_beat_claims_polls_and_sends(tmp_path):
    async with world(tmp_path) as here:
        await here.once(OLD)
        here.publish(BAN)
        async with running(here) as daemon:
            await daemon.engine.tick()
            await daemon.engine.idle()

            assert daemon.engine.progress.polls == 1
            assert daemon.engine.progress.told == 1
            assert daemon.engine.progress.sent == 1
            assert daemon.engine.progress.last_tick == here.now


async def test_a_source_is_not_claimed_twice(tmp_path):
    async with world(tmp_path) as here:
        gate = asyncio.Event()
        body = here.server.routes["/feed"]
        assert isinstance(body, bytes)

        async def slow(_seen: Seen, writer: asyncio.StreamWriter) -> None:
            await gate.wait()
            writer.write(body)

        here.server.route("/feed", slow)
        async with running(here) as daemon:
            here.now += timedelta(minutes=1)
            for _ in range(5):
                await daemon.engine.tick()
            gate.set()
            await daemon.engine.idle()

            assert len(here.server.seen) == 1


async def test_a_poll_under_way_is_ended_before_the_engine_stops(tmp_path):
    async with world(tmp_path) as here:
        await here.once(OLD)
        here.publish(BAN)
        body = here.server.routes["/feed"]
        assert isinstance(body, bytes)
        asked, gate = asyncio.Event(), asyncio.Event()

        async def slow(_seen: Seen, writer: asyncio.StreamWriter) -> None:
            asked.set()
            await gate.wait()
            writer.write(body)

        here.server.route("/feed", slow)
        async with opened(here.config, {}, here.loaded(), clock=lambda: here.now) as daemon:
            await daemon.engine.start()
            await daemon.engine.tick()
            await asked.wait()
            drained = asyncio.create_task(daemon.engine.drain(5))
            gate.set()

            assert await drained
        assert counts(here, "select count(*) from alerts where rule = 'export-ban'") == 1
        assert counts(here, "select last_checked = last_ok and failures = 0 from source_state") == 1


async def test_a_poll_that_hangs_is_cut_when_the_time_to_drain_is_over(tmp_path):
    async with world(tmp_path) as here:
        asked = asyncio.Event()

        async def never(_seen: Seen, _writer: asyncio.StreamWriter) -> None:
            asked.set()
            await asyncio.get_running_loop().create_future()

        here.server.route("/feed", never)
        async with opened(here.config, {}, here.loaded(), clock=lambda: here.now) as daemon:
            await daemon.engine.start()
            here.now += timedelta(minutes=1)
            await daemon.engine.tick()
            await asked.wait()

            assert not await daemon.engine.drain(0.1)


async def test_a_poll_that_breaks_is_parked_and_the_others_go_on(tmp_path):
    async with world(tmp_path) as here:
        await here.once(OLD)
        here.publish(BAN)
        config = here.config.read_text(encoding="utf-8")
        twin = config.replace(
            "channels:\n", '  twin: {kind: feed, url: "' + here.server.url("/feed") + '", every: 15m}\nchannels:\n', 1
        )
        here.config.write_text(twin, encoding="utf-8")
        async with opened(here.config, {}, here.loaded(), clock=lambda: here.now) as daemon:
            broken = daemon.engine.runtime.sources["twin"]
            sources = {**daemon.engine.runtime.sources, "twin": replace(broken, pace=None)}
            daemon.engine.runtime = replace(daemon.engine.runtime, sources=sources)
            await daemon.once()

        assert counts(here, "select failures from source_state where source = 'twin'") == 1
        assert "AttributeError" in str(counts(here, "select last_error from source_state where source = 'twin'"))
        assert counts(here, "select count(*) from alerts where rule = 'export-ban'") == 1


async def test_a_digest_that_cannot_be_made_holds_back_no_alert(tmp_path):
    async with world(tmp_path) as here:
        await here.once(OLD)
        here.publish(BAN)
        async with running(here) as daemon:
            digest = daemon.engine.runtime.digests["weekly"]
            broken = replace(digest, schedule=None)
            for _ in range(20):
                daemon.engine.runtime = replace(daemon.engine.runtime, digests={"weekly": broken})
                with contextlib.suppress(AttributeError):
                    await daemon.engine.tick()
                await daemon.engine._queue.join()
                await asyncio.gather(*daemon.engine.senders.tasks.values())
                if daemon.engine.progress.sent > 1:
                    break

            assert daemon.engine.progress.sent == 2  # the alert, and word of the digest to the operator


async def test_a_digest_that_cannot_be_made_holds_back_no_other(tmp_path):
    async with world(tmp_path) as here:
        await here.once(OLD)
        here.now += 20 * DAY
        async with running(here) as daemon:
            digest = daemon.engine.runtime.digests["weekly"]
            both = {"broken": replace(digest, id="broken", schedule=None), "weekly": digest}
            await daemon.store.write(lambda turn: turn.issues.since("broken", here.now))
            daemon.engine.runtime = replace(daemon.engine.runtime, digests=both)
            await daemon.engine.issue_due()
            for _ in range(5):
                await daemon.engine.issue_due()
                assert daemon.engine.progress.step_faults == {"digest broken": 1}  # it rests
            here.now += timedelta(seconds=3)
            await daemon.engine.issue_due()
            assert daemon.engine.progress.step_faults == {"digest broken": 2}
            daemon.engine.runtime = replace(daemon.engine.runtime, digests={"weekly": digest})
            await daemon.engine.issue_due()
            assert daemon.engine.progress.step_faults == {}

        assert counts(here, "select count(*) from issues where state = 'issued' and digest = 'weekly'") == 1
        assert counts(here, "select count(*) from occasions where id like 'notice:step-failing:digest broken:%'") == 1


async def test_a_document_that_cannot_be_stored_is_parked_and_the_store_is_well(tmp_path):
    async with world(tmp_path) as here:
        await here.once(OLD)
        here.publish(BAN)
        with contextlib.closing(sqlite3.connect(here.database)) as db:
            db.execute("create trigger t before insert on articles begin select raise(abort, 'taken'); end")
        async with running(here) as daemon:
            await daemon.engine.tick()
            await daemon.engine.idle()

            assert daemon.health().ok
        assert counts(here, "select failures from source_state") == 1
        assert "Conflict" in str(counts(here, "select last_error from source_state"))


async def test_a_store_that_refuses_is_said_and_nothing_is_noted(tmp_path):
    async with world(tmp_path) as here, running(here) as daemon:
        await daemon.engine.idle()
        write = daemon.store.write

        async def refuses(_work: object) -> object:
            raise StoreError("database: the disk is full")

        daemon.store.write = refuses
        here.now += timedelta(hours=1)
        await daemon.engine._guarded(daemon.engine.issue_due, "digests")
        daemon.engine._marks.append(a_mark(here.now))
        await daemon.engine.tick()

        assert daemon.engine.progress.store_error == "database: the disk is full"
        assert not daemon.health().ok
        assert len(daemon.engine._marks) == 1
        daemon.store.write = write
        await daemon.engine.tick()
        assert daemon.health().ok
        daemon.engine.progress.step_faults["deeds"] = 2
        assert not daemon.health().ok
        assert ("step deeds", False, "failed 2 times in a row; see the log") in daemon.health().parts


def a_mark(now: datetime):
    return PollMark(source="wire", next_due=now + DAY, checked=now, ok=True)


async def test_sources_are_polled_by_a_bounded_number_of_workers(tmp_path):
    together = asyncio.Event()

    async def answer(_seen: Seen, writer: asyncio.StreamWriter) -> None:
        if server.open_now >= 4:
            together.set()
        await together.wait()
        writer.write(reply(304))

    async with world(tmp_path) as here, FaultServer(host="0.0.0.0") as server:
        server.route("/feed", answer)
        block = "".join(  # each on a host of its own: one host is asked by one worker at a time anyhow
            f'  s{n}: {{kind: feed, url: "{server.url("/feed", host=f"127.0.1.{n}")}", every: 15m, pace: 0s}}\n'
            for n in range(1, 21)
        )
        config = here.config.read_text(encoding="utf-8").replace("channels:\n", block + "channels:\n", 1)
        here.config.write_text(config, encoding="utf-8")
        async with opened(here.config, {}, here.loaded(), clock=lambda: here.now) as daemon:
            daemon.engine.workers = 4
            await daemon.once()

            assert daemon.engine.progress.polls == 21
            assert server.most_open == 4


async def test_all_polls_share_one_client(tmp_path):
    made = []
    plain = Http.__init__

    def counted(self, *arguments, **named):
        made.append(self)
        plain(self, *arguments, **named)

    async with world(tmp_path) as here:
        block = "".join(
            f'  s{n}: {{kind: feed, url: "{here.server.url("/feed")}?{n}", every: 15m, pace: 0s}}\n' for n in range(3)
        )
        config = here.config.read_text(encoding="utf-8").replace("channels:\n", block + "channels:\n", 1)
        here.config.write_text(config, encoding="utf-8")
        Http.__init__ = counted
        try:
            async with opened(here.config, {}, here.loaded(), clock=lambda: here.now) as daemon:
                await daemon.once()
                assert daemon.engine.progress.polls == 4
        finally:
            Http.__init__ = plain

    assert len(made) == 1


async def test_what_is_due_is_spread_after_a_start_of_many(tmp_path):
    async with world(tmp_path) as here:
        async with running(here) as daemon:
            every = {f"s{n}": timedelta(minutes=15) for n in range(200)}
            await daemon.store.write(
                lambda turn: turn.sources.ensure(every, here.now, lambda name: first_due(name, every[name]))
            )
            due = [
                len(
                    await daemon.store.read(
                        lambda turn, s=s: turn.sources.due(here.now + timedelta(seconds=s), every, 999)
                    )
                )
                for s in (0, 2, 5, 10)
            ]

        assert due[0] < 10
        assert due[0] < due[1] < due[2] < due[3] == 200


async def test_a_fault_ends_no_sender_for_good_and_health_shows_it(tmp_path):
    async with world(tmp_path) as here:
        await here.once(OLD)
        async with running(here) as daemon:
            engine, senders = daemon.engine, daemon.engine.senders
            fine = engine.delivering.clock
            here.publish(BAN)

            def broken() -> datetime:
                raise ZeroDivisionError

            engine.delivering = replace(engine.delivering, clock=broken)
            pauses = []
            await engine.idle()
            for _ in range(2):
                pauses.append(senders.holds["desk"] - here.now)
                here.now = senders.holds["desk"]
                await senders.wake()
                await asyncio.gather(*senders.tasks.values())
            parts = {name: (ok, says) for name, ok, says in daemon.health().parts}

            engine.delivering = replace(engine.delivering, clock=fine)
            here.now = senders.holds["desk"]
            await senders.wake()
            await asyncio.gather(*senders.tasks.values())

            assert pauses == [timedelta(seconds=5), timedelta(seconds=10)]
            assert parts["sender desk"] == (False, "failed 3 times in a row; see the log")
            assert "sender desk" not in {name for name, *_ in daemon.health().parts}
    assert "Ministry announces export ban on gallium" in (tmp_path / "desk.txt").read_text(encoding="utf-8")


async def test_a_hosts_wish_to_be_left_alone_holds_all_its_sources_over_a_restart(tmp_path):
    async with world(tmp_path) as here:
        await here.once(OLD)
        config = here.config.read_text(encoding="utf-8")
        twin = '  twin: {kind: feed, url: "' + here.server.url("/feed") + '", every: 5m}\nchannels:\n'
        here.config.write_text(config.replace("channels:\n", twin, 1), encoding="utf-8")
        here.server.route("/feed", reply(429, ("Retry-After", "2400")))
        seen = [len(here.server.seen)]

        for minutes in (0, 30, 15):
            here.now += timedelta(minutes=minutes)
            async with opened(here.config, {}, here.loaded(), clock=lambda: here.now) as daemon:
                await daemon.once()
            seen.append(len(here.server.seen))

        assert seen == [1, 2, 2, 3]
