"""What an article's statements make of the calendar: new entries, further evidence, dates moved, fates told.

Every step says why. The same article read again gives the same steps, and each of them changes nothing the second
time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from watcher.core.calendar.cues import AFTER_THE_DAY, SETTLING
from watcher.core.calendar.matching import meant, nearest, same_date
from watcher.core.calendar.model import ENDS, OPEN, Entry, Known, Read, Statement, Topic

AHEAD = timedelta(days=400)
"""An end that is spoken of as near lies no further off than a reprieve of a year and its notice."""
OFFICIAL = frozenset(
    {
        "export_control",
        "entity_listing",
        "trade_measure",
        "deadline_expiry",
        "rulemaking_notice",
        "policy_statement",
        "price_floor",
        "permit_approval",
    }
)
"""Types whose ends people speak of as those of a reprieve, a suspension, a waiver: acts of authorities."""
PAST = timedelta(days=60)
"""So long after a day an article may still tell that it was extended before."""
_MOST_KEYS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One change: the entry as it stands after it, and the sentence behind it, if it is further evidence.

    `part` is what the sentence has in the entry: states, names, moves or settles.
    """

    entry: Entry
    reason: str
    part: str = ""
    statement: Statement | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The article that speaks: its story, the day it speaks from, when it was first seen, and its publisher."""

    story: str
    day: date
    seen: datetime
    publisher: str


def decide(read: Read, known: Sequence[Known], source: Source) -> tuple[Step, ...]:
    """The steps that the statements of one article ask for, in order.

    Args: known - the entries that it may speak of.
    """
    book = _Book(source, {each.entry.id: each for each in known})
    for statement in read.statements:
        if statement.part == "states":
            book.states(statement)
    for statement in read.statements:
        if statement.part == "settles":
            book.settles(statement)
        elif statement.part == "names":
            book.names(statement)
    return tuple(book.steps)


def unsaid(entry: Entry, publisher: str, instead: Sequence[Entry]) -> Step:
    """What becomes of an entry whose only article was changed and no longer states it.

    Args: instead - what the article states now; one date of the same kind has taken its place.
    """
    other = [each for each in instead if each.kind == entry.kind and each.last is not None]
    if len(other) == 1:
        reason = f"{publisher} corrected it from {entry.printed} to {other[0].printed}"
        return Step(entry=replace(entry, state="superseded", reason=reason, moved_to=other[0].id), reason=reason)
    reason = f"{publisher} changed the article; the date is no longer in it"
    return Step(entry=replace(entry, state="withdrawn", reason=reason), reason=reason)


def lapsed(entry: Entry) -> Step:
    """What becomes of an entry whose day is over, and nobody said what came of it."""
    reason = "the day passed, and no article says what came of it"
    return Step(entry=replace(entry, state="lapsed", reason=reason), reason=reason)


@dataclass(slots=True)
class _Book:
    """The entries as they stand while one article is gone through."""

    source: Source
    known: dict[str, Known]
    steps: list[Step] = field(default_factory=list)
    stated: set[str] = field(default_factory=set)

    def states(self, statement: Statement) -> None:
        """A date given: one that is known, one that moves another, or a new one."""
        same = same_date(statement, self.known.values())
        if same is not None:
            self._again(same, statement)
            return
        entry = _new(statement, self.source, {each.entry.id for each in self.known.values()})
        before = self._moved(statement) if statement.moves else None
        reason = f"{self.source.publisher} states it"
        self._put(entry, statement, "states", reason)
        self.stated.add(entry.id)
        if before is not None:
            words = f"moved from {before.entry.printed} to {statement.text}, {self.source.publisher} says"
            after = replace(before.entry, state="superseded", reason=words, moved_to=entry.id)
            self._put(after, statement, "moves", words, here=before.here)

    def settles(self, statement: Statement) -> None:
        """What came of a date, told by an event of which it is known whose date it settles."""
        kinds = SETTLING[statement.outcome]
        open_ones = [each for each in self._open() if each.entry.kind in kinds and self._fits(each.entry, statement)]
        found = meant(statement.of, open_ones) if not self._moved_already() else None
        if found is not None:
            said = statement.outcome.replace("_", " ")
            words = f"{said}, {self.source.publisher} says"
            after = replace(found.entry, state="settled", outcome=statement.outcome, reason=words)
            self._put(after, statement, "settles", words, here=found.here)

    def names(self, statement: Statement) -> None:
        """A date spoken of without being given: evidence of the one entry that it can mean, else nothing."""
        near = [
            each
            for each in self._open()
            if each.entry.kind in ENDS
            and each.entry.firm
            and each.entry.topic.types & OFFICIAL
            and each.entry.last is not None
            and self.source.day <= each.entry.last <= self.source.day + AHEAD
        ]
        typed = [each for each in near if each.entry.topic.types & statement.of.types]
        found = nearest(statement.of, typed or near, least=1)
        if found is not None:
            self._put(found.entry, statement, "names", "it speaks of this date without giving it", here=found.here)

    def _again(self, same: Known, statement: Statement) -> None:
        entry = same.entry
        if entry.state == "withdrawn":
            entry = replace(entry, state="standing", reason=f"{self.source.publisher} states it again")
        better = statement.sure and not entry.sure
        entry = replace(
            entry,
            sure=entry.sure or statement.sure,
            told=max(entry.told, self.source.day),
            topic=_joined(entry.topic, statement.of),
            time=entry.time or statement.time,
        )
        reason = "the same date, now given for sure" if better else "the same date"
        self.stated.add(entry.id)
        self._put(entry, statement, "states", reason, here=same.here)

    def _moved(self, statement: Statement) -> Known | None:
        """The entry whose date this one takes the place of."""
        open_ones = [
            each
            for each in self._open()
            if each.entry.kind == statement.kind and self.source.day >= each.entry.told and each.entry.last is not None
        ]
        return meant(statement.of, open_ones, statement.last)

    def _open(self) -> Iterable[Known]:
        """Entries that something can still be said of, but those that this article itself gives."""
        return [
            each
            for each in self.known.values()
            if each.entry.state in OPEN and each.entry.id not in self.stated and not each.by_itself
        ]

    def _fits(self, entry: Entry, statement: Statement) -> bool:
        """Whether the fate can be this entry's, by the days."""
        if entry.last is None or self.source.day < entry.told:
            return False
        if statement.outcome in AFTER_THE_DAY:
            return self.source.day >= entry.last
        return self.source.day <= entry.last + PAST

    def _moved_already(self) -> bool:
        """Whether the article itself gave another date in the place of one: then its act is told by that."""
        return any(step.part == "moves" for step in self.steps)

    def _put(self, entry: Entry, statement: Statement, part: str, reason: str, *, here: bool = True) -> None:
        self.known[entry.id] = Known(entry=entry, here=here)
        self.steps.append(Step(entry=entry, reason=reason, part=part, statement=statement))


