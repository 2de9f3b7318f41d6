"""The loopback server of the benches: answers feeds with ETag and 304 after a set delay; never leaves this machine.

Run as `python -m bench.server FEEDS ITEMS DELAY_MS`; it prints its port. `GET /news` gives every feed one
more item from then on, `GET /old` takes it away.
"""

from __future__ import annotations

import asyncio
import hashlib
import socket
import sys

from bench.feeds import feed_items, rss, start_of_news

_HEAD_LIMIT = 16_384


class Feeds:
    """All feeds' bytes, made before the first request."""

    def __init__(self, feeds: int, items: int) -> None:
        now = start_of_news()
        self.generation = 0
        self.documents: list[tuple[tuple[str, bytes], tuple[str, bytes]]] = []
        for number in range(feeds):
            written = feed_items(number, items + 1)
            both = rss(number, written[:-1], 1, now), rss(number, written[1:], 2, now)
            self.documents.append((_tagged(both[0]), _tagged(both[1])))

    def document(self, number: int) -> tuple[str, bytes]:
        """ETag and bytes of a feed as it is now."""
        return self.documents[number][self.generation]


def _tagged(body: bytes) -> tuple[str, bytes]:
    return f'"{hashlib.sha256(body).hexdigest()[:16]}"', body


def _answer(feeds: Feeds, head: str) -> bytes:
    request, *lines = head.split("\r\n")
    path = request.split(" ")[1]
    if path in {"/old", "/news"}:
        feeds.generation = int(path == "/news")
        return b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nok\n"
    number = int(path.removeprefix("/feed/").removesuffix(".xml"))
    tag, body = feeds.document(number)
    asked = next((line.partition(":")[2].strip() for line in lines if line.lower().startswith("if-none-match:")), "")
    if asked == tag:
        return f"HTTP/1.1 304 Not Modified\r\nETag: {tag}\r\nConnection: close\r\n\r\n".encode()
    head_out = (
        f"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml; charset=UTF-8\r\nContent-Length: {len(body)}\r\n"
        f"ETag: {tag}\r\nConnection: close\r\n\r\n"
    )
    return head_out.encode() + body


async def serve(feeds: int, items: int, delay_s: float) -> None:
    """Serve until standard input ends, which is when the bench is gone."""
    kept = Feeds(feeds, items)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            if delay_s and "/feed/" in head[:20]:
                await asyncio.sleep(delay_s)
            writer.write(_answer(kept, head))
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(answer, "0.0.0.0", 0, limit=_HEAD_LIMIT, backlog=1024, family=socket.AF_INET)
    print(server.sockets[0].getsockname()[1], flush=True)
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]) / 1000))
