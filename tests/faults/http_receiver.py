"""A receiver of HTTP deliveries on loopback that answers by script and remembers every id; it never leaves the machine.

In a test: `async with HttpReceiver([Answer(status=429, headers={"Retry-After": "3"})]) as receiver: ...`.
As a process: `python -m tests.faults.http_receiver --out received.jsonl [--script answers.json]`.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import contextlib
import json
import os
import signal
import socket
import ssl
import struct
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

FAULTS = ("", "reset_before_reading", "reset", "hang", "hang_before_reading", "endless", "half_answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What to answer once.

    `fault` may be one of FAULTS: `reset` reads the request, then resets; `hang` reads it and never answers;
    `endless` answers with the status and a body that has no end; `half_answer` closes within the headers.
    """

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: str = "ok"
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One request as it arrived; header names are lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        """The id that a repeat carries again."""
        return self.headers.get("webhook-id", "")

    @property
    def json(self) -> dict[str, object]:
        parsed = json.loads(self.body)
        assert isinstance(parsed, dict)
        return parsed


@dataclass
class HttpReceiver:
    """The receiver. Answers come from `script` in order, then `default` for ever."""

    script: Iterable[Answer] = ()
    default: Answer = field(default_factory=Answer)
    tls: ssl.SSLContext | None = None
    out: Path | None = None
    port: int = 0
    received: list[Received] = field(default_factory=list)
    endless_bytes: int = 0

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.stop()

    async def start(self) -> None:
        self._answers = deque(self.script)
        self._tasks: set[asyncio.Task[None]] = set()
        self._released = asyncio.Event()
        self.got = asyncio.Event()
        self._server = await asyncio.start_server(self._connection, "127.0.0.1", self.port, ssl=self.tls)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        self._released.set()
        self._server.close()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    @property
    def url(self) -> str:
        scheme = "https" if self.tls else "http"
        return f"{scheme}://127.0.0.1:{self.port}"

    def ids(self) -> Counter[str]:
        """How often each id arrived; a receiver that honours ids acts once on each key."""
        return Counter(request.id for request in self.received)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            answer = self._answers.popleft() if self._answers else self.default
            assert answer.fault in FAULTS, answer.fault
            await self._exchange(answer, reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)
            with contextlib.suppress(Exception):
                writer.close()

    async def _exchange(self, answer: Answer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if answer.fault == "reset_before_reading":
            return _reset(writer)
        if answer.fault == "hang_before_reading":
            await self._released.wait()
            return None
        request = await _read(reader)
        self._keep(request)
        if answer.fault == "reset":
            return _reset(writer)
        if answer.fault == "hang":
            await self._released.wait()
            return None
        await self._answer(answer, writer)
        return None

    async def _answer(self, answer: Answer, writer: asyncio.StreamWriter) -> None:
        body = answer.body.encode()
        head = [f"HTTP/1.1 {answer.status} scripted", "Connection: close"]
        head += [f"{name}: {value}" for name, value in answer.headers.items()]
        if answer.fault == "half_answer":
            writer.write("\r\n".join(head).encode())
            await writer.drain()
            return
        if answer.fault == "endless":
            writer.write(("\r\n".join(head) + "\r\n\r\n").encode())
            while True:
                writer.write(b"x" * 16384)
                await writer.drain()
                self.endless_bytes += 16384
        head.append(f"Content-Length: {len(body)}")
        writer.write(("\r\n".join(head) + "\r\n\r\n").encode() + body)
        await writer.drain()

    def _keep(self, request: Received) -> None:
        self.received.append(request)
        self.got.set()
        if self.out is None:
            return
        row = {
            "id": request.id,
            "path": request.path,
            "headers": request.headers,
            "body": base64.b64encode(request.body).decode(),
        }
        with self.out.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
            file.flush()
            os.fsync(file.fileno())


async def _read(reader: asyncio.StreamReader) -> Received:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.rstrip("\r\n").split("\r\n")
    method, path, _version = first.split(" ", 2)
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Received(method=method, path=path, headers=headers, body=body)


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close with RST instead of FIN."""
    raw = writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def read_script(path: str) -> tuple[Answer, ...]:
    """The answers of a JSON file: a list of objects with the fields of `Answer`."""
    return tuple(Answer(**row) for row in json.loads(Path(path).read_text(encoding="utf-8")))


async def serve(arguments: argparse.Namespace) -> None:
    """Serve until SIGTERM; the first line printed is the port."""
    receiver = HttpReceiver(arguments.script, out=Path(arguments.out), port=arguments.port)
    done = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, done.set)
    async with receiver:
        print(receiver.port, flush=True)  # noqa: T201 - the parent reads it
        await done.wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--out", required=True)
    parser.add_argument("--script", type=read_script, default=())
    asyncio.run(serve(parser.parse_args()))