def _new(statement: Statement, source: Source, taken: set[str]) -> Entry:
    return Entry(
        id=_free(statement, source, taken),
        kind=statement.kind,
        first=statement.first,
        last=statement.last,
        zone=statement.zone,
        topic=_joined(Topic(), statement.of),
        printed=statement.text,
        seen=source.seen,
        told=source.day,
        time=statement.time,
        conditional=statement.conditional,
        sure=statement.sure,
        reason=f"{source.publisher} states it",
    )


def _free(statement: Statement, source: Source, taken: set[str]) -> str:
    """An id from what the entry is; of two dates of one story that differ in nothing else, the later gets another."""
    day = statement.text.casefold() if statement.last is None else f"{statement.first}/{statement.last}"
    number = 1
    while True:
        parts = (statement.kind, day, str(statement.conditional), source.story, str(number))
        found = "e-" + hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]
        if found not in taken:
            return found
        number += 1


def _joined(one: Topic, two: Topic) -> Topic:
    """Both topics in one, without families' members, and no larger than an entry can be filed under."""
    return Topic(
        words=one.words or two.words,
        documents=_some(one.documents, two.documents),
        types=_some(one.types, two.types),
        materials=_some(one.materials, two.materials),
        parties=_some(one.parties, two.parties),
        places=_some(one.places, two.places),
        countries=_some(one.countries, two.countries),
        matters=_some(one.matters, two.matters),
    )


def _some(one: frozenset[str], two: frozenset[str]) -> frozenset[str]:
    """Those of the first, and of the second as many as there is room for."""
    room = _MOST_KEYS - len(one)
    return one | frozenset(sorted(two - one)[: max(0, room)])
