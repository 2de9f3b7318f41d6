from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from tests.tools import ROOT
from watcher.stall import EXIT_STALLED, stall_guard

FRAME = """
import asyncio, re, signal, sys, time
from watcher.stall import stall_guard
async def main():
    async with stall_guard(limit_s={limit_s}):
        print("on", flush=True)
        {body}
    print("off", flush=True)
asyncio.run(main())
"""


@contextlib.contextmanager
def process(body: str, *, limit_s: float = 0.5) -> Iterator[subprocess.Popen[str]]:
    code = FRAME.format(body=body, limit_s=limit_s)
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        try:
            yield running
        finally:
            running.kill()


def test_a_blocked_loop_ends_with_its_stack_shown():
    with process("signal.pause()") as blocked:
        out, err = blocked.communicate(timeout=60)

    assert (blocked.returncode, out) == (EXIT_STALLED, "on\n")
    assert "the event loop has not turned for 0.5 s" in err
    assert "in main" in err


def test_native_code_that_keeps_the_interpreter_is_ended_too():
    with process('re.match("(a+)+$", "a" * 60 + "b")') as blocked:
        out, err = blocked.communicate(timeout=60)

    assert (blocked.returncode, out) == (1, "on\n")
    assert "Timeout" in err
    assert "in main" in err


@pytest.mark.slow
def test_a_frozen_process_is_not_a_blocked_one():
    """Stopped for longer than the limit (by a signal, as by a suspended machine), it goes on."""
    with process("await asyncio.sleep(2)", limit_s=2) as frozen:
        assert frozen.stdout is not None
        assert frozen.stdout.readline() == "on\n"
        os.kill(frozen.pid, signal.SIGSTOP)
        threading.Timer(3, os.kill, (frozen.pid, signal.SIGCONT)).start()
        out, err = frozen.communicate(timeout=60)

    assert (frozen.returncode, out, err) == (0, "off\n", "")


async def test_a_guarded_loop_that_turns_goes_on_and_leaves_nothing_behind():
    before = threading.active_count()

    async with stall_guard(limit_s=60):
        assert threading.active_count() == before + 1
        await asyncio.sleep(0)

    assert threading.active_count() == before


async def test_an_error_of_the_body_comes_through():
    with pytest.raises(LookupError):
        async with stall_guard(limit_s=60):
            raise LookupError
