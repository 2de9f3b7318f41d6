"""What stands for a row of a table, a point of a series or a source's health: all its fields, not sentences of it.

Never leaves out a field for its wording: one that is called `source` is no line of a page's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Final

from watcher.core.model import Zone, ZoneSpan
from watcher.core.requirements.running import KEY
from watcher.core.telling.moved import OF_MATTER
from watcher.core.text.wording import ENGLISH, Words

_OF_ROWS: Final = "row:"
_OF_SERIES: Final = "series:"
_FIELDED: Final = (_OF_ROWS, _OF_SERIES, "source:")
DAY_ONLY: Final = "the publisher gives the day only"
"""The doubt about an article whose date has no hour."""
_ZONES: Final = frozenset({Zone.BODY, Zone.TABLE})
BETWEEN: Final = " · "
"""What parts the fields."""
_LONGEST: Final = 300
"""Characters of one field."""
_MOST: Final = 1200
"""Characters of all."""
_AGAIN: Final = (
    (_OF_ROWS, "when the row says something else, goes or comes back"),
    (_OF_SERIES, "when the clause fires anew, after the series has come back from it"),
    ("source:", "when the source's health changes again"),
    ("entry:", "at the next reminder, or when the date moves or comes to its end"),
    (OF_MATTER, "when the matter moves on"),
    (KEY, "when what the rule asks for has ended and begins anew, or becomes more severe"),
)
_OF_STORIES: Final = "if something new happens: a status, an amount, a date, an actor, a publisher of higher trust"


def fields_of(subject: str, text: str, zones: Sequence[ZoneSpan]) -> str:
    """The fields of what the alert is about, a row's key among them; "" where it is about no such thing."""
    if not subject.startswith(_FIELDED):
        return ""
    found: list[str] = []
    left = _MOST
    for zone in zones:
        field = text[zone.start : zone.end][: min(left, _LONGEST)]
        if zone.zone in _ZONES and field:
            found.append(field)
            left -= len(field)
    key = subject.partition("/")[2]
    if subject.startswith(_OF_ROWS) and not any(each.partition(": ")[2] == key for each in found):
        found.insert(0, f"row: {key}")
    return BETWEEN.join(found)


def states_a_day(subject: str, doubts: Sequence[str], at: datetime | None, words: Words = ENGLISH) -> bool:
    """Whether what is stated is a day without an hour: by an article's own date, or as a daily point is.

    `doubts` are in the reader's words.
    """
    daily = subject.startswith(_OF_SERIES) and at is not None and at.astimezone(UTC).time() == time()
    return daily or words.saying(DAY_ONLY) in doubts


def again(subjects: Sequence[str], words: Words = ENGLISH) -> str:
    """When a reader of alerts on these subjects hears of them again, as a sentence."""
    said = dict.fromkeys(
        next((when for begin, when in _AGAIN if subject.startswith(begin)), _OF_STORIES) for subject in subjects
    )
    when = words.say("; or ").join(words.say(each) for each in said)
    return words.say("You will hear again only {when}.", when=when)
