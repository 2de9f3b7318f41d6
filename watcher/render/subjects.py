"""Subject, preheader and label of a message: what a reader sees before opening it; never longer than a phone shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from watcher.core.telling.messages import AlertMessage, DigestMessage, DigestStory, NoticeMessage, Told
from watcher.core.telling.phrases import waited
from watcher.core.text.wording import ENGLISH, Words
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


def alert_head(message: AlertMessage, words: Words = ENGLISH) -> Head:
    """Severity, what happened, and how many more."""
    told = message.alerts[0]
    if message.backlog:
        return _backlog_head(message, words)
    more = len(message.alerts) - 1
    subject = _fit(
        _labelled(_opening(told, words), told.headline, words),
        words.say(" · {n} more", n=more) if more else "",
        ALERT_SUBJECT,
    )
    said = (*told.news, told.publisher, told.rule_title, *(other.headline for other in message.alerts[1:]))
    return Head(
        subject=subject,
        preheader=_preheader(said),
        label=_label(words.say(f"{told.severity.value.capitalize()} alert"), told.headline, words),
    )


def _backlog_head(message: AlertMessage, words: Words) -> Head:
    """How many waited, and the most urgent of them."""
    told = message.alerts[0]
    opened = _labelled(_inside(_opening(told, words), words), told.headline, words)
    said = (told.publisher, told.rule_title, *(other.headline for other in message.alerts[1:]))
    return Head(
        subject=_fit(_labelled(waited(message, words), opened, words), "", ALERT_SUBJECT),
        preheader=_preheader(said),
        label=_label(waited(message, words), told.headline, words),
    )


def digest_head(message: DigestMessage, words: Words = ENGLISH) -> Head:
    """Which round-up it is, the top story and the count of stories."""
    stories = list(long_stories(message))
    told = stories or [*message.brief, *message.updates]
    label = words.say("{title}, issue {number}", title=message.title, number=message.number)
    if not told:
        none = words.say(": nothing new")
        return Head(subject=_fit(message.title, none, DIGEST_SUBJECT), preheader=label, label=label)
    number = len(stories) + len(message.brief)
    many = words.count(number, "story") if number else words.count(len(message.updates), "update")
    name = _short_name(message, words)
    top = _labelled(name, told[0].headline, words) if name else told[0].headline
    return Head(
        subject=_fit(top, f" · {many}", DIGEST_SUBJECT),
        preheader=_preheader((message.title, *(story.headline for story in told[1:]))),
        label=label,
    )


def _short_name(message: DigestMessage, words: Words) -> str:
    """The title where there is room for it beside a story, else how often it comes."""
    title = " ".join(message.title.split())
    if len(title) <= _SHORT_NAME:
        return title
    return next((words.say(word) for word, key in _RHYTHMS.items() if re.fullmatch(key, message.period)), "")


def notice_head(message: NoticeMessage, words: Words = ENGLISH) -> Head:
    """The notice's own title, and its first line below it."""
    return Head(
        subject=_fit(f"watcher: {message.title}", "", ALERT_SUBJECT),
        preheader=_preheader(message.lines),
        label=_labelled(words.say("Notice"), " ".join(message.title.split()), words),
    )


def long_stories(message: DigestMessage) -> Iterator[DigestStory]:
    """The stories told at length, in order."""
    return (story for section in message.sections for story in section.stories)


def _opening(told: Told, words: Words) -> str:
    severity = told.severity.value
    if told.change == "raised":
        return words.say(severity.capitalize())
    change = {"retracted": "Withdrawn", "closed": "Closed", "reminded": "Reminder"}.get(told.change, "Update")
    return words.say("{change}, {severity}", change=words.say(change), severity=words.say(severity))


def _inside(opening: str, words: Words) -> str:
    """The opening within a line: in small letters where the language writes severities so; German nouns stay large."""
    return opening.lower() if words.say("warning") == words.say("warning").lower() else opening


def _labelled(label: str, text: str, words: Words) -> str:
    return words.say("{label}: {text}", label=label, text=text)


def _label(label: str, text: str, words: Words) -> str:
    """What a screen reader says first."""
    return shorten(" ".join(_labelled(label, text, words).split()), 120)


def _fit(words: str, ending: str, limit: int) -> str:
    """One line of at most `limit` characters that keeps its ending, whole unless it is half of the line."""
    end = shorten(" ".join(ending.splitlines()), limit // 2)
    return shorten(" ".join(words.split()), limit - len(end)) + end


def _preheader(said: tuple[str, ...]) -> str:
    return shorten(", ".join(" ".join(words.split()) for words in dict.fromkeys(said) if words.strip()), _PREHEADER)
