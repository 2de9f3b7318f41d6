"""Articles as requirements see them: their event time in their source's zone, and whose word they rest on.

Never judges anything; a copy's word is that of whoever had it first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from watcher.core.lexicon.model import Sort
from watcher.core.model import (
    Article,
    ArticleId,
    Reason,
    SourceId,
    StoryId,
    TextState,
    Trust,
    Zone,
    ZoneSpan,
)
from watcher.core.requirements.sighting import Sighting, event_time
from watcher.core.requirements.state import Ruling
from watcher.core.text.reading import Reading, reading_of
from watcher.core.understanding.origins import origins_of
from watcher.core.understanding.understander import Understander
from watcher.pipeline.runtime import Runtime
from watcher.stores.base import Turn

_COPIES = frozenset({Reason.SAME_LINK, Reason.SAME_TEXT, Reason.SAME_TITLE_AND_TEXT})
_NO_WORD_OF_THEIR_OWN = frozenset({Trust.AGGREGATOR, Trust.PROMOTION})


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """How an item came: first sight of this revision, the moment that it states, and what joined it to its story."""

    seen: datetime
    stated: datetime
    joined: Reason


def sighting_of(turn: Turn, runtime: Runtime, article: Article, reading: Reading, number: int, came: Came) -> Sighting:
    """An article as requirements see it."""
    source = runtime.sources.get(article.source)
    understander = runtime.rule_set.understander

    def origins() -> tuple[str, ...]:
        first = turn.requirements.founder(article.story) if came.joined in _COPIES else None
        if first is not None and first[0] != number:
            return origins_named(first[1], reading_of(first[1]), understander)
        return origins_named(article, reading, understander)

    return Sighting(
        number=number,
        reading=reading,
        seen=came.seen,
        event=event_time(came.stated, came.seen, article.flags, source.zone if source is not None else "UTC"),
        story=article.story,
        subject=article.subject,
        origins=origins,
    )


def origins_named(article: Article, reading: Reading, understander: Understander | None) -> tuple[str, ...]:
    """Whose word an article rests on: those whom it cites, else its publisher's; an aggregator's is nobody's."""
    cited = origins_of(reading, understander.named(reading), understander.names) if understander is not None else ()
    if cited:
        return tuple(dict.fromkeys(each.id for each in cited))
    if article.trust in _NO_WORD_OF_THEIR_OWN:
        return ()
    known = understander.names.called(Sort.ORGANISATION, article.publisher) if understander is not None else frozenset()
    return (min(known),) if len(known) == 1 else (article.publisher.casefold(),)


def when_of(article: Article) -> str:
    """The time of an article as a line of a message says it."""
    at = event_time(article.published, article.seen, article.flags, "UTC")
    return f"{at.day} {at:%b %H:%M}"


def pruned(title: str, ruling: Ruling) -> Article:
    """What stands for an article that a timer would show and that is no longer kept."""
    return Article(
        id=ArticleId(""),
        revision=1,
        source=SourceId(""),
        story=StoryId(""),
        subject=ruling.subject,
        title=title,
        link=None,
        host="",
        author="",
        publisher="",
        trust=Trust.UNKNOWN,
        text=title,
        zones=(ZoneSpan(zone=Zone.TITLE, start=0, end=len(title)),),
        text_sha256="",
        text_state=TextState.EXCERPT,
        language="und",
        published=None,
        seen=ruling.at,
        fetched=ruling.at,
        flags=("title_only",),
    )
