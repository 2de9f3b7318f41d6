"""Matters found by the number of their document: bills, dockets, control numbers that nobody declared.

Never found by a number that is merely cited: only types of event that are about a document of that kind count.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from watcher.core.events.model import DENIED, RUMOURED, Event
from watcher.core.facts.model import Facts
from watcher.core.matters.model import Matter, merged_ladder
from watcher.core.text.reading import Reading

NUMBERED: Mapping[str, frozenset[str]] = {
    "legislation": frozenset({"bill", "procedure", "proposal"}),
    "export_control": frozenset({"gazette", "federal_register", "rin", "docket", "regulation"}),
    "entity_listing": frozenset({"gazette", "federal_register", "rin"}),
    "rulemaking_notice": frozenset({"docket", "federal_register", "rin", "regulation", "gazette"}),
    "trade_measure": frozenset({"case", "proclamation", "executive_order", "gazette", "docket"}),
    "permit_approval": frozenset({"docket", "federal_register"}),
}
"""Types of event, and the kinds of documents that they can be the story of. Source: domain catalogue, wire formats."""
FOUND = tuple(sorted({f"{kind.replace('_', '-')}-" for kinds in NUMBERED.values() for kind in kinds}))
"""How the ids of matters begin that are found by a number."""
_OTHER = re.compile(r"[^a-z0-9]+")
_LONGEST = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberTrack:
    """What a matter found by its number follows: every event of its types with that number. `exits` are their exits."""

    number: str
    types: frozenset[str]
    exits: frozenset[str] = frozenset()
    takes_mentions: bool = True

    @property
    def parts(self) -> tuple[tuple[tuple[str, ...], frozenset[str]], ...]:
        """The number must be there."""
        return ((("document",), frozenset({self.number})),)

    def fault(self, event: Event, _reading: Reading) -> str:
        """Why the event is not the matter's."""
        if event.type not in self.types:
            return "is another type"
        if self.number not in event.ids("document"):
            return f"is not about {self.number}"
        return f"{self.number} is what does it to another" if self.number == instrument(event, self.exits) else ""


def instrument(event: Event, exits: Collection[str]) -> str:
    """The number of the notice by which others are suspended, extended or revoked; "" where there is no such."""
    named = sorted((role.start or 0, role.id) for role in event.roles if role.part == "document")
    return named[0][1] if len({id_ for _, id_ in named}) > 1 and event.status in exits else ""


def found_id(kind: str, number: str) -> str:
    """The id of a matter that is found by a number in normal form: `bill-h-r-4090-119`, `gazette-2025-61`."""
    return f"{kind.replace('_', '-')}-{_OTHER.sub('-', number.lower()).strip('-')}"[:_LONGEST].strip("-")


def found_matters(
    events: Iterable[Event],
    facts: Facts,
    ladders: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]],
    declared: frozenset[str],
) -> tuple[Matter, ...]:
    """The matters that these events are of by their numbers, those left out that a declared matter follows.

    Args: ladders - steps and exits of every type; declared - the numbers that declared matters follow.
    """
    kinds = {each.number: each.kind for each in facts.documents}
    found: dict[str, Matter] = {}
    for event in events:
        allowed = NUMBERED.get(event.type, frozenset())
        if not event.reported or not event.sure or event.status in {RUMOURED, DENIED} or event.type not in ladders:
            continue
        doing = instrument(event, ladders[event.type][1])
        for number in event.ids("document"):
            if kinds.get(number) in allowed and number not in declared and number != doing:
                matter = numbered_matter(kinds[number], number, frozenset({event.type}), ladders)
                found.setdefault(matter.id, matter)
    return tuple(found.values())


def numbered_matter(
    kind: str, number: str, types: frozenset[str], ladders: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]
) -> Matter:
    """The matter of that number."""
    ladder = merged_ladder([ladders[each] for each in sorted(types) if each in ladders])
    return Matter(
        id=found_id(kind, number),
        title=number,
        ladder=ladder,
        tracks=(NumberTrack(number=number, types=types, exits=ladder.exits),),
        document=number,
    )
