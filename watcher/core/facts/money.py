"""Sums of money and prices by the unit: currency, scale, range, ceiling, what for, and whether the money is new.

Never converts a currency, and never guesses one: a bare `$` is that of the source's country, else the US one.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from watcher.core.facts.model import Money, Price
from watcher.core.facts.numbers import Amount
from watcher.core.text.plain import Span

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
UNITS: Mapping[str, str] = {
    word: unit
    for unit, words in {
        "kg": "kg kilogram kilogramme kilo 公斤 千克 キロ",
        "t": "t tonne ton mt 吨 トン 톤",
        "lb": "lb pound lbs",
        "mtu": "mtu",
        "dmtu": "dmtu",
        "oz": "oz ounce",
        "share": "share 股",
    }.items()
    for word in words.split()
} | {"metric ton": "t"}
"""What a price is by. Source: the lexicon's units of prices."""


def _either(words: Mapping[str, str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


_SIGN_BEFORE = re.compile(rf"(?<![\w$])(?:{_either(PREFIXES)}|[$¥])\s?\Z")
_LONGEST_SIGN = max(map(len, PREFIXES)) + 1
_SIGN_AFTER = re.compile(
    rf"(?:\s|-|\sde\s|\sd['\u2019])?(?P<sign>{_either(SUFFIXES)})(?![^\W\d_\u3040-\u9fff\uac00-\ud7af])"
)
_PER = re.compile(
    rf"\s?(?:/|per\s|an?\s|pro\s|je\s|par\s|每)\s?(?P<unit>{_either(UNITS)})(?![^\W\d_\u3040-\u9fff])", re.IGNORECASE
)
_UP_TO = re.compile(
    r"(?:up to|as much as|at most|a maximum of|no more than|bis zu|jusqu['\u2019]à|hasta|"
    r"最高|最多|不超过|上限|最大|최대)(?:\s+(?:an?|another|additional|some))?[\s:]*\Z",
    re.IGNORECASE,
)
_OLD = re.compile(
    r"\b(?:cumulative(?:ly)?|to date|so far|in total|total(?:ling|ing)?|brings? (?:the|its) total|"
    r"already (?:received|invested|spent)|previous(?:ly)?|earlier|last year|since 20\d\d|market (?:value|cap)\w*|"
    r"market (?:is|was|will|could|size)|expected to reach|will reach|projected|forecast|revenues?|valued at|"
    r"(?:in|by) (?P<year>20\d\d))\b|累计|此前|预计|市场规模|累計|見通し|市場規模",
    re.IGNORECASE,
)
"""Words of running totals, forecasts and values of markets; a year counts if it is another one than the article's."""
_ROLES = re.compile(
    "|".join(
        f"(?P<{role}>{pattern})"
        for role, pattern in (
            ("tax_credit", r"\btax credits?\b|税额抵免"),
            ("loan", r"\b(?:loans?|lend(?:s|ing)?|debt|credit facility|kredit\w*|prêts?|préstamos?)\b|贷款|融資|대출"),
            (
                "grant",
                r"\b(?:grants?|award(?:s|ed)?|subsid\w+|zuschuss\w*|förder\w*|subventions?)\b|补[助贴]|拨款|補助|助成",
            ),
            ("guarantee", r"\b(?:guarantees?|bürgschaft\w*)\b|担保|保証"),
            ("equity", r"\b(?:equity|shares?|placement|stake|warrants?|rais(?:e[sd]?|ing))\b|股[权份]|出資|增发"),
            ("fine", r"\b(?:fine[sd]?|penalt(?:y|ies)|settle(?:s|d|ment)?|bußgeld\w*|strafe)\b|罚款|罰金"),
            ("purchase", r"\b(?:acqui(?:r\w+|sition)|purchase|buy(?:s|ing)?|takeover)\b|收购|買収"),
            ("investment", r"\b(?:invest(?:s|ed|ing|ments?)?|capex|investi\w+)\b|投[资資]|투자"),
            ("contract", r"\b(?:contracts?|orders?|off-?take)\b|合同|契約"),
            ("funding", r"\b(?:fund(?:s|ed|ing)?|financ\w+|pledg\w+|commit\w*)\b|资金|資金"),
        )
    ),
    re.IGNORECASE,
)
"""Words that say what a sum is for; the one nearest to it counts."""
ROLES = tuple(sorted(_ROLES.groupindex))
"""What money may be for."""
_CONTEXT = 90
_VAT = re.compile(
    r"\b(?P<no>ex(?:cl(?:uding|\.)?|-)?\s?(?:of\s)?vat|before vat)\b|\b(?:incl(?:uding|\.)?\s?vat|with vat)\b|含税",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    low: Decimal
    high: Decimal | None
    currency: str


def money_of(
    text: str,
    amounts: Sequence[Amount],
    sentences: Sequence[Span],
    *,
    language: str | None,
    country: str | None,
    year: int | None,
) -> tuple[tuple[Money, ...], tuple[Price, ...]]:
    """All sums and all prices by the unit, each in the order of the text. `year` is the article's."""
    sums: list[Money] = []
    prices: list[Price] = []
    starts = [start for start, _ in sentences]
    for found in _found(text, amounts, language, country):
        per = _PER.match(text, found.end)
        if per is not None:
            unit = UNITS.get(per["unit"]) or UNITS.get(per["unit"].casefold(), "t")
            tail = _VAT.search(text, per.end(), per.end() + 40)
            vat = None if tail is None else tail["no"] is None
            prices.append(
                Price(
                    start=found.start,
                    end=per.end(),
                    amount=found.low,
                    most=found.high,
                    currency=found.currency,
                    per=unit,
                    vat=vat,
                )
            )
            continue
        at = bisect_right(starts, found.start) - 1
        low, high = sentences[at] if at >= 0 else (0, len(text))
        sums.append(_said(text, found, max(low, found.start - _CONTEXT), min(high, found.end + _CONTEXT), year))
    return tuple(_paired(text, sums)), tuple(prices)


def _found(text: str, amounts: Sequence[Amount], language: str | None, country: str | None) -> Iterator[_Found]:
    """The numbers that a currency stands beside."""
    for amount in amounts:
        start, end = amount.start, amount.end
        before = _SIGN_BEFORE.search(text, max(0, start - _LONGEST_SIGN - 1), start)
        after = None if before is not None else _SIGN_AFTER.match(text, end)
        if before is not None:
            start, sign = before.start(), before[0].strip()
        elif after is not None:
            end, sign = after.end(), after["sign"]
        else:
            continue
        currency = _currency(sign, language, country)
        if currency is not None and amount.step and amount.high is not None:
            yield _Found(start, end, amount.low, None, currency)
            yield _Found(start, end, amount.high, None, currency)
        elif currency is not None:
            yield _Found(start, end, amount.low, amount.high, currency)


def _currency(sign: str, language: str | None, country: str | None) -> str | None:
    if sign in {"$", "dollars", "Dollar"}:
        return DOLLARS.get(country or "", "USD")
    if sign == "¥":
        return "JPY" if language == "ja" or country == "JP" else "CNY"
    found = PREFIXES.get(sign) or SUFFIXES.get(sign)
    if found == "$":
        return DOLLARS.get(country or "", "USD")
    return found or PREFIXES.get(sign.upper())


def _said(text: str, found: _Found, low: int, high: int, year: int | None) -> Money:
    """The sum with what its sentence says of it."""
    before = text[low : found.start]
    around = text[low:high]
    return Money(
        start=found.start,
        end=found.end,
        amount=found.low,
        most=found.high,
        currency=found.currency,
        role=_role(around, found.start - low, found.end - low),
        up_to=_UP_TO.search(before) is not None,
        fresh=not _is_old(
            text[max(low, found.start - _CONTEXT) : found.start].rpartition(";")[2]
            + text[found.start : min(high, found.end + _CONTEXT // 2)].partition(";")[0],
            year,
        ),
    )


def _is_old(around: str, year: int | None) -> bool:
    """Whether the words around a sum tell of a total, a forecast or another year's money."""
    return any(
        match["year"] is None or (year is not None and int(match["year"]) != year) for match in _OLD.finditer(around)
    )


def _role(around: str, start: int, end: int) -> str:
    """The role whose word stands nearest to the sum."""
    nearest, role = _CONTEXT, ""
    for match in _ROLES.finditer(around):
        distance = start - match.end() if match.end() <= start else max(0, match.start() - end)
        if distance < nearest:
            nearest, role = distance, match.lastgroup or ""
    return role


def _paired(text: str, sums: Sequence[Money]) -> Iterator[Money]:
    """A sum in brackets right after one in another currency says the same again."""
    for index, each in enumerate(sums):
        before = sums[index - 1] if index else None
        between = text[before.end : each.start] if before is not None else ""
        if (
            before is not None
            and before.currency != each.currency
            and re.fullmatch(r"\s?[(\uff08](?:or |about |approximately |around |roughly |some |约|約)?", between)
        ):
            yield replace(each, same_as=index - 1, fresh=before.fresh, role=before.role or each.role)
        else:
            yield each
