"""How soon an alert is on its way: from the end of the source's reply to the first byte at the receiver.

The real daemon in a process of its own, with all shipped rules and one more that takes every item; sources and receiver
are this process, on loopback. Each source brings one new item a poll.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.feeds import Item, address, feed_items, rss, start_of_news
from bench.measure import Peak, table, verdict

ROOT = Path(__file__).parent.parent
P50_S, P99_S = 0.25, 1.0
_MARK = re.compile(rb"Bulletin (\d+)")
_HEAD_LIMIT = 64 * 1024
_LONGEST_S = 300.0
_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
_RULES = """\
format: 1
rules:
  - id: every
    title: Every bulletin
    severity: warning
    when: {words: [bulletin]}
    examples: {match: ["A bulletin.", "The bulletin came."], skip: ["No news.", "Nothing."]}
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """The bench's options."""
    parser.add_argument("--items", type=int, default=200, help="alerts in all")
    parser.add_argument("--sources", type=int, default=4, help="sources, each polled once a second")
    parser.add_argument("--channel", choices=("webhook", "slack"), default="webhook", help="kind of the receiver")
    parser.add_argument("--strict", action="store_true", help="exit 1 if a target is missed")


def run(options: argparse.Namespace) -> int:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="watcher-bench-") as folder:
        here = _World(options.items, options.sources)
        peak = asyncio.run(_measured(here, Path(folder), options.channel))
    waits = sorted(here.got[number] - here.replied[number] for number in here.got)
    p50, p99 = _quantile(waits, 0.5), _quantile(waits, 0.99)
    head = ("", "alerts", "p50 ms", "p90 ms", "p99 ms", "most ms", "daemon MiB")
    row = [options.channel, str(len(waits)), p50 * 1000, _quantile(waits, 0.9) * 1000, p99 * 1000]
    table(head, [(*row, waits[-1] * 1000 if waits else float("nan"), peak)])
    print()
    met = [
        verdict("alerts that did not come", options.items - len(waits), 0),
        verdict("p50, s", p50, P50_S),
        verdict("p99, s", p99, P99_S),
    ]
    return int(options.strict and not all(met))


def _quantile(values: Sequence[float], share: float) -> float:
    if len(values) < 2:
        return float("nan")
    return statistics.quantiles(values, n=1000, method="inclusive")[round(share * 1000) - 1]


@dataclass(slots=True)
class _World:
    """Sources that bring one more item with each poll, and a receiver; `replied` and `got` are moments by item."""

    items: int
    sources: int
    replied: dict[int, float] = field(default_factory=dict)
    got: dict[int, float] = field(default_factory=dict)
    listed: dict[int, list[Item]] = field(default_factory=dict)
    written: list[Item] = field(default_factory=list)
    given: int = 0
    done: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        """Write all items first."""
        self.written = [
            Item(title=f"{each.title}, Bulletin {number}", teaser=each.teaser, html=each.html)
            for number, each in enumerate(feed_items(1, self.items))
        ]
        self.listed = {source: [] for source in range(self.sources)}

    async def feed(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer a poll: the first of a source with what is history, each later one with one item more."""
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            source = int(head.split(" ")[1].removeprefix("/feed/"))
            body, new = self._document(source)
            writer.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml; charset=UTF-8\r\n"
                b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body
            )
            await writer.drain()
            if new is not None:
                self.replied[new] = time.perf_counter()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def _document(self, source: int) -> tuple[bytes, int | None]:
        listed, new = self.listed[source], None
        if not listed:
            listed.append(feed_items(2 + source, 1)[0])
        elif self.given < self.items:
            new, self.given = self.given, self.given + 1
            listed.append(self.written[new])
        shown = listed[-25:]
        return rss(source, shown, len(listed) - len(shown) + 1, start_of_news()), new

    async def receive(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take one message; its moment is that of its first byte."""
        try:
            first = await reader.readexactly(1)
            at = time.perf_counter()
            head = first + await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"content-length: (\d+)", head.lower())
            body = await reader.readexactly(int(length[1]) if length else 0)
            for number in {int(each) for each in _MARK.findall(body)}:
                self.got.setdefault(number, at)
            if len(self.got) >= self.items:
                self.done.set()
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


async def _measured(here: _World, folder: Path, kind: str) -> float:
    """Let the daemon run until every item was told; its peak in MiB."""
    feeds = await asyncio.start_server(here.feed, "0.0.0.0", 0, limit=_HEAD_LIMIT)
    receiver = await asyncio.start_server(here.receive, "127.0.0.1", 0, limit=_HEAD_LIMIT)
    port, desk = (each.sockets[0].getsockname()[1] for each in (feeds, receiver))
    url = f"http://127.0.0.1:{desk}/"
    channel = {"kind": "webhook", "url": url, "secrets": [_SECRET]} if kind == "webhook" else {"kind": kind, "url": url}
    config = {
        "operator": {"contact": "bench@example.org", "route": "notices"},
        "store": {"path": "watcher.db"},
        "listen": None,
        "network": "any",
        "sources": {
            f"wire-{n}": {"kind": "feed", "url": f"http://{address(n)}:{port}/feed/{n}", "every": "1s"}
            for n in range(here.sources)
        },
        "channels": {"desk": channel, "notices": {"kind": "file", "path": str(folder / "notices.txt")}},
        "routes": {"desk": {"channels": ["desk"], "when": "rule:every"}, "notices": {"channels": ["notices"]}},
        "rules": ["pack:critical-minerals", "rules.yaml"],
    }
    (folder / "watcher.yaml").write_text(json.dumps(config, indent=1))
    (folder / "rules.yaml").write_text(_RULES)
    with (folder / "log").open("w") as said:
        command = (sys.executable, "-m", "watcher", "--config", str(folder / "watcher.yaml"), "run")
        process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=said, stderr=said)
    with Peak(process.pid) as peak:
        waiting = asyncio.ensure_future(here.done.wait())
        ended = asyncio.ensure_future(process.wait())
        await asyncio.wait({waiting, ended}, timeout=_LONGEST_S, return_when=asyncio.FIRST_COMPLETED)
        if not here.got:
            print((folder / "log").read_text()[-3000:], file=sys.stderr)
        mib = peak.reset()
    waiting.cancel()
    if process.returncode is None:
        process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(ended, 60)
    for server in (feeds, receiver):
        server.close()
    return mib
