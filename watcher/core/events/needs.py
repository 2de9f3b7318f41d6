"""What an event needs besides act and object, and who acts: in its sentence, else in the title or the lead's beginning.

Never takes a name for an actor that the type's list of actors has not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from watcher.core.events.candidates import Candidate
from watcher.core.events.recognisers import Recogniser
from watcher.core.events.scene import Line, Scene
from watcher.core.events.seeking import SHARED_TYPE
from watcher.core.lexicon.model import Named, Sort
from watcher.core.model import Trust

NAMED = "named"
_OWNERS = ("'s ", "’s ", "-based", " based")


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
    return None, "instrument" if type_.official and _by_state_alone(scene, candidate) else ""


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
    if type_.official or type_.actors is None:
        for name in reversed(states):
            if name.start < act:
                return name, "state"
    if fit:
        return fit[0], NAMED
    for slot, wanted in (("officials", type_.official), ("firms", type_.firm)):
        if wanted and next(line.rows(slot, SHARED_TYPE), None) is not None:
            return None, "word"
    if states and type_.official:
        return states[0], "state"
    return None, ""


def _owning(scene: Scene, name: Named) -> bool:
    """Whether a state is only where somebody belongs: "Brazil's Serra Verde", "US-based"."""
    return scene.reading.text.startswith(_OWNERS, name.end)


def _can_act(type_: Recogniser, name: Named) -> bool:
    if type_.actors is None:
        return True
    return name.id in type_.actors or (name.by == "form" and type_.firm)
