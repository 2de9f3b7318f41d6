"""Undoes gzip under a cap while the bytes arrive; never holds more than the cap, whatever the wire says."""

from __future__ import annotations

import zlib

from watcher.network.errors import NetworkError
from watcher.network.spool import Spool

_GZIP = 16 + zlib.MAX_WBITS
_STEP_BYTES = 1 << 18
_MOST_MEMBERS = 64
_MAGIC = b"\x1f\x8b"


def coding_of(values: tuple[str, ...]) -> str:
    """`identity` or `gzip`, of the Content-Encoding headers of a reply. Raises: `NetworkError` for any other."""
    codings = [word.strip().lower() for value in values for word in value.split(",")]
    codings = [word for word in codings if word not in {"", "identity"}]
    if not codings:
        return "identity"
    if len(codings) > 1:
        raise NetworkError("bad_coding", f"reply has {len(codings)} content codings, one is allowed", sent=True)
    if codings[0] not in {"gzip", "x-gzip"}:
        raise NetworkError("bad_coding", "reply has a content coding that was not asked for", sent=True)
    return "gzip"


class Body:
    """Collects a body, inflating it if `coding` is gzip. Feeding raises `NetworkError` at the cap or on a lie.

    With a `spool` it is collected there.
    """

    def __init__(self, coding: str, cap: int, spool: Spool | None = None) -> None:
        self._inflater = zlib.decompressobj(_GZIP) if coding == "gzip" else None
        self._cap = cap
        self._members = 1
        self._fed = False
        self._plain = bytearray()
        self._spool = spool
        self._size = 0

    def feed(self, data: bytes) -> None:
        """Take the next bytes of the wire."""
        if self._inflater is None:
            self._take(data)
            return
        self._fed = self._fed or bool(data)
        while data:
            if self._inflater.eof:
                if not data.startswith(_MAGIC) or self._members >= _MOST_MEMBERS:
                    return  # padding after the end is common and harmless
                self._members += 1
                self._inflater = zlib.decompressobj(_GZIP)
            data = self._inflate(data)

    def finish(self) -> bytes:
        """The whole plain body. Raises: `NetworkError` if the compressed one was cut."""
        if self._inflater is not None and self._fed and not self._inflater.eof:
            raise NetworkError("bad_coding", "gzip body ends too early", sent=True)
        return bytes(self._plain)

    def so_far(self) -> bytes:
        """What has come, cut at the cap, complete or not."""
        return bytes(self._plain[: self._cap])

    def _inflate(self, data: bytes) -> bytes:
        """Inflate one step; returns what is left to do."""
        assert self._inflater is not None
        try:
            self._take(self._inflater.decompress(data, _STEP_BYTES))
        except zlib.error as e:
            raise NetworkError("bad_coding", "body is not the gzip it says it is", sent=True) from e
        return self._inflater.unused_data if self._inflater.eof else self._inflater.unconsumed_tail

    def _take(self, plain: bytes) -> None:
        self._size += len(plain)
        if self._spool is None:
            self._plain += plain
        elif self._size <= self._cap:
            self._spool.write(plain)
        if self._size > self._cap:
            raise NetworkError("too_large", f"body is larger than {self._cap} bytes", sent=True)
