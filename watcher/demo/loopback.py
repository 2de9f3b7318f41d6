"""A plain function as an ASGI application: one request in, one answer out; never anything but small HTTP."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

_BODY_LIMIT_BYTES = 4 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request; header names are lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is answered."""

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


def application(answer: Callable[[Asked], Answer]) -> Application:
    """The application that answers every request by calling `answer`."""

    async def app(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        body = await _body(receive)
        given = (
            Answer(status=413)
            if body is None
            else answer(Asked(method=scope["method"], path=scope["path"], headers=headers, body=body))
        )
        pairs = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in given.headers]
        pairs.append((b"content-length", str(len(given.body)).encode()))
        await send({"type": "http.response.start", "status": given.status, "headers": pairs})
        await send({"type": "http.response.body", "body": given.body})

    return app


async def _body(receive: Receive) -> bytes | None:
    """The whole body; None if it is too large."""
    parts = bytearray()
    more = True
    while more and len(parts) <= _BODY_LIMIT_BYTES:
        message = await receive()
        parts += message.get("body", b"")
        more = bool(message.get("more_body"))
    return None if len(parts) > _BODY_LIMIT_BYTES else bytes(parts)
