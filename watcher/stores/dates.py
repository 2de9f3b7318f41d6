"""The contract of a store for dated entries; a part of `base`, with the same promises.

An entry, its evidence and its timers are written in the turn that stores the article which states it. Doing that again
adds nothing: evidence is one row an entry, article and part, a timer one row an entry, rule and day.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from watcher.core.calendar.model import Coming, Entry, Known, Statement
from watcher.core.model import Article, Trust


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """A sentence behind an entry: `words` is the span that says it, `sentence` the one around it, `quote` its text.

    `part` is what it has in the entry: states, names, moves or settles. `article` is the row of its article.
    """

    entry: str
    article: int
    part: str
    revision: int
    words: tuple[int, int]
    sentence: tuple[int, int]
    quote: str
    source: str
    publisher: str
    trust: Trust
    seen: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """Something to do with an entry on a day; `rule` is empty for its lapse."""

    entry: str
    rule: str
    on: date
    due: datetime


class EntryTable(Protocol):
    """Dated entries, the sentences behind them, and what falls due."""

    def known(
        self, statements: Sequence[Statement], *, story: str, article: int, day: date | None = None
    ) -> list[Known]:
        """The entries that these statements may speak of: of that story, that day, or open and of their things.

        Of very many of the same things only those nearest to `day`.
        """

    def get(self, entry: str) -> Entry | None:
        """The entry of that id."""

    def put(self, entry: Entry) -> None:
        """Store an entry as it stands now."""

    def ground(self, ground: Ground) -> None:
        """Store a sentence behind an entry; a later revision of its article takes the place of an earlier."""

    def stated(self, article: int) -> list[Entry]:
        """The entries that an article states."""

    def unsay(self, article: int, entry: str) -> bool:
        """Whether nothing but that article states the entry; else it is taken back that the article does."""

    def grounds(self, entry: str, limit: int) -> list[tuple[Ground, Article]]:
        """The sentences that state an entry with their articles, the most trusted first, then the newest."""

    def plan(self, timers: Iterable[Timer]) -> None:
        """Put timers down; one that is there already, done or not, stays as it is."""

    def unplan(self, entry: str) -> None:
        """Drop what is still to be done with an entry."""

    def is_due(self, now: datetime) -> bool:
        """Whether any timer is due; asked first, since most of the time none is."""

    def due(self, now: datetime, limit: int) -> list[Timer]:
        """Timers that are due, in order of (due, rule, entry)."""

    def done(self, timer: Timer, now: datetime) -> None:
        """Note that a timer was carried out: it never comes again."""

    def observed(self, ground: Ground, at: datetime, rule_set: str) -> int:
        """Note that rules judge an entry by that sentence's article; returns the observation."""

    def planned_by(self) -> str:
        """The rules that timers were last planned by."""

    def replan(self, rules: str, now: datetime) -> list[Entry]:
        """Drop all reminders after `now`, note the rules they are planned by from now on; returns open entries."""

    def listed(
        self, states: Collection[str], since: date | None, until: date | None, limit: int
    ) -> list[tuple[Entry, list[Ground]]]:
        """Entries in these states and days, by day, those without one last, with the sentences behind each."""

    def reminded(self, article: int) -> dict[str, Coming]:
        """By rule: the entry that the article states of which it was reminded last, on that day."""

    def of_article(self, article: int) -> list[tuple[Entry, Ground]]:
        """What an article says of entries, in the order of its text."""
