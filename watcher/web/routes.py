"""Every way in, with who may use it; what is not in the table does not exist, and no row is open by omission."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from watcher.core.health import Health
from watcher.web.hubs import Hubs
from watcher.web.pushes import HUBS, PREFIX, Pushes

Access = Literal["public", "reader", "admin", "signed"]
Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One row: a path, what answers there, and who may ask.

    `access` has no default. public: anybody who reaches the socket; reader and admin: a person who proved it;
    signed: a machine whose request carries a valid signature; `proof` answers what carries none.
    """

    path: str
    endpoint: Endpoint
    access: Access
    method: Literal["GET", "POST"] = "GET"
    proof: Callable[[Request], Awaitable[Response | None]] | None = None


def ways(health: Callable[[], Health], pushes: Pushes | None = None, hubs: Hubs | None = None) -> tuple[Way, ...]:
    """The table. `/healthz` is public because monitors have no login; it says nothing but states of parts.

    Without `pushes` nothing can be pushed, without `hubs` no hub is heard. A hub is public because what it says has no
    effect unless its token is known and its call signed; and that is to be answered as if it had.
    """
    table = (Way(path="/healthz", endpoint=_healthz(health), access="public"),)
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


def _healthz(health: Callable[[], Health]) -> Endpoint:
    async def healthz(_request: Request) -> Response:
        now = health()
        body = {"ok": now.ok, "parts": {name: {"ok": fine, "says": words} for name, fine, words in now.parts}}
        return JSONResponse(body, status_code=200 if now.ok else 503)

    return healthz
