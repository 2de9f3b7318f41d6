"""Where a sentence may tell an event: an act near its object, or a phrase; with what speaks against its being news.

Never weighs one event against another, and never looks beyond the sentence but for what a type needs besides.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NamedTuple

from watcher.core.events.recognisers import ALL_TYPES, Family, Recogniser
from watcher.core.events.scene import Line, Scene
from watcher.core.events.seeking import Hit, Row
from watcher.core.lexicon.model import Named, Sort
from watcher.core.model import Trust, Zone

_CJK_GAP = 1.5
_SUBJECT_GAP = 2
_NOUN_GAP = 1
_NOUNS = ("ion", "ions", "ment", "ments", "al", "als", "ance", "ances", "ence", "ure", "ures", "ing", "y", "sis")
"""Endings of English acts that are nouns: their object stands right before them ("capacity expansion")."""
_TITLE_GAP = 2
"""A title is one clause: act and object belong together further apart."""
_NEGATION_GAP = 4
_OPENING = 4
"""Within so many words of its beginning a cue opens a sentence."""
_YEAR = re.compile(
    r"(?:\b(?:in|since|during|from|until|early|late|mid|and|to|of|year|January|February|March|April|May|June|July|August|"
    r"September|October|November|December|im Jahr|seit|en|depuis|desde)[ -]|\b\d{1,2}, )((?:19|20)\d\d)(?![\d,%-])"
    r"|((?:19|20)\d\d)年(?![^《》]*》)"
)
"""Years that date something; others are numbers of laws and models."""
_MONTH_DAY = re.compile(r"\d{1,2}月\d{1,2}日")
_AFTER_PASSIVE = frozenset(
    "by at for in on to after as from with under until over amid of and or against within before following "
    "today yesterday again this last next since through via without monday tuesday wednesday thursday friday".split()
)
"""English words that may follow a passive; another one is the object of an active verb."""
_WORD = re.compile(r"[^\W_]+")
_AUXILIARY = frozenset("was were been is are be being gets get got".split())
_TARGET_GAP = 4
_ACROSS = 2
"""How far an object may stand from its act where a purpose or setting begins between them."""
ASKS = "the headline asks"
_QUESTION = re.compile(r"[?？]\W*\Z")


class Part(NamedTuple):
    """An act or an object where it stands."""

    first: int
    last: int
    start: int
    end: int
    cjk: bool = False
    status: str = ""
    key: int = -1
    words: int = 1
    group: int = 0
    subject: bool = False


@dataclass(slots=True, kw_only=True)
class Candidate:
    """One place that may tell an event of type `type`; the texts say what speaks against it, "" nothing."""

    type: int
    line: Line
    act: Part
    object: Part
    status: str
    gap: int = 0
    tier: int = 0
    phrase: bool = False
    denied: str = ""
    rumoured: str = ""
    background: str = ""
    reaction: str = ""
    thin: str = ""
    unbacked: bool = False
    actor: Named | None = None
    acted: str = ""

    @property
    def start(self) -> int:
        """Where act and object begin."""
        return min(self.act.start, self.object.start)

    @property
    def end(self) -> int:
        """Where act and object end."""
        return max(self.act.end, self.object.end)

    @property
    def keys(self) -> frozenset[int]:
        """The items that it rests on."""
        return frozenset({self.act.key, self.object.key} - {-1})


@dataclass(slots=True)
class _Found:
    """What one sentence holds of one type."""

    objects: list[Part] = field(default_factory=list)
    phrases: list[Part] = field(default_factory=list)
    denials: list[Part] = field(default_factory=list)
    counters: list[Part] = field(default_factory=list)


def candidates(scene: Scene) -> list[Candidate]:
    """All candidates of an article, in the order of its sentences."""
    found: list[Candidate] = []
    loose = [
        index
        for index, type_ in enumerate(scene.recognisers.types)
        if any(group.targets or group.subjects for group in type_.groups)
    ]
    for line in scene.lines:
        if line.zone is not Zone.CHROME and line.hits:
            found += _of_line(scene, line, loose)
    return found


def _of_line(scene: Scene, line: Line, loose: list[int]) -> Iterator[Candidate]:
    by_type = _by_type(line)
    acts = [hit for hit in line.hits if hit.listed.acts]
    if not by_type and not (acts and loose):
        return
    masks = [(name.start, name.end) for name in line.named if name.sort is Sort.ORGANISATION]
    in_order = sorted({*by_type, *(loose if acts else ())})
    purposes = [hit for hit, _ in line.rows("purpose", ALL_TYPES)] if line.place <= 1 else []
    turns = [hit.first for hit in purposes if any(act.last < hit.first for act in acts)]
    for index in in_order:
        type_ = scene.recognisers.types[index]
        held = by_type.get(index) or _Found()
        for candidate in _of_type(scene, line, index, type_, held, acts, masks):
            if turns and min(turns) < max(candidate.act.first, candidate.object.first):
                if candidate.act.last < min(turns) and candidate.gap > _ACROSS:
                    continue
                candidate.tier += 2
            _judge(scene, type_, candidate)
            yield candidate


def _by_type(line: Line) -> dict[int, _Found]:
    found: defaultdict[int, _Found] = defaultdict(_Found)
    for hit in line.hits:
        for row in hit.listed.rest:
            slot = row.slot
            if slot == "object":
                found[row.type].objects.append(_part(hit, row))
            elif slot == "phrase" or (slot == "title_phrase" and line.zone is Zone.TITLE):
                found[row.type].phrases.append(_part(hit, row))
            elif slot == "denial":
                found[row.type].denials.append(_part(hit, row))
            elif slot == "counter":
                found[row.type].counters.append(_part(hit, row))
    return {index: held for index, held in found.items() if held.objects or held.phrases or held.denials}


def _part(hit: Hit, row: Row) -> Part:
    return Part(
        hit.first,
        hit.last,
        hit.start,
        hit.end,
        hit.cjk,
        row.name,
        row.key,
        _weight(hit.last - hit.first + 1, hit.cjk),
        row.group,
    )


def _weight(words: int, cjk: bool) -> int:
    return (words + 1) // 2 if cjk else words


def _of_type(
    scene: Scene,
    line: Line,
    index: int,
    type_: Recogniser,
    held: _Found,
    act_hits: list[Hit],
    masks: list[tuple[int, int]],
) -> Iterator[Candidate]:
    hidden = [(part.start, part.end) for part in held.counters]
    covered = [*hidden, *masks]
    objects = _longest(part for part in held.objects if not _inside(part, covered))
    acts = _longest(
        _part(hit, row) for hit in act_hits if not _inside(hit, covered) for row in hit.listed.acts.get(index, ())
    )
    phrases = _longest(part for part in held.phrases if not _inside(part, hidden))
    for part in _longest(part for part in held.denials if not _inside(part, hidden)):
        yield Candidate(
            type=index, line=line, act=part, object=part, status=type_.ladder[0], phrase=True, denied="a denial"
        )
    for part in phrases:
        yield Candidate(type=index, line=line, act=part, object=part, status=part.status, phrase=True)
    blockers = _blockers(line) if acts else []
    for act in acts:
        best = min(
            (
                (gap - thing.words, gap, thing)
                for thing in (*objects, *_named_things(scene, line, type_.groups[act.group], act))
                if thing.group == act.group
                and (gap := _gap(act, thing)) >= 0
                and gap <= _reach(type_, line, act, thing)
                and (thing.subject or thing.first > act.last or _may_follow(scene, line, act, gap))
            ),
            default=None,
        )
        if best is not None:
            yield Candidate(
                type=index,
                line=line,
                act=act,
                object=best[2],
                status=act.status,
                gap=best[1],
                tier=int(_blocked(act, best[2], blockers)),
            )


def _blockers(line: Line) -> list[tuple[int, int]]:
    """Where objects of any type stand."""
    return [(hit.first, hit.last) for hit in line.hits if any(row.slot == "object" for row in hit.listed.rest)]


def _blocked(act: Part, thing: Part, blockers: list[tuple[int, int]]) -> bool:
    """Whether something else is the act's own object: another object stands between, in a phrase of its own."""
    if act.cjk or thing.cjk or thing.subject:
        return False
    if thing.first > act.last:
        return any(act.last < first and last < thing.first - 1 for first, last in blockers)
    return any(thing.last + 1 < first and last < act.first for first, last in blockers)


