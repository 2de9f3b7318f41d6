"""A message in a reader's language: what it was stored with in our own English is said in that.

Never touches what others wrote: headlines, sentences, quotes, names, figures and what a rule's author wrote stay.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from watcher.core.telling.clause_words import OF_SERIES, reason_words, series_line, series_title
from watcher.core.telling.fields import BETWEEN
from watcher.core.telling.messages import (
    AlertMessage,
    DigestMessage,
    DigestSection,
    DigestStory,
    DigestTable,
    Message,
    NoticeMessage,
    Told,
)
from watcher.core.text.wording import ENGLISH, Words

_SUMS: Final = "millions of "
NOT_NAMED: Final = "not named"
"""Who pays or is paid, where no text says it."""
_FIELD: Final = " -> "
"""What stands in the news of a row between what a field said and what it says; in no saying of ours."""


def translated(message: Message, words: Words) -> Message:
    """The message with our own words in that language.

    A notice whose title nobody has said in it stays whole: half a notice in each language helps no operator.
    """
    if words.language == ENGLISH.language:
        return message
    match message:
        case AlertMessage():
            return replace(message, alerts=tuple(_told(told, words) for told in message.alerts))
        case DigestMessage():
            return in_words(message, words)
        case NoticeMessage():
            if not is_said(message, words):
                return message
            return replace(message, title=words.saying(message.title), lines=_all(message.lines, words))


def is_said(notice: NoticeMessage, words: Words) -> bool:
    """Whether a notice has words in that language."""
    return words.saying(notice.title) != notice.title


def _told(told: Told, words: Words) -> Told:
    said = replace(told, why=_reasons(told.why, words), flags=_all(told.flags, words))
    if told.subject.startswith(OF_SERIES):
        return _of_series(said, words)
    return replace(said, headline=_headline(told, words), news=_news(told.news, words))


def _of_series(told: Told, words: Words) -> Told:
    """A point of a series has no publisher's words: all that is said of it is ours."""
    return replace(
        told,
        headline=series_title(told.headline, words),
        news=tuple(series_line(each, words) for each in told.news),
        summary=tuple(BETWEEN.join(series_line(line, words) for line in each.split(BETWEEN)) for each in told.summary),
        language=words.language,
    )


def _reasons(why: Iterable[str], words: Words) -> tuple[str, ...]:
    return tuple(reason_words(each, words) for each in why)


def _headline(told: Told, words: Words) -> str:
    """The headline, which in a reminder, or of a timer, begins with words of ours: they are its news too."""
    for each in told.news:
        rest = told.headline.removeprefix(each)
        if rest != told.headline and rest.startswith(": "):
            return words.say("{label}: {text}", label=words.saying(each), text=rest.removeprefix(": "))
        if rest != told.headline and rest.startswith(" (") and rest.endswith(")"):
            return words.say("{label} ({text})", label=words.saying(each), text=rest[2:-1])
    return told.headline


def in_words(message: DigestMessage, words: Words) -> DigestMessage:
    """An issue with our own words in that language."""
    if words.language == ENGLISH.language:
        return message
    return replace(
        message,
        sections=tuple(
            DigestSection(
                topic=section.topic, title=words.saying(section.title), stories=_stories(section.stories, words)
            )
            for section in message.sections
        ),
        brief=_stories(message.brief, words),
        updates=_stories(message.updates, words),
        analysis=_stories(message.analysis, words),
        quiet=tuple(replace(each, says=words.saying(each.says)) for each in message.quiet),
        schedule=words.saying(message.schedule),
        dates=tuple(replace(each, kind=words.saying(each.kind)) for each in message.dates),
        numbers=tuple(_table(each, words) for each in message.numbers),
    )


def _stories(stories: Iterable[DigestStory], words: Words) -> tuple[DigestStory, ...]:
    return tuple(
        replace(
            story,
            news=_news(story.news, words),
            why=_reasons(story.why, words),
            flags=_all(story.flags, words),
            figures=tuple(replace(each, label=words.saying(each.label.replace("_", " "))) for each in story.figures),
        )
        for story in stories
    )


def _table(table: DigestTable, words: Words) -> DigestTable:
    """The table with its heads and notes; `bars` are said by whoever draws them."""
    return replace(
        table,
        title=words.saying(table.title),
        head=_all(table.head, words),
        rows=tuple((side_words(row[0], table, words), *_all(row[1:], words)) for row in table.rows if row),
        notes=_all(table.notes, words),
    )


def side_words(label: str, table: DigestTable, words: Words) -> str:
    """What a row or a bar is of: a name, which stays; where sums are told, who pays and who is paid."""
    if table.bars is None or not table.bars.unit.startswith(_SUMS):
        return label
    payer, between, payee = label.partition(" to ")
    if not between:
        return words.saying(label) if label == NOT_NAMED else label
    return words.say("{payer} to {payee}", payer=payer, payee=payee)


def _news(news: Iterable[str], words: Words) -> tuple[str, ...]:
    """What is new; what became of the fields of a table's row is said in the table's own words."""
    return tuple(each if _FIELD in each else words.saying(each) for each in news)


def _all(english: Iterable[str], words: Words) -> tuple[str, ...]:
    return tuple(words.saying(each) for each in english)
