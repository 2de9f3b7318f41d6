"""Serves an application inside the daemon's own loop; it never touches signals and never opens to the world unasked."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
from collections.abc import AsyncIterator, Iterator

import uvicorn
from starlette.types import ASGIApp

from watcher.core.errors import WatcherError

DRAIN_S = 5  # for requests under way when we stop


class _Server(uvicorn.Server):
    """uvicorn without its signal handlers, and with a way to wait until it listens.

    Overriding is the only seam it offers: `serve()` installs handlers of its own, which would take SIGTERM from
    the daemon and leave its sends in flight.
    """

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()


def refused_host(host: str) -> str | None:
    """Why `listen.host` can't be used, or None if it is a loopback address; names are not looked up."""
    try:
        loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return f"listen.host: {host!r} is not an address; allowed: 127.0.0.1, ::1, localhost"
    if loopback:
        return None
    return (
        f"listen.host: {host} would show /healthz to other machines, and there is no login yet; "
        "use 127.0.0.1 and a reverse proxy"
    )


@contextlib.asynccontextmanager
async def serve(app: ASGIApp, *, host: str, port: int, public: bool = False) -> AsyncIterator[int]:
    """Listen while the body runs, and yield the port (of use if 0 was asked for).

    On the way out requests under way get 5 s. Raises `WatcherError` if the address is not loopback (unless
    `public`), or can't be had.
    """
    reason = None if public else refused_host(host)
    if reason is not None:
        raise WatcherError(reason)
    with contextlib.closing(_bound(host, port)) as link:
        server = _Server(_config(app))
        running = asyncio.create_task(server.serve(sockets=[link]), name="web")
        started = asyncio.create_task(server.listening.wait(), name="web-listening")
        try:
            await asyncio.wait({running, started}, return_when=asyncio.FIRST_COMPLETED)
            if running.done():
                await running
            yield link.getsockname()[1]
        finally:
            started.cancel()
            server.should_exit = True
            await running


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise WatcherError(f"cannot listen: {host}:{port}: {error.strerror or error}") from error


def _config(app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        access_log=False,  # a monitor's question every few seconds is no event
        date_header=False,
        h11_max_incomplete_event_size=16 * 1024,
        http="h11",
        lifespan="off",
        limit_concurrency=64,
        log_config=None,  # `telemetry.py` has set up logging
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=DRAIN_S,
        timeout_keep_alive=5,
        ws="none",
    )
