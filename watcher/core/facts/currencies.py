"""Signs, codes and words of currencies, and which one a sign means that several use.

Never guesses: a bare `$` is that of the publisher's country, else the US one; a bare `¥` is no sum where nothing in the
text says whose it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

PREFIXES: Mapping[str, str] = {
    sign: currency
    for currency, signs in {
        "USD": "US$ U.S.$ USD",
        "AUD": "A$ AU$ AUD",
        "CAD": "C$ CA$ CDN$ Cdn$ CAD",
        "NZD": "NZ$ NZD",
        "HKD": "HK$ HKD",
        "SGD": "S$ SGD",
        "TWD": "NT$ TWD",
        "EUR": "€ EUR",
        "GBP": "£ GBP",
        "BRL": "R$ BRL",
        "KRW": "₩ KRW",
        "INR": "₹ Rs. Rs INR",
        "MYR": "RM MYR",
        "CNY": "RMB CNY CN¥",
        "JPY": "JP¥ JPY",
        "IDR": "Rp IDR",
        **{code: code for code in ("CHF", "ZAR", "SEK", "NOK", "DKK", "KZT", "VND", "SAR", "AED", "CLP", "TRY")},
    }.items()
    for sign in signs.split()
}
"""Signs and codes before a number. Source: ISO 4217; the lexicon's currencies."""
SUFFIXES: Mapping[str, str] = {
    word: currency
    for currency, words in {
        "USD": "US dollars,U.S. dollars,美元,美金,米ドル,ドル,달러,US-Dollar,USD",
        "AUD": "Australian dollars,澳元,豪ドル,호주달러,AUD",
        "CAD": "Canadian dollars,加元,加拿大元,カナダドル,CAD",
        "EUR": "euros,euro,Euro,Euros,欧元,歐元,ユーロ,유로,€,EUR",
        "GBP": "pounds sterling,英镑,ポンド,GBP",
        "CNY": "yuan,renminbi,人民币,人民元,元人民币,元,위안,Yuan,RMB,CNY",
        "JPY": "yen,日元,日圆,円,엔,Yen,JPY",
        "KRW": "won,韩元,ウォン,원,Won,KRW",
        "INR": "rupees,卢比,ルピー,INR",
        "MYR": "ringgit,MYR",
        "BRL": "reais",
        "ZAR": "rand",
        "KZT": "tenge",
        "NOK": "kroner",
        "SEK": "kronor",
        "CHF": "CHF",
        "$": "dollars,Dollar",
    }.items()
    for word in words.split(",")
}
"""Words and codes after a number; `dollars` alone are those of the country."""
DOLLARS: Mapping[str, str] = {"AU": "AUD", "CA": "CAD", "NZ": "NZD", "HK": "HKD", "SG": "SGD", "TW": "TWD"}
"""Whose dollar a bare `$` is, by the publisher's country: elsewhere the US one is meant."""
_BARE = frozenset({"$", "dollars", "Dollar"})
_TELLING = 4_000
"""Characters of a text that may say whose currency it tells of."""
_YUAN = re.compile(r"\b(?:yuan|renminbi|RMB|CNY|China|Chinese|Beijing)\b|人民币|元")
_YEN = re.compile(r"\b(?:yen|JPY|Japan|Japanese|Tokyo)\b|円")


def either(words: Iterable[str]) -> str:
    """A pattern for any of these words, the longest first."""
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


ANY_SIGN = re.compile(either({*PREFIXES, *SUFFIXES, "$", "¥"}))
"""What stands in every sum of money, and in few sentences."""


def currency_of(sign: str, text: str, language: str | None, country: str | None) -> str | None:
    """The currency that a sign, code or word stands for in that text; None where nobody can tell."""
    if sign in _BARE:
        return DOLLARS.get(country or "", "USD")
    if sign == "¥":
        return _yen_or_yuan(text, language, country)
    found = PREFIXES.get(sign) or SUFFIXES.get(sign)
    if found == "$":
        return DOLLARS.get(country or "", "USD")
    return found or PREFIXES.get(sign.upper())


def _yen_or_yuan(text: str, language: str | None, country: str | None) -> str | None:
    """Whose `¥` it is: by the language, the publisher's country, else by the one country that the text speaks of."""
    if language == "ja" or country == "JP":
        return "JPY"
    if language == "zh" or country == "CN":
        return "CNY"
    yen, yuan = (sign.search(text, 0, _TELLING) is not None for sign in (_YEN, _YUAN))
    return None if yen is yuan else "JPY" if yen else "CNY"
