"""Dated entries as an iCalendar file: all-day events that keep their ids, folded and escaped; says nothing of its own.

Source: RFC 5545 3.1 (folding), 3.3.11 (escaping), 3.6.1 (events), 3.8.4.7 (ids); RFC 7986 5.7 (refresh interval).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

_LINE = 75
_BREAKS = re.compile(r"\r\n?|\n|\x0b|\x0c|\x85|\u2028|\u2029")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One dated entry. `first` to `last` are whole days; `firm` is false for what is expected or depends on something.

    `dropped` is true of one that was moved or withdrawn: calendars that have it strike it out. `changed` is when the
    newest sentence on it was seen, `made` the first.
    """

    id: str
    first: date
    last: date
    title: str
    text: str
    kind: str
    made: datetime
    changed: datetime
    link: str | None = None
    firm: bool = True
    dropped: bool = False


def calendar(events: Iterable[Event], *, name: str) -> bytes:
    """The file."""
    return "".join(f"{folded(line)}\r\n" for line in _lines(events, name)).encode("utf-8", "replace")


def folded(line: str) -> str:
    """A line in pieces of at most 75 octets, no character cut."""
    pieces, piece, size, room = [], "", 0, _LINE
    for char in line:
        width = len(char.encode("utf-8", "replace"))
        if size + width > room:
            pieces.append(piece)
            piece, size, room = "", 0, _LINE - 1  # the blank that marks the fold counts
        piece += char
        size += width
    return "\r\n ".join((*pieces, piece))


def escaped(text: str) -> str:
    """A text value: no line break, comma or semicolon in it can end anything."""
    plain = _CONTROLS.sub("", _BREAKS.sub("\n", text))
    for char in ("\\", ";", ","):
        plain = plain.replace(char, f"\\{char}")
    return plain.replace("\n", "\\n")


def _lines(events: Iterable[Event], name: str) -> Iterator[str]:
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//watcher//dates//EN", "CALSCALE:GREGORIAN")
    yield from (f"NAME:{escaped(name)}", f"X-WR-CALNAME:{escaped(name)}")
    yield "REFRESH-INTERVAL;VALUE=DURATION:PT6H"
    for event in events:
        yield from _event(event)
    yield "END:VCALENDAR"


def _event(event: Event) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_CONTROLS.sub('', event.id)}@watcher"
    yield f"DTSTAMP:{_moment(event.changed)}"
    yield f"CREATED:{_moment(event.made)}"
    yield f"LAST-MODIFIED:{_moment(event.changed)}"
    yield f"DTSTART;VALUE=DATE:{event.first:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{event.last + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{escaped(event.title)}"
    if event.text:
        yield f"DESCRIPTION:{escaped(event.text)}"
    if event.link:
        yield f"URL:{_CONTROLS.sub('', _BREAKS.sub('', event.link))}"
    yield f"CATEGORIES:{escaped(event.kind)}"
    yield f"STATUS:{'CANCELLED' if event.dropped else 'CONFIRMED' if event.firm else 'TENTATIVE'}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
