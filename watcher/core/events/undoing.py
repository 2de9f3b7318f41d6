"""What turns an act round: a denial, a plan that is given up, a particle far behind its verb.

Never drops a candidate: it denies it, or gives it the status that the words tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from watcher.core.events.candidates import Candidate
from watcher.core.events.recognisers import Recogniser
from watcher.core.events.scene import Scene

_DENY = re.compile(r"\b(?:den(?:y|ies|ied|ying)|refut(?:e|es|ed|ing))\s", re.IGNORECASE)
_TOLD = re.compile(
    r"(?:(?:any|all|the|media|press|market|recent)\s)*(?:reports?|claims?(?!\s(?:for|on|in)\b)|allegations?|accusations?|rumou?rs?|speculation"
    r"|suggestions?|plans?(?=\sto\s)|that|it|they|he|she|having|being|wrongdoing)\b",
    re.IGNORECASE,
)
"""Behind "denies": that a report is denied, not something that was asked for."""
_CLAUSE = re.compile(
    r"(?:(?!(?:that|which|who|as|after|while|because|since|for|amid|over|in|on|to|by|from|until|if|when|where|but|and)\s)"
    r"[\w'\u2019-]+\s){1,5}(?:was|were|is|are|has|have|had|will|would)\b",
    re.IGNORECASE,
)
"""Behind "denies": a sentence of its own ("permit was rejected"); what is denied is that."""
_OF_PAPER = re.compile(
    r"(?:withdr|retract|pull|delet|correct)\w*\s(?:(?:its|an?|the|earlier|this)\s)*"
    r"(?:stor(?:y|ies)|articles?|dispatch|headline|news (?:item|report))\b",
    re.IGNORECASE,
)
"""A publisher takes back what it wrote."""
_ING = re.compile(r"(?:\w+ly\s)?\w+ing\b", re.IGNORECASE)
_PLAN = (
    r"(?:(?:its|his|her|their|the|a|an|any|earlier|new|planned)\s){0,2}(?:\w+\s)?"
    r"(?:plan|proposal|threat|decision|vow|pledge|intention)s?\s(?:to|for|of)\s"
)
_GIVEN_UP = re.compile(
    r"\b(?:(?P<up>scrap|drop|withdraw|withdrew|shelv|abandon|cancel|ditch|retract|rescind|revers|walk back|walks back)"
    rf"|(?P<off>delay|postpon|suspend|paus|defer|halt|stall|freez|froze))\w*\s{_PLAN}",
    re.IGNORECASE,
)
_DECISION = re.compile(r"\bdecisions?\b", re.IGNORECASE)
_GIVEN_UP_CJK = re.compile(
    r"(?:(?P<up>撤回|撤销|撤銷|取消|放弃|放棄)|(?P<off>推迟|推遲|暂缓|暫緩|暂停|暫停|延期))(?:(?:拟|擬|原定|计划|計劃)|[对對][^，。；、并並且及和]{1,8}?|对)?\Z"
)
_SEPARATED = re.compile(
    r"\b(?P<verb>zieht|ziehen|zog|zogen|nimmt|nehmen|nahm|nahmen|hebt|heben|hob|hoben|setzt|setzen|setzte|setzten)\b"
    r"(?P<between>[^.;:!?]{0,160}?)\s(?P<particle>zur\u00fcck|hervor|auf|aus|an)(?=\s*(?:[,.;:!?\u2013-]|$))",
    re.MULTILINE,
)
_MARK = re.compile(
    r"(?i:\b(?:den[iy]|refut|scrap|drop|withdr|shelv|abandon|cancel|ditch|retract|rescind|revers|walks? back|delay"
    r"|postpon|suspend|paus|defer|halt|stall|freez|froze|pull|delet|correct))|\b(?:zieh|zog|nimmt|nehm|nahm|heb|hob|setz)"
    r"|[撤取放推暂暫延]"
)
"""What stands in every sentence that any of these speak of, and in few others."""
_ENDED = ("revoked", "withdrawn", "abandoned", "terminated", "dismissed", "eased")
_ASKED_FOR = frozenset({"applied", "introduced"})
"""What was only asked for is withdrawn, not revoked."""
_PUT_OFF = ("postponed", "delayed", "suspended")
_PARTICLES = {
    ("z", "zur\u00fcck"): _ENDED,
    ("n", "zur\u00fcck"): _ENDED,
    ("h", "auf"): ("eased", "revoked", "removed"),
    ("s", "aus"): ("suspended",),
}
"""By the verb's first letter: "zieht ... zurück", "hebt ... auf", "setzt ... aus"."""
_WITHDRAWN = frozenset({"revoked", "withdrawn", "abandoned"})
_TAKEN_BACK = ("z", "zur\u00fcck")
_STRESSED = "hervor"
_RAISED = ("h", "an")
_ANNOUNCED = "announced"
_BEFORE = 80
"""Characters around an act in which a plan may be named that is given up."""
_NEAR_CJK = 14
_MOST = 8
"""Denials and parted verbs that are looked at in one sentence: an honest one has two."""

Span = tuple[int, int]


