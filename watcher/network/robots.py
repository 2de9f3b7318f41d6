"""What a host's robots.txt allows: asked before pages made for people, remembered for a day; it fetches nothing itself.

Feeds and documented interfaces are made for programs: nobody asks for them here.
Source: RFC 9309, 2.2 (matching), 2.3.1 (answers), 2.4 (caching), 2.5 (limits).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

from protego import Protego

from watcher.core.errors import FetchError
from watcher.core.urls import host_of, http_url, origin_of
from watcher.network.errors import ErrorKind, NetworkError, is_ours, is_unreached
from watcher.network.http import RawReply

MOST_BYTES = 512 * 1024
"""What lies beyond in a robots.txt is not read."""
_PRODUCT = "watcher"
_KEPT = timedelta(hours=24)
_STALE = timedelta(days=7)
"""So long rules that were read serve on while the host cannot give them anew."""
_AGAIN = timedelta(minutes=30)
_AGAIN_UNREACHED = timedelta(minutes=2)
"""Where nobody was reached it may be our own line: its pages must not wait for long once that is back."""
_MOST_HOSTS = 2_000

_Origin = tuple[str, str, int]
Get = Callable[[str], Awaitable[RawReply]]
"""Fetches a robots.txt, redirects followed; raises FetchError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What is known of one origin: its rules (None: everything is allowed), or why there are none to go by."""

    rules: Protego | None
    trouble: str | None
    read: datetime
    until: datetime
    kind: ErrorKind | None = None
    """Of the trouble, where nobody gave an answer."""


class Robots:
    """The rules of the hosts whose pages are read.

    Args: now: the clock.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._known: dict[_Origin, _Known] = {}
        self._asking: dict[_Origin, asyncio.Lock] = {}

    async def require(self, url: str, get: Get) -> None:
        """Return if the page may be fetched. Raises: `FetchError` that names the host."""
        origin, host, address = origin_of(url), host_of(url), http_url("/robots.txt", url)
        if origin is None or address is None:
            raise FetchError("robots.txt: no web address to look for it")
        async with self._asking.setdefault(origin, asyncio.Lock()):
            known = self._known.get(origin)
            if known is None or known.until <= self._now():
                known = await self._ask(origin, address, known, get)
        if known.trouble is not None:
            said = f"robots.txt of {host} cannot be had, so its pages wait: {known.trouble}"
            raise FetchError(said) if known.kind is None else NetworkError(known.kind, said)
        if known.rules is not None and not await asyncio.to_thread(_allows, known.rules, url):
            raise FetchError(f"robots.txt of {host} forbids this page")

    async def _ask(self, origin: _Origin, address: str, before: _Known | None, get: Get) -> _Known:
        now = self._now()
        known = await _fetched(address, now, get)
        if known.trouble is not None and before is not None and before.trouble is None and now - before.read < _STALE:
            known = _Known(rules=before.rules, trouble=None, read=before.read, until=known.until)
        self._known[origin] = known
        if len(self._known) > _MOST_HOSTS:
            oldest = min(self._known, key=lambda each: self._known[each].until)
            del self._known[oldest]
            self._asking.pop(oldest, None)
        return known


async def _fetched(address: str, now: datetime, get: Get) -> _Known:
    try:
        reply = await get(address)
    except NetworkError as error:
        if is_ours(error):
            raise
        until = now + (_AGAIN_UNREACHED if is_unreached(error) else _AGAIN)
        return _Known(rules=None, trouble=str(error), read=now, until=until, kind=error.kind)
    except FetchError:
        # Redirects that lead nowhere: the host answers, and has no rules to be had (RFC 9309, 2.3.1.2 and 2.3.1.3).
        return _Known(rules=None, trouble=None, read=now, until=now + _KEPT)
    if reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR or reply.status == HTTPStatus.TOO_MANY_REQUESTS:
        return _Known(rules=None, trouble=f"status {reply.status}", read=now, until=now + _AGAIN)
    rules = await asyncio.to_thread(_read, reply.body) if reply.status == HTTPStatus.OK else None
    return _Known(rules=rules, trouble=None, read=now, until=now + _KEPT)


def _read(body: bytes) -> Protego:
    return Protego.parse(body[:MOST_BYTES].decode("utf-8-sig", "replace"))


def _allows(rules: Protego, url: str) -> bool:
    try:
        return bool(rules.can_fetch(url, _PRODUCT))
    except ValueError:  # an address that the parser of addresses there refuses
        return False
