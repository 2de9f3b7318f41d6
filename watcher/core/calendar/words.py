"""A dated entry in a reader's words; never says what nobody knows, such as that a date which passed had its effect."""

from __future__ import annotations

from datetime import date, timedelta

from watcher.core.calendar.model import Entry

_KINDS = {
    "expires": "expires",
    "effective": "takes effect",
    "comment_close": "comments close",
    "deadline": "deadline",
    "hearing": "hearing",
    "meeting": "meeting",
}
LAPSED = "lapsed, unknown"


def kind_words(kind: str) -> str:
    """What a kind of date reads as: `takes effect`."""
    return _KINDS.get(kind, kind.replace("_", " "))


def day_words(entry: Entry) -> str:
    """The day: `10 November 2026`, `9 to 12 February 2026`, `November 2026`; as printed where it is unknown."""
    first, last = entry.first, entry.last
    if first is None or last is None:
        return entry.printed
    if first == last:
        time = f", {entry.time} {entry.zone}" if entry.time else ""
        return f"{_day(first)}{time}"
    if first.day == 1 and (last + timedelta(days=1)).day == 1 and (first.year, first.month) == (last.year, last.month):
        return f"{first:%B %Y}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {_day(last)}"
    return f"{_day(first)} to {_day(last)}"


def distance_words(entry: Entry, on: date) -> str:
    """How far off it is on a day: `in 30 days`, `today`, `3 days ago`; empty where the day is unknown."""
    if entry.day is None or entry.last is None:
        return ""
    ahead = (entry.day - on).days
    if ahead > 0:
        return "tomorrow" if ahead == 1 else f"in {ahead} days"
    gone = (on - entry.last).days
    if gone <= 0:
        return "today" if entry.first == entry.last or not ahead else "now"
    return "yesterday" if gone == 1 else f"{gone} days ago"


def state_words(entry: Entry) -> str:
    """What is known of it: `standing`, `lapsed, unknown`, `extended`, `moved to another date`, `withdrawn`."""
    match entry.state:
        case "lapsed":
            return LAPSED
        case "settled":
            return entry.outcome.replace("_", " ")
        case "superseded":
            return "moved"
        case state:
            return state


def reminder_words(entry: Entry, on: date) -> str:
    """What a reminder on that day says first."""
    what = f"{kind_words(entry.kind)}: {day_words(entry)}"
    if entry.last is not None and on > entry.last:
        return f"{what}, {distance_words(entry, on)}; {LAPSED}: no article says what came of it"
    doubt = " (conditional)" if entry.conditional else "" if entry.sure else " (only expected)"
    return f"{what}, {distance_words(entry, on)}{doubt}"


def fate_words(entry: Entry) -> str:
    """What became of a date that was told before: `expires: 10 November 2026, extended, the ministry says`."""
    day = "" if entry.state == "superseded" else f"{day_words(entry)}, "
    return f"{kind_words(entry.kind)}: {day}{entry.reason}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
