"""A host on loopback that must hear nothing: it counts every byte and datagram that reaches it."""

from __future__ import annotations

import asyncio
import socket
from typing import Self


class Listener:
    """Listens at a TCP and a UDP port of the same number."""

    HOST = "127.0.0.2"

    def __init__(self) -> None:
        self.connections = 0
        self.bytes_in = 0
        self.datagrams = 0
        self.port = 0
        self.told = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._heard, self.HOST, 0)
        self.port = self._server.sockets[0].getsockname()[1]
        loop = asyncio.get_running_loop()
        self._datagrams, _ = await loop.create_datagram_endpoint(
            lambda: _Datagrams(self), local_addr=(self.HOST, self.port)
        )
        return self

    async def __aexit__(self, *_exc: object) -> None:
        self._datagrams.close()
        self._server.close()
        await self._server.wait_closed()

    @property
    def url(self) -> str:
        return f"http://{self.HOST}:{self.port}"

    @property
    def heard(self) -> tuple[int, int, int]:
        return self.connections, self.bytes_in, self.datagrams

    async def control(self) -> None:
        """Say something to it as anybody can, and wait until it was heard."""
        reader, writer = await asyncio.open_connection(self.HOST, self.port)
        writer.write(b"control")
        writer.write_eof()
        await reader.read()
        writer.close()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.sendto(b"control", (self.HOST, self.port))
        async with asyncio.timeout(5):
            await self.told.wait()

    async def _heard(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        while data := await reader.read(65_536):
            self.bytes_in += len(data)
        writer.close()


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, listener: Listener) -> None:
        self._listener = listener

    def datagram_received(self, data: bytes, addr: object) -> None:
        self._listener.datagrams += 1
        if data == b"control":
            self._listener.told.set()
