"""What is stored of matters: entries of time lines with where they came from, and what each article told.

Never decides anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from watcher.core.matters.model import Standing, Transition
from watcher.core.model import Trust


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The article that an entry came from, as it was then. `number` is its row, which may have been pruned since.

    `mark` says how the article came in: live, first_sight or backfill.
    """

    number: int
    revision: int
    article: str
    source: str
    publisher: str
    trust: Trust
    title: str
    link: str | None
    seen: datetime
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """One stored entry of a time line. `withdrawn` is when its article was changed so that it says it no more."""

    number: int
    made: Transition
    origin: Origin
    withdrawn: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A matter as stored. `lapses` is when its status ends by itself; `heard` the last that was read of it."""

    id: str
    title: str
    document: str
    declared: bool
    kind: str
    types: tuple[str, ...]
    standing: Standing
    lapses: datetime | None
    founded: datetime
    heard: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldOf:
    """What an article told of a matter: the entry that it made or repeats, and why it moved it or did not."""

    matter: str
    title: str
    entered: Entered
    repeats: bool
    why: str
