"""One HTTP exchange at a time, bounded in time and size, through the guard; never follows a redirect by itself.

httpx is imported here alone, so that its successor can replace it. Its requests, replies and transport are used
without its client, which would ask environment proxies, keep cookies, look into redirects, inflate without bounds
and log whole URLs; its error texts hold URLs too and are dropped.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import AsyncIterable, AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import httpcore
import httpx

from watcher.core.addresses import Policy
from watcher.core.model import Spooled
from watcher.core.urls import host_of, http_url
from watcher.network.errors import NetworkError, lack
from watcher.network.guard import Guard
from watcher.network.inflate import Body, coding_of
from watcher.network.spool import Spool
from watcher.network.streams import GuardedBackend

_REDIRECTS_FROM = 300
_FAILURES_FROM = 400
_OURS_TO_SET = frozenset({"host", "content-length", "transfer-encoding", "connection", "accept-encoding", "expect"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds of one exchange. `other_body_bytes`: of a reply that is no success so much is read, the rest is cut.

    With `spools` a body that is not small goes to a file.
    """

    total_s: float = 30.0
    head_bytes: int = 64 * 1024
    body_bytes: int = 8 * 1024 * 1024
    other_body_bytes: int = 64 * 1024
    spools: bool = False


DEFAULT_LIMITS = Limits()
LARGE_LIMITS = Limits(total_s=120.0, body_bytes=64 * 1024 * 1024, spools=True)
"""For tables and series."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawReply:
    """What came back. Header names are lower case; `body` is inflated, and empty where it was `spooled`."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    final_url: str
    spooled: Spooled | None = None

    def header(self, name: str) -> str | None:
        """The first header of that lower-case name, or None."""
        return next((value for key, value in self.headers if key == name), None)


class Http:
    """Makes exchanges. One for the whole program; its user decides how many run at once.

    Args: `tls` for trusted certificates other than the machine's; it is made when first needed, because reading
    the certificates takes 20-100 ms.
    """

    def __init__(self, guard: Guard, *, tls: ssl.SSLContext | None = None) -> None:
        for name in ("httpx", "httpcore"):
            logging.getLogger(name).setLevel(logging.WARNING)
        self._transport = _Transport(guard, tls)

    async def __aenter__(self) -> Self:
        """Ready at once."""
        return self

    async def __aexit__(self, *_exc: object) -> None:
        """Close."""
        await self.aclose()

    async def aclose(self) -> None:
        """Give everything back."""
        await self._transport.aclose()

    async def request(
        self,
        method: str,
        url: str,
        headers: tuple[tuple[str, str], ...] = (),
        body: bytes | None = None,
        *,
        policy: Policy,
        limits: Limits = DEFAULT_LIMITS,
    ) -> RawReply:
        """The reply to one request, whatever its status.

        `Host`, `Content-Length`, `Connection` and `Accept-Encoding` are set here and nowhere else.

        Raises: `NetworkError`, and nothing else, for whatever the other side or the network does.
        """
        target = http_url(url)
        if target is None:
            raise NetworkError("bad_url", "request: not a plain http or https URL")
        target = target.partition("#")[0]
        host = host_of(target) or "no-host"
        request = self._request(method, target, headers, body, host)
        request.extensions["watcher"] = {"policy": policy, "limits": limits}
        try:
            with _translated(host):
                async with asyncio.timeout(limits.total_s):
                    return await self._exchange(request, target, limits)
        except TimeoutError as e:
            sent = bool(request.extensions.get("sent"))
            raise NetworkError("timeout", f"{host}: not done within {limits.total_s:g} s", sent=sent) from e

    @staticmethod
    def _request(
        method: str, url: str, headers: tuple[tuple[str, str], ...], body: bytes | None, host: str
    ) -> httpx.Request:
        given = [pair for pair in headers if pair[0].lower() not in _OURS_TO_SET]
        given += [("accept-encoding", "gzip"), ("connection", "close")]
        try:
            raw = [(name.lower().encode("ascii"), value.encode("utf-8")) for name, value in given]
            return httpx.Request(method, url, headers=raw, content=body)
        except (UnicodeError, ValueError, TypeError, httpx.InvalidURL):
            # the cause holds the header or URL itself, and with it a secret
            raise NetworkError("bad_url", f"{host}: the request can't be written as HTTP") from None

    async def _exchange(self, request: httpx.Request, url: str, limits: Limits) -> RawReply:
        response = await self._transport.handle_async_request(request)
        try:
            raw = response.headers.raw
            if sum(len(name) + len(value) + 4 for name, value in raw) > limits.head_bytes:
                raise NetworkError("too_large", f"reply headers are larger than {limits.head_bytes} bytes", sent=True)
            headers = tuple((name.decode("latin-1").lower(), _text(value)) for name, value in raw)
            spooled = None
            if response.status_code < _REDIRECTS_FROM and _declared(headers) > limits.body_bytes:
                raise NetworkError("too_large", f"body is larger than {limits.body_bytes} bytes", sent=True)
            if limits.spools and response.status_code < _REDIRECTS_FROM:
                body, spooled = await _spooled(response, headers, limits)
            else:
                body = await _body(response, headers, limits)
        finally:
            await response.aclose()
        return RawReply(status=response.status_code, headers=headers, body=body, final_url=url, spooled=spooled)


