"""Dates of feeds in their common forms, read as feedparser reads them.

Never guesses: a date in any other form is left to feedparser.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Final

from watcher.core.text.calendar_names import MONTHS
from watcher.sources.feed.vocabulary import Unusual

_ZONES: Final = {"GMT": 0, "UTC": 0, "UT": 0, "Z": 0, "EST": -5, "EDT": -4, "PST": -8, "PDT": -7}
_RFC_822 = re.compile(
    rf"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? )?([0-9]{{1,2}}) ({'|'.join(MONTHS)}) ([0-9]{{4}}) "
    rf"([0-9]{{2}}):([0-9]{{2}})(?::([0-9]{{2}}))? (?:([+-])([0-9]{{2}})([0-9]{{2}})|({'|'.join(_ZONES)}))"
)
_W3C = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.[0-9]{1,9})?(?:Z|([+-])([0-9]{2}):([0-9]{2})))?"
)


def moment(stated: str) -> tuple[int, ...] | None:
    """A date in a common form as numbers from year to second in GMT; None if nothing is stated.

    Raises: Unusual if it is in another form, or no such moment.
    """
    if not stated:
        return None
    if found := _RFC_822.fullmatch(stated):
        day, month, year, hour, minute, second, sign, hours, minutes, zone = found.groups()
        digits = [year, str(MONTHS.index(month) + 1), day, hour, minute, second]
        hours = hours or str(_ZONES[zone])
    elif found := _W3C.fullmatch(stated):
        *digits, sign, hours, minutes = found.groups()
    else:
        raise Unusual
    ahead = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    try:
        years, months, days, *clock = (int(number or 0) for number in digits)
        at = datetime(years, months, days, clock[0], clock[1], clock[2])
        at -= -ahead if sign == "-" else ahead
    except (ValueError, OverflowError) as error:
        raise Unusual from error
    return at.timetuple()[:6]
