"""Dated entries in words for a terminal: the calendar's lines, and what one article says of dates.

Every word of a stranger's passes `one_line`; nothing is said of a date that no article says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from watcher.core.calendar.model import Entry
from watcher.core.calendar.words import day_words, distance_words, kind_words, state_words
from watcher.core.telling.alerts import words_of
from watcher.core.text.escapes import one_line, plain_safe
from watcher.stores.dates import Ground

_PARTS = {"states": "states", "names": "speaks of", "moves": "moves", "settles": "settles"}
_QUOTED = 200
_SHOWN = 3


def entry_lines(entry: Entry, grounds: Sequence[Ground], today: date) -> Iterator[str]:
    """An entry of the calendar: its day, how far off it is, what it is of, and the sentences behind it."""
    yield "  ".join(each for each in (day_words(entry), distance_words(entry, today), kind_words(entry.kind)) if each)
    yield f"    of      {_safe('; '.join([*sorted(entry.topic.matters), entry.topic.words])) or 'unknown'}"
    notes = [*_doubts(entry), *([] if entry.state == "standing" else [f"{state_words(entry)}: {_safe(entry.reason)}"])]
    if notes:
        yield f"    state   {'; '.join(notes)}"
    stated = [each for each in grounds if each.part == "states"]
    for ground in stated[:1]:
        yield f'    says    {_safe(ground.publisher)}, {words_of(ground.trust)}: "{_quote(ground)}"'
    others = [each for each in grounds if each not in stated[:1]]
    if others:
        names = dict.fromkeys(f"{_safe(each.publisher)} {_PARTS[each.part]} it" for each in others)
        more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        yield f"    also    {'; '.join(list(names)[:_SHOWN])}{more}"
    yield f"    entry   {entry.id}"


def entry_json(entry: Entry, grounds: Sequence[Ground], today: date) -> Mapping[str, object]:
    """An entry with all that stands behind it."""
    return {
        "entry": entry.id,
        "kind": entry.kind,
        "first": entry.first and entry.first.isoformat(),
        "last": entry.last and entry.last.isoformat(),
        "time": entry.time or None,
        "zone": entry.zone,
        "days": None if entry.day is None else (entry.day - today).days,
        "printed": entry.printed,
        "conditional": entry.conditional,
        "sure": entry.sure,
        "state": state_words(entry),
        "reason": entry.reason,
        "moved_to": entry.moved_to or None,
        "of": entry.topic.words,
        "matters": sorted(entry.topic.matters),
        "documents": sorted(entry.topic.documents),
        "events": sorted(entry.topic.types),
        "materials": sorted(entry.topic.materials),
        "parties": sorted(entry.topic.parties),
        "places": sorted(entry.topic.places),
        "evidence": [_ground_json(each) for each in grounds],
    }


def date_json(entry: Entry, ground: Ground) -> Mapping[str, object]:
    """What an article says of one entry."""
    return {
        "entry": entry.id,
        "kind": entry.kind,
        "first": entry.first and entry.first.isoformat(),
        "last": entry.last and entry.last.isoformat(),
        "conditional": entry.conditional,
        "sure": entry.sure,
        "state": state_words(entry),
        **_ground_json(ground),
    }


def _ground_json(ground: Ground) -> Mapping[str, object]:
    return {
        "part": ground.part,
        "publisher": ground.publisher,
        "trust": ground.trust.value,
        "source": ground.source,
        "sentence": ground.quote,
        "span": list(ground.words),
        "seen": ground.seen.isoformat(),
        "reason": ground.reason,
    }


def dates_words(dates: Sequence[tuple[Entry, Ground]]) -> Iterator[str]:
    """What an article says of dates, for `watcher why`."""
    for entry, ground in dates:
        doubts = "".join(f", {each}" for each in _doubts(entry))
        yield (
            f"  date        {_PARTS[ground.part]} {kind_words(entry.kind)} {day_words(entry)}{doubts} "
            f"({state_words(entry)}; {_safe(ground.reason)}; {entry.id})"
        )
        yield f'                "{_quote(ground)}"'


def _doubts(entry: Entry) -> list[str]:
    return ["conditional"] * entry.conditional + ["only expected"] * (not entry.sure)


def _quote(ground: Ground) -> str:
    quote = _safe(ground.quote)
    return quote if len(quote) <= _QUOTED else f"{quote[:_QUOTED]}\u2026"


def _safe(text: str) -> str:
    return one_line(plain_safe(text))
