"""A browser and the pages it is shown, shared by the tests of a file: starting one takes seconds."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

import pytest
import pytest_asyncio

from tests.network.resolvers import ListedResolver
from tests.servers import FaultServer, drip, redirect, reply
from tests.tools import wanting
from watcher.browse import Bounds, Browser
from watcher.core.model import Document, Request
from watcher.fetch import Fetcher
from watcher.network.guard import Guard
from watcher.network.http import Http

from .listeners import Listener
from .pages import LISTING, ROWS

HTML = ("Content-Type", "text/html")
BOUNDS = Bounds(total_s=8.0, settle_s=1.5, quiet_s=0.2, request_s=2.0)
_LOOPBACK = {name: ((address,),) for name, address in (("127__0__0__1", "127.0.0.1"), ("127__0__0__2", "127.0.0.2"))}


@dataclass(slots=True, kw_only=True)
class Stage:
    """A server with pages, and a fetcher with a browser."""

    server: FaultServer
    browser: Browser
    fetcher: Fetcher

    async def show(self, body: bytes, *headers: tuple[str, str], render: bool = True) -> Document:
        """A page of the server as it is read."""
        url = self.server.route("/page", reply(200, *(headers or (HTML,)), body=body))
        self.server.route("/round", reply(200, HTML, body=body))
        document = await self.fetcher.fetch(Request(url=url, render=render, page=True), policy="any")
        assert isinstance(document, Document)
        return document

    def asked(self) -> list[str]:
        """What the server was asked for since this was asked last."""
        found = [seen.target for seen in self.server.seen]
        self.server.seen.clear()
        return found


@pytest.fixture(scope="session")
def driver() -> None:
    """Playwright, which drives the browser."""
    if find_spec("playwright") is None:
        wanting("playwright", "install event-watcher[browser] to run this")


@pytest_asyncio.fixture(loop_scope="module")
async def listener(stage: Stage) -> AsyncIterator[Listener]:
    """A host that the guard refuses to dial, and a way of the server's that leads there."""
    async with Listener() as running:
        stage.server.route("/away", redirect(f"{running.url}/away"))
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(chromium: Path, driver: None) -> AsyncIterator[Stage]:
    resolver = ListedResolver(**_LOOPBACK, localhost=(("127.0.0.1",),))
    browser = Browser(str(chromium), bounds=BOUNDS, wall=False)
    async with FaultServer() as server, Http(Guard(resolver)) as http:
        server.route("/news.json", reply(200, ("Content-Type", "application/json"), body=ROWS))
        server.route("/listing", reply(200, HTML, body=LISTING))
        server.route("/large", reply(200, body=b"x" * (5 << 20)))
        server.route("/drip", drip(b"HTTP/1.1 200 OK\r\n\r\n", b"x"))
        server.route("/robots.txt", reply(200, body=b"User-agent: *\nDisallow: /private\n"))
        try:
            fetcher = Fetcher(http, None, lambda: datetime(2026, 3, 1, tzinfo=UTC), browser=browser)
            yield Stage(server=server, browser=browser, fetcher=fetcher)
        finally:
            await browser.aclose()
