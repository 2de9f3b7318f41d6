"""What the kinds `organisation`, `material` and `place` share: a thing of the lexicon is named where it is asked for.

Never tells what is said of the thing: that is an event's business.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from watcher.conditions.base import (
    ONE_OR_MORE,
    ConditionOptions,
    Context,
    NewsZones,
    Smell,
    passages,
    refusal,
    refuse,
    some_of,
    zones_of,
)
from watcher.conditions.countries import Countries
from watcher.core.lexicon.lookup import written
from watcher.core.lexicon.model import Sort
from watcher.core.lexicon.names import Names
from watcher.core.model import Zone
from watcher.core.rules.model import Finding
from watcher.core.text.plain import Span
from watcher.core.text.reading import Reading
from watcher.core.text.spelling import did_you_mean

Values = Annotated[tuple[str, ...], ONE_OR_MORE]


class NamingOptions(ConditionOptions):
    """What the kinds have in common."""

    zones: NewsZones = ("news",)


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedCondition:
    """One clause that asks for a name."""

    kind: str
    sort: Sort
    ids: frozenset[str]
    names: Names
    zones: frozenset[Zone]
    says: str
    where: str
    countries: Countries | None = None
    smells: tuple[Smell, ...] = ()
    needs: tuple[str, ...] | None = None
    sentence_bound: bool = True

    def look(self, reading: Reading, within: Span | None = None) -> Finding:
        """Whether one of the things is named, with every place."""
        spans = [
            (named.start, named.end)
            for named in self.names.find(reading)
            if named.sort is self.sort
            and named.id in self.ids
            and named.zone in self.zones
            and (within is None or (within[0] <= named.start and named.end <= within[1]))
            and (self.countries is None or self.countries.agree(reading, named, self.names))
        ]
        if spans:
            return Finding(holds=True, evidence=passages(reading, self.says, spans))
        of_country = " with its country" if self.countries is not None else ""
        return Finding(holds=False, why=f"none of them is named in {self.where}{of_country}")


def named_condition(
    kind: str,
    sort: Sort,
    values: tuple[str, ...],
    zones: tuple[str, ...],
    context: Context,
    countries: Countries | None = None,
) -> NamedCondition:
    """The condition of one of the three kinds. Raises R017 for a name that nobody knows.

    Args: countries: where not None, each thing's country must agree with what is said beside its name.
    """
    where = some_of(zones)
    tail = ("" if zones == ("news",) else f", in {where}") + ("" if countries is None else ", of the same country")
    return NamedCondition(
        kind=kind,
        sort=sort,
        ids=ids_of(values, sort, context),
        names=names_of(context),
        zones=zones_of(zones),
        says=f"{kind}: {some_of(values)}{tail}",
        where=where,
        countries=countries,
    )


def names_of(context: Context) -> Names:
    """The lexicon's names. Raises R017 where conditions are built without one."""
    if context.understander is None:
        raise refusal("R017", "names can't be looked up here: the lexicon is not loaded")
    return context.understander.names


def ids_of(values: Iterable[str], sort: Sort, context: Context, *also: Sort) -> frozenset[str]:
    """The ids that these names stand for: things, families, lists, kinds, countries, regions, lists of the rule set.

    Raises R017 for names that nobody knows, all at once.
    Args: `also` are sorts whose members count too, such as the country where organisations are asked for.
    """
    names = names_of(context)
    listed = context.entities.get(sort, {})
    found: set[str] = set()
    faults: list[Exception] = []
    for value in values:
        key = value.strip("<>")
        members = listed.get(key) or frozenset(each for of, each in names.members(key) if of is sort or of in also)
        if not members and key not in listed:  # what is amiss with a list is told where it stands
            hint = written(names, key, sort) or did_you_mean(key, (*listed, *names.group_names))
            faults.append(refusal("R017", f'unknown {sort.value} "{value}"{hint}', at=value))
        found |= members
    refuse(faults)
    return frozenset(found)
