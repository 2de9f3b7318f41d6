"""What feeds and calendar files say of alerts, stories and dates: the message's own words, in plain text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from watcher.core.calendar.model import ENDS, Entry
from watcher.core.calendar.words import day_words, kind_words, state_words
from watcher.core.digests.topics import topic_title
from watcher.core.model import Severity
from watcher.core.telling.messages import DigestMessage, DigestStory, Told
from watcher.core.telling.phrases import apart, listed, trust_words
from watcher.core.telling.status_words import status_words
from watcher.core.text.escapes import one_line, plain_safe
from watcher.core.text.wording import ENGLISH, Words
from watcher.render.dates import Event
from watcher.render.links import link_of
from watcher.render.syndication import Item
from watcher.render.views import joined
from watcher.stores.dates import Ground

_ENDS = {"retracted": "Withdrawn", "closed": "Closed"}
"""What a headline begins with once its alert is over: a feed reader shows little more than that."""


def alert_item(told: Told, at: datetime, words: Words = ENGLISH) -> Item:
    """An alert as it was told last; what it was stored with is in the reader's words already."""
    said = words.say(told.severity.value.capitalize())
    says = told.publisher or words.say("publisher unknown")
    lines = (
        *_news(told.news, words),
        words.say(", ").join((said, words.say(status_words(told.status)))) if told.status else said,
        joined(told.summary) or " ".join(quote.text for quote in told.quotes[:1]),
        words.say("{label} ({text})", label=says, text=trust_words(told.trust, words))
        + words.say(", ")
        + (told.host or words.say("no host")),
        words.say("Rule: {title}", title=told.rule_title),
        words.say("Alert {id}", id=told.alert),
    )
    over = _ENDS.get(told.change)
    return Item(
        id=f"alert {told.alert}",
        title=_line(
            told.headline if over is None else words.say("{label}: {text}", label=words.say(over), text=told.headline)
        ),
        text=_text(lines),
        updated=at,
        published=at,
        link=_link(told.link),
        author=_line(told.publisher),
        language=_language(told.language),
        about=tuple(
            words.say(each)
            for each in (told.severity.value, topic_title(told.event_type) if told.event_type else "")
            if each
        ),
    )


def story_items(message: DigestMessage, at: datetime, words: Words = ENGLISH) -> Iterator[Item]:
    """The stories of an issue, those in brief and the updates too."""
    for section in message.sections:
        for story in section.stories:
            yield _story(story, section.title, at, words)
    for story in (*message.brief, *message.updates):
        yield _story(story, words.say(topic_title(story.event_type)) if story.event_type else "", at, words)


def date_event(entry: Entry, grounds: Sequence[Ground], words: Words = ENGLISH) -> Event | None:
    """A dated entry for a calendar; None while its day is unknown."""
    if entry.first is None or entry.last is None or entry.day is None:
        return None
    first = entry.day if entry.kind in ENDS else entry.first
    ground = next((each for each in grounds if each.part == "states"), grounds[0] if grounds else None)
    doubt = "" if entry.firm else words.say(" (conditional)") if entry.conditional else words.say(" (only expected)")
    kind = words.saying(kind_words(entry.kind))
    of = (entry.topic.words or words.say("of what, is unknown")) + doubt
    state = listed((words.saying(day_words(entry)), words.saying(state_words(entry))), words)
    seen = [each.seen for each in grounds] or [entry.seen]
    return Event(
        id=entry.id,
        first=first,
        last=entry.last,
        title=_line(words.say("{label}: {text}", label=kind[:1].upper() + kind[1:], text=of)),
        text=_text((state, words.saying(entry.reason), "" if ground is None else _ground(ground, words))),
        kind=kind,
        made=min(*seen, entry.seen),
        changed=max(*seen, entry.seen),
        firm=entry.firm,
        dropped=entry.state in {"superseded", "withdrawn"},
    )


def _ground(ground: Ground, words: Words) -> str:
    """Who says it, in which words."""
    who = words.say("{label} ({text})", label=ground.publisher, text=trust_words(ground.trust, words))
    quote = f'"{ground.quote}"' if words.language == ENGLISH.language else words.say("“{name}”", name=ground.quote)
    return words.say("{label}: {text}", label=who, text=quote)


def _news(news: Sequence[str], words: Words) -> tuple[str, ...]:
    return (apart(words.say("New:")) + listed(news, words),) if news else ()


def _story(story: DigestStory, topic: str, at: datetime, words: Words) -> Item:
    says = story.publisher or words.say("publisher unknown")
    rules = words.say("rules")
    lines = (
        *_news(story.news, words),
        joined(story.sentences),
        words.say("{label} ({text})", label=says, text=trust_words(story.trust, words)),
        *(
            (words.say("{label}: {text}", label=rules[:1].upper() + rules[1:], text=listed(story.rules, words)),)
            if story.rules
            else ()
        ),
    )
    severity = () if story.severity is Severity.NOTICE else (words.say(story.severity.value),)
    return Item(
        id=f"story {story.story}",
        title=_line(story.headline),
        text=_text(lines),
        updated=at,
        published=at,
        link=_link(story.link),
        author=_line(story.publisher),
        language=_language(story.language),
        about=tuple(each for each in (topic, *severity) if each),
    )


def _text(parts: Sequence[str]) -> str:
    return "\n".join(_line(part) for part in parts if part)


def _line(text: str) -> str:
    return one_line(plain_safe(text))


def _link(url: str | None) -> str | None:
    found = link_of(url)
    return None if found is None else found.url


def _language(language: str) -> str:
    return language if language.replace("-", "").isalnum() and language != "und" else ""
