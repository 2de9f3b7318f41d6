"""Ends a process whose event loop has stopped turning, so that it is started again; it never ends one that works.

Source: a blocked loop neither polls nor sends, and answers no signal: only another thread can notice it.
"""

from __future__ import annotations

import asyncio
import contextlib
import faulthandler
import os
import sys
import threading
import time
from collections.abc import AsyncIterator

EXIT_STALLED = 70  # EX_SOFTWARE of sysexits.h
CHECK_S = 0.25


class _Watch:
    """The thread that looks whether the loop has beaten lately."""

    def __init__(self, limit_s: float) -> None:
        self._limit_s = limit_s
        self._done = threading.Event()
        self._beaten = time.monotonic()
        self._thread = threading.Thread(target=self._look, name="stall-watch", daemon=True)

    def beat(self) -> None:
        self._beaten = time.monotonic()

    def start(self) -> None:
        self._arm()
        self._thread.start()

    def stop(self) -> None:
        self._done.set()
        self._thread.join()
        faulthandler.cancel_dump_traceback_later()

    def _look(self) -> None:
        looked = time.monotonic()
        while not self._done.wait(CHECK_S):
            now = time.monotonic()
            if now - looked > CHECK_S + self._limit_s / 2:
                self._beaten = now  # we were frozen ourselves (SIGSTOP, a suspended machine): the loop had no chance
            looked = now
            if now - self._beaten > self._limit_s:
                self._end()
            self._arm()

    def _arm(self) -> None:
        """Native code that never gives the interpreter back stops our thread too; this timer does not need it.

        It exits with 1, and counts from the last look.
        """
        if sys.stderr is not None:
            faulthandler.dump_traceback_later(2 * self._limit_s, exit=True)

    def _end(self) -> None:
        if sys.stderr is not None:
            with contextlib.suppress(OSError, ValueError):
                sys.stderr.write(f"the event loop has not turned for {self._limit_s:g} s; what it was doing:\n")
                sys.stderr.flush()
                faulthandler.dump_traceback(all_threads=True)
        os._exit(EXIT_STALLED)


@contextlib.asynccontextmanager
async def stall_guard(*, limit_s: float = 30.0) -> AsyncIterator[None]:
    """While the body runs: if the loop does not turn for `limit_s`, print all stacks and exit with 70.

    Nothing is flushed or closed on that way out, as in a power cut: what is committed stays, leases run out.
    """
    watch = _Watch(limit_s)

    async def beats() -> None:
        while True:
            watch.beat()
            await asyncio.sleep(min(CHECK_S, limit_s / 4))

    beating = asyncio.create_task(beats(), name="stall-beats")
    watch.start()
    try:
        yield
    finally:
        watch.stop()
        beating.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await beating
