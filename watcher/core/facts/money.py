"""Sums of money and prices by the unit: currency, scale, range, ceiling, what for, and whether the money is new.

Never converts a currency, and never guesses one.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from watcher.core.facts.currencies import PREFIXES, SUFFIXES, currency_of, either
from watcher.core.facts.model import Money, Price
from watcher.core.facts.numbers import Amount
from watcher.core.facts.replaced import before_replaced, is_replaced
from watcher.core.text.plain import Span

UNITS: Mapping[str, str] = {
    word: unit
    for unit, words in {
        "kg": "kg kilogram kilogramme kilogramm kilo 公斤 千克 キロ",
        "t": "t tonne ton mt tonelada 吨 トン 톤",
        "lb": "lb pound lbs",
        "mtu": "mtu",
        "dmtu": "dmtu",
        "oz": "oz ounce",
        "g": "g gram gramme gramm 克 グラム",
        "share": "share 股",
    }.items()
    for word in words.split()
} | {"metric ton": "t"}
"""What a price is by. Source: the lexicon's units of prices."""


_SIGN_BEFORE = re.compile(rf"(?<![\w$])(?:(?P<code>[A-Z]{{3}})\s?[$€£¥]|{either(PREFIXES)}|[$¥])\s?\Z")
_LONGEST_SIGN = max(map(len, PREFIXES)) + 2
_SIGN_AFTER = re.compile(
    rf"(?:\s|-|\sde\s|\sd['\u2019])?(?P<sign>{either(SUFFIXES)})(?![^\W\d_\u3040-\u9fff\uac00-\ud7af])"
)
_SIGN_ENDS = frozenset({"$", "¥", *(sign[-1] for sign in PREFIXES)})
_SIGN_STARTS = frozenset({"-", "d", *(sign[0] for sign in SUFFIXES)})
"""With which characters a currency ends before a number and begins after it, a space aside."""
_PER = re.compile(
    rf"\s?(?:/|per\s|an?\s|pro\s|je\s|par\s|l[ae]\s|每)\s?(?P<unit>{either(UNITS)})(?![^\W\d_\u3040-\u9fff])",
    re.IGNORECASE,
)
_PER_BEFORE = re.compile(
    rf"(?:[每一1１]|(?<![\w/]))(?P<unit>{either(UNITS)})(?P<each>当たり|あたり|につき|當り|当り)?\s?(?:约|約|为|為|达)?\s?\Z",
    re.IGNORECASE,
)
"""What a price is by, said before it: 每吨58.5万元, 1キロ当たり110ドル."""
_VALUED = re.compile(r"\bvalu(?:ing|ed|es)\s[^.;]{0,60}\sat\s?\Z")
_AT_MOST = re.compile(r"\s?(?:以下|以内|为限|を上限|or less\b)")
"""Right behind a sum: it is the most."""
_CARRIED = re.compile(
    r"\s(?:to|auf|à)\s"
    r"(?:(?:over|more than|about|around|nearly|almost|some|as much as|roughly|just|a record|über|rund)\s)?"
)
"""Between a price and a sum: the sum is a price by the same unit."""
_SHARES_AT = re.compile(r"\b(?:shares|units)\s(?:\w+\s){0,3}at\s\Z", re.IGNORECASE)
_APIECE = re.compile(r"\s(?:apiece|each)\b")
_UP_TO = re.compile(
    r"(?:up to|as much as|at most|a maximum of|no more than|bis zu|jusqu['\u2019]à|hasta|"
    r"最高|最多|不超过|上限|最大|최대)(?:\s+(?:an?|another|additional|some))?[\s:]*\Z",
    re.IGNORECASE,
)
_OLD_LATIN = (
    r"\b(?:cumulative(?:ly)?|to date|so far|in total|total(?:ling|ing)?|brings? (?:the|its) total|"
    r"already (?:received|invested|spent)|previous(?:ly)?|earlier|last year|since 20\d\d|market (?:value|cap)\w*|"
    r"market (?:is|was|will|could|size)|expected to reach|will reach|projected|forecast|revenues?|valued at|"
    r"(?:with|had|has|have|holds?|held)\s[^;]{0,24}in cash|cash (?:position|balance|on hand)|par value|"
    r"insgesamt|bisher|bislang|jusqu['\u2019]ici|à ce jour|hasta (?:ahora|la fecha)|"
    r"(?:in|by) (?P<year>20\d\d))\b"
)
_OLD = (
    re.compile(_OLD_LATIN, re.IGNORECASE),
    re.compile(
        rf"{_OLD_LATIN}|累计|此前|预计|市场规模|迄今|截至|累計|これまで|見通し|市場規模",
        re.IGNORECASE,
    ),
)
"""Words of running totals, forecasts and values of markets; a year counts if it is another one than the article's.

The first is for words without a sign of East Asia, in a fourth of the time.
"""
_NEW = re.compile(
    r"(?:\b(?:fresh|new|additional|another|further|extra|neuen?|weiteren?|zusätzlichen?)|新增|另有|另外|追加で|新たに)\s?\Z",
    re.IGNORECASE,
)
"""Right before a sum: it is new money, whatever total stands beside it."""
_ROLE_WORDS = (
    ("tax_credit", r"tax credits?\b", "税额抵免"),
    ("loan", r"(?:loans?|lend(?:s|ing)?|debt|credit facility|kredit\w*|prêts?|préstamos?)\b", "贷款|融資|대출"),
    (
        "grant",
        r"(?:grants?|award(?:s|ed)?|subsid\w+|zuschuss\w*|förder\w*|subventions?)\b",
        "补[助贴](?:资金)?|拨款|補助|助成",
    ),
    ("guarantee", r"(?:guarantees?|bürgschaft\w*)\b", "担保|保証"),
    ("equity", r"(?:equity|shares?|placement|stake|warrants?|rais(?:e[sd]?|ing))\b", "股[权份]|出資|增发"),
    ("fine", r"(?:fine[sd]?|penalt(?:y|ies)|settle(?:s|d|ment)?|bußgeld\w*|strafe)\b", "罚款|罰金"),
    ("purchase", r"(?:acqui(?:r\w+|sition)|purchase|buy(?:s|ing)?|takeover)\b", "收购|買収"),
    ("investment", r"(?:invest(?:s|ed|ing|ments?)?|capex|investi\w+)\b", "投[资資]|投じ|투자"),
    ("contract", r"(?:contracts?|orders?|off-?take)\b", "合同|契約"),
    ("funding", r"(?:fund(?:s|ed|ing)?|financ\w+|pledg\w+|commit\w*)\b", "资金|資金"),
)
_ROLES = (
    re.compile(rf"\b(?:{'|'.join(f'(?P<{role}>{latin})' for role, latin, _ in _ROLE_WORDS)})", re.IGNORECASE),
    re.compile("|".join(rf"(?P<{role}>\b{latin}|{other})" for role, latin, other in _ROLE_WORDS), re.IGNORECASE),
)
"""Words that say what a sum is for; the one nearest to it counts. Again the first is for words without such signs."""
ROLES = tuple(sorted(role for role, _, _ in _ROLE_WORDS))
"""What money may be for."""
_CONTEXT = 90
_RIGHT_BEFORE = 40
"""Characters before a sum in which the words stand that end right there."""
_EAST_ASIAN = re.compile("[\u3000-\uffff]")
_VAT = re.compile(
    r"(?P<no>\bex(?:cl(?:uding|\.)?|-)?\s?(?:of\s)?vat\b|\bbefore vat\b|\bohne (?:mwst|mehrwertsteuer)\b|"
    r"不含税|未税|税抜)|"
    r"\b(?:incl(?:uding|usive of|\.)?\s?vat|with vat|(?:inkl\.|mit) (?:mwst|mehrwertsteuer))\b|含税|税込",
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
        per = _per(text, found) or (_carried(text, prices[-1], found) if prices else None)
        if per is not None:
            prices.append(_price(text, found, per))
            continue
        at = bisect_right(starts, found.start) - 1
        low, high = sentences[at] if at >= 0 else (0, len(text))
        sums.append(_said(text, found, max(low, found.start - _CONTEXT), min(high, found.end + _CONTEXT), year))
    return tuple(_paired(text, sums)), tuple(prices)


@dataclass(frozen=True, slots=True)
class _Per:
    """What a price is by, and from where to where it and the price stand."""

    unit: str
    start: int
    end: int


def _per(text: str, found: _Found) -> _Per | None:
    """What the sum is the price of one of, said behind it or before it; None where it is no price."""
    after = _PER.match(text, found.end)
    if after is not None:
        return _Per(_unit(after["unit"]), found.start, after.end())
    before = _PER_BEFORE.search(text, max(0, found.start - _PER_CHARS), found.start)
    if before is not None and (before["each"] or before[0][0] in _ONE):
        return _Per(_unit(before["unit"]), before.start(), found.end)
    apiece = _APIECE.match(text, found.end)
    if apiece is not None and _SHARES_AT.search(text, max(0, found.start - _CONTEXT), found.start):
        return _Per("share", found.start, apiece.end())
    return None


def _carried(text: str, before: Price, found: _Found) -> _Per | None:
    """The unit of the price before, if this sum is where it went to: `from $11,000 per tonne to over $34,000`."""
    near = 0 < found.start - before.end < _RIGHT_BEFORE and found.currency == before.currency
    if not near or _CARRIED.fullmatch(text, before.end, found.start) is None:
        return None
    return _Per(before.per, found.start, found.end)


_PER_CHARS = 12
_ONE = frozenset("每一1１")


def _unit(word: str) -> str:
    return UNITS.get(word) or UNITS.get(word.casefold(), "t")


def _price(text: str, found: _Found, per: _Per) -> Price:
    tail = _VAT.search(text, per.end, per.end + 40)
    return Price(
        start=per.start,
        end=per.end,
        amount=found.low,
        most=found.high,
        currency=found.currency,
        per=per.unit,
        vat=None if tail is None else tail["no"] is None,
    )


def _found(text: str, amounts: Sequence[Amount], language: str | None, country: str | None) -> Iterator[_Found]:
    """The numbers that a currency stands beside."""
    for amount in amounts:
        start, end = amount.start, amount.end
        before = None
        if text[max(0, start - 2) : start].rstrip()[-1:] in _SIGN_ENDS:
            before = _SIGN_BEFORE.search(text, max(0, start - _LONGEST_SIGN - 1), start)
        after = _SIGN_AFTER.match(text, end) if before is None and amount.following in _SIGN_STARTS else None
        if before is not None:
            start, sign = before.start(), before["code"] or before[0].strip()
        elif after is not None:
            end, sign = after.end(), after["sign"]
        else:
            continue
        currency = currency_of(sign, text, language, country)
        if currency is not None and amount.step and amount.high is not None:
            yield _Found(start, end, amount.low, None, currency)
            yield _Found(start, end, amount.high, None, currency)
        elif currency is not None:
            yield _Found(start, end, amount.low, amount.high, currency)


def _said(text: str, found: _Found, low: int, high: int, year: int | None) -> Money:
    """The sum with what its sentence says of it."""
    around = text[low:high]
    ceiling = _UP_TO.search(text, max(low, found.start - _RIGHT_BEFORE), found.start)
    return Money(
        start=found.start if ceiling is None else ceiling.start(),
        end=found.end,
        amount=found.low,
        most=found.high,
        currency=found.currency,
        role=_role(around, found.start - low, found.end - low),
        up_to=ceiling is not None or _AT_MOST.match(text, found.end) is not None,
        fresh=_is_fresh(text, found, low, high, year),
    )


def _is_fresh(text: str, found: _Found, low: int, high: int, year: int | None) -> bool:
    """Whether the words around a sum leave it new money."""
    if is_replaced(text, low, found.start, found.end):
        return False
    if _NEW.search(text, max(low, found.start - _RIGHT_BEFORE), found.start) is not None:
        return True
    if _VALUED.search(text, low, found.start):
        return False
    after = text[found.start : min(high, found.end + _CONTEXT // 2)].partition(";")[0]
    return not _is_old(text[low : found.start].rpartition(";")[2] + before_replaced(after), year)


def _fitting(patterns: tuple[re.Pattern[str], re.Pattern[str]], text: str) -> re.Pattern[str]:
    """The pattern that finds all that both would: the second, where a sign of East Asia stands in the text."""
    return patterns[_EAST_ASIAN.search(text) is not None]


def _is_old(around: str, year: int | None) -> bool:
    """Whether the words around a sum tell of a total, a forecast or another year's money."""
    return any(
        match["year"] is None or (year is not None and int(match["year"]) != year)
        for match in _fitting(_OLD, around).finditer(around)
    )


def _role(around: str, start: int, end: int) -> str:
    """The role whose word stands nearest to the sum."""
    nearest, role = _CONTEXT, ""
    for match in _fitting(_ROLES, around).finditer(around):
        distance = start - match.end() if match.end() <= start else max(0, match.start() - end)
        if distance < nearest or (distance <= 1 and match.start() >= end):
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
