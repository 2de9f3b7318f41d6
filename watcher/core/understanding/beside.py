"""Events that stand beside an article: in the teasers of other articles that its page shows, each read by itself.

Never part of what the article reports: whoever asks for them names their zone, and gets them as mentions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from watcher.core.events.model import Account, Event
from watcher.core.model import Zone, ZoneSpan
from watcher.core.text.languages import detect
from watcher.core.text.reading import Reading

_HAN = frozenset({"zh", "ja"})


def told_beside(reading: Reading, account_of: Callable[[Reading], Account]) -> tuple[Event, ...]:
    """What the page's other items tell, with spans in the article's own text, once per reading."""
    return reading.remember("beside", lambda: tuple(_told(reading, account_of)))


def _told(reading: Reading, account_of: Callable[[Reading], Account]) -> Iterator[Event]:
    for zone in reading.zones:
        if zone.zone is Zone.RELATED:
            text = reading.text[zone.start : zone.end]
            item = replace(
                reading,
                text=text,
                zones=(ZoneSpan(zone=Zone.TITLE, start=0, end=len(text)),),
                language=detect(text, reading.language),
                owner="",
            )
            for event in account_of(item).events:
                yield _moved(event, zone.start)


def _moved(event: Event, by: int) -> Event:
    """The event as a mention, at its place in the whole text."""
    return replace(
        event,
        reported=False,
        sure=False,
        start=event.start + by,
        end=event.end + by,
        sentence=(event.sentence[0] + by, event.sentence[1] + by),
        again=tuple((start + by, end + by) for start, end in event.again),
        roles=tuple(
            role if role.start is None or role.end is None else replace(role, start=role.start + by, end=role.end + by)
            for role in event.roles
        ),
        why=f"a teaser of another article: {event.why}",
    )


def language_of(reading: Reading, event: Event) -> str | None:
    """The language of the event's own sentence: a Japanese line in an English page is Japanese."""
    article = reading.main_language
    own = detect(reading.text[slice(*event.sentence)], article)
    # A headline of Chinese signs alone may be Japanese.
    return article if article in _HAN and own in _HAN else own
