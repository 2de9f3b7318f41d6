"""What identifies an entry where its feed's own words mislead: one filing listed twice, addresses that change.

Never decides what is new: it only gives entries the identity that their options ask for.
"""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import replace
from typing import Final, Literal
from urllib.parse import urlsplit

from watcher.core.model import Entry
from watcher.core.text.plain import fold

Identity = Literal["guid", "title_source"]

_MOST_TITLES: Final = 20


def identified(entries: tuple[Entry, ...], by: Identity | None) -> tuple[Entry, ...]:
    """The entries with the identity asked for; of those that share one, the first stays."""
    match by:
        case None:
            return entries
        case "guid":
            return tuple(_merged(entries))
        case "title_source":
            first: dict[str | None, Entry] = {}
            for entry in map(_by_title, entries):
                first.setdefault(entry.guid, entry)
            return tuple(first.values())


def _merged(entries: Iterable[Entry]) -> Iterable[Entry]:
    """One entry for each GUID; what else its others are titled stands in its text.

    Source: the SEC's current filings, where an accession is listed once for each role.
    """
    groups: dict[str | int, list[Entry]] = {}
    for number, entry in enumerate(entries):
        groups.setdefault(entry.guid or number, []).append(entry)
    for first, *others in groups.values():
        titles = [title for title in dict.fromkeys(each.title for each in others) if title != first.title]
        lines = "".join(f"<p>also: {html.escape(title, quote=False)}</p>" for title in titles[:_MOST_TITLES])
        yield replace(first, summary_html=first.summary_html + lines) if lines else first


def _by_title(entry: Entry) -> Entry:
    """The entry known by its title, its publisher and its day; the publisher's name is cut off its title."""
    name = entry.origin_name
    title = entry.title.removesuffix(f" - {name}") if name else entry.title
    publisher = urlsplit(entry.origin_url).hostname or fold(name)
    day = entry.published.date().isoformat() if entry.published else ""
    return replace(entry, title=title, guid=f"{fold(title)}|{publisher}|{day}")
