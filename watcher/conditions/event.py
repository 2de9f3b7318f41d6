"""The condition `event`: the article reports (or mentions) one event that meets every option of the clause.

Never reads the text itself: what an article says was understood before, once for all rules.
Source: the rule language, section 3, "One thing" and "Events".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from watcher.conditions.base import (
    ANYWHERE,
    ONE_OR_MORE,
    ConditionOptions,
    Context,
    Smell,
    ZoneNames,
    closed,
    each_of,
    passages,
    refusal,
    refuse,
    some_of,
    zones_of,
)
from watcher.conditions.comparing import AmountText, Comparison, PriceText, comparison
from watcher.conditions.language import Codes
from watcher.conditions.naming import Values, ids_of
from watcher.conditions.numbered import Numbers
from watcher.conditions.papers import with_number
from watcher.core.event_types import NOISE
from watcher.core.events.model import DENIED, RUMOURED, Account, Event
from watcher.core.facts.rates import Rates
from watcher.core.lexicon.model import Sort
from watcher.core.model import Zone
from watcher.core.rules.model import Condition, Finding
from watcher.core.text.plain import Span
from watcher.core.text.reading import Reading
from watcher.core.text.spelling import did_you_mean
from watcher.core.understanding.beside import language_of, told_beside

_ANY = "any"
_ACTUAL = "actual"
_ORGANISATIONS = ("actor", "party")
_QUOTED = 80
_STATES = (Sort.PLACE,)
"""A country may be named as the one who acts: it stands for its government."""
_GOVERNMENT, _COUNTRY = "government", "country"
_As = Literal["report", "mention", "any"]


class EventOptions(ConditionOptions):
    """Options of `event`."""

    event: Values = Field(min_length=1, description="event types, any of which; `any` is all but the two noise types")
    status: Annotated[tuple[str, ...], ONE_OR_MORE] = Field(
        default=(_ACTUAL,),
        min_length=1,
        description="statuses of these types, `rumoured`, `denied`, `actual` (all but these two) or `any`",
    )
    as_: _As = Field(default="report", alias="as", description="told as news (report), merely named (mention), or any")
    actor: Values = Field(default=(), description="who acts: organisations, kinds, countries or named lists")
    party: Values = Field(default=(), description="who has any part in it, the actor included")
    parties: int = Field(default=0, ge=0, le=100, description="the least number of organisations that have a part")
    material: Values = Field(default=(), description="what it is about: materials, families, official lists")
    place: Values = Field(default=(), description="where: places, countries, regions")
    document: Numbers = Field(default=(), description="the number of its document, in normal form")
    amount: AmountText = Field(default="", description='new money in it: ">= 100 million USD"')
    price: PriceText = Field(default="", description='a price in it: ">= 80 USD/kg"')
    language: Codes = Field(default=(), description="languages of the sentence that tells it")
    sure: bool = Field(default=False, description="true: only where the evidence is not thin")
    zones: ZoneNames = Field(
        default=("anywhere",), alias="in", description="where its proving sentence stands; anywhere by default"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class EventCondition:
    """One `event` clause. `parts` are ids of which one must have that part in the event."""

    types: frozenset[str]
    statuses: frozenset[str] | None
    told: _As
    parts: tuple[tuple[tuple[str, ...], frozenset[str]], ...]
    parties: int
    languages: frozenset[str]
    only_sure: bool
    zones: frozenset[Zone]
    account: Callable[[Reading], Account]
    says: str
    asked: tuple[tuple[str, Comparison], ...] = ()
    rates: Rates = field(default_factory=Rates)
    smells: tuple[Smell, ...] = ()
    needs: tuple[str, ...] | None = None
    asks_beside: bool = False
    kind: str = "event"
    sentence_bound: bool = True

    def look(self, reading: Reading, within: Span | None = None) -> Finding:
        """Whether one event meets it all; the evidence is its act and everyone's part in it."""
        near: list[tuple[int, str]] = []
        fitting: list[Event] = []
        beside = told_beside(reading, self.account) if self.asks_beside else ()
        for event in (*self.account(reading).events, *beside):
            step, why = self._fault(event, reading, within)
            if why:
                near.append((step, f"{event.type} {why}"))
            else:
                fitting.append(event)
        if fitting:
            return _finding(reading, self.says, fitting)
        if not near:
            return Finding(holds=False, why="the article tells of no event")
        return Finding(holds=False, why=max(near, key=lambda each: each[0])[1])

    @property
    def takes_mentions(self) -> bool:
        """Whether what is merely recalled counts too."""
        return self.told != "report"

    def fault(self, event: Event, reading: Reading) -> str:
        """What one event fails at, in words; "" where it meets all."""
        return self._fault(event, reading, None)[1]

    def _fault(self, event: Event, reading: Reading, within: Span | None) -> tuple[int, str]:
        """The first thing that the event fails at, with how far it came; "" where it meets all."""
        for step, why in enumerate(
            (
                "" if event.type in self.types else "is another type",
                "" if self._stands(event, reading, within) else "stands elsewhere",
                self._spoken(event, reading),
                self._told(event),
                self._status(event, reading),
                *(_missing(event, parts, ids) for parts, ids in self.parts),
                *(_unfit(event, part, asked, self.rates, reading.published) for part, asked in self.asked),
                self._too_few(event),
            )
        ):
            if why:
                return step, why
        return 0, ""

    def _stands(self, event: Event, reading: Reading, within: Span | None) -> bool:
        if within is not None and not (within[0] <= event.start and event.end <= within[1]):
            return False
        return reading.zone_at(event.sentence[0]) in self.zones

    def _spoken(self, event: Event, reading: Reading) -> str:
        if not self.languages:
            return ""
        language = language_of(reading, event)
        return "" if language in self.languages else f"is told in {language or 'an unknown language'}"

    def _told(self, event: Event) -> str:
        if self.told == _ANY or event.reported is (self.told == "report"):
            return ""
        return f"is {'reported' if event.reported else 'merely mentioned'}: {event.why}"

    def _status(self, event: Event, reading: Reading) -> str:
        if self.statuses is not None and event.status not in self.statuses:
            return f'is {event.status} ("{reading.text[event.start : event.end][:_QUOTED]}")'
        return f"is unsure: {event.why}" if self.only_sure and not event.sure else ""

    def _too_few(self, event: Event) -> str:
        count = len({each for part in _ORGANISATIONS for each in event.ids(part)})
        return "" if count >= self.parties else f"has {count} parties"


