"""The condition `document`: the number of a document stands in the article, in whatever form it is printed.

Never takes part of a number for the whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pydantic import Field

from watcher.conditions.base import ConditionOptions, Context, Smell, passages, some_of, zones_of
from watcher.conditions.naming import NamingOptions
from watcher.conditions.numbered import Numbers
from watcher.core.facts.reading import facts_of
from watcher.core.model import Zone
from watcher.core.rules.model import Condition, Finding
from watcher.core.text.plain import Span
from watcher.core.text.reading import Reading


class DocumentOptions(NamingOptions):
    """Options of `document`."""

    document: Numbers = Field(
        min_length=1, description='numbers in their normal form: "2025-61", "H.R. 4090 (119)", "E.O. 14241"'
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentCondition:
    """One `document` clause."""

    numbers: frozenset[str]
    zones: frozenset[Zone]
    says: str
    smells: tuple[Smell, ...] = ()
    needs: tuple[str, ...] | None = None
    kind: str = "document"
    sentence_bound: bool = True

    def look(self, reading: Reading, within: Span | None = None) -> Finding:
        """Whether one of the numbers stands there, with every place."""
        found = facts_of(reading).documents
        spans = [
            (each.start, each.end)
            for each in found
            if each.number in self.numbers
            and reading.zone_at(each.start) in self.zones
            and (within is None or (within[0] <= each.start and each.end <= within[1]))
        ]
        if spans:
            return Finding(holds=True, evidence=passages(reading, self.says, spans))
        others = f" but {some_of(dict.fromkeys(each.number for each in found))}" if found else ""
        return Finding(holds=False, why=f"none of these numbers{others}")


class DocumentKind:
    """The kind `document`."""

    kind: ClassVar[str] = "document"
    Options: ClassVar[type[ConditionOptions]] = DocumentOptions

    @classmethod
    def build(cls, options: DocumentOptions, _: Context) -> Condition:
        """The condition."""
        tail = "" if options.zones == ("news",) else f", in {some_of(options.zones)}"
        return DocumentCondition(
            numbers=frozenset(options.document),
            zones=zones_of(options.zones),
            says=f"document: {some_of(options.document)}{tail}",
        )
