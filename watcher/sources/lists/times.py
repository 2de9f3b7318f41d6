"""Times as sources state them in any of the forms met: numbers, ISO, compact, words; never guessed, never a clock's.

What cannot be read is no time, and the flag `unreadable_date` says so.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

from pydantic import AfterValidator

from watcher.core.text.dates import stated_moment

_ISO: Final = re.compile(
    r"\d{4}-\d\d-\d\d(?:[Tt ]\d\d:?\d\d(?::?\d\d(?:[.,]\d{1,9})?)? ?(?:[Zz]|[+-]\d\d(?::?\d\d)?)?)?"
)
_EPOCH: Final = re.compile(r"\d{9,10}|\d{12,13}")
_START: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECONDS_FROM: Final = 100_000_000_000
"""Numbers from here on count milliseconds: as seconds they would lie in the year 5138."""
_LATEST: Final = 4_102_444_800_000
_LONGEST: Final = 200
_UNREADABLE: Final = ("unreadable_date",)

Moment = tuple[datetime | None, tuple[str, ...]]
"""A time in UTC or None, and what is open about it: `date_only`, `zoneless` (then it stands as if it were UTC)."""


def _format(text: str) -> str:
    """A format of strptime."""
    if not any(sign in text for sign in ("%Y", "%y", "%c", "%x", "%G")):  # asked first: later Pythons warn of it
        raise ValueError(f'"{text}" reads no year; write a date format such as %d/%m/%Y %H:%M')
    try:
        datetime.strptime(_START.strftime(text), text)
    except (ValueError, re.error) as error:
        raise ValueError(f'"{text}" is no date format: {error}') from None
    return text


DateFormat = Annotated[str, AfterValidator(_format)]


def read_moment(value: object, formats: tuple[str, ...] = ()) -> Moment:
    """The time that a value states. Args: `formats` of strptime go before all that is known."""
    if isinstance(value, bool) or value is None:
        return None, ()
    if isinstance(value, int | float):
        return _epoch(value)
    text = str(value).strip()[:_LONGEST]
    return (_formed(text, formats) or _known_form(text)) if text else (None, ())


def _formed(text: str, formats: tuple[str, ...]) -> Moment | None:
    """The time in one of the formats, or None."""
    for each in formats:
        try:
            return _settled(datetime.strptime(text, each), whole="%H" in each or "%I" in each or "%c" in each)
        except ValueError:
            continue
    return None


def _known_form(text: str) -> Moment:
    if _EPOCH.fullmatch(text):
        return _epoch(int(text))
    if _ISO.fullmatch(text):
        return _iso(text)
    stated = stated_moment(text)
    return (stated.at, stated.flags) if stated is not None else (None, _UNREADABLE)


def _epoch(number: float) -> Moment:
    """Seconds or milliseconds since 1970; 0 and what lies far off is no time."""
    milliseconds = number if abs(number) >= _MILLISECONDS_FROM else number * 1_000
    if not 0 < milliseconds < _LATEST:
        return None, _UNREADABLE if number else ()
    return _START + timedelta(milliseconds=round(milliseconds)), ()


def _iso(text: str) -> Moment:
    try:
        at = datetime.fromisoformat(text.upper().replace(" +", "+").replace(" Z", "Z"))
    except ValueError:
        return None, _UNREADABLE
    return _settled(at, whole=len(text) > len("2026-11-21"))


def _settled(at: datetime, *, whole: bool) -> Moment:
    try:
        if at.tzinfo is not None:
            return at.astimezone(UTC), () if whole else ("date_only",)
        return at.replace(tzinfo=UTC), ("zoneless",) if whole else ("date_only",)
    except OverflowError:
        return None, _UNREADABLE
