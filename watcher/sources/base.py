"""The contract of a source kind: sans-IO, so that every kind is tested without a network and runs in a worker.

A kind never opens a socket or a file, never reads a clock, and never decides what is new.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Protocol, runtime_checkable

from pydantic import BaseModel, ConfigDict

from watcher.core.model import Document, Parsed, Request, SourceState


class SourceOptions(BaseModel):
    """Options of a kind; every field carries a description, shown by `watcher kinds` and in the JSON Schema."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


@runtime_checkable
class Source(Protocol):
    """One configured source.

    `plan` is called when the source is due; the request carries the validators of `state` where the kind can use
    them. `parse` runs in a killable worker: it may be slow or die, and is then charged to this document only. It
    raises `ParseError` if the document is not what the kind can read. Both are pure: the same arguments give the
    same value, so a crash in between costs nothing but a second fetch. `Parsed.cursor` replaces `state.cursor`
    in the same transaction that stores the entries.
    """

    kind: ClassVar[str]
    Options: ClassVar[type[SourceOptions]]

    def __init__(self, options: SourceOptions) -> None:
        """Take validated options of this kind's own class."""

    def plan(self, state: SourceState, now: datetime) -> Request:
        """The first request of a poll."""

    def parse(self, document: Document, state: SourceState) -> Parsed:
        """What the document says; entries in the document's own order."""


@runtime_checkable
class Keyed(Protocol):
    """A source whose further requests need secrets. The worker that plans them reads strangers' files and has none."""

    def keyed(self, request: Request) -> Request:
        """The request with its secret headers; only if it goes where the configuration sends them."""
