"""What people did with an alert, and that nobody did, in words; the reader's clock says the times."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from watcher.core.telling.messages import Handled, Told
from watcher.core.text.wording import ENGLISH, Words

Moment = Callable[[datetime], str]


def state_words(
    told: Told, moment: Moment, safe: Callable[[str], str] = str, words: Words = ENGLISH
) -> tuple[str, ...]:
    """How an alert stands, in sentences without their stops; empty where nobody did anything and nobody had to.

    Args: moment - a time in words. safe - what makes a person's words safe where these are shown.
    """
    return tuple(_words(told, moment, safe, words))


def _words(told: Told, moment: Moment, safe: Callable[[str], str], words: Words) -> Iterator[str]:
    reminder = told.reminder
    if reminder is not None:
        yield words.say(
            "Reminder {number} of {of}: nobody has acknowledged this, told {when}",
            number=reminder.number,
            of=reminder.of,
            when=moment(reminder.since),
        )
    for each in told.handled:
        yield _handled(each, moment, safe, words)


def _handled(each: Handled, moment: Moment, safe: Callable[[str], str], words: Words) -> str:
    who, note = safe(" ".join(each.who.split())), safe(" ".join(each.words.split()))
    match each.what:
        case "assigned":
            return words.say("Assigned to {whom} by {who}, {when}", whom=note, who=who, when=moment(each.at))
        case "snoozed" if each.until is not None:
            return words.say("Snoozed by {who} until {when}", who=who, when=moment(each.until))
        case "acknowledged":
            said = words.say("Acknowledged by {who}, {when}", who=who, when=moment(each.at))
        case _:
            said = words.say(f"{each.what.capitalize()} by {{who}}, {{when}}", who=who, when=moment(each.at))
    return f"{said}: {note}" if note else said
