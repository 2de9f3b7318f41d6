"""Every misbehaviour of a server that is on record, against the real fetcher over a real socket."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from tests.network.resolvers import ListedResolver
from tests.servers import FAULTS, FaultServer, redirect, reply
from watcher.core.errors import FetchError
from watcher.core.model import Document, NotModified, Request
from watcher.fetch import Fetcher
from watcher.network.guard import Guard
from watcher.network.http import Http, Limits

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FAILS = [
    "slow-body",
    "slow-headers",
    "endless",
    "loop",
    "redirect-file",
    "redirect-metadata",
    "redirect-no-location",
    "redirect-bad-location",
    "short-body",
    "dup-length",
    "big-header",
    "bad-gzip",
    "nested-gzip-40",
    "garbage",
    "close",
    "reset-mid-body",
    "304-without-etag",
    "empty-200",
    "gone",
    "429",
    "429-http-date",
    "503",
    "dns-nxdomain",
]
GIVES = [
    "long-body",
    "cl-te",
    "200-same-etag",
    "etag-liar",
    "etag-changes-always",
    "charset-undefined",
    "html-instead",
    "moved",
]
ELSEWHERE = {
    "redirect-cross-origin": "tests/test_fetch.py",
    "downgrade": "tests/test_fetch.py",
    "tls-expired": "tests/network/test_http.py",
    "tls-wrong-host": "tests/network/test_http.py",
    "dns-hang": "tests/network/test_resolver.py",
    "dns-rebind": "tests/network/test_guard.py",
}
OVER_TIME = {
    "gone": "tests/pipeline/test_polling.py::test_a_source_that_is_gone_is_polled_no_more",
    "moved": "tests/pipeline/test_timing.py::test_a_source_that_moves_for_good_is_asked_there_after_a_day_and_the_operator_hears_of_it",
    "etag-liar": "tests/pipeline/test_timing.py::test_a_liar_about_etags_is_found_out_within_a_day",
    "429": "tests/pipeline/test_polling.py::test_a_servers_retry_after_is_obeyed_up_to_a_day",
}
"""What of these shows only over several polls is tried there."""
HOME = (("127.0.0.1",),)


def routes(server: FaultServer) -> None:
    """Faults under the names of the record."""
    server.route("/304-without-etag", FAULTS["/304"])
    server.route("/200-same-etag", reply(200, ("ETag", '"1"'), body=b"same"))
    server.route("/etag-liar", reply(200, ("ETag", '"1"'), body=b"changed"))
    server.route("/etag-changes-always", reply(200, ("ETag", '"2"'), body=b"same"))
    server.route("/429-http-date", reply(429, ("Retry-After", format_datetime(NOW + timedelta(days=9), usegmt=True))))
    server.route("/moved", redirect(server.url("/200-same-etag", "new.example"), 301))


@pytest.fixture
async def server() -> AsyncIterator[FaultServer]:
    """A server with all the faults, some under the names of the record."""
    async with FaultServer() as running:
        routes(running)
        yield running


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    """A fetcher to which two names are home and nothing else has an address."""
    resolver = ListedResolver(old__example=HOME, new__example=HOME)
    async with Http(Guard(resolver)) as http:
        yield Fetcher(http, None, lambda: NOW)


async def fetch(fetcher: Fetcher, server: FaultServer, fault: str) -> Document | NotModified:
    host = "nowhere.example" if fault == "dns-nxdomain" else "old.example"
    limits = Limits(total_s=0.8, body_bytes=1 << 20)
    return await fetcher.fetch(Request(url=server.url("/" + fault, host)), policy="any", limits=limits)


@pytest.mark.parametrize("fault", FAILS)
async def test_a_fault_is_a_failure_and_never_an_empty_document(server: FaultServer, fetcher: Fetcher, fault: str):
    with pytest.raises(FetchError) as caught:
        await fetch(fetcher, server, fault)

    assert caught.value.retry == (fault != "gone")
    assert caught.value.retry_after_s == {"429": 120, "429-http-date": 86400}.get(fault)


@pytest.mark.parametrize("fault", GIVES)
async def test_an_oddity_still_gives_a_document(server: FaultServer, fetcher: Fetcher, fault: str):
    document = await fetch(fetcher, server, fault)

    assert isinstance(document, Document)
    assert document.body
    assert document.final_url == (
        server.url("/200-same-etag", "new.example") if fault == "moved" else document.request_url
    )


def test_every_fault_on_record_has_its_test(shared: Path):
    rows = json.loads((shared / "hostile" / "http_faults.json").read_text("utf-8"))

    assert {row["path"] for row in rows} == {*FAILS, *GIVES, *ELSEWHERE}


@pytest.mark.parametrize("fault", OVER_TIME)
def test_what_shows_over_several_polls_has_its_test(fault: str):
    file, _, name = OVER_TIME[fault].partition("::")
    root = Path(__file__).parents[2]

    assert fault in {*FAILS, *GIVES}
    assert f"def {name}(" in (root / file).read_text("utf-8")
