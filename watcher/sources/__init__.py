"""Kinds of sources, one file each. A source plans requests and understands replies; it never does I/O itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from watcher.sources.base import Source
from watcher.sources.feed import Feed

KINDS: Final[Mapping[str, type[Source]]] = {
    "feed": Feed,
}
"""Every kind that the configuration may name; others are named `package.module:Class`."""
