"""Dates that a text states, resolved against the article's own day where they are relative; unknown stays unknown.

Source: the catalogue of traps: a year printed a year too early near its anniversary is a slip, and both are kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from watcher.core.facts.directions import directed
from watcher.core.facts.kinds import kinded
from watcher.core.facts.model import When
from watcher.core.facts.periods import PERIOD_WORDS, periods
from watcher.core.facts.relative import RELATIVE_WORDS, date_or_none, month_of, nearest, relative_dates, year_end
from watcher.core.facts.seeking import Sought
from watcher.core.facts.slips import month_slips, slip
from watcher.core.text.plain import Span

MONTHS: Mapping[str, int] = {
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
_YEAR = r"(?:19|20)\d\d"
_NAME = "|".join(sorted(MONTHS, key=len, reverse=True))
_NAME_AFTER = re.compile(
    rf"(?:[-\u2013](?P<last>[0-3]?\d))?(?:st|nd|rd|th|\.|er)?\s(?:(?:de|of)\s)?(?P<month>{_NAME})(?![^\W\d_])"
    rf"(?:\.?,?\s(?:de\s)?(?P<year>{_YEAR})(?!\d))?"
)
_NAME_BEFORE = re.compile(rf"(?<![^\W_])(?P<month>{_NAME})\.?,?\s(?:de\s)?\Z")
_DAY_BEFORE = re.compile(r"\d(?:st|nd|rd|th|\.)?\s\Z")
"""Before a month and its year: a day of it, which is none where that month has no such day."""
_AFTER_DAY = re.compile(rf"(?:[-\u2013](?P<last>[0-3]?\d)(?!\d))?(?:st|nd|rd|th)?(?:,?\s(?P<year>{_YEAR})(?!\d))?")
_YEAR_END = re.compile(
    r"\b(?:(?:the\s)?(?:end|close)(?:\sof\s|-of-|-|\s)(?:the\syear\s)?|year-?end\s|ende\s|fin\s(?:de\s)?)\Z"
)
_ENDING_CHARS = 24
_ISO = re.compile(rf"(?P<year>{_YEAR})-(?P<month>[01]\d)-(?P<day>[0-3]\d)(?![\d-])")
_CJK = re.compile(
    rf"(?:(?P<year>{_YEAR})\s?[年년]\s?)?(?<!\d)(?P<month>1[0-2]|0?[1-9])\s?[月월](?:\s?(?P<day>[0-3]?\d)\s?[日일])?"
)
_SOUGHT = Sought((*RELATIVE_WORDS, *PERIOD_WORDS))
_NAME_CHARS = 13
_MOST_DAY, _MOST_DAY_CHARS, _YEAR_CHARS = 31, 2, 4
_LEAP_YEAR = 2024


def dates_of(
    text: str, runs: Sequence[Span], published: date | None, sentences: Sequence[Span], language: str | None = None
) -> tuple[When, ...]:
    """Every date in the order of the text; where two forms overlap, the longer one. `runs` are those of its digits."""
    found = sorted(
        month_slips(tuple(_every(text, runs, published, language))), key=lambda each: (each.start, -each.end)
    )
    kept: list[When] = []
    for each in found:
        if not kept or each.start >= kept[-1].end:
            kept.append(directed(text, kinded(text, each, sentences), sentences, published))
    return tuple(kept)


def lowered(text: str) -> str:
    """The text in small letters, every character in its place."""
    low = text.lower()
    return low if len(low) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _every(text: str, runs: Sequence[Span], published: date | None, language: str | None) -> Iterator[When]:
    low = lowered(text)
    at = _SOUGHT.places(low)
    for run in runs:
        if run[1] - run[0] <= _YEAR_CHARS:
            yield from _around(low, run, published)
    if "月" in text or "월" in text:
        yield from _east_asian(text, published)
    yield from relative_dates(text, low, at, published, language)
    yield from periods(text, low, at, runs, published)


def _around(low: str, run: Span, published: date | None) -> Iterable[When]:
    """The date that this run of digits is the day or the year of."""
    start, end = run
    joined = low[start - 1 : start] in _JOINED
    if end - start <= _MOST_DAY_CHARS and not joined:
        return _of_day(low, run, published)
    if end - start == _YEAR_CHARS and low[start : start + 2] in _CENTURIES:
        return _of_year(low, run, published) if not joined or low[start - 4 : start] == "end-" else ()
    return ()


_CENTURIES = frozenset({"19", "20"})
_JOINED = frozenset("./-:,\u2013")
"""Before a number: it is a part of another one, or the end of a range."""


def _of_day(low: str, run: Span, published: date | None) -> Iterable[When]:
    """`4 February 2026`, `February 4th, 2026`, `Feb. 9-12`."""
    start, end = run
    day = int(low[start:end])
    if not 1 <= day <= _MOST_DAY:
        return ()
    named = _NAME_BEFORE.search(low, max(0, start - _NAME_CHARS), start)
    if named is not None:
        after = _AFTER_DAY.match(low, end)
        start = named.start()
    else:
        named = after = _NAME_AFTER.match(low, end)
    if named is None or after is None:
        return ()
    stated = (after["year"], MONTHS[named["month"]], day)
    until = None if after["last"] is None else int(after["last"])
    return _exact((start, after.end()), stated, published, until)


def _of_year(low: str, run: Span, published: date | None) -> Iterable[When]:
    """`2026-02-04`, `February 2026`."""
    start, end = run
    iso = _ISO.match(low, start)
    if iso is not None:
        return _exact(iso.span(), (iso["year"], int(iso["month"]), int(iso["day"])), published)
    ending = _YEAR_END.search(low, max(0, start - _ENDING_CHARS), start)
    if ending is not None:
        return (year_end((ending.start(), end), int(low[start:end])),)
    named = _NAME_BEFORE.search(low, max(0, start - _NAME_CHARS), start)
    if named is not None and _DAY_BEFORE.search(low, max(0, named.start() - _YEAR_CHARS), named.start()) is None:
        return (_whole_month((named.start(), end), int(low[start:end]), MONTHS[named["month"]]),)
    return ()


def _east_asian(text: str, published: date | None) -> Iterator[When]:
    for match in _CJK.finditer(text):
        month = int(match["month"])
        if match["day"] is not None:
            yield from _exact(match.span(), (match["year"], month, int(match["day"])), published)
        elif match["year"] is not None:
            yield _whole_month(match.span(), int(match["year"]), month)


def _whole_month(span: Span, year: int, month: int) -> When:
    first, last = month_of(year, month)
    return When(start=span[0], end=span[1], first=first, last=last)


def _exact(
    span: Span, stated: tuple[str | None, int, int], published: date | None, until: int | None = None
) -> Iterator[When]:
    """The day as stated: with its year, else the day of that name nearest to the article's own; nothing if none.

    Args: `until` is the last day of several in one month.
    """
    year, month, day = stated
    start, end = span
    if year is None:
        if date_or_none(_LEAP_YEAR, month, day) is not None:
            near = nearest(month, day, published)
            yield When(start=start, end=end, first=near, last=_until(near, until), relative=True)
        return
    first = date_or_none(int(year), month, day)
    if first is not None:
        likely = slip(first, published)
        yield When(
            start=start, end=end, first=first, last=_until(first, until), suspect=likely is not None, likely=likely
        )


def _until(first: date | None, day: int | None) -> date | None:
    """The last of several days of one month."""
    if first is None or day is None or day <= first.day:
        return first
    return date_or_none(first.year, first.month, day) or first
