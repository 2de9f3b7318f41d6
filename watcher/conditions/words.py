"""The condition `words`: one item of a list occurs in the zones asked for.

Never knows what an item means; hedges and denials are not read here.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from watcher.conditions.base import (
    ONE_OR_MORE,
    TOP,
    ConditionOptions,
    Context,
    NewsZones,
    Smell,
    passages,
    quotes,
    shown,
    some_of,
    zones_of,
)
from watcher.conditions.wording import checked_item, checked_language, compiled, concepts_of, listed_under
from watcher.core.model import Evidence, Zone
from watcher.core.rules.model import Condition, Finding
from watcher.core.text.plain import Span
from watcher.core.text.reading import Reading
from watcher.core.text.standing import Standing
from watcher.core.text.words import WordList, inside, longest, most_forms_note


class WordsOptions(ConditionOptions):
    """Options of `words`."""

    words: Annotated[tuple[Annotated[str, AfterValidator(checked_item)], ...], ONE_OR_MORE] = Field(
        min_length=1, description="items, any of which occurs; <name> stands for the list of that name"
    )
    language: Annotated[tuple[Annotated[str, AfterValidator(checked_language)], ...], ONE_OR_MORE] = Field(
        default=(), description="languages that the items are listed under; any by default"
    )
    zones: NewsZones = ("news",)


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsCondition:
    """One `words` clause. `lists` are its own items and, each apart so that its masks stay its own, named lists.

    `seeks` is its list, if it is one whose items can be found where a scan of the whole article has met them.
    """

    lists: tuple[WordList, ...]
    zones: frozenset[Zone]
    says: str
    where: str
    smells: tuple[Smell, ...]
    needs: tuple[str, ...] | None
    seeks: WordList | None
    kind: str = "words"
    sentence_bound: bool = True

    @property
    def asks(self) -> Hashable:
        """What it asks, its words included."""
        return self.lists, self.zones, self.says

    def proof(self, path: str, reading: Reading, standing: Standing) -> tuple[Evidence, ...] | None:
        """Every occurrence in the article as evidence of the clause at that path; None if no item occurs."""
        if self.seeks is None or self.seeks.numbers is None:
            spans = self._found(reading, reading.stretches(self.zones))
            return shown(self.says, quotes(reading, spans), path) if spans else None
        asked = self.seeks.numbers & standing.possible
        if not asked:
            return None
        known = standing.quoted.get((asked, self.zones))
        if known is None:
            spans = inside(standing.find(reading, asked), reading.stretches(self.zones))
            known = standing.quoted[asked, self.zones] = quotes(reading, spans)
        return shown(self.says, known, path) if known else None

    def look(self, reading: Reading, within: Span | None = None) -> Finding:
        """Whether an item occurs, with every occurrence. Rules that ask for the same share the answer."""
        if within is not None:
            return self._look(reading, within)
        return reading.remember(self.asks, lambda: self._look(reading, None))

    def _look(self, reading: Reading, within: Span | None) -> Finding:
        spans = self._found(reading, reading.stretches(self.zones, within))
        if spans:
            return Finding(holds=True, evidence=passages(reading, self.says, spans))
        elsewhere = "" if reading.brief else self._elsewhere(reading, within)
        return Finding(holds=False, why=f"no item occurs in {self.where}{elsewhere}")

    def _found(self, reading: Reading, stretches: tuple[Span, ...]) -> Sequence[Span]:
        if len(self.lists) == 1:
            return self.lists[0].find(reading, stretches)
        return longest(span for words in self.lists for span in words.find(reading, stretches))

    def _elsewhere(self, reading: Reading, within: Span | None) -> str:
        if within is not None:
            return " of this stretch"
        found = {reading.zone_at(start) for start, _ in self._found(reading, reading.paragraphs)}
        names = sorted(zone.value for zone in found if zone is not None)
        return f" (only in {', '.join(names)})" if names else ""


class Words:
    """The kind `words`."""

    kind: ClassVar[str] = "words"
    Options: ClassVar[type[ConditionOptions]] = WordsOptions

    @classmethod
    def build(cls, options: WordsOptions, context: Context) -> Condition:
        """The condition; items and each named list are compiled once."""
        listed = [listed_under(concept, options.language) for concept in concepts_of(options.words, context)]
        lists = tuple(compiled(each, context) for each in listed)
        zones, where = _one(zones_of(options.zones)), some_of(options.zones)
        tail = "" if options.zones == ("news",) else f", in {where}"
        return WordsCondition(
            lists=lists,
            zones=zones,
            says=f"words: {some_of(options.words)}{tail}",
            where=where,
            smells=tuple(Smell(code="R075", text=most_forms_note(*many)) for words in lists for many in words.reduced),
            needs=tuple(dict.fromkeys(literal for words in lists for literal in words.literals)),
            seeks=lists[0] if len(lists) == 1 and lists[0].numbers and not zones <= TOP else None,
        )


@lru_cache
def _one(zones: frozenset[Zone]) -> frozenset[Zone]:
    """The zones as all clauses have them: one object for equal ones, which are quicker to look up."""
    return zones
