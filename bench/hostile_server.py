"""The loopback server of `hostile` and `scale`: good, quiet and bad feeds; never leaves this machine.

Run as `python -m bench.hostile_server GOOD ITEMS MORE`: `/good/N` brings one more item with each request, `/quiet/N`
has one item for ever (304 when asked with its ETag), `/bad/NAME` is what `bench.bombs` says. It prints its port; a line
on standard input is answered with what it counted since the last one; it ends when its input does.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import socket
import sys
from collections import Counter
from collections.abc import AsyncGenerator

from bench.bombs import DRIP_S, FLOOD_BYTES, bombs, inflating
from bench.feeds import feed_items, rss, start_of_news

_OK = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/rss+xml\r\n"
_QUIET = (
    b'<?xml version="1.0"?><rss version="2.0"><channel><title>Quiet</title><item><title>Nothing moved at pit %d</title>'
    b"<guid>q-%d</guid><link>http://quiet.example/%d</link><description>As last week.</description></item>"
    b"</channel></rss>"
)
_ASKED = re.compile(r"(?i)^if-none-match:\s*(\S+)", re.MULTILINE)


class World:
    """What is served, and how many connections were open at once."""

    def __init__(self, good: int, items: int, more: int) -> None:
        now = start_of_news()
        self.good: list[list[bytes]] = []
        for number in range(good):
            written = feed_items(number, items + more)
            self.good.append([rss(number, written[at : at + items], 1 + at, now) for at in range(more + 1)])
        self.bad = bombs()
        self.gzipped = inflating()
        self.asked: Counter[str] = Counter()
        self.open = self.most = self.requests = 0

    def counted(self) -> dict[str, int]:
        """What happened since it was last asked."""
        told = {"most_open": self.most, "requests": self.requests}
        self.most, self.requests = self.open, 0
        return told

    async def answer(self, head: str) -> AsyncGenerator[bytes, None]:
        """The bytes of an answer, as slowly as they come."""
        path = head.split(" ", 2)[1]
        self.requests += 1
        _, sort, name = path.split("/", 2)
        if sort == "good":
            kept = self.good[int(name)]
            body = kept[min(self.asked[path], len(kept) - 1)]
            self.asked[path] += 1
            yield _whole(body, f'"{self.asked[path]}"')
        elif sort == "quiet":
            yield _quiet(int(name), head)
        else:
            async for part in self._bad(name):
                yield part

    async def _bad(self, name: str) -> AsyncGenerator[bytes, None]:
        sort = name.rpartition("-")[0] or name
        if sort == "slow-head":
            yield b"HTTP/1.1 200 OK\r\n"
            while True:
                yield b"X-Filler: y\r\n"
                await asyncio.sleep(DRIP_S)
        elif sort == "slow-body":
            yield _OK + b"\r\n"
            while True:
                yield b"x"
                await asyncio.sleep(DRIP_S)
        elif sort == "silent":
            await asyncio.get_running_loop().create_future()
        elif sort == "flood":
            yield _OK + b"Content-Length: %d\r\n\r\n" % FLOOD_BYTES
            for _ in range(FLOOD_BYTES // 65_536):
                yield b"z" * 65_536
        elif sort == "gzip":
            yield _OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(self.gzipped) + self.gzipped
        else:
            yield _whole(self.bad[name], '"bomb"')


def _whole(body: bytes, tag: str) -> bytes:
    return _OK + f"ETag: {tag}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def _quiet(number: int, head: str) -> bytes:
    tag = f'"q{number}"'
    asked = _ASKED.search(head)
    if asked is not None and asked[1] == tag:
        return f"HTTP/1.1 304 Not Modified\r\nETag: {tag}\r\nConnection: close\r\n\r\n".encode()
    return _whole(_QUIET % (number, number, number), tag)


async def serve(world: World) -> None:
    """Serve until standard input ends, which is when the bench is gone."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        world.open += 1
        world.most = max(world.most, world.open)
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            async with contextlib.aclosing(world.answer(head)) as parts:
                async for part in parts:
                    writer.write(part)
                    await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            world.open -= 1
            writer.close()

    server = await asyncio.start_server(answer, "0.0.0.0", 0, backlog=1024, family=socket.AF_INET)
    print(server.sockets[0].getsockname()[1], flush=True)
    loop = asyncio.get_running_loop()
    while await loop.run_in_executor(None, sys.stdin.readline):
        print(json.dumps(world.counted()), flush=True)
    server.close()
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        task.cancel()


if __name__ == "__main__":
    asyncio.run(serve(World(*(int(word) for word in sys.argv[1:4]))))
