"""What goes wrong at the border, by kind; the text never holds a path, a query or a foreign exception's words."""

from __future__ import annotations

from typing import Literal

from watcher.core.errors import FetchError

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
]


class NetworkError(FetchError):
    """An exchange failed. `sent` tells whether the other side may have got (part of) what we sent."""

    def __init__(self, kind: ErrorKind, text: str, *, sent: bool = False) -> None:
        super().__init__(text)
        self.kind: ErrorKind = kind
        self.sent = sent
