from __future__ import annotations

import contextlib
import json
import sqlite3
import tempfile
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.pipeline.polls import item, polls, rss
from tests.processes import no_open_files
from tests.servers import reply, reset_after
from watcher.browse import Browser
from watcher.core.errors import StoreError
from watcher.core.model import Document, NotModified, Request
from watcher.fetch import Fetcher
from watcher.network.guard import Guard
from watcher.network.http import Http
from watcher.network.resolver import ThreadResolver
from watcher.network.spool import KEPT
from watcher.parse.pool import ParsePool
from watcher.pipeline.watching.polling import poll

CHAINED = '"tests.sources.kinds_for_tests:Chained"'
ROWS = '"tests.sources.kinds_for_tests:Rows"'


async def test_a_not_modified_changes_nothing_but_the_last_check(tmp_path):
    async with polls(tmp_path) as at:
        at.serve(item("a"), headers=(("ETag", '"v1"'), ("Last-Modified", "Sat, 07 Feb 2026 04:30:29 GMT")))
        await at.poll()
        before, documents = await at.record(), at.here.rows("select count(*) from documents")
        at.here.now += timedelta(minutes=15)
        at.answer(reply(304))

        polled = await at.poll()

        after = await at.record()
        assert polled.outcome == "not_modified"
        asked = at.server.seen[-1]
        assert asked.header("if-none-match") == '"v1"'
        assert asked.header("if-modified-since") == "Sat, 07 Feb 2026 04:30:29 GMT"
        assert (after.state, after.identity, after.imported) == (before.state, before.identity, before.imported)
        assert after.last_checked == at.here.now
        assert at.here.rows("select count(*) from documents") == documents


async def test_an_equal_body_is_not_parsed_again(tmp_path):
    async with polls(tmp_path) as at:
        at.serve(item("a"), headers=(("ETag", '"v1"'),))
        await at.poll()
        before = await at.record()
        at.here.now += timedelta(minutes=15)
        at.serve(item("a"), headers=(("ETag", '"v2"'),))

        polled = await at.poll()

        assert polled.outcome == "same_body"
        assert (await at.record()).state == before.state
        assert at.here.rows("select count(*) from documents") == [(1,)]


async def test_unchanged_entries_of_a_changed_document_are_known(tmp_path):
    async with polls(tmp_path) as at:
        at.serve(item("a"), item("b", "The mine reopens"))
        await at.poll()
        at.serve(item("c", "A second export ban"), item("a"), item("b", "The mine reopens"))

        polled = await at.poll()

        assert polled.ingested is not None
        assert (polled.ingested.new, polled.ingested.revised, polled.ingested.unchanged) == (1, 0, 2)
        assert [told.headline for told in at.here.told("desk")] == ["A second export ban"]


async def test_a_failing_source_is_asked_less_and_less_often_and_recovers(tmp_path):
    async with polls(tmp_path) as at:
        at.serve(item("known"))
        await at.poll()
        at.answer(reply(500))
        waits = []
        for _ in range(8):
            polled = await at.poll()
            waits.append(polled.mark.next_due - at.here.now)
            at.here.now = polled.mark.next_due

        assert (await at.record()).failures == 8
        assert waits[0] > timedelta(minutes=26)
        assert waits[1] > timedelta(minutes=53)
        assert max(waits) < timedelta(hours=6.7)
        assert waits[-1] > timedelta(hours=5.3)

        at.serve(item("a"))
        polled = await at.poll()
        record = await at.record()
        assert (polled.mark.ok, record.failures, record.last_ok) == (True, 0, at.here.now)
        assert polled.mark.next_due - at.here.now < timedelta(minutes=17)


async def test_a_servers_retry_after_is_obeyed_up_to_a_day(tmp_path):
    async with polls(tmp_path) as at:
        at.answer(reply(429, ("Retry-After", "7200")))
        polled = await at.poll()
        assert polled.mark.next_due - at.here.now == timedelta(hours=2)

        at.answer(reply(503, ("Retry-After", "31536000")))
        polled = await at.poll()
        assert polled.mark.next_due - at.here.now == timedelta(hours=24)


