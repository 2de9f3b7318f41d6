"""The way in for hubs that call for feeds: their question whether we asked, and their calls; it reads no feed.

The token in the path is known to us and the hub alone. What a call brings is not used: it gets the feed polled.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Protocol

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from watcher.web.pushes import MOST_BYTES, READ_S, body_of

SIGNATURE = "x-hub-signature"


class Subscriber(Protocol):
    """Who keeps the subscriptions."""

    def confirm(self, token: str, query: Mapping[str, str]) -> str | None:
        """What to answer to a hub that asks whether it was us; None if it was not."""

    def call(self, token: str, signature: str, body: bytes) -> bool:
        """A hub says that a feed changed; False if there is no such subscription."""


class Hubs:
    """Answers to hubs."""

    def __init__(self, subscriber: Subscriber) -> None:
        self._subscriber = subscriber

    async def confirm(self, request: Request) -> Response:
        """The challenge, if we asked; 404 otherwise."""
        answer = self._subscriber.confirm(request.path_params["token"], dict(request.query_params))
        return PlainTextResponse("nothing here", 404) if answer is None else PlainTextResponse(answer)

    async def call(self, request: Request) -> Response:
        """202 whether the call was signed or not, as WebSub asks; 410 if nobody is subscribed under that token."""
        try:
            async with asyncio.timeout(READ_S):
                body = await body_of(request)
        except (TimeoutError, ClientDisconnect):
            return PlainTextResponse("the body did not come in time", 408)
        if body is None:
            return PlainTextResponse(f"the body is too large; at most {MOST_BYTES} bytes are taken", 413)
        signature = request.headers.get(SIGNATURE, "")
        if not self._subscriber.call(request.path_params["token"], signature, body):
            return PlainTextResponse("nobody is subscribed here", 410)
        return PlainTextResponse("taken", 202)
