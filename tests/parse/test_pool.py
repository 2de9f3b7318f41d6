from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import re
import sys
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests import nurseries, starts
from watcher.core.errors import ParseError
from watcher.core.model import Document, SourceState
from watcher.parse.pool import ParsePool, WorkerUnavailable
from watcher.parse.wire import Drafting, ParsedDocument

own = pytest.mark.usefixtures("fresh_nursery")
"""For tests of processes, and of what is given to one at its start."""

LINES = "tests.parse.kinds:Lines"
MANY = "tests.parse.kinds:Many"
ROOT = Path(__file__).resolve().parents[2]
MISBEHAVING = "tests.parse.kinds:Misbehaving"


def document(body: bytes | str = b"one\ntwo") -> Document:
    body = body.encode() if isinstance(body, str) else body
    return Document(
        request_url="https://example.org/",
        final_url="https://example.org/",
        status=200,
        headers=(),
        body=body,
        body_sha256="",
        fetched=datetime(2026, 3, 1, 12, tzinfo=UTC),
    )


@pytest.fixture
async def pool() -> AsyncIterator[ParsePool]:
    async with ParsePool(size=2) as running:
        yield running
    gc.collect()
    assert not _children(), "a child or a zombie is left"


async def parse(
    pool: ParsePool, body: bytes | str = b"one\ntwo", kind: str = MISBEHAVING, options: str = "{}"
) -> ParsedDocument:
    return await pool.parse(kind, options, document(body), SourceState())


def _children(pid: str = "self") -> list[str]:
    """All that descend from a process, but for those that are kept for the tests to come."""
    pids: list[str] = []
    tasks = Path(f"/proc/{pid}/task")
    for task in tasks.iterdir() if tasks.exists() else ():
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # a thread may end while we look
            pids += (task / "children").read_text("ascii").split()
    below = [each for child in pids for each in _children(child)]
    return [each for each in (*pids, *below) if each not in nurseries.pids() | starts.pids()]


async def test_a_document_comes_back_as_drafts(pool: ParsePool):
    parsed = await pool.parse(LINES, "{}", document(), SourceState(cursor={"page": 7}))

    assert [draft.title for draft in parsed.drafts] == ["one", "two", "a row"]
    assert parsed.drafts[0].text == "one\n\none in full."
    assert parsed.drafts[0].keys[:2] == ("guid:g0", "link:https://example.org/0")
    assert parsed.cursor == {"n": 2, "old": {"page": 7}}
    assert (parsed.drafts[-1].title, parsed.next_requests[0].body, parsed.warnings) == ("a row", b"\xff", ("odd",))
    assert parsed.title == "Lines"


async def test_a_known_entry_comes_back_as_its_keys(pool: ParsePool):
    first = await parse(pool, kind=LINES)
    known = frozenset({first.drafts[0].entry_sha256})

    second = await pool.parse(LINES, "{}", document(), SourceState(), known)

    assert [draft.title for draft in second.drafts] == ["two", "a row"]
    assert [(same.keys, same.entry_sha256) for same in second.unchanged] == [
        (first.drafts[0].keys, first.drafts[0].entry_sha256)
    ]


async def test_drafting_follows_the_source(pool: ParsePool):
    drafting = Drafting(language="de", zone="Europe/Berlin", strip=("in full",))

    parsed = await pool.parse(LINES, "{}", document(), SourceState(), drafting=drafting)

    assert {draft.language for draft in parsed.drafts} == {"de"}


async def test_many_drafts_come_in_parts_and_in_order(pool: ParsePool):
    parsed = await parse(pool, kind=MANY, options='{"entries": 1001}')

    assert [draft.title for draft in parsed.drafts] == [f"Title {n}" for n in range(1001)]


MISDEEDS = {
    "swell": "MemoryError",
    "unfold": "MemoryError",
    "recurse": "RecursionError",
    "crash": "SIGSEGV",
    "leave": "exit code 3",
    "exit": "killed its worker",
    "refuse": "^parse: no feed: a login page$",
    "unicode": r"UnicodeError: lone \? \[31m",
    "write": "OSError|PermissionError",
    "flood": "ParseError|memory|killed|MemoryError",
    "shout": "ValueError: x{100,600}$",
    "unheard_of": "AttributeError",
}


