"""What sort of text an article is, by its words and its publisher, and whether an event in the title overrules that.

Never decides by layout alone: what a publisher is like is a prior.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from watcher.core.events.candidates import Candidate
from watcher.core.events.model import Cue, Genre
from watcher.core.events.scene import Line, Scene
from watcher.core.events.seeking import SHARED_TYPE, Hit
from watcher.core.lexicon.model import Sort

_SUBJECT_WORDS = 6
_ORDER = (Genre.OPINION, Genre.STUDY, Genre.MARKET_WRAP, Genre.PROMOTION)
_STRENGTH = ("label", "title", "subject", "hint", "lead")
_WEAK = frozenset({"hint", "lead"})
_LABEL = re.compile(r"\s?(?:[:\uff1a|\uff5c/\]\u3011\uff09)\u3015\u300b\u300d\u2014\u2015]|-(?=[A-Z])|[-\u2013]\s)")
"""Behind a label that leads a title: `Timeline: ...`, `ANALYSIS-China ...`, `[Opinion] ...`."""
_BEFORE_LABEL = re.compile(r"(?:[|\uff5c\u2014\u2015]|\s[-\u2013])\s?\Z")
"""Before one that ends it: `... | Opinion`."""
_LEAD = 3
_SEVERAL = 2
"""Materials that an article names if it is about them: one alone may be a name or a figure of speech."""
_BY_NAME = frozenset({"named", "state"})


class Sorted(NamedTuple):
    """A genre, the cues that gave it, why in words, and the items that it rests on."""

    genre: Genre
    cues: tuple[Cue, ...] = ()
    why: str = ""
    keys: frozenset[int] = frozenset()


def genre_of(scene: Scene, candidates: list[Candidate]) -> Sorted:
    """The article's genre. Labels, then cues of title and subject beat those of the lead, these the publisher's."""
    found, undone = _found(scene)
    told = _told(candidates) or _announced(scene, candidates)
    for place in _STRENGTH:
        for genre in _ORDER:
            hits = found.get((place, genre), [])
            if hits and not (place in _WEAK and _undone(scene, genre, told, undone)):
                said = scene.reading.text[hits[0][0].start : hits[0][0].end]
                return Sorted(
                    genre,
                    tuple(Cue(of=genre.value, start=hit.start, end=hit.end) for hit, _ in hits),
                    f'{place}: "{said}"',
                    frozenset(key for _, key in hits),
                )
    trust = scene.reading.trust
    for genre, cues in scene.recognisers.genres.items():
        if trust in cues.trust and not _undone(scene, genre, told, undone):
            return Sorted(genre, (), f"its publisher's trust is {trust.value}")
    return Sorted(Genre.REPORT)


def rest_of(scene: Scene) -> Sorted | None:
    """What an article is taken for that tells of nothing, by its publisher, if it is about materials all the same."""
    named = [
        {name.id for name in line.named if name.sort is Sort.MATERIAL} for line in scene.lines if line.place <= _LEAD
    ]
    if not named or len(set().union(*named)) < _SEVERAL + (not named[0]):
        return None
    trust = scene.reading.trust
    for genre, cues in scene.recognisers.genres.items():
        if trust in cues.rest:
            return Sorted(genre, (), "it tells of nothing that happened")
    return None


def _found(scene: Scene) -> tuple[dict[tuple[str, Genre], list[tuple[Hit, int]]], set[Genre]]:
    """The cues by where they stand and of what, and the genres that some words speak against."""
    found: defaultdict[tuple[str, Genre], list[tuple[Hit, int]]] = defaultdict(list)
    undone: set[Genre] = set()
    for line in scene.lines:
        for genre, place, hit, key in _cues(line) if line.place <= _LEAD else ():
            if place == "unless":
                undone.add(genre)
            elif (line.place > 0) is (place == "lead") and _stands(scene, line, hit, place):
                found[place, genre].append((hit, key))
    return found, undone


def _stands(scene: Scene, line: Line, hit: Hit, place: str) -> bool:
    """Whether a cue stands where its place asks it to."""
    if place == "label":
        return _label(scene.reading.text, line, hit)
    return place != "subject" or _subject(line, hit)


def _label(text: str, line: Line, hit: Hit) -> bool:
    """Whether a word is parted from the title that it leads, or ends: it says what sort of text this is."""
    if hit.first == line.first:
        return _LABEL.match(text, hit.end, line.end) is not None
    return hit.last == line.last - 1 and _BEFORE_LABEL.search(text, line.start, hit.start) is not None


def _undone(scene: Scene, genre: Genre, told: bool, undone: set[Genre]) -> bool:
    """Whether a weak sign of a genre is overruled: by words, or by an event in the title."""
    return genre in undone or (told and not scene.recognisers.genres[genre].firm)


def _cues(line: Line) -> Iterator[tuple[Genre, str, Hit, int]]:
    for hit in line.hits:
        for row in hit.listed.genres:
            yield Genre(row.name), row.slot.removeprefix("genre_"), hit, row.key


def _subject(line: Line, hit: Hit) -> bool:
    """Whether a noun of the title stands where its subject does: early and in no setting, or before the first act."""
    if hit.first - line.first < _SUBJECT_WORDS and not _in_setting(line, hit):
        return True
    first_act = min((act.first for act in line.hits if act.listed.acts), default=line.last)
    return hit.first < first_act


def _announced(scene: Scene, candidates: list[Candidate]) -> bool:
    """Whether the highlights tell of an official act that is done, by somebody named, however the title sounds."""
    return any(
        candidate.line.place == 1
        and candidate.tier == 0
        and candidate.acted in _BY_NAME
        and (type_ := scene.recognisers.types[candidate.type]).official
        and type_.source_is_actor
        and candidate.status != type_.ladder[0]
        and not (candidate.background or candidate.reaction or candidate.rumoured or candidate.denied)
        for candidate in candidates
    )


def _in_setting(line: Line, hit: Hit) -> bool:
    """Whether words that open a purpose or setting stand before it, with an act before them."""
    turns = [turn.first for turn, _ in line.rows("purpose", SHARED_TYPE) if turn.first < hit.first]
    return any(act.last < turn for turn in turns for act in line.hits if act.listed.acts)


def _told(candidates: list[Candidate]) -> bool:
    """Whether the title tells an event of somebody named, in its main clause."""
    return any(
        candidate.line.place == 0
        and candidate.tier == 0
        and candidate.acted in _BY_NAME
        and not (candidate.background or candidate.reaction or candidate.rumoured or candidate.unmet)
        for candidate in candidates
    )
