"""Builds the application from the table of routes; it adds no route of its own and has no open default."""

from __future__ import annotations

from collections.abc import Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from watcher.web.door import Door
from watcher.web.routes import Access, Endpoint, Way

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "[::1]", "localhost"})
Prove = Callable[[Request, Access], bool]


def nobody(_request: Request, _access: Access) -> bool:
    """The proof that nobody can give: what is not public stays shut until there are logins."""
    return False


def application(table: tuple[Way, ...], *, hosts: frozenset[str] = LOOPBACK_HOSTS, prove: Prove = nobody) -> ASGIApp:
    """The application that answers to `hosts` and to the rows of `table`.

    Args:
        table: every way in; a row that is not public is asked for only if `prove(request, access)` holds.
        hosts: accepted Host headers without port, lower case, IPv6 in brackets.
        prove: whether the request shows what the access class asks for; called for each request anew.
    """
    routes = [Route(way.path, _guarded(way, prove), methods=[way.method]) for way in table]
    inner = Starlette(routes=routes, exception_handlers={404: _absent, 500: _failed})
    inner.router.redirect_slashes = False
    return Door(inner, hosts=hosts, pushed=any(way.method == "POST" for way in table))


def _guarded(way: Way, prove: Prove) -> Endpoint:
    async def answer(request: Request) -> Response:
        if way.access in {"signed", "link"} and way.proof is not None:
            refused = await way.proof(request)
            return refused if refused is not None else await way.endpoint(request)
        if way.access != "public" and not prove(request, way.access):
            return PlainTextResponse("not without a login", status_code=401)
        return await way.endpoint(request)

    return answer


async def _absent(_request: Request, _error: Exception) -> Response:
    return PlainTextResponse("nothing here", status_code=404)


async def _failed(_request: Request, _error: Exception) -> Response:
    return PlainTextResponse("this failed; the log says why", status_code=500)
