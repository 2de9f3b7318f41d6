"""Acts bound to their objects: which noun of a sentence an act is done to, and whether it is what the sentence tells.

Never asks whether the event is news, denied or past: that is judged afterwards.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from watcher.core.events.candidates import Candidate, Part
from watcher.core.events.recognisers import Family, Recogniser, Recognisers, reach
from watcher.core.events.scene import Line, Scene
from watcher.core.events.seeking import SHARED_TYPE, Hit, Row
from watcher.core.events.voice import attributive, object_may_precede
from watcher.core.facts.currencies import ANY_SIGN
from watcher.core.lexicon.model import Sort
from watcher.core.model import Zone

_SUBJECT_GAP = 2
_TARGET_GAP = 6
_DIGIT = re.compile(r"\d")
_SUM = 60
"""Characters that a sum may go on where a sentence is cut off."""
_ACROSS = 2
"""How far an object may stand from its act where a purpose or setting begins between them."""

_TAIL = re.compile(
    r"\s(?:in|of|for|on|to|from|at|de|du|des|la|le|les|da|do|das|dos|en|em|para|por|pour|an|f\u00fcr|von|zu)",
    re.IGNORECASE,
)
"""What an object may be longer by and be the same thing: `stake in`."""
_MOST = 24
"""Acts, objects and phrases of one type that are looked at in one sentence: an honest one has three."""

Spans = Sequence[tuple[int, int]]


@dataclass(slots=True)
class _Held:
    """What one sentence holds of one type."""

    acts: list[Part] = field(default_factory=list)
    objects: list[Part] = field(default_factory=list)
    phrases: list[Part] = field(default_factory=list)
    denials: list[Part] = field(default_factory=list)
    counters: list[tuple[int, int]] = field(default_factory=list)

    def take(self, hit: Hit, row: Row, *, title: bool) -> None:
        """One row of the type that is no act."""
        slot = row.slot
        if slot == "object":
            self.objects.append(part_of(hit, row))
        elif slot == "phrase" or (slot == "title_phrase" and title):
            self.phrases.append(part_of(hit, row))
        elif slot == "denial":
            self.denials.append(part_of(hit, row))
        elif slot == "counter":
            self.counters.append((hit.start, hit.end))


def bound(scene: Scene, line: Line) -> Iterator[Candidate]:
    """All candidates of one sentence."""
    types = _types(scene, line)
    if not types:
        return
    masks = [(name.start, name.end) for name in line.named if name.sort is Sort.ORGANISATION]
    blockers = [(hit.first, hit.last) for hit in line.hits if hit.listed.done_to]
    turn = _turn(line)
    for index, held in sorted(_held(line, types).items()):
        for candidate in _of_type(scene, line, index, held, masks, blockers):
            if turn is not None and turn < max(candidate.act.first, candidate.object.first):
                if candidate.act.last < turn and candidate.gap > _ACROSS:
                    continue
                candidate.tier = 2
            yield candidate


def _types(scene: Scene, line: Line) -> int:
    """The types, as bits, that may come to something in a sentence: most sentences tell nothing."""
    doing: list[Hit] = []
    done_to: list[Hit] = []
    acts = others = 0
    title = line.zone is Zone.TITLE
    for hit in line.hits:
        listed = hit.listed
        if listed.acting:
            doing.append(hit)
            acts |= listed.acting
        if listed.done_to:
            done_to.append(hit)
        others |= listed.saying | listed.titled if title else listed.saying
    recognisers = scene.recognisers
    found = _met(recognisers, doing, done_to, title=title) if done_to else 0
    loose = acts & recognisers.loose & ~found
    if loose:
        found |= _named_near(scene, line, doing, loose)
    return others | recognisers.types_of(found)


def _met(recognisers: Recognisers, doing: Sequence[Hit], done_to: Sequence[Hit], *, title: bool) -> int:
    """The families of which an act and an object stand near enough."""
    found = there = 0
    for thing in done_to:
        there |= thing.listed.done_to
    for act in doing:
        wanted, first, last, cjk = act.listed.acting & there & ~found, act.first, act.last, act.cjk
        for thing in done_to if wanted else ():
            common = wanted & thing.listed.done_to
            if common:
                gap = thing.first - last if last < thing.first else first - thing.last
                if gap > 0:
                    found |= common & recognisers.within(gap - 1, title=title, cjk=cjk or thing.cjk)
    return found


def _named_near(scene: Scene, line: Line, doing: Sequence[Hit], loose: int) -> int:
    """Those of these families that may take what is no word of a list: a name near an act, a sum of money, shares."""
    takes = scene.recognisers.takes
    shares = loose & takes["share"]
    found = shares if shares and any("shares" in hit.listed.slots for hit in line.hits) else 0
    for name in line.named:
        behind, before = loose & takes["target", name.sort] & ~found, loose & takes["subject", name.sort] & ~found
        if behind or before:
            first, last = _counts(scene, name.start, name.end)
            for act in doing:
                wanted = act.listed.acting
                if wanted & behind and name.start >= act.end and (act.cjk or first - act.last - 1 <= _TARGET_GAP):
                    found |= wanted & behind
                if wanted & before and name.end <= act.start and (act.cjk or act.first - last - 1 <= _SUBJECT_GAP):
                    found |= wanted & before
    sums = loose & takes["amount"] & ~found
    return found | sums if sums and _may_tell_sum(scene, line) and scene.facts.money else found


def _may_tell_sum(scene: Scene, line: Line) -> bool:
    """Whether a figure and the sign of a currency stand in a sentence or right behind where it is cut off."""
    text, start, end = scene.reading.text, line.start, line.end + _SUM
    return _DIGIT.search(text, start, end) is not None and ANY_SIGN.search(text, start, end) is not None


def _turn(line: Line) -> int | None:
    """Where purpose or setting begins in a title or highlight: at a connective with an act before it."""
    if line.place > 1:
        return None
    firsts = [hit.first for hit, _ in line.rows("purpose", SHARED_TYPE)]
    act = min((hit.last for hit in line.hits if hit.listed.doing), default=None)
    return min((first for first in firsts if act is not None and act < first), default=None)


def _held(line: Line, types: int) -> dict[int, _Held]:
    """What the sentence holds of each of these types."""
    found: defaultdict[int, _Held] = defaultdict(_Held)
    title = line.zone is Zone.TITLE
    for hit in line.hits:
        listed = hit.listed
        for row in listed.given if types & listed.held else ():
            if types >> row.type & 1:
                found[row.type].take(hit, row, title=title)
        if types & listed.doing:
            for index, rows in listed.acts.items():
                if types >> index & 1:
                    found[index].acts += [part_of(hit, row) for row in rows]
    return found


def part_of(hit: Hit, row: Row) -> Part:
    """A hit as an act or object."""
    first, last, cjk = hit.first, hit.last, hit.cjk
    words = last - first + 1
    # As a whole: made field by field, hundreds an article cost twice as much.
    return Part._make(
        (first, last, hit.start, hit.end, cjk, row.name, row.key, (words + 1) // 2 if cjk else words, row.group, False)
    )


def _of_type(scene: Scene, line: Line, index: int, held: _Held, masks: Spans, blockers: Spans) -> Iterator[Candidate]:
    type_ = scene.recognisers.types[index]
    hidden = held.counters
    for part in _longest(held.denials, hidden) if held.denials else ():
        status = type_.ladder[0]
        yield Candidate(type=index, line=line, act=part, object=part, status=status, phrase=True, denied="a denial")
    covered = [*hidden, *masks]
    for part in _longest(held.phrases, covered) if held.phrases else ():
        yield Candidate(type=index, line=line, act=part, object=part, status=part.status, phrase=True)
    if not held.acts:
        return
    named = [part for part in held.objects if (part.start, part.end) in masks] if masks else []
    others = [part for part in held.objects if (part.start, part.end) not in masks] if named else held.objects
    text = scene.reading.text
    objects = _longest(named, hidden) + _longest(others, covered, text)
    for act in _longest(held.acts, covered):
        best = _nearest(scene, line, type_, act, objects)
        if best is not None:
            gap, thing = best
            if attributive(scene, line, act, thing):
                continue
            indirect = _blocked(act, thing, blockers)
            yield Candidate(type=index, line=line, act=act, object=thing, status=act.status, gap=gap, indirect=indirect)


def _nearest(scene: Scene, line: Line, type_: Recogniser, act: Part, objects: list[Part]) -> tuple[int, Part] | None:
    """The object that is likeliest the act's, with the words between: near, and rather a longer one."""
    best: tuple[int, int, Part] | None = None
    family = scene.recognisers.groups[type_.id][act.group]
    things = [thing for thing in objects if thing.group == act.group]
    if family.targets or family.subjects:
        things += _named_things(scene, line, family, act)
    for thing in things:
        gap = _gap(act, thing)
        if gap < 0 or gap > _reach(type_, family, line, act, thing):
            continue
        before = not thing.subject and thing.last < act.first
        if before and "object" not in family.subjects and not object_may_precede(scene, line, act, gap):
            continue
        found = (gap - thing.words, gap, thing)
        if best is None or found < best:
            best = found
    return None if best is None else best[1:]


