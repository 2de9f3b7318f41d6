"""The process with the browser as the daemon sees it: started, spoken to, ended with all that it started.

Never believes that it ends by being asked: whatever hangs below it is killed.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import socket
import sys
import tempfile
from pathlib import Path
from typing import Self

import msgspec

from watcher.browse.trees import kill_tree
from watcher.browse.wire import FRAME_CAP, LENGTH, Failed, FromBrowser, Message, Ready, frame

_END_S = 10.0
_TRIES, _PAUSE_S = 30, 0.1
_DECODER: msgspec.msgpack.Decoder[FromBrowser] = msgspec.msgpack.Decoder(FromBrowser)


class Process:
    """A browser that runs. Made by `started`. `folder` is what it may write to."""

    def __init__(
        self,
        process: asyncio.subprocess.Process,
        streams: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        folder: str,
    ) -> None:
        self._process = process
        self._reader, self._writer = streams
        self.folder = folder
        self.walled = False

    @classmethod
    async def started(cls, path: str, *, wall: bool, start_s: float) -> Self:
        """A browser that is ready. It sees nothing of our environment but where modules and programs lie.

        Raises: TimeoutError, EOFError, OSError.
        """
        ours, theirs = socket.socketpair()
        folder = ""
        try:
            with theirs:
                folder = await asyncio.to_thread(tempfile.mkdtemp, prefix="watcher-browser-")
                process = await asyncio.create_subprocess_exec(
                    *(sys.executable, "-P", "-m", "watcher.browse.worker", path, "wall" if wall else "flags", folder),
                    stdin=theirs.fileno(),
                    stdout=asyncio.subprocess.DEVNULL,
                    stderr=asyncio.subprocess.DEVNULL,
                    env=_environment(folder),
                    start_new_session=True,
                )
            self = cls(process, await asyncio.open_unix_connection(sock=ours), folder)
        except BaseException:
            ours.close()  # one that was started ends with it
            shutil.rmtree(folder, ignore_errors=True)
            raise
        try:
            async with asyncio.timeout(start_s):
                self.walled = await self._ready()
        except BaseException:
            await asyncio.shield(self.end())
            raise
        return self

    @property
    def pid(self) -> int:
        """The pid that all of its processes descend from."""
        return self._process.pid

    async def _ready(self) -> bool:
        """Whether it is walled off, once it says that it is ready."""
        match await self.receive():
            case Ready(walled=walled):
                return walled
            case Failed(text=text):
                raise EOFError(text[:200])
            case _:
                raise EOFError

    async def send(self, message: Message) -> None:
        """Say something to it."""
        self._writer.write(frame(message))
        await self._writer.drain()

    async def receive(self) -> FromBrowser:
        """What it says next. Raises: EOFError, OSError if there will be nothing more that makes sense."""
        (length,) = LENGTH.unpack(await self._reader.readexactly(LENGTH.size))
        if length > FRAME_CAP:
            raise EOFError
        try:
            return _DECODER.decode(await self._reader.readexactly(length))
        except msgspec.MsgspecError:
            raise EOFError from None

    async def gone(self) -> None:
        """Wait until it has ended."""
        await self._process.wait()

    async def end(self) -> None:
        """Kill all of it, wait until it is gone, and remove what it left on the disk."""
        self._writer.transport.abort()
        if self._process.returncode is None:
            await asyncio.to_thread(kill_tree, self._process.pid)
        with contextlib.suppress(TimeoutError):  # killed it is; whoever has to bury it is not waited for any longer
            async with asyncio.timeout(_END_S):
                await self._process.wait()
        for _ in range(_TRIES):  # what outlives it for an instant, because nobody could name it any more, writes on
            await asyncio.to_thread(shutil.rmtree, self.folder, ignore_errors=True)
            if not await asyncio.to_thread(os.path.exists, self.folder):
                return
            await asyncio.sleep(_PAUSE_S)


def _environment(folder: str) -> dict[str, str]:
    """Where modules and programs lie, and a home that is thrown away."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "PYTHONPATH": os.pathsep.join(entry or str(Path.cwd()) for entry in sys.path),
        "PYTHONDONTWRITEBYTECODE": "1",
        "LC_ALL": "C.UTF-8",
        "HOME": folder,
        "TMPDIR": folder,
        "XDG_CONFIG_HOME": folder,
        "XDG_CACHE_HOME": folder,
    }
