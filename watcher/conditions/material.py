"""The condition `material`: a material of the lexicon is named in the zones asked for."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from watcher.conditions.base import ConditionOptions, Context
from watcher.conditions.naming import NamingOptions, Values, named_condition
from watcher.core.lexicon.model import Sort
from watcher.core.rules.model import Condition


class MaterialOptions(NamingOptions):
    """Options of `material`."""

    material: Values = Field(
        min_length=1,
        description="ids, families (rare_earths), official lists (us25, critical) or named lists of materials",
    )


class Material:
    """The kind `material`."""

    kind: ClassVar[str] = "material"
    Options: ClassVar[type[ConditionOptions]] = MaterialOptions

    @classmethod
    def build(cls, options: MaterialOptions, context: Context) -> Condition:
        """The condition."""
        return named_condition(cls.kind, Sort.MATERIAL, options.material, options.zones, context)
