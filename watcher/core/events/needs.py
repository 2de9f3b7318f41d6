"""What an event needs besides act and object, and who acts: in its sentence, else in the title or the lead's beginning.

Never takes a name for an actor that the type's list of actors has not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from watcher.core.events.candidates import Candidate
from watcher.core.events.recognisers import CAPITALS, Recogniser
from watcher.core.events.scene import Line, Scene
from watcher.core.events.seeking import SHARED_TYPE
from watcher.core.lexicon.model import Named, Sort
from watcher.core.model import Trust

NAMED = "named"
BY_INSTRUMENT = "instrument"
_PLACED = re.compile(r"(?:国内|市場|工場)?(?:で(?!は)|に(?!よ)|へ|から|向け|産)")
"""Behind a state's Japanese name: that something is done there, goes there or comes from there."""
_OWNERS = ("$", "'s ", "’s ", "-based", " based", "企业", "企業", "公司", "实体", "實體", "軍工", "军工")
_SITE = re.compile(r" (?:plants?|mine|smelters?|refiner(?:y|ies)|subsidiary|operations|unit)\b")
"""Behind a state: that it says where a firm has something ("halts Malaysia plant")."""
_WHERE = re.compile(
    r"\b(?:in|at|near|from|to|of|for|outside|around|with|on|against|into|via|over|and|aus|bei|nach|für|gegen|mit|zu"
    r"|à|de|en|vers|contre|avec|pour|desde|hacia|contra|con|para|a|em|com)\s\Z|[在于自与對对]\Z|(?:新华社|新華社)\Z",
    re.IGNORECASE,
)
"""What stands before a capital that is a place, or that something is done to."""
_NO_SEAT = re.compile(
    r"\s?(?:,|\(|[-\u2013\u2014]|\d|市|大学|大學|证券|D\.?C|(?:Post|Times|State|Gas|Metals?|Exchange|Stock|Electric|Institute"
    r"|University|Convention|Protocol|Agreement|Accord|Summit|Club|Treaty|Declaration|Consensus)\b)"
)
"""What stands behind a capital in a dateline, or in a longer name."""
_BEFORE = 12
"""Characters before a capital that are looked at."""
_BY = re.compile(r"\b(?:by|von|par|por)\s\Z", re.IGNORECASE)


def needs_met(scene: Scene, type_: Recogniser, candidate: Candidate) -> bool:
    """Find the actor, and whether everything that the type needs is there; `unmet` says what is not."""
    candidate.actor, candidate.acted = _actor(scene, type_, candidate)
    if not type_.needs:
        return True
    around = [candidate.line, *(line for line in scene.heads if line is not candidate.line)]
    for need in sorted(type_.needs):
        met = bool(candidate.acted) if need == "actor" else _MET[need](scene, around)
        if not met:
            candidate.unmet = f"no {need}"
            return False
    return True


def _place(_scene: Scene, around: list[Line]) -> bool:
    return any(_has(line, Sort.PLACE) or next(line.rows("sites", SHARED_TYPE), None) for line in around)


def _material(_scene: Scene, around: list[Line]) -> bool:
    return any(_has(line, Sort.MATERIAL) for line in around)


def _amount(scene: Scene, around: list[Line]) -> bool:
    return any(line.start <= money.start < line.end for money in scene.facts.money for line in around)


def _parties(_scene: Scene, around: list[Line]) -> bool:
    return len({name.id for line in around for name in line.named if name.sort is Sort.ORGANISATION}) > 1


_MET: Mapping[str, Callable[[Scene, list[Line]], bool]] = {
    "place": _place,
    "material": _material,
    "amount": _amount,
    "parties": _parties,
}


def _has(line: Line, sort: Sort) -> bool:
    return any(name.sort is sort for name in line.named)


