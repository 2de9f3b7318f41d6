"""Numbers as people write them: thousands and decimals by the language's habit, ranges, scales in words and CJK signs.

Each number of a text is found once; sums, masses and percentages are told by what stands beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import islice

from watcher.core.text.plain import Span

_SEPARATED = r"(?:[,.\u2019'\u00a0\u202f]\d{3})+(?!\d)(?:[.,]\d{1,4})?"
_DIGITS = rf"\d(?:\d{{0,2}}{_SEPARATED}|\d{{0,14}}(?:[.,]\d{{1,6}})?)"
_NUMBER = re.compile(_DIGITS)  # a digit first: so it is searched for quickly
_SPACED_NUMBER = re.compile(rf"\d{{1,3}}(?: \d{{3}})+(?!\d)(?:[.,]\d{{1,4}})?|{_DIGITS}")
_SPACED = frozenset({"fr", "pl", "cs", "ru", "uk", "sv", "fi", "nb", "no", "bg"})
"""Languages that part thousands by spaces."""
_RANGE = re.compile(rf"\s?(?:[-\u2013~\uff5e\u301c]|to|bis|à|and|至|から)\s?(?:[A-Z]{{0,3}}[$€£¥])?({_DIGITS})")
_AND = re.compile(r"\s?and\b")
_BETWEEN = re.compile(r"(?i)(?:between|from)\s?(?:[A-Z]{0,3}[$€£¥])?\Z")
_TO = re.compile(r"\s?to\b")
_FROM = re.compile(r"(?i)(?<!ranging\s)(?<!ranges\s)(?<!range\s)\bfrom\s[~]?(?:[A-Z]{0,3}[$€£¥])?\Z")
_YEAR = re.compile(r"(?:19|20)\d\d\Z")
_RUN, _ASCII_RUN = re.compile(r"\d\d*"), re.compile("[0-9][0-9]*")
_POINTS = frozenset(".,")
MOST_NUMBERS = 2_000
"""Numbers of a text that are looked at: a table of more is nobody's news."""
_LATIN_SCALE = re.compile(
    r"[\s\u00a0-]?(thousand|millionen|milliarden|milliarde|milliards?|millions?|billions?|trillions?|mill[oó]n(?:es)?|"
    r"bill[oó]n(?:es)?|miljo(?:en|ner|n)|miljard(?:er|en)?|milion[ei]|miliard[oi]|milh(?:ão|ões)|bilh(?:ão|ões)|tausend|mio\.?|mrd\.?|mln|bln|trn|mn|bn|tn|[kmb])(?![^\W_])",
    re.IGNORECASE,
)
_CJK_SCALE = re.compile(r"\s?((?:[千百十천백십])?[万萬亿億兆만억조]亿?|千(?![克瓦])|천(?!톤))")
_METRES = re.compile(r"\s(?:@|at|of|grading|averaging|from)\b")
"""After `116.8 m`: a length drilled, and no million."""
_COMMA_DECIMALS = frozenset({"de", "fr", "es", "it", "pt", "nl", "pl", "sv", "da", "fi", "nb", "no", "ru", "cs"})
_COMMA_GROUPS = re.compile(r"\d{1,3}(?:,\d{3})+\Z")
_POINT_GROUPS = re.compile(r"\d{1,3}(?:\.\d{3})+\Z")
_GAPS = re.compile(r"[\u2019'\u00a0\u202f ]")

_RANGE_STARTS = frozenset("-\u2013~\uff5e\u301ctbaà至か")
_LATIN_STARTS = frozenset("-tmbkTMBK\u212a")
"""With which characters what follows a number begins, a space aside; the last one is a small k to a pattern."""
_GOING_ON = _RANGE_STARTS | _LATIN_STARTS

_SCALES: dict[str, Decimal] = {
    word: Decimal(10) ** power
    for power, words in {
        3: ("k", "thousand", "tausend", "mil", "千", "천"),
        4: ("万", "萬", "만"),
        6: (
            *("m", "mn", "mln", "mio", "million", "millions", "millionen", "millon", "millones", "millón"),
            *("miljoen", "miljon", "miljoner", "milione", "milioni", "milhão", "milhões"),
        ),
        8: ("亿", "億", "억"),
        9: (
            *("b", "bn", "bln", "billion", "billions", "mrd", "milliarde", "milliarden", "milliard", "milliards"),
            *("miljard", "miljarden", "miljarder", "miliardo", "miliardi", "bilhão", "bilhões"),
        ),
        12: ("tn", "trn", "trillion", "trillions", "billon", "billón", "billones", "万亿", "兆", "조"),
    }.items()
    for word in words
}
_SCALES |= {
    f"{sign}{word}": times * _SCALES[word]
    for signs, times in (("千천", Decimal(1000)), ("百백", Decimal(100)), ("十십", Decimal(10)))
    for sign in signs
    for word in "万萬亿億兆만억조"
}
"""What a scale word stands for. `Milliarde` is 10^9 and `billón` 10^12: the long scale has words of its own."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A number in the text with its range and scale: `text[start:end]` covers all of it.

    `scaled` says whether a scale word followed. `step`: it went from `low` to `high`: two values, no range. `following`
    is the character behind it, a space aside (see `beside`).
    """

    start: int
    end: int
    low: Decimal
    high: Decimal | None
    scaled: bool
    step: bool = False
    following: str = ""


