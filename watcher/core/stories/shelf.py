"""Stories kept in memory: for a file that is read in one go, for one turn's newcomers, for measuring; never stored."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from watcher.core.stories.deciding import decide
from watcher.core.stories.kept import pack
from watcher.core.stories.keys import POSTINGS, best_candidates, exact_keys, keys_of
from watcher.core.stories.model import Fresh, Kin, Newcomer, StoryDecision
from watcher.core.stories.proofs import LEAD_CHARS
from watcher.core.stories.traits import traits_of, weigh

_NUMBER = "I"


@dataclass(slots=True)
class Shelf:
    """Articles in the order in which they came, found by their keys; `counts` are stories by word.

    Traits lie packed: a hundred thousand articles take some 150 MB.
    """

    counts: Counter[int] = field(default_factory=Counter)
    stories: int = 0
    _kin: list[Kin] = field(default_factory=list)
    _by_key: dict[int, bytes] = field(default_factory=dict)
    """The newest articles of each key, side by side: as objects of their own they'd be looked for all over memory."""

    def place(self, newcomer: Newcomer, bonds: Mapping[str, str] | None = None) -> StoryDecision:
        """The story of the next article, which later ones are compared with."""
        fresh = weigh(traits_of(newcomer), self.counts, self.stories)
        weights = exact_keys(newcomer) | keys_of(fresh.traits)
        decision = decide(fresh, self.candidates(weights), bonds or {})
        self.add(fresh, weights, decision)
        return decision

    def candidates(self, weights: Mapping[int, float]) -> list[Kin]:
        """The articles to compare one with these keys with, oldest first."""
        sums: defaultdict[int, float] = defaultdict(float)
        look_up = self._by_key.get
        for key, weight in weights.items():
            if (found := look_up(key)) is not None:
                for at in array(_NUMBER, found):
                    sums[at] += weight
        return [self._kin[at] for at in best_candidates(sums)]

    def every(self) -> list[Kin]:
        """All articles, oldest first."""
        return self._kin.copy()

    def add(self, fresh: Fresh, weights: Mapping[int, float], decision: StoryDecision) -> Kin:
        """Keep an article with its story; returns it as later ones are compared with it."""
        if decision.story == fresh.newcomer.id:
            self.stories += 1
            self.counts.update(fresh.traits.words.keys())
        at = len(self._kin)
        kin = _kin_of(fresh, decision)
        self._kin.append(kin)
        number = array(_NUMBER, (at,)).tobytes()
        for key in weights:
            self._by_key[key] = self._by_key.get(key, b"")[(1 - POSTINGS) * len(number) :] + number
        return kin


def _kin_of(fresh: Fresh, decision: StoryDecision) -> Kin:
    """The article as one that later ones are compared with."""
    new = fresh.newcomer
    return Kin(
        article=new.id,
        story=decision.story,
        source=new.source,
        title=new.title,
        lead=new.text[:LEAD_CHARS],
        link_key=new.link_key,
        title_key=new.title_key,
        text_sha256=new.text_sha256,
        seen=new.seen,
        kept=pack(fresh.traits),
    )
