"""What speaks against a candidate: a negation, a hedge, an anonymous source, a question, history, a mere reaction.

Never drops a candidate: what is denied or past is kept, with the words that say so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta

from watcher.core.events.candidates import Candidate, Part
from watcher.core.events.recognisers import Recogniser
from watcher.core.events.scene import Line, Scene
from watcher.core.events.seeking import SHARED_TYPE, Hit
from watcher.core.facts.replaced import is_replaced
from watcher.core.model import Trust

ASKS = "the headline asks"
UNNAMED = "no source named"
_NEGATION_GAP = 4
"""Source: the rule language, section 11: at most 4 words before the act; Chinese and Japanese cues touch it."""
_TO_A_SUM = 8
"""Characters between a negation and the sum that it is of: `not the $75 million`."""
_OPENING = 4
"""Within so many words of its beginning a cue opens a sentence."""
_YEAR = re.compile(
    r"(?:\b(?i:in|since|during|from|until|early|late|mid|and|to|year"
    r"|(?:end|start|half|quarter|summer|autumn|fall|spring|winter) of"
    r"|January|February|March|April|May|June|July|August|September|October|November|December"
    r"|im Jahr|seit|en|depuis|desde)[ -]|\b\d{1,2}, )((?:19|20)\d\d)(?![\d,%-])"
    r"|((?:19|20)\d\d)年(?![^《》]*》)"
)
"""Years that date something; others are numbers of laws and models."""
_CENTURY = re.compile(r"[12][90](?<=19|20)\d\d")
"""What stands in all of them, and in few sentences."""
_YEAR_AFTER = re.compile(r"\s(20\d\d)\b")
_PERIOD = re.compile(
    r"(?i)\b(?:(?:ended|ending|as of|of record)\b[^.;]*"
    r"|(?:from|until|till|through|by|before|starting|beginning|effective|ab|bis|jusqu'au|hasta el)\s(?:the\s)?)\Z"
    r"|[自至]\Z"
)
_BEFORE = 24
"""A date that bounds a period (a quarter's results, a licence) is no day on which something happened."""
_VERB_LAST = frozenset({"ja", "ko"})
"""Languages whose verb ends the sentence, so that who protests says so behind what is protested against."""
_BEGINNING = 2
_OFFICIAL_PATIENCE = 120
"""Days by which an authority's page may lag behind what it begins with: translations and gazettes come late."""
_MONTH_DAY = re.compile(r"\d{1,2}月\d{1,2}日")
_TAKEN_BACK = re.compile(
    r"\W*(?:retracted|retraction|withdrawn|zurückgezogen|rétracté|retirado|撤稿|撤回|【撤回】)(?:\s(?:article|story|report|notice))?\s?[:：\-\u2013\u2014|】\]]",
    re.IGNORECASE,
)
"""How a headline begins whose publisher takes the article back."""
_NO_LONGER = frozenset({"no longer", "不再"})
_EASED = "eased"
_QUESTION = re.compile(r"[?？]\W*\Z")

_Note = Callable[[Scene, Recogniser, Candidate, Hit, int], None]


def judge(scene: Scene, type_: Recogniser, candidate: Candidate) -> None:
    """Note what speaks against a candidate."""
    line = candidate.line
    clause = line.clause(candidate.act.first)
    if line.noted is None:
        line.noted = [hit for hit in line.hits if hit.listed.notes]
    for hit in line.noted:
        for row in hit.listed.notes:
            if row.type in {SHARED_TYPE, candidate.type}:
                _NOTES[row.slot](scene, type_, candidate, hit, clause)
    if _asked(scene, line, clause):
        candidate.rumoured = candidate.rumoured or ASKS
    if not candidate.background:
        candidate.background = _dated(scene, type_, line)


def take_back(scene: Scene, candidates: Iterable[Candidate]) -> None:
    """Deny everything that an article tells whose headline says that its publisher takes it back."""
    title = next((line for line in scene.lines if line.place == 0), None)
    label = _TAKEN_BACK.match(scene.reading.text, title.start, title.end) if title is not None else None
    if label is None:
        return
    candidates = tuple(candidates)
    told = [each for each in candidates if each.line is title]
    if told and all(each.act.start < label.end() for each in told):
        return  # the label is the act: "Withdrawn: licence of X"
    for candidate in candidates:
        candidate.denied = candidate.denied or "the publisher takes it back"


def _asked(scene: Scene, line: Line, clause: int) -> bool:
    """Whether a question is asked of the clause: of any of a title, else only of the last ("X has done so; why?")."""
    if line.asks is None:
        line.asks = _QUESTION.search(scene.reading.text, line.start, line.end) is not None
    if not line.asks:
        return False
    return line.place == 0 or clause == line.clause(line.last)


def _negation(scene: Scene, type_: Recogniser, candidate: Candidate, hit: Hit, clause: int) -> None:
    act = candidate.act
    if candidate.denied or not _apart(hit, candidate) or _replaces(scene, hit):
        return
    if hit.cjk:
        denies = 0 <= act.first - hit.last - 1 <= 1 or 0 <= hit.first - act.last - 1 <= 1
    else:
        denies = 0 <= act.first - hit.last - 1 < _NEGATION_GAP and candidate.line.clause(hit.first) == clause
    if not denies:
        return
    ended = scene.reading.text[hit.start : hit.end].lower() in _NO_LONGER
    if ended and _EASED in type_.exits and candidate.status not in type_.exits:
        candidate.status = _EASED  # what a state no longer forbids it allows
    else:
        candidate.denied = f"negated: {_said(scene, hit)}"


def _replaces(scene: Scene, hit: Hit) -> bool:
    """Whether a cue says of a sum alone that it is another: `$57 million, not $75 million`."""
    return any(
        hit.end <= money.start <= hit.end + _TO_A_SUM
        and not money.fresh
        and is_replaced(scene.reading.text, hit.start, money.start, money.end)
        for money in scene.facts.money
    )


def _hedge(scene: Scene, _type: Recogniser, candidate: Candidate, hit: Hit, clause: int) -> None:
    if candidate.line.clause(hit.first) == clause and _apart(hit, candidate):
        candidate.rumoured = f"hedged: {_said(scene, hit)}"


def _anonymous(scene: Scene, _type: Recogniser, candidate: Candidate, hit: Hit, _clause: int) -> None:
    candidate.rumoured = f"{UNNAMED}: {_said(scene, hit)}"


def _history(scene: Scene, _type: Recogniser, candidate: Candidate, hit: Hit, clause: int) -> None:
    line = candidate.line
    opens = hit.first - line.first < _OPENING or line.clause(hit.first) == clause
    if opens and _apart(hit, candidate) and not _ahead(scene, hit):
        candidate.background = f"history: {_said(scene, hit)}"


def _ahead(scene: Scene, hit: Hit) -> bool:
    """Whether a cue of history is part of a date that lies ahead: `to unveil it in early March`."""
    published = scene.published
    if published is None:
        return False
    year = _YEAR_AFTER.match(scene.reading.text, hit.end)
    if year is not None:
        return int(year[1]) > published.year
    return any(
        when.first is not None and when.first > published and when.start < hit.end and hit.start < when.end
        for when in scene.facts.dates
    )


def _reaction(scene: Scene, type_: Recogniser, candidate: Candidate, hit: Hit, _clause: int) -> None:
    if type_.actors is None:
        return  # what a firm does because of somebody's act is its own news
    last = scene.reading.main_language in _VERB_LAST and any(row.slot == "reactions" for row in hit.listed.own)
    if last or hit.first <= max(candidate.act.first, candidate.object.first):
        candidate.reaction = f"reaction: {_said(scene, hit)}"


def _schedule(_scene: Scene, type_: Recogniser, candidate: Candidate, hit: Hit, clause: int) -> None:
    if type_.scheduled is not None and candidate.line.clause(hit.first) == clause:
        candidate.status = type_.scheduled


_NOTES: Mapping[str, _Note] = {
    "negations": _negation,
    "hedges": _hedge,
    "anonymous": _anonymous,
    "history": _history,
    "reactions": _reaction,
    "schedule": _schedule,
}


def _apart(hit: Hit, candidate: Candidate) -> bool:
    """Whether a cue is none of the words of act and object themselves."""
    return not any(_overlap(hit, part) for part in (candidate.act, candidate.object))


def _overlap(hit: Hit, part: Part) -> bool:
    return hit.start < part.end and part.start < hit.end


def _said(scene: Scene, hit: Hit) -> str:
    return f'"{scene.reading.text[hit.start : hit.end]}"'


def _dated(scene: Scene, type_: Recogniser, line: Line) -> str:
    """Whether the only dates of a sentence lie long before the article."""
    if scene.published is None:
        return ""
    patience = _OFFICIAL_PATIENCE if line.place <= _BEGINNING and scene.reading.trust is Trust.AUTHORITY else 0
    oldest = scene.published - timedelta(days=max(type_.fresh, patience))
    if line.latest is None:
        line.latest = _latest(scene, line)
    day, year = line.latest
    if day is not None:
        return f"its date, {day}, is past" if day < oldest else ""
    return f"its year, {year}, is past" if year is not None and year < oldest.year else ""


def _latest(scene: Scene, line: Line) -> tuple[date | None, int | None]:
    """The latest day that a sentence states; if it states none, the latest year."""
    text = scene.reading.text
    days = [
        when.last
        for when in scene.facts.dates
        if line.start <= when.start < line.end
        and when.last is not None
        and not (when.suspect or when.kind)
        and not _PERIOD.search(text, max(line.start, when.start - _BEFORE), when.start)
    ]
    if days:
        return max(days), None
    if _MONTH_DAY.search(text, line.start, line.end):
        return None, None
    if _CENTURY.search(text, line.start, line.end) is None:
        return None, None
    years = [int(year[1] or year[2]) for year in _YEAR.finditer(text, line.start, line.end)]
    return None, max(years, default=None)
