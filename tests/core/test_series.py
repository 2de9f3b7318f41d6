"""Units, tax and exchange rates: what a price is in another unit, and what stays as it was published."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.core.model import Point
from watcher.core.series import (
    Conversion,
    Measure,
    PointRecord,
    Rate,
    convert,
    decimal_of,
    fault_of,
    rate_fault,
    revised,
    serves,
)
from watcher.core.units import CURRENCIES, MASSES, Unit, unit

AT = datetime(2026, 11, 20, tzinfo=UTC)
NDPR = Measure(unit=unit("CNY/t incl VAT"), to=unit("USD/kg"), vat=Decimal("1.13"), fx="usdcny")


def rate(value: str, of: str = "CNY/USD") -> Rate:
    return Rate(unit=unit(of), at=AT, value=Decimal(value))


def test_a_chinese_price_with_tax_in_dollars_without():
    found = convert("868000", NDPR, rate("7.05"))

    assert found.value == "108.9562543"
    assert abs(Decimal("108.95") - Decimal(found.value)) < Decimal("0.01")
    assert (found.flags, found.rate) == ((), rate("7.05"))
    assert convert("868000", NDPR, rate("0.125", "USD/CNY")).value == "96.01769912"


@pytest.mark.parametrize(
    ("value", "old", "new", "there"),
    [
        ("9000", "USD/t", "USD/kg", "9"),
        ("4", "USD/lb", "USD/t", "8818.490487"),
        ("300", "USD/mtu", "USD/kg", "30"),
        ("31.1034768", "USD/oz", "USD/g", "1"),
        ("2", "t", "kg", "2000"),
        ("1", "lb", "g", "453.59237"),
    ],
)
def test_masses_are_converted_exactly(value, old, new, there):
    assert convert(value, Measure(unit=unit(old), to=unit(new)), None).value == there


def test_what_has_no_rate_waits_for_it_and_what_is_missing_stays_so():
    assert convert("868000", NDPR, None) == Conversion(flags=("unconverted",))
    assert convert(None, NDPR, rate("7.05")) == Conversion(flags=("missing",))
    assert convert("5", Measure(unit=unit("USD/t")), None) == Conversion()


@pytest.mark.parametrize(
    ("days", "right"), [(0, True), (1, True), (6.9, True), (7, False), (30, False), (-0.9, True), (-1, False)]
)
def test_a_rate_serves_for_less_than_seven_days(days, right):
    assert serves(AT - timedelta(days=days), AT) is right


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("CNY/t incl VAT", Unit(of="CNY", per="t", with_vat=True)),
        ("CNY / t  excl. vat", Unit(of="CNY", per="t")),
        ("USD/lb", Unit(of="USD", per="lb")),
        ("CNY/USD", Unit(of="CNY", per="USD")),
        ("t", Unit(of="t")),
        ("%", Unit(of="%")),
    ],
)
def test_units_are_read_and_written_alike(text, there):
    assert unit(text) == there
    assert unit(str(there)) == there


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("USD/tonne", 'unknown unit "tonne", did you mean "t"?'),
        ("USD/kgg", 'unknown unit "kgg", did you mean "kg"?'),
        ("UDS/kg", 'unknown unit "UDS", did you mean "USD"?'),
        ("RMB/t", 'unknown unit "RMB", did you mean "CNY"?'),
        ("$/t", 'unknown unit "$", did you mean "USD"?'),
        ("kg/t", "kg is no currency"),
        ("t incl VAT", "only a price has VAT in it"),
        ("CNY/USD incl VAT", "only a price has VAT in it"),
        ("dollars for each kilogram", "is no unit; write USD/kg"),
    ],
)
def test_what_is_no_unit_is_told_with_what_is_meant(text, said):
    with pytest.raises(ValueError, match=r"unit|price") as caught:
        unit(text)

    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "vat", "fx", "said"),
    [
        (None, "USD/kg", None, None, "convert needs unit"),
        ("CNY/t incl VAT", "USD/kg", None, "fx", "needs vat: the factor"),
        ("CNY/t", "USD/kg", "1.13", "fx", "vat has no effect"),
        ("CNY/t", "USD/kg", None, None, "needs fx: a series source whose unit is CNY/USD"),
        ("USD/t", "USD/kg", None, "fx", "fx has no effect"),
        ("USD/t", "t", None, None, "USD/t cannot be converted to t"),
        ("%", "t", None, None, "% cannot be converted to t"),
        ("t", "kg", "1.13", None, "fx and vat are for prices"),
        ("CNY/t incl VAT", "USD/kg", "1.13", "fx", None),
        ("t", "kg", None, None, None),
    ],
)
def test_a_conversion_that_cannot_be_says_what_is_wanting(old, new, vat, fx, said):
    fault = fault_of(Measure(unit=unit(old) if old else None, to=unit(new), vat=Decimal(vat) if vat else None, fx=fx))

    assert (fault is None) if said is None else said in str(fault)


def test_a_rate_must_be_of_the_two_currencies():
    assert rate_fault(NDPR, unit("CNY/USD")) is None
    assert rate_fault(NDPR, unit("USD/CNY")) is None
    assert rate_fault(NDPR, unit("JPY/USD")) == "the unit of usdcny is JPY/USD; a rate of CNY/USD is needed"
    assert rate_fault(NDPR, None) == "the unit of usdcny is not said; a rate of CNY/USD is needed"


def stored(value: str | None, revision: int = 1, released: datetime | None = None) -> PointRecord:
    return PointRecord(
        at=AT,
        revision=revision,
        value=value,
        unit="CNY/t incl VAT",
        into="USD/kg",
        conversion=Conversion(),
        released=released,
        seen=AT,
    )


def test_another_value_is_a_revision_and_the_same_one_is_none():
    assert revised(NDPR, Point(at=AT, value="868000"), None, AT) == stored("868000")
    assert revised(NDPR, Point(at=AT, value="868000.00"), stored("868000"), AT) is None
    assert revised(NDPR, Point(at=AT, value="869000"), stored("868000"), AT) == stored("869000", 2)
    assert revised(NDPR, Point(at=AT, value=None), stored("868000"), AT) == stored(None, 2)
    assert revised(NDPR, Point(at=AT, value=None), stored(None), AT) is None
    older = Point(at=AT, value="1", released=AT - timedelta(days=1))
    assert revised(NDPR, older, stored("868000", released=AT), AT) is None


def test_the_same_value_in_another_unit_is_no_revision_but_derived_anew():
    found = revised(Measure(unit=unit("CNY/t")), Point(at=AT, value="868000"), stored("868000", 3), AT)

    assert found is not None
    assert (found.revision, found.value, found.unit, found.into) == (3, "868000", "CNY/t", "")


@given(
    st.decimals(min_value="0.0001", max_value="1e9", places=4),
    st.sampled_from(sorted(MASSES)),
    st.sampled_from(sorted(MASSES)),
)
def test_there_and_back_is_the_same_price(value, one, other):
    there = convert(str(value), Measure(unit=unit(f"USD/{one}"), to=unit(f"USD/{other}")), None).value
    back = convert(str(there), Measure(unit=unit(f"USD/{other}"), to=unit(f"USD/{one}")), None).value

    assert back is not None
    assert abs(Decimal(back) - value) <= value * Decimal("1e-8")


@given(st.text(max_size=50))
def test_no_text_is_a_number_that_breaks_anything(text):
    value = decimal_of(text)

    assert value is None or value.is_finite()
    assert len(CURRENCIES) > 150
