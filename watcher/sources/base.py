"""The contract of a source kind: sans-IO, so that every kind is tested without a network and runs in a worker.

A kind never opens a socket or a file, never reads a clock, and never decides what is new.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Protocol, runtime_checkable

from pydantic import BaseModel, ConfigDict

from watcher.core.model import Document, Parsed, Request, SourceState
from watcher.core.plans import Inbox, Plan
from watcher.core.series import Measure

BROWSER = "Run the page's scripts in a browser before it is read; takes `event-watcher[browser]` and Chromium."
"""What the option `browser` of every kind says."""


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

    def plan(self, state: SourceState, now: datetime) -> Plan:
        """The first request of a poll, or what else is wanted: mails, files, what was pushed.

        What is no request may bring several documents. Each is parsed and stored by itself, with its own cursor.
        Where one cannot be read, `parse` is asked again with its body left out and `step` PASSED, for the cursor
        behind it alone.
        """

    def parse(self, document: Document, state: SourceState) -> Parsed:
        """What the document says; entries in the document's own order."""


@runtime_checkable
class Keyed(Protocol):
    """A source whose further requests need secrets. The worker that plans them reads strangers' files and has none."""

    def keyed(self, request: Request) -> Request:
        """The request with its secret headers; only if it goes where the configuration sends them."""


@runtime_checkable
class Reaching(Protocol):
    """A source of which only the newest is listed, that knows a way to what was before."""

    def older(self, document: Document, since: datetime) -> Request | None:
        """The request for what came since then and stands no more in this document; None where there is no way to it.

        It is made only where nothing in the document is known; what it brings is parsed as every further request's.
        """


@runtime_checkable
class Reachable(Protocol):
    """A source that others may push to."""

    @property
    def inbox(self) -> Inbox | None:
        """Where, and how its pushes are proved; None if its options name no such place."""


@runtime_checkable
class Tabular(Protocol):
    """A source that lists keyed rows. Its cursor is never empty: one that is says that its options are other ones."""

    keyed_rows: ClassVar[bool]


@runtime_checkable
class Measuring(Protocol):
    """A source whose points have a unit, and may be converted into another."""

    @property
    def measure(self) -> Measure:
        """What its values are measured in, and what they are converted to."""
