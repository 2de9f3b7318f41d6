"""Subject, preheader and label of a message: what a reader sees before opening it; never longer than a phone shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from watcher.core.telling.messages import AlertMessage, DigestMessage, DigestStory, NoticeMessage, Told
from watcher.render.moments import count
from watcher.render.wrapping import shorten

DIGEST_SUBJECT = 50
ALERT_SUBJECT = 78
_PREHEADER = 90
_SHORT_NAME = 14
"""Room for `Monthly alerts`; it leaves half of the subject to the top story."""
_RHYTHMS: Final = {"Daily": r"\d{4}-\d\d-\d\d", "Weekly": r"\d{4}-W\d\d", "Monthly": r"\d{4}-\d\d"}
"""What the keys of periods tell of how often an issue comes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """`subject` is one line; `preheader` uses other words than it; `label` names the mail for a screen reader."""

    subject: str
    preheader: str
    label: str


def alert_head(message: AlertMessage) -> Head:
    """Severity, what happened, and how many more."""
    told = message.alerts[0]
    if message.backlog:
        return _backlog_head(message)
    more = len(message.alerts) - 1
    subject = _fit(f"{_opening(told)}: {told.headline}", f" · {more} more" if more else "", ALERT_SUBJECT)
    said = (*told.news, told.publisher, told.rule_title, *(other.headline for other in message.alerts[1:]))
    return Head(
        subject=subject,
        preheader=_preheader(said),
        label=shorten(" ".join(f"{told.severity.value.capitalize()} alert: {told.headline}".split()), 120),
    )


def waited(message: AlertMessage) -> str:
    """How many alerts waited for the channel, or came at once, and how many of them the message tells."""
    if message.at_once:
        return f"{message.backlog} alerts at once from {message.at_once}"
    of = f" of {message.backlog}" if message.backlog > len(message.alerts) else ""
    return f"{len(message.alerts)}{of} alerts that waited"


def together(message: AlertMessage) -> str:
    """Why alerts are told together."""
    why = "The channel could not be reached, or was far behind"
    if message.at_once:
        why = f"One document brought so many; {len(message.alerts)} of them are listed"
    return f"{why}; the most urgent come first."


def _backlog_head(message: AlertMessage) -> Head:
    """How many waited, and the most urgent of them."""
    told = message.alerts[0]
    said = (told.publisher, told.rule_title, *(other.headline for other in message.alerts[1:]))
    return Head(
        subject=_fit(f"{waited(message)}: {_opening(told).lower()}: {told.headline}", "", ALERT_SUBJECT),
        preheader=_preheader(said),
        label=shorten(" ".join(f"{waited(message)}: {told.headline}".split()), 120),
    )


def digest_head(message: DigestMessage) -> Head:
    """Which round-up it is, the top story and the count of stories."""
    stories = list(long_stories(message))
    told = stories or [*message.brief, *message.updates]
    label = f"{message.title}, issue {message.number}"
    if not told:
        return Head(subject=_fit(message.title, ": nothing new", DIGEST_SUBJECT), preheader=label, label=label)
    number = len(stories) + len(message.brief)
    many = count(number, "story") if number else count(len(message.updates), "update")
    name = _short_name(message)
    return Head(
        subject=_fit(f"{name}: {told[0].headline}" if name else told[0].headline, f" · {many}", DIGEST_SUBJECT),
        preheader=_preheader((message.title, *(story.headline for story in told[1:]))),
        label=label,
    )


def _short_name(message: DigestMessage) -> str:
    """The title where there is room for it beside a story, else how often it comes."""
    title = " ".join(message.title.split())
    if len(title) <= _SHORT_NAME:
        return title
    return next((word for word, key in _RHYTHMS.items() if re.fullmatch(key, message.period)), "")


def notice_head(message: NoticeMessage) -> Head:
    """The notice's own title, and its first line below it."""
    return Head(
        subject=_fit(f"watcher: {message.title}", "", ALERT_SUBJECT),
        preheader=_preheader(message.lines),
        label=f"Notice: {' '.join(message.title.split())}",
    )


def long_stories(message: DigestMessage) -> Iterator[DigestStory]:
    """The stories told at length, in order."""
    return (story for section in message.sections for story in section.stories)


def _opening(told: Told) -> str:
    severity = told.severity.value
    match told.change:
        case "raised":
            return severity.capitalize()
        case "retracted":
            return f"Withdrawn, {severity}"
        case "closed":
            return f"Closed, {severity}"
        case "reminded":
            return f"Reminder, {severity}"
        case _:
            return f"Update, {severity}"


def _fit(words: str, ending: str, limit: int) -> str:
    """One line of at most `limit` characters that keeps its ending whole."""
    return shorten(" ".join(words.split()), limit - len(ending)) + ending


def _preheader(said: tuple[str, ...]) -> str:
    return shorten(", ".join(" ".join(words.split()) for words in dict.fromkeys(said) if words.strip()), _PREHEADER)
