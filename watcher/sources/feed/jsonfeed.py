"""JSON Feed 1 and 1.1 mapped to entries; stricter than Python's reader, since others must read what we store.

Source: https://www.jsonfeed.org/version/1.1/ and RFC 8259 (no NaN, no Infinity).
"""

from __future__ import annotations

import html as entities
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, NoReturn

from watcher.core.errors import ParseError
from watcher.core.model import Document, Entry, Parsed
from watcher.core.text.html import BODY_LIMIT, title_text
from watcher.core.urls import http_url, link_on

_LONGEST_INT: Final = 18
"""Digits of whole numbers that are kept as numbers; longer ones stay text (ids, and 5,000-digit traps)."""

_Object = Mapping[str, object]


def load(body: bytes) -> object:
    """The value of a JSON text.

    Raises: ParseError if it is not JSON as RFC 8259 has it, or nested beyond reading.
    """
    try:
        return json.loads(body.removeprefix(b"\xef\xbb\xbf"), parse_constant=_refuse, parse_int=_int)
    except RecursionError as error:
        raise ParseError("reading JSON: it is nested too deeply") from error
    except ValueError as error:
        raise ParseError(f"reading JSON: {str(error)[:120]}") from error


def parse(document: Document) -> Parsed:
    """The feed in a JSON document.

    Raises: ParseError if it is not JSON, or JSON that is no feed; it says which.
    """
    feed = load(document.body)
    if not isinstance(feed, dict):
        raise ParseError(f"reading the feed: a JSON {_name(feed)} came instead")
    items = feed.get("items")
    if not isinstance(items, list):
        keys = ", ".join(sorted(str(key)[:30] for key in feed)[:5]) or "no keys"
        raise ParseError(f"reading the feed: a JSON object without items came instead (it has {keys})")
    language = _text(feed, "language") or None
    entries = tuple(_entry(item, document.final_url, language) for item in items if isinstance(item, dict))
    strays = sum(not isinstance(item, dict) for item in items)
    return Parsed(
        entries=entries,
        title=title_text(_text(feed, "title"), markup=False),
        warnings=(f"{strays} items are no objects",) if strays else (),
    )


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"{word} is not JSON")


def _int(digits: str) -> int | str:
    return int(digits) if len(digits) <= _LONGEST_INT else digits


def _name(value: object) -> str:
    """What a JSON value is called."""
    return {list: "list", str: "string", bool: "boolean", type(None): "null"}.get(type(value), "number")


def _text(item: _Object, name: str) -> str:
    value = item.get(name)
    return value if isinstance(value, str) else ""


def _entry(item: _Object, base: str, language: str | None) -> Entry:
    """One item as an entry, however little it says."""
    raw_id = item.get("id")
    guid = str(raw_id).strip() if isinstance(raw_id, str | int | float) and not isinstance(raw_id, bool) else ""
    title = title_text(_text(item, "title"), markup=False)
    content = _text(item, "content_html")[:BODY_LIMIT] or _escaped(_text(item, "content_text"))
    summary = _escaped(_text(item, "summary"))
    link = next((url for name in ("url", "external_url") if (url := link_on(base, _text(item, name)))), None)
    if link is None and guid.startswith(("http://", "https://")):
        link = http_url(guid)
    published, flags = _moment(_text(item, "date_published"))
    updated, _ = _moment(_text(item, "date_modified"))
    return Entry(
        guid=guid or None,
        link=link,
        title=title,
        summary_html="" if summary == content else summary,
        content_html=content,
        author=_authors(item),
        published=published or updated,
        updated=updated,
        language=_text(item, "language") or language,
        flags=flags,
    )


def _escaped(text: str) -> str:
    return entities.escape(text[:BODY_LIMIT], quote=False)


def _authors(item: _Object) -> str:
    """The names of the item's authors (1.1) or author (1)."""
    authors = item.get("authors")
    people = authors if isinstance(authors, list) else [item.get("author")]
    names = (_text(person, "name") for person in people if isinstance(person, dict))
    return title_text(", ".join(name for name in names if name), markup=False)


def _moment(stated: str) -> tuple[datetime | None, tuple[str, ...]]:
    """An RFC 3339 time in UTC, and whether its zone or hour was missing."""
    try:
        moment = datetime.fromisoformat(stated.strip())
    except ValueError:
        return None, ("unreadable_date",) if stated.strip() else ()
    flags = () if ":" in stated else ("date_only",)
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC), flags or ("zoneless",)
    try:
        return moment.astimezone(UTC), flags
    except OverflowError:
        return None, ("unreadable_date",)
