"""What a page gets of what it asks for, whoever asks in its name."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from watcher.browse.gate import BOUNDS, Bounds, Gate
from watcher.browse.wire import Answer, Ask, Refusal
from watcher.core.addresses import Policy
from watcher.core.errors import FetchError
from watcher.core.model import Document, Request
from watcher.network.errors import NetworkError
from watcher.network.http import Limits, RawReply

HOME = "http://paper.example/news"


@dataclass(slots=True)
class Net:
    """What was fetched, with how many at once; every reply has so many bytes."""

    size: int = 10
    error: FetchError | None = None
    asked: list[tuple[Request, Policy, int]] = field(default_factory=list)
    running: int = 0
    most: int = 0

    async def fetch(self, request: Request, policy: Policy, limits: Limits) -> RawReply:
        self.asked.append((request, policy, limits.body_bytes))
        self.running += 1
        self.most = max(self.most, self.running)
        await asyncio.sleep(0)
        self.running -= 1
        if self.error is not None:
            raise self.error
        if self.size > limits.body_bytes:
            raise NetworkError("too_large", "body is larger")
        return RawReply(status=200, headers=(), body=b"x" * self.size, final_url=request.url)


def gate(net: Net, *, policy: Policy = "any", bounds: Bounds = BOUNDS, final: str = HOME) -> Gate:
    document = Document(
        request_url=HOME,
        final_url=final,
        status=200,
        headers=(),
        body=b"",
        body_sha256="",
        fetched=datetime(2026, 3, 1, tzinfo=UTC),
    )
    return Gate(document, policy, net.fetch, bounds)


def ask(url: str, *headers: tuple[str, str], method: str = "GET", page: bool = False) -> Ask:
    return Ask(visit=1, number=7, method=method, url=url, headers=headers, page=page)


@pytest.mark.parametrize(
    ("url", "policy"),
    [
        ("http://paper.example/a.js", "any"),
        ("http://paper.example:80/a.js", "any"),
        ("http://other.example/a.js", "public"),
        ("http://paper.example:8080/", "public"),
        ("https://paper.example/", "public"),
        ("http://10.0.0.1/", "public"),
        ("http://moved.example/", "any"),
    ],
)
async def test_only_its_own_origin_may_be_on_the_local_network(url: str, policy: str):
    net = Net()

    assert isinstance(await gate(net, final="http://moved.example/x").answer(ask(url)), Answer)

    assert [each[1] for each in net.asked] == [policy]


@pytest.mark.parametrize(
    ("url", "method"),
    [
        (HOME, "POST"),
        (HOME, "PUT"),
        (HOME, "CONNECT"),
        ("file:///etc/passwd", "GET"),
        ("data:text/html,x", "GET"),
        ("ftp://paper.example/", "GET"),
        ("ws://paper.example/", "GET"),
        ("http://user:word@paper.example/", "GET"),
        ("", "GET"),
    ],
)
async def test_what_is_no_plain_reading_is_refused_unasked(url: str, method: str):
    net = Net()

    assert isinstance(await gate(net).answer(ask(url, method=method)), Refusal)

    assert net.asked == []


async def test_a_page_that_came_safely_gets_nothing_that_does_not():
    net = Net()

    assert isinstance(await gate(net, final="https://paper.example/").answer(ask(HOME)), Refusal)

    assert net.asked == []


async def test_headers_are_a_scripts_own_and_never_what_we_say_or_where_it_came_from():
    net = Net()
    own = (("Accept", "application/json"), ("X-Requested-With", "fetch"), ("cookie", "a=1"), ("x-api-key", "k"))
    others = (
        "Host",
        "Referer",
        "Origin",
        "User-Agent",
        "Sec-Fetch-Site",
        "Range",
        "If-None-Match",
        "Proxy-Authorization",
    )

    await gate(net).answer(ask(HOME, *own, *((name, "x") for name in others), ("x\r\ny", "z"), ("z", "a\r\nb: c")))

    assert net.asked[0][0].headers == tuple((name.lower(), value) for name, value in own)


async def test_only_so_many_requests_pages_and_bytes():
    net = Net(size=6)
    guarded = gate(net, bounds=Bounds(requests=9, pages=2, bytes=16, part_bytes=8, at_once=4))

    pages = [await guarded.answer(ask(HOME, page=True)) for _ in range(3)]
    parts = await asyncio.gather(*(guarded.answer(ask(HOME)) for _ in range(20)))

    assert [isinstance(each, Answer) for each in pages] == [True, True, False]
    assert not any(isinstance(each, Answer) for each in parts)  # 4 bytes are left, and each wants 6
    assert sum(size for _, _, size in net.asked[2:]) <= 4
    assert len(net.asked) <= 9


async def test_few_are_fetched_at_once_and_what_fails_costs_nothing():
    net = Net(error=FetchError("no"))
    guarded = gate(net, bounds=Bounds(requests=30, bytes=16, part_bytes=8, at_once=2))
    assert all(isinstance(each, Refusal) for each in [await guarded.answer(ask(HOME)) for _ in range(10)])
    net.error = None
    net.size = 1

    found = await asyncio.gather(*(guarded.answer(ask(HOME)) for _ in range(16)))

    assert all(isinstance(each, Answer) for each in found)
    assert net.most == 2


async def test_a_page_is_only_from_where_one_came():
    guarded = gate(Net(), final="http://moved.example/x")
    await guarded.answer(ask("http://script.example/a.js"))
    await guarded.answer(ask("http://next.example/", page=True))

    given = [
        name for name in ("paper", "moved", "script", "next", "forged") if guarded.gave(f"http://{name}.example/y")
    ]

    assert given == ["paper", "moved", "next"]
