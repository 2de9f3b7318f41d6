"""What a stretch of a text is listed as: acts, objects, phrases and cues, by type; nothing here seeks or judges."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

ACT = "act"
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


@dataclass(frozen=True, slots=True)
class Listing:
    """All that one stretch of text is listed as, filed: acts by type (many types share a verb), the rest by kind.

    The types are told by bits as well (type 3 is bit 3), so that a sentence that comes to nothing is soon known:
    `doing` by acts, `done_to` by objects, `saying` by phrases and denials, `titled` by phrases of titles.
    """

    acts: Mapping[int, tuple[Row, ...]]
    own: tuple[Row, ...]
    shared: tuple[Row, ...]
    slots: frozenset[str]
    doing: int
    done_to: int
    saying: int
    titled: int

    @classmethod
    def of(cls, rows: Iterable[Row]) -> Listing:
        """The rows filed."""
        acts: dict[int, tuple[Row, ...]] = {}
        own: list[Row] = []
        shared: list[Row] = []
        bits = {"object": 0, "phrase": 0, "denial": 0, "title_phrase": 0}
        for row in dict.fromkeys(rows):
            if row.slot == ACT:
                acts[row.type] = (*acts.get(row.type, ()), row)
            elif row.type == SHARED_TYPE:
                shared.append(row)
            else:
                own.append(row)
                if row.slot in bits:
                    bits[row.slot] |= 1 << row.type
        return cls(
            acts=acts,
            own=tuple(own),
            shared=tuple(shared),
            slots=frozenset(row.slot for row in (*own, *shared)),
            doing=sum(1 << type_ for type_ in acts),
            done_to=bits["object"],
            saying=bits["phrase"] | bits["denial"],
            titled=bits["title_phrase"],
        )

    def __bool__(self) -> bool:
        """Whether it is listed as anything."""
        return bool(self.acts or self.own or self.shared)


class Hit(NamedTuple):
    """A stretch of the text that items stand for. `first` and `last` count words (Han and kana: characters)."""

    first: int
    last: int
    start: int
    end: int
    sentence: int
    listed: Listing
    cjk: bool
