"""A few long-lived worker processes that understand strangers' bytes and are killed when they overstay.

Never runs a stranger's bytes through a parser itself: a document that hangs, swells or crashes costs one worker
and is charged with it, while the loop and the other workers go on.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Self

import msgspec

from watcher.core.errors import ParseError, WatcherError
from watcher.core.model import Document, Draft, SourceState
from watcher.core.text.plain import scrub
from watcher.network.spool import discard
from watcher.parse.nursery import Nursery
from watcher.parse.places import LARGE_BYTES, LOOK_S, PATIENCE_S, PATIENCE_WALL_S, Overstayed, Place
from watcher.parse.process import Worker
from watcher.parse.wire import (
    FRAME_CAP,
    JOB,
    Done,
    Drafting,
    Failed,
    Job,
    ParsedDocument,
    ParseJob,
    frame,
)

_GROWN_MAX = 32 << 20
"""A worker that once grew by more is replaced: what Python took it seldom gives back."""
_HOLD_OFF_MAX_S = 60.0
_MORE_FROM = 2 << 20
"""One second more for each 2 MiB: a table of 40 MiB needs three on an idle machine."""
_MORE_MAX_S = 25.0
_ROOM_BYTES, _ROOM_TIMES = 64 << 20, 32
"""A document may make its worker grow by so much, and so many times its own size: what unfolds to more is a bomb."""
_MOST_QUEUED = 8
"""Documents that wait for the slow lane; each holds up whoever has it parsed, and sixty held all up for a minute."""
_UNTRUSTED_AFTER = frozenset({"MemoryError", "RecursionError", "SystemError"})

_JOBS = msgspec.msgpack.Encoder()
_HEADS = msgspec.msgpack.Decoder(ParsedDocument)
_DRAFTS = msgspec.msgpack.Decoder(tuple[Draft, ...])


class WorkerUnavailable(WatcherError):
    """No worker could be had; the document is not to blame and can be tried later."""


class ParsePool:
    """Workers that parse, started when first needed.

    A slow document keeps nobody waiting: it moves to a lane of its own, where one worker with the least priority
    serves one after the other, so that hostile documents cost one worker however many they are. Few wait there; the
    others are to come again.

    Args:
        size: workers at most, the one in the slow lane aside.
        wall_s: seconds that one job may take.
        memory_bytes: address space of a worker.
        recycle_after: jobs after which a worker is replaced.
    """

    def __init__(
        self, *, size: int = 2, wall_s: float = 5.0, memory_bytes: int = 512 * 1024 * 1024, recycle_after: int = 500
    ) -> None:
        self._size = size
        self._wall_s = wall_s
        self._memory_bytes = memory_bytes
        self._recycle_after = recycle_after
        self._turns = asyncio.Semaphore(size)
        self._slow = asyncio.Semaphore(1)
        self._waiting = self._queued = 0
        self._nursery = Nursery()
        self._idle: list[Worker] = []
        self._all: set[Worker] = set()
        self._closed = False
        self._failed_starts = 0
        self._not_before = 0.0

    async def __aenter__(self) -> Self:
        """Ready at once; no process is started yet."""
        return self

    async def __aexit__(self, *_exc: object) -> None:
        """Close."""
        await self.close()

    async def start(self) -> None:
        """Import what workers need before the first document comes; one that would wait for it does not.

        A start that fails is tried again, and said, when a document comes.
        """
        with contextlib.suppress(TimeoutError, EOFError, OSError):
            await self._nursery.start(self._memory_bytes, self._wall_s)

    async def parse(
        self,
        kind_path: str,
        options_json: str,
        document: Document,
        state: SourceState,
        known: frozenset[str] = frozenset(),
        *,
        drafting: Drafting | None = None,
    ) -> ParsedDocument:
        """What the document says. A body that lies in a file is deleted once it was read.

        Args:
            kind_path: the source's class, `package.module:Class`.
            options_json: its options.
            document: what was fetched.
            state: what the last poll left behind.
            known: entry hashes of the source whose articles are known by their links; such entries come back as
                `Unchanged`. Leave it empty for a source whose links don't identify.
            drafting: how texts are made.

        Raises: `ParseError` if the document is to blame, `WorkerUnavailable` if not.
        """
        job = ParseJob(
            kind_path=kind_path,
            options_json=options_json,
            document=document,
            state=state,
            known=known,
            drafting=drafting or Drafting(),
        )
        try:
            room = _ROOM_BYTES + _ROOM_TIMES * document.size
            # Written down when its turn comes: while many wait, each waits as it came, and not three times over.
            parts = await self.call("parse", partial(_JOBS.encode, job), more_s=_more_s(document), room_bytes=room)
        finally:
            if document.spooled is not None:
                discard(document.spooled.path)
        try:
            head = _HEADS.decode(parts[0])
            drafts: list[Draft] = []
            for part in parts[1:]:
                drafts.extend(_DRAFTS.decode(part))
                await asyncio.sleep(0)
        except (msgspec.MsgspecError, IndexError, RecursionError) as e:
            raise ParseError("parse: the worker's answer makes no sense") from e
        return replace(head, drafts=tuple(drafts))

    async def call(
        self, op: str, payload: bytes | Callable[[], bytes], *, more_s: float = 0.0, room_bytes: int | None = None
    ) -> tuple[bytes, ...]:
        """The parts of a worker's answer to one job of the named operation; see `worker.OPERATIONS`.

        Args: `payload`: it, or what makes it when its turn has come. `more_s`: seconds that it may take beyond the
        usual. `room_bytes`: memory, if less than a worker may have.

        Raises: `ParseError` if the job failed, took too long or killed its worker; `WorkerUnavailable`.
        """

        def message() -> bytes:
            whole = payload if isinstance(payload, bytes) else payload()
            written = frame(JOB, _JOBS.encode(Job(op=op, payload=whole, more_s=more_s, room_bytes=room_bytes)))
            if len(written) > FRAME_CAP:
                raise ParseError(f"{op}: the document is too large to hand over")
            return written

        with contextlib.suppress(Overstayed):
            return await self._job(op, message, self._wall_s + more_s, self._turns)
        if self._queued >= _MOST_QUEUED:
            raise WorkerUnavailable(f"{op}: too many slow documents wait already")
        return await self._job(op, message, self._wall_s + more_s, self._slow)

    async def _job(
        self, op: str, message: Callable[[], bytes], wall_s: float, lane: asyncio.Semaphore
    ) -> tuple[bytes, ...]:
        self._waiting += lane is self._turns
        self._queued += lane is self._slow
        try:
            await lane.acquire()
        finally:
            self._waiting -= lane is self._turns
            self._queued -= lane is self._slow
        place = Place(lane, self._slow)
        try:
            written = message()
            worker = await self._take()
            keep = False
            try:
                parts, last = await self._talk(worker, op, written, wall_s, place)
                keep = isinstance(last, Done) and self._is_fit(worker, last.peak_kib)
                if isinstance(last, Failed):
                    keep = last.error not in _UNTRUSTED_AFTER and self._is_fit(worker, last.peak_kib)
                    raise _blamed(op, last)
                return parts
            finally:
                await self._put_back(worker, keep=keep and not place.slow)
        finally:
            place.leave()

    async def close(self) -> None:
        """Kill all workers and wait until none is left; jobs under way fail with `WorkerUnavailable`."""
        self._closed = True
        for worker in self._all:
            worker.kill()
        self._nursery.stop()
        await self._slow.acquire()
        for _ in range(self._size):
            await self._turns.acquire()
        for worker in self._idle:
            await worker.bury()
        await self._nursery.close()
        self._idle.clear()
        self._all.clear()
        for _ in range(self._size):
            self._turns.release()
        self._slow.release()

    async def _talk(
        self, worker: Worker, op: str, message: bytes, wall_s: float, place: Place
    ) -> tuple[tuple[bytes, ...], Done | Failed]:
        try:
            async with asyncio.timeout(wall_s):
                return await self._answer(worker, message, place)
        except TimeoutError as e:
            raise ParseError(f"{op}: the document took longer than {wall_s:g} s") from e
        except (EOFError, OSError, msgspec.MsgspecError) as e:
            if self._closed:
                raise WorkerUnavailable(f"{op}: the workers are stopped") from e
            raise ParseError(f"{op}: the document killed its worker ({await worker.epitaph()})") from e

    async def _answer(self, worker: Worker, message: bytes, place: Place) -> tuple[tuple[bytes, ...], Done | Failed]:
        """A worker's answer; what takes long while others wait, or grows large, moves aside or raises `Overstayed`."""
        begun, spent = time.monotonic(), worker.cpu_s()
        answer = asyncio.create_task(worker.do(message))
        answer.add_done_callback(_looked_at)
        try:
            while not answer.done():
                await asyncio.wait({answer}, timeout=LOOK_S)
                if answer.done():
                    break
                long = worker.cpu_s() - spent > PATIENCE_S or time.monotonic() - begun > PATIENCE_WALL_S
                if not place.slow and ((self._waiting and long) or worker.grown_bytes() > LARGE_BYTES):
                    await place.move()
                if place.slow and self._waiting:
                    worker.give_way()
            return await answer
        finally:
            answer.cancel()

    async def _take(self) -> Worker:
        """A living worker, an idle one if there is any."""
        while self._idle:
            worker = self._idle.pop()
            if worker.alive:
                return worker
            await self._put_back(worker, keep=False)
        now = asyncio.get_running_loop().time()
        if self._closed or now < self._not_before:
            raise WorkerUnavailable("the workers are stopped" if self._closed else "workers fail to start; waiting")
        worker = Worker(self._nursery)
        self._all.add(worker)
        try:
            await self._nursery.start(self._memory_bytes, self._wall_s)
            await worker.start()
        except (TimeoutError, EOFError, OSError) as e:
            await self._put_back(worker, keep=False)
            self._failed_starts += 1
            self._not_before = now + min(2.0**self._failed_starts, _HOLD_OFF_MAX_S)
            raise WorkerUnavailable("a worker did not start") from e
        except BaseException:
            await self._put_back(worker, keep=False)
            raise
        self._failed_starts = 0
        if self._stopped():  # it started while the others were killed
            await self._put_back(worker, keep=False)
            raise WorkerUnavailable("the workers are stopped")
        return worker

    def _stopped(self) -> bool:
        """Whether `close` was called; asked anew after every wait."""
        return self._closed

    def _is_fit(self, worker: Worker, peak_kib: int) -> bool:
        small = worker.grown_bytes(peak_kib << 10) < _GROWN_MAX
        return small and not self._closed and worker.jobs < self._recycle_after

    async def _put_back(self, worker: Worker, *, keep: bool) -> None:
        if keep:
            self._idle.append(worker)
            return
        await asyncio.shield(worker.bury())
        self._all.discard(worker)


def _looked_at(answer: asyncio.Task[tuple[tuple[bytes, ...], Done | Failed]]) -> None:
    """How an answer failed that nobody waited for any more is no news."""
    if not answer.cancelled():
        answer.exception()


def _more_s(document: Document) -> float:
    """Seconds that a table or series, if it is large, is given beyond what every document is."""
    return 0.0 if document.spooled is None else min(document.size // _MORE_FROM, _MORE_MAX_S)


def _blamed(op: str, failed: Failed) -> ParseError:
    """The error as the pipeline sees it, with the worker's traceback as a note."""
    text = " ".join(scrub(failed.text).split())
    error = ParseError(f"{op}: {text}" if failed.error == "ParseError" else f"{op}: {failed.error}: {text}")
    error.add_note(scrub(failed.trace))
    return error
