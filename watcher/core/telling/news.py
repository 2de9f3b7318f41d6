"""Which facts of an event an article on an alerted story is the first to prove: status, date, who, what and where.

Never takes for new what an earlier article of the alert named anywhere, in other words or more broadly; in doubt, a
fact is old. Source: the rule language, section 5, `unless_new`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from watcher.core.calendar.model import KINDS as DATED
from watcher.core.events.model import DENIED, RUMOURED, Event, Role
from watcher.core.events.recognisers import OFFICIAL_KINDS, Recogniser
from watcher.core.facts.model import Facts, When
from watcher.core.lexicon.forms import FORM_ID
from watcher.core.lexicon.model import Entity, Sort
from watcher.core.model import Evidence
from watcher.core.understanding.understander import Understander, Understood

_SORTS: Final = {
    "actor": Sort.ORGANISATION,
    "party": Sort.ORGANISATION,
    "material": Sort.MATERIAL,
    "place": Sort.PLACE,
}
_REPORTERS: Final = frozenset({"media", "price_reporter", "consultancy"})
"""Organisations that tell of what others do."""
_FRAMES: Final = frozenset({"alliance", "association", "programme"})
"""Organisations in whose name others act."""
_BROAD: Final = frozenset({"family", "mixture", "policy_term"})
"""Materials that stand for several: beside any other they say nothing more exact."""


@dataclass(slots=True, kw_only=True)
class Unsaid:
    """What an article proves and no earlier article that was looked at so far said; `hear` tells of one more."""

    understander: Understander
    statuses: dict[str, str]
    dates: list[tuple[str, Role, When]]
    roles: list[tuple[str, Event, Role]]
    events: tuple[Event, ...]
    sentences: dict[str, str]
    stood: dict[str, str] = field(default_factory=dict)
    related: set[str] = field(default_factory=set)

    @classmethod
    def of(
        cls,
        understander: Understander,
        understood: Understood,
        text: str,
        evidence: Iterable[Evidence],
        wanted: Sequence[str],
    ) -> Unsaid:
        """What may be new of the events that the evidence is of, as far as it is asked for; `text` is the article's."""
        spans = [(each.start, each.end) for each in evidence if each.start is not None and each.end is not None]
        events = tuple(
            event
            for event in understood.account.events
            if event.reported and event.sure and any(start < event.end and event.start < end for start, end in spans)
        )
        return cls(
            understander=understander,
            events=events,
            sentences={" ".join(text[slice(*event.sentence)].split()): event.type for event in events},
            statuses={event.type: event.status for event in events} if "status" in wanted else {},
            dates=list(_dates(events, understood.facts)) if "date" in wanted else [],
            roles=list(_roles(events, wanted)),
        )

    @property
    def nothing(self) -> bool:
        """Whether nothing is left that may be new."""
        return not (self.statuses or self.dates or self.roles)

    def hear(self, before: Understood, text: str) -> None:
        """Strike out what an earlier article said; what stands in its text word for word can't be new at all."""
        said = " ".join(text.split())
        for type_ in {type_ for sentence, type_ in self.sentences.items() if sentence.rstrip(".!?。！？ ") in said}:
            self._forget(type_)
        named = {(each.sort, each.id) for each in before.named}
        for event in before.account.events:
            if any(event.type == each.type and _akin(each, event, named) for each in self.events):
                self.related.add(event.type)
            new = self.statuses.get(event.type)
            if new is not None and not self._further(event.type, new, event.status):
                del self.statuses[event.type]
            elif event.reported:
                self.stood[event.type] = self._furthest(event.type, event.status)
        stated = before.facts.dates if before.facts is not None else None
        self.dates = [each for each in self.dates if stated is not None and not _stated(each[2], stated)]
        known = [entity for sort, id_ in named if (entity := self.understander.names.entity(sort, id_)) is not None]
        self.roles = [
            each
            for each in self.roles
            if (_SORTS[each[0]], each[2].id) not in named
            and not self._means(each[2], _SORTS[each[0]], known)
            and not _stranger_named(each[2], (one.name for one in before.named))
        ]

    def _forget(self, type_: str) -> None:
        self.statuses.pop(type_, None)
        self.dates = [each for each in self.dates if each[0] != type_]
        self.roles = [each for each in self.roles if each[1].type != type_]

    def news(self) -> tuple[str, ...]:
        """What is new, in words."""
        found = [
            f"status: {_words(status)}, {_words(self.stood[type_])} before"
            for type_, status in self.statuses.items()
            if type_ in self.related and type_ in self.stood
        ]
        found += [f"date: {_words(role.part)} {role.name}" for type_, role, _ in self.dates if type_ in self.related]
        found += [f"new: {part} {role.name}" for part, event, role in self.roles if event.type in self.related]
        return tuple(dict.fromkeys(found))

    def _further(self, type_: str, new: str, old: str) -> bool:
        """Whether a status is more than another: higher on the ladder, an exit or a denial."""
        of = self._type(type_)
        if of is None or new in {old, RUMOURED}:
            return False
        if new in of.exits or new == DENIED:
            return True
        if old in {RUMOURED, DENIED}:
            return old == RUMOURED
        return old in of.ladder and of.ladder.index(new) > of.ladder.index(old)

    def _furthest(self, type_: str, status: str) -> str:
        stood = self.stood.get(type_)
        return status if stood is None or self._further(type_, status, stood) else stood

    def _type(self, type_: str) -> Recogniser | None:
        return next((each for each in self.understander.recognisers.types if each.id == type_), None)

    def _means(self, role: Role, sort: Sort, known: Iterable[Entity]) -> bool:
        """Whether something named before is the same in other words: broader, narrower, its owner or its state."""
        entity = self.understander.names.entity(sort, role.id)
        if role.part == "actor" and (entity.kind in _FRAMES if entity is not None else not role.id.startswith(FORM_ID)):
            return True  # a country stands for whoever acts in its name
        return entity is not None and any(_same(entity, each, self.understander.names.members) for each in known)


