"""The condition `place`: a place of the lexicon is named in the zones asked for."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from watcher.conditions.base import ConditionOptions, Context
from watcher.conditions.naming import NamingOptions, Values, named_condition
from watcher.core.lexicon.model import Sort
from watcher.core.rules.model import Condition


class PlaceOptions(NamingOptions):
    """Options of `place`."""

    place: Values = Field(
        min_length=1, description="ids, countries, regions (europe) or named lists of places; met by any place inside"
    )


class Place:
    """The kind `place`."""

    kind: ClassVar[str] = "place"
    Options: ClassVar[type[ConditionOptions]] = PlaceOptions

    @classmethod
    def build(cls, options: PlaceOptions, context: Context) -> Condition:
        """The condition."""
        return named_condition(cls.kind, Sort.PLACE, options.place, options.zones, context)
