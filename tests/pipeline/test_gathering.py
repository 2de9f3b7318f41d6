"""Sources that are no request: each document stored by itself, nothing lost and nothing doubled, whatever breaks."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.pipeline.world import MONDAY, World, world
from watcher.fetch import Fetcher
from watcher.gather import Gatherer
from watcher.network.guard import Guard
from watcher.network.http import Http
from watcher.network.resolver import ThreadResolver
from watcher.parse.pool import ParsePool, WorkerUnavailable
from watcher.pipeline.watching import gathering
from watcher.pipeline.watching.gathering import poll
from watcher.pipeline.watching.polling import Polled, Polling
from watcher.stores.base import Pushed
from watcher.telemetry import loggable_url

CONFIG = """\
network: any
store: {{path: watcher.db}}
operator: {{contact: ops@example.org, route: operator}}
listen: {{public_url: "https://watch.example"}}
sources:
  wire: {{{source}, every: 15m, trust: wire}}
channels:
  desk: {{kind: file, path: desk.txt}}
  ops: {{kind: file, path: ops.txt}}
routes:
  desk: {{channels: [desk]}}
  operator: {{channels: [ops], when: "rule:nothing"}}
rules: [rules.yaml]
"""
TEXTS = 'kind: file, path: "{folder}", format: text, pattern: "*.txt"'
PUSHES = (
    "kind: webhook, path: /in/desk, secret: whsec_{key}, items: items, id: id, fields: {{title: title, text: body}}"
)


class Killed(Exception):
    """As if the process ended here."""


@dataclass(slots=True, kw_only=True)
class Gathering:
    """One source and what polls it; `at` is called at each step that a fault may interrupt."""

    here: World
    polling: Polling
    folder: Path
    at: dict[str, Callable[[], None]] = field(default_factory=dict)

    def put(self, name: str, body: str, *, age_s: float = 3600.0) -> None:
        path = self.folder / name
        path.write_text(body, encoding="utf-8")
        os.utime(path, ((MONDAY - timedelta(seconds=age_s)).timestamp(),) * 2)

    async def push(self, body: object, id_: str = "1", *, raw: bytes | None = None) -> bool:
        data = json.dumps(body).encode() if raw is None else raw
        pushed = Pushed(number=0, path="/in/desk", content_type="application/json", body=data, arrived=self.here.now)
        return await self.here.store.write(lambda turn: turn.pushed.keep("wire", id_, pushed))

    async def record(self):
        record = await self.here.store.read(lambda turn: turn.sources.record("wire"))
        assert record is not None
        return record

    async def poll(self) -> Polled:
        polled = await poll(self.polling, self.here.runtime, self.here.runtime.sources["wire"], await self.record())
        await self.here.store.write(lambda turn: turn.sources.mark([polled.mark]))
        return polled

    async def titles(self) -> list[str]:
        return await self.here.store.read(
            lambda turn: [row[0] for row in turn.db.execute("select title from articles order by number")]
        )


@contextlib.asynccontextmanager
async def gather(tmp_path: Path, source: str):
    folder = tmp_path / "in"
    folder.mkdir()
    written = source.format(folder=folder, key="QUJD" * 10)
    async with contextlib.AsyncExitStack() as stack:
        here = await stack.enter_async_context(world(tmp_path, config=CONFIG.format(source=written), seen=False))
        guard = Guard(ThreadResolver())
        http = await stack.enter_async_context(Http(guard))
        found = Gathering(here=here, polling=None, folder=folder)  # type: ignore[arg-type]
        found.polling = Polling(
            store=here.store,
            fetcher=Fetcher(http, None, lambda: here.now),
            parses=await stack.enter_async_context(ParsePool(size=1)),
            clock=lambda: here.now,
            hook=lambda place: found.at.get(place, lambda: None)(),
            loggable=loggable_url,
            keep_bodies=lambda: True,
            gatherer=Gatherer(guard, lambda: here.now),
        )
        yield found


async def test_a_folder_is_history_at_first_and_news_afterwards(tmp_path):
    async with gather(tmp_path, TEXTS) as at:
        at.put("old.txt", "Ministry sets an export ban on gallium\n\nIn force now.")
        at.put("older.txt", "Another export ban\n\nOn antimony.", age_s=7200)
        first = await at.poll()
        notices = at.here.notices("ops")
        at.put("new.txt", "Ministry sets an export ban on germanium\n\nIn force soon.", age_s=60)
        second = await at.poll()
        third = await at.poll()

        assert (first.outcome, first.ingested.held, len(notices)) == ("parsed", 2, 1)
        assert len(at.here.told("desk")) == 1
        assert (second.ingested.new, third.outcome, third.ingested) == (1, "nothing_new", None)
        assert (await at.titles())[2:] == ["Ministry sets an export ban on germanium"]


async def test_what_comes_into_an_empty_folder_is_news(tmp_path):
    async with gather(tmp_path, TEXTS) as at:
        await at.poll()
        at.put("new.txt", "Ministry sets an export ban on germanium\n\nIn force soon.", age_s=60)
        done = await at.poll()

        assert done.ingested.told == 1


@pytest.mark.parametrize("place", ["after_fetch", "after_commit"])
async def test_killed_between_two_files_nothing_is_lost_and_nothing_doubled(tmp_path, place):
    async with gather(tmp_path, TEXTS) as at:
        await at.poll()
        for n in range(3):
            at.put(f"{n}.txt", f"Mine number {n} reopens\n\nAfter winter number {n}.", age_s=90 - n)
        calls = []

        def kill() -> None:
            calls.append(place)
            if len(calls) == 2:
                raise Killed

        at.at[place] = kill
        with pytest.raises(Killed):
            await at.poll()
        kept = len(await at.titles())
        await at.poll()

        assert kept == (1 if place == "after_fetch" else 2)
        assert await at.titles() == [f"Mine number {n} reopens" for n in range(3)]


async def test_a_file_that_cannot_be_read_holds_back_nothing_and_is_named_until_it_is_mended_or_gone(tmp_path):
    async with gather(tmp_path, TEXTS) as at:
        await at.poll()
        at.put("a.txt", "\x00\x01" * 50, age_s=90)
        at.put("b.txt", "The mine reopens\n\nAfter winter.", age_s=60)
        (at.folder / "c.txt").symlink_to("/etc/hostname")
        first, second = await at.poll(), await at.poll()
        at.put("a.txt", "The plant closes\n\nFor good.", age_s=30)
        (at.folder / "c.txt").unlink()
        third = await at.poll()

        said = "not read: a.txt: it is no text; c.txt: it is a link; only files of the folder itself are read"
        assert (first.mark.ok, first.outcome, sorted(first.mark.error[10:].split("; "))) == (
            True,
            "partly_read",
            sorted(said[10:].split("; ")),
        )
        assert (second.mark.ok, second.outcome, second.mark.error) == (True, "nothing_new", first.mark.error)
        assert (third.mark.ok, third.mark.error) == (True, None)
        assert await at.titles() == ["The mine reopens", "The plant closes"]


async def test_of_many_files_that_cannot_be_read_a_few_are_named_and_alone_they_are_no_good_answer(tmp_path):
    async with gather(tmp_path, TEXTS) as at:
        for n in range(5):
            at.put(f"{n}.txt", " ", age_s=90 - n)
        first, second = await at.poll(), await at.poll()

        said = "not read: 4.txt: it is empty; 3.txt: it is empty; 2.txt: it is empty; and 2 more"
        assert (first.mark.ok, first.mark.error) == (False, said)
        assert (second.mark.ok, second.mark.error) == (True, said)


MOVED = f"{TEXTS}, then: move"


def lying(at: Gathering) -> list[str]:
    """What lies in the folder, and below it."""
    return sorted(str(path.relative_to(at.folder)) for path in at.folder.rglob("*") if path.is_file())


async def test_what_was_read_is_moved_after_its_commit_and_read_once(tmp_path):
    async with gather(tmp_path, MOVED) as at:
        at.put("old.txt", "Mine number 0 reopens\n\nAfter winter.")
        await at.poll()
        at.put("new.txt", "Mine number 1 reopens\n\nAfter winter.", age_s=60)
        at.put("bad.txt", " ", age_s=60)
        at.put("other.md", "Not asked for.")
        await at.poll()
        await at.poll()

        assert lying(at) == ["bad.txt", "done/new.txt", "done/old.txt", "other.md"]
        assert await at.titles() == ["Mine number 0 reopens", "Mine number 1 reopens"]
        assert (await at.record()).state.cursor["known"] == (await at.record()).state.cursor["unread"]


@pytest.mark.parametrize("place", ["after_fetch", "after_commit", "before_tidy"])
async def test_killed_between_commit_and_move_nothing_is_lost_doubled_or_left(tmp_path, place):
    async with gather(tmp_path, MOVED) as at:
        await at.poll()
        at.put("a.txt", "Mine number 1 reopens\n\nAfter winter.", age_s=90)

        def kill() -> None:
            raise Killed

        at.at[place] = kill
        with pytest.raises(Killed):
            await at.poll()
        left = lying(at)
        del at.at[place]
        await at.poll()

        assert (left, lying(at)) == (["a.txt"], ["done/a.txt"])
        assert await at.titles() == ["Mine number 1 reopens"]


async def test_a_file_that_cannot_be_moved_is_told_and_holds_back_nothing(tmp_path):
    async with gather(tmp_path, MOVED) as at:
        (at.folder / "done").write_text("in the way")
        await at.poll()
        at.put("a.txt", "Mine number 1 reopens\n\nAfter winter.", age_s=90)
        polled = await at.poll()

        assert (polled.outcome, polled.ingested.new) == ("partly_read", 1)
        assert "move what was read to" in polled.mark.error
        assert "done: not a directory" in polled.mark.error


async def test_without_a_worker_nothing_is_passed_over(tmp_path, monkeypatch):
    async with gather(tmp_path, TEXTS) as at:
        await at.poll()
        at.put("a.txt", "The mine reopens\n\nAfter winter.", age_s=60)

        async def nobody(*_args: object, **_options: object) -> None:
            raise WorkerUnavailable("no worker")

        with monkeypatch.context() as patch:
            patch.setattr(ParsePool, "parse", nobody)
            postponed = await at.poll()
        done = await at.poll()

        assert (postponed.outcome, done.ingested.new) == ("postponed", 1)


async def test_a_full_poll_goes_on_at_once(tmp_path, monkeypatch):
    monkeypatch.setattr(gathering, "MOST", 2)
    async with gather(tmp_path, TEXTS) as at:
        await at.poll()
        for n in range(3):
            at.put(f"{n}.txt", f"Mine number {n} reopens\n\nAfter winter number {n}.", age_s=90 - n)
        first = await at.poll()
        await at.poll()

        assert first.mark.next_due == at.here.now
        assert len(await at.titles()) == 3


async def test_pushes_are_news_from_the_first_and_are_read_once(tmp_path):
    async with gather(tmp_path, PUSHES) as at:
        push = {"items": [{"id": 7, "title": "Ministry sets an export ban", "body": "On gallium."}]}
        kept = await at.push(push)
        again = await at.push(push)
        first, second = await at.poll(), await at.poll()
        await at.push(push, "2")
        third = await at.poll()

        assert (kept, again) == (True, False)
        assert (first.ingested.new, first.ingested.told, second.outcome) == (1, 1, "nothing_new")
        assert (third.ingested.new, third.ingested.told) == (0, 0)
        load = await at.here.store.read(lambda turn: turn.pushed.load("wire", at.here.now - timedelta(minutes=1)))
        assert (load[0], load[2]) == (1, 2)
        await at.poll()
        assert (await at.here.store.read(lambda turn: turn.pushed.load("wire", at.here.now)))[:2] == (0, 0)


async def test_a_push_that_cannot_be_read_is_passed_over(tmp_path):
    async with gather(tmp_path, PUSHES) as at:
        await at.push(None, "1", raw=b"[[[[[")
        await at.push({"items": [{"id": 8, "title": "The mine reopens", "body": "x"}]}, "2")
        done = await at.poll()

        assert done.mark.ok is False
        assert await at.titles() == ["The mine reopens"]


async def test_a_push_makes_its_source_due_and_its_id_is_kept_for_a_day(tmp_path):
    async with gather(tmp_path, PUSHES) as at:
        await at.poll()
        before = await at.here.store.read(lambda turn: turn.sources.next_due(["wire"]))
        await at.push({"items": []}, "1")
        due = await at.here.store.read(lambda turn: turn.sources.next_due(["wire"]))
        await at.poll()
        await at.poll()
        at.here.now += timedelta(hours=25)
        await at.poll()

        assert before > due == MONDAY
        assert await at.push({"items": []}, "1") is True


async def test_a_request_goes_the_usual_way(tmp_path):
    async with gather(tmp_path, 'kind: feed, url: "http://127.0.0.1:9/feed"') as at:
        done = await at.poll()

        assert (done.mark.ok, done.mark.error) == (False, "connect to 127.0.0.1:9: connection refused")
        assert replace(done.mark, next_due=MONDAY).source == "wire"
