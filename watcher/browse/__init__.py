"""Pages that are made by their scripts, shown in a browser that has no network: it only sees what we fetched for it.

One browser at a time, started when a page needs it and ended when none did for a while. A page costs its deadline at
most; whatever hangs is killed with all its processes. Never imports the driver of the browser: that is a process apart.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from dataclasses import dataclass, replace

from watcher.browse.gate import BOUNDS, Bounds, Gate, Part
from watcher.browse.process import Process
from watcher.browse.wire import Ask, Failed, Load, Shown
from watcher.core.addresses import Policy
from watcher.core.errors import FetchError
from watcher.core.model import Document
from watcher.core.urls import host_of, http_url
from watcher.network.errors import NetworkError, lack

__all__ = ["BOUNDS", "Bounds", "Browser", "Part"]

_START_S = 45.0
_IDLE_S = 60.0
_MOST_VISITS = 50
"""Pages that one browser shows; what leaks in it does not last."""
_SHELL = frozenset({"etag", "last-modified", "cache-control", "expires", "age", "content-type", "content-length"})
"""What a server says of the page as it sent it says nothing of what its scripts made of it."""
_HTML = frozenset({"text/html", "application/xhtml+xml", ""})


@dataclass(slots=True)
class _Running:
    """The browser that runs, and how many pages it has shown."""

    process: Process
    visits: int = 0


class Browser:
    """Shows pages.

    Args:
        path: the Chromium to run; None if there is none.
        bounds: what one page may cost.
        idle_s: so long it stays after the last page.
        wall: whether its processes leave the network behind, where the kernel lets them.
    """

    def __init__(
        self, path: str | None, *, bounds: Bounds = BOUNDS, idle_s: float = _IDLE_S, wall: bool = True
    ) -> None:
        self._path = path
        self._bounds = bounds
        self._idle_s = idle_s
        self._wall = wall
        self._turn = asyncio.Lock()
        self._running: _Running | None = None
        self._leaving: asyncio.Task[None] | None = None
        self._number = 0

    @property
    def process(self) -> Process | None:
        """The browser that runs, if one does."""
        return None if self._running is None else self._running.process

    async def shown(self, document: Document, policy: Policy, agent: str, fetch: Part, *, wanted: str = "") -> Document:
        """The document as it stands when its scripts have run, under the address where they led.

        Args:
            document: the page as its server sent it.
            policy: what the page's own origin may be; all others are public.
            agent: how we name ourselves.
            fetch: gets what the page asks for.
            wanted: a CSS selector of what its scripts will have made.

        Raises: `FetchError`.
        """
        name = host_of(document.final_url)
        kind = (document.header("content-type") or "").partition(";")[0].strip().lower()
        if kind not in _HTML:
            raise FetchError(f"show {name}: {kind[:80]} came, which is no page; leave `browser` out")
        load = self._load(document, agent, wanted)
        gate = Gate(document, policy, fetch, self._bounds)
        async with self._turn:
            if self._leaving is not None:
                self._leaving.cancel()
            try:
                running = await self._started()
                async with asyncio.timeout(self._bounds.total_s):
                    found = await self._visit(running, load, gate)
            except TimeoutError:
                await asyncio.shield(self._end())
                raise FetchError(f"show {name}: not done within {self._bounds.total_s:g} s") from None
            except (EOFError, OSError):
                await asyncio.shield(self._end())
                raise FetchError(f"show {name}: the browser died") from None
            except BaseException:
                await asyncio.shield(self._end())
                raise
            if running.visits >= _MOST_VISITS:
                await self._end()
            self._leaving = asyncio.create_task(self._leave(), name="browser-leaves")
        return _rendered(document, found, gate, self._bounds)

    async def aclose(self) -> None:
        """End it."""
        if self._leaving is not None:
            self._leaving.cancel()
        await self._end()

    async def _started(self) -> _Running:
        if self._running is None:
            if self._path is None:
                raise NetworkError("browser", "no browser to show the page with; `watcher check` says what to install")
            try:
                process = await Process.started(self._path, wall=self._wall, start_s=_START_S)
            except (TimeoutError, EOFError, OSError) as error:
                if isinstance(error, OSError) and (lacks := lack(error)):
                    raise NetworkError("ours", f"the browser does not start: {lacks}") from None
                why = str(error) if type(error) is EOFError else "it is not ready in time"
                raise NetworkError("browser", f"the browser does not start: {why or 'it ended'}") from None
            self._running = _Running(process)
        return self._running

    def _load(self, document: Document, agent: str, wanted: str) -> Load:
        self._number += 1
        return Load(
            visit=self._number,
            url=document.final_url,
            headers=document.headers,
            body=document.body,
            agent=agent,
            wanted=wanted,
            requests=self._bounds.requests,
            quiet_s=self._bounds.quiet_s,
            settle_s=self._bounds.settle_s,
        )

    async def _visit(self, running: _Running, load: Load, gate: Gate) -> Shown:
        running.visits += 1
        number, process = load.visit, running.process
        await process.send(load)
        asked: set[asyncio.Task[None]] = set()
        try:
            while True:
                match await process.receive():
                    case Ask(visit=visit) as ask if visit == number:
                        task = asyncio.create_task(_reply(process, gate, ask))
                        asked.add(task)
                        task.add_done_callback(asked.discard)
                    case Shown(visit=visit) as found if visit == number:
                        return found
                    case Failed(visit=visit, text=text) if visit == number:
                        raise FetchError(f"show {host_of(load.url)}: {text[:200]}")
        finally:
            for task in asked:
                task.cancel()
            await asyncio.gather(*asked, return_exceptions=True)

    async def _leave(self) -> None:
        await asyncio.sleep(self._idle_s)
        async with self._turn:
            await asyncio.shield(self._end())

    async def _end(self) -> None:
        running, self._running = self._running, None
        if running is not None:
            await running.process.end()


async def _reply(process: Process, gate: Gate, ask: Ask) -> None:
    answer = await gate.answer(ask)
    with contextlib.suppress(OSError):
        await process.send(answer)


def _rendered(document: Document, found: Shown, gate: Gate, bounds: Bounds) -> Document:
    url = http_url(found.url)
    if url is None or not gate.gave(url):
        raise FetchError(f"show {host_of(document.final_url)}: its scripts led to what cannot be had")
    if len(found.html) > bounds.document_bytes:
        raise FetchError(f"show {host_of(url)}: what stands on it is larger than {bounds.document_bytes} bytes")
    kept = tuple(pair for pair in document.headers if pair[0] not in _SHELL)
    return replace(
        document,
        final_url=url.partition("#")[0],
        headers=(*kept, ("content-type", "text/html; charset=utf-8")),
        body=found.html,
        body_sha256=hashlib.sha256(found.html).hexdigest(),
    )
