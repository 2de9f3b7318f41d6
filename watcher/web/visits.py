"""The ways behind signed links: what is asked for by GET changes nothing, what is pressed comes by POST; no cookies.

A page brings its own style sheets, allowed by their hashes; nothing else may run, load, frame it or take its form.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
import time
from collections.abc import Awaitable, Callable
from functools import cache
from typing import Final, Protocol
from urllib.parse import parse_qs

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from watcher.app.deed_words import busy
from watcher.app.desk import Press
from watcher.app.library import File, Form
from watcher.app.turns import ON_PAGE, ONE_CLICK
from watcher.core.telling.actions import Action, Refusal, Ticket, fingerprint
from watcher.render.pages import Page, Pages
from watcher.web.pressure import Pressure

FORM_BYTES: Final = 2_048
_MOST_FIELDS: Final = 20
READ_S: Final = 10.0
_TOO_MANY, _GONE_WRONG = 429, 400
_PAGE: Final = re.compile(r"[1-9][0-9]{0,2}")


class Reception(Protocol):
    """Who reads tokens."""

    async def ticket(self, token: str) -> Ticket | Refusal:
        """What a token says, or why it says nothing."""

    def refused(self, why: Refusal) -> Page:
        """The page of a link that opens nothing."""


class Desk(Protocol):
    """Who answers to links on alerts."""

    async def answer(self, token: str, press: Press = "") -> Page:
        """A page; a press acts."""


class Leaving(Protocol):
    """Who answers to links that lead out of a list."""

    async def answer(self, token: str, press: Press = "", *, how: str = "") -> Page:
        """A page; a press acts."""


class Library(Protocol):
    """Who answers to readers."""

    async def issue(self, token: str) -> Page:
        """One issue."""

    async def archive(self, token: str, digest: str = "", page: int = 1) -> Page:
        """Lists of issues."""

    async def archived(self, token: str, digest: str, period: str) -> Page:
        """One issue of an archive."""

    async def feed(self, token: str, form: Form) -> File | Page:
        """A feed."""

    async def dates(self, token: str) -> File | Page:
        """Dates to come."""


class Visits:
    """Answers to the holders of links. Every link is asked for no more often than a person or a feed reader would."""

    def __init__(self, *, reception: Reception, desk: Desk, leaving: Leaving, library: Library, pages: Pages) -> None:
        self._reception, self._pages = reception, pages
        self._desk, self._leaving, self._library = desk, leaving, library
        self._each = Pressure(burst=40, a_minute=30, clock=time.monotonic)
        self._forged = Pressure(burst=200, a_minute=120, clock=time.monotonic)

    def holds(self, *actions: Action) -> Callable[[Request], Awaitable[Response | None]]:
        """The proof of a way: a token that we signed for one of these; what is forged or ran out gets a page."""

        async def proof(request: Request) -> Response | None:
            token = request.path_params["token"]
            found = await self._reception.ticket(token)
            if isinstance(found, Ticket) and found.action in actions:
                return None if self._each.takes(fingerprint(token)) else self._busy()
            if not self._forged.takes("forged"):
                return self._busy()
            return answered(self._reception.refused("forged" if isinstance(found, Ticket) else found))

        return proof

    async def act(self, request: Request) -> Response:
        """The page of something to do with an alert."""
        return await self._seen(request, self._desk.answer)

    async def acted(self, request: Request) -> Response:
        """Its button."""
        form = await _form(request)
        if form is None:
            return Response("the form is too large, or did not come", status_code=_GONE_WRONG)
        return await self._seen(request, lambda token: self._desk.answer(token, _press(form)))

    async def leave(self, request: Request) -> Response:
        """The page that leads out of a list."""
        return await self._seen(request, self._leaving.answer)

    async def left(self, request: Request) -> Response:
        """Its button, or a mail program's one click. Source: RFC 8058 3.2, the body of the POST."""
        form = await _form(request)
        if form is None:
            return Response("the form is too large, or did not come", status_code=_GONE_WRONG)
        how = ONE_CLICK if form.get("List-Unsubscribe") == ["One-Click"] else ON_PAGE
        return await self._seen(request, lambda token: self._leaving.answer(token, _press(form), how=how))

    async def issue(self, request: Request) -> Response:
        """One issue."""
        return await self._seen(request, self._library.issue)

    async def archive(self, request: Request) -> Response:
        """Lists of issues."""
        digest = request.path_params.get("digest", "")
        page = request.query_params.get("page", "1")
        number = int(page) if _PAGE.fullmatch(page) else 0
        return await self._seen(request, lambda token: self._library.archive(token, digest, number))

    async def archived(self, request: Request) -> Response:
        """One issue of an archive."""
        digest, period = request.path_params["digest"], request.path_params["period"]
        return await self._seen(request, lambda token: self._library.archived(token, digest, period))

    async def atom(self, request: Request) -> Response:
        """A feed as Atom."""
        return await self._seen(request, lambda token: self._library.feed(token, "atom"))

    async def json(self, request: Request) -> Response:
        """A feed as JSON Feed."""
        return await self._seen(request, lambda token: self._library.feed(token, "json"))

    async def dates(self, request: Request) -> Response:
        """Dates to come as a calendar file."""
        return await self._seen(request, self._library.dates)

    async def _seen(self, request: Request, answer: Callable[[str], Awaitable[Page | File]]) -> Response:
        found = await answer(request.path_params["token"])
        return _file(request, found) if isinstance(found, File) else answered(found)

    def _busy(self) -> Response:
        response = answered(self._pages.ask(busy(), status=_TOO_MANY))
        response.headers["retry-after"] = "60"
        return response


