"""The values of an item that `by` and `changed` name: of the event that a rule asks for, or of the article.

Never guesses a value: what is not there is not there, and `keys_of` makes `(none)` of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, product
from typing import Final, Protocol, cast

from watcher.core.events.model import Event
from watcher.core.events.recognisers import NEWS
from watcher.core.lexicon.model import Sort
from watcher.core.matters.model import Transition
from watcher.core.requirements.sighting import Sighting
from watcher.core.requirements.state import Values
from watcher.core.rules.model import Clause, Node
from watcher.core.text.reading import Reading
from watcher.core.understanding.understander import Understander

ALL: Final = "all"
NONE: Final = "(none)"
MANY: Final = "(many)"
MOST_KEYS: Final = 32
FIELDS: Final = (
    *("source", "origin", "trust", "language", "story", "matter", "event", "status", "actor", "party", "parties"),
    *("organisation", "material", "place", "country", "region", ALL),
)
"""Source: the rule language, section 4, "Key"."""
USUAL_BY: Final = {"sources": "story", "changed": "story"}
"""What a requirement without `by` goes by, by its kind; others by `all`. Source: the same."""
BETWEEN: Final = " | "
"""What stands between the values of a key."""
CHANGED: Final = ("status", "amount", "price", "date", "actor", "place")
_OF_EVENT: Final = frozenset({"event", "status", "actor", "party", "parties", "amount", "price", "date"})
_OF_EVENT_OR_TEXT: Final = frozenset({"organisation", "material", "place", "country", "region"})
_WITHOUT_TEXT: Final = frozenset({"series", "health"})
"""What is judged that tells of no events."""
_TAKING_PART: Final = ("actor", "party")
_TOGETHER: Final = "+"


class _AsksOfEvents(Protocol):
    def fault(self, event: Event, reading: Reading) -> str:
        """What one event fails at; "" where it meets all."""


def needs_understanding(fields: Iterable[str]) -> bool:
    """Whether any of these is read from what an article says."""
    return any(each in _OF_EVENT or each in _OF_EVENT_OR_TEXT or each == "origin" for each in fields)


@dataclass(slots=True)
class Fields:
    """The fields of one item, each worked out once; `tree` is the condition whose events count."""

    sighting: Sighting
    tree: Node
    understander: Understander | None
    _events: list[tuple[Event, ...]] = field(default_factory=list)

    @property
    def events(self) -> tuple[Event, ...]:
        """The events that meet a clause on events of the condition; without one, all that are reported."""
        if not self._events:
            self._events.append(self._fitting())
        return self._events[0]

    def _fitting(self) -> tuple[Event, ...]:
        reading = self.sighting.reading
        if self.understander is None or self.sighting.sort in _WITHOUT_TEXT:
            return ()
        account = self.understander.account(reading)
        asking = [cast("_AsksOfEvents", clause.condition) for clause in _asking(self.tree)]
        if not asking:
            return account.reported
        return tuple(event for event in account.events if any(not each.fault(event, reading) for each in asking))

    def keys(self, by: Sequence[str]) -> tuple[str, ...]:
        """The keys that the item counts for; `(none)` stands where a field has no value, `(many)` for too many."""
        if tuple(by) == (ALL,):
            return (ALL,)
        found: dict[tuple[str, ...], None] = {}
        for event in self.events or (None,):
            values = [self.values(name, event) or (NONE,) for name in by]
            for each in islice(product(*values), MOST_KEYS + 1):
                found[each] = None
        whole = [each for each in found if NONE not in each] or list(found)
        return (MANY,) if len(whole) > MOST_KEYS else tuple(BETWEEN.join(each) for each in sorted(whole))

    def watched(self, names: Sequence[str]) -> tuple[Values, ...]:
        """The values that `changed` looks at, of all events together."""
        found: list[Values] = []
        for name in names:
            values = dict.fromkeys(value for event in self.events or (None,) for value in self.values(name, event))
            if values:
                found.append((name, tuple(sorted(values))))
        return tuple(found)

    def values(self, name: str, event: Event | None) -> tuple[str, ...]:
        """The values of one field, of that event where it is one's."""
        about = self.sighting.reading.about
        if isinstance(about, Transition) and name in {"status", "amount", "date"}:
            return _of_transition(about, name)
        if self.sighting.sort in _WITHOUT_TEXT and name == "status":
            return self.sighting.status
        if name in _OF_EVENT:
            return () if event is None else _of_event(event, name)
        if name in _OF_EVENT_OR_TEXT:
            return self._named(name, event)
        return _of_item(self.sighting, name)

    def _named(self, name: str, event: Event | None) -> tuple[str, ...]:
        if self.understander is None:
            return ()
        wide = event is None or not any(True for _ in _asking(self.tree))
        if name in {"country", "region"}:
            return self._lying(name, event if not wide else None)
        if wide or event is None:
            named = self.understander.named(self.sighting.reading)
            sort = Sort(name)
            return _distinct(each.id for each in named if each.sort is sort and each.zone in NEWS)
        parts = _TAKING_PART if name == "organisation" else (name,)
        return _distinct(id_ for part in parts for id_ in event.ids(part))

    def _lying(self, name: str, event: Event | None) -> tuple[str, ...]:
        """Countries or regions of the places; of an event without place, of who acts."""
        assert self.understander is not None
        names = self.understander.names
        sorts = ((Sort.PLACE, "place"), (Sort.ORGANISATION, "actor"))
        for sort, part in sorts if event is not None else sorts[:1]:
            ids = event.ids(part) if event is not None else self._named("place", None)
            known = [names.entity(sort, id_) or names.entity(Sort.PLACE, id_) for id_ in ids]
            countries = [
                each.country or (each.code if each.kind == "country" else None) for each in known if each is not None
            ]
            if name == "region":
                lands = [names.entity(Sort.PLACE, land) for land in countries if land]
                countries = [each.region for each in (*known, *lands) if each is not None]
            if any(countries):
                return _distinct(each for each in countries if each)
        return ()


