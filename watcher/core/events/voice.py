"""Whether what stands before an English verb can be what is done to: passives, nouns, verbs without object.

Never asked of other languages, whose order of words tells less.
"""

from __future__ import annotations

import re

from watcher.core.events.candidates import Part
from watcher.core.events.scene import Line, Scene
from watcher.core.events.seeking import SHARED_TYPE

_ASKED = frozenset({None, "en", "zh", "ja", "ko"})
"""Languages of articles whose Latin words are taken for English."""
_NOUN_GAP = 1
_NOUNS = ("ion", "ions", "ment", "ments", "al", "als", "ance", "ances", "ence", "ure", "ures", "y", "sis")
"""Endings of acts that are nouns: their object stands right before them ("capacity expansion")."""
_AFTER_PASSIVE = frozenset(
    (
        *("by", "at", "for", "in", "on", "to", "after", "as", "from", "with", "under", "until", "over", "amid", "of"),
        *("and", "or", "against", "within", "before", "following", "since", "through", "via", "without"),
        *("today", "yesterday", "again", "this", "last", "next"),
        *("monday", "tuesday", "wednesday", "thursday", "friday"),
    )
)
"""What may follow a passive; any other word is the object of an active verb."""
_AUXILIARIES = frozenset(["was", "were", "been", "is", "are", "be", "being", "gets", "get", "got"])
_WORD = re.compile(r"[^\W_]+")
_BEFORE = 24
_OPENERS = frozenset({"the", "a", "an", "its", "long", "newly", "recently", "once", "state", "previously"})
"""What may stand before a participle that opens a title."""


def object_may_precede(scene: Scene, line: Line, act: Part, gap: int) -> bool:
    """Whether an object before the act can be its own."""
    if act.cjk or scene.reading.main_language not in _ASKED:
        return True
    if any(act.start <= hit.start and hit.end <= act.end for hit, _ in line.rows("intransitive", SHARED_TYPE)):
        return True
    word = scene.reading.text[act.start : act.end].lower()
    if word.endswith("ing"):
        return gap == 0
    if word.endswith(_NOUNS):
        return gap <= _NOUN_GAP
    if word.endswith("s") and " " not in word:
        return False
    return _passive(scene.reading.text, line, act)


def attributive(scene: Scene, line: Line, act: Part, thing: Part) -> bool:
    """Whether a participle opens a title and only says what its noun is like: "Shuttered smelter to restart"."""
    if act.cjk or line.place or thing.first < act.last or scene.reading.main_language not in _ASKED:
        return False
    word = scene.reading.text[act.start : act.end].lower()
    opens = act.first == line.first or scene.reading.text[line.start : act.start].lower().strip() in _OPENERS
    if not (opens and word.endswith("ed") and " " not in word):
        return False
    text = scene.reading.text
    return any(
        hit.first > thing.last
        and hit.listed.doing
        and (text[hit.start : hit.end].endswith("s") or text.startswith("to ", hit.start - 3))
        for hit in line.hits
    )


def _passive(text: str, line: Line, act: Part) -> bool:
    """Whether a verb form is passive, by an auxiliary before it or by what follows."""
    before = _WORD.findall(text[max(line.start, act.start - _BEFORE) : act.start].lower())
    if before and before[-1] in _AUXILIARIES:
        return True
    rest = text[act.end : line.end]
    following = _WORD.search(rest)
    if following is None or rest[: following.start()].strip():
        return True
    return following[0].lower() in _AFTER_PASSIVE
