"""The condition `organisation`: an organisation of the lexicon is named in the zones asked for."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from watcher.conditions.base import ConditionOptions, Context
from watcher.conditions.countries import Countries
from watcher.conditions.naming import NamingOptions, Values, named_condition
from watcher.core.lexicon.model import Sort
from watcher.core.rules.model import Condition


class OrganisationOptions(NamingOptions):
    """Options of `organisation`."""

    organisation: Values = Field(
        min_length=1, description="ids, kinds (agency ...), countries or named lists of organisations"
    )
    same_country: bool = Field(
        default=False,
        description="true: where a country stands beside the name, it must be that of the organisation or of its list",
    )


class Organisation:
    """The kind `organisation`."""

    kind: ClassVar[str] = "organisation"
    Options: ClassVar[type[ConditionOptions]] = OrganisationOptions

    @classmethod
    def build(cls, options: OrganisationOptions, context: Context) -> Condition:
        """The condition."""
        countries = Countries(listed=context.countries) if options.same_country else None
        return named_condition(cls.kind, Sort.ORGANISATION, options.organisation, options.zones, context, countries)
