"""The way in for pushes: a signed JSON body, stored before the answer; it never reads what a push says.

Everything that is wrong with a proof gets the same answer: who guesses learns neither names nor reasons.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Final, Protocol

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from watcher.core.errors import StoreError
from watcher.telemetry import Level, log

_LOG = logging.getLogger(__name__)
PREFIX = "/in/"
HUBS = "/in/~websub/"
MOST_BYTES = 1024 * 1024
READ_S = 10.0
"""A body that takes longer is not waited for: there are few places at the door."""
RETRY_AFTER_S = 60

_VERDICTS: Final[Mapping[str, tuple[str, Level, str | None]]] = {
    "kept": ("push.kept", "info", None),
    "known": ("push.known", "info", "a push of that id was stored within a day; this one is not"),
    "too_many": ("push.too_many", "warning", "more than can be read is waiting"),
}
"""How each is logged: event, level, reason."""


class Inboxes(Protocol):
    """Who proves and stores pushes."""

    def prove(self, path: str, headers: Mapping[str, str], body: bytes) -> tuple[str, str] | None:
        """The source and the id of a genuine push, or None."""

    async def keep(self, source: str, id_: str, path: str, content_type: str, body: bytes) -> str:
        """kept, known or too_many; raises StoreError."""


class Pushes:
    """Answers to pushes. `prove` is asked first, as the table of routes says of what is signed."""

    def __init__(self, inboxes: Inboxes) -> None:
        self._inboxes = inboxes

    async def prove(self, request: Request) -> Response | None:
        """None if the request carries a valid signature over its whole body, else the refusal."""
        try:
            async with asyncio.timeout(READ_S):
                body = await body_of(request)
        except (TimeoutError, ClientDisconnect):
            return _said(408, "the body did not come in time")
        if body is None:
            return _said(413, f"the body is too large; at most {MOST_BYTES} bytes are taken")
        headers = {name: value for name, value in request.headers.items()}  # noqa: C416 - its `dict` joins no repeats
        found = self._inboxes.prove(request.url.path, headers, body)
        if found is None:
            log(_LOG, "push.refused", level="warning", bytes=len(body))
            return _said(401, "not without a valid signature")
        request.state.push = (*found, body)
        return None

    async def take(self, request: Request) -> Response:
        """Store what was proved: 202, also for what came before; 415, 429 or 503 otherwise."""
        source, id_, body = request.state.push
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/json" and not kind.endswith("+json"):
            return _said(415, "only application/json is taken")
        try:
            verdict = await self._inboxes.keep(source, id_, request.url.path, kind, body)
        except StoreError as error:
            log(_LOG, "push.not_stored", level="error", source=source, why=str(error))
            return _said(503, "it could not be stored; try again", RETRY_AFTER_S)
        event, level, why = _VERDICTS[verdict]
        log(_LOG, event, level=level, source=source, push=id_, bytes=len(body), why=why)
        if verdict == "too_many":
            return _said(429, "more than can be read is waiting; try again later", RETRY_AFTER_S)
        return _said(202, "taken" if verdict == "kept" else "taken before")


async def body_of(request: Request) -> bytes | None:
    """The whole body; None as soon as it is larger than it may be."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            return None
    return bytes(body)


def _said(status: int, text: str, retry_after_s: int | None = None) -> Response:
    headers = {"retry-after": str(retry_after_s)} if retry_after_s is not None else {}
    return PlainTextResponse(text, status_code=status, headers=headers)
