"""Files put in their places whole: new ones all or none, never over one that is there unless told to; and results."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

_MODE = 0o600
_FOLDER_MODE = 0o700


class Standing(Exception):
    """A file is there already; the text is its path."""


def place(files: Mapping[Path, str], *, over: bool) -> None:
    """Write these files, readable by their owner only, and the folders right above them.

    Args: over - whether files that are there are replaced, each at once.

    Raises: Standing if one is there and may not be replaced; OSError if one cannot be written. What this call made
    is then gone again.
    """
    if not over:
        for path in files:
            if os.path.lexists(path):
                raise Standing(str(path))
    made: list[Path] = []
    try:
        for path, text in files.items():
            if path is not next(iter(files)) and not path.parent.is_dir():
                path.parent.mkdir(_FOLDER_MODE)
                made.append(path.parent)
            if over:
                with whole(path) as out:
                    out.write(text.encode())
            else:
                _make(path, text, made)
    except BaseException:
        for path in reversed(made):
            path.rmdir() if path.is_dir() else path.unlink(missing_ok=True)
        raise


@contextmanager
def whole(target: Path) -> Iterator[IO[bytes]]:
    """A file of its owner's alone that appears under its name only when whole and on disk. Raises OSError."""
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        part.replace(target)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _make(path: Path, text: str, made: list[Path]) -> None:
    """Write a file that must not be there yet."""
    try:
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MODE)
    except FileExistsError:
        raise Standing(str(path)) from None
    made.append(path)
    with os.fdopen(number, "w", encoding="utf-8") as file:
        file.write(text)
