"""Masses, outputs, grades, lengths, percentages and votes, each with its unit as the text gives it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TypeVar

from watcher.core.facts.model import Quantity, Share, Votes
from watcher.core.facts.numbers import Amount
from watcher.core.text.plain import Span

_Value = TypeVar("_Value", Quantity, Share)

_UNITS: Mapping[str, str] = {
    "t": (
        r"(?:(?:dry|wet)\s)?(?:metric\s)?(?:tonnes?|tons?)|d?mt(?= (?:of|REO|TREO|LCE))|Tonnen|toneladas|"
        r"t(?![\w\u2019'])|吨|噸|トン|톤"
    ),
    "kg": r"kg|kilograms?|kilogrammes?|kilos?|公斤|千克|キログラム",
    "t/y": r"tpa|mtpa|t/y|t/a",
    "Mt/y": r"Mtpa|Mt/y|Mt/a",
    "Mt": r"Mt(?!\w)",
    "kt/y": r"ktpa|kt/y",
    "kt": r"kt(?!\w)",
    "g/t": r"g/t|gpt|gram(?:me)?s? per (?:metric )?ton(?:ne)?",
    "ppm": r"ppm",
    "lb": r"lbs?|pounds?(?=\s(?:of|a\syear))",
    "oz": r"oz|ounces?",
    "mtu": r"mtu",
    "m": r"m(?=\s(?:@|at|of|grading|averaging|from)\b)|met(?:re|er)s",
    "GWh": r"GWh",
    "MW": r"MW",
}
_MASSES = frozenset({"t", "kt", "Mt", "kg"})
_A_YEAR = re.compile(
    r"(?:\sof(?:\s[\w-]{1,20}){1,4}?)?\s?(?:per\s(?:year|annum)|a\syear|annually|each\syear|/\s?(?:y|yr|year|a)\b|pro\sJahr|par\san|/年|每年)"
)
_YEARLY = re.compile(
    r"(?:(?<!\d)(?<!\d\s)(?<![去今明前全上下同本])[年연](?:产|產|産|间|間|간|处理|處理|生产|生産|加工|산)?(?:能力|能|量)?(?:约|約|达|達|最大|为|為)?|"
    r"\bannual(?:ly)?\s(?:[a-z]+\s){0,3}(?:of\s)?|\bjährlich(?:e[nrs]?)?\s(?:[a-zäöü]+\s){0,2})\s?\Z",
    re.IGNORECASE,
)
"""Before a mass: it is one of every year."""
_YEARLY_CHARS = 40
_UNIT = re.compile(
    rf"[\s-]?(?:{'|'.join(f'(?P<u{index}>{pattern})' for index, pattern in enumerate(_UNITS.values()))})"
    r"(?![^\W\d_\u3040-\u9fff\uac00-\ud7af])"
)
_UNIT_STARTS = frozenset("-dwmtTkMgGplo吨噸ト톤公千キ")
_NAMES = tuple(_UNITS)
_OF = re.compile(
    r"\s(?:of\s)?((?:NdPr|REO|TREO|MREO|LCE|Ga2O3|Ga₂O₃|Sb|WO3|[A-Z][a-z]?\d?[A-Za-z₂₃\d]{0,6}|"
    r"(?:rare earths?|antimony|tungsten|lithium|cobalt|nickel|copper|graphite|gallium|germanium|magnets?)"
    r"(?:\s[a-z]+)?))\b"
)
_ROUGHLY = re.compile(
    r"(?:about|around|roughly|approximately|some|nearly|almost|over|more than|at least|约|約|rund)\s?\Z", re.IGNORECASE
)
_PERCENT = re.compile(
    r"\s?(?:%|％|per\s?cent\b|percent\b|pct\b|Prozent\b|pour cent\b|por ciento\b|パーセント|퍼센트)", re.IGNORECASE
)
_PERCENT_STARTS = frozenset("%％pPパ퍼")
_HAN_PERCENT = re.compile(r"百分之(?P<value>[〇零一二两三四五六七八九十百]{1,5}(?:点[〇零一二三四五六七八九]{1,3})?)")
_HAN_DIGITS: Mapping[str, int] = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_MINUS = "-\u2212"
_AGAINST = re.compile(
    r"\s?(?:(?:votes?|Stimmen|voix|votos)\s(?:to|against|zu|gegen|contre|contra)|\u2014|against|zu|gegen|contre|contra)\s?"
    r"(?P<noes>\d{1,3})(?![\w%.,/]*\d)"
)
_AGAINST_STARTS = frozenset("vSzgca\u2014")
"""With which characters a unit, a percentage and the votes against begin, a space aside: patterns are dear."""
_COUNTED = re.compile(
    r"(?:賛成|赞成|贊成|찬성)\s?(?P<ayes>\d{1,3})\s?(?:票|표)?[,，、\s]{0,2}(?:反対|反对|反對|반대)\s?(?P<noes>\d{1,3})(?!\d)|"
    r"(?<!\d)(?P<ayes2>\d{1,3})\s?票(?:賛成|赞成|贊成|同意)[,，、\s]{0,2}(?P<noes2>\d{1,3})\s?票(?:反対|反对|反對)"
)
"""Votes that are named one by one: 賛成213、反対98, 14票赞成、1票反对."""
_NO_VOTE = frozenset("%％/.,$€£")
_NAMED = re.compile(r"(?:Instrument|NI|Rule|Section|Form|Act|Part|No\.?)\s?\Z")
"""Before two numbers that name a regulation and count no votes: `National Instrument 43-101`."""
_MOST_VOTES = 999
_VOTING = re.compile(
    r"\b(?:vot(?:e|es|ed|ing)|pass(?:ed|es)|approv(?:ed|es)|advanc(?:ed|es)|reported|clear(?:ed|s)|stimm\w*|ayes|yeas)\b|"
    r"表决|投票|賛成|찬성",
    re.IGNORECASE,
)
_CARRIED = re.compile(
    r"\b(?:back(?:ed|s)|adopt(?:ed|s)|endors(?:ed|es)|reject(?:ed|s)|ratif(?:ied|ies)|confirm(?:ed|s))\b"
)
_NOTHING_COUNTED = re.compile(
    r"\s?(?:[.,;:)\u2019]|\Z|(?:to|on|in|with|after|along|late|last|this|early|amid|despite)\b)"
)
"""After two numbers that are the votes by which something carried: `backed it 68 to 29` and no noun that they count."""
_VOTING_NEAR = 70
_FEWEST_VOTES = 3


def quantities_of(text: str, amounts: Sequence[Amount]) -> tuple[Quantity, ...]:
    """Masses, outputs, grades and lengths in the order of the text."""
    found: list[Quantity] = []
    for amount in amounts:
        match = _UNIT.match(text, amount.end) if amount.following in _UNIT_STARTS else None
        if match is None or match.lastgroup is None:
            continue
        unit, end = _NAMES[int(match.lastgroup[1:])], match.end()
        year = _A_YEAR.match(text, end)
        if unit in _MASSES and (year is not None or _before(_YEARLY, text, amount.start)):
            unit, end = f"{unit}/y", end if year is None else year.end()
        elif text[end : end + 1] == "/":
            continue  # per something else: a density, a dose
        of = _OF.match(text, end)
        whole = Quantity(
            start=amount.start,
            end=end,
            value=amount.low,
            most=amount.high,
            unit=unit,
            of="" if of is None else of[1],
            approximate=_ROUGHLY.search(text, max(0, amount.start - 20), amount.start) is not None,
        )
        found += stepped(whole) if amount.step else (whole,)
    return tuple(found)


def shares_of(text: str, amounts: Sequence[Amount]) -> tuple[Share, ...]:
    """Percentages as they stand; `double digits` is none."""
    found: list[Share] = []
    for amount in amounts:
        match = _PERCENT.match(text, amount.end) if amount.following in _PERCENT_STARTS else None
        if match is None:
            continue
        fallen = amount.high is None and amount.start > 0 and text[amount.start - 1] in _MINUS
        fallen = fallen and not text[max(0, amount.start - 2) : amount.start - 1].isalnum()
        low = -amount.low if fallen else amount.low
        whole = Share(start=amount.start - fallen, end=match.end(), value=low, most=amount.high)
        found += stepped(whole) if amount.step else (whole,)
    if "百分之" in text:
        found += (
            Share(start=match.start(), end=match.end(), value=_han_number(match["value"]))
            for match in _HAN_PERCENT.finditer(text)
        )
        found.sort(key=lambda share: share.start)
    return tuple(found)


def _han_number(written: str) -> Decimal:
    """A number up to 999 in Chinese signs: 十, 二十五, 三点五."""
    whole, _, part = written.partition("点")
    total, digit = 0, 0
    for sign in whole:
        if sign in "十百":
            total += (digit or 1) * (10 if sign == "十" else 100)
            digit = 0
        else:
            digit = _HAN_DIGITS[sign]
    return Decimal(f"{total + digit}.{''.join(str(_HAN_DIGITS[sign]) for sign in part) or 0}")


def _before(pattern: re.Pattern[str], text: str, at: int) -> bool:
    """Whether the pattern ends at that place."""
    return pattern.search(text, max(0, at - _YEARLY_CHARS), at) is not None


def votes_of(text: str, amounts: Sequence[Amount], sentences: Sequence[Span]) -> tuple[Votes, ...]:
    """Two numbers joined by a dash, `to` or `against`, where a word of voting stands near."""
    found: list[Votes] = []
    for amount in amounts:
        end, noes = amount.end, amount.high
        if noes is None and amount.following in _AGAINST_STARTS and (match := _AGAINST.match(text, end)) is not None:
            end, noes = match.end(), Decimal(match["noes"])
        if noes is None or amount.scaled or not _are_votes(amount.low, noes):
            continue
        if text[amount.start - 1 : amount.start] in _NO_VOTE or text[end : end + 1] in _NO_VOTE - {".", ","}:
            continue
        if _NAMED.search(text, max(0, amount.start - 12), amount.start):
            continue
        low, high = sentence_at(sentences, amount.start, len(text))
        low, high = max(low, amount.start - _VOTING_NEAR), min(high, end + _VOTING_NEAR)
        if _VOTING.search(text, low, high) or (
            _CARRIED.search(text, low, amount.start) and _NOTHING_COUNTED.match(text, end)
        ):
            found.append(Votes(start=amount.start, end=end, ayes=int(amount.low), noes=int(noes)))
    return (*found, *_counted(text)) if "票" in text or "賛成" in text or "찬성" in text else tuple(found)


def _counted(text: str) -> Iterator[Votes]:
    for match in _COUNTED.finditer(text):
        ayes, noes = match["ayes"] or match["ayes2"], match["noes"] or match["noes2"]
        yield Votes(start=match.start(), end=match.end(), ayes=int(ayes), noes=int(noes))


def _are_votes(ayes: Decimal, noes: Decimal) -> bool:
    whole = ayes == ayes.to_integral_value() and noes == noes.to_integral_value()
    return whole and max(ayes, noes) <= _MOST_VOTES and ayes + noes >= _FEWEST_VOTES


def sentence_at(sentences: Sequence[Span], place: int, length: int) -> Span:
    """The sentence in which a place stands; the whole text where it stands in none."""
    index = bisect_right(sentences, (place, length)) - 1
    if index >= 0 and sentences[index][0] <= place < sentences[index][1]:
        return sentences[index]
    return 0, length


def stepped(whole: _Value) -> tuple[_Value, _Value]:
    """What went from one value to another, as the two values."""
    return replace(whole, most=None), replace(whole, value=whole.most or whole.value, most=None)
