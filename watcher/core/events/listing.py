"""What a stretch of a text is listed as: acts, objects, phrases and cues, by type; nothing here seeks or judges."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import NamedTuple

ACT, OBJECT, GATE = "act", "object", "gate"
_HELD = (OBJECT, "phrase", "title_phrase", "denial", "counter")
NOTED = frozenset({"negations", "hedges", "anonymous", "history", "reactions", "schedule"})
"""The slots of what speaks against an event."""
SHARED_TYPE = -1
"""The type of a row that belongs to the shared lists."""


class Row(NamedTuple):
    """What one item is listed as: a `slot` (act, object, phrase ...), for which type, under which status or name.

    Acts and objects belong together if they are of one `group`.
    """

    slot: str
    type: int
    name: str
    key: int
    group: int = 0


Families = Mapping[tuple[int, int], int]
"""The number of each type's groups of acts and objects: only what is of one family can belong together."""


@dataclass(frozen=True, slots=True)
class Listing:
    """All that one stretch of text is listed as, filed: acts by type (many types share a verb), the rest by kind.

    The types are told by bits as well (type 3 is bit 3), so that a sentence that comes to nothing is soon known:
    `doing` by acts, `saying` by phrases and denials, `titled` by phrases of titles, `held` by all that a sentence is
    asked for besides acts, whose rows are `given`. So are the families of acts and objects (see `Families`): `acting`
    and `done_to`.

    `notes` are the rows that speak against an event, `gates` the types and names of conditions on the whole article,
    `genres` the rows that are cues of one. `parts`: a clause begins with it.
    """

    acts: Mapping[int, tuple[Row, ...]]
    own: tuple[Row, ...]
    shared: tuple[Row, ...]
    slots: frozenset[str]
    doing: int
    acting: int
    done_to: int
    saying: int
    titled: int
    held: int
    given: tuple[Row, ...]
    notes: tuple[Row, ...]
    gates: frozenset[tuple[int, str]]
    genres: tuple[Row, ...]
    parts: bool

    @classmethod
    def of(cls, rows: Iterable[Row], families: Families) -> Listing:
        """The rows filed."""
        acts: dict[int, tuple[Row, ...]] = {}
        own: list[Row] = []
        shared: list[Row] = []
        bits = dict.fromkeys(_HELD, 0)
        acting = done_to = 0
        for row in dict.fromkeys(rows):
            if row.slot == ACT:
                acts[row.type] = (*acts.get(row.type, ()), row)
                acting |= 1 << families[row.type, row.group]
            elif row.type == SHARED_TYPE:
                shared.append(row)
            else:
                own.append(row)
                if row.slot in bits:
                    bits[row.slot] |= 1 << row.type
                if row.slot == OBJECT:
                    done_to |= 1 << families[row.type, row.group]
        slots = frozenset(row.slot for row in (*own, *shared))
        return cls(
            acts=acts,
            own=tuple(own),
            shared=tuple(shared),
            slots=slots,
            doing=sum(1 << type_ for type_ in acts),
            acting=acting,
            done_to=done_to,
            saying=bits["phrase"] | bits["denial"],
            titled=bits["title_phrase"],
            held=reduce(or_, bits.values()),
            given=tuple(row for row in own if row.slot in bits),
            notes=tuple(row for row in (*shared, *own) if row.slot in NOTED),
            gates=frozenset((row.type, row.name) for row in own if row.slot == GATE),
            genres=tuple(row for row in shared if row.slot.startswith("genre_")),
            parts="breaks" in slots,
        )

    def __bool__(self) -> bool:
        """Whether it is listed as anything."""
        return bool(self.acts or self.own or self.shared)


@dataclass(slots=True)
class Hit:
    """A stretch of the text that items stand for. `first` and `last` count words (Han and kana: characters).

    Bare on purpose: a hundred are made for each article, and a frozen one or a tuple takes twice the time.
    """

    first: int
    last: int
    start: int
    end: int
    listed: Listing
    cjk: bool
