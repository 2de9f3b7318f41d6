"""What people did with an alert, and that nobody did, in words; the reader's clock says the times."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from watcher.core.telling.messages import Handled, Told

Moment = Callable[[datetime], str]


def state_words(told: Told, moment: Moment, safe: Callable[[str], str] = str) -> tuple[str, ...]:
    """How an alert stands, in sentences without their stops; empty where nobody did anything and nobody had to.

    Args: moment - a time in words. safe - what makes a person's words safe where these are shown.
    """
    return tuple(_words(told, moment, safe))


def _words(told: Told, moment: Moment, safe: Callable[[str], str]) -> Iterator[str]:
    reminder = told.reminder
    if reminder is not None:
        told_at = moment(reminder.since)
        yield f"Reminder {reminder.number} of {reminder.of}: nobody has acknowledged this, told {told_at}"
    for each in told.handled:
        yield _handled(each, moment, safe)


def _handled(each: Handled, moment: Moment, safe: Callable[[str], str]) -> str:
    who, words = safe(" ".join(each.who.split())), safe(" ".join(each.words.split()))
    match each.what:
        case "assigned":
            return f"Assigned to {words} by {who}, {moment(each.at)}"
        case "snoozed" if each.until is not None:
            return f"Snoozed by {who} until {moment(each.until)}"
        case _:
            note = f": {words}" if words else ""
            return f"{each.what.capitalize()} by {who}, {moment(each.at)}{note}"