async def test_a_source_that_is_gone_is_polled_no_more(tmp_path):
    async with polls(tmp_path) as at:
        at.answer(reply(410))

        outcomes = []
        for _ in range(3):
            polled = await at.poll()
            outcomes.append((polled.outcome, (await at.record()).gone))
            at.here.now = polled.mark.next_due
        at.here.now = polled.mark.checked

        assert outcomes == [("failed", None), ("failed", None), ("gone", at.here.now)]
        assert (await at.record()).gone == at.here.now
        later = at.here.now + timedelta(days=400)
        assert await at.here.store.read(lambda turn: turn.sources.due(later, {"wire"}, 9)) == []


async def test_a_404_is_a_failure_that_may_heal(tmp_path):
    async with polls(tmp_path) as at:
        at.answer(reply(404))

        polled = await at.poll()

        assert (polled.outcome, (await at.record()).gone) == ("failed", None)


async def test_a_document_that_cannot_be_read_is_parked_with_its_reason_and_the_cursor_stays(tmp_path):
    async with polls(tmp_path) as at:
        at.serve(item("a"), headers=(("ETag", '"v1"'),))
        await at.poll()
        before = await at.record()
        at.answer(reply(200, ("ETag", '"login"'), body=b"<!doctype html><title>Log in</title><p>Who are you?"))

        polled = await at.poll()

        assert polled.outcome == "failed"
        assert (await at.record()).state == before.state
        ((outcome,),) = at.here.rows("select outcome from documents where outcome <> 'parsed'")
        assert outcome.startswith("parked: ")
        ((error,),) = at.here.rows("select last_error from source_state")
        assert error == outcome.removeprefix("parked: ")


async def test_the_source_goes_on_after_a_parked_document(tmp_path):
    async with polls(tmp_path) as at:
        at.serve(item("a"))
        await at.poll()
        at.answer(reply(200, body=b"<!doctype html><title>Log in</title>"))
        await at.poll()
        at.serve(item("b", "A second export ban"), item("a"))
        await at.poll()

        assert [told.headline for told in at.here.told("desk")] == ["A second export ban"]


async def test_that_no_worker_is_there_is_not_charged_to_the_source(tmp_path):
    pool = ParsePool(size=1)
    async with polls(tmp_path, pool=pool) as at:
        at.serve(item("a"))
        await pool.close()

        polled = await at.poll()

        record = await at.record()
        assert polled.outcome == "postponed"
        assert (record.failures, record.last_ok, record.imported) == (0, None, None)
        assert timedelta(0) < polled.mark.next_due - at.here.now <= timedelta(minutes=1)
        assert at.here.rows("select count(*) from documents") == [(0,)]
        assert at.here.rows("select last_error from source_state") == [(None,)]


async def test_a_document_of_2001_items_is_taken_in_by_several_transactions_with_the_cursor_last(tmp_path):
    async with polls(tmp_path) as at:
        at.serve(*(item(f"n{n}", f"Export ban number {n}") for n in range(2_001)), headers=(("ETag", '"v1"'),))
        cursors = []
        write = at.here.store.write

        async def watched(work):
            result = await write(work)
            cursors.append(((await at.record()).state.etag, at.here.rows("select count(*) from articles")[0][0]))
            return result

        at.here.store.write = watched
        polled = await at.poll()

        assert polled.ingested is not None
        assert polled.ingested.new == 2_001
        assert cursors[:2] == [(None, 2_000), ('"v1"', 2_001)]
        (notice,) = at.here.notices()
        assert notice.title == "wire: imported 2001, 2001 would have matched"


async def test_after_a_crash_between_the_shares_the_rest_is_still_history(tmp_path):
    async with polls(tmp_path) as at:
        at.serve(*(item(f"n{n}", f"Export ban number {n}") for n in range(2_001)))
        write, turns = at.here.store.write, []

        async def once(work):
            turns.append(work)
            if len(turns) == 2:
                raise ConnectionError
            return await write(work)

        at.here.store.write = once
        with pytest.raises(ConnectionError):
            await at.poll()
        at.here.store.write = write
        polled = await at.poll()

        assert polled.ingested is not None
        assert polled.ingested.new == 1
        assert at.here.rows("select mark, count(*) from observations group by mark") == [("first_sight", 2_001)]
        assert at.here.told("desk") == []


