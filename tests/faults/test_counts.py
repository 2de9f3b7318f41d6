"""The whole record of hostile servers, addresses and documents in one run, counted: tried, and met as it says."""

from __future__ import annotations

import asyncio
import json
import sys
import zlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.faults import test_http_faults as http_faults
from tests.network.resolvers import ListedResolver
from tests.network.test_guard import HOSTS_OF_HOME
from tests.parse.test_bombs import NORMAL, bombs, read, watched_loop
from tests.servers import FaultServer, reply
from watcher.core.errors import FetchError
from watcher.core.model import Document
from watcher.fetch import Fetcher
from watcher.network.errors import NetworkError
from watcher.network.guard import Guard
from watcher.network.http import Http, Limits
from watcher.network.resolver import ThreadResolver
from watcher.parse.pool import ParsePool
from watcher.parse.wire import ParsedDocument

CHARSETS = ("\x00", "undefined", "punycode", "utf-7", "idna", "zlib", "hex", "rot13", "unicode_escape", "x" * 5000)
JSON_FEEDS = (
    b'{"version": "https://jsonfeed.org/version/1.1", "title": NaN, "items": []}',
    b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": Infinity}]}',
    b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": 1e999999}]}',
    b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "\\ud800", "title": "\\udfff"}]}',
    b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": ' + b"9" * 100_000 + b"}]}",
    b'{"version": "https://jsonfeed.org/version/1.1", "items": ' + b"[" * 100_000,
    b'{"version": "https://jsonfeed.org/version/1.1", "items": {"length": 1}}',
)
INFLATED_MIB = 300


def say(what: str, tried: int, met: int) -> None:
    """One row of the table."""
    sys.stdout.write(f"{what}: {tried} tried, {met} as expected\n")


@pytest.fixture
async def home() -> AsyncIterator[FaultServer]:
    """A server on loopback that has to hear nothing."""
    async with FaultServer() as running:
        running.route("/", reply(200, body=b"home"))
        yield running


async def test_no_hostile_address_is_dialled_whatever_the_resolver_says(shared: Path, home: FaultServer) -> None:
    rows = json.loads((shared / "hostile" / "ssrf_urls.json").read_text("utf-8"))
    urls = [*(row["url"] for row in rows), *(f"http://{host}:{home.port}/" for host in HOSTS_OF_HOME)]
    # a reserved address stands for a public one, so that nothing leaves this machine
    rounds = (("203.0.113.7",), ("127.0.0.1",), ("203.0.113.7", "127.0.0.1"), ("::1",), ("::ffff:127.0.0.1",))
    rebinding = ListedResolver(rebind__example=rounds)
    refused = 0
    resolver = ThreadResolver(timeout_s=2)
    async with Http(Guard(resolver)) as http, Http(Guard(rebinding)) as rebound:
        tries = [(http, url) for url in urls] + [(rebound, home.url("/", "rebind.example")) for _ in rounds]
        for client, url in tries:
            with pytest.raises(NetworkError):
                await client.request("GET", url, policy="public", limits=Limits(total_s=3.0))
            refused += 1
    resolver.close()

    say("addresses, names that change their mind among them", len(tries), refused)
    assert rebinding.asked == ["rebind.example"] * len(rounds), "one look-up a connection: what is checked is dialled"
    assert (home.connections, home.bytes_in) == (0, 0)


async def test_no_charset_json_entity_or_path_gets_out_of_the_worker(home: FaultServer, tmp_path: Path) -> None:
    canary = tmp_path / "canary.xml"
    canary.write_bytes(NORMAL.replace(b"Dysprosium", b"Canary"))
    outside = [canary.as_uri(), home.url("/x.dtd"), home.url("/").removeprefix("http:")]
    documents: list[tuple[bytes, tuple[tuple[str, str], ...]]] = [
        (body, ()) for each in outside for body in _reaching_for(each)
    ]
    documents += [(str(canary).encode(), ()), (canary.as_uri().encode(), ()), (home.url("/").encode(), ())]
    documents += [(body, (("content-type", "application/feed+json"),)) for body in JSON_FEEDS]
    documents += [(NORMAL, (("content-type", f"text/xml; charset={charset}"),)) for charset in CHARSETS]
    met = 0
    async with ParsePool(size=1) as pool:
        for body, headers in documents:
            found = await read(pool, body, *headers)
            assert "Canary" not in repr(found), body[:200]
            met += 1
        assert isinstance(await read(pool, NORMAL), ParsedDocument)

    say("charsets, JSON, entities, bodies that are paths", len(documents), met)
    assert (home.connections, home.bytes_in) == (0, 0)


