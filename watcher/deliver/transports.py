"""Sends one call and brings back the answer as a value; decides nothing about what it means.

Every socket is the guard's, redirects are never followed, and no foreign exception's words come back.
"""

from __future__ import annotations

import asyncio
import os
import ssl
import stat
import sys
from collections.abc import Callable
from typing import Protocol

from watcher.channels.base import (
    AppriseCall,
    Call,
    Failure,
    FileCall,
    FileWritten,
    HttpCall,
    HttpReply,
    MailCall,
    Reply,
)
from watcher.core.addresses import Policy
from watcher.deliver.by_apprise import send_by_apprise
from watcher.deliver.mail import send_mail
from watcher.network.errors import NetworkError
from watcher.network.guard import Guard
from watcher.network.http import Http, Limits, trusted_certificates

Hook = Callable[[str], None]

ANSWER_BYTES = 64 * 1024
MID_SEND = "mid_send"
IN_FLIGHT_S = 0.005
SUCCESS = 200


def no_hook(_point: str) -> None:
    """Where a test would end the process."""


class Transport(Protocol):
    """Sends calls. Never raises for anything that the other side, the network or the disk does."""

    async def send(self, call: Call, *, policy: Policy, deadline_s: float, hook: Hook) -> Reply:
        """The answer to one call, or the failure, within the deadline."""


class Transports:
    """The real ways out: HTTP, SMTP, files, and whatever apprise reaches.

    Args: `tls` for trusted certificates other than the machine's, for mail; HTTP has its own.
    """

    def __init__(self, http: Http, guard: Guard, *, tls: ssl.SSLContext | None = None) -> None:
        self._http = http
        self._guard = guard
        self._tls = tls

    async def send(self, call: Call, *, policy: Policy, deadline_s: float, hook: Hook) -> Reply:
        """The answer to one call, or the failure, within the deadline."""
        match call:
            case HttpCall():
                return await self._post(call, policy, deadline_s, hook)
            case MailCall():
                return await self._mail(call, policy, deadline_s, hook)
            case FileCall():
                return await _write(call, deadline_s, hook)
            case AppriseCall() if policy != "any":
                return Failure(kind="refused_address", text="apprise dials by itself: say network: any", sent=False)
            case AppriseCall():
                return await send_by_apprise(call, deadline_s=deadline_s, in_flight=lambda: hook(MID_SEND))

    async def _post(self, call: HttpCall, policy: Policy, deadline_s: float, hook: Hook) -> Reply:
        limits = Limits(total_s=deadline_s, body_bytes=ANSWER_BYTES, other_body_bytes=ANSWER_BYTES)
        url = call.url.get_secret_value()
        request = self._http.request("POST", url, call.headers, call.body, policy=policy, limits=limits)
        flight = asyncio.ensure_future(request)
        try:
            if hook is not no_hook:
                await asyncio.wait({flight}, timeout=IN_FLIGHT_S)
                hook(MID_SEND)
            reply = await flight
        except NetworkError as e:
            return _failed(e)
        finally:
            flight.cancel()
        return HttpReply(status=reply.status, headers=reply.headers, body=reply.body[:ANSWER_BYTES])

    async def _mail(self, call: MailCall, policy: Policy, deadline_s: float, hook: Hook) -> Reply:
        clock = asyncio.get_running_loop().time
        end = clock() + deadline_s
        if self._tls is None and call.security != "none":
            self._tls = await asyncio.to_thread(trusted_certificates)
        try:
            async with asyncio.timeout_at(end):
                sock = await self._guard.guarded_socket(call.host, call.port, policy)
        except NetworkError as e:
            return _failed(e)
        except TimeoutError:
            return Failure(kind="timeout", text=f"connect to {call.host}:{call.port}: too slow", sent=False)
        left_s = max(end - clock(), 0.0)
        return await send_mail(call, sock, tls=self._tls, deadline_s=left_s, in_flight=lambda: hook(MID_SEND))


def _failed(error: NetworkError) -> Reply:
    """A failure of the network as a value.

    A body beyond the cap is read of successes only (of others it is cut), so the answer itself is known.
    """
    if error.kind == "too_large" and error.sent and "body" in str(error):
        return HttpReply(status=SUCCESS, headers=(), body=b"")
    match error.kind:
        case "timeout" | "dns" | "refused_address" | "tls":
            return Failure(kind=error.kind, text=str(error), sent=error.sent)
        case "bad_url":
            return Failure(kind="refused_address", text=str(error), sent=False)
        case _:
            return Failure(kind="network", text=str(error), sent=error.sent)


async def _write(call: FileCall, deadline_s: float, hook: Hook) -> Reply:
    """Append in a thread, so that a slow disk holds up nobody else."""
    try:
        async with asyncio.timeout(deadline_s):
            if call.path is None:
                await asyncio.to_thread(_print, call.text)
            else:
                await asyncio.to_thread(_append, call.path, call.text, hook)
    except TimeoutError:
        return Failure(kind="file", text="not written in time", sent=True)
    except (OSError, ValueError) as e:
        cause = e.strerror if isinstance(e, OSError) and e.strerror else "not a place to write to"
        return Failure(kind="file", text=cause.lower(), sent=False)
    return FileWritten()


def _print(text: str) -> None:
    """Write to standard output in whatever encoding it has."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
    sys.stdout.flush()


def _append(path: str, text: str, hook: Hook) -> None:
    """Append whole or not at all: what a full disk cut short is taken back."""
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NONBLOCK  # a pipe without a reader refuses
    file = os.open(path, flags, 0o640)
    try:
        about = os.fstat(file)
        left = memoryview(text.encode("utf-8", "replace"))
        try:
            while left:
                left = left[os.write(file, left) :]
            hook(MID_SEND)
            if stat.S_ISREG(about.st_mode):
                os.fsync(file)
        except OSError:
            if stat.S_ISREG(about.st_mode):
                os.ftruncate(file, about.st_size)
            raise
    finally:
        os.close(file)
