"""What a rule set makes of one article: which rules match is known, their evidence is put together when it is read.

Never decides anything: where words alone decide, that is done before; everything else was judged already.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from watcher.core.rules.bits import Bits
from watcher.core.rules.evaluate import Judgement, judge
from watcher.core.rules.model import Rule
from watcher.core.rules.trees import Asked, Plan, judged
from watcher.core.text.reading import Reading


@dataclass(frozen=True, slots=True)
class Planned:
    """A rule with its tree of numbered leaves."""

    rule: Rule
    plan: Plan

    def judgement(self, asked: Asked, reading: Reading) -> Judgement:
        """What it makes of the article of which these leaves are asked."""
        return judged(self.plan, asked) or judge(self.rule, reading)


class Judgements(Iterable[tuple[Rule, Judgement]]):
    """The rules that could match an article, each with its judgement, in their order; all others do not match."""

    __slots__ = ("_asked", "_bits", "_judged", "_matching", "_planned", "_reading")

    def __init__(
        self,
        planned: Sequence[Planned],
        judged_: Mapping[int, Judgement],
        bits: Bits,
        matching: int,
        asked: Asked,
        reading: Reading,
    ) -> None:
        """Rules are told by their places in `planned`; those of `matching` match, and are not judged yet."""
        self._planned = planned
        self._judged = judged_
        self._bits = bits
        self._matching = matching
        self._asked = asked
        self._reading = reading

    def __len__(self) -> int:
        """How many could match."""
        return len(self._judged) + self._matching.bit_count()

    def __iter__(self) -> Iterator[tuple[Rule, Judgement]]:
        """Each with its judgement, evidence and all."""
        for index in sorted((*self._judged, *self._bits.indexes(self._matching))):
            each = self._planned[index]
            yield each.rule, self._judged.get(index) or each.judgement(self._asked, self._reading)

    def matching(self) -> list[int]:
        """The places of the rules that match, in no certain order; no evidence is put together for it."""
        found = self._bits.indexes(self._matching)
        found += [index for index, judgement in self._judged.items() if judgement.matched]
        return found
