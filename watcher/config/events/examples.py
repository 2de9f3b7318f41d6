"""The examples of recognisers judged: each text read by its own type, and what it says must be what is expected.

Never changes what was loaded.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import Protocol

from watcher.core.errors import Problem
from watcher.core.events.model import Event
from watcher.core.events.recognise import ANOTHER_FIELD, trace
from watcher.core.events.recognisers import Example, Recogniser, Recognisers
from watcher.core.facts.model import Facts
from watcher.core.lexicon.model import Named
from watcher.core.model import SourceId, Zone, ZoneSpan
from watcher.core.text.languages import detect
from watcher.core.text.plain import scrub
from watcher.core.text.reading import Reading

TODAY = date(2026, 1, 1)
"""The date on which examples are read. Source: the rule language, section 2, `today`."""


class Reader(Protocol):
    """Names and values of a text."""

    def __call__(self, reading: Reading, /) -> tuple[tuple[Named, ...], Facts]:
        """What is named and stated in it; its day is the reading's."""


def reading_of(example: Example) -> Reading:
    """The article that an example stands for: its text is the title."""
    title, lead = scrub(example.text), scrub(example.lead)
    text = f"{title}\n\n{lead}" if lead else title
    zones = [ZoneSpan(zone=Zone.TITLE, start=0, end=len(title))]
    if lead:
        zones.append(ZoneSpan(zone=Zone.LEAD, start=len(title) + 2, end=len(text)))
    return Reading(
        text=text,
        zones=tuple(zones),
        language=example.language or detect(text),
        source=SourceId("example"),
        trust=example.trust,
        published=date.fromisoformat(example.date) if example.date else TODAY,
    )


def faults(
    recognisers: Recognisers, read: Reader, files: Collection[str] | None = None
) -> Iterator[tuple[Recogniser, Example, str]]:
    """Every example that is not read as it says, with what it is read as instead."""
    for type_ in recognisers.types:
        for example in type_.examples if files is None or type_.file in files else ():
            fault = fault_of(recognisers, type_, example, read)
            if fault:
                yield type_, example, fault


def fault_of(recognisers: Recognisers, type_: Recogniser, example: Example, read: Reader) -> str:
    """What is wrong with an example, or ""."""
    reading = reading_of(example)
    named, facts = read(reading)
    account = trace(reading, recognisers, named, facts, published=reading.published, only=type_.id).account
    events = [event for event in account.events if event.type == type_.id]
    expected = f"report ({example.status})" if example.expect == "report" else example.expect
    got = _as(events)
    if got == expected or (got == "mention" and expected == "none" and events[0].why == ANOTHER_FIELD):
        return ""
    if expected == "mention" and got == "none" and not (type_.acts or type_.families):
        return ""  # what an article is by its genre alone can't be mentioned
    why = events[0].why if events else "no act with an object near it, or a need unmet"
    return f"example is read as {got}, expected {expected}: {why}"


def _as(events: list[Event]) -> str:
    if not events:
        return "none"
    return f"report ({events[0].status})" if events[0].reported else "mention"


def problems_of(recognisers: Recognisers, read: Reader, *, files: Collection[str] | None = None) -> tuple[Problem, ...]:
    """The same as problems R061 with their places, of all types or of those in these files."""
    return tuple(
        Problem(
            file=type_.file,
            line=example.line,
            column=example.column,
            code="R061",
            text=f'event "{type_.id}": {fault}',
        )
        for type_, example, fault in faults(recognisers, read, files)
    )
