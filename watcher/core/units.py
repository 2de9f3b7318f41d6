"""Units of published prices and quantities: what is known, and what one is worth in another; never any rounding.

Source: NIST SP 811 for masses; ISO 4217 for currencies; an mtu is 10 kg of the contained oxide, as tungsten is traded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from watcher.core.text.spelling import did_you_mean

MASSES: Final = {
    "g": Decimal("0.001"),
    "kg": Decimal(1),
    "t": Decimal(1000),
    "lb": Decimal("0.45359237"),
    "oz": Decimal("0.0311034768"),
    "mtu": Decimal(10),
}
"""Kilograms in a unit; metals are weighed in troy ounces, so that is what `oz` means."""
PURE: Final = ("%", "index", "points")
CURRENCIES: Final = frozenset(
    (  # noqa: SIM905 - a list of 160 would take as many lines
        "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF "
        "CLP CNH CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD "
        "HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD "
        "MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN "
        "PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY "
        "TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG"
    ).split()
)
_UNIT: Final = re.compile(
    r"(?P<of>[^\s/]+)(?:\s*/\s*(?P<per>[^\s/]+))?(?:\s+(?P<tax>incl|excl)\.?\s+VAT)?", re.IGNORECASE
)
_WORDS: Final = {
    **dict.fromkeys(("tonne", "tonnes", "ton", "tons", "mt", "MT", "T"), "t"),
    **dict.fromkeys(("KG", "Kg", "kgs", "kilogram"), "kg"),
    **dict.fromkeys(("lbs", "pound", "pounds"), "lb"),
    **dict.fromkeys(("ozt", "toz", "ounce"), "oz"),
    **dict.fromkeys(("$", "US$", "usd", "dollar"), "USD"),
    **dict.fromkeys(("RMB", "yuan", "rmb", "cny", "¥"), "CNY"),
    **dict.fromkeys(("€", "eur", "euro"), "EUR"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """`CNY/t incl VAT`: an amount `of` something, `per` something else if that is there, tax in it or not."""

    of: str
    per: str | None = None
    with_vat: bool = False

    @property
    def is_price(self) -> bool:
        """Whether it is money for a mass."""
        return self.of in CURRENCIES and self.per in MASSES

    @property
    def is_rate(self) -> bool:
        """Whether it is one currency in another."""
        return self.of in CURRENCIES and self.per in CURRENCIES

    def __str__(self) -> str:
        """As it is written."""
        return f"{self.of}{f'/{self.per}' if self.per else ''}{' incl VAT' if self.with_vat else ''}"


def unit(text: str) -> Unit:
    """The unit that `CNY/t incl VAT`, `USD/lb`, `CNY/USD`, `USD`, `t` or `%` names. Raises ValueError with a hint."""
    found = _UNIT.fullmatch(text.strip())
    if found is None:
        raise ValueError(f'"{text}" is no unit; write USD/kg, CNY/t incl VAT, CNY/USD, t or %')
    of = _known(found["of"], (*MASSES, *PURE))
    per: str | None = None
    if found["per"] is not None:
        per = _known(found["per"], MASSES)
        if of not in CURRENCIES:
            raise ValueError(f'"{text}" is no unit: {of} is no currency; write USD/kg, CNY/t incl VAT or CNY/USD')
    tax = (found["tax"] or "").lower()
    if tax and (of not in CURRENCIES or per in CURRENCIES):
        raise ValueError(f'"{text}": only a price has VAT in it')
    return Unit(of=of, per=per, with_vat=tax == "incl")


def _known(name: str, names: Iterable[str]) -> str:
    known = tuple(names)
    if name in known or name in CURRENCIES:
        return name
    meant = _WORDS.get(name)
    hint = f', did you mean "{meant}"?' if meant else did_you_mean(name, known) or did_you_mean(name, CURRENCIES)
    raise ValueError(
        f'unknown unit "{name}"{hint or "; known are " + ", ".join(known) + " and currencies such as USD"}'
    )
