"""What a source may ask for beside an HTTP request: a mailbox, a drop folder, what was pushed to it.

Names only what is wanted; who fetches it and how is not said here. An HTTP request is `model.Request`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from watcher.core.model import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """Mails of one folder that came after `after_uid`; each becomes a document whose body is the mail as sent.

    `validity` is the folder's UIDVALIDITY that the uid belongs to (RFC 9051, 2.3.1.1); another one means that uids
    start anew. `senders` are patterns such as `*@example.org`; empty takes all.
    """

    host: str
    port: int
    security: Literal["tls", "starttls", "none"]
    user: str = field(repr=False)
    password: str = field(repr=False)
    folder: str = "INBOX"
    senders: tuple[str, ...] = ()
    validity: int | None = None
    after_uid: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """Files of a drop folder that match `pattern` and are not in `known` (name, size and time of change)."""

    path: str
    pattern: str = "*"
    known: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """Bodies that were posted to this source and stored, those with a number above `after`, oldest first."""

    after: int = 0


Plan = Request | Mailbox | Folder | Push