def _named_things(scene: Scene, line: Line, family: Family, act: Part) -> Iterator[Part]:
    """Names that may stand as object behind the act, or as subject before it."""
    for name in line.named:
        subject = name.sort in family.subjects and name.end <= act.start
        if subject or (name.sort in family.targets and name.start >= act.end):
            yield from _near(act, _placed(scene, act, name.start, name.end, subject=subject))
    if "share" in family.subjects:
        for hit, row in line.rows("shares", SHARED_TYPE):
            if hit.end <= act.start:
                yield from _near(act, part_of(hit, row)._replace(group=act.group, subject=True))
    if "amount" in family.targets:
        for money in scene.facts.money:
            if line.start <= money.start < line.end and money.start >= act.end:
                yield from _near(act, _placed(scene, act, money.start, money.end))


def _placed(scene: Scene, act: Part, start: int, end: int, *, subject: bool = False) -> Part:
    first, last = _counts(scene, start, end)
    return Part(first, last, start, end, act.cjk, group=act.group, subject=subject)


def _counts(scene: Scene, start: int, end: int) -> tuple[int, int]:
    """The counts of the first and the last word of a stretch."""
    counted = scene.counted.get((start, end))
    if counted is None:
        first = scene.count_at(start)
        counted = scene.counted[start, end] = first, max(first, scene.count_at(end) - 1)
    return counted


