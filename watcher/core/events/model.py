"""The nouns of understanding: an event with its roles, a genre, and what was understood of one article."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

RUMOURED = "rumoured"
DENIED = "denied"


class Genre(StrEnum):
    """What sort of text an article is; only a report can report events."""

    REPORT = "report"
    OPINION = "opinion"
    STUDY = "study"
    MARKET_WRAP = "market_wrap"
    PROMOTION = "promotion"


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """One part in an event. `part` is actor, party, material, place, amount, price, document, date ...

    `id` is the lexicon's id, or the value in normal form (`20000000 USD`, `2025-61`, `2026-11-10`); `name` is what a
    reader sees. `start`, `end` is its span in the shown text; an `implied` role (the source's owner as actor) has None.
    """

    part: str
    id: str
    name: str
    start: int | None
    end: int | None
    implied: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that an article reports (`reported`) or merely mentions.

    `status` is a word of its type's ladder or exits, `rumoured` or `denied`; `status_text` the words that said so.
    `start`, `end` is the span of act and object, which lies within the proving sentence `sentence`. `sure` is false
    where the evidence is thin: an unsure event never makes an urgent alert. `why` says in words how it was decided.
    `again` are further spans at the top of the article that tell the same: a correction may stand in any of them.
    """

    type: str
    status: str
    status_text: str
    reported: bool
    sure: bool
    start: int
    end: int
    sentence: tuple[int, int]
    roles: tuple[Role, ...] = ()
    why: str = ""
    again: tuple[tuple[int, int], ...] = ()

    def ids(self, part: str) -> tuple[str, ...]:
        """The ids of all roles of that part, in order."""
        return tuple(role.id for role in self.roles if role.part == part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """Words that decided something about the whole article: what they are a cue of, and where they stand."""

    of: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What an article was understood to say: its genre, and every event that it reports or mentions, best first."""

    genre: Genre
    cues: tuple[Cue, ...]
    events: tuple[Event, ...]

    @property
    def reported(self) -> tuple[Event, ...]:
        """The events that the article reports as its news."""
        return tuple(event for event in self.events if event.reported)