async def _spooled(
    response: httpx.Response, headers: tuple[tuple[str, str], ...], limits: Limits
) -> tuple[bytes, Spooled | None]:
    """The inflated body of a success, in a file if it is not small."""
    spool = Spool()
    try:
        await _read(response, Body(_coding(headers), limits.body_bytes, spool), limits.body_bytes)
    except BaseException:
        spool.drop()
        raise
    return spool.finish()


async def _body(response: httpx.Response, headers: tuple[tuple[str, str], ...], limits: Limits) -> bytes:
    """The inflated body. Of a redirect nothing is read; a failure's page may break off or be coded as it likes."""
    if response.status_code < _REDIRECTS_FROM:
        return await _read(response, Body(_coding(headers), limits.body_bytes), limits.body_bytes)
    if response.status_code < _FAILURES_FROM:
        return b""
    cap = limits.other_body_bytes
    try:
        body = Body(_coding(headers), cap)
    except NetworkError:
        return b""
    try:
        return await _read(response, body, cap)
    except NetworkError:
        return body.so_far()


async def _read(response: httpx.Response, body: Body, cap: int) -> bytes:
    on_wire = 0
    async for piece in response.aiter_raw():
        on_wire += len(piece)
        body.feed(piece)
        if on_wire > cap:
            raise NetworkError("too_large", f"body is larger than {cap} bytes", sent=True)
    return body.finish()


def _declared(headers: tuple[tuple[str, str], ...]) -> int:
    """Bytes that the other side says it sends; 0 if it says nothing."""
    value = next((value for name, value in headers if name == "content-length"), "")
    return int(value) if value.isascii() and value.isdigit() else 0


def _coding(headers: tuple[tuple[str, str], ...]) -> str:
    return coding_of(tuple(value for name, value in headers if name == "content-encoding"))


def _text(value: bytes) -> str:
    """A header's text: UTF-8 as servers of today send, else Latin-1 as the old standard says."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


@contextmanager
def _translated(host: str) -> Iterator[None]:
    """Turn foreign errors into ours and name the host; foreign texts are dropped, because they may hold the URL."""
    try:
        yield
    except NetworkError as e:
        if host in str(e):
            raise
        raise NetworkError(e.kind, f"{host}: {e}", sent=e.sent) from e.__cause__
    except (httpcore.ReadError, httpcore.WriteError, httpx.ReadError, httpx.WriteError) as e:
        raise NetworkError("reset", f"{host}: connection cut", sent=True) from e
    except (httpcore.RemoteProtocolError, httpx.RemoteProtocolError) as e:
        raise NetworkError("bad_reply", f"{host}: the reply is not proper HTTP, or ends too early", sent=True) from e
    except (httpcore.LocalProtocolError, httpx.LocalProtocolError):
        # the cause quotes the header that can't be written, and with it a secret
        raise NetworkError("bad_url", f"{host}: the request can't be written as HTTP") from None
    except (httpcore.NetworkError, httpcore.ProtocolError, httpx.HTTPError, httpx.StreamError, OSError) as e:
        if isinstance(e, TimeoutError):
            raise
        if isinstance(e, OSError) and (lacks := lack(e)):
            raise NetworkError("ours", f"{host}: {lacks}", sent=True) from e
        raise NetworkError("reset", f"{host}: the exchange failed", sent=True) from e


class _Transport(httpx.AsyncBaseTransport):
    """A new connection for each request, without a pool.

    Whom we poll we don't ask again for minutes, and httpcore's pool costs more with every connection it holds.
    """

    def __init__(self, guard: Guard, tls: ssl.SSLContext | None) -> None:
        self._guard = guard
        self._tls = tls

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        options = request.extensions["watcher"]
        limits: Limits = options["limits"]
        backend = GuardedBackend(self._guard, options["policy"], limits.head_bytes)
        url = request.url
        target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        secure = url.scheme == "https"
        connection = httpcore.AsyncHTTPConnection(
            origin=target.origin, ssl_context=self._trusted() if secure else None, network_backend=backend
        )
        try:
            answer = await connection.handle_async_request(
                httpcore.Request(
                    method=request.method,
                    url=target,
                    headers=request.headers.raw,
                    content=request.stream,
                )
            )
        except BaseException:
            request.extensions["sent"] = backend.sent
            await connection.aclose()
            raise
        request.extensions["sent"] = True
        backend.head_done = True
        assert isinstance(answer.stream, AsyncIterable), "an asynchronous connection has an asynchronous body"
        return httpx.Response(answer.status, headers=answer.headers, stream=_Stream(answer.stream, connection))

    def _trusted(self) -> ssl.SSLContext:
        if self._tls is None:
            self._tls = trusted_certificates()
        return self._tls


class _Stream(httpx.AsyncByteStream):
    """The body's pieces; closing it closes the connection."""

    def __init__(self, pieces: AsyncIterable[bytes], connection: httpcore.AsyncHTTPConnection) -> None:
        self._pieces = pieces
        self._connection = connection

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._pieces:
            yield piece

    async def aclose(self) -> None:
        await self._connection.aclose()


def trusted_certificates() -> ssl.SSLContext:
    """The machine's certificates (so that an office's own authority counts), else those that httpx brings along."""
    paths = ssl.get_default_verify_paths()
    if paths.cafile or (paths.capath and list(Path(paths.capath).iterdir())):
        return ssl.create_default_context()
    return httpx.create_ssl_context(trust_env=False)