def _missing(event: Event, parts: tuple[str, ...], ids: frozenset[str]) -> str:
    """What is said of an event in which nobody of these has that part."""
    having = [each for part in parts for each in event.ids(part)]
    if not ids.isdisjoint(having):
        return ""
    return f"has no such {parts[-1]}" + (f" but {some_of(having)}" if having else "")


def _unfit(event: Event, part: str, asked: Comparison, rates: Rates, day: date | None) -> str:
    """What is said of an event in which no amount, or no price, fits."""
    values = event.ids(part)
    for value in values:
        number, _, of = value.partition(" ")
        currency, _, per = of.partition("/")
        worth = asked.worth(Decimal(number), None, currency, per or None, rates, day)
        if worth is not None and asked.holds(worth):
            return ""
    return f"has no {part} {asked.written}" + (f" but {some_of(values)}" if values else "")


def _finding(reading: Reading, says: str, fitting: list[Event]) -> Finding:
    """The fitting events as evidence; thin ones only where no other fits."""
    sure = [event for event in fitting if event.sure]
    shown = sure or fitting
    spans = [with_number(reading.text, span) for event in shown for span in ((event.start, event.end), *event.again)]
    spans += [
        (role.start, role.end)
        for event in shown
        for role in event.roles
        if role.start is not None and role.end is not None
    ]
    return Finding(holds=True, evidence=passages(reading, says, spans), unsure=not sure)


