from __future__ import annotations

import asyncio
import json
import resource
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.servers import FaultServer, reply
from watcher.core.errors import ParseError
from watcher.core.model import Document, SourceState
from watcher.parse.pool import ParsePool
from watcher.parse.wire import ParsedDocument

FEED = "watcher.sources.feed:Feed"
OPTIONS = '{"url": "https://example.org/feed"}'
NORMAL = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>
<item><title>Dysprosium export licences suspended</title><link>https://example.org/1</link></item></channel></rss>"""
SAMPLE = [
    "billion_laughs",
    "charset_undefined",
    "xxe_file",
    "json_deep",
    "namespaces_20k",
    "title_10MB",
    "nul",
    "empty",
]
LAG_MAX_S = 0.25


def bombs(shared: Path) -> dict[str, bytes]:
    """Every hostile feed by name."""
    cases = json.loads((shared / "hostile" / "bombs.json").read_text("utf-8"))["cases"]
    return {case["name"]: _body(case) for case in cases if case["kind"] == "feed"}


def _body(case: dict[str, str | int]) -> bytes:
    if "literal" in case:
        return str(case["literal"]).encode()
    unit, repeat = str(case["unit"]), int(case["repeat"])
    middle = "".join(unit.replace("%i", str(n)) for n in range(repeat)) if "%i" in unit else unit * repeat
    return (str(case["head"]) + middle + str(case["tail"])).encode()


async def read(pool: ParsePool, body: bytes, *headers: tuple[str, str]) -> ParsedDocument | ParseError:
    document = Document(
        request_url="https://example.org/feed",
        final_url="https://example.org/feed",
        status=200,
        headers=headers,
        body=body,
        body_sha256="",
        fetched=datetime(2026, 3, 1, tzinfo=UTC),
    )
    try:
        return await pool.parse(FEED, OPTIONS, document, SourceState())
    except ParseError as e:
        return e


@asynccontextmanager
async def watched_loop() -> AsyncIterator[list[float]]:
    """Collects how late the loop came back to a task that wants to run every 20 ms."""
    lags = [0.0]

    async def watch() -> None:
        while True:
            start = time.monotonic()
            await asyncio.sleep(0.02)
            lags.append(time.monotonic() - start - 0.02)

    watcher = asyncio.create_task(watch())
    try:
        yield lags
    finally:
        watcher.cancel()


async def survive(pool: ParsePool, body: bytes, wall_s: float) -> None:
    """One bomb: done in time, the loop never late, the next feed read."""
    start = time.monotonic()
    async with watched_loop() as lags:
        await read(pool, body)
    took = time.monotonic() - start
    after = await read(pool, NORMAL)

    assert took < wall_s + 1
    assert max(lags) < LAG_MAX_S
    assert isinstance(after, ParsedDocument)
    assert [draft.title for draft in after.drafts] == ["Dysprosium export licences suspended"]


async def test_a_hostile_feed_stops_nobody(shared: Path):
    cases = bombs(shared)
    async with ParsePool(size=1) as pool:
        await read(pool, NORMAL)
        for name in SAMPLE:
            await survive(pool, cases[name], 5.0)


async def test_a_feed_that_takes_too_long_is_left(shared: Path):
    async with ParsePool(size=1, wall_s=1.0) as pool:
        await read(pool, NORMAL)
        await survive(pool, bombs(shared)["attributes_100k"], 1.0)


@pytest.mark.slow
async def test_no_hostile_feed_stops_anybody(shared: Path):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    async with ParsePool(size=1) as pool:
        await read(pool, NORMAL)
        for body in bombs(shared).values():
            await survive(pool, body, 5.0)

    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024


async def test_no_charset_of_a_header_gets_out_of_the_worker():
    async with ParsePool(size=1) as pool:
        for charset in ("\x00", "undefined", "punycode", "utf-7", "x" * 5000, "idna", "zlib", "hex"):
            await read(pool, NORMAL, ("content-type", f"text/xml; charset={charset}"))

            assert isinstance(await read(pool, NORMAL), ParsedDocument)


async def test_a_body_that_is_a_path_or_a_url_is_not_opened(tmp_path: Path):
    canary = tmp_path / "local.xml"
    canary.write_bytes(NORMAL.replace(b"Dysprosium", b"Canary"))
    async with ParsePool(size=1) as pool, FaultServer() as server:
        server.route("/feed.xml", reply(200, body=NORMAL))
        bodies = [
            str(canary),
            canary.as_uri(),
            server.url("/feed.xml"),
            f'<?xml version="1.0"?><!DOCTYPE r SYSTEM "{server.url("/x.dtd")}"><rss/>',
        ]

        for body in bodies:
            found = await read(pool, body.encode())
            assert "Canary" not in repr(found)
            assert not isinstance(found, ParsedDocument) or not found.drafts

        assert server.connections == 0
