"""The words of notices about what was taken in as history; it never decides that something is history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from watcher.core.telling.messages import NoticeMessage

_LINES = 20
"""So many matches a notice lists; the rest it counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A match that raised nothing because it is history: the rule's title, the article's title and link."""

    rule: str
    title: str
    link: str | None


def imported_notice(source: str, items: int, matches: Sequence[Held], now: datetime) -> NoticeMessage:
    """Word of a source's first sight, with what would have matched."""
    lines = (
        "What a source lists when it is first seen is history: it is stored and judged, and nobody is alerted.",
        f"To be told of it, set `since: 7d` (or a date, or all) on {source} before its first poll.",
    )
    title = f"{source}: imported {items}, {len(matches)} would have matched"
    return _notice("imported", source, title, lines, matches, now)


def backfill_notice(
    source: str, items: int, older_than: timedelta, matches: Sequence[Held], now: datetime
) -> NoticeMessage:
    """Word of old items that appeared at once, with those that match."""
    lines = (f"Each is dated more than {older_than.days} days back, so no alert was raised; all are stored.",)
    title = f"{source}: {items} old items appeared at once, {len(matches)} match"
    return _notice("backfill", source, title, lines, matches, now)


def _notice(
    kind: str, source: str, title: str, lines: tuple[str, ...], matches: Sequence[Held], now: datetime
) -> NoticeMessage:
    listed = tuple(f"{held.rule}: {held.title} {held.link or ''}".rstrip() for held in matches[:_LINES])
    more = len(matches) - len(listed)
    rest = (f"and {more} more: `watcher search source:{source}`",) if more > 0 else ()
    return NoticeMessage(kind=kind, subject=source, title=title, lines=(*lines, *listed, *rest), at=now)
