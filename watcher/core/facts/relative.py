"""Dates told by the article's own day: weekdays, today, this week, last May, the end of a year, within ten days.

Never guesses the article's day: without it these dates are unknown, and so they are told.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from watcher.core.facts.model import When
from watcher.core.facts.seeking import Places
from watcher.core.text.plain import Span

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTH_NAMES: Mapping[str, tuple[str, ...]] = {
    language: tuple(names.split())
    for language, names in {
        "en": "january february march april may june july august september october november december",
        "de": "januar februar märz april mai juni juli august september oktober november dezember",
        "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    }.items()
}
_WHICH = re.compile(r"\b(?P<which>last|next|coming|this coming|this|on|by|until|till)\s\Z")
_GERMAN_DAYS = ("montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag")
_GERMAN_WHICH = re.compile(
    r"\b(?:(?:am|bis|an diesem|diesen)\s)?"
    r"(?:(?P<next>kommenden|nächsten)|(?P<last>vergangenen|letzten)|(?<=am)|(?<=bis))\s\Z"
)
_CJK_WEEKDAY = re.compile(
    r"(?P<which>[本这這上下])?(?:周|週|星期|礼拜)(?P<day>[一二三四五六日天])(?![年月])|"
    r"(?P<week>今週|先週|来週)の?(?P<yobi>[月火水木金土日])曜日?"
)
_CJK_DAYS: Mapping[str, int] = {
    sign: n for signs in ("一二三四五六日", "月火水木金土日") for n, sign in enumerate(signs)
}
_CJK_WHICH = {"上": -1, "先週": -1, "下": 1, "来週": 1}
_TODAYS = re.compile(
    r"['\u2019]s\s(?:\w+\s){0,3}(?:announcement|meeting|ministerial|summit|vote|decision|hearing|session|action|release|"
    r"order|ruling|launch|signing|news|notice|publication|auction|closing)\b"
)
"""After `today`: the day itself; `today's prices` are those of our times."""
_TOLD_TODAY = re.compile(
    r"(?:\b(?:later|earlier|here|effective|released|issued|published)|ed|\b(?:said|says|has|have|took|met|won|began|"
    r"was|is|are|were))\s\Z|(?:\A|[.!?\n\u201d\"]\s?)\Z"
)
"""Before `today`: something happened then."""
_TODAY_TOLD = re.compile(
    r",?\s(?:(?:\w+\s){0,4}(?:announced|said|signed|approved|issued|published|launched|released|reported|voted|adopted|"
    r"unveiled|imposed|suspended|confirmed|declared|completed|awarded|closed|filed|announces|reports|announcing|pleased)\b|by\s|was\s)"
)
_OF_OUR_TIMES = re.compile(
    r",?\s(?:[\w\u2019'-]+\s){0,4}?(?:operates?|controls?|accounts?|remains?|has|have|is|are|employs?|holds?|produces?)\b"
)
"""After a sentence's first word `Today`: how things stand nowadays, unless something was told."""
_PARTED = re.compile(r"明後日|一昨日|大?[前后]天|[今昨明](?:日|天)")
_STEPS = {"today": 0, "今": 0, "yesterday": -1, "昨": -1, "tomorrow": 1, "明": 1, "gestern": -1, "übermorgen": 2}
_STEPS |= {"vorgestern": -2, "明後日": 2, "一昨日": -2, "前天": -2, "后天": 2, "大前天": -3, "大后天": 3}
_ONE_MORE = {"yesterday": "the day before ", "tomorrow": "the day after "}
_WEEK = re.compile(r"\b(?P<which>this|last|next|earlier this|later this|the past)\s\Z")
_WEEKS = {"last": -1, "the past": -1, "next": 1}
_WEEKS_CJK = {"本周": 0, "上周": -1, "下周": 1, "今週": 0, "先週": -1, "来週": 1}
_BEFORE_MONTH = re.compile(
    r"\b(?P<word>in|since|until|by|from|through|last|next|this|im|seit|bis|en|depuis|desde)\s"
    r"(?:(?:early|mid|late|anfang|mitte|ende)[\s-])?\Z"
)
_DATED = re.compile(r"\w|\.?,?\s(?:de\s)?\d")
_AHEAD = frozenset({"until", "by", "through", "next", "bis"})
_YEAR_END_CJK = re.compile(r"(?P<year>20\d\d)\s?年(?:底|末)")
_WITHIN = re.compile(
    r"\bwithin\s(?:the\snext\s)?(?:\d{1,3}|one|two|three|four|five|six|seven|ten|twelve|thirty|sixty|ninety|a)[\s-]"
    r"(?:business\s|calendar\s|working\s)?(?:days?|weeks?|months?)\b(?:\s(?:of|after|from)\b)?"
)

