"""What a browser brings: the page as its scripts made it, and nothing that the guard did not let through."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
from pathlib import Path

import pytest

from tests.processes import no_open_files, wait_for
from tests.servers import reply
from tests.tools import ROOT
from watcher.browse import Browser
from watcher.browse.trees import descendants
from watcher.core.errors import FetchError, ParseError
from watcher.core.model import Document, Request, SourceState
from watcher.fetch import Fetcher
from watcher.network.errors import NetworkError
from watcher.sources.page_list import PageList, PageListOptions

from .conftest import HTML, Stage
from .listeners import Listener
from .pages import ENDLESS, GO_NOWHERE, HUNG, LISTING, page, reaching

pytestmark = pytest.mark.asyncio(loop_scope="module")

KILLED = """
import asyncio
from datetime import UTC, datetime
from tests.network.resolvers import ListedResolver
from watcher.browse import Browser
from watcher.core.model import Request
from watcher.fetch import Fetcher
from watcher.network.guard import Guard
from watcher.network.http import Http

async def main():
    browser = Browser({chromium!r})
    async with Http(Guard(ListedResolver(**{{"127__0__0__1": (("127.0.0.1",),)}}))) as http:
        fetcher = Fetcher(http, None, lambda: datetime.now(UTC), browser=browser)
        task = asyncio.create_task(fetcher.fetch(Request(url={url!r}, render=True), policy="any"))
        while browser.process is None:
            await asyncio.sleep(0.1)
        await asyncio.sleep(1)
        print(browser.process.pid, browser.process.folder, flush=True)
        await task

