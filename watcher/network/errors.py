"""What goes wrong at the border, by kind; the text never holds a path, a query or a foreign exception's words."""

from __future__ import annotations

import errno
import os
from typing import Final, Literal

from watcher.core.errors import FetchError, WatcherError

ErrorKind = Literal[
    "timeout",  # the whole exchange took too long
    "dns",  # the name has no address, or the resolver is silent
    "refused_address",  # the name leads to an address that may not be dialled
    "connect",  # nobody listens there
    "tls",  # the certificate or the handshake is no good
    "reset",  # the line was cut
    "too_large",  # headers or body beyond their cap
    "bad_coding",  # a content coding that was not asked for, or that lies
    "bad_reply",  # what came is not HTTP
    "bad_url",  # no plain http(s) URL
    "ours",  # this machine lacks something, such as open files: the other side is not to blame
    "browser",  # no browser could be started here: neither is to blame, and somebody has to see to it
]

_LACKS: Final = frozenset(
    {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM, errno.ENOSPC, errno.EDQUOT, errno.EADDRNOTAVAIL}
)
"""What calls fail with where this machine has no open file, memory, disk or port left. Source: errno(3)."""

_UNREACHED: Final[frozenset[ErrorKind]] = frozenset({"timeout", "dns", "connect", "tls", "reset"})
"""Without a line no name is resolved and nobody answers; behind a portal's page no certificate is right."""


class NetworkError(FetchError):
    """An exchange failed. `sent` tells whether the other side may have got (part of) what we sent."""

    def __init__(self, kind: ErrorKind, text: str, *, sent: bool = False) -> None:
        super().__init__(text)
        self.kind: ErrorKind = kind
        self.sent = sent


def lack(error: OSError) -> str | None:
    """What this machine lacks, in the system's words; None if the call failed through something else."""
    return f"{os.strerror(error.errno).lower()} here" if error.errno in _LACKS else None


def is_unreached(error: WatcherError) -> bool:
    """Whether nobody was reached: so it is with all others too where this machine's network is down."""
    return isinstance(error, NetworkError) and error.kind in _UNREACHED


def is_ours(error: WatcherError) -> bool:
    """Whether an exchange failed through this machine alone, which says nothing of the other side."""
    return isinstance(error, NetworkError) and error.kind in {"ours", "browser"}


def heals(error: WatcherError) -> bool:
    """Whether it failed through what this machine lacks for a while, so that nobody has to be told."""
    return isinstance(error, NetworkError) and error.kind == "ours"