def _may_follow(scene: Scene, line: Line, act: Part, gap: int) -> bool:
    """Whether what stands before an act can be its object: it is passive, a noun, or a verb without object."""
    if act.cjk or scene.reading.main_language not in {None, "en", "zh", "ja", "ko"}:
        return True
    word = scene.reading.text[act.start : act.end].lower()
    if any(act.start <= hit.start and hit.end <= act.end for hit, _ in line.rows("intransitive", ALL_TYPES)):
        return True
    if word.endswith(_NOUNS):
        return gap <= _NOUN_GAP
    if word.endswith("s") and " " not in word:
        return False
    return _passive(scene.reading.text, line, act)


def _passive(text: str, line: Line, act: Part) -> bool:
    """Whether an English verb form is passive, by what follows it or by an auxiliary before it."""
    before = _WORD.findall(text[max(line.start, act.start - 24) : act.start].lower())
    if before and before[-1] in _AUXILIARY:
        return True
    rest = text[act.end : line.end]
    following = _WORD.search(rest)
    if following is None or rest[: following.start()].strip():
        return True
    return following[0].lower() in _AFTER_PASSIVE


def _named_things(scene: Scene, line: Line, type_: Family, act: Part) -> Iterator[Part]:
    """Names that may stand as object behind the act, or as subject before it."""
    for name in line.named if type_.targets or type_.subjects else ():
        sort = name.sort.value
        subject = sort in type_.subjects and name.end <= act.start
        if (sort in type_.targets and name.start >= act.end) or subject:
            first = scene.count_at(name.start)
            last = max(first, scene.count_at(name.end) - 1)
            gap = act.first - last - 1 if subject else first - act.last - 1
            if not act.cjk and gap > (_SUBJECT_GAP if subject else _TARGET_GAP):
                continue
            yield Part(first, last, name.start, name.end, act.cjk, group=act.group, subject=subject)
    if "share" in type_.subjects:
        for hit, row in line.rows("shares", ALL_TYPES):
            if hit.end <= act.start:
                yield _part(hit, row)._replace(group=act.group, subject=True)
    if "amount" in type_.targets:
        for money in scene.facts.money:
            if line.start <= money.start < line.end and money.start >= act.end:
                first = scene.count_at(money.start)
                last = max(first, scene.count_at(money.end) - 1)
                yield Part(first, last, money.start, money.end, act.cjk, group=act.group)


