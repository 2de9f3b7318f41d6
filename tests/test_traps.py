"""What once cost pollers dearly and must not come back: pools, hops, rankings, trigrams, heavy imports.

Source: performance notes, section 9; each figure there was measured.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from watcher.core.addresses import Policy
from watcher.network.guard import Guard
from watcher.network.http import Http
from watcher.network.resolver import ThreadResolver
from watcher.stores.sqlite import SqliteStore
from watcher.stores.sqlite.connection import Connection, migrations

ANY: Policy = "any"
SQL = Path(__file__).parent.parent / "watcher" / "stores"


def imported(*words: str) -> set[str]:
    """The modules that a fresh interpreter holds after running these words."""
    code = f"import sys\nsys.argv = ['watcher', *{words!r}]\n"
    code += "from watcher.cli import main\ntry:\n    main()\nexcept SystemExit:\n    pass\n"
    code += "print('|', *sorted(sys.modules), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    return set(done.stderr.rpartition("|")[2].split())


def test_help_imports_nothing_heavy():
    heavy = {
        "asyncio",
        "httpx",
        "pydantic",
        "yaml",
        "jinja2",
        "feedparser",
        "sqlite3",
        "starlette",
        "apscheduler",
        "re2",
    }

    assert not imported("--help") & heavy


def test_the_daemon_imports_neither_numpy_nor_datasketch_nor_the_parser_of_feeds():
    code = "import sys, watcher.app.daemon, watcher.commands.run; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)

    assert not set(done.stdout.split()) & {"numpy", "scipy", "datasketch", "rensa"}


async def test_each_request_has_a_connection_of_its_own_and_none_is_kept(tcp_counter):
    async with Http(Guard(ThreadResolver())) as http:
        for _ in range(3):
            await http.request("GET", tcp_counter.url, policy=ANY)

        async with asyncio.timeout(5):
            for _ in range(3):
                await tcp_counter.closed.get()

    assert tcp_counter.accepted == 3


async def test_a_transaction_is_one_hop_to_the_thread_whatever_it_does(tmp_path):
    hops = []
    plain = Connection._hop

    async def counted(self, way, work):
        hops.append(way)
        return await plain(self, way, work)

    store = await SqliteStore.open(tmp_path / "w.db")
    try:
        Connection._hop = counted
        await store.write(lambda turn: [turn.sources.record(str(n)) for n in range(50)])
    finally:
        Connection._hop = plain
        await store.close()

    assert len(hops) == 1


@pytest.mark.parametrize("sign", ["bm25", "order by rank", "trigram"])
def test_neither_ranking_nor_trigrams_are_in_our_sql(sign):
    sources = [*SQL.rglob("*.py"), *SQL.rglob("*.sql")]

    assert len(sources) > 5
    assert not [path.name for path in sources if sign in path.read_text(encoding="utf-8").lower()]


def test_the_index_merges_rarely():
    assert "'automerge', 16" in migrations()[0][1]


class Counter:
    """A server that answers and counts its connections."""

    def __init__(self) -> None:
        self.accepted = 0
        self.closed: asyncio.Queue[None] = asyncio.Queue()
        self.url = ""

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        await writer.drain()
        await reader.read()
        self.closed.put_nowait(None)
        writer.close()


@pytest.fixture
async def tcp_counter():
    counter = Counter()
    server = await asyncio.start_server(counter.answer, "127.0.0.1", 0)
    counter.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    async with server:
        yield counter
