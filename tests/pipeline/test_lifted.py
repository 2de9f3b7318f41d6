"""What a channel's server asked for: until when it is left alone, and what ends that."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.faults.http_receiver import Answer
from tests.pipeline.test_delivering import sends
from watcher.engines.progress import Progress
from watcher.engines.senders import Senders
from watcher.stores.sqlite.deliveries import resume, retry


@pytest.mark.parametrize("way", ["resume", "retry", "move"])
async def test_what_a_server_asked_for_is_lifted_by_hand_and_by_another_address(tmp_path, way):
    async with sends(tmp_path, Answer(status=503, headers={"retry-after": "86400"}), Answer()) as at:
        senders = Senders(
            delivering=lambda: at.delivering,
            runtime=lambda: at.here.runtime,
            clock=lambda: at.here.now,
            progress=Progress(),
        )
        await _pass(senders)
        at.here.now += timedelta(minutes=5)
        await _pass(senders)
        assert len(at.receiver.received) == 1

        def lift(turn):
            if way == "resume":
                resume(turn.db, "desk", at.here.now)
            elif way == "retry":
                retry(
                    turn.db,
                    turn.db.execute("select id from deliveries where channel = 'desk'").fetchone()[0],
                    at.here.now,
                )
            else:
                turn.outbox.lift_moved({"desk": "elsewhere"}, at.here.now)

        await at.here.store.write(lift)
        at.here.now += timedelta(seconds=1)
        await _pass(senders)
        assert at.here.rows("select state from deliveries where channel = 'desk'") == [("sent",)]


async def _pass(senders: Senders) -> None:
    await senders.wake()
    for task in senders.running:
        await task


async def test_an_answer_under_way_lifts_no_hold_that_was_asked_for_since(tmp_path):
    async with sends(tmp_path) as at:
        until = at.here.now + timedelta(hours=1)
        await at.here.store.write(lambda turn: turn.outbox.hold("desk", until, began=at.here.now))
        await at.here.store.write(lambda turn: turn.outbox.lift("desk", at.here.now - timedelta(seconds=1)))
        assert await at.here.store.read(lambda turn: turn.outbox.held("desk")) == until
        await at.here.store.write(lambda turn: turn.outbox.lift("desk", at.here.now + timedelta(seconds=1)))
        assert await at.here.store.read(lambda turn: turn.outbox.held("desk")) is None