def _roles(events: Iterable[Event], wanted: Sequence[str]) -> Iterator[tuple[str, Event, Role]]:
    """The parts of the events that are asked for, each with the word for it; those of the proving sentence alone."""
    for event in events:
        for role in event.roles:
            part = "party" if role.part == "actor" and "actor" not in wanted else role.part
            begin, end = event.sentence
            if part in wanted and part in _SORTS and role.start is not None and begin <= role.start < end:
                yield part, event, role


def _dates(events: Iterable[Event], facts: Facts | None) -> Iterator[tuple[str, Role, When]]:
    """The firm dates of the events: what begins, ends or is due then."""
    spans = {(when.start, when.end): when for when in facts.dates} if facts is not None else {}
    for event in events:
        for role in event.roles:
            when = spans.get((role.start or 0, role.end or 0)) if role.part in DATED else None
            if when is not None and when.first is not None and not (when.conditional or when.suspect or when.relative):
                yield event.type, role, when


def _stated(new: When, stated: Iterable[When]) -> bool:
    """Whether a date was told before, perhaps less exactly."""
    first, last = new.first, new.last or new.first
    return any(
        each.first is None
        or first is None
        or last is None
        or (each.first <= last and first <= (each.last or each.first))
        for each in stated
    )


def _akin(one: Event, other: Event, named: set[tuple[Sort, str]]) -> bool:
    """Whether two events of one type may be one: a part of the one is named beside the other, or one has none."""
    own = {(_SORTS[role.part], role.id) for role in one.roles if role.part in _SORTS}
    return not own or not other.roles or not own.isdisjoint(named)


def _same(one: Entity, other: Entity, members: Callable[[str], frozenset[tuple[Sort, str]]]) -> bool:
    if one.kind in _REPORTERS:
        return True
    if one.id in {other.owner, other.operator} or other.id in {one.owner, one.operator}:
        return True
    if one.sort is Sort.ORGANISATION:
        states = one.kind in OFFICIAL_KINDS and (other.kind in OFFICIAL_KINDS or other.sort is Sort.PLACE)
        return states and one.country is not None and one.country in {other.country, other.code}
    return one.sort is other.sort and (
        (one.sort, one.id) in members(other.id)
        or (other.sort, other.id) in members(one.id)
        or one.kind in _BROAD
        or (one.sort is Sort.PLACE and one.country is not None and one.country == other.country)
    )


def _stranger_named(role: Role, names: Iterable[str]) -> bool:
    """Whether an organisation known by its form alone was named before, shorter or longer."""
    own = role.name.casefold()
    return any(own.startswith(name.casefold()) or name.casefold().startswith(own) for name in names)


def _words(status: str) -> str:
    return status.replace("_", " ")
