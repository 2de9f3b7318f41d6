"""What feeds and calendar files say of alerts, stories and dates: the message's own words, in plain text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from watcher.core.calendar.model import ENDS, Entry
from watcher.core.calendar.words import day_words, kind_words, state_words
from watcher.core.digests.topics import topic_title
from watcher.core.model import Severity
from watcher.core.telling.messages import DigestMessage, DigestStory, Told
from watcher.core.telling.phrases import trust_words
from watcher.core.telling.status_words import status_words
from watcher.core.text.escapes import one_line, plain_safe
from watcher.render.dates import Event
from watcher.render.links import link_of
from watcher.render.syndication import Item
from watcher.render.views import joined
from watcher.stores.dates import Ground

_ENDS = {"retracted": "Withdrawn: ", "closed": "Closed: "}
"""What a headline begins with once its alert is over: a feed reader shows little more than that."""


def alert_item(told: Told, at: datetime) -> Item:
    """An alert as it was told last."""
    words = (
        *(("New: " + "; ".join(told.news),) if told.news else ()),
        told.severity.value.capitalize() + (f", {status_words(told.status)}" if told.status else ""),
        joined(told.summary) or " ".join(quote.text for quote in told.quotes[:1]),
        f"{told.publisher or 'publisher unknown'} ({trust_words(told.trust)}), {told.host or 'no host'}",
        f"Rule: {told.rule_title}",
        f"Alert {told.alert}",
    )
    return Item(
        id=f"alert {told.alert}",
        title=_line(f"{_ENDS.get(told.change, '')}{told.headline}"),
        text=_text(words),
        updated=at,
        published=at,
        link=_link(told.link),
        author=_line(told.publisher),
        language=_language(told.language),
        about=tuple(
            each for each in (told.severity.value, topic_title(told.event_type) if told.event_type else "") if each
        ),
    )


def story_items(message: DigestMessage, at: datetime) -> Iterator[Item]:
    """The stories of an issue, those in brief and the updates too."""
    for section in message.sections:
        for story in section.stories:
            yield _story(story, section.title, at)
    for story in (*message.brief, *message.updates):
        yield _story(story, topic_title(story.event_type) if story.event_type else "", at)


def date_event(entry: Entry, grounds: Sequence[Ground]) -> Event | None:
    """A dated entry for a calendar; None while its day is unknown."""
    if entry.first is None or entry.last is None or entry.day is None:
        return None
    first = entry.day if entry.kind in ENDS else entry.first
    ground = next((each for each in grounds if each.part == "states"), grounds[0] if grounds else None)
    doubt = "" if entry.firm else " (conditional)" if entry.conditional else " (only expected)"
    said = f'{ground.publisher} ({trust_words(ground.trust)}): "{ground.quote}"' if ground is not None else ""
    seen = [each.seen for each in grounds] or [entry.seen]
    return Event(
        id=entry.id,
        first=first,
        last=entry.last,
        title=_line(f"{kind_words(entry.kind).capitalize()}: {entry.topic.words or 'of what, is unknown'}{doubt}"),
        text=_text((f"{day_words(entry)}; {state_words(entry)}", entry.reason, said)),
        kind=kind_words(entry.kind),
        made=min(*seen, entry.seen),
        changed=max(*seen, entry.seen),
        firm=entry.firm,
        dropped=entry.state in {"superseded", "withdrawn"},
    )


def _story(story: DigestStory, topic: str, at: datetime) -> Item:
    words = (
        *(("New: " + "; ".join(story.news),) if story.news else ()),
        joined(story.sentences),
        f"{story.publisher or 'publisher unknown'} ({trust_words(story.trust)})",
        *((f"Rules: {'; '.join(story.rules)}",) if story.rules else ()),
    )
    severity = () if story.severity is Severity.NOTICE else (story.severity.value,)
    return Item(
        id=f"story {story.story}",
        title=_line(story.headline),
        text=_text(words),
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
