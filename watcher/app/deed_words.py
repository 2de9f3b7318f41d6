"""What the pages behind signed links say: one table of words for each thing that may be done; they decide nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from watcher.core.telling.actions import Action, Ticket
from watcher.core.telling.phrases import trust_words
from watcher.core.telling.recipients import recipient_of
from watcher.core.text.escapes import one_line
from watcher.core.text.wording import ENGLISH, Words
from watcher.render.moments import Clock
from watcher.render.pages import About, Asking
from watcher.render.views import mark, tongue
from watcher.stores.links import AlertSeen, Unsubscribed


@dataclass(frozen=True, slots=True, kw_only=True)
class DeedWords:
    """`ask` heads the page with the button, `done` the one after it; `says` is what the button will do."""

    ask: str
    says: tuple[str, ...]
    button: str
    done: str
    undo: str


WORDS: Final[Mapping[Action, DeedWords]] = {
    "acknowledge": DeedWords(
        ask="Acknowledge this alert?",
        says=("Reminders and escalation stop. News of the same severity is kept back; a higher severity is told.",),
        button="Acknowledge",
        done="Acknowledged",
        undo="Undo: nobody has seen to it",
    ),
    "snooze": DeedWords(
        ask="Snooze this alert for four hours?",
        says=(
            "Nothing of it is told until then, unless its severity rises. What came meanwhile follows in one message.",
        ),
        button="Snooze 4 hours",
        done="Snoozed",
        undo="Undo: wake it",
    ),
    "tomorrow": DeedWords(
        ask="Snooze this alert until tomorrow morning?",
        says=(
            "Nothing of it is told until 08:00, unless its severity rises. What came meanwhile follows in one message.",
        ),
        button="Snooze until tomorrow",
        done="Snoozed until tomorrow",
        undo="Undo: wake it",
    ),
    "mute": DeedWords(
        ask="Mute this story for 30 days?",
        says=(
            (
                "No alert on this story is told to anybody for 30 days. What is kept back is counted and listed, "
                "and watcher says so before the 30 days end."
            ),
        ),
        button="Mute the story",
        done="Story muted",
        undo="Undo: let it be told",
    ),
    "not_relevant": DeedWords(
        ask="Mark this alert as not relevant?",
        says=("The mark is kept for whoever looks after the rule. The alert itself goes on as before.",),
        button="Not relevant",
        done="Marked as not relevant",
        undo="Undo: take the mark back",
    ),
}


def alert_about(seen: AlertSeen, *, title: str, zone: str, now: datetime, words: Words = ENGLISH) -> About:
    """The alert that a button is about."""
    clock = Clock(zone=ZoneInfo(zone), at=now, words=words)
    stated = words.say(
        "stated {stated}, first seen {seen}",
        stated=clock.moment(seen.published),
        seen=clock.moment(seen.seen, beside=seen.published),
    )
    closed = (words.say("This alert is closed."),) if seen.state == "closed" else ()
    publisher = one_line(seen.publisher) or words.say("publisher unknown")
    return About(
        headline=one_line(seen.headline),
        tongue=tongue(seen.language),
        mark=mark(seen.severity, words),
        lines=(
            f"{publisher} ({trust_words(seen.trust, words)}) · {stated}, {zone}",
            words.say("Rule: {title}", title=one_line(title)),
            *closed,
        ),
    )


def until_words(asked: Ticket, zone: str, now: datetime, words: Words = ENGLISH) -> str:
    """How long a link holds."""
    if asked.until is None:
        return words.say("This link holds until it is revoked")
    when = Clock(zone=ZoneInfo(zone), at=now, words=words).moment(asked.until)
    return words.say("This link holds until {when}, {zone}", when=when, zone=zone)


def lists_words(lists: tuple[str, ...], words: Words = ENGLISH) -> str:
    """`the alerts of route desk and the round-up weekly`."""
    said = [_list_words(*each.partition(":")[::2], words) for each in lists]
    if len(said) < 2:  # noqa: PLR2004 - nothing to join
        return "".join(said)
    return words.say("{lists} and {list}", lists=words.say(", ").join(said[:-1]), list=said[-1])


def _list_words(sort: str, name: str, words: Words) -> str:
    if sort != "digest":
        return words.say("the alerts of route {name}", name=name)
    who = recipient_of(name)
    if who is None:
        return words.say("the round-up {name}", name=name)
    return words.say("what is collected for {name}", name=who)


def left_words(gone: Unsubscribed, zone: str, now: datetime, words: Words = ENGLISH) -> str:
    """Since when somebody is not sent a list any more."""
    return f"{Clock(zone=ZoneInfo(zone), at=now, words=words).moment(gone.since)}, {words.saying(gone.how)}"


def forged() -> Asking:
    """A link that nobody here made, or that was cut."""
    return Asking(
        title="This link opens nothing",
        says=(
            "It is not one of ours, or the mail program broke it on its way. Copy the whole address from the message.",
            "Nothing was changed.",
        ),
    )


def expired() -> Asking:
    """A link that held once."""
    return Asking(
        title="This link has run out",
        says=(
            (
                "Links to act on an alert hold for 7 days. A newer message about it carries newer ones; "
                "whoever runs watcher can do it at any time."
            ),
            "Nothing was changed.",
        ),
    )


def revoked() -> Asking:
    """A reading address that was taken back."""
    return Asking(
        title="This address is not answered any more",
        says=("It was revoked. Whoever runs watcher for you can make another one.",),
    )


def unknown(alert: str, words: Words = ENGLISH) -> Asking:
    """An alert that is not in the store."""
    return Asking(
        title="This alert is not known here any more",
        says=("It may have been forgotten with its source. Nothing was changed.",),
        foot=(words.say("Alert {id}", id=alert),),
    )


def absent() -> Asking:
    """An issue that is not there."""
    return Asking(title="There is no such issue", says=("It was never issued, or it is not kept any more.",))


def busy() -> Asking:
    """Too many requests with one link."""
    return Asking(
        title="Too many at once", says=("This link was asked for very often just now. Try again in a minute.",)
    )
