"""Atom and JSON Feed out: what was told, for feed readers; a thing keeps its id for ever, whatever is said of it.

Neither names its own address: that is a secret, and copies of a feed are passed on. Pure text building, no wording.

Source: RFC 4287 (Atom), RFC 4122 4.3 (ids from names), https://www.jsonfeed.org/version/1.1/.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from xml.sax.saxutils import escape, quoteattr

_NAMES = uuid.uuid5(uuid.NAMESPACE_URL, "watcher")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML document may hold, escaped or not. Source: XML 1.0, production 2."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing told. `id` is an alert's or a story's; `text` is plain; `about` are words it can be sorted by."""

    id: str
    title: str
    text: str
    updated: datetime
    published: datetime
    link: str | None = None
    author: str = ""
    language: str = ""
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed: newest first. `id` is what it is of, and no secret."""

    id: str
    title: str
    updated: datetime
    items: tuple[Item, ...]


def atom(feed: Feed) -> bytes:
    """The feed as an Atom document."""
    return "".join(_atom(feed)).encode()


def json_feed(feed: Feed) -> bytes:
    """The feed as a JSON Feed."""
    body = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _clean(feed.title),
        "items": [_json(item) for item in feed.items],
    }
    return json.dumps(body, ensure_ascii=False).encode()


def stable_id(name: str) -> str:
    """A URN that depends on the name alone."""
    return f"urn:uuid:{uuid.uuid5(_NAMES, name)}"


def _atom(feed: Feed) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
    yield f"<id>{stable_id(feed.id)}</id>\n<title>{_xml(feed.title)}</title>\n"
    yield f"<updated>{_moment(feed.updated)}</updated>\n"
    yield "<author><name>watcher</name></author>\n<generator>watcher</generator>\n"
    for item in feed.items:
        yield from _entry(item)
    yield "</feed>\n"


def _entry(item: Item) -> Iterator[str]:
    language = f" xml:lang={quoteattr(_clean(item.language))}" if item.language else ""
    yield f"<entry>\n<id>{stable_id(item.id)}</id>\n<title{language}>{_xml(item.title)}</title>\n"
    yield f"<updated>{_moment(item.updated)}</updated>\n<published>{_moment(item.published)}</published>\n"
    if item.author:
        yield f"<author><name>{_xml(item.author)}</name></author>\n"
    if item.link:
        yield f'<link rel="alternate" href={quoteattr(_clean(item.link))}/>\n'
    yield from (f"<category term={quoteattr(_clean(each))}/>\n" for each in item.about)
    # Plain text: what a publisher wrote is never markup in somebody's reader.
    yield f'<content type="text"{language}>{_xml(item.text)}</content>\n</entry>\n'


def _json(item: Item) -> dict[str, object]:
    found: dict[str, object] = {
        "id": stable_id(item.id),
        "title": _clean(item.title),
        "content_text": _clean(item.text),
        "date_published": _moment(item.published),
        "date_modified": _moment(item.updated),
    }
    if item.link:
        found["url"] = _clean(item.link)
    if item.author:
        found["authors"] = [{"name": _clean(item.author)}]
    if item.language:
        found["language"] = item.language
    if item.about:
        found["tags"] = [_clean(each) for each in item.about]
    return found


def newest(items: Iterable[Item], limit: int) -> tuple[Item, ...]:
    """The newest state of each id, newest first; published when it came first."""
    by_id: dict[str, list[Item]] = {}
    for item in items:
        by_id.setdefault(item.id, []).append(item)
    return tuple(
        sorted((_merged(each) for each in by_id.values()), key=lambda each: each.updated, reverse=True)[:limit]
    )


def _merged(items: Sequence[Item]) -> Item:
    last = max(items, key=lambda each: each.updated)
    first = min(each.published for each in items)
    return replace(last, published=first)


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _xml(text: str) -> str:
    return escape(_clean(text))


def _clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
