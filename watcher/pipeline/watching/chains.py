"""A document and those that it asks for, each fetched and parsed in turn: shared by polls and by trying a source out.

Decides nothing about what was read and stores none of it; it ends after a bounded number of documents.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, field

from watcher.core.errors import FetchError, ParseError
from watcher.core.model import Document, Json, NotModified, Request
from watcher.parse.wire import ParsedDocument

MAX_CHAIN = 20
"""Further documents that one poll may ask for; a source that wants more goes on at its next poll."""

Fetch = Callable[[Request], Awaitable[Document | NotModified]]
Parse = Callable[[Document, Json], Awaitable[ParsedDocument]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One document of a chain: what it says, or why it could not be had (then there is none) or read."""

    document: Document | None
    parsed: ParsedDocument | None
    error: FetchError | ParseError | None


@dataclass(slots=True, kw_only=True)
class Walk:
    """The way through a chain. `cursor` is that of the last document parsed, `waiting` what was not asked for yet."""

    fetch: Fetch
    parse: Parse
    cursor: Json
    most: int = MAX_CHAIN
    waiting: list[Request] = field(default_factory=list)
    asked: int = 0

    async def steps(self, first: Document) -> AsyncGenerator[Step, None]:
        """The first document and the others, in order; what is no more, or unchanged, is left out."""
        yield await self._read(first)
        while self.waiting and self.asked < self.most:
            self.asked += 1
            try:
                document = await self.fetch(self.waiting.pop(0))
            except FetchError as error:
                yield Step(document=None, parsed=None, error=error)
                continue
            if isinstance(document, Document):
                yield await self._read(document)

    async def _read(self, document: Document) -> Step:
        try:
            parsed = await self.parse(document, self.cursor)
        except ParseError as error:
            return Step(document=document, parsed=None, error=error)
        self.waiting += parsed.next_requests
        self.cursor = parsed.cursor
        return Step(document=document, parsed=parsed, error=None)
