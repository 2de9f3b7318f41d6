"""What an article tells of a matter: its events with their days, sums and dates, the news before what is recalled.

Never decides what that does to the matter. One status of a matter is told once by an article, however often it says it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from watcher.core.events.every import every_event
from watcher.core.events.model import Account, Event, Role
from watcher.core.events.recognise import ANOTHER_FIELD
from watcher.core.events.recognisers import Recognisers
from watcher.core.facts.model import Facts, When
from watcher.core.facts.reading import facts_of
from watcher.core.lexicon.model import Named
from watcher.core.matters.model import Days, Ladder, Matter, Telling, Track
from watcher.core.model import Zone
from watcher.core.text.reading import Reading

_DATES = ("effective", "expires", "comment_close", "deadline", "hearing", "meeting")
_LENT = ("actor", "place", "material", "document", "date")
"""Parts that a sentence may leave to the article's own event of that type: `the legislation had passed before`."""
_DOCUMENT = ("document",)
_COUNTING = frozenset({Zone.TITLE, Zone.HIGHLIGHTS, Zone.LEAD, Zone.BODY})
_MOST = 12
"""What one article tells of one matter at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An article as matters look at it."""

    reading: Reading
    account: Account
    named: Sequence[Named]
    recognisers: Recognisers

    @property
    def facts(self) -> Facts:
        """Its values; read only where somebody asks."""
        return facts_of(self.reading)

    @property
    def day(self) -> date | None:
        """The article's own day."""
        return self.reading.published

    @property
    def types(self) -> frozenset[str]:
        """The types of event that it reports or mentions."""
        return frozenset(event.type for event in self.account.events)

    def names(self, wanted: frozenset[str]) -> bool:
        """Whether one of these things is named in it, or publishes it."""
        return self.reading.owner in wanted or not wanted.isdisjoint(self._ids)

    def numbers(self, wanted: frozenset[str]) -> bool:
        """Whether one of these numbers stands in it."""
        return any(each.number in wanted for each in self.facts.documents)

    @property
    def _ids(self) -> frozenset[str]:
        return self.reading.remember("named ids", lambda: frozenset(name.id for name in self.named))

    def events(self, types: Collection[str]) -> tuple[Event, ...]:
        """All that it tells of these types: its own events, then every other place, each with all its roles."""
        key = ("told", self.recognisers.version, id(self.recognisers), frozenset(types))
        return self.reading.remember(key, lambda: tuple(_events(self, types)))


def told_of(reading: Reading, account: Account, named: Sequence[Named], recognisers: Recognisers) -> Told:
    """The article ready to be looked at."""
    return Told(reading=reading, account=account, named=named, recognisers=recognisers)


def tellings(matter: Matter, told: Told) -> tuple[Telling, ...]:
    """What the article tells of a matter: its news first, then what is recalled; empty for most articles."""
    if told.day is None:
        return ()
    found: dict[tuple[str, str], Telling] = {}
    for track in matter.tracks:
        if not may_tell(track, told):
            continue
        for event in told.events(track.types):
            if not track.fault(event, told.reading):
                key = (event.status, event.status_text if _doubtful(event) else "")
                found.setdefault(key, _telling(told, _proving(track, told.reading, event)))
        said = {each.event.sentence for each in found.values()}
        for telling in _sums(matter, track, told):
            if telling.event.sentence not in said:
                found.setdefault(("", ", ".join(telling.amounts)), telling)
    ordered = sorted(found.values(), key=lambda each: (not each.event.reported, not each.event.status))
    return tuple(each for each in ordered[:_MOST] if not _beside(matter.ladder, ordered[0], each))


def _beside(ladder: Ladder, news: Telling, other: Telling) -> bool:
    """Whether an article that has news of the matter says more of it only in passing: what that is cannot be later.

    Steps that lie before the news are kept, and so are sums.
    """
    status = other.event.status
    if news.background or not news.event.status or _doubtful(news.event) or not other.background or not status:
        return False
    return ladder.height(status) >= ladder.height(news.event.status) and other.days.last >= news.days.first


def _proving(track: Track, reading: Reading, event: Event) -> Event:
    """The event in the sentence that names what is followed, where the article tells it in several: it proves most."""
    for parts, wanted in track.parts:
        named = [
            role.start for role in event.roles if role.part in parts and role.id in wanted and role.start is not None
        ]
        if any(event.sentence[0] <= start < event.sentence[1] for start in named):
            continue
        for start, end in event.again:
            sentence = next((each for each in reading.sentences if each[0] <= start < each[1]), event.sentence)
            if any(sentence[0] <= at < sentence[1] for at in named):
                return replace(event, start=start, end=end, sentence=sentence)
    return event


def may_tell(track: Track, told: Told) -> bool:
    """Whether the article can tell of it at all: everything is named that the clause asks for. The cheap asks first."""
    numbered = any(parts == _DOCUMENT for parts, _ in track.parts)
    if not numbered and track.types.isdisjoint(told.types) and not names_of(track):
        return False
    if not all(told.names(wanted) for parts, wanted in track.parts if parts != _DOCUMENT):
        return False
    return all(told.numbers(wanted) for parts, wanted in track.parts if parts == _DOCUMENT)


def names_of(track: Track) -> frozenset[str]:
    """The organisations and programmes that a clause follows by name, whatever they do."""
    if not track.takes_mentions:
        return frozenset()
    return frozenset[str]().union(*(ids for parts, ids in track.parts if "party" in parts))


def _doubtful(event: Event) -> bool:
    return event.status in {"rumoured", "denied"}


