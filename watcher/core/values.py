"""How durations, dates, times and sizes are written in our files; each has one grammar and nothing is guessed.

Source: the rule language, section 2 (value syntax).
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

LONGEST = timedelta(days=36_500)
"""A hundred years: whatever is added to a moment, or taken from it, stays within the calendar."""
_UNITS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_DURATION = re.compile(r"(?:(\d{1,6})w)?(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,9})s)?")
_LOOSE = re.compile(r"(\d{1,6})\s*([a-z]+)", re.IGNORECASE | re.ASCII)
# What people write for a unit, and the unit in days where it is none of ours.
_WORDS = {
    "sec": "s",
    "second": "s",
    "min": "m",
    "minute": "m",
    "hr": "h",
    "hour": "h",
    "day": "d",
    "week": "w",
    "wk": "w",
}
_DAYS = {"mo": 30, "mon": 30, "month": 30, "y": 365, "yr": 365, "year": 365}

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIME = re.compile(r"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?)(Z|[+-]\d{2}:\d{2})?", re.ASCII)

_SIZE = re.compile(r"(\d{1,9})\s*([A-Za-z]+)", re.ASCII)
_SIZES = {"B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40}


def parse_duration(text: str) -> timedelta:
    """The duration that `45s`, `15m`, `24h`, `7d`, `8w` or `1d12h` says.

    Raises: ValueError with the text of R025.
    """
    found = _DURATION.fullmatch(text)
    if found is None or not text or not text.isascii():
        raise ValueError(f'"{_brief(text)}" is no duration; write {_duration_hint(text)} (s, m, h, d, w)')
    seconds = sum(int(n or 0) * unit for n, unit in zip(found.groups(), _UNITS.values(), strict=True))
    if seconds > LONGEST.total_seconds():
        raise ValueError(f'"{_brief(text)}" is longer than a hundred years; write {LONGEST.days}d at most')
    return timedelta(seconds=seconds)


def before(moment: datetime, span: timedelta) -> datetime:
    """The moment so long before another one; the calendar's first where that lies outside it."""
    first = datetime.min.replace(tzinfo=UTC)
    return moment - span if moment - first >= span else first


def duration_text(duration: timedelta) -> str:
    """A duration as it is written in a file: `1d12h`; parts of a second are left out."""
    rest = int(duration.total_seconds())
    parts = []
    for unit, seconds in _UNITS.items():
        # Weeks only where nothing is left over: 14d is 2w, but 10d stays 10d.
        if unit == "w" and rest % seconds:
            continue
        count, rest = divmod(rest, seconds)
        parts.append(f"{count}{unit}" if count else "")
    return "".join(parts) or "0s"


def parse_date(text: str) -> date:
    """The day that `2026-11-10` says. Raises: ValueError with the text of R027."""
    if _DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    raise ValueError(f'"{_brief(text)}" is no date; write 2026-11-10')


def parse_time(text: str) -> datetime:
    """The moment, in UTC, that `2026-11-10T09:00Z` or `2026-11-10T09:00+02:00` says; a bare day is its first moment.

    Raises: ValueError with the text of R027.
    """
    if _DATE.fullmatch(text):
        day = parse_date(text)
        return datetime(day.year, day.month, day.day, tzinfo=UTC)
    found = _TIME.fullmatch(text)
    if found is not None and found[2] is None:
        raise ValueError(f'"{text}" is a time without zone; write {text}Z or {text}+02:00')
    if found is not None:
        try:
            return datetime.fromisoformat(f"{found[1]}{'+00:00' if found[2] == 'Z' else found[2]}").astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    raise ValueError(f'"{_brief(text)}" is no date; write 2026-11-10 or 2026-11-10T09:00Z')


def parse_size(text: str) -> int:
    """The bytes that `200 MiB` says. Raises: ValueError."""
    found = _SIZE.fullmatch(text)
    if found is None or found[2] not in _SIZES:
        guess = next((unit for unit in _SIZES if found and unit[0] == found[2][0].upper()), "MiB")
        hint = f"{found[1]} {guess}" if found else "200 MiB"
        raise ValueError(f'"{_brief(text)}" is no size; write {hint} (B, KiB, MiB, GiB, TiB)')
    return int(found[1]) * _SIZES[found[2]]


def size_text(size: int) -> str:
    """Bytes as they are written in a file, in the largest unit that leaves no rest."""
    unit = next(unit for unit in reversed(_SIZES) if size % _SIZES[unit] == 0)
    return f"{size // _SIZES[unit]} {unit}" if size else "0 B"


def _duration_hint(text: str) -> str:
    """What the author probably meant, else an example."""
    if text.isascii() and text.isdigit() and len(text) <= 6:  # noqa: PLR2004 - more digits are no duration
        return f"{text}s, {text}m or {text}h"
    found = _LOOSE.fullmatch(text.strip())
    if found is None:
        return "15m"
    word = found[2].lower()
    word = word if word in _WORDS or word in _DAYS else word.removesuffix("s")
    if word in _DAYS:
        return f"{int(found[1]) * _DAYS[word]}d"
    unit = _WORDS.get(word, word)
    return f"{found[1]}{unit}" if unit in _UNITS else "15m"


def _brief(text: str) -> str:
    """A text short enough for a message."""
    limit = 40
    return text if len(text) <= limit else text[:limit] + "…"


def _duration(value: object) -> timedelta:
    """A duration from a file, or one given as such by code."""
    if isinstance(value, timedelta):
        return value
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError("must be a duration; write 15m (s, m, h, d, w)")  # noqa: TRY004 - pydantic takes ValueError
    return parse_duration(str(value))


def _size(value: object) -> int:
    """A size from a file, or bytes given by code."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError("must be a size; write 200 MiB (B, KiB, MiB, GiB, TiB)")  # noqa: TRY004 - as above
    return value if isinstance(value, int) else parse_size(value)


Duration = Annotated[
    timedelta,
    BeforeValidator(_duration),
    PlainSerializer(duration_text, return_type=str),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^(?=.)(\d+w)?(\d+d)?(\d+h)?(\d+m)?(\d+s)?$",
            "examples": ["45s", "15m", "24h", "7d", "1d12h"],
        }
    ),
]
"""A duration in a model of options: `45s`, `15m`, `24h`, `7d`, `8w`, `1d12h`."""

Size = Annotated[
    int,
    BeforeValidator(_size),
    PlainSerializer(size_text, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": r"^\d+ *(B|KiB|MiB|GiB|TiB)$", "examples": ["200 MiB"]}),
]
"""Bytes in a model of options: `200 MiB`."""
