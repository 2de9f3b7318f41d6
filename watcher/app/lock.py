"""One daemon per database: an advisory lock on a file beside it, gone with the process that holds it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from watcher.core.errors import WatcherError


class AlreadyRunning(WatcherError):
    """Another process works on this database."""


@contextmanager
def only_one(database: Path) -> Iterator[None]:
    """Hold the database's lock while the body runs. Raises AlreadyRunning, naming the holder's pid, at once."""
    path = database.with_name(database.name + ".lock")
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise WatcherError(
            f"lock file {path}: {error.strerror}; the database's folder must exist and be writable"
        ) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip() or "unknown"
            raise AlreadyRunning(f"database {database}: another watcher works on it (pid {holder})") from None
        with suppress(OSError):  # a full disk: the pid is for people to read, the lock holds without it
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)