asyncio.run(main())
"""


def listing(url: str, *, browser: bool) -> PageList:
    options = {"url": url, "item": "li", "fields": {"title": "a", "link": "a@href"}, "browser": browser}
    return PageList(PageListOptions.model_validate(options))


async def test_a_list_that_a_script_makes_is_read_in_a_browser_and_a_fault_without(stage: Stage):
    url = stage.server.url("/listing")
    state = SourceState(etag='"1"', last_modified="Sun, 01 Mar 2026 00:00:00 GMT")
    found = {}
    for browser in (True, False):
        source = listing(url, browser=browser)
        request = source.plan(state, stage.fetcher._now())
        stage.asked()
        document = await stage.fetcher.fetch(request, policy="any")
        assert isinstance(document, Document)
        found[browser] = source, document

    source, document = found[True]
    entries = source.parse(document, SourceState()).entries
    assert [(each.title, each.link) for each in entries] == [
        ("Gallium exports need a licence", stage.server.url("/news/1")),
        ("Tin smelter restarts", stage.server.url("/news/2")),
    ]
    assert (document.final_url, document.header("content-type")) == (url, "text/html; charset=utf-8")
    source, document = found[False]
    with pytest.raises(ParseError, match="0 items match"):
        source.parse(document, SourceState())


async def test_no_way_out_of_a_page_leads_past_the_guard(stage: Stage, listener: Listener):
    document = await stage.show(reaching(listener.HOST, listener.port))

    assert b"done" in document.body
    assert listener.heard == (0, 0, 0)
    assert "/away" in stage.asked()  # home may be asked; where it leads to is judged anew
    await listener.control()
    assert listener.heard == (1, 7, 1)


@pytest.mark.slow
async def test_what_is_wanted_is_waited_for_and_what_cannot_be_is_not(stage: Stage):
    later = page("setTimeout(() => document.body.insertAdjacentHTML('beforeend', '<li>late'), 900);")
    url = stage.server.route("/later", reply(200, HTML, body=later))
    for wanted, there in (("li", True), ("", False), (":not-known(", False), ("b", True)):
        document = await stage.fetcher.fetch(Request(url=url, render=True, wanted=wanted), policy="any")
        assert isinstance(document, Document)
        assert (b"<li>late</li>" in document.body) is there


@pytest.mark.slow
async def test_what_a_server_said_of_the_page_it_sent_says_nothing_of_what_scripts_made_of_it(stage: Stage):
    body = page("document.title = [navigator.userAgent, document.cookie, navigator.onLine].join('|');")
    said = (HTML, ("ETag", '"1"'), ("Cache-Control", "max-age=600"), ("Set-Cookie", "a=1"), ("X-Kept", "yes"))

    document = await stage.show(body, *said)

    assert {name: document.header(name) for name in ("etag", "cache-control", "x-kept")} == {
        "etag": None,
        "cache-control": None,
        "x-kept": "yes",
    }
    assert b"|a=1|true</title>" in document.body
    again = await stage.show(page("document.title = '[' + document.cookie + ']';"))
    assert b"<title>[]</title>" in again.body


async def test_what_is_no_page_is_said_to_be_none(stage: Stage):
    with pytest.raises(FetchError, match="application/pdf came, which is no page"):
        await stage.show(b"%PDF-", ("Content-Type", "application/pdf"))


@pytest.mark.slow
async def test_a_page_may_lead_on_to_another_as_robots_txt_allows(stage: Stage):
    stage.server.route("/led", b"HTTP/1.1 302 Found\r\nLocation: /listing\r\nContent-Length: 0\r\n\r\n")
    stage.asked()

    document = await stage.show(page("location.replace('/led#there');"))

    assert document.final_url == stage.server.url("/listing")
    assert b"Tin smelter" in document.body
    with pytest.raises(FetchError):
        await stage.show(page("location.replace('/private');"))
    assert "/private" not in stage.asked()


@pytest.mark.slow
@pytest.mark.parametrize("name", ENDLESS)
async def test_a_page_that_never_rests_is_read_as_far_as_it_got(stage: Stage, name: str):
    stage.asked()
    if name in GO_NOWHERE:
        with pytest.raises(FetchError, match="led to what cannot be had"):
            await stage.show(ENDLESS[name])
    else:
        document = await stage.show(ENDLESS[name])
        assert document.final_url == stage.server.url("/page")
        assert b"<title>News</title>" in document.body

    assert len(stage.asked()) <= 62
    assert b"Tin smelter" in (await stage.show(LISTING)).body


@pytest.mark.slow
@pytest.mark.parametrize("name", HUNG)
async def test_a_page_that_hangs_costs_its_deadline_and_the_next_is_shown(stage: Stage, name: str):
    if stage.browser.process is None:
        await stage.show(LISTING)
    loop = asyncio.get_running_loop()
    start = loop.time()
    if name == "eats memory":  # it is refused, and the script gives up
        await stage.show(HUNG[name])
    else:
        with pytest.raises(FetchError, match=r"not done within 8 s|died|too large"):
            await stage.show(HUNG[name])

    assert loop.time() - start < 12
    assert b"Tin smelter" in (await stage.show(LISTING)).body


@pytest.mark.slow
async def test_a_browser_that_dies_is_started_again_and_leaves_nobody(stage: Stage):
    await stage.show(LISTING)
    process = stage.browser.process
    assert process is not None
    below = descendants(process.pid)
    assert len(below) > 2

    await stage.browser.aclose()

    assert [pid for pid in below if _lives(pid)] == []
    assert not os.path.exists(process.folder)  # noqa: PTH110, ASYNC240 - a look that does not wait
    assert b"Tin smelter" in (await stage.show(LISTING)).body


@pytest.mark.slow
async def test_a_daemon_that_is_killed_leaves_no_browser_behind(stage: Stage, chromium: Path):
    """Even while a page hangs."""
    stage.server.route("/hung", reply(200, HTML, body=HUNG["hangs a little later"]))
    code = KILLED.format(chromium=str(chromium), url=stage.server.url("/hung"))
    daemon = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE, cwd=ROOT)
    assert daemon.stdout is not None
    async with asyncio.timeout(40):
        root, folder = (await daemon.stdout.readline()).decode().split()
    below = [int(root), *descendants(int(root))]
    assert len(below) > 3

    daemon.kill()
    await daemon.wait()

    async with asyncio.timeout(10):
        while [pid for pid in below if _lives(pid)] or os.path.exists(folder):  # noqa: PTH110, ASYNC110, ASYNC240
            await asyncio.sleep(0.1)


@pytest.mark.slow
async def test_a_browser_whose_driver_is_shot_leaves_nobody_and_nothing(stage: Stage):
    await stage.show(LISTING)
    process = stage.browser.process
    assert process is not None
    below = descendants(process.pid)

    os.kill(process.pid, signal.SIGKILL)
    with pytest.raises(FetchError, match="the browser died"):
        await stage.show(LISTING)

    assert not os.path.exists(process.folder)  # noqa: PTH110, ASYNC240 - a look that does not wait
    await asyncio.to_thread(wait_for, lambda: not any(_lives(pid) for pid in below))
    assert b"Tin smelter" in (await stage.show(LISTING)).body


@pytest.mark.slow
async def test_a_browser_leaves_when_nobody_needs_it(stage: Stage, chromium: Path):
    browser = Browser(str(chromium), idle_s=0.1)
    fetcher = Fetcher(stage.fetcher._http, None, stage.fetcher._now, browser=browser)
    await fetcher.fetch(Request(url=stage.server.url("/listing"), render=True), policy="any")
    process = browser.process
    assert process is not None

    async with asyncio.timeout(10):
        await process.gone()

    assert browser.process is None
    await browser.aclose()


@pytest.mark.slow
async def test_a_browser_in_a_network_of_its_own_reaches_nobody(stage: Stage, listener: Listener, chromium: Path):
    browser = Browser(str(chromium), wall=True)
    fetcher = Fetcher(stage.fetcher._http, None, stage.fetcher._now, browser=browser)
    url = stage.server.route("/page", b"HTTP/1.1 200 OK\r\n\r\n" + reaching(listener.HOST, listener.port))
    try:
        document = await fetcher.fetch(Request(url=url, render=True), policy="any")
        assert browser.process is not None
        if not browser.process.walled:
            pytest.skip("this kernel gives no network namespaces")
    finally:
        await browser.aclose()

    assert isinstance(document, Document)
    assert b"done" in document.body
    assert listener.heard == (0, 0, 0)


async def test_without_a_browser_the_page_is_not_taken_for_read(stage: Stage):
    request = Request(url=stage.server.url("/listing"), render=True)
    for browser, words in (
        (None, "no browser"),
        (Browser(None), "no browser"),
        (Browser("/bin/true"), "does not start: it ended at once"),
    ):
        fetcher = Fetcher(stage.fetcher._http, None, stage.fetcher._now, browser=browser)
        with pytest.raises(FetchError, match=words):
            await fetcher.fetch(request, policy="any")


@pytest.mark.parametrize("left", [1, 2, 4])
async def test_a_browser_for_which_no_file_can_be_opened_leaves_nothing(left: int, tmp_path: Path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    await asyncio.to_thread(os.getpid)  # a thread takes files of its own when it starts
    with no_open_files(left), pytest.raises(NetworkError, match="does not start: too many open files here"):
        await Browser("/bin/true")._started()

    assert list(tmp_path.iterdir()) == []  # noqa: ASYNC240 - a look that does not wait


@pytest.mark.slow
async def test_the_same_page_is_heard_from_a_browser_without_walls(stage: Stage, listener: Listener, chromium: Path):
    """What the other tests try can be heard: else they would prove nothing."""
    body = reaching(listener.HOST, listener.port)
    url = stage.server.route("/page", b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + body)
    flags = ("--headless", "--no-sandbox", "--disable-gpu", "--timeout=4000", "--dump-dom", url)
    quiet = {"stdout": asyncio.subprocess.DEVNULL, "stderr": asyncio.subprocess.DEVNULL}
    plain = await asyncio.create_subprocess_exec(chromium, *flags, **quiet)
    try:
        async with asyncio.timeout(60):
            await plain.wait()
    finally:
        if plain.returncode is None:
            plain.kill()

    assert listener.connections > 5
    assert listener.datagrams > 0


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
    except OSError:
        return False