def _gap(act: Part, thing: Part) -> int:
    """How many words stand between; -1 where the two overlap."""
    if act.last < thing.first:
        return thing.first - act.last - 1
    return act.first - thing.last - 1 if thing.last < act.first else -1


def _reach(type_: Recogniser, line: Line, act: Part, thing: Part) -> float:
    own = type_.groups[act.group].gap
    reach = (type_.gap if own is None else own) * (_CJK_GAP if act.cjk or thing.cjk else 1)
    if own is not None:
        return reach
    return reach * (_TITLE_GAP if line.zone is Zone.TITLE else 1)


def _longest(parts: Iterable[Part]) -> list[Part]:
    """Those that lie in no longer one; of equal spans the first listed."""
    kept: list[Part] = []
    for part in sorted(parts, key=lambda part: (part.start, -part.end)):
        last = kept[-1] if kept else None
        if last is not None and part.start >= last.start and part.end <= last.end:
            same = (part.start, part.end) == (last.start, last.end)
            if not same or any(each.start == part.start and each.group == part.group for each in kept):
                continue
        kept.append(part)
    return kept


def _inside(part: Part | Hit, spans: list[tuple[int, int]]) -> bool:
    return any(start <= part.start and part.end <= end for start, end in spans)


def _overlaps(hit: Hit, part: Part) -> bool:
    return hit.start < part.end and part.start < hit.end


def _judge(scene: Scene, type_: Recogniser, candidate: Candidate) -> None:
    """Note what speaks against a candidate."""
    line, act = candidate.line, candidate.act
    clause = line.clause(act.first)
    index = candidate.type
    for hit in line.hits:
        for row in hit.listed.rest:
            if row.type not in {index, ALL_TYPES}:
                continue
            slot = row.slot
            if slot == "negations":
                if not candidate.denied and _denies(line, hit, candidate, clause):
                    candidate.denied = f"negated: {_said(scene, hit)}"
            elif slot == "hedges":
                if (
                    line.clause(hit.first) == clause
                    and not _overlaps(hit, act)
                    and not _overlaps(hit, candidate.object)
                ):
                    candidate.rumoured = f"hedged: {_said(scene, hit)}"
            elif slot == "anonymous":
                candidate.rumoured = f"no source named: {_said(scene, hit)}"
            elif slot == "history":
                opens = hit.first - line.first < _OPENING or line.clause(hit.first) == clause
                if opens and not _overlaps(hit, act) and not _overlaps(hit, candidate.object):
                    candidate.background = f"history: {_said(scene, hit)}"
            elif slot == "reactions":
                if hit.first <= max(act.first, candidate.object.first):
                    candidate.reaction = f"reaction: {_said(scene, hit)}"
            elif slot == "schedule" and type_.scheduled is not None and line.clause(hit.first) == clause:
                candidate.status = type_.scheduled
    if _QUESTION.search(scene.reading.text[line.start : line.end]):
        candidate.rumoured = candidate.rumoured or ASKS
    if not candidate.background:
        candidate.background = _dated(scene, type_, line)


