"""Every place of an article that tells an event of certain types: also what is merely recalled, and each status apart.

Never weighs one against another, and never asks of the article's field: who follows a matter knows what it is about.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from watcher.core.events.binding import bound
from watcher.core.events.candidates import Candidate
from watcher.core.events.judging import judge
from watcher.core.events.model import DENIED, RUMOURED, Event
from watcher.core.events.needs import needs_met
from watcher.core.events.recognisers import Recogniser, Recognisers
from watcher.core.events.roles import roles
from watcher.core.events.scene import Line, Scene
from watcher.core.facts.model import Facts
from watcher.core.lexicon.model import Named
from watcher.core.model import Zone
from watcher.core.text.reading import Reading

MOST = 48
"""Places that are told of: an article that repeats itself a thousand times tells nothing more."""
_NEVER = frozenset({Zone.CHROME, Zone.RELATED})
_FIRM_GAP = 12


def every_event(
    reading: Reading,
    recognisers: Recognisers,
    named: Sequence[Named],
    facts: Facts,
    types: Collection[str],
) -> tuple[Event, ...]:
    """The places in their order; `reported` where nothing speaks against its being news but its being far down."""
    scene = Scene.of(reading, recognisers, named, facts, reading.published, reading.owner)
    found: list[Event] = []
    for line in scene.lines:
        if line.zone in _NEVER or not line.hits:
            continue
        for candidate in bound(scene, line):
            type_ = recognisers.types[candidate.type]
            if type_.id not in types:
                continue
            judge(scene, type_, candidate)
            if needs_met(scene, type_, candidate) or _numbered(line, facts):
                found.append(_event(scene, type_, candidate))
            if len(found) == MOST:
                return tuple(found)
    return tuple(found)


def _numbered(line: Line, facts: Facts) -> bool:
    """Whether the sentence names a document by its number: then it needs nobody else to say what it is about."""
    return any(line.start <= each.start < line.end for each in facts.documents)


def _event(scene: Scene, type_: Recogniser, candidate: Candidate) -> Event:
    line = candidate.line
    recalled = candidate.background or candidate.reaction
    elsewhere = "" if line.zone in type_.report_in else f"it stands in {line.zone.value}"
    act = scene.reading.text[candidate.act.start : candidate.act.end]
    return Event(
        type=type_.id,
        status=DENIED if candidate.denied else RUMOURED if candidate.rumoured else candidate.status,
        status_text=act,
        reported=not (recalled or elsewhere),
        sure=(candidate.phrase or candidate.gap <= _FIRM_GAP) and candidate.tier == 0,
        start=candidate.start,
        end=candidate.end,
        sentence=(line.start, line.end),
        roles=roles(scene, candidate, alone=False, near=True),
        why=recalled or elsewhere or candidate.denied or candidate.rumoured or f'"{act}"',
    )
