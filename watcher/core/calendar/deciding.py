"""What an article's statements make of the calendar: new entries, further evidence, dates moved, fates told.

Every step says why. The same article read again gives the same steps, and each of them changes nothing the second
time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from watcher.core.articles.publishers import WEAK
from watcher.core.calendar.cues import AFTER_THE_DAY, SETTLING
from watcher.core.calendar.matching import dated_alike, meant, nearest, same_date
from watcher.core.calendar.model import ENDS, OPEN, Entry, Known, Read, Statement, Topic
from watcher.core.model import Trust

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
    """The article that speaks: its story, the day it speaks from, when it was first seen, its publisher and trust."""

    story: str
    day: date
    seen: datetime
    publisher: str
    trust: Trust | None = None


def decide(read: Read, known: Sequence[Known], source: Source) -> tuple[Step, ...]:
    """The steps that the statements of one article ask for, in order.

    Args: known - the entries that it may speak of.
    """
    given = [each for each in read.statements if each.part == "states"]
    book = _Book(source, {each.entry.id: each for each in known}, given)
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
    given: Sequence[Statement]
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
        self._supersede(before, entry, statement)

    def settles(self, statement: Statement) -> None:
        """What came of a date, told by an event of which it is known whose date it settles."""
        kinds = SETTLING[statement.outcome]
        open_ones = [each for each in self._open() if each.entry.kind in kinds and self._fits(each.entry, statement)]
        found = meant(statement.of, open_ones) if not self._moved_already() else None
        if found is not None:
            said = statement.outcome.replace("_", " ")
            words = f"{said}, {self.source.publisher} says"
            after = replace(found.entry, state="settled", outcome=statement.outcome, reason=words)
            self._change(found, after, statement, "settles")

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
            self._put(found.entry, statement, "names", "it speaks of this date without giving it", like=found)

    def _again(self, same: Known, statement: Statement) -> None:
        entry, before = same.entry, None
        if entry.state == "withdrawn" or self._is_back(same, statement):
            before = self.known.get(entry.moved_to) if statement.moves else None
            entry = replace(entry, state="standing", moved_to="", reason=f"{self.source.publisher} states it again")
        elif statement.moves and entry.state in OPEN and not (same.moved_here or same.by_itself):
            self.stated.add(entry.id)
            before = self._moved(statement)
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
        self._put(entry, statement, "states", reason, like=same)
        if before is not None and before.entry.state in OPEN and before.entry.id not in self.stated:
            self._supersede(before, entry, statement)

    def _is_back(self, same: Known, statement: Statement) -> bool:
        """Whether a date that was moved is the one again: this article moves it back, or no longer says otherwise.

        The old date merely told once more is none: articles tell what was before.
        """
        other = self.known.get(same.entry.moved_to)
        if same.entry.state != "superseded" or self.source.day < same.entry.told:
            return False
        if other is None:
            return statement.moves and self.source.trust not in WEAK
        if any(dated_alike(each, other.entry) for each in self.given) or self.source.day < other.entry.told:
            return False
        return (same.by_itself and other.by_itself) or (statement.moves and not self._outranked(other))

    def _supersede(self, before: Known | None, entry: Entry, statement: Statement) -> None:
        if before is not None:
            words = f"moved from {before.entry.printed} to {statement.text}, {self.source.publisher} says"
            self._change(
                before, replace(before.entry, state="superseded", reason=words, moved_to=entry.id), statement, "moves"
            )

    def _change(self, known: Known, after: Entry, statement: Statement, part: str) -> None:
        """Change an entry; by the word of a publisher of less trust than those who state it only note what it says."""
        if self._outranked(known):
            words = f"{after.reason}; a publisher of trust {self.source.trust} changes nothing that others state"
            self._put(known.entry, statement, part, words, like=known)
        else:
            self._put(after, statement, part, after.reason, like=known)

    def _outranked(self, known: Known) -> bool:
        own = self.source.trust
        return own in WEAK and own is not None and known.trust is not None and known.trust.rank < own.rank

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

    def _put(self, entry: Entry, statement: Statement, part: str, reason: str, *, like: Known | None = None) -> None:
        made = like or Known(entry=entry, here=True, trust=self.source.trust)
        self.known[entry.id] = replace(made, entry=entry)
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