_RELATED = "related"
"""Teasers of other articles are read only where a rule names their zone."""


class EventKind:
    """The kind `event`."""

    kind: ClassVar[str] = "event"
    Options: ClassVar[type[ConditionOptions]] = EventOptions

    @classmethod
    def build(cls, options: EventOptions, context: Context) -> Condition:
        """The condition. Raises R017, R021 for unknown types and statuses."""
        understander = context.understander
        if understander is None:
            raise refusal("R017", "events can't be read here: the recognisers are not loaded")
        known, parts = understander.types, tuple(_parts(options, context))
        asked: list[Callable[[], frozenset[str]]] = [partial(_types, options.event, known)]
        ids = each_of([*asked, *(make for _, make in parts)])
        types = ids[0]
        return EventCondition(
            types=types,
            statuses=_statuses(options.status, types, known),
            told=options.as_,
            parts=tuple(zip((names for names, _ in parts), ids[1:], strict=True)),
            parties=options.parties,
            languages=frozenset(options.language),
            only_sure=options.sure,
            asks_beside=_RELATED in options.zones,
            zones=ANYWHERE if options.zones == ("anywhere",) else zones_of(options.zones),
            account=understander.account,
            says=_says(options),
            asked=tuple(_asked(options)),
            rates=understander.rates,
        )


def _types(names: tuple[str, ...], known: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    every = frozenset(each for each in known if each not in NOISE)
    named = [name for name in names if name != _ANY]
    found = each_of(partial(closed, name, known, "event") for name in named)
    return frozenset(found) | (every if _ANY in names else frozenset())


def _statuses(
    names: tuple[str, ...], types: Iterable[str], known: Mapping[str, tuple[str, ...]]
) -> frozenset[str] | None:
    """The statuses asked for; None for any."""
    if _ANY in names:
        return None
    actual = {status for each in types for status in known[each]}
    found: set[str] = set()
    faults: list[Exception] = []
    for name in names:
        if name == _ACTUAL:
            found |= actual
        elif name in actual or name in {RUMOURED, DENIED}:
            found.add(name)
        else:
            hint = did_you_mean(name, (*actual, RUMOURED, DENIED, _ACTUAL)) or f"; it has {', '.join(sorted(actual))}"
            faults.append(refusal("R021", f'{some_of(sorted(types))} has no status "{name}"{hint}', at=name))
    refuse(faults)
    return frozenset(found)


def _parts(options: EventOptions, context: Context) -> Iterator[tuple[tuple[str, ...], Callable[[], frozenset[str]]]]:
    """What is asked of who and what has part in it, and how its ids are found."""
    for parts, asked in ((("actor",), options.actor), (("actor", "party"), options.party)):
        if asked:
            yield parts, partial(ids_of, _with_states(asked), Sort.ORGANISATION, context, *_STATES)
    if options.material:
        yield ("material",), partial(ids_of, options.material, Sort.MATERIAL, context)
    if options.place:
        yield ("place",), partial(ids_of, options.place, Sort.PLACE, context)
    if options.document:
        yield ("document",), partial(frozenset, options.document)


def _with_states(values: Values) -> Values:
    """Whoever asks for governments gets states too: where "Australia establishes a reserve", its government does."""
    return (*values, _COUNTRY) if _GOVERNMENT in values else values


def _asked(options: EventOptions) -> Iterable[tuple[str, Comparison]]:
    if options.amount:
        yield "amount", comparison(options.amount, price=False)
    if options.price:
        yield "price", comparison(options.price, price=True)


def _says(options: EventOptions) -> str:
    said = [f"event: {some_of(options.event)}"]
    for name in (
        "status",
        "as_",
        "actor",
        "party",
        "parties",
        "material",
        "place",
        "document",
        "amount",
        "price",
        "language",
    ):
        value = getattr(options, name)
        if value and name in options.model_fields_set:
            shown = some_of(value) if isinstance(value, tuple) else value
            said.append(f"{name.strip('_')} {shown}")
    return ", ".join(said)
