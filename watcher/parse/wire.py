"""What the pool and its workers say to each other: jobs, results and frames; never pickle, always typed.

A frame is a length (4 bytes, big-endian, of what follows), a tag (1 byte) and a payload (msgpack).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import Literal

from watcher.core.model import Document, Draft, Json, Point, Request, SourceState

FRAME_CAP = 64 * 1024 * 1024
"""Bytes of one job, and of all frames of one answer together."""
LENGTH = struct.Struct(">I")

Tag = Literal[b"j", b"p", b"d", b"f"]
JOB: Tag = b"j"
PART: Tag = b"p"
DONE: Tag = b"d"
FAILED: Tag = b"f"

HELLO = b"h"
"""What the process that workers are forked from says when it can be asked."""
FORK = b"f"
"""Asks for a worker, an end of a socket going along; answered by its `PID`, a pidfd going along."""
REAP = b"r"
"""With the `PID` of a worker that has ended, asks how; answered by an exit code in the same form."""
PID = struct.Struct(">i")


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafting:
    """How a source's entries become texts, beside what its kind says.

    `language` overrides the guess, `zone` (an IANA name) is meant by dates without one, `strip` are strings that
    this publisher adds to its texts; with `pages_of_all` an entry that asks for its page waits for it even if it came
    whole.
    """

    language: str | None = None
    zone: str | None = None
    strip: tuple[str, ...] = ()
    pages_of_all: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One piece of work: the name of an operation and its own payload; `more_s` are seconds beyond the usual.

    `room_bytes` is how much it may let the worker's address space grow; None for as much as a worker may have.
    """

    op: str
    payload: bytes
    more_s: float = 0.0
    room_bytes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParseJob:
    """A document and the source it is for. `known` are the entry hashes whose texts need not be made again."""

    kind_path: str
    options_json: str
    document: Document
    state: SourceState
    known: frozenset[str]
    drafting: Drafting


@dataclass(frozen=True, slots=True, kw_only=True)
class PageJob:
    """The page behind an entry, and what was made of the entry when it was listed."""

    kind_path: str
    options_json: str
    document: Document
    listed: Draft
    drafting: Drafting


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchanged:
    """An entry that came as it came before; no text was made of it."""

    keys: tuple[str, ...]
    entry_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedDocument:
    """What a document says, made readable; `drafts` and `unchanged` each in the document's own order.

    With `whole` the rows among them are the table as it stands.
    """

    drafts: tuple[Draft, ...] = ()
    unchanged: tuple[Unchanged, ...] = ()
    points: tuple[Point, ...] = ()
    whole: bool = False
    next_requests: tuple[Request, ...] = ()
    cursor: Json = field(default_factory=dict)
    title: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A job went well. `peak_kib` is the most memory that the worker ever held."""

    peak_kib: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """A job raised `error`, saying `text`."""

    error: str
    text: str
    trace: str
    peak_kib: int


def frame(tag: Tag, payload: bytes = b"") -> bytes:
    """The bytes of a frame."""
    return LENGTH.pack(len(payload) + 1) + tag + payload