def _events(told: Told, types: Collection[str]) -> Iterator[Event]:
    """The article's own events of these types, then other places; what it repeats lends its roles to the event."""
    own = [event for event in told.account.events if event.type in types]
    every = every_event(told.reading, told.recognisers, told.named, told.facts, types)
    kept = [event for event in own if event.reported or not event.why.startswith(ANOTHER_FIELD)]
    news: dict[str, Event] = {}
    for event in kept:
        spans = {(event.start, event.end), *event.again}
        same = [each for each in every if each.type == event.type and (each.start, each.end) in spans]
        whole = _acting(_lent(event, same, _parts_of(same)) if event.reported else event)
        beside = [each for each in every if each.type == event.type and each.sentence == event.sentence]
        # Of several who stand before an act the recogniser takes the nearest; whoever acts in the sentence acts.
        whole = _lent(whole, beside, ("actor",), more=True)
        if event.reported:
            news[event.type] = whole
        yield whole
    sentences = {event.sentence for event in kept}
    for event in every:
        lender = news.get(event.type)
        if event.sentence in sentences or (lender is not None and event.reported and _same(event, lender)):
            continue
        sentences.add(event.sentence)
        yield _acting(event) if lender is None else _lent(event, [lender], _LENT[:-1])


def _same(event: Event, news: Event) -> bool:
    """Whether a further place tells of nothing else than the article's news: it names no other place or document."""
    return all(set(event.ids(part)) <= set(news.ids(part)) for part in ("place", "document"))


def _parts_of(events: Iterable[Event]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(role.part for event in events for role in event.roles))


def _acting(event: Event) -> Event:
    """The event with its sentence's first place as actor, where nobody else acts: a country stands for its state."""
    if event.ids("actor"):
        return event
    before = [
        role
        for role in event.roles
        if role.part == "place" and role.start is not None and event.sentence[0] <= role.start < event.start
    ]
    return replace(event, roles=(replace(before[0], part="actor"), *event.roles)) if before else event


def _lent(event: Event, lenders: Iterable[Event], parts: Collection[str], *, more: bool = False) -> Event:
    """The event with the roles that it has none of itself; with `more` also with further ones beside its own."""
    own = frozenset[str]() if more else {role.part for role in event.roles}
    has = {(role.part, role.id) for role in event.roles}
    found: dict[tuple[str, str], Role] = {}
    for lender in lenders:
        for role in lender.roles:
            if role.part in parts and role.part not in own and (role.part, role.id) not in has:
                found.setdefault((role.part, role.id), role)
    return replace(event, roles=(*event.roles, *found.values())) if found else event


def _telling(told: Told, event: Event) -> Telling:
    dates = {when.start: when for when in told.facts.dates}
    amounts = tuple(dict.fromkeys(_sum(told, role) for role in event.roles if role.part in {"amount", "price"}))
    return Telling(
        event=event,
        days=_days(told, event, dates),
        amounts=amounts,
        dates=tuple(each for each in _set(event, dates) if each[1] >= (told.day or each[1])),
        background="" if event.reported else event.why,
    )


def _sum(told: Told, role: Role) -> str:
    """A sum or price in normal form, with `up to` where the text gives a ceiling."""
    money = next((each for each in told.facts.money if each.start == role.start), None)
    return f"up to {role.id}" if money is not None and money.up_to else role.id


def _days(told: Told, event: Event, dates: dict[int, When]) -> Days:
    """When it happened: the day that the event's own sentences state, no later than the article's, else that one."""
    day = told.day
    assert day is not None, "tellings are made of articles with a day"
    for role in event.roles:
        when = dates.get(role.start) if role.start is not None else None
        if role.part not in {"date", "effective"} or when is None:
            continue
        first = when.likely if when.suspect and when.likely is not None else when.first
        if first is not None and first <= day:
            last = when.last if when.last is not None and not when.suspect else first
            return Days(first=first, last=min(max(first, last), day))
    return Days(first=day, last=day, stated=False)


def _set(event: Event, dates: dict[int, When]) -> Iterator[tuple[str, date]]:
    """The days that the event states; what hangs on a condition sets none."""
    for role in event.roles:
        when = dates.get(role.start) if role.start is not None else None
        if when is not None and when.kind in _DATES and not when.conditional:
            day = when.last or when.first
            if day is not None:
                yield when.kind, day


def _sums(matter: Matter, track: Track, told: Told) -> Iterator[Telling]:
    """Sums in a sentence that names what is followed by name: they belong to it, though no event is told there."""
    wanted = names_of(track)
    if not wanted or not told.facts.money:
        return
    day = told.day
    assert day is not None, "tellings are made of articles with a day"
    for start, end in told.reading.sentences:
        if told.reading.zone_at(start) not in _COUNTING:
            continue
        name = next((each for each in told.named if start <= each.start < end and each.id in wanted), None)
        sums = [each for each in told.facts.money if start <= each.start < end and each.fresh and each.same_as is None]
        if name is None or not sums:
            continue
        roles = tuple(
            Role(
                part="amount",
                id=f"{each.amount.normalize():f} {each.currency}",
                name=told.reading.text[each.start : each.end],
                start=each.start,
                end=each.end,
            )
            for each in sums
        )
        event = Event(
            type=min(track.types),
            status="",
            status_text=", ".join(role.name for role in roles),
            reported=False,
            sure=True,
            start=min(name.start, sums[0].start),
            end=max(name.end, sums[-1].end),
            sentence=(start, end),
            roles=roles,
            why=f"{matter.title} is named with it",
        )
        yield replace(_telling(told, event), background="", days=Days(first=day, last=day, stated=False))
