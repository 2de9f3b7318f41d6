"""The condition `fuzzy`: words of one sentence are like a phrase, though they may be misspelt.

Never compares meanings, and is no proof that two names are one: names are the lexicon's.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from watcher.conditions.base import (
    MOST_EVIDENCE,
    ONE_OR_MORE,
    ConditionOptions,
    Context,
    NewsZones,
    Smell,
    passages,
    refusal,
    some_of,
    zones_of,
)
from watcher.core.lexicon.model import Sort
from watcher.core.model import Zone
from watcher.core.rules.model import Condition, Finding
from watcher.core.text.misspelt import Misspelt, phrase_fault
from watcher.core.text.plain import Span
from watcher.core.text.reading import Reading


def checked_phrase(phrase: str) -> str:
    """A phrase that is long enough and written with spaces. Raises R030."""
    fault = phrase_fault(phrase)
    if fault is not None:
        raise refusal("R030", fault)
    return phrase


class FuzzyOptions(ConditionOptions):
    """Options of `fuzzy`."""

    fuzzy: Annotated[tuple[Annotated[str, AfterValidator(checked_phrase)], ...], ONE_OR_MORE] = Field(
        min_length=1, description="phrases of 8 letters or more, any of which occurs, misspelt or not"
    )
    at_least: int = Field(default=90, ge=80, le=100, description="how alike, in per cent (Indel ratio): 80 to 100")
    zones: NewsZones = ("news",)


@dataclass(frozen=True, slots=True, kw_only=True)
class FuzzyCondition:
    """One `fuzzy` clause."""

    phrases: Misspelt
    zones: frozenset[Zone]
    says: str
    where: str
    smells: tuple[Smell, ...]
    needs: tuple[str, ...] | None
    kind: str = "fuzzy"
    sentence_bound: bool = True

    def look(self, reading: Reading, within: Span | None = None) -> Finding:
        """Whether words like a phrase stand in one sentence; says how alike they are."""
        alike = tuple(islice(self.phrases.find(reading, reading.sentences_in(self.zones, within)), MOST_EVIDENCE))
        if not alike:
            return Finding(holds=False, why=f"nothing is {self.phrases.at_least} % like it in {self.where}")
        evidence = tuple(
            found
            for each in alike
            for found in passages(reading, f"fuzzy: {each.phrase} ({each.ratio:.0f} % alike)", [(each.start, each.end)])
        )
        return Finding(holds=True, evidence=evidence)


class Fuzzy:
    """The kind `fuzzy`."""

    kind: ClassVar[str] = "fuzzy"
    Options: ClassVar[type[ConditionOptions]] = FuzzyOptions

    @classmethod
    def build(cls, options: FuzzyOptions, context: Context) -> Condition:
        """The condition, its phrases made ready once; warns of names that the lexicon knows (R077)."""
        phrases = Misspelt(options.fuzzy, options.at_least)
        where = some_of(options.zones)
        tail = "" if options.zones == ("news",) else f", in {where}"
        return FuzzyCondition(
            phrases=phrases,
            zones=zones_of(options.zones),
            says=f"fuzzy: {some_of(options.fuzzy)}, {options.at_least} % alike{tail}",
            where=where,
            smells=tuple(
                Smell(code="R077", text=f'"{phrase}" is an organisation\'s name: add the misspelling to the lexicon')
                for phrase in options.fuzzy
                if _is_name(phrase, context)
            ),
            needs=phrases.literals,
        )


def _is_name(phrase: str, context: Context) -> bool:
    understander = context.understander
    return understander is not None and bool(understander.names.called(Sort.ORGANISATION, phrase))
