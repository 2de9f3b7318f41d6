from __future__ import annotations

import gzip
import logging
import resource
import ssl
import time
import zlib

import pytest

from tests.network.certificates import Authority
from tests.network.resolvers import ListedResolver
from tests.servers import FAULTS, FaultServer, Seen, gzip_reply, reply
from watcher.network.errors import NetworkError
from watcher.network.guard import Guard
from watcher.network.http import Http, Limits
from watcher.network.resolver import ThreadResolver

SHORT = Limits(total_s=0.6)
SMALL = Limits(total_s=5, body_bytes=1 << 20)


@pytest.fixture
def http() -> Http:
    return Http(Guard(ThreadResolver()))


async def error_of(http: Http, url: str, limits: Limits = SMALL) -> NetworkError:
    with pytest.raises(NetworkError) as caught:
        await http.request("GET", url, policy="any", limits=limits)
    return caught.value


async def test_a_reply_comes_back_as_it_was_sent(server: FaultServer, http: Http):
    url = server.route("/a", reply(418, ("X-One", "1"), ("X-One", "2"), ("X-Text", "é"), body=b"tea"))

    answer = await http.request("POST", url, (("X-Mine", "yes"),), b"cup", policy="any")

    assert (answer.status, answer.body, answer.final_url) == (418, b"tea", url)
    assert [value for name, value in answer.headers if name == "x-one"] == ["1", "2"]
    assert answer.header("x-text") == "é"
    assert server.seen[0].body == b"cup"
    names = sorted(name for name, _ in server.seen[0].headers)
    assert names == ["accept-encoding", "connection", "content-length", "host", "x-mine"]
    assert server.seen[0].header("accept-encoding") == "gzip"


async def test_the_path_and_query_arrive_as_they_were_written(server: FaultServer, http: Http):
    server.route("/a%2Fb", reply(200))

    await http.request("GET", server.url("/a%2Fb?x=%41&y=a+b&[z]='#frag"), policy="any")

    assert server.seen[0].target == "/a%2Fb?x=%41&y=a+b&[z]='"


@pytest.mark.parametrize("path", ["/slow-body", "/slow-headers", "/hang"])
async def test_a_slow_server_is_left_when_the_time_is_up(server: FaultServer, http: Http, path: str):
    start = time.monotonic()

    error = await error_of(http, server.url(path), SHORT)

    assert error.kind == "timeout"
    assert error.sent
    assert time.monotonic() - start < 1.5


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/endless", "too_large"),
        ("/wide-header", "too_large"),
        ("/endless-continue", "too_large"),
        ("/short-body", "bad_reply"),
        ("/dup-length", "bad_reply"),
        ("/garbage", "bad_reply"),
        ("/close", "bad_reply"),
        ("/reset", "reset"),
        ("/reset-mid-body", "reset"),
        ("/bad-gzip", "bad_coding"),
        ("/cut-gzip", "bad_coding"),
        ("/nested-gzip-40", "bad_coding"),
        ("/brotli", "bad_coding"),
        ("/zstd", "bad_coding"),
    ],
)
async def test_a_broken_reply_is_an_error_of_its_kind(server: FaultServer, http: Http, path: str, kind: str):
    error = await error_of(http, server.url(path))

    assert error.kind == kind
    assert "127.0.0.1: " in str(error)


@pytest.mark.parametrize("path", ["/endless-headers", "/big-header"])
async def test_headers_without_end_end(server: FaultServer, http: Http, path: str):
    start = time.process_time()

    error = await error_of(http, server.url(path))

    assert error.kind in {"too_large", "bad_reply"}
    assert time.process_time() - start < 1


async def test_what_is_declared_is_what_is_read(server: FaultServer, http: Http):
    assert (await http.request("GET", server.url("/long-body"), policy="any")).body == b"abc"


async def test_length_and_chunks_together_give_the_body_or_an_error(server: FaultServer, http: Http):
    assert (await http.request("GET", server.url("/cl-te"), policy="any")).body == b"abc"


async def test_gzip_is_undone(server: FaultServer, http: Http):
    plain = b"the quick brown fox " * 50_000
    server.route("/one", gzip_reply(plain))
    server.route(
        "/two", reply(200, ("Content-Encoding", "GZIP"), body=gzip.compress(b"a") + gzip.compress(b"b") + b"\0\0")
    )

    assert (await http.request("GET", server.url("/one"), policy="any", limits=SMALL)).body == plain
    assert (await http.request("GET", server.url("/two"), policy="any")).body == b"ab"


async def test_a_gzip_bomb_stops_at_the_cap(server: FaultServer, http: Http):
    packer = zlib.compressobj(6, zlib.DEFLATED, 31)
    bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(300)) + packer.flush()
    server.route("/bomb", reply(200, ("Content-Encoding", "gzip"), body=bomb))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    error = await error_of(http, server.url("/bomb"), Limits())

    assert error.kind == "too_large"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 32 * 1024


async def test_a_body_that_says_it_is_too_large_is_not_read(server: FaultServer, http: Http):
    server.route("/large", b"HTTP/1.1 200 OK\r\nContent-Length: 52428800\r\n\r\n")  # of which nothing follows

    error = await error_of(http, server.url("/large"), Limits())

    assert (error.kind, error.sent) == ("too_large", True)


