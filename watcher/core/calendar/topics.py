"""What a date is of: the documents, events, materials, parties and places that its sentence, else its article, names.

Never guesses from the text's words: only what was recognised counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from watcher.core.calendar.cues import TYPE_WORDS
from watcher.core.calendar.model import Topic
from watcher.core.event_types import NOISE
from watcher.core.events.model import Account, Event
from watcher.core.facts.model import Facts, Numbered, When
from watcher.core.lexicon.forms import FORM_ID
from watcher.core.lexicon.model import Named, Sort
from watcher.core.lexicon.names import Names
from watcher.core.model import Zone
from watcher.core.text.plain import Span
from watcher.core.text.reading import Reading

_Placed = TypeVar("_Placed", Named, Numbered)
MEETINGS = frozenset({"hearing", "meeting"})
_DATELESS = NOISE | {"market_move", "research_study"}
"""Types whose dates bind nobody."""
_TELLERS = frozenset({"media", "price_reporter", "consultancy", "think_tank"})
_COUNTRY = "country"
_POLICY_TERM = "policy_term"
"""`Critical minerals`: what everything here is about tells nothing apart."""
_NO_NUMBER = frozenset({"doi"})


class Topics:
    """What the sentences of one article are about."""

    def __init__(self, reading: Reading, account: Account, names: Names, facts: Facts) -> None:
        self._reading = reading
        self._names = names
        self._named = names.find(reading)
        self._numbers = [each for each in facts.documents if each.kind not in _NO_NUMBER]
        self._events = [each for each in account.events if each.type not in _DATELESS]
        self._title = next(((z.start, z.end) for z in reading.zones if z.zone is Zone.TITLE), (0, 0))

    def events_in(self, span: Span) -> tuple[Event, ...]:
        """The events that a sentence proves."""
        return tuple(each for each in self._events if _overlap(each.sentence, span))

    def of(self, span: Span, when: When) -> Topic | None:
        """What a date in that sentence is of; None if nothing says so."""
        events = self.events_in(span) or self._main()
        numbers = _within(self._numbers, span)
        if not events and not numbers:
            return None
        topic = self._topic(span, events, numbers or _within(self._numbers, self._title))
        return replace(topic, words=self._meeting(span, when) or topic.words)

    def around(self, span: Span) -> Topic | None:
        """What a sentence is about that gives no date: its own words and the types that the whole article touches."""
        topic = self._topic(span, self.events_in(span) or tuple(self._events), _within(self._numbers, span))
        said = self._reading.text[span[0] : span[1]]
        own = {type_ for type_, words in TYPE_WORDS.items() if words.search(said)}
        topic = replace(topic, types=topic.types | own)
        return topic if topic.types or topic.documents else None

    def of_event(self, event: Event) -> Topic:
        """What an event is about."""
        numbers = _within(self._numbers, event.sentence) or _within(self._numbers, self._title)
        return self._topic(event.sentence, (event,), numbers)

    def _main(self) -> tuple[Event, ...]:
        """What the article reports, or else touches first."""
        reported = tuple(each for each in self._events if each.reported)
        return reported[:2] or tuple(self._events[:1])

    def _topic(self, span: Span, events: Sequence[Event], numbers: Iterable[Numbered]) -> Topic:
        named = _within(self._named, span)
        ids = {part: {id_ for event in events for id_ in event.ids(part)} for part in ("material", "place", "document")}
        parties = {id_ for event in events for part in ("actor", "party") for id_ in event.ids(part)}
        parties |= {each.id for each in named if each.sort is Sort.ORGANISATION and self._acts(each.id)}
        places = ids["place"] | {each.id for each in named if each.sort is Sort.PLACE}
        materials = ids["material"] | {each.id for each in named if each.sort is Sort.MATERIAL}
        materials = {each for each in materials if self._kind(Sort.MATERIAL, each) != _POLICY_TERM}
        documents = {each.number for each in numbers} | ids["document"]
        countries = {self._country(Sort.PLACE, id_) for id_ in places}
        countries |= {self._country(Sort.ORGANISATION, id_) for id_ in parties}
        return Topic(
            words=self._words(events, documents, materials, parties, places),
            documents=frozenset(documents),
            types=frozenset(each.type for each in events),
            materials=frozenset(materials),
            parties=frozenset(parties),
            places=frozenset(id_ for id_ in places if self._kind(Sort.PLACE, id_) != _COUNTRY),
            countries=frozenset(each for each in countries if each),
            reach=frozenset(id_ for each in materials for of, id_ in self._names.members(each) if of is Sort.MATERIAL)
            - materials,
        )

    def _words(
        self,
        events: Sequence[Event],
        documents: Iterable[str],
        materials: Iterable[str],
        parties: Iterable[str],
        places: Iterable[str],
    ) -> str:
        """What it is of, for a reader: the type, then numbers, materials, who and where, six of each at most."""
        said = [events[0].type.replace("_", " ")] if events else []
        named = (
            sorted(documents),
            [self._name(Sort.MATERIAL, each) for each in sorted(materials)],
            [self._name(Sort.ORGANISATION, each) for each in sorted(parties)],
            [self._name(Sort.PLACE, each) for each in sorted(places)],
        )
        return "; ".join([*said, *(", ".join(each[:6]) for each in named if each)])

    def _meeting(self, span: Span, when: When) -> str:
        """The name of a meeting, as the capitals before its date spell it."""
        if when.kind not in MEETINGS:
            return ""
        words = self._reading.text[span[0] : when.start].rstrip(" (,").split()
        name: list[str] = []
        while words and words[-1][:1].isupper() and len(name) < 6:  # noqa: PLR2004 - a name of more words is a sentence
            name.insert(0, words.pop())
        return " ".join(name) if len(name) > 1 else ""

    def _acts(self, id_: str) -> bool:
        """Whether an organisation can have a part in something: who only tells of it has none."""
        return self._kind(Sort.ORGANISATION, id_) not in _TELLERS

    def _kind(self, sort: Sort, id_: str) -> str:
        entity = self._names.entity(sort, id_)
        return "" if entity is None else entity.kind

    def _country(self, sort: Sort, id_: str) -> str:
        entity = self._names.entity(sort, id_)
        return "" if entity is None else (entity.country or "")

    def _name(self, sort: Sort, id_: str) -> str:
        entity = self._names.entity(sort, id_)
        return id_.removeprefix(FORM_ID) if entity is None else entity.name


def _overlap(one: Span, two: Span) -> bool:
    return one[0] < two[1] and two[0] < one[1]


def _within(every: Iterable[_Placed], span: Span) -> tuple[_Placed, ...]:
    return tuple(each for each in every if span[0] <= each.start < span[1])
