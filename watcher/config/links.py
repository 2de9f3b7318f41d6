"""Where the links that readers act by lead: our own address, if it is fit to carry them; never made from a request."""

from __future__ import annotations

from urllib.parse import urlsplit

from watcher.config.blocks import ListenConfig, Top
from watcher.config.sheet import Sheet
from watcher.core.addresses import is_loopback
from watcher.core.yaml.strict import locate

UNSAFE = "C041"
OFF = "off without listen.public_url: links to acknowledge, snooze, mute or unsubscribe; archive, feeds, dates"


def links_at(listen: ListenConfig | None) -> str | None:
    """The address that links begin with; None without one, or where it would carry them in the open."""
    url = listen.public_url if listen is not None else None
    return url if url is not None and _is_safe(url) else None


def check_links(sheet: Sheet, top: Top) -> None:
    """Who holds a link may act by it, so it travels encrypted, or not at all."""
    url = top.listen.public_url if top.listen is not None else None
    if url is not None and not _is_safe(url):
        path = ("listen", "public_url")
        text = (
            "messages carry no links to act by, and there is no archive and no feed: "
            "over http anybody on the way could act by them; use https"
        )
        sheet.note(UNSAFE, locate(sheet.root, path), path, text, level="warning")


def _is_safe(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "https" or is_loopback(parts.hostname or "")
