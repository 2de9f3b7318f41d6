"""Which known entry a sentence speaks of: the same date again, or the one that it names, moves or settles.

Never takes one of several that are equally likely: then none is meant.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from watcher.core.calendar.model import Entry, Known, Statement, Topic

SURE = 3
"""What an entry must score to be the one that a sentence moves or settles without giving its date."""
_DOCUMENT, _STORY, _TYPE, _NAME, _COUNTRY, _YEARS = 8, 6, 2, 2, 1, 2


def same_date(statement: Statement, known: Iterable[Known]) -> Known | None:
    """The entry that gives this date already; of several, the likeliest."""
    alike = [each for each in known if dated_alike(statement, each.entry) and _of_one_thing(statement.of, each)]
    return max(alike, key=lambda each: (likeness(statement.of, each), each.entry.id), default=None)


def meant(of: Topic, known: Iterable[Known], day: date | None = None) -> Known | None:
    """The one entry that a sentence is about; None if none is likely enough, or two are.

    Args: day - the date that takes its place, if there is one: what is renewed is mostly so by whole years.
    """
    scored = sorted(
        ((likeness(of, each) + _YEARS * _is_anniversary(each.entry, day), each.entry.id, each) for each in known),
        key=lambda found: found[:2],
    )
    if not scored or likeness(of, scored[-1][2]) < SURE:
        return None
    if len(scored) > 1 and scored[-2][0] == scored[-1][0]:
        return None
    return scored[-1][2]


def nearest(of: Topic, known: Iterable[Known], least: int) -> Known | None:
    """The likeliest of entries that run out, of equals the first to do so: an end that nears is the next one."""
    scored = [(likeness(of, each), each) for each in known if each.entry.last is not None]
    likely = [(score, each) for score, each in scored if score >= least]
    best = min(likely, key=lambda found: (-found[0], found[1].entry.last or date.max, found[1].entry.id), default=None)
    return None if best is None else best[1]


def likeness(of: Topic, known: Known) -> int:
    """How much speaks for the entry's being of the same thing; 0 if documents' numbers or materials speak against."""
    theirs = known.entry.topic
    if of.documents & theirs.documents:
        return _DOCUMENT + _shared(of, theirs)
    near = known.here or of.matters & theirs.matters
    if not near and ((of.documents and theirs.documents) or _of_other_materials(of, theirs)):
        return 0
    return _STORY * bool(near) + _shared(of, theirs)


def _of_other_materials(of: Topic, theirs: Topic) -> bool:
    return bool(of.materials and theirs.materials) and not _materials(of) & _materials(theirs)


def _is_anniversary(entry: Entry, day: date | None) -> bool:
    return (
        day is not None
        and entry.last is not None
        and (entry.last.month, entry.last.day) == (day.month, day.day)
        and entry.last != day
    )


def _shared(of: Topic, theirs: Topic) -> int:
    return (
        _TYPE * bool(of.types & theirs.types)
        + _NAME * bool(_materials(of) & _materials(theirs))
        + _NAME * bool((of.parties & theirs.parties) or (of.places & theirs.places))
        + _COUNTRY * bool(of.countries & theirs.countries)
    )


def _materials(topic: Topic) -> frozenset[str]:
    return topic.materials | topic.reach


def dated_alike(statement: Statement, entry: Entry) -> bool:
    """Whether both give one date of one kind."""
    if statement.kind != entry.kind or statement.conditional != entry.conditional:
        return False
    if statement.last is None or entry.last is None:
        return statement.last is entry.last and statement.text.casefold() == entry.printed.casefold()
    return (statement.first, statement.last) == (entry.first, entry.last)


def _of_one_thing(of: Topic, known: Known) -> bool:
    """Whether nothing but the date would have to be chance: a name in common, or the country of one type of event."""
    return likeness(of, known) >= _NAME and bool(
        known.here
        or of.matters & known.entry.topic.matters
        or of.documents & known.entry.topic.documents
        or _materials(of) & _materials(known.entry.topic)
        or of.parties & known.entry.topic.parties
        or of.places & known.entry.topic.places
        or (of.types & known.entry.topic.types and of.countries & known.entry.topic.countries)
    )
