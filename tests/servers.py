"""A loopback HTTP server that misbehaves on demand; it speaks raw bytes, so that no library hides a fault.

Use: `async with FaultServer() as server: server.route("/feed", reply(200, body=b"..."))`. What every client sent is
kept in `server.seen`; `server.bytes_in` counts every byte that reached the socket, even of a broken request.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import socket
import ssl
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One request as it came over the wire; header names are lower case."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]

    def header(self, name: str) -> str | None:
        """The first header of that lower-case name, or None."""
        return next((value for key, value in self.headers if key == name), None)


Answer = Callable[[Seen, asyncio.StreamWriter], Awaitable[None]]
Route = bytes | Answer

_WORDS = {200: "OK", 301: "Moved Permanently", 302: "Found", 304: "Not Modified", 404: "Not Found", 410: "Gone"}


def reply(status: int = 200, *headers: tuple[str, str], body: bytes = b"", length: int | None = None) -> bytes:
    """The bytes of a plain HTTP/1.1 answer; `length` overrides the honest Content-Length."""
    lines = [f"HTTP/1.1 {status} {_WORDS.get(status, 'Status')}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers]
    if status != 304:
        lines.append(f"Content-Length: {len(body) if length is None else length}")
    return "\r\n".join(lines).encode("utf-8") + b"\r\n\r\n" + body


def redirect(location: str, status: int = 302) -> bytes:
    """An answer that sends the client elsewhere."""
    return reply(status, ("Location", location))


def gzip_reply(plain: bytes, *, coding: str = "gzip", times: int = 1) -> bytes:
    """A 200 whose body is gzipped `times` times under the given Content-Encoding."""
    for _ in range(times):
        plain = gzip.compress(plain, 6)
    return reply(200, ("Content-Encoding", coding), body=plain)


def drip(start: bytes, unit: bytes, every_s: float = 0.1) -> Answer:
    """Send `start`, then one `unit` every so often, for ever."""

    async def answer(_seen: Seen, writer: asyncio.StreamWriter) -> None:
        writer.write(start)
        while True:
            writer.write(unit)
            await writer.drain()
            await asyncio.sleep(every_s)

    return answer


def flood(start: bytes, unit: bytes) -> Answer:
    """Send `start`, then `unit` after `unit` as fast as the client reads, for ever."""

    async def answer(_seen: Seen, writer: asyncio.StreamWriter) -> None:
        writer.write(start)
        while True:
            writer.write(unit)
            await writer.drain()

    return answer


def hang() -> Answer:
    """Read the request and never answer."""

    async def answer(_seen: Seen, _writer: asyncio.StreamWriter) -> None:
        await asyncio.get_running_loop().create_future()

    return answer


def reset_after(start: bytes) -> Answer:
    """Send `start`, then cut the line with a TCP reset."""

    async def answer(_seen: Seen, writer: asyncio.StreamWriter) -> None:
        writer.write(start)
        await writer.drain()
        sock = writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    return answer


OK_HEAD = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"

FAULTS: dict[str, Route] = {
    "/slow-body": drip(OK_HEAD, b"x"),
    "/slow-headers": drip(b"HTTP/1.1 200 OK\r\n", b"X-Filler: y\r\n"),
    "/hang": hang(),
    "/endless": flood(OK_HEAD, b"z" * 65536),
    "/endless-headers": flood(b"HTTP/1.1 200 OK\r\n", b"X-Filler: " + b"y" * 1000 + b"\r\n"),
    "/endless-continue": flood(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100),
    "/loop": redirect("/loop"),
    "/redirect-file": redirect("file:///etc/passwd"),
    "/redirect-ftp": redirect("ftp://127.0.0.1/x"),
    "/redirect-userinfo": redirect("http://name:word@127.0.0.1/"),
    "/redirect-metadata": redirect("http://169.254.169.254/latest/meta-data/"),
    "/redirect-no-location": reply(302),
    "/redirect-bad-location": redirect("http://[::1"),
    "/short-body": reply(200, body=b"abc", length=100),
    "/long-body": reply(200, body=b"abcdefgh", length=3),
    "/dup-length": reply(200, ("Content-Length", "5"), body=b"abc"),
    "/cl-te": b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    "/big-header": reply(200, ("X-Big", "b" * 200_000), body=b"x"),
    "/wide-header": reply(200, ("X-Big", "b" * 70_000), body=b"x"),
    "/bad-gzip": reply(200, ("Content-Encoding", "gzip"), body=b"this is not gzip"),
    "/cut-gzip": reply(200, ("Content-Encoding", "gzip"), body=gzip.compress(b"plain" * 1000)[:-12]),
    "/nested-gzip-40": gzip_reply(b"plain", coding=", ".join(["gzip"] * 40), times=40),
    "/brotli": reply(200, ("Content-Encoding", "br"), body=b"\x8b\x02\x80plain\x03"),
    "/zstd": reply(200, ("Content-Encoding", "zstd"), body=b"\x28\xb5\x2f\xfd"),
    "/garbage": b"\x00\x01\x02 this is not HTTP\r\n\r\n",
    "/close": b"",
    "/reset": reset_after(b""),
    "/reset-mid-body": reset_after(reply(200, body=b"half", length=8)),
    "/empty-200": reply(200),
    "/gone": reply(410),
    "/429": reply(429, ("Retry-After", "120")),
    "/503": reply(503),
    "/304": reply(304),
    "/charset-undefined": reply(200, ("Content-Type", "text/xml; charset=undefined"), body=b"<rss/>"),
    "/html-instead": reply(200, ("Content-Type", "text/html"), body=b"<!doctype html><title>log in</title>"),
}
"""Ready-made misbehaviours by path; every server answers them unless the path has a route of its own."""


@dataclass(slots=True)
class FaultServer:
    """A loopback server with one answer per path; an unknown path gets 404, every connection is closed after one."""

    host: str = "127.0.0.1"
    tls: ssl.SSLContext | None = None
    routes: dict[str, Route] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    connections: int = 0
    bytes_in: int = 0
    open_now: int = 0
    most_open: int = 0
    port: int = 0
    _server: asyncio.Server | None = None
    _busy: set[asyncio.Task[None]] = field(default_factory=set)

    async def __aenter__(self) -> Self:
        """Listen on a free port."""
        self._server = await asyncio.start_server(self._serve, self.host, self.port, ssl=self.tls, limit=1 << 20)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_exc: object) -> None:
        """Stop listening and cut whoever still hangs."""
        assert self._server is not None
        self._server.close()
        for task in list(self._busy):
            task.cancel()
        await asyncio.gather(*self._busy, return_exceptions=True)

    def route(self, path: str, answer: Route) -> str:
        """Answer that path so from now on; returns its URL."""
        self.routes[path] = answer
        return self.url(path)

    def url(self, path: str = "/", host: str | None = None) -> str:
        """The absolute URL of a path here; `host` puts another name for the same listener."""
        name = host or (f"[{self.host}]" if ":" in self.host else self.host)
        return f"http{'s' if self.tls else ''}://{name}:{self.port}{path}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._busy.add(task)
        self.connections += 1
        self.open_now += 1
        self.most_open = max(self.most_open, self.open_now)
        try:
            with contextlib.suppress(
                ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError, ssl.SSLError
            ):
                await self._answer(reader, writer)
        finally:
            self.open_now -= 1
            self._busy.discard(task)
            writer.close()
            with contextlib.suppress(ConnectionError, ssl.SSLError, asyncio.CancelledError):
                await writer.wait_closed()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        self.bytes_in += len(head)
        first, *lines = head.decode("latin-1").strip().split("\r\n")
        headers = tuple((name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines))
        length = int(next((value for name, value in headers if name == "content-length"), "0"))
        body = await reader.readexactly(length)
        self.bytes_in += length
        method, target, _version = first.split(" ", 2)
        seen = Seen(method=method, target=target, headers=headers, body=body)
        self.seen.append(seen)
        answer = self.routes.get(seen.path, FAULTS.get(seen.path, reply(404)))
        if isinstance(answer, bytes):
            writer.write(answer)
            await writer.drain()
        else:
            await answer(seen, writer)
