"""What a source may ask for beside an HTTP request: a mailbox, a drop folder, what was pushed to it.

Names only what is wanted; who fetches it and how is not said here. An HTTP request is `model.Request`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from watcher.core.model import Document, Request

PASSED = "passed"
"""The step of a document of which only the place counts: its body is empty, nothing is to be read from it."""
LISTING = "listing"
"""The step of a document whose body is a JSON list of all names that a drop folder holds, each as `Folder.known`."""
UID, VALIDITY = "mail-uid", "mail-validity"
FILE_MARK = "file-mark"
PUSH_NUMBER = "push-number"
FILE_FAULT = "file-fault"
"""Headers that say where a document that was not fetched by HTTP stood; a peer's own headers never get in there.

The last says of a file that was passed over why it could not be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """Mails of one folder that came after `after_uid`; each becomes a document whose body is the mail as sent.

    `validity` is the folder's UIDVALIDITY that the uid belongs to (RFC 9051, 2.3.1.1); another one means that uids
    start anew. `senders` are patterns such as `*@example.org`; empty takes all. With `idle` the server is asked to say
    when mail comes. With `token_file` the login is by the OAuth token in that file, else by `password`.
    """

    host: str
    port: int
    security: Literal["tls", "starttls", "none"]
    user: str = field(repr=False)
    password: str = field(default="", repr=False)
    token_file: str = ""
    folder: str = "INBOX"
    senders: tuple[str, ...] = ()
    validity: int | None = None
    after_uid: int = 0
    idle: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """Files of a drop folder that match `pattern` and are not in `known` (name, size and time of change).

    A file that changed within the last `settle_s` seconds is still being written, and left for the next poll. Those in
    `read` were taken in, and are to be moved away if `moves`. `faults` names those that could not be read and still
    lie there, the newest first, each with its cause where that is known.
    """

    path: str
    settle_s: float = 2.0
    pattern: str = "*"
    known: frozenset[str] = frozenset()
    read: frozenset[str] = frozenset()
    moves: bool = False
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """Bodies that were posted to this source and stored, those with a number above `after`, oldest first."""

    after: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """One document of a mailbox or folder; if `refused` says why it may not be read, only its place counts."""

    document: Document
    refused: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbox:
    """Where a source is pushed to, and the secret that proves a push.

    `scheme` is Standard Webhooks, or a bare HMAC-SHA256 in hex of the body in the header `header`.
    """

    path: str
    secret: str = field(repr=False)
    scheme: Literal["standard", "hmac"] = "standard"
    header: str = "x-hub-signature-256"


Plan = Request | Mailbox | Folder | Push