def _actor(scene: Scene, type_: Recogniser, candidate: Candidate) -> tuple[Named | None, str]:
    """Who acts, and how that is known: named, by a word, a state, the source, elsewhere, instrument; "" is nobody."""
    found = _actor_in(scene, type_, candidate.line, candidate.act.start)
    if found[1]:
        return found
    trust = scene.reading.trust
    if type_.source_is_actor and (
        (trust is Trust.AUTHORITY and (type_.official or type_.actors is None))
        or (trust is Trust.COMPANY and (type_.firm or type_.actors is None))
    ):
        return None, "source"
    for line in scene.heads:
        if line is not candidate.line:
            found = _actor_in(scene, type_, line, line.end)
            if found[1]:
                return found[0], "elsewhere"
    return None, BY_INSTRUMENT if type_.official and _by_state_alone(scene, candidate) else ""


def _by_state_alone(scene: Scene, candidate: Candidate) -> bool:
    """Whether title or lead begin with what nobody but a state can do: "Export ban lifted"."""
    line, thing = candidate.line, candidate.object
    return line in scene.heads and any(
        hit.start < thing.end and thing.start < hit.end for hit, _ in line.rows("instruments", SHARED_TYPE)
    )


def _actor_in(scene: Scene, type_: Recogniser, line: Line, act: int) -> tuple[Named | None, str]:
    fit = [name for name in line.named if name.sort is Sort.ORGANISATION and _can_act(type_, name)]
    before = [name for name in fit if name.start < act]
    if before:
        return before[-1], NAMED
    states = [
        name
        for name in line.named
        if name.sort is Sort.PLACE and name.id in scene.recognisers.states and not _owning(scene, name)
    ]
    seats = list(_seats(scene, line, act)) if type_.official else []
    if seats:
        states = sorted([*states, *seats], key=lambda name: name.start)
    acting = _acting(states, seats, act) if type_.official or type_.actors is None else None
    if acting is not None:
        return acting, "state"
    if fit:
        return fit[0], NAMED
    for slot, wanted in (("officials", type_.official), ("firms", type_.firm)):
        if wanted and any(not _elsewhere(scene, hit.end) for hit, _ in line.rows(slot, SHARED_TYPE)):
            return None, "word"
    if states and type_.official:
        return states[0], "state"
    return None, ""


def _acting(states: Sequence[Named], seats: Sequence[Named], act: int) -> Named | None:
    """The last state before the act, else the capital by which it is done."""
    return next((name for name in reversed(states) if name.start < act), seats[0] if seats else None)


def _seats(scene: Scene, line: Line, act: int) -> Iterator[Named]:
    """The capitals that act in a sentence, as their states: before the act, or behind it after `by`."""
    text = scene.reading.text
    for hit, row in line.rows(CAPITALS, SHARED_TYPE):
        before = text[max(line.start, hit.start - _BEFORE) : hit.start]
        acts = not _WHERE.search(before) if hit.start < act else _BY.search(before)
        inside = any(name.start <= hit.start < name.end for name in line.named)
        if not acts or inside or _NO_SEAT.match(text, hit.end):
            continue
        seat = Named(
            sort=Sort.PLACE, id=row.name, name=text[hit.start : hit.end], start=hit.start, end=hit.end, zone=line.zone
        )
        if not _owning(scene, seat):
            yield seat


def _owning(scene: Scene, name: Named) -> bool:
    """Whether a state is only where somebody belongs or something is done: "Brazil's Serra Verde", "US-based"."""
    text = scene.reading.text
    return text.startswith(_OWNERS, name.end) or _elsewhere(scene, name.end)


def _elsewhere(scene: Scene, end: int) -> bool:
    return _SITE.match(scene.reading.text, end) is not None or _placed(scene, end)


def _placed(scene: Scene, end: int) -> bool:
    return scene.reading.main_language == "ja" and _PLACED.match(scene.reading.text, end) is not None


def _can_act(type_: Recogniser, name: Named) -> bool:
    if type_.actors is None:
        return True
    return name.id in type_.actors or (name.by == "form" and type_.firm)
