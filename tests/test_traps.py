"""What once cost pollers dearly and must not come back: pools, hops, rankings, trigrams, heavy imports.

`TRAPS` names the tests of every trap, here and elsewhere; P1, P2, P3, P5, P8, T1 and T5 were seen to fail
with the trap stepped into.
Source: performance notes, section 9 (each figure there was measured); library notes, section 4.
"""

from __future__ import annotations

import ast
import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from tests.pipeline.world import entry, world
from watcher.core.addresses import Policy
from watcher.network.guard import Guard
from watcher.network.http import Http
from watcher.network.resolver import ThreadResolver
from watcher.stores.sqlite import SqliteStore
from watcher.stores.sqlite.connection import Connection, migrations

TRAPS = {
    "P1 all due sources at once on one client": [
        "engines/test_embedded.py::test_sources_are_polled_by_a_bounded_number_of_workers"
    ],
    "P2 a pool of connections kept alive": [
        "test_traps.py::test_each_request_has_a_connection_of_its_own_and_none_is_kept"
    ],
    "P3 a new client per source": ["engines/test_embedded.py::test_all_polls_share_one_client"],
    "P4 feedparser in the loop or in a thread": [
        "test_traps.py::test_the_daemon_imports_neither_numpy_nor_datasketch_nor_the_parser_of_feeds",
        "parse/test_pool.py::test_a_document_that_never_ends_is_ended",
        "parse/test_pool.py::test_a_wedged_worker_holds_up_neither_the_loop_nor_the_other",
    ],
    "P5, T1 the scheduler's grace of one second": [
        "test_schedule.py::test_a_loop_that_was_blocked_for_seconds_beats_on",
        "test_schedule.py::test_a_step_never_runs_beside_itself",
    ],
    "P6 an await per row": [
        "test_traps.py::test_a_transaction_is_one_hop_to_the_thread_whatever_it_does",
        "test_traps.py::test_a_document_costs_the_same_hops_whatever_it_lists",
    ],
    "P7, P10 ranking over all history, trigrams": [
        "test_traps.py::test_neither_ranking_nor_trigrams_are_in_our_sql",
        "test_traps.py::test_the_index_merges_rarely",
    ],
    "P8 stories by titles that are alike": [
        "core/stories/test_deciding.py::test_another_figure_is_another_event_of_one_template",
        "core/stories/test_deciding.py::test_a_title_alone_joins_nothing_whatever_it_is_like",
        "core/stories/test_deciding.py::test_candidates_by_title_are_a_week_old_at_most",
    ],
    "P9, T10 word edges in Chinese, Japanese, Korean": [
        "core/text/test_words.py::test_an_item_finds_what_the_language_says"
    ],
    "P11 sanitising fields without bound": [
        "sources/test_feed.py::test_fields_are_cut_before_anything_is_done_with_them"
    ],
    "P12 datasketch and other heavy imports": [
        "test_traps.py::test_help_imports_nothing_heavy",
        "test_traps.py::test_the_daemon_imports_neither_numpy_nor_datasketch_nor_the_parser_of_feeds",
    ],
    "T2 weekdays by number": [
        "test_schedule.py::test_weekdays_are_named_never_numbered",
        "test_schedule.py::test_a_named_weekday_is_that_day",
    ],
    "T3 summer time": [
        "core/test_schedules.py::test_a_time_in_the_gap_falls_on_the_first_minute_after_it",
        "core/test_schedules.py::test_a_time_told_twice_counts_at_its_first_occurrence",
        "pipeline/test_issues.py::test_the_hour_that_comes_twice_makes_one_issue",
    ],
    "T4 a job store that forgets": [
        "engines/test_embedded.py::test_a_restart_catches_up_with_polls_and_issues",
        "pipeline/test_issues.py::test_down_for_three_weeks_makes_one_issue_that_covers_them",
    ],
    "T5 a shutdown that cancels what runs": [
        "engines/test_embedded.py::test_a_poll_under_way_is_ended_before_the_engine_stops",
        "test_schedule.py::test_a_paused_metronome_lets_what_runs_run_and_starts_nothing",
    ],
    "T8 YAML's surprises": [
        "core/yaml/test_strict.py::test_only_the_core_schema_reads_plain_scalars",
        "core/yaml/test_strict.py::test_a_fault_is_told_with_its_place",
        "core/yaml/test_strict.py::test_aliases_are_expanded_within_their_budget",
    ],
    "T9 a thread of the database that keeps the process alive": [
        "app/test_daemon.py::test_a_process_that_fails_with_the_store_open_ends_at_once"
    ],
}
TESTS = Path(__file__).parent
ANY: Policy = "any"
SQL = Path(__file__).parent.parent / "watcher" / "stores"


@pytest.mark.parametrize("trap", TRAPS)
def test_every_trap_has_its_tests(trap):
    for place in TRAPS[trap]:
        file, _, name = place.partition("::")
        found = ast.parse((TESTS / file).read_text(encoding="utf-8")).body
        assert name in {each.name for each in found if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)}, place


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

    assert not set(done.stdout.split()) & {
        *("numpy", "scipy", "datasketch", "rensa"),
        *("feedparser", "lxml", "openpyxl", "trafilatura"),
    }


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


async def test_a_document_costs_the_same_hops_whatever_it_lists(tmp_path):
    hops = []
    plain_hop = Connection._hop

    async def counted(self, way, work):
        hops.append(way)
        return await plain_hop(self, way, work)

    async def hops_of(here, *entries):
        hops.clear()
        await here.publish("wire", *entries)
        return len(hops)

    async with world(tmp_path, sources=("wire",)) as here:
        Connection._hop = counted
        try:
            one = await hops_of(here, entry("one"))
            many = await hops_of(here, *(entry(f"n{n}", title=f"Export ban {n}") for n in range(30)))
        finally:
            Connection._hop = plain_hop

    assert one == many


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
