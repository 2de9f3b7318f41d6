"""A newswire: four feeds in three formats, each with an ETag; it answers GET and knows nothing of who asks."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from email.utils import format_datetime
from html import escape

from watcher.demo.loopback import Answer, Asked
from watcher.demo.news import FEEDS, Feed, Item

_TYPES = {"rss": "application/rss+xml", "atom": "application/atom+xml", "json": "application/feed+json"}

Published = tuple[Item, datetime]


class Newswire:
    """Serves what was released so far; an item released again under its id replaces the earlier one."""

    def __init__(self) -> None:
        self._items: dict[tuple[str, str], Published] = {}
        self.answered: Counter[int] = Counter()

    def release(self, items: Iterable[Item], now: datetime) -> int:
        """Put items into their feeds, dated back from now; a revision keeps its date. Returns how many."""
        count = 0
        for item in items:
            key = (item.feed, item.id)
            at = self._items[key][1] if key in self._items else now - item.age
            self._items[key] = (item, at)
            count += 1
        return count

    def answer(self, asked: Asked) -> Answer:
        """The feed at that path, or 304 if the asker holds it already."""
        given = self._answer(asked)
        self.answered[given.status] += 1
        return given

    def _answer(self, asked: Asked) -> Answer:
        feed = next((feed for feed in FEEDS if feed.path == asked.path), None)
        if feed is None or asked.method != "GET":
            return Answer(status=404 if feed is None else 405)
        items = [each for (name, _), each in self._items.items() if name == feed.name]
        body = _WRITERS[feed.form](feed, sorted(items, key=lambda each: each[1], reverse=True))
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if asked.headers.get("if-none-match") == etag:
            return Answer(status=304, headers=(("etag", etag),))
        return Answer(headers=(("etag", etag), ("content-type", f"{_TYPES[feed.form]}; charset=utf-8")), body=body)


def link(feed: Feed, item: Item) -> str:
    """The item's address; nobody lives there."""
    return f"https://{feed.host}/{item.id}"


def _html(item: Item) -> str:
    return "".join(f"<p>{escape(paragraph)}</p>" for paragraph in item.paragraphs)


def _rss(feed: Feed, items: Sequence[Published]) -> bytes:
    entries = "".join(
        f"<item><guid isPermaLink='false'>{feed.name}-{escape(item.id)}</guid><link>{link(feed, item)}</link>"
        f"<title>{escape(item.title)}</title><pubDate>{format_datetime(at, usegmt=True)}</pubDate>"
        f"<description>{escape(_html(item))}</description></item>"
        for item, at in items
    )
    return (
        f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>{escape(feed.title)}</title>"
        f"<link>https://{feed.host}/</link><description>Invented news.</description>"
        f"<language>{feed.language}</language>{entries}</channel></rss>"
    ).encode()


def _atom(feed: Feed, items: Sequence[Published]) -> bytes:
    entries = "".join(
        f"<entry><id>{link(feed, item)}</id><link href='{link(feed, item)}'/><title>{escape(item.title)}</title>"
        f"<published>{at.isoformat()}</published><updated>{at.isoformat()}</updated>"
        f"<content type='html'>{escape(_html(item))}</content></entry>"
        for item, at in items
    )
    updated = max((at.isoformat() for _, at in items), default="1970-01-01T00:00:00+00:00")
    return (
        f"<?xml version='1.0' encoding='utf-8'?><feed xmlns='http://www.w3.org/2005/Atom' "
        f"xml:lang='{feed.language}'><id>https://{feed.host}/</id><title>{escape(feed.title)}</title>"
        f"<updated>{updated}</updated>{entries}</feed>"
    ).encode()


def _json(feed: Feed, items: Sequence[Published]) -> bytes:
    return json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": feed.title,
            "home_page_url": f"https://{feed.host}/",
            "language": feed.language,
            "items": [
                {
                    "id": item.id,
                    "url": link(feed, item),
                    "title": item.title,
                    "content_html": _html(item),
                    "date_published": at.isoformat(),
                }
                for item, at in items
            ],
        },
        ensure_ascii=False,
    ).encode()


_WRITERS = {"rss": _rss, "atom": _atom, "json": _json}
