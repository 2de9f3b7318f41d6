"""Builders: a valid default of each noun that tests of sources need."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256

from watcher.core.model import Document
from watcher.sources.feed import Feed, FeedOptions

FETCHED = datetime(2026, 2, 7, 6, 0, tzinfo=UTC)
URL = "https://news.example/feed/"


def document(body: bytes | str, *, url: str = URL, **headers: str) -> Document:
    """A reply with that body; header names are given with underscores."""
    data = body.encode() if isinstance(body, str) else body
    return Document(
        request_url=url,
        final_url=url,
        status=200,
        headers=tuple((name.replace("_", "-"), value) for name, value in headers.items()),
        body=data,
        body_sha256=sha256(data).hexdigest(),
        fetched=FETCHED,
    )


def feed(**options: object) -> Feed:
    """A feed with the address `URL`."""
    return Feed(FeedOptions.model_validate({"url": URL, **options}))


def rss(*items: str, channel: str = "<title>Daily Ores</title>", head: str = "") -> str:
    """An RSS 2.0 document."""
    inside = "".join(f"<item>{item}</item>" for item in items)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" {head} '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>{channel}{inside}</channel></rss>'
    )
