"""Stretches of time by their names: quarters and halves of a year, the end of a month, a day of the next month.

Never guesses a fiscal year: a quarter without its calendar year stays unread.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from watcher.core.facts.model import When
from watcher.core.facts.relative import MONTH_NAMES, date_or_none, month_of, nearest
from watcher.core.facts.seeking import Places
from watcher.core.text.plain import Span

_YEAR = r"(?P<year>20\d\d)(?!\d)"
_ORDER: Mapping[str, int] = {
    word: number
    for number, words in {
        1: "1 first 1st ersten erstes 1. 一 １ 上 前",
        2: "2 second 2nd zweiten zweites 2. 二 ２ 下 後",
        3: "3 third 3rd dritten drittes 3. 三 ３",
        4: "4 fourth 4th vierten viertes 4. 四 ４",
    }.items()
    for word in words.split()
}
_QUARTERS = (
    re.compile(rf"\b(?:q(?P<quarter>[1-4])|h(?P<half>[12]))(?:\sof|,)?\s?{_YEAR}"),
    re.compile(rf"\b{_YEAR}\s?(?:q(?P<quarter>[1-4])|h(?P<half>[12]))\b"),
    re.compile(
        r"\b(?:the\s)?(?P<which>first|second|third|fourth|1st|2nd|3rd|4th|erste[ns]|zweite[ns]|dritte[ns]|vierte[ns]|[1-4]\.)[\s-]"
        rf"(?:(?P<of_quarter>quarter|quartal)|(?P<of_half>half|halbjahr))\s(?:of\s)?{_YEAR}"
    ),
    re.compile(
        rf"{_YEAR}\s?年\s?(?:第?\s?(?P<which>[一二三四1-4１-４])(?P<of_quarter>季度|四半期)|"
        r"(?P<which_half>[上下前後])(?P<of_half>半年|半期|期|半))"
    ),
)
_PART = re.compile("q[1-4u]|h[12a]|年")
"""What stands in all of them: most years are of no quarter."""
_NAMES: Mapping[str, int] = {name: number for names in MONTH_NAMES.values() for number, name in enumerate(names, 1)}
_NAME = "|".join(sorted(_NAMES, key=len, reverse=True))
_MONTH_END = re.compile(
    rf"(?:(?:the\s)?end(?:\sof\s|[\s-])|ende\s|fin\s(?:de\s)?|fines\sde\s)(?P<month>{_NAME})"
    r"(?![^\W\d_])(?:,?\s(?P<year>20\d\d)(?!\d))?(?!\s\d)"
)
_MONTH_END_CJK = re.compile(r"(?:(?P<year>20\d\d)\s?年\s?)?(?<!\d)(?P<month>1[0-2]|0?[1-9])\s?月(?:末|底)")
_SHIFTED = re.compile(r"(?P<which>[来來先今翌下上本])个?月(?:(?P<day>[0-3]?\d)\s?[日号]|(?P<end>[末底]))")
_STEPS: Mapping[str, int] = {"来": 1, "來": 1, "翌": 1, "下": 1, "今": 0, "本": 0, "先": -1, "上": -1}
_THAT_YEAR_END = re.compile(r"(?P<which>[今本明来來去昨])年(?:年?[底末]|内)")
_YEARS: Mapping[str, int] = {"明": 1, "来": 1, "來": 1, "今": 0, "本": 0, "去": -1, "昨": -1}
_AFTER = re.compile(
    r"\b(?P<count>\d{1,3}|one|two|three|four|five|six|seven|ten|twelve|thirty|sixty|ninety|a)[\s-]"
    r"(?:business\s|calendar\s|working\s)?(?P<unit>day|week|month)s?\s(?:after|following|from)\s"
    r"(?:(?:its|the|their|this|that)\s)?(?:date\s(?:of\s)?|day\s(?:of\s)?)?"
    r"(?:publication|signature|signing|enactment|entry|adoption|passage|approval|receipt|issuance|notice|today|now)\b"
)
_ENDS = ("the end of ", "end of ", "end ", "end-", "ende ", "fin ", "fines ")
_AFTERS = tuple(
    f"{unit} {word}" for unit in ("day", "days", "weeks", "months") for word in ("after", "following", "from")
)
PERIOD_WORDS = (*_ENDS, *_AFTERS)
"""The words in small letters that some of these stretches hang on."""
_HALF, _QUARTER, _YEAR_CHARS, _PART_CHARS = 6, 3, 4, 18


def periods(text: str, low: str, at: Places, runs: Sequence[Span], published: date | None) -> Iterator[When]:
    """Every such stretch; `low` is the text in small letters, `runs` its digits, `at` where `PERIOD_WORDS` stand."""
    cjk = not text.isascii() and ("年" in text or "月" in text)
    for start, end in runs:
        if end - start == _YEAR_CHARS and low[start : start + 2] == "20":
            yield from _around(low, max(0, start - _PART_CHARS), end + _PART_CHARS)
    for match in _opened(_MONTH_END, low, at):
        yield from _month_end(match, _NAMES[match["month"]], published)
    for match in _AFTER.finditer(low) if not at.keys().isdisjoint(_AFTERS) else ():
        yield When(start=match.start(), end=match.end(), first=None, last=None, relative=True, conditional=True)
    if cjk:
        for match in _MONTH_END_CJK.finditer(text):
            yield from _month_end(match, int(match["month"]), published)
        for match in _SHIFTED.finditer(text):
            yield from _shifted(match, published)
        for match in _THAT_YEAR_END.finditer(text):
            day = None if published is None else date(published.year + _YEARS[match["which"]], 12, 31)
            yield _on(match.span(), day, relative=True)


def _around(low: str, start: int, end: int) -> Iterator[When]:
    """The quarter or half of the year that stands there."""
    for pattern in _QUARTERS if _PART.search(low, start, end) is not None else ():
        match = pattern.search(low, start, end)
        if match is not None:
            yield _part(match)
            return


def _opened(pattern: re.Pattern[str], low: str, at: Places) -> Iterator[re.Match[str]]:
    """What the pattern finds that begins with the words of an end: most texts hold none of them."""
    for word in _ENDS:
        for start in at.get(word, ()):
            match = pattern.match(low, start)
            if match is not None and not low[start - 1 : start].isalnum():
                yield match


def _part(match: re.Match[str]) -> When:
    """A quarter or a half of a year."""
    year, groups = int(match["year"]), match.groupdict()
    which = groups.get("quarter") or groups.get("half") or groups.get("which") or groups.get("which_half") or "1"
    months = _HALF if groups.get("half") or groups.get("of_half") else _QUARTER
    last_month = min(12, _ORDER[which] * months)
    first, _ = month_of(year, last_month - months + 1)
    return When(start=match.start(), end=match.end(), first=first, last=month_of(year, last_month)[1])


def _month_end(match: re.Match[str], month: int, published: date | None) -> Iterator[When]:
    """The last day of a month, the one nearest to the article's own day where no year stands by it."""
    if match["year"] is not None:
        last = month_of(int(match["year"]), month)[1]
        yield _on(match.span(), last, relative=False)
        return
    near = nearest(month, 28, published)
    yield _on(match.span(), None if near is None else month_of(near.year, month)[1], relative=True)


def _shifted(match: re.Match[str], published: date | None) -> Iterator[When]:
    """A day of this, the last or the next month."""
    if published is None:
        yield _on(match.span(), None, relative=True)
        return
    first = published.replace(day=1)
    step = _STEPS[match["which"]]
    month = (first + timedelta(days=32)).replace(day=1) if step > 0 else first
    month = (first - timedelta(days=1)).replace(day=1) if step < 0 else month
    if match["end"]:
        yield _on(match.span(), month_of(month.year, month.month)[1], relative=True)
        return
    day = date_or_none(month.year, month.month, int(match["day"]))
    if day is not None:
        yield _on(match.span(), day, relative=True)


def _on(span: Span, day: date | None, *, relative: bool) -> When:
    return When(start=span[0], end=span[1], first=day, last=day, relative=relative)
