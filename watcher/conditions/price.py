"""The condition `price`: a price by the unit is told that is that high or low, and of the material asked for.

Never takes a sum of money for a price: it must be by the kilogram, tonne or pound.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pydantic import Field

from watcher.conditions.base import ConditionOptions, Context, Smell, passages, some_of, zones_of
from watcher.conditions.comparing import Comparison, PriceText, by_rate, comparison, rates_of
from watcher.conditions.naming import NamingOptions, Values, ids_of, names_of
from watcher.core.facts.model import Price
from watcher.core.facts.rates import Rates
from watcher.core.facts.reading import facts_of
from watcher.core.lexicon.model import Sort
from watcher.core.lexicon.names import Names
from watcher.core.model import Zone
from watcher.core.rules.model import Condition, Finding
from watcher.core.text.plain import Span
from watcher.core.text.reading import Reading


class PriceOptions(NamingOptions):
    """Options of `price`."""

    price: PriceText = Field(description='a comparison with a unit: ">= 80 USD/kg", "< 30000 CNY/t", "8 to 9 USD/lb"')
    material: Values = Field(
        default=(), description="of what: materials, families, official lists named in its sentence"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceCondition:
    """One `price` clause; `names` finds the materials that its sentence must name one of."""

    asked: Comparison
    materials: frozenset[str]
    names: Names | None
    rates: Rates
    zones: frozenset[Zone]
    says: str
    smells: tuple[Smell, ...] = ()
    needs: tuple[str, ...] | None = None
    kind: str = "price"
    sentence_bound: bool = True

    def look(self, reading: Reading, within: Span | None = None) -> Finding:
        """Whether one price fits, with every one that does."""
        fitting: dict[str, list[Span]] = {}
        for price in facts_of(reading).prices:
            if within is not None and not (within[0] <= price.start and price.end <= within[1]):
                continue
            worth = self.asked.worth(price.amount, price.most, price.currency, price.per, self.rates, reading.published)
            if worth is not None and self.asked.holds(worth) and self._counts(reading, price):
                fitting.setdefault(by_rate(worth, self.asked.unit.of), []).append((price.start, price.end))
        evidence = tuple(
            each for note, spans in fitting.items() for each in passages(reading, f"{self.says}{note}", spans)
        )
        return Finding(holds=True, evidence=evidence) if evidence else Finding(holds=False, why="no such price is told")

    def _counts(self, reading: Reading, price: Price) -> bool:
        if reading.zone_at(price.start) not in self.zones:
            return False
        if self.names is None:
            return True
        start, end = next((each for each in reading.sentences if each[0] <= price.start < each[1]), (0, 0))
        return any(
            named.sort is Sort.MATERIAL and named.id in self.materials and start <= named.start < end
            for named in self.names.find(reading)
        )


class PriceKind:
    """The kind `price`."""

    kind: ClassVar[str] = "price"
    Options: ClassVar[type[ConditionOptions]] = PriceOptions

    @classmethod
    def build(cls, options: PriceOptions, context: Context) -> Condition:
        """The condition. Raises R017 for a material that nobody knows."""
        said = [f"price: {options.price}"]
        said += [f"material {some_of(options.material)}"] if options.material else []
        said += [f"in {some_of(options.zones)}"] if options.zones != ("news",) else []
        return PriceCondition(
            asked=comparison(options.price, price=True),
            materials=ids_of(options.material, Sort.MATERIAL, context) if options.material else frozenset(),
            names=names_of(context) if options.material else None,
            rates=rates_of(context),
            zones=zones_of(options.zones),
            says=", ".join(said),
        )