@own
async def test_a_document_that_misbehaves_is_charged_and_the_next_is_read():
    async with ParsePool(size=1) as pool:
        for body, words in MISDEEDS.items():
            with pytest.raises(ParseError) as caught:
                await parse(pool, body)

            assert re.search(words, str(caught.value)), body
            assert len((await parse(pool, kind=LINES)).drafts) == 3


@own
@pytest.mark.parametrize("body", ["hang", "block"])
async def test_a_document_that_never_ends_is_ended(body: str):
    async with ParsePool(size=1, wall_s=0.8) as pool:
        await parse(pool, kind=LINES)
        start = time.monotonic()
        with pytest.raises(ParseError, match=r"took longer than 0\.8 s"):
            await parse(pool, body)

        assert time.monotonic() - start < 1.8


async def test_lone_surrogates_do_not_pass(pool: ParsePool):
    parsed = await parse(pool, "surrogate")

    assert "entry" in parsed.drafts[0].title
    parsed.title.encode()
    "".join((*parsed.drafts[0].keys, parsed.drafts[0].title)).encode()


async def test_a_job_is_written_down_when_its_turn_has_come():
    async with ParsePool(size=1) as pool:
        await pool._turns.acquire()
        written: list[int] = []
        waiting = asyncio.create_task(pool.call("none", lambda: bytes(written.append(1) or 0)))
        await asyncio.sleep(0.01)
        assert not written

        waiting.cancel()
        pool._turns.release()


async def test_noise_on_standard_output_is_lost_and_harmless(pool: ParsePool):
    assert (await parse(pool, "chatter")).title == "quiet"


