"""What the kinds `calendar` and `deadline` share: the kinds of dates, and a reminder or a duration as it is written.

Never looks at a clock: what is near is told by what is judged.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator

from watcher.conditions.base import ONE_OR_MORE, as_list, closed, refusal
from watcher.core.calendar.model import KINDS
from watcher.core.calendar.reminders import Reminder, reminder
from watcher.core.values import parse_duration


def _kind(name: str) -> str:
    return closed(name, KINDS, "kind of date")


def _reminder(text: str) -> str:
    try:
        reminder(text)
    except ValueError as error:
        raise refusal("R025", str(error)) from None
    return text


def _duration(text: str) -> str:
    try:
        parse_duration(text)
    except ValueError as error:
        raise refusal("R025", str(error)) from None
    return text


DateKinds = Annotated[tuple[Annotated[str, AfterValidator(_kind)], ...], ONE_OR_MORE]
"""One or more kinds of dates."""
Reminders = Annotated[
    tuple[Annotated[str, AfterValidator(_reminder)], ...],
    BeforeValidator(as_list, json_schema_input_type=str | list[str]),
]
"""One or more of `30d before`, `on the day`, `1d after`."""
DurationText = Annotated[str, AfterValidator(_duration)]
"""`45s` to `8w`, as text."""


def reminders_of(texts: tuple[str, ...]) -> tuple[Reminder, ...]:
    """The reminders that these texts write, each once, the earliest first."""
    return tuple(sorted({reminder(text) for text in texts}))