def _reaching_for(address: str) -> list[bytes]:
    """Feeds that would have their reader open that address."""
    item = "<rss version='2.0'><channel><item><title>&x;</title></item></channel></rss>"
    head = '<?xml version="1.0"?>'
    return [
        f'{head}<!DOCTYPE r [<!ENTITY x SYSTEM "{address}">]>{item}'.encode(),
        f'{head}<!DOCTYPE r PUBLIC "-//x" "{address}">{item}'.encode(),
        f'{head}<!DOCTYPE r [<!ENTITY % p SYSTEM "{address}"> %p;]>{item}'.encode(),
        f'{head}<?xml-stylesheet href="{address}" type="text/xsl"?>{item}'.encode(),
        f'{head}<rss xmlns:xi="http://www.w3.org/2001/XInclude"><channel><item><title>'
        f'<xi:include href="{address}" parse="text"/></title></item></channel></rss>'.encode(),
        f'{head}<rss><channel><item><title>t</title><content src="{address}"/></item></channel></rss>'.encode(),
    ]


@pytest.mark.slow
async def test_every_server_on_record_is_met_as_it_says(shared: Path) -> None:
    rows = [row["path"] for row in json.loads((shared / "hostile" / "http_faults.json").read_text("utf-8"))]
    tried = [path for path in rows if path not in http_faults.ELSEWHERE]
    met = 0
    resolver = ListedResolver(old__example=http_faults.HOME, new__example=http_faults.HOME)
    async with FaultServer() as server, Http(Guard(resolver)) as http:
        http_faults.routes(server)
        fetcher = Fetcher(http, None, lambda: http_faults.NOW)
        for path in tried:
            try:
                given = isinstance(await http_faults.fetch(fetcher, server, path), Document)
            except FetchError:
                given = False
            met += given == (path in http_faults.GIVES)

    say(f"servers, without the {len(http_faults.ELSEWHERE)} that are tried elsewhere", len(tried), met)
    assert met == len(tried)


@pytest.mark.slow
async def test_every_document_on_record_costs_a_worker_at_most(shared: Path) -> None:
    met, cases = 0, bombs(shared)
    async with ParsePool(size=1) as pool:
        await read(pool, NORMAL)
        for body in cases.values():
            async with watched_loop() as lags:
                async with asyncio.timeout(5 + 1 + len(body) // (2 << 20)):
                    await read(pool, body)
                met += isinstance(await read(pool, NORMAL), ParsedDocument) and max(lags) < 0.5

    say("documents", len(cases), met)
    assert met == len(cases)


@pytest.mark.slow
async def test_bodies_that_inflate_are_cut_off(home: FaultServer, shared: Path) -> None:
    rows = json.loads((shared / "hostile" / "bombs.json").read_text("utf-8"))["compressed"]
    packer = zlib.compressobj(9, wbits=31)
    packed = b"".join(packer.compress(bytes(1 << 20)) for _ in range(INFLATED_MIB)) + packer.flush()
    resolver = ListedResolver(old__example=http_faults.HOME)
    met = 0
    async with Http(Guard(resolver)) as http:
        for row in rows:
            home.route("/bomb", reply(200, ("Content-Encoding", row["encoding"]), body=packed))
            with pytest.raises(NetworkError) as caught:
                await http.request("GET", home.url("/bomb", "old.example"), policy="any")
            met += caught.value.kind in {"too_large", "bad_coding"}

    say("bodies that inflate", len(rows), met)
    assert met == len(rows)
