"""Days, amounts and numbers of documents as any language writes them; a quick look for comparing, never a fact.

What is shown to a reader as a value of the text is read elsewhere, with its unit and span.
"""

from __future__ import annotations

import re

_NAMES_OF_MONTHS = """
jan january januar
feb february februar
mar march märz
apr april
may mai
jun june juni
jul july juli
aug august
sep sept september
oct october oktober
nov november
dec december dezember
"""
_MONTHS = {name: number for number, names in enumerate(_NAMES_OF_MONTHS.split("\n")[1:-1], 1) for name in names.split()}
_MONTH_NAME = re.compile(r"[JFMASOND](?<!\w[JFMASOND])(?:[a-z\u00e4]{2,8}|[A-Z\u00c4]{2,8})\b")
_DAY_BEFORE = re.compile(r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|\.|er)? $")
_DAY_AFTER = re.compile(r"\.? (\d{1,2})(?:st|nd|rd|th)?(?!\d|[.,]\d)")
_IN_FIGURES = re.compile(r"-(\d\d)-(?<=\b\d{4}-\d\d-)(\d\d)\b")
_IN_CJK = re.compile(r"(\d{1,2})\s?\u6708\s?(\d{1,2})\s?[\u65e5\u53f7\u865f]")
_NEAR = 6
_AMOUNT = re.compile(
    r"(?P<number>\d(?<![\w.,/-]\d)"
    r"(?:\d{0,2}(?:,\d{3})+|\d{0,2},\d{1,2}(?=[ \u00a0](?:Mrd|Mio|Mill))|\d{0,11}(?:\.\d{1,6})?))"
    r"(?:[ \u00a0-]?(?P<unit>trillion|billion|million|thousand|Milliarde|Million|Mrd|Mio|bn|mn|[MBKmbk](?!\w)"
    r"|万亿|兆|[亿億万萬]|[%％]|per ?cent))?"
)
_IN_TWO = re.compile(r"(\d{1,4})[亿億](\d{1,4})[万萬]")
"""A sum in two scales: 1億8400万."""
_TIMES = {
    "trillion": 10**12, "兆": 10**12, "万亿": 10**12, "billion": 10**9, "bn": 10**9, "b": 10**9, "mrd": 10**9,
    "million": 10**6, "mn": 10**6, "m": 10**6, "mio": 10**6, "milliarde": 10**9, "thousand": 10**3, "k": 10**3,
    "亿": 10**8, "億": 10**8, "万": 10**4, "萬": 10**4,
}  # fmt: skip
_PERCENT = frozenset({"%", "％", "percent", "per cent"})
# The number behind these is a document's, and no quantity.
_FILED = re.compile(
    r"(?<![.\w])(?:H\. ?R\.?|HR|S\.|(?:[HS]\. ?)?(?:J\. ?)?Res\.|Nos?\.?|Nr\.?|E\.O\.|Executive Order)[ \u00a0]?$"
)
_FILED_CHARS = 18
_YEAR = re.compile(r"(?:19|20)\d\d")
_TELLING_DIGITS = 3
_PAPER = re.compile(
    r"(?:公告|令|第)\s?(?:(?P<year>\d{4})\s?年\s?)?第?\s?(?P<zh>\d{1,4})\s?[号號]"
    r"|\bNo\.? ?(?P<no>\d{1,5})(?:,? of (?:20\d\d))?\b"
    r"|\b(?P<bill>(?:H\.? ?R\.?|S\.) ?\d{1,5})\b"
    r"|\b(?P<reg>20\d\d[-/]\d{2,6})\b(?![-/]\d)"
)
_MONTHS_A_YEAR, _DAYS_A_MONTH = 12, 31


def days_in(text: str) -> frozenset[str]:
    """The days that a text names, as `08-22`: without the year, which texts leave out more often than not."""
    found = [(int(month), int(day)) for month, day in _IN_FIGURES.findall(text)]
    if "\u6708" in text:
        found += [(int(month), int(day)) for month, day in _IN_CJK.findall(text)]
    for match in _MONTH_NAME.finditer(text):
        month = _MONTHS.get(match.group().lower())
        if month is not None:
            start, end = match.span()
            day = _DAY_AFTER.match(text, end) or _DAY_BEFORE.search(text[max(0, start - _NEAR) : start])
            if day is not None:
                found.append((month, int(day[1])))
    return frozenset(
        f"{month:02}-{day:02}" for month, day in found if 1 <= month <= _MONTHS_A_YEAR and 1 <= day <= _DAYS_A_MONTH
    )


def amounts_in(text: str) -> frozenset[str]:
    """The quantities of a text that are worth comparing, `1.84e+07` for 18.4 million: three digits or a unit at least.

    Years count as days do: as none. Percentages count where they have a fraction.
    """
    found = set()
    for match in _AMOUNT.finditer(text):
        number, unit = match["number"], (match["unit"] or "").lower()
        # A comma before fewer than three digits is the decimal one of other languages.
        number = number.replace(",", "" if number[-4:-3] == "," else ".")
        if unit in _PERCENT:
            if "." in number:
                found.add(f"{number}%")
        elif unit in _TIMES:
            found.add(f"{float(number) * _TIMES[unit]:.4g}")
        elif len(number) >= _TELLING_DIGITS and not _YEAR.fullmatch(number) and not _filed(text, match.start()):
            found.add(f"{float(number):.6g}")
    if "亿" in text or "億" in text:
        found |= {f"{int(great) * 1e8 + int(small) * 1e4:.4g}" for great, small in _IN_TWO.findall(text)}
    return frozenset(found)


def _filed(text: str, at: int) -> bool:
    """Whether the number that begins there is a bill's or a notice's."""
    return _FILED.search(text[max(0, at - _FILED_CHARS) : at]) is not None


def papers_in(text: str) -> frozenset[str]:
    """The numbers of documents in a text: an announcement's, a bill's, a regulation's."""
    found = set()
    for match in _PAPER.finditer(text):
        number = match["zh"] or match["no"] or match["bill"] or match["reg"]
        found.add(re.sub(r"[. ]", "", number).upper().lstrip("0"))
    return frozenset(found)
