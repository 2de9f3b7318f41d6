"""The time that a point is of, as series state it: a day, a month, a quarter, a year, or a moment; never guessed.

A day or period stands for its first moment in UTC; a moment that names no zone is of the source's own.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo
from typing import Final

from watcher.sources.lists.times import read_moment

_PERIOD: Final = re.compile(
    r"(?P<year>(?:1[89]|2[01])\d\d)(?:\s?[-/]?\s?(?:[Mm](?P<m>0?[1-9]|1[0-2])|[Qq](?P<q>[1-4]))|[-/](?P<n>0[1-9]|1[0-2]))?"
)
_WHOLE: Final = re.compile(r"(\d{4})\.0")


def read_period(value: object, zone: tzinfo, formats: tuple[str, ...] = ()) -> datetime | None:
    """The time that a cell states, in UTC; None if it states none. Args: `formats` of strptime go first."""
    text = _WHOLE.sub(r"\1", " ".join(str(value).split())) if value is not None else ""
    if not text or isinstance(value, bool):
        return None
    found = None if formats else _PERIOD.fullmatch(text)
    if found is not None:
        month = found["m"] or found["n"]
        return datetime(int(found["year"]), int(month) if month else 3 * int(found["q"] or 1) - 2, 1, tzinfo=UTC)
    at, flags = read_moment(value if isinstance(value, int | float) else text, formats)
    if at is None:
        return None
    if "zoneless" in flags:
        return at.replace(tzinfo=zone).astimezone(UTC)
    return at.replace(hour=0, minute=0, second=0, microsecond=0) if "date_only" in flags else at
