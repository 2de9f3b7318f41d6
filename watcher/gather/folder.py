"""Files of a drop folder, read where they lie; never follows a link, never leaves the folder, never changes a file."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import stat
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path
from urllib.parse import quote

from watcher.core.errors import FetchError
from watcher.core.model import Document
from watcher.core.plans import FILE_MARK, LISTING, Folder, Gathered

MOST_BYTES = 8 * 1024 * 1024
MOST_FILES = 5_000
"""Names that a folder may hold; beyond, somebody has to tidy up, and is told so."""
UNFINISHED = (".part", ".partial", ".tmp", ".crdownload", ".swp", "~")
"""Ends of names that programs give to what they are still writing."""
_CLOCKS_APART_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A file that matches. `mark` is its name, size and time of change."""

    name: str
    size: int
    changed_ns: int

    @property
    def mark(self) -> str:
        return f"{self.name}/{self.size}/{self.changed_ns}"


async def files(plan: Folder, now: Callable[[], datetime]) -> AsyncGenerator[Gathered, None]:
    """Files that are new or changed, the oldest first, then what the folder holds if known files are gone.

    Raises: FetchError if the folder cannot be read, or holds too many files.
    """
    found = await asyncio.to_thread(_listed, plan)
    at = now()
    for each in found:
        if each.mark in plan.known or _fresh(each, at.timestamp(), plan.settle_s):
            continue
        gathered = await asyncio.to_thread(_read, plan, each, at)
        if gathered is not None:
            yield gathered
    marks = [each.mark for each in found]
    if not plan.known.issubset(marks):
        yield Gathered(document=_document(plan, "", json.dumps(marks).encode(), (), at, step=LISTING))


def _listed(plan: Folder) -> list[_Found]:
    try:
        with os.scandir(plan.path) as entries:
            names = [entry.name for entry in entries if _meant(entry.name, plan.pattern)]
            if len(names) > MOST_FILES:
                raise FetchError(f"read {plan.path}: more than {MOST_FILES:,} files; move away what was read long ago")
        folder = _opened(plan)
    except OSError as error:
        raise FetchError(f"read {plan.path}: {_cause(error)}") from error
    try:
        found = [each for name in names if (each := _stated(folder, name)) is not None]
    finally:
        os.close(folder)
    return sorted(found, key=lambda each: (each.changed_ns, each.name))


def _meant(name: str, pattern: str) -> bool:
    """Whether a name is asked for. What can't be written as text cannot be remembered as one either."""
    plain = name.isprintable() and not name.startswith(".") and not name.lower().endswith(UNFINISHED)
    return plain and fnmatchcase(name, pattern)


def _opened(plan: Folder) -> int:
    return os.open(plan.path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)


def _stated(folder: int, name: str) -> _Found | None:
    """A plain file, or a link, which is told as refused when it is read; None for folders, pipes and what is gone."""
    try:
        found = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except OSError:
        return None
    if not (stat.S_ISREG(found.st_mode) or stat.S_ISLNK(found.st_mode)):
        return None
    return _Found(name=name, size=found.st_size, changed_ns=found.st_mtime_ns)


def _fresh(found: _Found, now_s: float, settle_s: float) -> bool:
    """Whether it may still be being written. A time far in the future is another machine's clock, and says nothing."""
    age_s = now_s - found.changed_ns / 1e9
    return -_CLOCKS_APART_S < age_s < settle_s


def _read(plan: Folder, found: _Found, at: datetime) -> Gathered | None:
    """A file as it lies there; None if it changes meanwhile or is gone, which the next poll sees."""
    headers = ((FILE_MARK, found.mark),)
    try:
        body = _bytes(plan, found)
    except OSError as error:
        refused = "it is a link; only files of the folder itself are read" if _is_link(plan, found) else _cause(error)
        empty = _document(plan, found.name, b"", headers, at)
        return Gathered(document=empty, refused=f"reading {found.name}: {refused}")
    if body is None:
        return None
    document = _document(plan, found.name, body[:MOST_BYTES], headers, at)
    if len(body) > MOST_BYTES:
        return Gathered(document=document, refused=f"reading {found.name}: it is larger than {MOST_BYTES} bytes")
    return Gathered(document=document)


def _bytes(plan: Folder, found: _Found) -> bytes | None:
    folder = _opened(plan)
    try:
        # Without NOFOLLOW a link would lead anywhere; without NONBLOCK a pipe in its place would hold us for ever.
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        with os.fdopen(os.open(found.name, flags, dir_fd=folder), "rb") as stream:
            before = os.fstat(stream.fileno())
            if not stat.S_ISREG(before.st_mode):
                return None
            body = stream.read(MOST_BYTES + 1)
            after = os.fstat(stream.fileno())
    except FileNotFoundError:
        return None
    finally:
        os.close(folder)
    same = {(each.st_size, each.st_mtime_ns) for each in (before, after)} == {(found.size, found.changed_ns)}
    return body if same else None


def _is_link(plan: Folder, found: _Found) -> bool:
    return Path(plan.path, found.name).is_symlink()


def _document(
    plan: Folder, name: str, body: bytes, headers: tuple[tuple[str, str], ...], at: datetime, *, step: str = ""
) -> Document:
    url = f"file://{quote(plan.path)}/{quote(name)}"
    return Document(
        request_url=url,
        final_url=url,
        status=200,
        headers=headers,
        body=body,
        body_sha256=hashlib.sha256(body).hexdigest(),
        fetched=at,
        step=step,
    )


def _cause(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()