async def test_old_items_beyond_the_share_of_a_transaction_are_backfill_too(tmp_path):
    old = "Mon, 05 Jan 2026 09:00:00 GMT"
    async with polls(tmp_path) as at:
        at.serve(item("first", "The mine reopens"))
        await at.poll()
        at.serve(*(item(f"n{n}", f"Export ban number {n}", pubDate=old) for n in range(2_001)))

        await at.poll()

        assert at.here.told("desk") == []
        assert [notice.title for notice in at.here.notices()][1:] == [
            "wire: lists nothing that was known: entries between may be lost",
            "wire: 2001 old items appeared at once, 2001 match",
        ]


def listing(at, *pages: str) -> bytes:
    return reply(200, ("ETag", '"v1"'), body=json.dumps({"pages": [at.server.url(page) for page in pages]}).encode())


def page(number: int) -> bytes:
    return reply(200, body=json.dumps({"id": f"p{number}", "title": f"Export ban number {number}"}).encode())


async def test_chained_requests_are_followed_in_the_same_poll(tmp_path):
    async with polls(tmp_path, kind=CHAINED, path="/index", more=", since: all") as at:
        at.answer(listing(at, "/1", "/2"), "/index")
        at.answer(page(1), "/1")
        at.answer(page(2), "/2")

        polled = await at.poll()

        assert [seen.path for seen in at.server.seen] == ["/index", "/1", "/2"]
        assert polled.ingested is not None
        assert polled.ingested.new == 2
        assert {told.headline for told in at.here.told("desk")} == {"Export ban number 1", "Export ban number 2"}


async def test_that_a_list_is_unchanged_says_nothing_of_the_pages_it_led_to(tmp_path):
    async with polls(tmp_path, kind=CHAINED, path="/index") as at:
        at.answer(listing(at, "/1"), "/index")
        at.answer(page(1), "/1")

        await at.poll()
        after_both = await at.record()
        await at.poll()

        assert (after_both.state.etag, after_both.state.body_sha256) == (None, None)
        assert (await at.record()).state.etag == '"v1"'


@pytest.mark.parametrize("answer", [reply(404), reply(410), reply(200, body=b"no json")])
async def test_a_page_that_does_not_come_holds_back_no_other_and_is_asked_for_again(tmp_path, answer):
    async with polls(tmp_path, kind=CHAINED, path="/index", more=", since: all") as at:
        at.answer(listing(at, "/1", "/2"), "/index")
        at.answer(answer, "/1")
        at.answer(page(2), "/2")

        polled = await at.poll()

        record = await at.record()
        assert (polled.outcome, record.failures, record.gone) == ("failed", 1, None)
        assert record.state.etag is None
        assert [told.headline for told in at.here.told("desk")] == ["Export ban number 2"]

        at.answer(page(1), "/1")
        await at.poll()

        assert (await at.record()).failures == 0
        assert [told.headline for told in at.here.told("desk")] == ["Export ban number 2", "Export ban number 1"]


async def test_more_pages_than_one_poll_may_fetch_come_with_the_next(tmp_path):
    async with polls(tmp_path, kind=CHAINED, path="/index", more=", since: all") as at:
        at.answer(listing(at, *(f"/{n}" for n in range(25))), "/index")
        for n in range(25):
            at.answer(page(n), f"/{n}")

        await at.poll()
        assert at.here.rows("select count(*) from articles") == [(20,)]
        await at.poll()

        assert at.here.rows("select count(*) from articles") == [(25,)]
        assert len(at.server.seen) == 1 + 20 + 1 + 5


async def test_rows_of_a_table_become_observations_and_alerts(tmp_path):
    rows = [{"id": "FR-7", "name": "Export ban on gallium", "status": "planned"}, {"id": "FR-8", "name": "Other"}]
    async with polls(tmp_path, kind=ROWS, path="/rows", more=", since: all") as at:
        at.answer(reply(200, body=json.dumps(rows).encode()), "/rows")
        await at.poll()
        rows[0]["status"] = "in force"
        at.answer(reply(200, body=json.dumps(rows).encode()), "/rows")
        await at.poll()

        assert at.here.rows("select subject from alerts") == [("row:wire/FR-7",)]
        assert [(told.change, told.news) for told in at.here.told("desk")] == [
            ("raised", ("added to the table",)),
            ("updated", ("status: planned -> in force",)),
        ]
        assert at.here.rows("select kind, count(*) from observations group by kind") == [("row", 3)]


