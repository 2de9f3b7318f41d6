"""The day on which something was published where its publisher is: `today` and `on Monday` are counted from it.

Never reads a clock. Main zones without summer time: an hour more or less moves a day only around midnight.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

_HOURS: Mapping[str, float] = {
    country: hours
    for hours, countries in (
        (8, "CN HK TW SG MY PH MN"),
        (9, "JP KR"),
        (7, "ID VN TH"),
        (5.5, "IN LK"),
        (5, "KZ PK UZ"),
        (10, "AU"),
        (12, "NZ"),
        (-3, "BR AR CL UY"),
        (-5, "CA US PE CO"),
        (-6, "MX"),
        (1, "DE FR ES IT NL BE AT CH PL CZ SK HU SE NO DK RS SI HR CD GA NA ZM ZW MZ MW"),
        (2, "FI EE LV LT UA RO BG GR ZA IL TR RW"),
        (3, "RU SA KE TZ MG"),
    )
    for country in countries.split()
}
"""Hours ahead of UTC of a country's main zone, in winter of the northern half. Source: IANA time zones."""


def day_of(moment: datetime, country: str | None) -> date:
    """The day of a moment (aware, UTC) in that country (ISO 3166), in UTC where it is unknown.

    Midnight itself is a day without an hour: it stays that day.
    """
    if moment.time() == time(0) or country is None:
        return moment.date()
    return (moment + timedelta(hours=_HOURS.get(country, 0))).date()
