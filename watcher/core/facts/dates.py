"""Dates that a text states, resolved against the article's own day where they are relative; unknown stays unknown.

Source: the catalogue of traps: a year printed a year too early near its anniversary is a slip, and both are kept.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta

from watcher.core.facts.model import When
from watcher.core.text.plain import Span

_MONTHS: Mapping[str, int] = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan", "januar", "janvier", "enero"),
            ("february", "feb", "februar", "février", "febrero"),
            ("march", "mar", "märz", "mars", "marzo"),
            ("april", "apr", "avril", "abril"),
            ("may", "mai", "mayo"),
            ("june", "jun", "juni", "juin", "junio"),
            ("july", "jul", "juli", "juillet", "julio"),
            ("august", "aug", "août", "agosto"),
            ("september", "sept", "sep", "septembre", "septiembre"),
            ("october", "oct", "oktober", "okt", "octobre", "octubre"),
            ("november", "nov", "novembre", "noviembre"),
            ("december", "dec", "dezember", "dez", "décembre", "diciembre"),
        ),
        start=1,
    )
    for name in names
}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_YEAR = r"(?:19|20)\d\d"
_MONTH = re.compile(
    r"(?<![^\W_])(?:jan|feb|fév|mar|mär|apr|abr|avr|may|mai|jun|jui|jul|aug|aoû|ago|sep|oct|okt|nov|dec|dez|déc|dic|ene)"
    r"[a-zéû]{0,7}(?![^\W\d_])",
    re.IGNORECASE,
)
"""What may be a month's name; `_MONTHS` decides."""
_DAY_BEFORE = re.compile(r"(?<![\w.])(?P<day>[0-3]?\d)(?:st|nd|rd|th|\.|er)?\s(?:(?:de|of)\s)?\Z", re.IGNORECASE)
_DAY_AFTER = re.compile(rf"\.?\s(?P<day>[0-3]?\d)(?:st|nd|rd|th)?(?!\d)(?:,?\s(?P<year>{_YEAR})(?!\d))?", re.IGNORECASE)
_YEAR_AFTER = re.compile(rf"\.?,?\s(?:de\s)?(?P<year>{_YEAR})(?!\d)")
_ISO = re.compile(rf"(?<![\d/-])(?P<year>{_YEAR})-(?P<month>[01]\d)-(?P<day>[0-3]\d)(?![\d-])")
_CJK = re.compile(
    rf"(?:(?P<year>{_YEAR})\s?[年년]\s?)?(?<!\d)(?P<month>1[0-2]|0?[1-9])\s?[月월](?:\s?(?P<day>[0-3]?\d)\s?[日일])?"
)
_WEEKDAY = re.compile(rf"(?<!\w)(?:(?P<which>last|next|this|on)\s)(?P<day>{'|'.join(_DAYS)})(?!\w)", re.IGNORECASE)
_NEAR = re.compile(
    r"(?<!\w)(?P<word>today|yesterday|tomorrow)(?!\w)|(?P<cjk>今日|昨日|明日|今天|昨天|明天)", re.IGNORECASE
)
_STEPS = {
    "today": 0,
    "今日": 0,
    "今天": 0,
    "yesterday": -1,
    "昨日": -1,
    "昨天": -1,
    "tomorrow": 1,
    "明日": 1,
    "明天": 1,
}
_AFTER = re.compile(
    r"(?<!\w)within\s(?P<count>\d{1,3}|one|two|three|ten|thirty|sixty|ninety)\s(?:business\s|calendar\s|working\s)?"
    r"(?P<unit>days?|weeks?|months?)\s(?:of|after|from)\s",
    re.IGNORECASE,
)
_UNTIL = r"(?:on|until|through|to|till|bis|am|ab)"
_KINDS: tuple[tuple[str, re.Pattern[str], re.Pattern[str] | None], ...] = tuple(
    (kind, re.compile("|".join(before), re.IGNORECASE), re.compile(after, re.IGNORECASE) if after else None)
    for kind, before, after in (
        (
            "comment_close",
            (
                (
                    r"(?:comments?|submissions?)(?:\s\w+){0,6}\s"
                    r"(?:by|on or before|until|through|before|no later than|due(?: by| on)?)\s\Z"
                ),
                r"comment period (?:closes|ends|runs)(?:\s\w+){0,2}\s\Z",
                r"征求意见\w{0,8}至\Z",
                r"意见反馈\w{0,8}\Z",
            ),
            None,
        ),
        (
            "expires",
            (
                (
                    rf"(?:expires?|expir(?:y|ing|ation)|ends?|runs? out|lapses?|valid|suspend(?:ed|s)\b[^.;]{{0,80}}|"
                    rf"extended|paused|läuft|ausgesetzt)(?:\s\w+){{0,4}}?\s{_UNTIL}\s\Z"
                ),
                r"\b(?:until|through|till)\s\Z",
                r"(?:有效期|暂停)\w{0,12}至\Z",
                r"至\Z",
            ),
            r"\A(?:まで|に失効|到期|届满|止)",
        ),
        (
            "effective",
            (
                (
                    r"(?:effective|takes? effect|came into force|comes? into force|enters? into force|in force|"
                    r"in Kraft|gilt|applies|starting|beginning|as of|wirksam)"
                    r"(?:\s(?:on|from|as of|since|ab|am|seit|the))*\s\Z"
                ),
                r"自\Z",
            ),
            r"\A\s?(?:起(?:施行|实施|执行|生效)?|から施行|施行|に発効|生效|부터 시행|in Kraft)",
        ),
        ("hearing", (r"hearing(?:s)?(?:\s\w+){0,5}\s(?:on|for)\s\Z", r"听证会\w{0,6}\Z"), None),
        ("meeting", (r"(?:meeting|summit|conference|ministerial|session)(?:\s\w+){0,5}\s(?:on|for|in)\s\Z",), None),
        (
            "deadline",
            (
                (
                    r"(?:deadline|due|no later than|not later than|on or before|must\b[^.;]{0,60}\sby|by the end of|"
                    r"spätestens am|bis spätestens)(?:\s(?:of|on|is|for|by))*\s\Z"
                ),
                r"截止(?:日期)?\w{0,4}\Z",
                r"\bby\s\Z",
            ),
            r"\A(?:前|之前|期限)",
        ),
    )
)
"""What a date is the date of, by the words before it and behind it; the first that fits."""
_BEFORE = 90
_SLIP_FROM, _SLIP_TO, _SLIP_DAYS = 330, 400, 3
_DAY_CHARS = 12
_LEAP_YEAR = 2024


