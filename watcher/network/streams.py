"""Guarded sockets in the shape that httpcore wants; never opens one without the guard.

Plain lines are read and written on the socket itself: a stream object per request would cost more than the request.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Iterable
from typing import Any

import httpcore

from watcher.core.addresses import Policy
from watcher.network.errors import NetworkError
from watcher.network.guard import Guard

_READ_AHEAD = 65536


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Connections of one exchange; counts what is read, so that headers without end are noticed before they end.

    Args: `head_cap` in bytes; set `head_done` when the reply's headers are complete.
    """

    def __init__(self, guard: Guard, policy: Policy, head_cap: int) -> None:
        self._guard = guard
        self._policy = policy
        self._head_left = head_cap + _READ_AHEAD
        self.head_done = False
        self.sent = False

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109, ARG002 - httpcore's signature; one deadline rules the whole
        local_address: str | None = None,  # noqa: ARG002 - httpcore's signature
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002 - httpcore's signature
    ) -> httpcore.AsyncNetworkStream:
        """A line to a judged address of the host."""
        return _PlainStream(self, await self._guard.guarded_socket(host, port, self._policy), host)

    async def connect_unix_socket(self, *_args: Any, **_options: Any) -> httpcore.AsyncNetworkStream:
        """Refuse: no file is a place to connect to."""
        raise NetworkError("refused_address", "connect to a file: only the network is dialled")

    async def sleep(self, seconds: float) -> None:
        """Wait; httpcore asks for it between retries, which are switched off."""
        await asyncio.sleep(seconds)

    def count(self, data: bytes) -> bytes:
        """Pass data on, or fail when headers go beyond their cap."""
        if not self.head_done:
            self._head_left -= len(data)
            if self._head_left < 0:
                raise NetworkError("too_large", "reply headers are beyond their cap", sent=True)
        return data


class _PlainStream(httpcore.AsyncNetworkStream):
    def __init__(self, backend: GuardedBackend, sock: socket.socket, host: str) -> None:
        self._backend = backend
        self._sock = sock
        self._host = host
        self._loop = asyncio.get_running_loop()

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109, ARG002
        try:
            data = await self._loop.sock_recv(self._sock, max_bytes)
        except OSError as e:
            raise NetworkError("reset", f"read from {self._host}: connection cut", sent=True) from e
        return self._backend.count(data)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109, ARG002
        self._backend.sent = True
        if not buffer:  # a body that is not there; the system would be asked for nothing
            return
        try:
            await self._loop.sock_sendall(self._sock, buffer)
        except OSError as e:
            raise httpcore.WriteError("connection cut") from e

    async def aclose(self) -> None:
        self._sock.close()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109, ARG002
    ) -> httpcore.AsyncNetworkStream:
        try:
            reader, writer = await asyncio.open_connection(
                sock=self._sock, ssl=ssl_context, server_hostname=server_hostname, limit=_READ_AHEAD
            )
        except ssl.SSLCertVerificationError as e:
            raise NetworkError("tls", f"certificate of {self._host}: {e.verify_message or 'not valid'}") from e
        except ssl.SSLError as e:
            raise NetworkError("tls", f"TLS with {self._host}: {(e.reason or 'handshake failed').lower()}") from e
        except OSError as e:
            raise NetworkError("reset", f"TLS with {self._host}: connection cut in the handshake") from e
        except BaseException:
            self._sock.close()
            raise
        return _TlsStream(self._backend, reader, writer, self._host)

    def get_extra_info(self, info: str) -> Any:
        return self._sock if info == "socket" else None


class _TlsStream(httpcore.AsyncNetworkStream):
    def __init__(
        self, backend: GuardedBackend, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str
    ) -> None:
        self._backend = backend
        self._reader = reader
        self._writer = writer
        self._host = host

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109, ARG002
        try:
            data = await self._reader.read(max_bytes)
        except OSError as e:
            raise NetworkError("reset", f"read from {self._host}: connection cut", sent=True) from e
        return self._backend.count(data)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109, ARG002
        self._backend.sent = True
        try:
            self._writer.write(buffer)
            await self._writer.drain()
        except OSError as e:
            raise httpcore.WriteError("connection cut") from e

    async def aclose(self) -> None:
        """Cut the line at once: a peer that never says goodbye is not waited for."""
        self._writer.transport.abort()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()

    def get_extra_info(self, info: str) -> Any:
        return self._writer.get_extra_info(info)
