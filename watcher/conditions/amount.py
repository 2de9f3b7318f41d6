"""The condition `amount`: new money of that size is told; totals, forecasts and a sum said again don't count.

Never says who pays whom: that is an event's business.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field

from watcher.conditions.base import ONE_OR_MORE, ConditionOptions, Context, Smell, closed, passages, some_of, zones_of
from watcher.conditions.comparing import AmountText, Comparison, by_rate, comparison, rates_of
from watcher.conditions.naming import NamingOptions
from watcher.core.facts.model import Money
from watcher.core.facts.money import ROLES
from watcher.core.facts.rates import Rates
from watcher.core.facts.reading import facts_of
from watcher.core.model import Zone
from watcher.core.rules.model import Condition, Finding
from watcher.core.text.plain import Span
from watcher.core.text.reading import Reading


def _checked(name: str) -> str:
    return closed(name, ROLES, "role")


class AmountOptions(NamingOptions):
    """Options of `amount`."""

    amount: AmountText = Field(description='a comparison with a currency: ">= 100 million USD", "5 to 20 million EUR"')
    role: Annotated[tuple[Annotated[str, AfterValidator(_checked)], ...], ONE_OR_MORE] = Field(
        default=(), description=f"what the money is for, any by default: {', '.join(ROLES)}"
    )
    up_to: Literal["count", "skip"] = Field(default="count", description="whether a ceiling (up to 10 million) counts")


@dataclass(frozen=True, slots=True, kw_only=True)
class AmountCondition:
    """One `amount` clause."""

    asked: Comparison
    roles: frozenset[str]
    ceilings: bool
    rates: Rates
    zones: frozenset[Zone]
    says: str
    smells: tuple[Smell, ...] = ()
    needs: tuple[str, ...] | None = None
    kind: str = "amount"
    sentence_bound: bool = True

    def look(self, reading: Reading, within: Span | None = None) -> Finding:
        """Whether one sum fits, with every one that does."""
        fitting: dict[str, list[Span]] = {}
        seen = False
        for money in self._counting(reading, within):
            seen = True
            worth = self.asked.worth(money.amount, money.most, money.currency, None, self.rates, reading.published)
            if worth is not None and self.asked.holds(worth):
                fitting.setdefault(by_rate(worth, self.asked.unit.of), []).append((money.start, money.end))
        evidence = tuple(
            each for note, spans in fitting.items() for each in passages(reading, f"{self.says}{note}", spans)
        )
        if evidence:
            return Finding(holds=True, evidence=evidence)
        return Finding(holds=False, why="no new money of that size is told" if seen else "no new money is told")

    def _counting(self, reading: Reading, within: Span | None) -> Iterator[Money]:
        """The sums that count at all."""
        for money in facts_of(reading).money:
            if (
                money.fresh
                and money.same_as is None
                and (not self.roles or money.role in self.roles)
                and (self.ceilings or not money.up_to)
                and reading.zone_at(money.start) in self.zones
                and (within is None or (within[0] <= money.start and money.end <= within[1]))
            ):
                yield money


class Amount:
    """The kind `amount`."""

    kind: ClassVar[str] = "amount"
    Options: ClassVar[type[ConditionOptions]] = AmountOptions

    @classmethod
    def build(cls, options: AmountOptions, context: Context) -> Condition:
        """The condition."""
        said = [f"amount: {options.amount}"]
        said += [f"role {some_of(options.role)}"] if options.role else []
        said += ["without ceilings"] if options.up_to == "skip" else []
        said += [f"in {some_of(options.zones)}"] if options.zones != ("news",) else []
        return AmountCondition(
            asked=comparison(options.amount, price=False),
            roles=frozenset(options.role),
            ceilings=options.up_to == "count",
            rates=rates_of(context),
            zones=zones_of(options.zones),
            says=", ".join(said),
        )
