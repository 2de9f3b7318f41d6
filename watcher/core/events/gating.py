"""Whether a type's condition on the whole article holds: names, trust, words, language.

Never finds a word itself: the one pass over the text has.
"""

from __future__ import annotations

from watcher.core.events.recognisers import Gate
from watcher.core.events.scene import Scene


def holds(gate: Gate | None, scene: Scene, type_: int) -> bool:
    """Whether the condition of that type holds of the article."""
    if gate is None:
        return True
    if gate.kind != "group":
        return _leaf(gate, scene, type_)
    return (
        all(holds(part, scene, type_) for part in gate.all)
        and (not gate.any or any(holds(part, scene, type_) for part in gate.any))
        and not any(holds(part, scene, type_) for part in gate.none)
    )


def _leaf(gate: Gate, scene: Scene, type_: int) -> bool:
    if gate.sort is not None:
        return any(not gate.values.isdisjoint(scene.ids(gate.sort, zone)) for zone in gate.zones)
    if gate.kind == "trust":
        return scene.reading.trust.value in gate.values
    if gate.kind == "language":
        return (scene.reading.main_language or "") in gate.values
    return scene.gated(type_, gate.key, gate.zones)
