"""The process that drives the browser: it shows pages one by one; all that they ask for is answered by the daemon.

Neither it nor the browser ever opens a connection: the browser has a dead proxy, no names and, where the kernel allows
it, no network at all. Playwright is imported here alone, so that nobody pays for it who asks for no browser.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import resource
import shutil
import socket
import sys

import msgspec
from playwright.async_api import Browser, Error, async_playwright

from watcher.browse.trees import kill_below
from watcher.browse.visit import Visit
from watcher.browse.wire import (
    FRAME_CAP,
    LENGTH,
    Answer,
    Failed,
    Load,
    Message,
    Ready,
    Refusal,
    Shown,
    ToBrowser,
    frame,
)

FLAGS = (
    # whatever is not answered by us goes to a port where nobody listens, by names that are not resolved
    "--proxy-server=http://127.0.0.1:9",
    "--proxy-bypass-list=<-loopback>",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--dns-prefetch-disable",
    "--disable-quic",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    # nothing is asked that no page asked for
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-sync",
    "--no-first-run",
    "--no-pings",
    # less to attack and less to pay for
    "--disable-gpu",
    "--disable-notifications",
    "--disable-remote-fonts",
    "--disable-speech-api",
    "--disable-webgl",
    "--mute-audio",
    "--renderer-process-limit=1",
    "--js-flags=--jitless --max-old-space-size=512",
)
_DECODER: msgspec.msgpack.Decoder[ToBrowser] = msgspec.msgpack.Decoder(ToBrowser)
_START_MS = 40_000.0
_LESS_PRIORITY = 5
_FILE_BYTES = 512 << 20
_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000
_CHILD_SUBREAPER = 36
_DATA_BYTES = 1 << 30
"""Memory of its own that one process of the browser may have; a page that wants more loses its process."""


def main() -> None:
    """Show pages until the asking ends. Arguments: the browser's path, `wall` to leave the network behind, our folder.

    If nobody asks any more the daemon is gone: then it is us who tidy up.
    """
    path, wall, folder = sys.argv[1], sys.argv[2] == "wall", sys.argv[3]
    end = socket.socket(fileno=os.dup(0))
    _confine()
    walled = wall and _leave_network()
    try:
        asyncio.run(_serve(end, path, walled=walled))
    finally:
        kill_below(os.getpid())
        shutil.rmtree(folder, ignore_errors=True)


def _confine() -> None:
    """Bound what we and all that we start may take."""
    for which, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_DATA, _DATA_BYTES),
        (resource.RLIMIT_FSIZE, _FILE_BYTES),
    ):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(which, (most, most))
    os.nice(_LESS_PRIORITY)
    # children of children that lose their parent become ours, so that whoever ends us finds them
    ctypes.CDLL(None).prctl(_CHILD_SUBREAPER, 1, 0, 0, 0)


def _leave_network() -> bool:
    """Go into a network of one's own that leads nowhere; False where the kernel does not let us."""
    user, group = os.geteuid(), os.getegid()
    libc = ctypes.CDLL(None)
    if libc.unshare(_NEW_NETWORK) == 0:
        return True
    if libc.unshare(_NEW_USER | _NEW_NETWORK) != 0:
        return False
    with contextlib.suppress(OSError):  # without these lines we have no name, which serves as well
        _write("/proc/self/setgroups", "deny")
        _write("/proc/self/uid_map", f"{user} {user} 1")
        _write("/proc/self/gid_map", f"{group} {group} 1")
    return True


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="ascii") as stream:  # noqa: PTH123 - one write, as the kernel wants it
        stream.write(text)


async def _serve(end: socket.socket, path: str, *, walled: bool) -> None:
    reader, writer = await asyncio.open_unix_connection(sock=end)
    async with async_playwright() as playwright:
        try:
            browser = await playwright.chromium.launch(
                executable_path=path,
                args=list(FLAGS),
                # a pop-up that nobody clicked for is none of ours
                ignore_default_args=["--disable-popup-blocking"],
                # Chromium refuses to run walled off from itself for root, who should not run it
                chromium_sandbox=os.geteuid() != 0,
                timeout=_START_MS,
            )
        except Error as error:
            writer.write(frame(Failed(visit=0, text=_no_start(str(error)))))
            await writer.drain()
            return
        writer.write(frame(Ready(walled=walled)))
        await _visits(browser, reader, writer)
        # what hangs would not be closed by being asked
        await asyncio.to_thread(kill_below, os.getpid())


async def _visits(browser: Browser, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Show what we are told to show, until there is nobody to tell us."""
    current: Visit | None = None
    task: asyncio.Task[None] | None = None
    while (message := await _received(reader)) is not None:
        match message:
            case Load():
                if task is not None:
                    await asyncio.wait([task])
                current = Visit(message, lambda said: writer.write(frame(said)))
                task = asyncio.create_task(_visit(browser, current, writer))
            case Answer() | Refusal():
                if current is not None and message.visit == current.load.visit:
                    current.answered(message)


async def _visit(browser: Browser, visit: Visit, writer: asyncio.StreamWriter) -> None:
    said: Message
    try:
        said = await visit.show(browser)
    except Error as error:
        said = Failed(visit=visit.load.visit, text=_cause(error))
    if isinstance(said, Shown) and len(said.html) > FRAME_CAP // 2:
        said = Failed(visit=visit.load.visit, text="what stands on it is too large")
    writer.write(frame(said))


def _no_start(text: str) -> str:
    """Why there is no browser, from what it said at its end."""
    if "sandbox" in text.lower().rpartition("browser logs")[2].replace("--no-sandbox", ""):
        return "it cannot lock itself in, which takes user namespaces"
    return "it ended at once; does it run by itself?"


def _cause(error: Error) -> str:
    """What the browser says of it; of its words only those are taken that hold no address."""
    text = str(error)
    for sign, words in (
        ("crash", "its process in the browser died; it may have wanted too much memory"),
        ("closed", "the browser closed it"),
        ("net::", "the browser could not load it"),
    ):
        if sign in text.lower():
            return words
    return "the browser could not show it"


async def _received(reader: asyncio.StreamReader) -> ToBrowser | None:
    try:
        (length,) = LENGTH.unpack(await reader.readexactly(LENGTH.size))
        return _DECODER.decode(await reader.readexactly(length))
    except (asyncio.IncompleteReadError, ConnectionError):
        return None


if __name__ == "__main__":
    main()
