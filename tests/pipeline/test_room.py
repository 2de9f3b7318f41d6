"""Room for documents that wait for the writer."""

from __future__ import annotations

import asyncio

from watcher.pipeline.taking_in.room import Room


async def test_beyond_a_few_that_wait_for_the_writer_no_further_document_is_read():
    room = Room(most=2)
    with room:
        room.__enter__()
        waiting = asyncio.create_task(room.wait())
        await asyncio.sleep(0)
        assert not waiting.done()

        room.__exit__()

        await asyncio.wait_for(waiting, 1)


async def test_all_that_wait_look_again_when_one_is_stored():
    room = Room(most=1)
    room.__enter__()
    waiting = [asyncio.create_task(room.wait()) for _ in range(3)]
    await asyncio.sleep(0)

    room.__exit__()

    await asyncio.wait_for(asyncio.gather(*waiting), 1)
    await room.wait()