def dates_of(text: str, published: date | None, sentences: tuple[Span, ...]) -> tuple[When, ...]:
    """Every date in the order of the text; where two forms overlap, the longer one."""
    found = sorted(_every(text, published), key=lambda each: (each.start, -each.end))
    kept: list[When] = []
    for each in found:
        if not kept or each.start >= kept[-1].end:
            kept.append(_kinded(text, each, sentences))
    return tuple(kept)


def _every(text: str, published: date | None) -> Iterator[When]:
    for match in _MONTH.finditer(text):
        month = _MONTHS.get(match[0].casefold())
        if month is not None:
            yield from _of_month(text, match, month, published)
    for match in _ISO.finditer(text):
        yield from _exact(match.span(), (match["year"], int(match["month"]), int(match["day"])), published)
    if "月" in text or "월" in text:
        for match in _CJK.finditer(text):
            month = int(match["month"])
            if match["day"] is not None:
                yield from _exact(match.span(), (match["year"], month, int(match["day"])), published)
            elif match["year"] is not None:
                yield _whole_month(match.span(), int(match["year"]), month)
    yield from _relative(text, published)


def _of_month(text: str, match: re.Match[str], month: int, published: date | None) -> Iterator[When]:
    """A date around a month's name: `4 February 2026`, `February 4th, 2026`, `February 2026`."""
    before = _DAY_BEFORE.search(text, max(0, match.start() - _DAY_CHARS), match.start())
    after = _DAY_AFTER.match(text, match.end())
    year = _YEAR_AFTER.match(text, match.end())
    if before is not None:
        end = match.end() if year is None else year.end()
        stated = None if year is None else year["year"]
        yield from _exact((before.start(), end), (stated, month, int(before["day"])), published)
    elif after is not None:
        yield from _exact((match.start(), after.end()), (after["year"], month, int(after["day"])), published)
    elif year is not None:
        yield _whole_month((match.start(), year.end()), int(year["year"]), month)


