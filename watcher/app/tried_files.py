"""The files of a drop folder, each read once as a poll would, with what came of each; nothing is stored or moved."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from watcher.core.errors import ParseError
from watcher.core.model import Document
from watcher.core.plans import FILE_MARK, LISTING, PASSED, Gathered
from watcher.parse.wire import ParsedDocument
from watcher.pipeline.watching.gathering import named_cause

MOST_FILES: Final = 100
"""Files that are tried, the newest: their bodies lie in memory together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedFile:
    """One file and what it says; `parsed` is None where it could not be read, for which `fault` is the cause."""

    name: str
    document: Document
    parsed: ParsedDocument | None = None
    fault: str = ""


async def tried_files(
    found: AsyncGenerator[Gathered, None], parse: Callable[[Document], Awaitable[ParsedDocument]]
) -> tuple[tuple[TriedFile, ...], int]:
    """What came of the newest files, oldest first, and how many older ones were left out. Raises FetchError."""
    newest: deque[Gathered] = deque(maxlen=MOST_FILES)
    count = 0
    async for each in found:
        if each.document.step not in {PASSED, LISTING}:
            newest.append(each)
            count += 1
    return tuple([await _tried(each, parse) for each in newest]), count - len(newest)


async def _tried(each: Gathered, parse: Callable[[Document], Awaitable[ParsedDocument]]) -> TriedFile:
    document = each.document
    try:
        if not each.refused:
            mark = document.header(FILE_MARK) or ""
            return TriedFile(name=mark.rsplit("/", 2)[0], document=document, parsed=await parse(document))
        error = ParseError(each.refused)
    except ParseError as unread:
        error = unread
    name, cause = named_cause(document, error)
    return TriedFile(name=name, document=document, fault=cause)