def shares(by: Sequence[str], course: str, key: str) -> bool:
    """Whether a later item's key goes with that of a course: the same, or with more parties than the first had."""
    ours, theirs = course.split(BETWEEN), key.split(BETWEEN)
    if course == key or len(ours) != len(by) or len(theirs) != len(by):
        return course == key
    return all(
        mine == other or (name == "parties" and set(mine.split(_TOGETHER)) <= set(other.split(_TOGETHER)))
        for name, mine, other in zip(by, ours, theirs, strict=True)
    )


def has_no_value(key: str) -> bool:
    """Whether a field of the key had no value."""
    return NONE in key.split(BETWEEN)


def _asking(tree: Node) -> Iterable[Clause]:
    """The clauses on events that must hold, or may."""
    if isinstance(tree, Clause):
        if hasattr(tree.condition, "fault"):
            yield tree
        return
    for child in (*tree.all, *tree.any):
        yield from _asking(child)


def _of_event(event: Event, name: str) -> tuple[str, ...]:
    if name == "event":
        return (event.type,)
    if name == "status":
        return (event.status,)
    if name == "parties":
        together = sorted({id_ for part in _TAKING_PART for id_ in event.ids(part)})
        return (_TOGETHER.join(together),) if together else ()
    parts = _TAKING_PART if name == "party" else (name,)
    return _distinct(id_ for part in parts for id_ in event.ids(part))


def _of_transition(made: Transition, name: str) -> tuple[str, ...]:
    if name == "status":
        return (made.after,) if made.after else ()
    found: Mapping[str, Iterable[object]] = {
        "amount": made.amounts,
        "date": [f"{kind} {day}" for kind, day in made.dates],
    }
    return _distinct(str(each) for each in found[name])


def _of_item(sighting: Sighting, name: str) -> tuple[str, ...]:
    reading = sighting.reading
    if name == "source":
        return _distinct(reading.copies or (reading.source,))
    if name == "origin":
        return sighting.origins()
    one: Mapping[str, str | None] = {
        "trust": reading.trust.value,
        "language": reading.main_language,
        "story": sighting.story,
        "matter": sighting.matter,
        ALL: ALL,
    }
    value = one.get(name)
    return (value,) if value else ()


def _distinct(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
