"""Points of a series: what their values are in another unit, tax and exchange rate taken into account.

Never invents a rate: a value whose rate is not known, or is too old, stays as it was published and says so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Context, Decimal, InvalidOperation
from typing import Final

from watcher.core.model import Point
from watcher.core.units import MASSES, Unit

UNCONVERTED: Final = "unconverted"
"""The flag of a point that waits for its exchange rate."""
MISSING: Final = "missing"
FRESH: Final = timedelta(days=7)
"""A rate serves for so long; a point of that age or older does not."""
_DAY: Final = timedelta(days=1)
_DIGITS: Final = 10
_EXACT: Final = Context(prec=34)
_SHOWN: Final = Context(prec=_DIGITS)
_LARGEST: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What values are measured in, and what they are converted to; `fx` names the series of the exchange rate."""

    unit: Unit | None = None
    to: Unit | None = None
    vat: Decimal | None = None
    fx: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """An exchange rate: how much of `unit.of` one `unit.per` was worth at a time."""

    unit: Unit
    at: datetime
    value: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """A point in its series' own unit: its value, or none and why. `rate` is what it was converted with."""

    value: str | None = None
    flags: tuple[str, ...] = ()
    rate: Rate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PointRecord:
    """A point as it is stored: what was published, in which unit, and what that is `into` another."""

    at: datetime
    revision: int
    value: str | None
    unit: str
    into: str
    conversion: Conversion
    released: datetime | None
    seen: datetime


def decimal_of(text: str) -> Decimal | None:
    """The finite number that a text is, or None; what has hundreds of digits is no measurement."""
    if len(text) > _LARGEST:
        return None
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() and abs(value.adjusted()) < _LARGEST else None


def fault_of(measure: Measure) -> str | None:
    """Why a conversion cannot be, in words, or None."""
    old, new = measure.unit, measure.to
    if new is None:
        return None
    if old is None:
        return "convert needs unit: the one that values are published in"
    if (old.is_price, new.is_price) == (True, True):
        return _tax_fault(measure) or _currency_fault(measure, old, new)
    if old.per is None and new.per is None and old.of in MASSES and new.of in MASSES:
        return "fx and vat are for prices" if measure.fx or measure.vat is not None else None
    return f"{old} cannot be converted to {new}"


def _tax_fault(measure: Measure) -> str | None:
    assert measure.unit is not None
    assert measure.to is not None
    if measure.unit.with_vat != measure.to.with_vat and measure.vat is None:
        return f"{measure.unit} to {measure.to} needs vat: the factor, such as 1.13"
    if measure.unit.with_vat == measure.to.with_vat and measure.vat is not None:
        return (
            f"vat has no effect from {measure.unit} to {measure.to}; write CNY/t incl VAT where the tax is in the price"
        )
    return None


def _currency_fault(measure: Measure, old: Unit, new: Unit) -> str | None:
    if old.of != new.of and measure.fx is None:
        return f"{old} to {new} needs fx: a series source whose unit is {old.of}/{new.of}"
    if old.of == new.of and measure.fx is not None:
        return f"fx has no effect from {old} to {new}"
    return None


def rate_fault(measure: Measure, unit: Unit | None) -> str | None:
    """Why a series of that unit cannot give the rate, in words, or None."""
    if measure.unit is None or measure.to is None or measure.fx is None:
        return None
    wanted = {measure.unit.of, measure.to.of}
    if unit is not None and unit.is_rate and {unit.of, unit.per} == wanted:
        return None
    return f"the unit of {measure.fx} is {unit or 'not said'}; a rate of {measure.unit.of}/{measure.to.of} is needed"


def serves(rate_at: datetime, at: datetime) -> bool:
    """Whether a rate of that time serves for a value of the other: of its day, or less than seven days older."""
    return at - FRESH < rate_at < at + _DAY


def convert(value: str | None, measure: Measure, rate: Rate | None) -> Conversion:
    """A published value in the unit that its series is converted to."""
    if value is None:
        return Conversion(flags=(MISSING,))
    amount = decimal_of(value)
    if measure.unit is None or measure.to is None or amount is None:
        return Conversion()
    old, new = measure.unit, measure.to
    if old.per is None or new.per is None:
        return Conversion(value=_written(_EXACT.divide(_EXACT.multiply(amount, MASSES[old.of]), MASSES[new.of])))
    if old.with_vat != new.with_vat and measure.vat is not None:
        factor = measure.vat
        amount = _EXACT.divide(amount, factor) if old.with_vat else _EXACT.multiply(amount, factor)
    amount = _EXACT.divide(_EXACT.multiply(amount, MASSES[new.per]), MASSES[old.per])
    if old.of == new.of:
        return Conversion(value=_written(amount))
    if rate is None or rate.value <= 0:
        return Conversion(flags=(UNCONVERTED,))
    priced = rate.unit.of == old.of
    amount = _EXACT.divide(amount, rate.value) if priced else _EXACT.multiply(amount, rate.value)
    return Conversion(value=_written(amount), rate=rate)


def revised(measure: Measure, point: Point, old: PointRecord | None, seen: datetime) -> PointRecord | None:
    """The point's next revision, still unconverted; the old one where only its unit is another; None if it is known.

    What was released before the revision that is stored is no news either.
    """
    unit, into = str(measure.unit or ""), str(measure.to or "")
    if old is not None and point.released is not None and old.released is not None and point.released < old.released:
        return None
    if old is not None and _same(old.value, point.value):
        return None if (old.unit, old.into) == (unit, into) else replace(old, unit=unit, into=into)
    return PointRecord(
        at=point.at,
        revision=1 if old is None else old.revision + 1,
        value=point.value,
        unit=unit,
        into=into,
        conversion=Conversion(),
        released=point.released,
        seen=seen,
    )


def _same(old: str | None, new: str | None) -> bool:
    """Whether two values are the same number, however they are written."""
    if old is None or new is None:
        return old is new
    return old == new or decimal_of(old) == decimal_of(new) is not None


def _written(value: Decimal) -> str:
    """A number in plain digits, ten of them that mean something."""
    text = f"{_SHOWN.plus(value):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
