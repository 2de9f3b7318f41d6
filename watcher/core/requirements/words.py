"""Requirements in words, as messages say them: `third story within 24 hours`; never more than was found."""

from __future__ import annotations

from watcher.core.requirements.state import moment

_ORDINALS = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))
_DAYS_FROM = 3
"""Spans of fewer days are said in hours."""
_TEENS = range(11, 14)


def ordinal(number: int) -> str:
    """third, 12th."""
    if number < len(_ORDINALS):
        return _ORDINALS[number]
    ending = "th" if number % 100 in _TEENS else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def spell(span: int) -> str:
    """A length in the unit that people would take: 24 hours, 50.1 hours, 7 days."""
    seconds = span / 1_000_000
    for unit, size in _UNITS:
        if seconds >= size * (_DAYS_FROM if unit == "day" else 1) or unit == "second":
            value = f"{seconds / size:.1f}".removesuffix(".0")
            return f"{value} {unit}{'' if value == '1' else 's'}"
    return ""


def when(at: int) -> str:
    """29 Jan 21:00, in UTC."""
    then = moment(at)
    return f"{then.day} {then:%b %H:%M}"