def answered(page: Page) -> Response:
    """A page with the policy that fits it."""
    return Response(
        page.html,
        status_code=page.status,
        media_type="text/html; charset=utf-8",
        headers={
            "content-security-policy": policy(page.styles, pictures=page.pictures),
            "x-robots-tag": "noindex, nofollow",
        },
    )


@cache
def policy(styles: tuple[str, ...], *, pictures: bool = False) -> str:
    """What a page with these style sheets may do: wear them, and post its form to where it came from.

    `pictures` are those that it carries within itself; none is ever fetched.
    Source: CSP Level 3, 2.3.1 (hash sources), 6.4.2 (form-action).
    """
    hashes = " ".join(f"'sha256-{_hash(style)}'" for style in styles)
    shown = "img-src data:; " if pictures else ""
    return f"default-src 'none'; style-src {hashes}; {shown}form-action 'self'; frame-ancestors 'none'; base-uri 'none'"


def _hash(style: str) -> str:
    return base64.b64encode(hashlib.sha256(style.encode()).digest()).decode("ascii")


def _file(request: Request, file: File) -> Response:
    tag = f'"{hashlib.sha256(file.body).hexdigest()[:32]}"'
    headers = {"etag": tag, "x-robots-tag": "noindex, nofollow"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(file.body, media_type=file.kind, headers=headers)


def _press(form: dict[str, list[str]]) -> Press:
    return "undo" if form.get("do") == ["undo"] else "do"


async def _form(request: Request) -> dict[str, list[str]] | None:
    """The fields that were posted, in either form; None if they are too large or many, or do not come."""
    body = bytearray()
    try:
        async with asyncio.timeout(READ_S):
            async for piece in request.stream():
                body += piece
                if len(body) > FORM_BYTES:
                    return None
    except (TimeoutError, ClientDisconnect):
        return None
    text = body.decode("utf-8", "replace")
    if request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        return {name: [value.strip()] for name, value in _PART.findall(text)}
    try:
        return parse_qs(text, max_num_fields=_MOST_FIELDS)
    except ValueError:
        return None


_PART: Final = re.compile(r'name="([^"]{1,40})"\r?\n(?:[^\r\n]{0,200}\r?\n)*?\r?\n([^\r\n]{0,200})')
"""A field of a form in parts: enough for a mail program that posts its one click so. Source: RFC 8058 3.2 allows it."""
