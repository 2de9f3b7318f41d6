from __future__ import annotations

import asyncio
import json
import signal
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.responses import PlainTextResponse

from watcher.core.errors import WatcherError
from watcher.core.health import Health
from watcher.web.application import application
from watcher.web.door import BODY_LIMIT_BYTES, HEADERS, _bare_host
from watcher.web.listen import refused_host, serve
from watcher.web.routes import Way, ways

FINE = Health(ok=True, parts=(("store", True, "12 articles"), ("channel team", False, "paused until 10:00")))
SICK = Health(ok=False, parts=(("polls", False, "none finished for 10 minutes"),))


async def secret(_request: Request) -> PlainTextResponse:
    return PlainTextResponse("CANARY")


async def broken(_request: Request) -> PlainTextResponse:
    raise LookupError("CANARY")


LATER = tuple(Way(path=f"/{access}", endpoint=secret, access=access) for access in ("reader", "admin", "signed"))


class Answer:
    def __init__(self, raw: bytes) -> None:
        head, _, self.body = raw.partition(b"\r\n\r\n")
        first, *rest = head.decode("latin-1").split("\r\n")
        self.status = int(first.split(" ")[1])
        self.headers = dict(line.lower().split(": ", 1) for line in rest)


async def ask(
    port: int, path: str, *, method: str = "GET", host: str | None = "localhost", head: str = "", body: bytes = b""
) -> Answer:
    """One request over a socket of our own: nothing is corrected on the way."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    named = "" if host is None else f"Host: {host}\r\n"
    writer.write(f"{method} {path} HTTP/1.1\r\n{named}Connection: close\r\n{head}\r\n".encode() + body)
    async with asyncio.timeout(10):
        raw = await reader.read()
    writer.close()
    return Answer(raw)


@pytest.mark.parametrize(("health", "status"), [(FINE, 200), (SICK, 503)])
async def test_healthz_says_how_each_part_is(health, status):
    async with serve(application(ways(lambda: health)), host="127.0.0.1", port=0) as port:
        answer = await ask(port, "/healthz")

    assert answer.status == status
    assert json.loads(answer.body) == {
        "ok": health.ok,
        "parts": {name: {"ok": fine, "says": words} for name, fine, words in health.parts},
    }


async def test_health_is_asked_anew_each_time():
    answers = [FINE, SICK]
    async with serve(application(ways(lambda: answers.pop(0))), host="127.0.0.1", port=0) as port:
        assert [(await ask(port, "/healthz")).status for _ in range(2)] == [200, 503]


async def test_the_table_is_the_only_way_in():
    table = (*ways(lambda: FINE), *LATER)
    paths = [way.path for way in table]
    others = ["/", "/HEALTHZ", "/healthz/", "//healthz", "/healthz/x", "/reader/", "/%2e%2e/healthz", "/openapi.json", "/docs", "/metrics"]  # fmt: skip
    async with serve(application(table), host="127.0.0.1", port=0) as port:
        said = {path: (await ask(port, path)).status for path in paths + others}

    assert said == {
        "/healthz": 200,
        "/reader": 401,
        "/admin": 401,
        "/signed": 401,
        **dict.fromkeys(others, 404),
    }


async def test_every_public_row_is_meant():
    assert {way.path for way in ways(lambda: FINE) if way.access == "public"} == {"/healthz"}


async def test_a_proof_opens_its_own_class_only():
    app = application(LATER, prove=lambda request, access: request.headers.get("x-may") == access)
    async with serve(app, host="127.0.0.1", port=0) as port:
        answers = {way.path: (await ask(port, way.path, head="X-May: reader\r\n")).status for way in LATER}

    assert answers == {"/reader": 200, "/admin": 401, "/signed": 401}


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"])
async def test_only_reading_is_spoken(method):
    async with serve(application(ways(lambda: FINE)), host="127.0.0.1", port=0) as port:
        answer = await ask(port, "/healthz", method=method)

    assert (answer.status, answer.headers["allow"]) == (405, "get, head")


async def test_head_has_no_body():
    async with serve(application(ways(lambda: FINE)), host="127.0.0.1", port=0) as port:
        answer = await ask(port, "/healthz", method="HEAD")

    assert (answer.status, answer.body) == (200, b"")


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:80", "127.0.0.1:8787", "[::1]", "[::1]:8787"])
async def test_our_own_names_are_served(host):
    async with serve(application(ways(lambda: FINE)), host="127.0.0.1", port=0) as port:
        assert (await ask(port, "/healthz", host=host)).status == 200


@pytest.mark.parametrize(
    "host", ["rebound.example", "localhost.rebound.example", "", "127.0.0.1.example:80", "0.0.0.0", "::1"]
)
async def test_other_names_are_not(host):
    async with serve(application(ways(lambda: FINE)), host="127.0.0.1", port=0) as port:
        answer = await ask(port, "/healthz", host=host)

    assert answer.status in {400, 421}
    assert b"articles" not in answer.body


async def test_a_request_without_a_host_is_refused():
    async with serve(application(ways(lambda: FINE)), host="127.0.0.1", port=0) as port:
        assert (await ask(port, "/healthz", host=None)).status == 400


async def test_every_answer_is_hardened_and_names_no_server():
    table = (*ways(lambda: FINE), *LATER, Way(path="/broken", endpoint=broken, access="public"))
    async with serve(application(table), host="127.0.0.1", port=0) as port:
        answers = [
            await ask(port, "/healthz"),
            await ask(port, "/nothing"),
            await ask(port, "/admin"),
            await ask(port, "/healthz", method="POST"),
            await ask(port, "/healthz", host="x.example"),
            await ask(port, "/broken"),
        ]

    assert [answer.status for answer in answers] == [200, 404, 401, 405, 421, 500]
    for answer in answers:
        assert {name: answer.headers.get(name) for name, _ in HEADERS} == {
            name: value.lower() for name, value in HEADERS
        }
        assert not answer.headers.keys() & {"server", "x-powered-by", "set-cookie", "access-control-allow-origin"}
        assert b"CANARY" not in answer.body


@pytest.mark.parametrize("length", [str(BODY_LIMIT_BYTES + 1), "9" * 30])
async def test_a_large_body_is_refused_unread(length):
    async with serve(application(ways(lambda: FINE)), host="127.0.0.1", port=0) as port:
        assert (await ask(port, "/healthz", head=f"Content-Length: {length}\r\n")).status in {400, 413}


async def test_a_body_of_unknown_length_is_refused():
    async with serve(application(ways(lambda: FINE)), host="127.0.0.1", port=0) as port:
        answer = await ask(port, "/healthz", head="Transfer-Encoding: chunked\r\n", body=b"1\r\nx\r\n0\r\n\r\n")

    assert answer.status == 413


async def test_an_endless_head_is_cut_off():
    async with serve(application(ways(lambda: FINE)), host="127.0.0.1", port=0) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 40_000)
        async with asyncio.timeout(10):
            first = await reader.read(12)
        writer.close()

    assert first == b"HTTP/1.1 400"


async def test_signals_stay_with_the_daemon():
    heard: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _frame: heard.append(number))
    try:
        async with serve(application(ways(lambda: FINE)), host="127.0.0.1", port=0) as port:
            signal.raise_signal(signal.SIGTERM)
            still = await ask(port, "/healthz")
    finally:
        signal.signal(signal.SIGTERM, before)

    assert (heard, still.status) == ([signal.SIGTERM], 200)


async def test_the_port_is_free_again_afterwards_even_after_an_error():
    with pytest.raises(LookupError):
        async with serve(application(ways(lambda: FINE)), host="127.0.0.1", port=0) as port:
            raise LookupError

    with socket.create_server(("127.0.0.1", port)):
        pass


async def test_an_idle_caller_does_not_hold_the_shutdown():
    loop = asyncio.get_running_loop()
    async with serve(application(ways(lambda: FINE)), host="127.0.0.1", port=0) as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        leaving = loop.time()

    assert loop.time() - leaving < 3
    writer.close()


async def test_a_taken_port_is_told_by_its_address():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(WatcherError, match=f"cannot listen: 127.0.0.1:{port}: Address already in use"):
            async with serve(application(ways(lambda: FINE)), host="127.0.0.1", port=port):
                pass


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_loopback_may_be_listened_on(host):
    assert refused_host(host) is None


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "watcher.example", "", "127.1"])
async def test_the_world_may_not(host):
    assert "listen.host" in (refused_host(host) or "")
    with pytest.raises(WatcherError, match=r"listen\.host"):
        async with serve(application(ways(lambda: FINE)), host=host, port=0):
            pass


async def test_the_world_may_if_asked_for_by_name():
    async with serve(application(ways(lambda: FINE)), host="0.0.0.0", port=0, public=True) as port:
        assert (await ask(port, "/healthz")).status == 200


@given(st.text(max_size=40))
def test_no_host_header_breaks_the_door(header):
    assert _bare_host(header) == _bare_host(header).strip().lower()
