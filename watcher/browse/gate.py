"""What a page in the browser gets of what its scripts ask for: few things, small, from where we may dial.

The browser is not believed: whatever it asks is judged here as if a stranger had asked.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from watcher.browse.wire import Answer, Ask, Headers, Refusal
from watcher.core.addresses import Policy
from watcher.core.errors import FetchError
from watcher.core.model import Document, Request
from watcher.core.urls import http_url, origin_of
from watcher.network.errors import NetworkError
from watcher.network.http import Limits, RawReply


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What one page may cost. It is read when it asked for nothing during `quiet_s`, at the latest after `settle_s`."""

    total_s: float = 30.0
    settle_s: float = 10.0
    quiet_s: float = 0.5
    request_s: float = 10.0
    requests: int = 60
    pages: int = 4
    at_once: int = 4
    bytes: int = 16 * 1024 * 1024
    part_bytes: int = 4 * 1024 * 1024
    document_bytes: int = 8 * 1024 * 1024


BOUNDS = Bounds()


Part = Callable[[Request, Policy, Limits], Awaitable[RawReply]]
"""Gets one thing that a page asked for, whatever its status, redirects followed by hand; raises FetchError.

If `request.page`, the host's robots.txt is asked and its pause kept.
"""
_HEADER = re.compile(r"[a-z0-9-]{1,64}")
_HEADER_MAX = 4096
_ERROR_BYTES = 64 * 1024
_NOT_SENT = frozenset(
    {"host", "connection", "user-agent", "referer", "origin", "range", "te", "upgrade", "upgrade-insecure-requests"}
)
"""What we say ourselves, or what tells a stranger where the page came from."""
_NOT_SENT_BEGIN = ("sec-", "proxy-", "if-", "content-", "accept-enc", "transfer-")


class Gate:
    """The requests of one page, counted.

    `policy` is that of the page's own origin, as configured or as redirects led to it: a page that may be on the local
    network says nothing of what else stands there.
    """

    def __init__(self, document: Document, policy: Policy, fetch: Part, bounds: Bounds) -> None:
        self._home = {origin_of(document.request_url), origin_of(document.final_url)}
        self._secure = document.final_url.lower().startswith("https:")
        self._policy = policy
        self._fetch = fetch
        self._bounds = bounds
        self._given = set(self._home)
        self._asked = 0
        self._pages = 0
        self._room = bounds.bytes
        self._flying = 0
        self._landed = asyncio.Condition()

    async def answer(self, ask: Ask) -> Answer | Refusal:
        """What comes for a request; a refusal if it may not be made or brings nothing."""
        refusal = Refusal(visit=ask.visit, number=ask.number)
        url = http_url(ask.url)
        if url is None or not self._may(ask, url):
            return refusal
        policy = self._policy if origin_of(url) in self._home else "public"
        request = Request(url=url, method=ask.method, headers=_sent(ask.headers), page=ask.page)
        share = await self._start()
        used = 0
        try:
            limits = Limits(total_s=self._bounds.request_s, body_bytes=share, other_body_bytes=min(_ERROR_BYTES, share))
            reply = await self._fetch(request, policy, limits)
            used = len(reply.body)
        except FetchError as error:
            used = share if isinstance(error, NetworkError) and error.kind == "too_large" else 0
            return refusal
        finally:
            await self._land(share - used)
        if ask.page:
            self._given.add(origin_of(reply.final_url))
        return Answer(
            visit=ask.visit,
            number=ask.number,
            url=reply.final_url,
            status=reply.status,
            headers=reply.headers,
            body=reply.body,
        )

    def gave(self, url: str) -> bool:
        """Whether a page of that origin came through here: a browser may claim to be anywhere."""
        return origin_of(url) in self._given

    async def _start(self) -> int:
        """Wait for a turn, and take as many bytes of what is left as one reply may have."""
        async with self._landed:
            await self._landed.wait_for(
                lambda: self._flying < self._bounds.at_once and (self._room or not self._flying)
            )
            self._flying += 1
            share = min(self._bounds.part_bytes, self._room)
            self._room -= share
            return share

    async def _land(self, unused: int) -> None:
        async with self._landed:
            self._flying -= 1
            self._room += unused
            self._landed.notify_all()

    def _may(self, ask: Ask, url: str) -> bool:
        self._asked += 1
        self._pages += ask.page
        return (
            self._asked <= self._bounds.requests
            and self._pages <= self._bounds.pages
            and ask.method in {"GET", "HEAD"}
            and not (self._secure and not url.lower().startswith("https:"))
        )


def _sent(headers: Headers) -> Headers:
    """Of the browser's headers those that a page may choose."""
    return tuple(
        (name, value)
        for name, value in ((name.lower(), value) for name, value in headers)
        if _HEADER.fullmatch(name)
        and name not in _NOT_SENT
        and not name.startswith(_NOT_SENT_BEGIN)
        and len(value) <= _HEADER_MAX
        and value.isascii()
        and value.isprintable()
    )