def undo(scene: Scene, types: Sequence[Recogniser], candidates: Sequence[Candidate]) -> None:
    """Deny what a sentence denies, and give what it ends the status of an end."""
    marked: dict[int, bool] = {}
    for candidate in candidates:
        line = candidate.line
        if line.start not in marked:
            marked[line.start] = _MARK.search(scene.reading.text, line.start, line.end) is not None
        if candidate.denied or not marked[line.start]:
            continue
        type_ = types[candidate.type]
        candidate.denied = _denied(scene, candidate)
        if not candidate.denied:
            _given_up(scene, type_, candidate, candidates)
            _separated(scene, type_, candidate)


def deny_what_is_in_it(candidates: Sequence[Candidate]) -> None:
    """Deny what a phrase alone tells that is the object of a denied act: in "has not lifted the ban" no ban is new."""
    denied = [each for each in candidates if each.denied and not each.phrase]
    for each in candidates if denied else ():
        if each.phrase and each.act.cjk and not each.denied:
            each.denied = next((other.denied for other in denied if _inside(each, other)), "")


def _inside(each: Candidate, other: Candidate) -> bool:
    return (
        each.line is other.line
        and each.type == other.type
        and other.object.start <= each.start
        and each.end <= other.object.end
    )


def _denied(scene: Scene, candidate: Candidate) -> str:
    text, line, act = scene.reading.text, candidate.line, candidate.act
    if _OF_PAPER.match(text, act.start, line.end):
        return f'"{text[act.start : act.end]}" is done to an article'
    for deny in _denials(text, line.start, act.end):
        told = _TOLD.match(text, deny.end(), line.end) or _CLAUSE.match(text, deny.end(), line.end)
        itself = act.start <= deny.start() < act.end
        if told is not None and itself:
            return f'"{text[deny.start() : told.end()]}" is no act'
        at = line.clause(scene.count_at(deny.start())) == line.clause(act.first)
        if told is not None and at and deny.end() <= act.start:
            return f'negated: "{text[deny.start() : told.end()]}"'
        doing = _ING.match(text, deny.end(), line.end)
        if doing is not None and doing.end() == act.end:
            return f'negated: "{text[deny.start() : act.end]}"'
    return ""


def _denials(text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    return islice(_DENY.finditer(text, start, min(end + 1, len(text))), _MOST)


def _given_up(scene: Scene, type_: Recogniser, candidate: Candidate, every: Sequence[Candidate]) -> None:
    """A plan to act that is dropped or put off ends, or waits: "scraps plan to impose tariffs"."""
    text, line, act = scene.reading.text, candidate.line, candidate.act
    if act.cjk and (candidate.phrase or candidate.status in type_.exits):
        return
    if act.cjk:
        found = _GIVEN_UP_CJK.search(text, max(line.start, act.start - _NEAR_CJK), act.start)
    else:
        found = next(
            (
                each
                for each in _GIVEN_UP.finditer(
                    text, max(line.start, act.start - _BEFORE), min(line.end, act.start + _BEFORE)
                )
                if each.start() <= act.start <= each.end()
            ),
            None,
        )
    if found is None:
        return
    # A plan to end something that is given up ends nothing, whatever else of the words is taken for the act.
    keeps = any(
        each.line is line
        and each.type == candidate.type
        and each.act.start == found.end()
        and each.act.status in type_.exits
        for each in every
    )
    if act.start == found.start() and not keeps:
        return
    if keeps and found["up"] and _DECISION.search(found[0]) is not None:
        return  # what was decided is undone, which is news, if by no status of its own
    _end(type_, candidate, () if keeps else _ENDED if found["up"] else _PUT_OFF, found[0].strip())


def _separated(scene: Scene, type_: Recogniser, candidate: Candidate) -> None:
    """German verbs whose particle stands at the end of the clause."""
    if scene.reading.main_language != "de":
        return
    text, line = scene.reading.text, candidate.line
    for found in islice(_SEPARATED.finditer(text, line.start, line.end), _MOST):
        if found["particle"] == _STRESSED and candidate.act.start == found.start():
            candidate.denied = f"{found['verb']} ... {found['particle']}"
        if not (found.start() <= candidate.start and candidate.end <= found.end("between")):
            continue
        kind = found["verb"][0], found["particle"]
        if kind == _TAKEN_BACK and candidate.act.start == found.start() and not _WITHDRAWN & set(type_.exits):
            candidate.denied = f"{found['verb']} ... {found['particle']}"
        elif kind == _RAISED and candidate.status in type_.exits and _ANNOUNCED in type_.ladder:
            candidate.status = _ANNOUNCED
        elif kind in _PARTICLES and candidate.status not in type_.exits:
            _end(type_, candidate, _PARTICLES[kind], f"{found['verb']} ... {found['particle']}")


def _end(type_: Recogniser, candidate: Candidate, statuses: Iterable[str], words: str) -> None:
    if candidate.status in _ASKED_FOR:
        statuses = ("withdrawn", *statuses)
    status = next((each for each in statuses if each in type_.exits), None)
    if status is None or candidate.status in type_.exits:
        candidate.denied = f'given up: "{words}"'
    else:
        candidate.status = status