def _near(act: Part, thing: Part) -> Iterator[Part]:
    """The thing, if it stands near enough for a name."""
    if act.cjk or _gap(act, thing) <= (_SUBJECT_GAP if thing.subject else _TARGET_GAP):
        yield thing


def _gap(act: Part, thing: Part) -> int:
    """How many words stand between; -1 where the two overlap."""
    if act.last < thing.first:
        return thing.first - act.last - 1
    return act.first - thing.last - 1 if thing.last < act.first else -1


def _reach(type_: Recogniser, family: Family, line: Line, act: Part, thing: Part) -> float:
    return reach(type_, family, title=line.zone is Zone.TITLE, cjk=act.cjk or thing.cjk)


def _blocked(act: Part, thing: Part, blockers: Spans) -> bool:
    """Whether something else is the act's own object: another object stands between, in a phrase of its own."""
    if act.cjk or thing.cjk or thing.subject:
        return False
    if thing.first > act.last:
        return any(act.last < first and last < thing.first - 1 for first, last in blockers)
    return any(thing.last + 1 < first and last < act.first for first, last in blockers)


def _longest(parts: Sequence[Part], covered: Spans, text: str = "") -> list[Part]:
    """Those that are not covered and lie in no longer one; of equal ones the first listed.

    In `text`, one that is longer by a preposition alone ("stake in") hides no shorter one of another family.
    """
    if not parts:
        return []
    kept: list[Part] = []
    if covered:
        parts = [part for part in parts if not _covers(covered, part)]
    if len(parts) < 2:  # noqa: PLR2004 - of several, the longest
        return [*parts]
    for part in sorted(parts, key=_by_place):
        start, end = part.start, part.end
        last = kept[-1] if kept else None
        if last is not None and start >= last.start and end <= last.end:
            same = (start, end) == (last.start, last.end)
            longer = text and start == last.start and end < last.end and part.group != last.group
            if longer and _TAIL.fullmatch(text, end, last.end):
                kept.append(part)
                continue
            if not same or any(each.start == start and each.group == part.group for each in kept[-_MOST:]):
                continue
        kept.append(part)
        if len(kept) == _MOST:
            break
    return kept


def _covers(spans: Spans, part: Part) -> bool:
    return any(start <= part.start and part.end <= end for start, end in spans)


def _by_place(part: Part) -> tuple[int, int]:
    return part.start, -part.end
