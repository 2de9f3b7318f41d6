"""The contract of the tables of matters; part of the contract of a store, see `watcher.stores.base`."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from watcher.core.matters.kept import Entered, Kept, Origin, ToldOf
from watcher.core.matters.model import Matter, Standing, Transition
from watcher.core.model import Article


class MatterTable(Protocol):
    """Matters, their time lines, and what each article told of them. Written with the article, in the same turn."""

    def kept(self, ids: Collection[str]) -> dict[str, Kept]:
        """Those of these matters of which something was read."""

    def every(self, limit: int) -> list[Kept]:
        """The matters of which something was read, the last heard of first."""

    def stand(self, matter: Matter, kind: str, standing: Standing, lapses: datetime | None, now: datetime) -> None:
        """Put down how a matter stands; `kind` is that of its document, "" for a declared one."""

    def said_before(self, matter: str, key: str) -> Entered | None:
        """The entry that says the same already, also if it was withdrawn; None if none does."""

    def enter(self, made: Transition, said: str, origin: Origin) -> int:
        """Add an entry to a time line; returns its number. `said` is the key of what repeats its sentence."""

    def told(self, article: int, matter: str, transition: int, *, repeats: bool, why: str) -> None:
        """Note what an article told of a matter: an entry of its own, or one that it repeats."""

    def line(self, matter: str, limit: int = ...) -> list[Entered]:
        """A time line in the order in which it was read, with what was withdrawn."""

    def made_by(self, article: int) -> list[Entered]:
        """The standing entries that came from an article."""

    def withdraw(self, numbers: Collection[int], now: datetime) -> None:
        """Let entries count no more: their article was changed and says them no longer. They stay to be seen."""

    def recast(self, number: int, made: Transition) -> None:
        """Put down what an entry does after an earlier one was withdrawn."""

    def came_live(self, number: int) -> None:
        """Note that an entry which came in as history was told as news since."""

    def told_by(self, article: int) -> list[ToldOf]:
        """What an article told, of every matter."""

    def lapsed(self, now: datetime) -> list[str]:
        """The matters whose status ended by itself by then, the longest ended first."""

    def lapses_no_more(self, matter: str) -> None:
        """Let a matter's status end by itself no more: nobody follows it, or it can't be carried out."""

    def lapses_due(self, now: datetime) -> bool:
        """Whether there is one; asked first, since most of the time there is none."""

    def article(self, number: int) -> Article | None:
        """The article of that row; None once it is pruned."""

    def observe(self, origin: Origin, *, rule_set: str, now: datetime) -> int:
        """Note that rules judge an entry of a time line; returns the observation's number."""
