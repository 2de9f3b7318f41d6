"""Tables polled as they are published: rows that come, change, go and come back, and answers that are cut off."""

from __future__ import annotations

import gzip
import json
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import pytest

from tests.pipeline.polls import Polls, polls
from tests.servers import reply
from watcher.core.ledger import PollMark
from watcher.stores.sqlite.upkeep import Keep, prune

MORE = ", key: id, watch: [status, ban], label: name, since: null"
GONE = "removed from the table"


def row(number: int, status: str = "Planned", **more: object) -> dict[str, object]:
    return {"id": str(number), "name": f"Export ban {number}", "status": status, **more}


TABLE = [row(number) for number in range(12)]


async def poll(at: Polls, *rows: dict[str, object]) -> str:
    at.answer(reply(200, body=json.dumps(rows).encode()), "/t")
    at.here.now += timedelta(hours=1)
    polled = await at.poll()
    return polled.mark.error or polled.outcome


def told(at: Polls) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(each.headline, each.change, each.news) for each in at.here.told("desk")]


async def test_a_table_from_its_first_sight_to_rows_that_come_back(tmp_path):
    rows = [{**each, "ban": "yes"} for each in TABLE]
    async with polls(tmp_path, kind="table", path="/t", more=MORE) as at:
        assert await poll(at, *rows) == "parsed"
        assert told(at) == []
        assert at.here.notices()

        # another order, and a column that is only shown
        assert await poll(at, *({**each, "entity_number": n} for n, each in enumerate(reversed(rows)))) == "parsed"
        assert told(at) == []

        rows[0] = row(0, "In Progress", ban="yes")
        await poll(at, *rows, row(99, ban="yes"))
        assert told(at) == [
            ("Export ban 99", "raised", ("added to the table",)),
            ("Export ban 0", "raised", ("status: Planned -> In Progress",)),
        ]

        rows[0] = row(0, "Complete", ban="yes")
        await poll(at, *rows)
        assert told(at)[2:] == [
            ("Export ban 0", "updated", ("status: In Progress -> Complete",)),
            ("Export ban 99", "updated", (GONE,)),
        ]
        await poll(at, *rows, row(12, ban="yes"))
        assert told(at)[4:] == [("Export ban 12", "raised", ("added to the table",))]

        await poll(at, *rows, row(12, ban="yes"), row(99, ban="no"))
        assert told(at)[5:] == [("Export ban 99", "updated", ("back in the table", "ban: yes -> no"))]
        assert at.here.rows("select distinct subject from alerts order by 1")[0] == ("row:wire/0",)


async def test_an_answer_that_is_cut_off_tells_of_no_row(tmp_path):
    async with polls(tmp_path, kind="table", path="/t", more=MORE.replace(", ban", "")) as at:
        await poll(at, *TABLE)
        assert "5 rows came, 6 or more (50% of last: 12) were due" in await poll(at, *TABLE[:5])
        assert told(at) == []
        assert await poll(at, *TABLE[:11]) == "parsed"
        assert told(at) == [("Export ban 11", "raised", (GONE,))]
        assert (await at.record()).state.cursor == {"rows": 11}


async def test_other_options_tell_of_no_row_and_a_change_meanwhile_is_told(tmp_path):
    more = MORE.replace(", ban", "")
    rows = [{**each, "office": "Trade"} for each in TABLE]
    async with polls(tmp_path, kind="table", path="/t", more=more) as at:
        await poll(at, *rows)
        config = (tmp_path / "watcher.yaml").read_text()
        narrower = config.replace("watch: [status]", "watch: [status, office], where: {id: ['[0-8]']}")

        async def reconfigured(text: str) -> None:
            at.here.change(config=text)
            prints = {each.id: each.fingerprint for each in at.here.runtime.sources.values()}
            await at.here.store.write(lambda turn: turn.sources.configured(prints, at.here.now))

        await at.here.store.write(
            lambda turn: turn.sources.configured(
                {each.id: each.fingerprint for each in at.here.runtime.sources.values()}, at.here.now
            )
        )
        await poll(at, *rows)
        await reconfigured(narrower)
        rows[3] = row(3, "Complete", office="Trade")
        await poll(at, *rows)
        assert told(at) == [("Export ban 3", "raised", ("status: Planned -> Complete", "office: nothing -> Trade"))]

        await reconfigured(config)
        await poll(at, *rows)
        assert len(told(at)) == 1
        rows[11] = row(11, "Complete", office="Trade")
        await poll(at, *rows)
        assert told(at)[1:] == [("Export ban 11", "raised", ("status: Planned -> Complete",))]


async def test_a_mistyped_column_is_the_sources_error(tmp_path):
    async with polls(tmp_path, kind="table", path="/t", more=MORE.replace("status", "statsu")) as at:
        assert 'no column "statsu", did you mean "status"? columns: id, name, status' in await poll(at, *TABLE)
        assert at.here.rows("select count(*) from articles") == [(0,)]


