"""Kinds of sources, one file each. A source plans requests and understands replies; it never does I/O itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from watcher.core.kinds import Kinds
from watcher.sources.base import Source

KINDS: Final[Mapping[str, type[Source]]] = Kinds(
    feed="watcher.sources.feed:Feed",
    file="watcher.sources.file:File",
    imap="watcher.sources.imap:Imap",
    json="watcher.sources.json_list:JsonList",
    page_list="watcher.sources.page_list:PageList",
    page_watch="watcher.sources.page_watch:PageWatch",
    series="watcher.sources.series:Series",
    sitemap="watcher.sources.sitemap:Sitemap",
    table="watcher.sources.table:Table",
    webhook="watcher.sources.webhook:Webhook",
)
"""Every kind that the configuration may name; others are named `package.module:Class`."""
