"""The nouns of stories: an article to be placed, what it is compared by, and the decision; nothing decides here."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from zlib import crc32

from watcher.core.events.model import Account
from watcher.core.lexicon.model import Named
from watcher.core.model import Reason, StoryId, ZoneSpan


def hashed(text: str) -> int:
    """The 32 bits by which words and figures are compared."""
    return crc32(text.encode())


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """A new article as far as the decision needs it; `id` founds a story if none fits.

    `text` begins with the title where the zones say so. `told` is the time that counts for the event: the stated one,
    or first sight; None where nobody knows. What was understood of the article may be missing: the text alone does.
    """

    id: str
    source: str
    title: str
    text: str
    link_key: str | None
    title_key: str
    text_sha256: str
    seen: datetime
    told: datetime | None = None
    zones: tuple[ZoneSpan, ...] = ()
    account: Account | None = None
    named: tuple[Named, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What an article is compared by: hashes of words, names and figures, each of 32 bits.

    `words` weighs the words that tell it from other news, the most telling first; `names` are those of them that are
    names. `amounts` are all of its quantities, `head_amounts` those of title and beginning; `papers` the numbers of
    documents in its title; `lands` the countries of title and lead. `shingles`, by which copies are found, are the
    smallest hashes of its runs of four words. `types` are the events that it reports, `actors` the offices and firms
    that act in them, `states` the countries that do, by themselves or by their offices, `parties` on whom or with
    whom, `things` the single materials of the title, else of the events. `retells` is true of a comment, a study, a
    market report or a promotion: it tells of what others report.
    """

    day: int | None
    han: bool
    words: Mapping[int, float]
    names: frozenset[int]
    days: frozenset[int]
    amounts: frozenset[int]
    head_amounts: frozenset[int]
    papers: frozenset[int]
    shingles: tuple[int, ...] = ()
    lands: frozenset[int] = frozenset()
    types: frozenset[int] = frozenset()
    actors: frozenset[int] = frozenset()
    parties: frozenset[int] = frozenset()
    things: frozenset[int] = frozenset()
    states: frozenset[int] = frozenset()
    retells: bool = False
    denied: bool = False


class Kin(NamedTuple):
    """An earlier article that a new one is compared with; `lead` is the beginning of its text.

    A bare tuple: twenty are made for each article. `kept` are its traits as bytes (see `kept`), because most are
    dismissed at a glance; empty where nobody kept any.
    """

    article: str
    story: StoryId
    source: str
    title: str
    lead: str
    link_key: str | None
    title_key: str
    text_sha256: str
    seen: datetime
    kept: bytes = b""


class Spelt(Mapping[int, str]):
    """The words behind hashes, worked out when one is asked for."""

    __slots__ = ("_known", "_make")

    def __init__(self, make: Callable[[], Mapping[int, str]]) -> None:
        self._make = make
        self._known: Mapping[int, str] | None = None

    @property
    def _all(self) -> Mapping[int, str]:
        if self._known is None:
            self._known = self._make()
        return self._known

    def __getitem__(self, key: int) -> str:
        """The word."""
        return self._all[key]

    def __iter__(self) -> Iterator[int]:
        """All hashes."""
        return iter(self._all)

    def __len__(self) -> int:
        """How many words there are."""
        return len(self._all)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fresh:
    """A newcomer with its traits; `spelt` gives the words behind hashes, for the reason that a reader sees."""

    newcomer: Newcomer
    traits: Traits
    spelt: Mapping[int, str] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryDecision:
    """The story an article joins or founds, why, and what it was compared with."""

    story: StoryId
    reason: Reason
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """What is stored of an article that was placed: its traits as bytes, why it is where it is, and where it is found.

    `words` are those that its story is counted by; None if it founded none.
    """

    article: int
    kept: bytes
    why: str
    keys: Collection[int]
    words: Collection[int] | None
