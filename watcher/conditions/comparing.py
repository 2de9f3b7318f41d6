"""What the kinds `amount` and `price` and the event's options of that name share: one comparison with a unit.

Never converts silently: the words of a comparison that holds by a rate name the rate and its day.
Source: the rule language, section 2, "Value syntax".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator

from watcher.conditions.base import Context, refusal
from watcher.core.facts.rates import Rate, Rates
from watcher.core.units import CURRENCIES, MASSES, Unit, unit

_NUMBER = r"\d{1,15}(?:\.\d{1,9})?"
_SCALE = r"(?:\s(?P<{}>thousand|million|billion|trillion))?"
_WRITTEN = re.compile(
    rf"(?:(?P<sign>>=|<=|>|<|=)\s*(?P<value>{_NUMBER})|(?P<low>{_NUMBER}){_SCALE.format('of_low')}\sto\s(?P<high>{_NUMBER}))"
    rf"{_SCALE.format('scale')}\s(?P<unit>\S(?:.{{0,30}}\S)?)"
)
_TIMES = {None: 1, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_CALLED = {"": ">= 100 million USD", "price": ">= 80 USD/kg"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """An amount in the unit that a comparison asks for; `rate` if it was converted from another currency."""

    low: Decimal
    high: Decimal
    rate: Rate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """`>= 100 million USD`, `5 to 20 million USD` (both ends in): the lower and upper bound that a value may have."""

    least: Decimal | None
    most: Decimal | None
    strict: bool
    unit: Unit
    written: str

    def holds(self, worth: Worth) -> bool:
        """Whether some value from the low to the high end fits: a range said counts where it reaches."""
        if self.least is not None and not (worth.high > self.least if self.strict else worth.high >= self.least):
            return False
        return self.most is None or (worth.low < self.most if self.strict else worth.low <= self.most)

    def worth(
        self, low: Decimal, high: Decimal | None, of: str, per: str | None, rates: Rates, day: date | None
    ) -> Worth | None:
        """What is said, in the comparison's unit; None where the two can't be compared."""
        rate = rates.rate(of, self.unit.of, day)
        masses = _masses(per, self.unit.per)
        if rate is None or masses is None:
            return None
        times = rate.value * masses
        return Worth(low=low * times, high=(low if high is None else high) * times, rate=rate if rate.since else None)


def _masses(per: str | None, asked: str | None) -> Decimal | None:
    """How many of the unit priced make one of the unit asked for."""
    if per == asked:
        return Decimal(1)
    # An mtu holds oxide and not metal, so it is compared with itself only.
    if per is None or asked is None or "mtu" in {per, asked} or per not in MASSES or asked not in MASSES:
        return None
    return MASSES[asked] / MASSES[per]


def comparison(text: str, *, price: bool) -> Comparison:
    """The comparison that this text writes. Raises ValueError with a sentence."""
    found = _WRITTEN.fullmatch(" ".join(text.split()))
    example = _CALLED["price" if price else ""]
    if found is None:
        raise ValueError(f'"{text}" is no {"price" if price else "amount"}; say "{example}"')
    of = unit(found["unit"])
    if of.is_price is not price or (not price and (of.of not in CURRENCIES or of.per is not None)):
        raise ValueError(f'"{found["unit"]}" is no {"price" if price else "currency"}; say "{example}"')
    times = _TIMES[found["scale"]]
    if found["sign"] is None:
        low = Decimal(found["low"]) * (_TIMES[found["of_low"]] if found["of_low"] else times)
        high = Decimal(found["high"]) * times
        if low > high:
            raise ValueError(f'"{text}" ends below its beginning')
        return Comparison(least=low, most=high, strict=False, unit=of, written=text)
    sign, value = found["sign"], Decimal(found["value"]) * times
    return Comparison(
        least=value if sign in {">=", ">", "="} else None,
        most=value if sign in {"<=", "<", "="} else None,
        strict=sign in {">", "<"},
        unit=of,
        written=text,
    )


def _checked(text: str, *, price: bool) -> str:
    try:
        comparison(text, price=price)
    except ValueError as error:
        raise refusal("R026", str(error)) from None
    return text


def _said(value: object) -> object:
    """A bare number as the text that it would be, so that it is told what it lacks."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


AS_TEXT = BeforeValidator(_said, json_schema_input_type=str)
"""For an option of words that may be a bare number."""
AmountText = Annotated[str, AS_TEXT, AfterValidator(lambda text: _checked(text, price=False))]
PriceText = Annotated[str, AS_TEXT, AfterValidator(lambda text: _checked(text, price=True))]


def by_rate(worth: Worth, into: str) -> str:
    """By which rate of which day an amount was compared, in words; "" where it needed none."""
    if worth.rate is None:
        return ""
    return f", at {worth.rate.value:.4g} {into} (rate of {worth.rate.since})"


def rates_of(context: Context) -> Rates:
    """The rates that amounts in other currencies are compared by."""
    return context.understander.rates if context.understander is not None else Rates()
