"""Where a configured channel leads, as a hash: equal while its kind and its receiver are; never the address itself."""

from __future__ import annotations

from pydantic import SecretStr

from watcher.channels.base import ChannelOptions
from watcher.core.telling.outbox import short_hash

_NAMES = ("url", "api", "token", "channel", "key", "path")
"""The options that say where; all others say how."""


def address_of(kind: str, options: ChannelOptions) -> str:
    """The hash of a channel's kind and receiver; recipients are named by each delivery itself."""
    return short_hash(kind, *(_words(getattr(options, name, None)) for name in _NAMES))


def _words(value: object) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return "" if value is None else str(value)
