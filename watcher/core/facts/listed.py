"""Numbers of notices that share one year: 公告2025年第55号、第56号和第61号, `Announcements No. 55, 56 and 58 of 2025`.

Never reads a list of bare numbers: the word of a notice and a year stand by it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from watcher.core.facts.model import Numbered

_JOINED = re.compile(r"\s?(?:[、,，;；]|和|及|与|以及|或)\s?(?:公告)?第?\s?(?P<number>\d{1,4})\s?号")
_WORD = r"\b(?:announcements?|notices?|decrees?|circulars?|bekanntmachungen)\s(?:nos?\.?\s|numbers?\s|nr\.?\s)?"
_AND = r"(?:,\s(?:and\s|und\s)?|\s(?:and|und|&|to|through|bis)\s|\s?[-\u2013]\s?)"
_YEAR_BEHIND = re.compile(
    rf"{_WORD}(?P<list>\d{{1,4}}(?:{_AND}(?:nos?\.?\s)?\d{{1,4}})+)\s?(?:of|/|\(|,|von)\s?(?P<year>20\d\d)",
    re.IGNORECASE,
)
_YEAR_BEFORE = re.compile(rf"{_WORD}(?P<list>20\d\d[-/]\d{{1,3}}(?:{_AND}20\d\d[-/]\d{{1,3}})+)\b", re.IGNORECASE)
_ITS_CONTROLS = re.compile(
    r"\b(?:controls?|curbs|measures?|restrictions?|provisions?|rules)\s(?:of|under|in|from)\s"
    rf"(?P<list>20\d\d-\d{{1,3}}(?![\d-])(?:{_AND}20\d\d-\d{{1,3}}(?![\d-]))*)",
    re.IGNORECASE,
)
"""What a notice did, named by its number alone: `suspends the controls of 2025-57`."""
_ONE = re.compile(r"\d{1,4}")
_WHOLE = re.compile(r"(?P<year>20\d\d)[-/](?P<number>\d{1,3})")
_THROUGH = re.compile(r"\s?(?:to|through|bis|[-\u2013])\s?(?:nos?\.?\s)?")
_MOST = 30
"""Numbers of one range: a longer one is no list of notices."""


def joined(text: str, first: Numbered) -> Iterator[Numbered]:
    """The numbers right behind a Chinese one that have its year."""
    year, at = first.number.partition("-")[0], first.end
    while (match := _JOINED.match(text, at)) is not None:
        at = match.end()
        yield _notice(match.start("number"), at, year, int(match["number"]))


def listed(text: str, start: int, end: int) -> Iterator[Numbered]:
    """The numbers of every list in that stretch, those between the ends of a range too."""
    for match in _YEAR_BEHIND.finditer(text, start, end):
        year, before = match["year"], None
        for each in _ONE.finditer(text, *match.span("list")):
            number = int(each[0])
            if before is not None and _THROUGH.fullmatch(text, before.end(), each.start()):
                low = int(before[0])
                for between in range(low + 1, number) if number - low <= _MOST else ():
                    yield _notice(each.start(), each.end(), year, between)
            yield _notice(each.start(), each.end(), year, number)
            before = each
    for match in (*_YEAR_BEFORE.finditer(text, start, end), *_ITS_CONTROLS.finditer(text, start, end)):
        for each in _WHOLE.finditer(text, *match.span("list")):
            if int(each["number"]) != (int(each["year"]) + 1) % 100:  # no fiscal year
                yield _notice(each.start(), each.end(), each["year"], int(each["number"]))


def _notice(start: int, end: int, year: str, number: int) -> Numbered:
    return Numbered(start=start, end=end, kind="gazette", number=f"{year}-{number}")