async def test_a_failure_page_without_end_is_cut_not_waited_for(server: FaultServer, http: Http):
    server.route("/404", reply(404, body=b"n" * 300_000))

    answer = await http.request("GET", server.url("/404"), policy="any")

    assert (answer.status, len(answer.body)) == (404, 65536)


async def test_a_failure_keeps_its_status_whatever_its_page_is_like(server: FaultServer, http: Http):
    server.route("/br", reply(429, ("Retry-After", "9"), ("Content-Encoding", "br"), body=b"x"))
    server.route("/lie", reply(503, ("Content-Encoding", "gzip"), body=b"x"))

    assert (await http.request("GET", server.url("/br"), policy="any")).header("retry-after") == "9"
    assert (await http.request("GET", server.url("/lie"), policy="any")).status == 503


async def test_redirects_and_cookies_stay_with_the_caller(server: FaultServer, http: Http):
    server.route("/set", reply(302, ("Location", "/loop"), ("Set-Cookie", "a=b")))

    first = await http.request("GET", server.url("/set"), policy="any")
    await http.request("GET", server.url("/set"), policy="any")

    assert first.status == 302
    assert first.header("location") == "/loop"
    assert all(seen.header("cookie") is None for seen in server.seen)


async def test_environment_proxies_are_not_asked(server: FaultServer, monkeypatch: pytest.MonkeyPatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    url = server.route("/a", reply(200, body=b"direct"))

    async with Http(Guard(ThreadResolver())) as http:
        assert (await http.request("GET", url, policy="any")).body == b"direct"


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://127.0.0.1/", "http://a@127.0.0.1/", "http://[::1", "", "x"]
)
async def test_what_is_no_web_address_is_refused(http: Http, url: str):
    assert (await error_of(http, url)).kind == "bad_url"


@pytest.mark.parametrize(
    "header", [("x-a", "b\r\nx-c: d"), ("x-\u00e9", "b"), ("x a", "b"), ("x-a", "\ud800"), ("x-a", "b\0")]
)
async def test_a_header_that_is_none_is_refused_without_its_secret(
    server: FaultServer, http: Http, header: tuple[str, str]
):
    with pytest.raises(NetworkError) as caught:
        await http.request("GET", server.url("/a"), (header, ("authorization", "hush")), policy="any")

    assert caught.value.kind == "bad_url"
    assert caught.value.__cause__ is None
    assert not server.seen


async def test_no_error_and_no_log_tells_path_or_query(
    server: FaultServer, http: Http, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.INFO)
    server.route("/T0/hush", reply(200))
    await http.request("GET", server.url("/T0/hush?token=hush"), policy="any")

    for path in FAULTS:
        server.route("/hush" + path, FAULTS[path])
        try:
            await http.request(
                "GET", server.url("/hush" + path + "?token=hush"), policy="any", limits=Limits(total_s=0.2)
            )
        except NetworkError as e:
            chain = [str(e), repr(e), str(e.__cause__), repr(e.__cause__)]
            assert not [text for text in chain if "hush" in text]

    assert "hush" not in caplog.text


async def test_the_certificate_is_checked_against_the_name(authority: Authority):
    resolver = ListedResolver(good__example=(("127.0.0.1",),), other__example=(("127.0.0.1",),))
    async with (
        FaultServer(tls=authority.server("good.example")) as server,
        Http(Guard(resolver), tls=authority.client()) as http,
    ):
        server.route("/a", reply(200, body=b"safe"))

        assert (await http.request("GET", server.url("/a", "good.example"), policy="any")).body == b"safe"
        wrong = await error_of(http, server.url("/a", "other.example"))

    assert wrong.kind == "tls"
    assert "other.example" in str(wrong)
    assert not wrong.sent


async def test_an_expired_or_unknown_certificate_is_refused(authority: Authority):
    resolver = ListedResolver(old__example=(("127.0.0.1",),))
    async with FaultServer(tls=authority.server("old.example", expired=True)) as server:
        async with Http(Guard(resolver), tls=authority.client()) as http:
            expired = await error_of(http, server.url("/", "old.example"))
        async with Http(Guard(resolver), tls=ssl.create_default_context()) as http:
            unknown = await error_of(http, server.url("/", "old.example"))

    assert (expired.kind, unknown.kind) == ("tls", "tls")
    assert "expired" in str(expired)


async def test_a_server_that_is_silent_in_the_handshake_is_left(server: FaultServer, http: Http):
    error = await error_of(http, server.url("/").replace("http:", "https:"), SHORT)

    assert (error.kind, error.sent) == ("timeout", False)


async def test_two_hundred_requests_cost_the_same_each(server: FaultServer, http: Http):
    server.route("/a", FAULTS["/304"])
    costs = []

    for _ in range(2):
        start = time.process_time()
        for _ in range(100):
            await http.request("GET", server.url("/a"), policy="any")
        costs.append(time.process_time() - start)

    assert costs[1] < 3 * costs[0]
    assert server.most_open <= 2


async def test_the_body_of_a_hop_is_bounded_too(server: FaultServer, http: Http):
    async def endless(seen: Seen, writer) -> None:
        writer.write(b"HTTP/1.1 302 Found\r\nLocation: /a\r\nConnection: close\r\n\r\n")
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()

    server.route("/hop", endless)

    assert (await http.request("GET", server.url("/hop"), policy="any")).status == 302
