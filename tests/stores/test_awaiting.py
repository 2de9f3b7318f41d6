"""What a store keeps of articles that wait for their page: claims run out, and nothing is claimed twice."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.core.make import NOW
from tests.stores.test_contract import STORES
from watcher.core.articles.drafts import draft
from watcher.core.ledger import Awaited
from watcher.core.model import Entry
from watcher.stores.base import Store

MINUTE = timedelta(minutes=1)
LISTED = draft(Entry(guid="7", link="https://ores.example/7", title="Ban", awaits_text=True), fetched=NOW)


@pytest.fixture(params=sorted(STORES))
async def store(request, tmp_path: Path) -> AsyncIterator[Store]:
    opened = await STORES[request.param](tmp_path)
    yield opened
    await opened.close()


async def ask(store: Store, article: int, *, host: str = "ores.example", source: str = "wire", wait: int = 0) -> None:
    awaited = Awaited(article=article, source=source, host=host, listed=LISTED, due=NOW + wait * MINUTE, asked=NOW)
    await store.write(lambda turn: turn.awaiting.ask(awaited, NOW))


async def lease(
    store: Store, *, after: int = 0, busy: tuple[str, ...] = (), sources: tuple[str, ...] = ("wire",)
) -> list[Awaited]:
    now = NOW + after * MINUTE
    found = await store.write(
        lambda turn: turn.awaiting.lease(now, now + 5 * MINUTE, sources=sources, busy=busy, limit=9)
    )
    return list(found)


async def test_a_page_is_claimed_once_until_its_claim_runs_out(store):
    await ask(store, 1)

    (first,) = await lease(store)

    assert (first.article, first.listed, first.attempts) == (1, LISTED, 1)
    assert await lease(store, after=4) == []
    assert [each.attempts for each in await lease(store, after=5)] == [2]


async def test_claims_of_a_dead_process_are_freed_at_the_start(store):
    await ask(store, 1)
    await lease(store)

    assert await store.write(lambda turn: turn.awaiting.release_leases()) == 1
    assert len(await lease(store)) == 1


async def test_one_page_of_a_host_is_claimed_the_longest_due_first(store):
    await ask(store, 1, wait=2)
    await ask(store, 2, wait=1)
    await ask(store, 3, host="other.example")

    assert [each.article for each in await lease(store, after=3)] == [3, 2]
    assert await lease(store, after=3, busy=("ores.example", "other.example")) == []


async def test_only_what_is_due_and_of_a_known_source_is_claimed(store):
    await ask(store, 1, wait=9)
    await ask(store, 2, source="gone")

    assert not await store.read(lambda turn: turn.awaiting.is_due(NOW - MINUTE))
    assert await lease(store) == []
    assert [each.article for each in await lease(store, after=9)] == [1]


async def test_a_failed_attempt_is_due_again_and_a_failed_page_never(store):
    await ask(store, 1)
    await lease(store)
    await store.write(lambda turn: turn.awaiting.retry(1, NOW + 2 * MINUTE, "status 503", counted=True))
    assert await lease(store, after=1) == []
    (again,) = await lease(store, after=2)
    await store.write(lambda turn: turn.awaiting.fail(1, "status 404"))

    assert again.attempts == 2
    assert await lease(store, after=99) == []


async def test_an_attempt_that_was_no_fault_of_the_page_does_not_count(store):
    await ask(store, 1)
    await lease(store)
    await store.write(lambda turn: turn.awaiting.retry(1, NOW, "no worker", counted=False))

    assert [each.attempts for each in await lease(store)] == [1]


async def test_what_is_done_can_be_asked_for_anew(store):
    await ask(store, 1)
    (first,) = await lease(store)
    await store.write(lambda turn: turn.awaiting.done(1))
    assert await store.read(lambda turn: turn.awaiting.times(1)) == (1, True)
    assert not await store.read(lambda turn: turn.awaiting.is_asked(first))

    await ask(store, 1)

    assert await store.read(lambda turn: turn.awaiting.times(1)) == (2, False)
    assert [each.attempts for each in await lease(store)] == [1]
    assert await store.read(lambda turn: turn.awaiting.times(2)) == (0, False)