@own
async def test_a_worker_sees_no_secret_of_the_environment(pool: ParsePool, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SLACK_URL", "hush")

    names = (await parse(pool, "environment")).title.split()

    assert "SLACK_URL" not in names
    assert len(names) <= 6


@pytest.mark.parametrize(
    "kind", ["tests.parse.kinds:Absent", "tests.parse.kinds:Missing", "tests.nowhere:Lines", "os:system", "lines"]
)
async def test_a_kind_that_is_none_is_an_error(pool: ParsePool, kind: str):
    with pytest.raises(ParseError, match="kind"):
        await parse(pool, kind=kind)


async def test_bad_options_are_an_error(pool: ParsePool):
    with pytest.raises(ParseError, match="ValidationError"):
        await parse(pool, kind=LINES, options='{"nope": 1}')


async def test_the_traceback_goes_along_as_a_note(pool: ParsePool):
    with pytest.raises(ParseError) as caught:
        await parse(pool, "recurse")

    assert "_recurse" in "".join(caught.value.__notes__)


@own
async def test_a_wedged_worker_holds_up_neither_the_loop_nor_the_other():
    async with ParsePool(size=2, wall_s=60) as pool:
        await asyncio.gather(parse(pool, "pid"), parse(pool, "pid"))
        bomb = asyncio.create_task(parse(pool, "hang"))

        for _ in range(20):
            await parse(pool, kind=LINES)

        assert not bomb.done()
        bomb.cancel()
        await asyncio.gather(bomb, return_exceptions=True)


@own
async def test_however_many_documents_hang_they_cost_one_worker_and_keep_nobody_waiting():
    async with ParsePool(size=2, wall_s=60) as pool:
        await parse(pool, "pid")
        bombs = [asyncio.create_task(parse(pool, "hang")) for _ in range(4)]
        async with asyncio.timeout(30):
            await asyncio.gather(*(parse(pool, kind=LINES) for _ in range(20)))

        assert len(_children()) <= 4, "two workers, a slow one, and whom they were forked from"
        assert not any(bomb.done() for bomb in bombs)
        for bomb in bombs:
            bomb.cancel()
        await asyncio.gather(*bombs, return_exceptions=True)


@own
async def test_few_wait_for_the_slow_lane_and_the_others_come_again(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("watcher.parse.pool._MOST_QUEUED", 1)
    async with ParsePool(size=2, wall_s=60) as pool:
        await parse(pool, "pid")
        bombs = [asyncio.create_task(parse(pool, "hang")) for _ in range(4)]
        async with asyncio.timeout(30):
            await asyncio.gather(*(parse(pool, kind=LINES) for _ in range(20)))
            put_off, under_way = await asyncio.wait(bombs, return_when=asyncio.FIRST_COMPLETED)

        for bomb in under_way:
            bomb.cancel()
        found = await asyncio.gather(*put_off, *under_way, return_exceptions=True)
        assert {type(each) for each in found} == {WorkerUnavailable, asyncio.CancelledError}
        assert "too many slow documents wait already" in str(found[0])


@own
async def test_a_slow_document_has_its_whole_time_in_the_slow_lane():
    async with ParsePool(size=1, wall_s=0.6) as pool:
        await parse(pool, "pid")
        answers = await asyncio.gather(
            *(parse(pool, "hang") for _ in range(2)), parse(pool, kind=LINES), return_exceptions=True
        )

    assert [type(answer) for answer in answers] == [ParseError, ParseError, ParsedDocument]
    assert "took longer than 0.6 s" in str(answers[0])
    assert "took longer than 0.6 s" in str(answers[1])


@own
async def test_documents_that_grow_large_are_read_one_after_another_even_if_nobody_waits():
    async with ParsePool(size=2, wall_s=60) as pool, asyncio.timeout(30):
        await asyncio.gather(parse(pool, "pid"), parse(pool, "pid"))
        large = [asyncio.create_task(parse(pool, "hoard")) for _ in range(2)]
        assert len(_children()) == 3, "two workers and whom they were forked from"
        for _ in range(1000):
            if len(_children()) == 2:
                break
            await asyncio.sleep(0.01)

        assert len(_children()) == 2, "the one that is read and whom it was forked from"
        assert not any(job.done() for job in large)
        assert len((await parse(pool, kind=LINES)).drafts) == 3
        for job in large:
            job.cancel()
        await asyncio.gather(*large, return_exceptions=True)


@own
async def test_one_process_serves_many_documents_and_is_replaced_in_time():
    async with ParsePool(size=1, recycle_after=3) as pool:
        pids = [(await parse(pool, "pid")).title for _ in range(7)]

    assert [pids.count(pid) for pid in dict.fromkeys(pids)] == [3, 3, 1]


@own
async def test_no_more_processes_than_allowed():
    async with ParsePool(size=2) as pool:
        assert not _children()
        pids = {parsed.title for parsed in await asyncio.gather(*(parse(pool, "pid") for _ in range(20)))}
        assert len(_children()) <= 3, "the workers and whom they were forked from"

    assert len(pids) <= 2
    assert not _children()


@own
async def test_a_cancelled_job_takes_its_worker_along(pool: ParsePool):
    job = asyncio.create_task(parse(pool, "hang"))
    await parse(pool, "pid")
    job.cancel()
    with pytest.raises(asyncio.CancelledError):
        await job

    assert len(_children()) <= 2, "a worker and whom it was forked from"
    assert len((await parse(pool, kind=LINES)).drafts) == 3


@own
async def test_a_worker_is_not_judged_by_the_size_of_who_started_it():
    ballast = bytearray(b"x" * (500 << 20))
    async with ParsePool(size=1) as pool:
        pids = {(await parse(pool, "pid")).title for _ in range(3)}
    del ballast

    assert len(pids) == 1


@own
async def test_closing_is_quick_while_workers_start():
    pool = ParsePool(size=2, wall_s=60)
    jobs = [asyncio.create_task(parse(pool, "hang")) for _ in range(4)]
    await asyncio.sleep(0.05)
    start = time.monotonic()

    await pool.close()

    assert time.monotonic() - start < 5
    assert {type(each) for each in await asyncio.gather(*jobs, return_exceptions=True)} == {WorkerUnavailable}


@own
async def test_closing_is_quick_and_leaves_nobody():
    pool = ParsePool(size=2, wall_s=60)
    await asyncio.gather(parse(pool, "pid"), parse(pool, "pid"))
    jobs = [asyncio.create_task(parse(pool, "hang")) for _ in range(4)]
    await asyncio.sleep(0)
    start = time.monotonic()

    await pool.close()

    assert time.monotonic() - start < 1
    errors = await asyncio.gather(*jobs, return_exceptions=True)
    assert {type(error) for error in errors} == {WorkerUnavailable}
    assert not _children()
    with pytest.raises(WorkerUnavailable):
        await parse(pool)


async def test_an_idle_worker_that_was_shot_is_not_charged_to_the_next_document(pool: ParsePool):
    pid = int((await parse(pool, "pid")).title)
    os.kill(pid, 9)
    for _ in range(200):
        await asyncio.sleep(0.01)
        if not _runs(pid):
            break

    assert len((await parse(pool, kind=LINES)).drafts) == 3


@own
async def test_all_workers_are_forked_from_one_process_and_none_from_a_worker():
    async with ParsePool(size=2, recycle_after=1) as pool:
        pids = {(await parse(pool, "pid")).title for _ in range(3)}
        async with asyncio.TaskGroup() as both:
            parents = [both.create_task(parse(pool, "parent")) for _ in range(2)]

    assert len(pids) == 3
    assert len({task.result().title for task in parents}) == 1


@own
async def test_a_worker_holds_nothing_open_but_its_own(pool: ParsePool):
    first, second = await asyncio.gather(parse(pool, "descriptors"), parse(pool, "descriptors"))

    assert first.title == second.title == "null null null socket socket"


@own
async def test_where_the_process_that_forks_was_shot_another_is_started(pool: ParsePool):
    parent = int((await parse(pool, "parent")).title)
    worker = int((await parse(pool, "pid")).title)
    os.kill(parent, 9)
    for _ in range(200):
        if not _runs(parent):
            break
        await asyncio.sleep(0.01)

    assert (await parse(pool, "pid")).title == str(worker), "the worker goes on"
    with pytest.raises(ParseError, match="killed its worker"):
        await parse(pool, "crash")

    assert len((await parse(pool, kind=LINES)).drafts) == 3
    assert (await parse(pool, "parent")).title != str(parent)


@own
async def test_workers_that_never_start_are_not_tried_without_end():
    async with ParsePool(memory_bytes=16 << 20) as pool:
        with pytest.raises(WorkerUnavailable, match="did not start"):
            await parse(pool)
        start = time.monotonic()
        for _ in range(50):
            with pytest.raises(WorkerUnavailable, match="waiting"):
                await parse(pool)

        assert time.monotonic() - start < 0.5


@own
async def test_a_worker_ends_when_its_parent_is_gone(tmp_path: Path):
    script = tmp_path / "parent.py"
    script.write_text(
        "import asyncio, os, sys\n"
        "from tests.parse.test_pool import ParsePool, parse\n"
        "async def main():\n"
        "    pool = ParsePool(wall_s=60)\n"
        "    print((await parse(pool, 'pid')).title, flush=True)\n"
        "    os._exit(0)\n"
        "asyncio.run(main())\n",
        "utf-8",
    )
    parent = await asyncio.create_subprocess_exec(
        *(sys.executable, str(script)),
        stdout=asyncio.subprocess.PIPE,
        env={"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]},
    )
    out, _ = await parent.communicate()
    for _ in range(200):
        if not _runs(int(out)):
            return
        await asyncio.sleep(0.01)
    pytest.fail("the worker outlives its parent")


def _runs(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text("ascii").rpartition(")")[2].split()[0] != "Z"


@own
# Nested deeper than any interpreter follows: how deep that is depends on its version.
@pytest.mark.parametrize("answer", [b"", b"\xc1", b"\x81\xa6cursor" + b"\x81\xa1a" * 200_000 + b"\xc0"])
async def test_an_answer_that_no_worker_of_ours_gives_is_refused(answer, monkeypatch):
    async def forged(op: str, payload: bytes, **_bounds: float) -> tuple[bytes, ...]:
        return (answer,)

    async with ParsePool(size=1) as pool:
        monkeypatch.setattr(pool, "call", forged)

        with pytest.raises(ParseError, match="makes no sense"):
            await pool.parse("tests.parse.kinds:Lines", "{}", document(), SourceState())
