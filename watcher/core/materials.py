"""Materials by code: which of them a stretch of text names, the longest name first; never what is said of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from watcher.core.text.inflection import Inflection
from watcher.core.text.plain import Span
from watcher.core.text.reading import Reading
from watcher.core.text.words import WordItem, WordList

Names = Mapping[str, Sequence[str]]
"""Items by language."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Materials:
    """The names of materials, compiled. A longer name hides those inside it: samarium-cobalt is no cobalt."""

    codes: tuple[tuple[str, WordList], ...] = ()

    @classmethod
    def of(
        cls, names: Mapping[str, Names], within: Names, inflections: Mapping[str, Inflection] | None = None
    ) -> Materials:
        """Compile. `within` are longer words (companies, products) that hide the names inside them."""
        masks = tuple(_items(within))
        return cls(
            codes=tuple((code, WordList.of(_items(listed), masks, inflections)) for code, listed in names.items())
        )

    def find(self, reading: Reading, stretches: Iterable[Span]) -> tuple[str, ...]:
        """The codes named in these stretches, in the order in which they come first."""
        spans = tuple(stretches)
        hits = [(start, end, code) for code, words in self.codes for start, end in words.find(reading, spans)]
        found: dict[str, None] = {}
        reached = -1
        for start, end, code in sorted(hits, key=lambda hit: (hit[0], -hit[1])):
            if start >= reached:
                found[code] = None
                reached = end
        return tuple(found)


def _items(names: Names) -> Iterable[WordItem]:
    return (WordItem(text=text, language=language) for language, listed in names.items() for text in listed)
