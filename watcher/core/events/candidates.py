"""Places in a text that may tell an event: the nouns, and the way from an article's sentences to them.

Never weighs one against another, and never says whether one is news.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from watcher.core.events.scene import Line
from watcher.core.lexicon.model import Named


class Part(NamedTuple):
    """An act or an object where it stands; `first` and `last` count words, `words` is its weight."""

    first: int
    last: int
    start: int
    end: int
    cjk: bool = False
    status: str = ""
    key: int = -1
    words: int = 1
    group: int = 0
    subject: bool = False


@dataclass(slots=True, kw_only=True)
class Candidate:
    """One place that may tell an event of type `type`; the texts say what speaks against it, "" nothing.

    `tier` is 0 in a main clause and 2 for purpose and setting; `indirect`: another object stands nearer to the act.
    `acted` says how the actor is known: named, word, state, source, elsewhere. `unbacked`: the title names no object of
    the type.
    """

    type: int
    line: Line
    act: Part
    object: Part
    status: str
    gap: int = 0
    tier: int = 0
    indirect: bool = False
    phrase: bool = False
    denied: str = ""
    rumoured: str = ""
    background: str = ""
    reaction: str = ""
    unmet: str = ""
    unbacked: bool = False
    actor: Named | None = None
    acted: str = ""

    @property
    def start(self) -> int:
        """Where act and object begin."""
        return min(self.act.start, self.object.start)

    @property
    def end(self) -> int:
        """Where act and object end."""
        return max(self.act.end, self.object.end)

    @property
    def keys(self) -> frozenset[int]:
        """The items that it rests on."""
        return frozenset({self.act.key, self.object.key} - {-1})
