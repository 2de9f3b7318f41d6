"""Whether a list is as long as it uses to be; never looks at what is in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median_low
from typing import Final, Literal

from watcher.core.watching.silence import Pauses

_REMEMBERED: Final = 9
_MOST_WEIGHT: Final = 3
"""A list that usually has fewer entries may be empty at times: the hits of a search, the notices of an office."""
_SHRUNK_FROM: Final = 8
_SHRUNK_TO: Final = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """What a source's documents looked like: entries of the lists before (`counts`), of the present one, its title."""

    counts: tuple[int, ...] = ()
    listed: int | None = None
    title: str = ""
    pauses: Pauses | None = None

    def seen(self, listed: int | None, title: str) -> Looks:
        """With one more document. An empty list is no measure for those to come; a short one becomes usual in time."""
        counts = (*self.counts, self.listed)[-_REMEMBERED:] if self.listed else self.counts
        return replace(self, counts=counts, listed=listed, title=title or self.title)


def usual(counts: Sequence[int]) -> int | None:
    """How many entries the source uses to list; None while nothing is known."""
    return median_low(counts) if counts else None


def judged(looks: Looks) -> Literal["empty", "shrunk"] | None:
    """What is wrong with the present list, if anything."""
    often = usual(looks.counts)
    if often is None or looks.listed is None:
        return None
    if looks.listed == 0:
        return "empty" if often >= _MOST_WEIGHT else None
    return "shrunk" if often >= _SHRUNK_FROM and looks.listed <= often * _SHRUNK_TO else None


def is_other(before: str, after: str) -> bool:
    """Whether a document's title names another publication than before; an absent one says nothing."""
    return bool(before and after) and before.casefold().split() != after.casefold().split()
