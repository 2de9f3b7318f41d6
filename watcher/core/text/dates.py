"""Dates as publishers write them on pages and in tables, read or refused; never guessed, never taken from a clock."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import Final, NamedTuple

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar janvier enero ene janeiro gennaio jänner januari",
            "february feb februar février fevrier febrero fevereiro febbraio februari",
            "march mar märz maerz mars marzo março marco maart",
            "april apr avril abril aprile",
            "may mai mayo maio maggio mei",
            "june jun juni juin junio junho giugno",
            "july jul juli juillet julio julho luglio",
            "august aug août aout agosto augustus",
            "september sep sept septembre septiembre setembro settembre",
            "october oct oktober okt octobre octubre outubro ottobre",
            "november nov novembre noviembre novembro",
            "december dec dezember dez décembre decembre diciembre dezembro dicembre",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = "|".join(sorted(map(re.escape, _MONTHS), key=len, reverse=True))
_NTH = r"(?:st|nd|rd|th|er|\.|º)?"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_CLOCK = (
    r"(?:(?:[T ]|,? (?:at |um |à )?| ?[|·-] ?)"
    r"(?P<hour>\d{1,2})[:.h](?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d{1,9})?)?"
    r"(?: ?(?P<half>[ap])\.?m\b\.?)?(?: ?(?:\()?(?P<zone>[A-Z]{1,4}\b|[+-]\d\d:?\d\d)(?![\w])\)?)?)?"
)
_FORMS: Final = tuple(
    re.compile(form + _CLOCK, re.IGNORECASE)
    for form in (
        rf"(?<![\w.]){_YEAR}(?P<sign>[-/.])(?P<month>\d{{1,2}})(?P=sign)(?P<day>\d{{1,2}})(?!\d)",
        rf"(?<!\d){_YEAR} ?年 ?(?P<month>\d{{1,2}}) ?月 ?(?P<day>\d{{1,2}}) ?日",
        rf"(?<!\d){_YEAR} ?년 ?(?P<month>\d{{1,2}}) ?월 ?(?P<day>\d{{1,2}}) ?일",
        rf"\b(?P<name>{_MONTH})\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? {_YEAR}(?!\d)",
        rf"(?<!\d)(?P<day>\d{{1,2}}){_NTH}[ -](?:de )?(?P<name>{_MONTH})\.?,?[ -](?:de )?{_YEAR}(?!\d)",
        rf"(?<!\d)(?P<day>\d{{1,2}})\.(?P<month>\d{{1,2}})\.{_YEAR}(?!\d)",
        rf"(?<![\d])(?P<day>1[3-9]|2\d|3[01])/(?P<month>\d{{1,2}})/{_YEAR}(?!\d)",
        rf"(?<![\d])(?P<month>\d{{1,2}})/(?P<day>1[3-9]|2\d|3[01])/{_YEAR}(?!\d)",
    )
)
"""`05/06/2025` is missing on purpose: nobody can tell its day from its month."""
_COMPACT = re.compile(
    rf"{_YEAR}(?P<month>\d\d)(?P<day>\d\d)(?:T?(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)(?P<zone>Z)?)?"
)
_MAIL = re.compile(r"(?:[A-Z][a-z]{2}, ?)?\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d(?::\d\d)? (?:[+-]\d{4}|[A-Z]{1,4})")
_ZONES: Final = {
    **dict.fromkeys(("Z", "UTC", "GMT", "WET"), 0),
    **dict.fromkeys(("EST", "CDT"), -300),
    **dict.fromkeys(("PDT", "MST"), -420),
    **dict.fromkeys(("CET", "MEZ", "WEST"), 60),
    **dict.fromkeys(("CEST", "MESZ", "EET"), 120),
    **dict.fromkeys(("JST", "KST"), 540),
    **dict.fromkeys(("HKT", "SGT", "AWST"), 480),
    "EDT": -240,
    "MDT": -360,
    "PST": -480,
    "EEST": 180,
    "AEST": 600,
    "AEDT": 660,
}
"""Names of zones that mean one thing, in minutes from UTC. CST, IST and BST mean several and are not read."""
_NOON: Final = 12
_LONGEST: Final = 400


class Stated(NamedTuple):
    """A date as it was stated, and what it left open: `date_only`, `zoneless`. `start` and `end` say where it stood."""

    at: datetime
    flags: tuple[str, ...]
    start: int
    end: int


def stated_moment(text: str) -> Stated | None:
    """The first date in a short text such as a meta tag or a byline; None without one, or where it is ambiguous.

    What came without a zone is taken as UTC and flagged `zoneless`; without an hour, it is midnight and `date_only`.
    """
    text = text[:_LONGEST]
    mail = _MAIL.search(text)
    if mail is not None:
        return _of_mail(mail)
    whole = _COMPACT.fullmatch(text.strip())
    found = [whole] if whole else [hit for form in _FORMS if (hit := form.search(text)) is not None]
    for hit in sorted(found, key=re.Match.start):
        stated = _of_parts(hit)
        if stated is not None:
            return stated
    return None


def leading_date(text: str) -> Stated | None:
    """The date that a paragraph begins with, even glued to its first word: `May 27, 2025This week ...`."""
    stated = stated_moment(text[:80])
    return stated if stated is not None and stated.start == 0 else None


def _of_mail(hit: re.Match[str]) -> Stated | None:
    try:
        at = parsedate_to_datetime(hit[0])
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    flags = () if at.tzinfo is not None else ("zoneless",)
    return _placed(at.replace(tzinfo=at.tzinfo or UTC), flags, hit)


def _of_parts(hit: re.Match[str]) -> Stated | None:
    """A date out of the named groups of a form."""
    parts = hit.groupdict()
    name, hour = parts.get("name"), parts.get("hour")
    try:
        zone = _zone(parts.get("zone"))
        at = datetime(
            int(parts["year"]),
            _MONTHS[name.lower()] if name else int(parts["month"]),
            int(parts["day"]),
            _hour(int(hour), parts.get("half")) if hour else 0,
            int(parts.get("minute") or 0),
            int(parts.get("second") or 0),
            tzinfo=zone or UTC,
        )
    except (ValueError, KeyError):
        return None
    flags = () if zone is not None else ("zoneless",)
    return _placed(at, flags if hour is not None else ("date_only",), hit)


def _placed(at: datetime, flags: tuple[str, ...], hit: re.Match[str]) -> Stated | None:
    try:
        return Stated(at.astimezone(UTC), flags, hit.start(), hit.end())
    except OverflowError:
        return None


def _hour(hour: int, half: str | None) -> int:
    if half is None:
        return hour
    return hour % _NOON + (_NOON if half.lower() == "p" else 0)


def _zone(text: str | None) -> timezone | None:
    """The zone of that name or offset, or None where it is unknown."""
    if text is None:
        return None
    if text[0] not in "+-":
        minutes = _ZONES.get(text.upper())
        return None if minutes is None else timezone(timedelta(minutes=minutes))
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return timezone(timedelta(minutes=minutes if text[0] == "+" else -minutes))