async def test_a_link_with_a_secret_is_not_stored(tmp_path):
    async with polls(tmp_path, path="/feed?token=s3cret") as at:
        at.answer(reply(200, body=rss(item("a"))), "/feed")
        await at.poll()

        ((url,),) = at.here.rows("select url from documents")
        assert "s3cret" not in url


async def test_a_poll_without_an_open_file_is_put_off_and_not_held_against_the_source(tmp_path):
    async with polls(tmp_path) as at:
        at.serve(item("a"))
        with no_open_files():
            polled = await at.poll()

        assert (polled.outcome, polled.mark.ok) == ("postponed", None)
        assert "too many open files here" in str(polled.mark.error)
        assert polled.mark.next_due == at.here.now + timedelta(minutes=1)
        assert (await at.record()).failures == 0
        assert (await at.poll()).outcome == "parsed"


async def test_that_no_browser_starts_is_a_failure_that_is_told(tmp_path):
    async with polls(tmp_path) as at, Http(Guard(ThreadResolver())) as http:
        at.answer(reply(200, ("Content-Type", "text/html"), body=b"<p>News"))
        fetcher = Fetcher(http, None, at.polling.clock, browser=Browser(None))
        at.polling = replace(at.polling, fetcher=Rendering(fetcher))

        polled = await at.poll()

        assert (polled.outcome, polled.mark.trouble) == ("failed", "broken")
        assert "no browser to show the page with" in str(polled.mark.error)


class Rendering:
    """Has all shown in the browser."""

    def __init__(self, fetcher: Fetcher) -> None:
        self.fetcher = fetcher

    async def fetch(self, request: Request, **how: Any) -> Document | NotModified:
        """The document as a browser shows it."""
        return await self.fetcher.fetch(replace(request, render=True), **how)


async def test_a_feed_that_is_not_small_waits_in_a_file_and_leaves_none(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    async with polls(tmp_path) as at:
        at.serve(item("a", description="x" * KEPT))

        polled = await at.poll()

        assert polled.outcome == "parsed"
        assert at.here.rows("select bytes > ? from documents", KEPT) == [(1,)]
        assert [*tmp_path.glob("watcher-body-*")] == []


async def test_a_body_in_a_file_is_left_by_no_store_that_refuses(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    async with polls(tmp_path) as at:
        at.serve(item("a"))
        await at.poll()
        at.serve(item("b", description="x" * KEPT))
        record, source = await at.record(), at.here.runtime.sources["wire"]
        with contextlib.closing(sqlite3.connect(tmp_path / "watcher.db")) as db:
            db.execute("alter table articles rename to away")

        with pytest.raises(StoreError):
            await poll(at.polling, at.here.runtime, source, record)

        assert [*tmp_path.glob("watcher-body-*")] == []


async def test_what_a_challenge_is_shows_in_the_beginning_of_a_body_in_a_file(tmp_path):
    async with polls(tmp_path) as at:
        page = b"<html><title>Just a moment...</title><body>Checking your browser</body><script>"
        at.answer(reply(200, body=page + b"x" * KEPT + b"</script></html>"))

        polled = await at.poll()

        assert polled.outcome == "failed"
        assert at.here.rows("select outcome like 'parked: %' from documents") == [(1,)]
        assert polled.mark.trouble == "challenge"


async def test_a_source_that_was_never_read_or_not_reached_is_tried_again_soon(tmp_path):
    async with polls(tmp_path) as at:
        at.server.route("/feed", reply(503))
        never = (await at.poll()).mark.next_due - at.here.now
        at.serve(item("ban"))
        await at.poll()
        at.server.route("/feed", reply(503))
        wrong = (await at.poll()).mark.next_due - at.here.now
        at.serve(item("ban"))
        await at.poll()
        at.server.route("/feed", reset_after(b""))
        cut = await at.poll()

    assert timedelta(minutes=1) <= never <= timedelta(minutes=2)
    assert wrong >= timedelta(minutes=27)
    assert timedelta(minutes=1) <= cut.mark.next_due - at.here.now <= timedelta(minutes=2)
    assert cut.mark.network
