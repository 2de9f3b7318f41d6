"""Every way in, with who may use it; what is not in the table does not exist, and no row is open by omission."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from watcher.core.health import Health
from watcher.core.telling.actions import ON_ALERTS
from watcher.pipeline.telling.linking import ACT, ARCHIVE, FEED, ISSUE, LEAVE
from watcher.web.hubs import Hubs
from watcher.web.pushes import HUBS, PREFIX, Pushes
from watcher.web.visits import Visits

Access = Literal["public", "reader", "admin", "signed", "link"]
Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One row: a path, what answers there, and who may ask.

    `access` has no default. public: anybody who reaches the socket; reader and admin: a person who proved it;
    signed: a machine whose request carries a valid signature; link: whoever holds an address that we signed. Of both
    `proof` answers what is not proved; without one nobody gets in.
    """

    path: str
    endpoint: Endpoint
    access: Access
    method: Literal["GET", "POST"] = "GET"
    proof: Callable[[Request], Awaitable[Response | None]] | None = None


def ways(
    health: Callable[[], Health],
    pushes: Pushes | None = None,
    hubs: Hubs | None = None,
    visits: Visits | None = None,
) -> tuple[Way, ...]:
    """The table. `/healthz` is public because monitors have no login; it says nothing but states of parts.

    Without `pushes` nothing can be pushed, without `hubs` no hub is heard. A hub is public because what it says has no
    effect unless its token is known and its call signed; and that is to be answered as if it had. Without `visits`
    there are no pages.
    """
    table = (Way(path="/healthz", endpoint=_healthz(health), access="public"), *(_visited(visits) if visits else ()))
    if pushes is None:
        return table
    inbox = Way(path=f"{PREFIX}{{name:path}}", endpoint=pushes.take, access="signed", method="POST", proof=pushes.prove)
    if hubs is None:
        return (*table, inbox)
    hub = f"{HUBS}{{token}}"
    return (
        *table,
        Way(path=hub, endpoint=hubs.confirm, access="public"),
        Way(path=hub, endpoint=hubs.call, access="public", method="POST"),
        inbox,
    )


def _visited(visits: Visits) -> tuple[Way, ...]:
    """What is behind signed links. GET shows, POST acts; nothing else is spoken."""
    act, leave, issue = visits.holds(*ON_ALERTS), visits.holds("unsubscribe"), visits.holds("issue")
    reads = visits.holds("subscription")
    return (
        Way(path=f"{ACT}{{token}}", endpoint=visits.act, access="link", proof=act),
        Way(path=f"{ACT}{{token}}", endpoint=visits.acted, access="link", proof=act, method="POST"),
        Way(path=f"{LEAVE}{{token}}", endpoint=visits.leave, access="link", proof=leave),
        Way(path=f"{LEAVE}{{token}}", endpoint=visits.left, access="link", proof=leave, method="POST"),
        Way(path=f"{ISSUE}{{token}}", endpoint=visits.issue, access="link", proof=issue),
        Way(path=f"{ARCHIVE}{{token}}", endpoint=visits.archive, access="link", proof=reads),
        Way(path=f"{ARCHIVE}{{token}}/{{digest}}", endpoint=visits.archive, access="link", proof=reads),
        Way(path=f"{ARCHIVE}{{token}}/{{digest}}/{{period}}", endpoint=visits.archived, access="link", proof=reads),
        Way(path=f"{FEED}{{token}}/atom.xml", endpoint=visits.atom, access="link", proof=reads),
        Way(path=f"{FEED}{{token}}/feed.json", endpoint=visits.json, access="link", proof=reads),
        Way(path=f"{FEED}{{token}}/dates.ics", endpoint=visits.dates, access="link", proof=reads),
    )


def _healthz(health: Callable[[], Health]) -> Endpoint:
    async def healthz(_request: Request) -> Response:
        now = health()
        body = {"ok": now.ok, "parts": {name: {"ok": fine, "says": words} for name, fine, words in now.parts}}
        return JSONResponse(body, status_code=200 if now.ok else 503)

    return healthz
