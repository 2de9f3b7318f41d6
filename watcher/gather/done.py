"""Files of a drop folder that were taken in, moved out of the way; never one that was not, or that changed since.

Killed at any line it goes on with the next poll: what was taken in stands in the source's cursor, and what stands there
is moved. No file is overwritten.
"""

from __future__ import annotations

import contextlib
import errno
import os
from pathlib import PurePosixPath
from typing import Final

from watcher.core.errors import FetchError
from watcher.core.plans import Folder

DONE: Final = "done"
"""The folder below the drop folder that takes them."""
_TRIES: Final = 10_000


def move_read(plan: Folder) -> int:
    """Move all files that lie there as they were read; how many.

    Raises: FetchError that says why not all could be.
    """
    try:
        folder = os.open(plan.path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise _failed(plan, error) from error
    try:
        marks = [mark for mark in plan.read if mark_of(folder, _name_in(mark)) == mark]
        if not marks:
            return 0
        done = _done(folder)
        try:
            for mark in marks:
                _move(folder, done, mark)
        finally:
            os.close(done)
    except OSError as error:
        raise _failed(plan, error) from error
    finally:
        os.close(folder)
    return len(marks)


def mark_of(folder: int, name: str) -> str | None:
    """Name, size and time of change of what lies there; None if nothing does."""
    try:
        found = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except OSError:
        return None
    return f"{name}/{found.st_size}/{found.st_mtime_ns}"


def _done(folder: int) -> int:
    """The folder for what was read, made if it is not there. A link is none."""
    with contextlib.suppress(FileExistsError):
        os.mkdir(DONE, 0o750, dir_fd=folder)
    return os.open(DONE, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)


def _move(folder: int, done: int, mark: str) -> None:
    """Move one file. If another one took its name meanwhile, that goes back: it was not read."""
    name = _name_in(mark)
    to = _free(done, name)
    os.rename(name, to, src_dir_fd=folder, dst_dir_fd=done)
    moved = mark_of(done, to)
    if moved is not None and moved.removeprefix(to) != mark.removeprefix(name) and mark_of(folder, name) is None:
        os.rename(to, name, src_dir_fd=done, dst_dir_fd=folder)


def _free(done: int, name: str) -> str:
    """A name that nothing has there yet: its own, or one with a number before its suffix."""
    path = PurePosixPath(name)
    for number in range(1, _TRIES):
        candidate = name if number == 1 else f"{path.stem}.{number}{path.suffix}"
        if mark_of(done, candidate) is None:
            return candidate
    raise OSError(errno.EEXIST, f"too many files named {name}")


def _name_in(mark: str) -> str:
    return mark.rsplit("/", 2)[0]


def _failed(plan: Folder, error: OSError) -> FetchError:
    cause = (error.strerror or type(error).__name__).lower()
    return FetchError(f"move what was read to {plan.path}/{DONE}: {cause}")
