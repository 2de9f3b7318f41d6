"""Bodies that are too large to hold: written to a file as they come, which whoever reads the body deletes.

Never leaves a file behind that nobody knows of: it is named by the document, or deleted here.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final

from watcher.core.model import Spooled

KEPT: Final = 1 << 18
"""Bytes up to which a body stays in memory: most feeds and tables are smaller."""
_HEAD: Final = 1 << 16
_PREFIX: Final = "watcher-body-"
_FORGOTTEN_S: Final = 3600.0


class Spool:
    """Takes a body as it comes."""

    def __init__(self) -> None:
        self._small = bytearray()
        self._file: BinaryIO | None = None
        self._path = ""
        self._size = 0
        self._hash = hashlib.sha256()
        self._head = b""

    def write(self, data: bytes) -> None:
        """Take the next bytes."""
        self._size += len(data)
        self._hash.update(data)
        if self._file is None and self._size <= KEPT:
            self._small += data
            return
        if self._file is None:
            sweep()
            number, self._path = tempfile.mkstemp(prefix=_PREFIX)
            self._file = os.fdopen(number, "wb")
            self._file.write(self._small)
            self._head = bytes((self._small + data[:_HEAD])[:_HEAD])
            self._small.clear()
        self._file.write(data)

    def finish(self) -> tuple[bytes, Spooled | None]:
        """The whole body, or where it lies."""
        if self._file is None:
            return bytes(self._small), None
        try:
            self._file.close()
        except BaseException:  # what was still buffered found no room
            self.drop()
            raise
        return b"", Spooled(path=self._path, size=self._size, sha256=self._hash.hexdigest(), head=self._head)

    def drop(self) -> None:
        """Give it up."""
        if self._file is not None:
            with suppress(OSError):  # closing writes what is left, for which there may be no room
                self._file.close()
            discard(self._path)


def sweep() -> None:
    """Delete what a process that was killed has left: no body is waited for so long."""
    now = time.time()
    for left in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):
            if now - left.stat().st_mtime > _FORGOTTEN_S:
                left.unlink()


def discard(path: str) -> None:
    """Delete a spooled body that was read, or that nobody wants to read; it may be gone already."""
    with suppress(OSError):
        os.unlink(path)  # noqa: PTH108 - a path as it is, without a library around it