def amounts_of(text: str, runs: Sequence[Span], language: str | None) -> Iterator[Amount]:
    """Every number of the text in order; the parts of `10兆2000億` are one. `runs` are those of its digits."""
    at = 0
    match_at = (_SPACED_NUMBER if language in _SPACED else _NUMBER).match
    for run, end in runs:
        while at < end:  # a run may hold several: no number has more than so many digits
            match = match_at(text, max(run, at))
            if match is None:
                break
            start, at = match.span()
            low = None if text[start - 1 : start] in _POINTS else number(match[0], language)
            if low is not None:
                amount = _amount(text, match, low, language)
                at = amount.end
                yield amount


def _amount(text: str, match: re.Match[str], low: Decimal, language: str | None) -> Amount:
    """The number with what belongs to it: a range's other end, its scale, a part in a smaller scale."""
    end, high, joint = match.end(), None, match.end()
    first = beside(text, end)
    if first not in _GOING_ON and first <= "\u3000":
        return Amount(match.start(), end, low, None, False, False, first)
    ranged = _ranged(text, match) if first in _RANGE_STARTS else None
    if ranged is not None:
        high = number(ranged[1], language)
        end = ranged.end()
    times, end, scaled = _scale_at(text, end)
    low, high = low * times, None if high is None else high * times
    if scaled and high is None:
        joint = end
        high, end = _scaled_high(text, match.start(), end, language)
        if high is None:
            low, end = _with_lower_part(text, end, low, times, language)
        elif high < low:
            high, end = None, joint
    step = high is not None and _TO.match(text, joint) is not None and _ends(_FROM, text, match.start())
    return Amount(match.start(), end, low, high, scaled, step, beside(text, end))


def _ranged(text: str, first: re.Match[str]) -> re.Match[str] | None:
    """The second number of a range, with what joins it; `in 2024 to 53 %` is none, nor is `12 and 14`."""
    found = _RANGE.match(text, first.end())
    if found is None or (_AND.match(text, first.end()) and not _ends(_BETWEEN, text, first.start())):
        return None
    if _TO.match(text, first.end()) and _YEAR.match(first[0]) and not _YEAR.match(found[1]):
        return None
    return found


def beside(text: str, at: int) -> str:
    """The character from that place on that is no space: a guard, since patterns are dear and most numbers are bare."""
    first = text[at : at + 1]
    return text[at + 1 : at + 2] if first.isspace() else first


def _scaled_high(text: str, start: int, end: int, language: str | None) -> tuple[Decimal | None, int]:
    """The upper end of a range both of whose ends bear a scale, and where it ends: `between £4m and £6m`."""
    found = _RANGE.match(text, end)
    if found is None or (_AND.match(text, end) and not _ends(_BETWEEN, text, start)):
        return None, end
    times, stop, scaled = _scale_at(text, found.end())
    high = number(found[1], language) if scaled else None
    return (None, end) if high is None else (high * times, stop)


def _ends(pattern: re.Pattern[str], text: str, at: int) -> bool:
    """Whether the pattern ends at that place."""
    return pattern.search(text, max(0, at - 20), at) is not None


def _scale_at(text: str, at: int) -> tuple[Decimal, int, bool]:
    first = beside(text, at)
    found = _LATIN_SCALE.match(text, at) if first in _LATIN_STARTS else None
    if found is None and first > "\u3000":
        found = _CJK_SCALE.match(text, at)
    if found is None or (found[0] == " m" and _METRES.match(text, found.end())):
        return Decimal(1), at, False
    return _SCALES.get(found[1].casefold().rstrip("."), Decimal(1)), found.end(), True


def _with_lower_part(text: str, end: int, low: Decimal, times: Decimal, language: str | None) -> tuple[Decimal, int]:
    """A second number in a smaller CJK scale right behind belongs to the same sum: 10兆2000億."""
    rest = _NUMBER.match(text, end)
    scale = None if rest is None else _CJK_SCALE.match(text, rest.end())
    if rest is None or scale is None or times <= _SCALES[scale[1]]:
        return low, end
    return low + (number(rest[0], language) or Decimal(0)) * _SCALES[scale[1]], scale.end()


def number(text: str, language: str | None) -> Decimal | None:
    """The value of a number as written; None for what is none. `language` decides between comma and point."""
    if text.isdecimal():
        return Decimal(text)
    bare = _GAPS.sub("", text)
    commas = language in _COMMA_DECIMALS
    if "," in bare and "." in bare:
        bare = bare.replace(",", "") if bare.rfind(".") > bare.rfind(",") else bare.replace(".", "").replace(",", ".")
    elif "," in bare:
        grouped = _COMMA_GROUPS.match(bare) is not None and not (commas and bare.count(",") == 1)
        bare = bare.replace(",", "" if grouped else ".")
    elif bare.count(".") > 1 or (commas and _POINT_GROUPS.match(bare)):
        bare = bare.replace(".", "")
    try:
        return Decimal(bare)
    except InvalidOperation:
        return None


def runs_of(text: str) -> tuple[Span, ...]:
    """Where digits stand together."""
    pattern = _ASCII_RUN if text.isascii() else _RUN
    return tuple([match.span() for match in islice(pattern.finditer(text), MOST_NUMBERS)])