_AHEAD_OF_IN: tuple[str, ...] = ("effect", "force", "effective", "expires", "expire", "lapses", "lapse", "due")
_AHEAD_OF_IN += ("close", "closes", "open", "opens", "start", "starts", "begin", "begins", "end", "ends")
"""Before `in ten days`: how far off something is. `Prices rose in ten days` says how long it took."""
_IN = tuple(f"{word} in " for word in _AHEAD_OF_IN)
_NUMBER_WORDS: Mapping[str, int] = {
    word: number
    for number, word in enumerate(("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), 1)
} | {"a": 1, "an": 1, "twelve": 12, "thirty": 30, "sixty": 60, "ninety": 90}
_FAR_OFF = re.compile(
    rf"in\s(?P<number>\d{{1,3}}|{'|'.join(_NUMBER_WORDS)})[\s-](?:calendar\s)?(?P<unit>day|week)s?\b(?!\s(?:of|after|from)\b)"
)
_CJK_FAR_OFF = re.compile(r"(?P<number>\d{1,3})(?:天|日)[后後](?=起?[施生实実正])")

_SMALL_MONTHS = frozenset({"fr", "es"})
"""Languages that write months small; elsewhere a small `may` is none."""
_BEFORE = 24
"""Characters before a day or a month that may say which one is meant."""
_ENGLISH, _GERMAN = ("today", "yesterday", "tomorrow"), ("gestern", "vorgestern", "übermorgen")
RELATIVE_WORDS = (
    *_DAYS,
    *_GERMAN_DAYS,
    *_ENGLISH,
    *_GERMAN,
    "week",
    "within ",
    *_IN,
    *(name for names in MONTH_NAMES.values() for name in names),
)
"""The words in small letters that these dates hang on, those of Chinese and Japanese left out."""


def relative_dates(text: str, low: str, at: Places, published: date | None, language: str | None) -> Iterator[When]:
    """Every such date; `low` is the text in small letters, `at` says where in it `RELATIVE_WORDS` stand."""
    yield from _weekdays(low, at, published)
    for word in _ENGLISH:
        for span in _places(low, word, at):
            if word != "today" or _is_a_day(text, low, span):
                yield _step(span, word, published, low)
    if language == "de":
        yield from _german(low, at, published)
    for start, end in _places(low, "week", at):
        which = _ahead_of(_WEEK, low, start)
        if which is not None:
            yield _when((which.start(), end), *_week(published, _WEEKS.get(which["which"], 0)))
    yield from _bare_months(text, low, at, published, language)
    yield from _within(low, at.get("within ", ()))
    for word in _IN if at else ():
        if word in at:
            yield from _in_days(low, at[word], len(word) - len("in "), published)
    if not text.isascii() and any(sign in text for sign in "日天周週年"):
        yield from _east_asian(text, published)


def _within(low: str, starts: Sequence[int]) -> Iterator[When]:
    """`within ten days of its passage`: when that is, the text does not say."""
    for start in starts:
        match = _WITHIN.match(low, start)
        if match is not None:
            yield _when(match.span(), None, None, kind="deadline", conditional=True)


def _in_days(low: str, starts: Sequence[int], before: int, published: date | None) -> Iterator[When]:
    for start in starts:
        yield from _far_off(_FAR_OFF.match(low, start + before), published)


def _far_off(match: re.Match[str] | None, published: date | None) -> Iterator[When]:
    """`in ten days`, counted from the article's own day."""
    if match is not None:
        number = match["number"]
        days = int(number) if number.isdecimal() else _NUMBER_WORDS[number]
        weeks = match.groupdict().get("unit") == "week"
        day = None if published is None else published + timedelta(days=7 * days if weeks else days)
        yield _when(match.span(), day, day)


def _places(low: str, word: str, at: Places) -> Iterator[Span]:
    """Where a word stands alone."""
    for start in at.get(word, ()):
        end = start + len(word)
        if not low[start - 1 : start].isalnum() and not low[end : end + 1].isalnum():
            yield start, end


def _ahead_of(pattern: re.Pattern[str], low: str, start: int) -> re.Match[str] | None:
    return pattern.search(low, max(0, start - _BEFORE), start)


def _weekdays(low: str, at: Places, published: date | None) -> Iterator[When]:
    for number, name in enumerate(_DAYS):
        for start, end in _places(low, name, at) if name in at else ():
            which = _ahead_of(_WHICH, low, start)
            if which is not None:
                day = None if published is None else _weekday(which["which"], number, published)
                yield _when((which.start(), end), day, day)


def _german(low: str, at: Places, published: date | None) -> Iterator[When]:
    """`am Montag`, `am kommenden Montag`, `gestern`."""
    for word in _GERMAN:
        for span in _places(low, word, at):
            yield _step(span, word, published)
    for number, name in enumerate(_GERMAN_DAYS):
        for start, end in _places(low, name, at):
            found = _ahead_of(_GERMAN_WHICH, low, start)
            if found is not None:
                which = "next" if found["next"] else "last" if found["last"] else "by" if "bis" in found[0] else "on"
                day = None if published is None else _weekday(which, number, published)
                yield _when((found.start(), end), day, day)


def _is_a_day(text: str, low: str, span: Span) -> bool:
    """Whether `today` is a day here, and not a word for nowadays."""
    start, end = span
    if low[end : end + 2] in {"'s", "\u2019s"}:
        return _TODAYS.match(low, end) is not None
    if _TODAY_TOLD.match(low, end) is not None:
        return True
    if text[start].isupper() and _OF_OUR_TIMES.match(low, end) is not None:
        return False
    return _TOLD_TODAY.search(low, max(0, start - 12), start) is not None


def _east_asian(text: str, published: date | None) -> Iterator[When]:
    for match in _PARTED.finditer(text) if "日" in text or "天" in text else ():
        yield _step(match.span(), match[0] if match[0] in _STEPS else match[0][0], published)
    for match in _CJK_WEEKDAY.finditer(text) if any(sign in text for sign in "周週星礼") else ():
        which = match["which"] or match["week"]
        day = None if published is None else _cjk_weekday(which, match["day"] or match["yobi"], published)
        yield _when(match.span(), day, day)
    for match in _CJK_FAR_OFF.finditer(text) if "后" in text or "後" in text else ():
        yield from _far_off(match, published)
    for word, step in _WEEKS_CJK.items():
        at = text.find(word)
        if at >= 0:
            first, last = _week(published, step)
            yield When(start=at, end=at + len(word), first=first, last=last, relative=True)
    for match in _YEAR_END_CJK.finditer(text) if "年" in text else ():
        yield year_end(match.span(), int(match["year"]))


def _cjk_weekday(which: str | None, sign: str, published: date) -> date:
    """The day of that week, the last one of that name where no week is told."""
    number = _CJK_DAYS["日" if sign == "天" else sign]
    if which is None:
        return _weekday("on", number, published)
    return published + timedelta(days=number - published.weekday() + 7 * _CJK_WHICH.get(which, 0))


def _step(span: Span, word: str, published: date | None, low: str = "") -> When:
    """`the day before yesterday` is a day further off than `yesterday`."""
    start, days = span[0], _STEPS[word]
    further = _ONE_MORE.get(word, "")
    if further and low.endswith(further, 0, start):
        start, days = start - len(further), 2 * days
    day = None if published is None else published + timedelta(days=days)
    return _when((start, span[1]), day, day)


def _bare_months(text: str, low: str, at: Places, published: date | None, language: str | None) -> Iterator[When]:
    """`in February`, `last May`: the last one before the article's day, or the next one where the word looks ahead."""
    for number, name in enumerate(MONTH_NAMES.get(language or "en", MONTH_NAMES["en"]), start=1):
        for start, end in _places(low, name, at) if name in at else ():
            before = _ahead_of(_BEFORE_MONTH, low, start)
            named = text[start].isupper() or language in _SMALL_MONTHS
            if named and before is not None and _DATED.match(low, end) is None:
                first, last = _month_near(number, published, ahead=before["word"] in _AHEAD)
                yield _when((before.start("word"), end), first, last)


def _month_near(month: int, published: date | None, *, ahead: bool) -> tuple[date | None, date | None]:
    if published is None:
        return None, None
    if ahead:
        return month_of(published.year + (month < published.month), month)
    return month_of(published.year - (month > published.month), month)


def _week(published: date | None, step: int) -> tuple[date | None, date | None]:
    if published is None:
        return None, None
    monday = published + timedelta(days=7 * step - published.weekday())
    return monday, monday + timedelta(days=6)


def year_end(span: Span, year: int) -> When:
    """The end of a year, as its last day."""
    day = date(year, 12, 31)
    return When(start=span[0], end=span[1], first=day, last=day)


def _when(span: Span, first: date | None, last: date | None, *, kind: str = "", conditional: bool = False) -> When:
    return When(
        start=span[0],
        end=span[1],
        first=first,
        last=last,
        kind=kind,
        relative=True,
        conditional=conditional,
    )


def _weekday(which: str, number: int, published: date) -> date:
    """`on Tuesday` is the one before or on the article's day; `next` the one after it. `this` is in its week."""
    back = (published.weekday() - number) % 7
    if which in {"next", "coming", "this coming"}:
        return published + timedelta(days=(number - published.weekday()) % 7 or 7)
    if which in {"by", "until", "till"}:
        return published + timedelta(days=(number - published.weekday()) % 7)
    if which == "this":
        return published + timedelta(days=number - published.weekday())
    return published - timedelta(days=back or (7 if which == "last" else 0))


def date_or_none(year: int, month: int, day: int) -> date | None:
    """That day, None where there is none."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def month_of(year: int, month: int) -> tuple[date, date]:
    """The first and the last day of a month."""
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def nearest(month: int, day: int, published: date | None) -> date | None:
    """The day of that name nearest to the article's own; None where that is not known."""
    if published is None:
        return None
    years = (date_or_none(published.year + step, month, day) for step in (-1, 0, 1))
    return min(
        (each for each in years if each is not None), key=lambda each: abs((each - published).days), default=None
    )
