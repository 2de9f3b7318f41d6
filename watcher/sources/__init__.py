"""Kinds of sources, one file each. A source plans requests and understands replies; it never does I/O itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from watcher.sources.base import Source
from watcher.sources.feed import Feed
from watcher.sources.file import File
from watcher.sources.imap import Imap
from watcher.sources.json_list import JsonList
from watcher.sources.page_list import PageList
from watcher.sources.page_watch import PageWatch
from watcher.sources.series import Series
from watcher.sources.sitemap import Sitemap
from watcher.sources.table import Table
from watcher.sources.webhook import Webhook

KINDS: Final[Mapping[str, type[Source]]] = {
    "feed": Feed,
    "file": File,
    "imap": Imap,
    "json": JsonList,
    "page_list": PageList,
    "page_watch": PageWatch,
    "series": Series,
    "sitemap": Sitemap,
    "table": Table,
    "webhook": Webhook,
}
"""Every kind that the configuration may name; others are named `package.module:Class`."""
