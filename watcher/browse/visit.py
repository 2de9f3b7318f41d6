"""One page in the browser, from loading to what stands on it; never lets a request of it through to a network."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Mapping

from playwright.async_api import Browser, BrowserContext, Error, Page, Request, Route

from watcher.browse.wire import Answer, Ask, Headers, Load, Message, Refusal, Shown

_WANTED = frozenset({"document", "script", "xhr", "fetch"})
_OURS_TO_SET = frozenset({"content-encoding", "content-length", "transfer-encoding", "connection", "keep-alive"})
_STEP_S = 0.05
_CLOSE_S = 3.0
_OK = 200
_IS_THERE = """wanted => {
  if (document.readyState === "loading") return false;
  try { return !wanted || document.querySelector(wanted) !== null; } catch { return true; }
}"""
"""A selector that the browser does not know is not waited for."""
_FORGETS = """
for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection", "RTCDataChannel", "WebTransport", "SharedWorker"])
  try { delete globalThis[name]; } catch {}
try { Object.defineProperty(Navigator.prototype, "onLine", {get: () => true}); } catch {}
"""
"""What no page needs to list its news, and what it is told of the network that it has not."""


class Visit:
    """One page. `say` sends a message to the daemon."""

    def __init__(self, load: Load, say: Callable[[Message], None]) -> None:
        self.load = load
        self._say = say
        self._waiting: dict[int, asyncio.Future[Answer | Refusal]] = {}
        self._number = 0
        self._stirred = time.monotonic()
        self._known: dict[str, Answer] = {
            _bare(load.url): Answer(
                visit=load.visit, number=0, url=load.url, status=_OK, headers=load.headers, body=load.body
            )
        }
        self._page: Page | None = None
        self._closers: set[asyncio.Future[None]] = set()

    def answered(self, message: Answer | Refusal) -> None:
        """Take the daemon's word on a request."""
        waiting = self._waiting.get(message.number)
        if waiting is not None and not waiting.done():
            waiting.set_result(message)

    async def show(self, browser: Browser) -> Shown:
        """What stands on the page once it is quiet. Raises: playwright's Error."""
        context = await browser.new_context(
            user_agent=self.load.agent,
            accept_downloads=False,
            service_workers="block",
        )
        try:
            return await self._shown(context)
        finally:
            with contextlib.suppress(Error, TimeoutError):
                async with asyncio.timeout(_CLOSE_S):
                    await context.close()

    async def _shown(self, context: BrowserContext) -> Shown:
        await context.add_init_script(_FORGETS)
        await context.route("**/*", self._routed)
        page = self._page = await context.new_page()
        context.on("page", self._close)
        start = time.monotonic()
        # the deadline of a page is the daemon's, who can end what does not listen
        await page.goto(self.load.url, wait_until="commit", timeout=0)
        while True:
            quiet = await self._rest(page, start)
            try:
                html = await page.content()
            except Error as error:
                # it went on to another page meanwhile
                if "navigat" not in str(error).lower() and "context was destroyed" not in str(error).lower():
                    raise
                await asyncio.sleep(_STEP_S)
                continue
            if quiet and self._busy():
                continue
            return Shown(visit=self.load.visit, url=page.url, html=html.encode("utf-8", "replace"), quiet=quiet)

    async def _rest(self, page: Page, start: float) -> bool:
        """Wait until nothing was asked for during a while and its script gives way; False if it never comes to rest."""
        while time.monotonic() - start < self.load.settle_s:
            if self._busy():
                await asyncio.sleep(_STEP_S)
                continue
            with contextlib.suppress(Error):  # it goes on to another page
                if await page.evaluate(_IS_THERE, self.load.wanted) and not self._busy():
                    return True
            await asyncio.sleep(_STEP_S)
        return False

    def _busy(self) -> bool:
        return bool(self._waiting) or time.monotonic() - self._stirred < self.load.quiet_s

    def _close(self, page: Page) -> None:
        """Close what the page opened beside itself."""
        task = asyncio.ensure_future(page.close())
        self._closers.add(task)
        task.add_done_callback(self._closed)

    def _closed(self, task: asyncio.Future[None]) -> None:
        self._closers.discard(task)
        if not task.cancelled():
            task.exception()

    async def _routed(self, route: Route, request: Request) -> None:
        with contextlib.suppress(Error):  # the page went away meanwhile
            await self._answer(route, request)

    async def _answer(self, route: Route, request: Request) -> None:
        kind = request.resource_type
        own = request.is_navigation_request() and request.frame is not None and self._is_own(request)
        if kind == "stylesheet":
            # scripts may wait for it, and nobody looks at it
            await route.fulfill(status=_OK, content_type="text/css", body="")
            return
        if (
            self._number >= self.load.requests
            or kind not in _WANTED
            or (kind == "document" and not own)
            or request.method not in {"GET", "HEAD"}
        ):
            await route.abort("blockedbyclient")
            return
        known = self._known.pop(_bare(request.url), None) if own else None
        answer = known or await self._asked(request, own=own)
        if isinstance(answer, Refusal):
            await route.abort("addressunreachable")
        elif own and _bare(answer.url) != _bare(request.url):
            # redirects lead elsewhere: the page is shown under the address that it came from
            self._known[_bare(answer.url)] = answer
            body = f'<meta http-equiv="refresh" content="0;url={_escaped(answer.url)}">'
            await route.fulfill(status=_OK, content_type="text/html; charset=utf-8", body=body)
        else:
            await route.fulfill(status=answer.status, headers=_told(answer.headers), body=answer.body)
        self._stirred = time.monotonic()

    def _is_own(self, request: Request) -> bool:
        return self._page is not None and request.frame == self._page.main_frame

    async def _asked(self, request: Request, *, own: bool) -> Answer | Refusal:
        self._number += 1
        number = self._number
        future = self._waiting[number] = asyncio.get_running_loop().create_future()
        try:
            self._say(
                Ask(
                    visit=self.load.visit,
                    number=number,
                    method=request.method,
                    url=request.url,
                    headers=_asked_with(request.headers),
                    page=own,
                )
            )
            answer: Answer | Refusal = await future
            return answer
        finally:
            del self._waiting[number]


def _bare(url: str) -> str:
    return url.partition("#")[0]


def _escaped(url: str) -> str:
    return url.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")


def _asked_with(headers: Mapping[str, str]) -> Headers:
    return tuple(headers.items())


def _told(headers: Headers) -> dict[str, str]:
    """Headers as the browser may have them: the body is no longer as it came over the wire."""
    found: dict[str, str] = {}
    for name, value in headers:
        if name not in _OURS_TO_SET:
            found[name] = f"{found[name]}\n{value}" if name in found and name == "set-cookie" else value
    return found