def _said(scene: Scene, hit: Hit) -> str:
    return f'"{scene.reading.text[hit.start : hit.end]}"'


def _denies(line: Line, hit: Hit, candidate: Candidate, clause: int) -> bool:
    act = candidate.act
    if _overlaps(hit, act) or _overlaps(hit, candidate.object):
        return False
    if hit.cjk:
        return 0 <= act.first - hit.last - 1 <= 1 or 0 <= hit.first - act.last - 1 <= 1
    return 0 <= act.first - hit.last - 1 < _NEGATION_GAP and line.clause(hit.first) == clause


def _dated(scene: Scene, type_: Recogniser, line: Line) -> str:
    """Whether the only dates of a sentence lie long before the article."""
    if scene.published is None:
        return ""
    oldest = scene.published - timedelta(days=type_.fresh)
    days = [
        when.last
        for when in scene.facts.dates
        if line.start <= when.start < line.end and when.last is not None and not when.suspect
    ]
    if days:
        return f"its date, {max(days)}, is past" if max(days) < oldest else ""
    if _MONTH_DAY.search(scene.reading.text, line.start, line.end):
        return ""
    years = [int(year[1] or year[2]) for year in _YEAR.finditer(scene.reading.text, line.start, line.end)]
    return f"its year, {max(years)}, is past" if years and max(years) < oldest.year else ""


def needs_met(scene: Scene, type_: Recogniser, candidate: Candidate) -> bool:
    """Whether what the type needs besides act and object stands there, in the title or at the lead's beginning."""
    actor, how = _actor(scene, type_, candidate)
    candidate.actor, candidate.acted = actor, how
    around = [candidate.line, *(line for line in scene.lines if line.place in {0, 2} and line is not candidate.line)]
    for need in type_.needs:
        if need == "actor":
            met = bool(how)
        elif need == "place":
            met = any(_has(line, Sort.PLACE, "sites") for line in around)
        elif need == "material":
            met = any(_has(line, Sort.MATERIAL, "") for line in around)
        elif need == "amount":
            met = any(line.start <= money.start < line.end for money in scene.facts.money for line in around)
        else:
            met = len({name.id for line in around for name in line.named if name.sort is Sort.ORGANISATION}) > 1
        if not met:
            candidate.thin = f"no {need}"
            return False
    return True


def _has(line: Line, sort: Sort, words: str) -> bool:
    return any(name.sort is sort for name in line.named) or (
        bool(words) and next(line.rows(words, ALL_TYPES), None) is not None
    )


def _actor(scene: Scene, type_: Recogniser, candidate: Candidate) -> tuple[Named | None, str]:
    """Who acts, and how that is known: named, a word for it, a state, the source, or named elsewhere; "" is nobody."""
    found = _actor_in(scene, type_, candidate.line, candidate.act.start)
    if found[1]:
        return found
    trust = scene.reading.trust
    if type_.source_is_actor and (
        (trust is Trust.AUTHORITY and (type_.official or type_.actors is None))
        or (trust is Trust.COMPANY and (type_.firm or type_.actors is None))
    ):
        return None, "source"
    for line in scene.lines:
        if line.place in {0, 2} and line is not candidate.line:
            found = _actor_in(scene, type_, line, line.end)
            if found[1]:
                return found[0], "elsewhere"
    return None, ""


def _actor_in(scene: Scene, type_: Recogniser, line: Line, act: int) -> tuple[Named | None, str]:
    fit = [name for name in line.named if name.sort is Sort.ORGANISATION and _can_act(type_, name)]
    before = [name for name in fit if name.start < act]
    if before:
        return before[-1], "named"
    states = [name for name in line.named if name.sort is Sort.PLACE and name.id in scene.recognisers.states]
    if type_.official or type_.actors is None:
        for name in reversed(states):
            if name.start < act:
                return name, "state"
    if fit:
        return fit[0], "named"
    for slot, wanted in (("officials", type_.official), ("firms", type_.firm)):
        if wanted and next(line.rows(slot, ALL_TYPES), None) is not None:
            return None, "word"
    if states and type_.official:
        return states[0], "state"
    return None, ""


def _can_act(type_: Recogniser, name: Named) -> bool:
    if type_.actors is None:
        return True
    return name.id in type_.actors or (name.by == "form" and type_.firm)
