"""Documents from the web: the only way out for polls; it never understands what it fetched.

Redirects are followed by hand, so that every hop passes the guard and no secret follows to a stranger.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from http import HTTPStatus

from watcher import __version__
from watcher.browse import Browser
from watcher.core.addresses import Policy
from watcher.core.errors import FetchError
from watcher.core.model import Document, NotModified, Request
from watcher.core.urls import host_of, http_url, origin_of, redacted_url
from watcher.core.watching.pages import WORDS, stand_in
from watcher.network.http import DEFAULT_LIMITS, LARGE_LIMITS, Http, Limits, RawReply
from watcher.network.pacing import Pacer
from watcher.network.robots import Robots

MOST_REDIRECTS = 5
LONGEST_RETRY_AFTER_S = 24 * 3600.0
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_SUCCESS = frozenset({200, 203})
_FOR_GOOD = frozenset({HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.PERMANENT_REDIRECT})
_ROBOTS_LIMITS = Limits(total_s=15.0, body_bytes=4 << 20)
_UNNAMED = b"Undeclared Automated Tool"
"""What the SEC answers with a 403 to a User-Agent that names no contact."""
_UNNAMED_WAITS_S = 6 * 3600.0
"""Asking again helps nothing before somebody has changed the configuration."""
_VALIDATOR_MAX = 1024
_DIGITS_MAX = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hop:
    """One exchange of a chain. `own` are the headers that the configuration asks for, secrets among them."""

    url: str
    method: str
    own: tuple[tuple[str, str], ...]
    body: bytes | None


class Fetcher:
    """Fetches what sources plan.

    Args:
        http: makes the exchanges.
        contact: an address or URL for publishers who want to complain; part of the User-Agent.
        now: the clock.
        pacer: turns at hosts; None for no pauses.
        browser: shows pages that are made by their scripts; None if there is none.
    """

    def __init__(
        self,
        http: Http,
        contact: str | None,
        now: Callable[[], datetime],
        *,
        pacer: Pacer | None = None,
        browser: Browser | None = None,
    ) -> None:
        self._http = http
        self._agent = user_agent(contact)
        self._now = now
        self._pacer = pacer
        self._robots = Robots(now)
        self._browser = browser

    async def fetch(
        self,
        request: Request,
        *,
        policy: Policy,
        limits: Limits = DEFAULT_LIMITS,
        pace_s: float | None = None,
        spools: bool = False,
    ) -> Document | NotModified:
        """The document behind a request, after at most five redirects; NotModified if there is nothing to read.

        That is a 304, or a status of `request.end_on`: the list went on no further. Before a page (`request.page`)
        the robots.txt of every host on the way is asked. With `request.render` it is the page that its scripts made.

        `pace_s` is the pause that the source keeps at its host, the pacer's own by default.
        `limits.total_s` bounds all hops together; waiting for a turn at a host doesn't count. With `spools` a body that
        is not small lies in a file, as that of a `large` request always does.

        Raises: `FetchError`; `retry` is False only if the server says that it is gone for ever (410).
        """
        if request.render:
            return await self._shown(request, policy, limits, pace_s)
        if limits is DEFAULT_LIMITS:
            limits = LARGE_LIMITS if request.large else replace(limits, spools=spools)
        reply, moved_to = await self._chain(request, policy, limits, pace_s)
        return self._settled(request, reply, moved_to, conditional=bool(_validators(request)))

    async def _shown(
        self, request: Request, policy: Policy, limits: Limits, pace_s: float | None
    ) -> Document | NotModified:
        """The page as its scripts made it. That its own document is unchanged says nothing of what they fetch."""
        plain = replace(request, render=False, etag=None, last_modified=None)
        document = await self.fetch(plain, policy=policy, limits=limits, pace_s=pace_s)
        if isinstance(document, NotModified):
            return document
        if self._browser is None:
            raise FetchError(f"fetch {redacted_url(request.url)}: there is no browser to show the page with")

        async def part(wanted: Request, policy: Policy, limits: Limits) -> RawReply:
            reply, _ = await self._chain(wanted, policy, limits, pace_s, part=True)
            return reply

        return await self._browser.shown(document, policy, self._agent, part, wanted=request.wanted)

    async def _chain(
        self, request: Request, policy: Policy, limits: Limits, pace_s: float | None, *, part: bool = False
    ) -> tuple[RawReply, str | None]:
        """The reply at the end of all redirects, and where those of them led that came first and are for good.

        What a page's scripts want (`part`) waits for no turn unless it is a page again, and is led to public addresses
        only when it is led to another origin.
        """
        hop = _Hop(url=request.url, method=request.method, own=request.headers, body=request.body)
        seen = {(hop.method, hop.url)}
        left_s, for_good, moved_to = limits.total_s, True, None
        for _ in range(MOST_REDIRECTS + 1):
            if request.page:
                await self._robots.require(hop.url, partial(self._robots_txt, policy=policy, pace_s=pace_s))
            bounds = replace(limits, total_s=left_s)
            reply, took_s = await self._exchange(
                hop, _validators(request), policy, bounds, pace_s, paced=request.page or not part
            )
            if reply.status not in _REDIRECTS:
                return reply, moved_to
            left_s = max(left_s - took_s, 0.001)
            before, hop = hop, _next_hop(hop, reply)
            if part and origin_of(hop.url) != origin_of(before.url):
                policy = "public"
            for_good = for_good and reply.status in _FOR_GOOD
            moved_to = hop.url if for_good else moved_to
            if (hop.method, hop.url) in seen:
                raise FetchError(f"fetch {redacted_url(request.url)}: redirects lead round in a circle")
            seen.add((hop.method, hop.url))
        raise FetchError(f"fetch {redacted_url(request.url)}: more than {MOST_REDIRECTS} redirects")

    async def _robots_txt(self, url: str, *, policy: Policy, pace_s: float | None) -> RawReply:
        reply, _ = await self._chain(Request(url=url), policy, _ROBOTS_LIMITS, pace_s)
        return reply

    async def _exchange(
        self,
        hop: _Hop,
        validators: tuple[tuple[str, str], ...],
        policy: Policy,
        limits: Limits,
        pace_s: float | None,
        *,
        paced: bool,
    ) -> tuple[RawReply, float]:
        """One reply and the seconds it took."""
        headers = _with_defaults(hop.own, (("user-agent", self._agent), ("accept", "*/*"), *validators))
        async with (
            nullcontext() if self._pacer is None or not paced else self._pacer.slot(host_of(hop.url) or "", pace_s)
        ):
            start = asyncio.get_running_loop().time()
            reply = await self._http.request(hop.method, hop.url, headers, hop.body, policy=policy, limits=limits)
            return reply, asyncio.get_running_loop().time() - start

    def _settled(
        self, request: Request, reply: RawReply, moved_to: str | None, *, conditional: bool
    ) -> Document | NotModified:
        """What the last reply of a chain amounts to."""
        name = redacted_url(request.url)
        if reply.status == HTTPStatus.NOT_MODIFIED:
            if not conditional:
                raise FetchError(f"fetch {name}: status 304 (not modified), but nothing was asked to compare with")
            return NotModified(fetched=self._now(), headers=reply.headers, moved_to=moved_to)
        if reply.status in request.end_on:
            return NotModified(fetched=self._now(), headers=reply.headers)
        if reply.status not in _SUCCESS:
            raise self._refusal(name, reply)
        if not reply.body and reply.spooled is None:
            raise FetchError(f"fetch {name}: the reply is empty")
        return Document(
            request_url=request.url,
            final_url=reply.final_url,
            status=reply.status,
            headers=reply.headers,
            body=reply.body,
            body_sha256=reply.spooled.sha256 if reply.spooled else hashlib.sha256(reply.body).hexdigest(),
            spooled=reply.spooled,
            fetched=self._now(),
            step=request.step,
            moved_to=moved_to,
        )

    def _refusal(self, name: str, reply: RawReply) -> FetchError:
        """The error of a reply that is no success."""
        wish_s = retry_after_s(reply.header("retry-after"), self._now())
        if reply.status == HTTPStatus.FORBIDDEN and _UNNAMED in reply.body:
            return FetchError(
                f"fetch {name}: status 403: the publisher wants to know who asks; set operator.contact in watcher.yaml",
                retry_after_s=max(wish_s or 0.0, _UNNAMED_WAITS_S),
            )
        came = stand_in(reply.body, reply.headers)
        return FetchError(
            f"fetch {name}: status {reply.status}{_phrase(reply.status)}{f', {WORDS[came]} came' if came else ''}",
            retry=reply.status != HTTPStatus.GONE,
            retry_after_s=wish_s,
            came=came or "",
        )


def user_agent(contact: str | None) -> str:
    """How we name ourselves to publishers: `watcher/<version> (+contact)`."""
    plain = "".join(sign for sign in contact or "" if sign.isascii() and sign.isprintable() and sign not in "()")
    return f"watcher/{__version__} (+{plain})" if plain else f"watcher/{__version__}"


def retry_after_s(value: str | None, now: datetime) -> float | None:
    """Seconds to wait as a Retry-After header asks, 0 to 24 h; None if it is absent or unreadable.

    Source: RFC 9110, 10.2.3: seconds or an HTTP date.
    """
    if value is None:
        return None
    value = value.strip()
    if value.isascii() and value.isdigit():
        return LONGEST_RETRY_AFTER_S if len(value) > _DIGITS_MAX else min(float(value), LONGEST_RETRY_AFTER_S)
    try:
        when = parsedate_to_datetime(value)
        wait_s = ((when if when.tzinfo else when.replace(tzinfo=UTC)) - now).total_seconds()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return min(max(wait_s, 0.0), LONGEST_RETRY_AFTER_S)


def _next_hop(hop: _Hop, reply: RawReply) -> _Hop:
    """Where a redirect leads, and what may be told there."""
    name = redacted_url(hop.url)
    location = reply.header("location")
    if not location:
        raise FetchError(f"fetch {name}: status {reply.status} leads nowhere (no Location)")
    url = http_url(location, hop.url)
    if url is None:
        raise FetchError(f"fetch {name}: status {reply.status} leads to something that is no plain web address")
    url = url.partition("#")[0]
    if hop.url.lower().startswith("https:") and url.startswith("http:"):
        raise FetchError(f"fetch {name}: status {reply.status} leads from https to http ({host_of(url)})")
    at_home = origin_of(url) == origin_of(hop.url)
    keeps_method = reply.status in {307, 308} or hop.method in {"GET", "HEAD"}
    if keeps_method and hop.body is not None and not at_home:
        raise FetchError(f"fetch {name}: status {reply.status} wants the request's body sent on to {host_of(url)}")
    return _Hop(
        url=url,
        method=hop.method if keeps_method else "GET",
        own=hop.own if at_home else (),
        body=hop.body if keeps_method else None,
    )


def _validators(request: Request) -> tuple[tuple[str, str], ...]:
    """The headers that make a request conditional. They were given by servers and go to servers: no secret."""
    pairs = (("if-none-match", request.etag), ("if-modified-since", request.last_modified))
    return tuple((name, value) for name, value in pairs if value and _fits_a_header(value))


def _fits_a_header(value: str) -> bool:
    return len(value) <= _VALIDATOR_MAX and value.isascii() and value.isprintable()


def _with_defaults(
    own: tuple[tuple[str, str], ...], defaults: tuple[tuple[str, str], ...]
) -> tuple[tuple[str, str], ...]:
    named = {name.lower() for name, _ in own}
    return (*own, *(pair for pair in defaults if pair[0] not in named))


def _phrase(status: int) -> str:
    try:
        return f" ({HTTPStatus(status).phrase.lower()})"
    except ValueError:
        return ""
