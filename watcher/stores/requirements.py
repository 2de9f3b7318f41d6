"""The contract of a store for what rules ask over time; a part of `base`, with the same promises.

States are written in the turn that stores the matches which moved them, so that neither is ever there alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from watcher.core.model import Article, Reason
from watcher.core.requirements.state import Memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """An item of history as it was judged: its article in that revision, `number` its row, `seen` its first sight.

    `stated` is the moment that it states, else first sight; `mark` tells whether it came as news (live) or as history.
    """

    observation: int
    number: int
    kind: str
    article: Article
    story_reason: Reason
    seen: datetime
    stated: datetime
    mark: str


class RequirementTable(Protocol):
    """What rules ask over time: states, timers, and the history that a new rule goes through first."""

    def memory(self, versions: Mapping[str, str]) -> Memory:
        """What is kept of these rules in these versions; what is put there is written at once."""

    def is_due(self, versions: Mapping[str, str], now: datetime) -> bool:
        """Whether any timer of these is due; asked first, since most of the time none is."""

    def set_aside(self, versions: Mapping[str, str], now: datetime) -> tuple[str, str]:
        """Drop what the first timer that is due rests on; its rule and key, empty if none is due."""

    def known(self, versions: Mapping[str, str]) -> frozenset[str]:
        """Those of these rules whose history was gone through, in that version."""

    def adopt(self, rule: str, version: str) -> None:
        """Note that a rule's history was gone through; what was kept of another version of it is dropped."""

    def carry(self, rule: str, version: str, alike: Callable[[str], bool]) -> None:
        """Let what is kept of another version of a rule go on as this one's, if its expanded form is alike."""

    def keep_only(self, versions: Mapping[str, str], now: datetime) -> None:
        """Drop what is kept of other rules, and what can decide nothing any more."""

    def past(self, since: datetime | None, after: int, limit: int) -> list[Past]:
        """Items first seen since then, in order of observation, those after that one; what was pruned has its title."""

    def founder(self, story: str) -> tuple[int, Article] | None:
        """The article that founded a story, with its row."""

    def observe(self, number: int, article: Article, *, rule_set: str, at: datetime) -> int:
        """Note that a timer was judged, by the article that it shows; returns the observation."""
