"""What sort of text an article is, by its words and its publisher, and whether an event in the title overrules that.

Never decides by layout alone: what a publisher is like is a prior.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from watcher.core.events.candidates import Candidate
from watcher.core.events.model import Cue, Genre
from watcher.core.events.scene import Line, Scene
from watcher.core.events.seeking import Hit

_SUBJECT_WORDS = 6
_ORDER = (Genre.OPINION, Genre.STUDY, Genre.MARKET_WRAP, Genre.PROMOTION)
_STRENGTH = ("title", "subject", "hint", "lead")


class Sorted(NamedTuple):
    """A genre, the cues that gave it, why in words, and the items that it rests on."""

    genre: Genre
    cues: tuple[Cue, ...] = ()
    why: str = ""
    keys: frozenset[int] = frozenset()


def genre_of(scene: Scene, candidates: list[Candidate]) -> Sorted:
    """The article's genre. Cues of the title and of its subject beat those of the lead, and these the publisher's."""
    found: dict[str, list[tuple[Genre, Hit, int]]] = {place: [] for place in _STRENGTH}
    undone: set[Genre] = set()
    for line in scene.lines:
        if line.place > 3:  # noqa: PLR2004 - highlights and lead count, body does not
            continue
        for genre, place, hit, key in _cues(line):
            if place == "unless":
                undone.add(genre)
            elif place == "lead":
                if line.place > 0:
                    found[place].append((genre, hit, key))
            elif line.place == 0 and (place != "subject" or _subject(line, hit)):
                found[place].append((genre, hit, key))
    told = _told(candidates)
    for place in _STRENGTH:
        for genre in _ORDER:
            cues = scene.recognisers.genres.get(genre)
            hits = [(hit, key) for each, hit, key in found[place] if each is genre]
            if (
                not hits
                or cues is None
                or (place in {"hint", "lead"} and (genre in undone or (told and not cues.firm)))
            ):
                continue
            said = scene.reading.text[hits[0][0].start : hits[0][0].end]
            return Sorted(
                genre,
                tuple(Cue(of=genre.value, start=hit.start, end=hit.end) for hit, _ in hits),
                f'{place}: "{said}"',
                frozenset(key for _, key in hits),
            )
    for genre in _ORDER:
        cues = scene.recognisers.genres.get(genre)
        if cues is None or scene.reading.trust not in cues.trust or genre in undone or (told and not cues.firm):
            continue
        return Sorted(genre, (), f"its publisher's trust is {scene.reading.trust.value}")
    return Sorted(Genre.REPORT)


def _cues(line: Line) -> Iterator[tuple[Genre, str, Hit, int]]:
    for hit in line.hits:
        for row in hit.listed.shared:
            if row.slot.startswith("genre_"):
                yield Genre(row.name), row.slot.removeprefix("genre_"), hit, row.key


def _subject(line: Line, hit: Hit) -> bool:
    """Whether a noun of the title stands where its subject does: early, or before the first act."""
    if hit.first - line.first < _SUBJECT_WORDS:
        return True
    first_act = min((act.first for act in line.hits if act.listed.acts), default=line.last)
    return hit.first < first_act


def _told(candidates: list[Candidate]) -> bool:
    """Whether the title tells an event of somebody named, in its main clause."""
    return any(
        candidate.line.place == 0
        and candidate.tier == 0
        and candidate.acted == "named"
        and not (candidate.background or candidate.reaction or candidate.rumoured or candidate.unmet)
        for candidate in candidates
    )
