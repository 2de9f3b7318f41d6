"""What an issue holds besides its stories: dates to come, numbers of its period, and what was told before of the same.

Reads only; a week without any of it is told without.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from watcher.core.calendar.words import kind_words
from watcher.core.digests.composing import Beside
from watcher.core.digests.context import with_context
from watcher.core.digests.numbers import (
    WEEKS,
    Committed,
    Mentioned,
    Quoted,
    mentions_table,
    money_table,
    prices_table,
)
from watcher.core.digests.queued import Composition, QueuedStory
from watcher.core.digests.traces import only_traced
from watcher.core.lexicon.model import Sort
from watcher.core.schedules import IssuePlan
from watcher.core.series import PointRecord, decimal_of
from watcher.core.telling.messages import DigestDate, DigestMessage, DigestTable
from watcher.core.telling.recipients import recipient_of
from watcher.pipeline.runtime import Digest, Runtime
from watcher.pipeline.telling.encoding import decode
from watcher.stores.base import Turn

_RATE: Final = re.compile(r"[A-Z]{3}/[A-Z]{3}")
_NOT_NEW: Final = frozenset({"left_out", "update"})
_AHEAD: Final = timedelta(days=14)
_WEEK: Final = timedelta(days=7)
_MOST_DATES: Final = 12
_MOST_ARTICLES: Final = 10_000
_MOST_SERIES: Final = 8
_POINTS: Final = 30
_BEFORE: Final = 3
_ISSUES: Final = 12
"""How many issues are looked at for what was told before."""


def beside(turn: Turn, runtime: Runtime, digest: Digest, plan: IssuePlan, stories: Sequence[QueuedStory]) -> Beside:
    """The dates to come after an issue's end, and the numbers of its period.

    What is collected for one recipient has those of its own stories only: tables of all that is watched are not of it.
    """
    tables = [money_table([each for story in stories for each in _committed(story)])]
    if recipient_of(digest.id) is None:
        tables += [
            _mentions(turn, runtime, digest, plan.period.end),
            prices_table(list(_quoted(turn, runtime, plan.begin)), plan.begin),
        ]
    return Beside(
        dates=tuple(_dates(turn, digest, plan.period.end)), numbers=tuple(each for each in tables if each is not None)
    )


def told_of(composition: Composition, stories: Sequence[QueuedStory]) -> list[QueuedStory]:
    """The queue's stories that the issue tells anew, best first, each with the article that is shown."""
    places = {
        placed.story: at for at, placed in enumerate(composition.order) if placed.place not in {"left_out", "update"}
    }
    shown = {story.story: story for story in sorted(stories, key=lambda each: each.trust.rank, reverse=True)}
    return [shown[id_] for id_ in sorted(places, key=lambda id_: places[id_]) if id_ in shown]


def finished(turn: Turn, digest: Digest, message: DigestMessage, stories: Sequence[QueuedStory]) -> DigestMessage:
    """The issue with what was told before of its stories, and without a sentence that stands in no stored text."""
    texts = {(story.article, story.revision): story.text for story in stories}
    earlier = [decode(each) for each in turn.past.issued(digest.id, message.end, _ISSUES)]
    return with_context(only_traced(message, texts), [each for each in earlier if isinstance(each, DigestMessage)])


def _dates(turn: Turn, digest: Digest, end: datetime) -> Iterator[DigestDate]:
    """The entries of the two weeks after the issue's cut-off, in its readers' days."""
    today = end.astimezone(ZoneInfo(digest.way.zone)).date()
    for entry in turn.past.coming(today, today + _AHEAD, _MOST_DATES):
        if entry.first is not None and entry.last is not None and entry.seen < end:
            yield DigestDate(
                entry=entry.id,
                kind=kind_words(entry.kind),
                of=entry.topic.words.replace("_", " "),  # who is in no lexicon goes by an id
                first=entry.first,
                last=entry.last,
                printed=entry.printed,
                firm=entry.firm,
            )


def _committed(story: QueuedStory) -> Iterator[Committed]:
    for pledge in story.said.pledges:
        words = " ".join(story.text[pledge.start : pledge.end].split())
        yield Committed(pledge=pledge, words=words, country=story.country)


def _mentions(turn: Turn, runtime: Runtime, digest: Digest, end: datetime) -> DigestTable | None:
    """How often materials were named in the weeks before the issue's end."""
    understander = runtime.rule_set.understander
    if understander is None:
        return None
    weeks: defaultdict[str, Counter[int]] = defaultdict(Counter)
    read, shown = 0, WEEKS
    for seen, at, materials in turn.past.materials(end - WEEKS * _WEEK, end, _MOST_ARTICLES):
        read += 1
        if read == _MOST_ARTICLES:  # of the week that this one was seen in, others were not read
            shown = max((end - seen) // _WEEK, 1)
        week = (end - at) // _WEEK
        if 0 <= week < WEEKS:
            for material in materials:
                weeks[material][week] += 1
    counted = []
    for material, counts in weeks.items():
        entity = understander.names.entity(Sort.MATERIAL, material)
        if entity is not None:
            counted.append(Mentioned(name=entity.name, weeks=tuple(counts[week] for week in reversed(range(shown)))))
    zone = ZoneInfo(digest.way.zone)
    ends = [(end - week * _WEEK).astimezone(zone).date() for week in reversed(range(shown))]
    cut = f"Only the newest {_MOST_ARTICLES:,} articles are counted, so there are no earlier weeks."
    return mentions_table(counted, ends, earlier="" if read < _MOST_ARTICLES else cut)


def _quoted(turn: Turn, runtime: Runtime, begin: datetime) -> Iterator[Quoted]:
    """The series that are watched, each with its newest values and those just before the period."""
    for source, _ in [each for each in turn.points.names() if each[0] in runtime.sources][:_MOST_SERIES]:
        newest = turn.points.last(source, _POINTS)
        if newest and newest[-1].at >= begin:
            newest = [*newest, *turn.points.last(source, _BEFORE, min(begin, newest[-1].at))]
        points = [each for record in newest if (each := _value(record)) is not None]
        if points:
            unit = points[0][1]
            alike = tuple((at, value) for at, of, value in reversed([(p[0], p[1], p[2]) for p in points]) if of == unit)
            yield Quoted(name=source.replace("_", " "), unit=unit, values=alike)


def _value(record: PointRecord) -> tuple[datetime, str, Decimal] | None:
    """A point's time, unit and value: as converted where it was, else as published. An exchange rate is no price."""
    converted = record.conversion.value
    text, unit = (converted, record.into) if converted is not None and record.into else (record.value, record.unit)
    value = None if text is None or _RATE.fullmatch(unit) else decimal_of(text)
    return None if value is None else (record.at, unit, value)