async def test_a_page_that_fails_takes_no_row_away(tmp_path):
    pages = ", pages: {param: start, start: 0, step: 6, max: 4}"
    async with polls(tmp_path, kind="table", path="/t", more=MORE.replace(", ban", "") + pages) as at:

        def answer(lengths: dict[int, int | None]) -> None:
            async def send(seen, writer):
                start = int(seen.target.partition("start=")[2] or 0)
                count = lengths[start]
                body = json.dumps(TABLE[start : start + (count or 0)]).encode()
                writer.write(reply(200, body=body) if count is not None else reply(500))
                await writer.drain()

            at.server.route("/t", send)

        answer({0: 6, 6: 6, 12: 0})
        await at.poll()
        assert at.here.rows("select count(*) from articles") == [(12,)]
        answer({0: 6, 6: None})
        assert (await at.poll()).outcome == "failed"
        answer({0: 6, 6: 5})
        await at.mark(PollMark(source="wire", next_due=at.here.now, checked=at.here.now, ok=True))
        await at.poll()
        assert told(at) == [("Export ban 11", "raised", (GONE,))]


def large(changed: str = "Planned") -> bytes:
    rows = [row(n, remarks="x" * 900) for n in range(1, 1500)]
    return json.dumps([row(0, changed), *rows]).encode()


def spooled() -> list[str]:
    return [each.name for each in Path(tempfile.gettempdir()).glob("watcher-body-*")]


async def test_a_large_table_goes_through_a_file_and_leaves_none(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    async with polls(tmp_path, kind="table", path="/t", more=MORE.replace(", ban", "")) as at:
        at.answer(reply(200, body=large()), "/t")
        assert ((await at.poll()).outcome, spooled()) == ("parsed", [])
        assert at.here.rows("select count(*) from articles") == [(1500,)]
        assert at.here.rows("select bytes from documents") == [(len(large()),)]
        assert len(large()) > 1 << 20

        assert ((await at.poll()).outcome, spooled()) == ("same_body", [])

        at.answer(reply(200, body=large("Complete")), "/t")
        assert ((await at.poll()).outcome, spooled()) == ("parsed", [])
        assert told(at) == [("Export ban 0", "raised", ("status: Planned -> Complete",))]

        at.answer(reply(200, ("Content-Length", "4000000"), body=large("Complete") + b" ")[:-1], "/t")
        assert ((await at.poll()).outcome, spooled()) == ("failed", [])


async def test_more_than_a_table_may_have_is_refused_and_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    bomb = gzip.compress(b"[" + b" " * (65 << 20) + b"]", 1)
    async with polls(tmp_path, kind="table", path="/t", more=MORE) as at:
        at.answer(reply(200, ("Content-Encoding", "gzip"), body=bomb), "/t")

        polled = await at.poll()

        assert "body is larger than 67108864 bytes" in str(polled.mark.error)
        assert spooled() == []


async def test_a_row_that_is_listed_outlives_what_is_pruned(tmp_path):
    keep = Keep(articles=timedelta(days=30), bodies=timedelta(days=10))
    async with polls(tmp_path, kind="table", path="/t", more=MORE.replace(", ban", "")) as at:
        await poll(at, *TABLE)
        await poll(at, *TABLE[:11])
        at.here.now += timedelta(days=100)
        pruned = await at.here.store.write(lambda turn: prune(turn.db, {}, keep, at.here.now))
        assert at.here.rows("select count(*) from articles") == [(12,)], "the one that is gone was told of"
        assert (pruned.articles, pruned.bodies) == (0, 0)

        await poll(at, row(0, "Complete"), *TABLE[1:11])
        assert told(at)[1:] == [("Export ban 0", "raised", ("status: Planned -> Complete",))]


@pytest.mark.slow
async def test_a_list_of_25000_rows_is_read_at_once_and_a_changed_row_found_in_it(tmp_path):
    rows = [row(n, remarks="x" * 200) for n in range(25_000)]
    async with polls(tmp_path, kind="table", path="/t", more=MORE.replace(", ban", "")) as at:
        began = time.perf_counter()
        assert await poll(at, *rows) == "parsed"
        first = time.perf_counter() - began
        assert at.here.rows("select count(*) from articles") == [(25_000,)]

        assert await poll(at, *rows) == "same_body"
        rows[12_345] = row(12_345, "Complete")
        began = time.perf_counter()
        assert await poll(at, *reversed(rows)) == "parsed"

        assert time.perf_counter() - began < first, "what is known is not read anew"
        assert told(at) == [("Export ban 12345", "raised", ("status: Planned -> Complete",))]
