"""One message through the library apprise, in a process of its own; the daemon itself never imports that library.

The library dials by itself, past the guard of addresses, and waits without a limit: so it runs where it can be killed,
with none of the daemon's environment, and only for channels that say `network: any`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

from watcher.channels.base import AppriseCall, AppriseReply, Failure, Reply

WORKER = Path(__file__).with_name("apprise_worker.py")
KEPT_OF_ENVIRONMENT = ("PATH", "HOME", "LANG", "LC_ALL", "PYTHONPATH", "VIRTUAL_ENV", "SSL_CERT_FILE", "SSL_CERT_DIR")
ANSWER_CHARS = 2_000


async def send_by_apprise(call: AppriseCall, *, deadline_s: float, in_flight: Callable[[], None]) -> Reply:
    """What the library says of the message, or the failure; the process has ended by then."""
    asked = json.dumps({"url": call.url.get_secret_value(), "title": call.title, "text": call.text}).encode()
    pipe, nothing = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
    environ = {name: os.environ[name] for name in KEPT_OF_ENVIRONMENT if name in os.environ}
    # -P: this folder's own modules are none of the library's.
    command = (sys.executable, "-P", str(WORKER))
    try:
        process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, stderr=nothing, env=environ)
    except OSError as e:
        return Failure(kind="network", text=f"apprise did not start: {e.strerror}", sent=False)
    try:
        in_flight()
        async with asyncio.timeout(deadline_s):
            said, _ = await process.communicate(asked)
    except TimeoutError:
        return Failure(kind="timeout", text="apprise: silent", sent=True)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    return _reply(said)


def _reply(said: bytes) -> Reply:
    try:
        answer = json.loads(said)
        result, text = answer["result"], str(answer["text"])[:ANSWER_CHARS]
    except (ValueError, TypeError, KeyError):
        return Failure(kind="network", text="apprise ended without an answer; is it installed?", sent=True)
    if result not in {"taken", "refused", "unusable"}:
        return Failure(kind="network", text="apprise ended with an answer that means nothing", sent=True)
    return AppriseReply(result=result, text=text)
