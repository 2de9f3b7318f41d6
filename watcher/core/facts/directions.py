"""Which way a date without a year lies: what is yet to come is not dated to the year before, nor to the week before.

Never moves a day that the text dates itself, and never one that lies ahead already.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from watcher.core.facts.model import When
from watcher.core.facts.quantities import sentence_at
from watcher.core.facts.relative import date_or_none, month_of
from watcher.core.text.plain import Span

_TO_COME = frozenset({"effective", "expires", "deadline", "comment_close", "hearing"})
_BEFORE, _AFTER = 90, 40
_LONG_PAST = timedelta(days=60)
"""A day without its year that lies further back, by the words around it to come, is that of the next year."""
_WILL = re.compile(
    r"\b(?:will|won't|shall|(?:is|are|expects?|expected|hopes?|wants?|aims?|plans?|planned|intends?|set|due|scheduled|slated|"
    r"poised|ready|yet|agreed|vows?|pledges?)\sto|due|scheduled|slated|planned|targets?|targeting|wird|werden|soll(?:en)?|"
    r"will|wollen|plant|planen|devrait|doit|deberá|prevé)\b|[将將拟擬]|计划|預計|预计|计劃",
    re.IGNORECASE,
)
_TOLD = re.compile(
    r"\b(?:said|says|told|wrote|confirmed|disclosed|(?<!be\s)(?:announced|reported|signed|approved|published)|sagte|teilte|"
    r"erklärte|berichtete)\b|表示|宣布|发布",
    re.IGNORECASE,
)
_PLANNED = re.compile(r"予定|見通し|見込み|計画|方針")
_PAST = re.compile(
    r"\b(?:took|came|entered|began|started|was|were|had|has|have|been|expired|ended|lapsed|closed|ran|since|last|seit|trat|"
    r"traten|war|waren|lief|endete|galt)\b|[已曾]",
    re.IGNORECASE,
)
_DONE = re.compile(r"[^。]{0,12}(?:した|された|しました|了[,，。])")
_WEEKDAY = re.compile(r"day\Z|tag\Z|mittwoch\Z|(?:周|星期|礼拜)[一二三四五六日天]\Z|曜日?\Z", re.IGNORECASE)
_LAST = re.compile(r"last\b|vergangen|letzte|上周|先週", re.IGNORECASE)


def directed(text: str, when: When, sentences: Sequence[Span], published: date | None) -> When:
    """The date, moved on to the next day of that name where the words around it say that it is still to come."""
    if published is None or not when.relative or when.first is None or when.last is None:
        return when
    words = text[when.start : when.end]
    if when.first > published:
        return _back(text, when, words, published)
    if when.last >= published or _LAST.match(words):
        return when
    moved = _next(words, when.first, when.last, published)
    if moved is None:
        return when
    nearer = moved[0] - published < published - when.last
    if _is_to_come(text, when, sentences) or _coming_month(text, when, sentences, nearer=nearer):
        return replace(when, first=moved[0], last=moved[1])
    return when


def _back(text: str, when: When, words: str, published: date) -> When:
    """The date, a year earlier where it names a day far ahead and is told as past."""
    day = when.first
    if day is None or day - published < _FAR_AHEAD or when.kind in _TO_COME or not any(map(str.isdigit, words)):
        return when
    before = text[max(0, when.start - _BEFORE) : when.start]
    if _HAPPENED.search(before) is None and _DONE.match(text, when.end) is None:
        return when
    first = date_or_none(day.year - 1, day.month, day.day)
    return when if first is None else replace(when, first=first, last=first + ((when.last or day) - day))


_FAR_AHEAD = timedelta(days=14)
_HAPPENED = re.compile(
    r"\b(?!scheduled|planned|expected|slated|proposed|delayed|postponed|extended|moved|targeted|announced|adjourned|needed)"
    r"(?:[a-z]{2,}ed|took place|began|came|fell|rose|met|won)\s(?:on\s)?\Z"
)


def _next(words: str, first: date, last: date, published: date) -> tuple[date, date] | None:
    """The next day, or month, of that name; None where it has no name, or lies so near that it is this one."""
    if _WEEKDAY.search(words):
        return first + timedelta(days=7), last + timedelta(days=7)
    if any(sign.isdigit() for sign in words):
        if published - last <= _LONG_PAST:
            return None
        again = tuple(date_or_none(day.year + 1, day.month, day.day) for day in (first, last))
        return None if again[0] is None or again[1] is None else (again[0], again[1])
    if first.day == 1 and last == month_of(first.year, first.month)[1]:
        return month_of(first.year + 1, first.month)
    return None


def _is_to_come(text: str, when: When, sentences: Sequence[Span]) -> bool:
    low, high = sentence_at(sentences, when.start, len(text))
    before = text[max(low, when.start - _BEFORE) : when.start]
    after = text[when.end : min(high, when.end + _AFTER)]
    if when.kind in _TO_COME:
        clause = re.split("[,;，；、]", before)[-1]
        return _PAST.search(clause) is None and _DONE.match(after) is None
    if _PLANNED.search(after):
        return True
    will, told = _last(_WILL, before), _last(_TOLD, before)
    return will > told


def _coming_month(text: str, when: When, sentences: Sequence[Span], *, nearer: bool) -> bool:
    """Whether it is a month to come: by an infinitive or a future, or by a present tense and because that is nearer."""
    if _BARE_MONTH.match(text, when.start) is None:
        return False
    low, high = sentence_at(sentences, when.start, len(text))
    before = text[max(low, when.start - _BEFORE) : when.start]
    if not before.strip():
        after = text[when.end : min(high, when.end + _BEFORE)]
        will = _WILL.search(after)
        return will is not None and _HAS_BEEN.search(after[: will.start()]) is None
    clause = _CLAUSE.split(before)[-1]
    if text[when.start] == "e" and _FUTURE.search(clause):
        return True
    if _HAS_BEEN.search(_AWAITED.sub("", clause)):
        return False
    if _TO_DO.search(clause):
        return True
    since = text[when.start : when.start + 5].lower() == "from "
    return nearer and (_CHANGES.search(clause) is not None or (since and _COMPARED.search(clause) is None))


_BARE_MONTH = re.compile(r"(?:in|from|im|en)\s", re.IGNORECASE)
_CLAUSE = re.compile(r"[,;:()\u2013\u2014]")
_HAS_BEEN = re.compile(
    rf"{_PAST.pattern}|{_TOLD.pattern}|\b(?!(?:need|exceed|proceed|succeed|embed|feed|speed)\b)[a-z]{{2,}}ed\b",
    re.IGNORECASE,
)
_AWAITED = re.compile(r"\b(?:expected|anticipated|forecast|tipped|likely)\s\Z")
_TO_DO = re.compile(
    r"\bto\s(?!(?:the|an?|its?|their|his|her|our|this|that|date|about|over|under|near|nearly|more|less)\b)"
    r"(?![a-z]*[^su\W]s\b)[a-z]{2,}\b|\b(?:expects|expecting|anticipates|eyes|eyeing)\b"
)
"""`EU to unveil ... in March`: what follows `to` may be a verb; things in the plural are none."""
_CHANGES = re.compile(
    r"\b(?:ends?|expires?|starts?|begins?|opens?|closes?|resumes?|returns?|lapses?|expected|due|likely"
    r"|runs? out|falls? due|(?:takes?|into) (?:effect|force))\s\Z"
)
_COMPARED = re.compile(r"%|\b(?:up|down|higher|lower|more|less|percent|per cent|cents?)\b")
"""`Exports up 3 % from March`: what is compared with was."""
_FUTURE = re.compile(r"\b[a-zà-ÿ]{2,}(?:r(?:a|ont)|rán?)\b(?<!minera)(?<!front)")
"""French and Spanish futures: `dévoilera`, `prohibirá`."""


def _last(pattern: re.Pattern[str], text: str) -> int:
    """Where the last of its matches begins; -1 if there is none."""
    return max((match.start() for match in pattern.finditer(text)), default=-1)