def _whole_month(span: Span, year: int, month: int) -> When:
    return When(
        start=span[0], end=span[1], first=date(year, month, 1), last=date(year, month, monthrange(year, month)[1])
    )


def _exact(span: Span, stated: tuple[str | None, int, int], published: date | None) -> Iterator[When]:
    """The day as stated: with its year, else the day of that name nearest to the article's own; nothing if none."""
    year, month, day = stated
    start, end = span
    if year is None:
        if _date(_LEAP_YEAR, month, day) is not None:
            near = _nearest(month, day, published)
            yield When(start=start, end=end, first=near, last=near, relative=True)
        return
    first = _date(int(year), month, day)
    if first is not None:
        likely = _slip(first, published)
        yield When(start=start, end=end, first=first, last=first, suspect=likely is not None, likely=likely)


def _relative(text: str, published: date | None) -> Iterator[When]:
    for match in _WEEKDAY.finditer(text) if "day" in text else ():
        day = None if published is None else _weekday(match["which"].casefold(), match["day"].casefold(), published)
        yield When(start=match.start(), end=match.end(), first=day, last=day, relative=True)
    for match in _NEAR.finditer(text):
        day = None if published is None else published + timedelta(days=_STEPS[match[0].casefold()])
        yield When(start=match.start(), end=match.end(), first=day, last=day, relative=True)
    for match in _AFTER.finditer(text):
        # "within ten days of its passage": when that is, the text does not say.
        yield When(
            start=match.start(),
            end=match.end(),
            first=None,
            last=None,
            kind="deadline",
            relative=True,
            conditional=True,
        )


def _weekday(which: str, day: str, published: date) -> date:
    """`on Tuesday` is the one before or on the article's day; `next` the one after it. `this` is in its week."""
    number = _DAYS.index(day)
    back = (published.weekday() - number) % 7
    if which == "next":
        return published + timedelta(days=(number - published.weekday()) % 7 or 7)
    if which == "this":
        return published + timedelta(days=number - published.weekday())
    return published - timedelta(days=back or (7 if which == "last" else 0))


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _nearest(month: int, day: int, published: date | None) -> date | None:
    """The day of that name nearest to the article's own; None where that is not known."""
    if published is None:
        return None
    years = (_date(published.year + step, month, day) for step in (-1, 0, 1))
    return min(
        (each for each in years if each is not None), key=lambda each: abs((each - published).days), default=None
    )


def _slip(stated: date, published: date | None) -> date | None:
    """The day that was probably meant, where the year printed looks like a slip."""
    if published is None or not _SLIP_FROM < (published - stated).days < _SLIP_TO:
        return None
    likely = _date(stated.year + 1, stated.month, stated.day)
    return likely if likely is not None and abs((published - likely).days) <= _SLIP_DAYS else None


def _kinded(text: str, when: When, sentences: tuple[Span, ...]) -> When:
    """The date with what it is the date of, by the words around it in its sentence."""
    if when.kind:
        return when
    low, high = next(((a, b) for a, b in sentences if a <= when.start < b), (0, len(text)))
    before = text[max(low, when.start - _BEFORE) : when.start]
    after = text[when.end : min(high, when.end + _BEFORE)]
    for kind, leading, trailing in _KINDS:
        if leading.search(before) or (trailing is not None and trailing.search(after)):
            return replace(when, kind=kind)
    return when
