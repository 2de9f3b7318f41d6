"""Where in the world an article's news belongs: the country of the event's place, else of who receives or acts.

Never guesses from a language: what names no place and nobody whose country is known lies nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from watcher.core.event_types import NOISE
from watcher.core.events.model import Account, Event
from watcher.core.lexicon.model import Entity, Sort
from watcher.core.lexicon.names import Names
from watcher.core.model import Trust, Zone
from watcher.core.text.reading import Reading
from watcher.core.understanding.understander import Understander

ELSEWHERE = "elsewhere"
_COUNTRY = "country"
_OF_STATES = frozenset(
    {
        *("export_control", "entity_listing", "enforcement_action", "trade_measure", "price_floor", "stockpile"),
        *("legislation", "rulemaking_notice", "policy_statement", "deadline_expiry"),
    }
)
"""Acts of a state: the places that they name are mostly those at which they aim, so who acts comes first."""
_GIVEN = frozenset({"government_funding", "permit_approval", "certification"})
"""What somebody is given: it belongs to where the receiver is."""
_ABOUT = frozenset({"research_study", "market_move"})
"""What lies where it looks at, not where its authors sit."""
_SAYING = frozenset({"media", "price_reporter"})
"""Who tells of an event and has no part in it."""
_TITLE = frozenset({Zone.TITLE})
_HEAD = frozenset({Zone.TITLE, Zone.HIGHLIGHTS, Zone.LEAD})


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """Where the news belongs: `countries` are codes, the surest first; `region` the id of the section it goes to.

    `title` is the section's name. Nowhere known: no countries, and the region `elsewhere`.
    """

    region: str
    title: str
    countries: tuple[str, ...] = ()


def region_of(understander: Understander, reading: Reading, event_type: str | None = None) -> Located:
    """Where an article's news belongs. Args: event_type - the type that it is told for; its event is asked first."""
    key = ("countries", understander.version, event_type)
    account = understander.account(reading)
    return located(
        understander.names,
        reading.remember(key, lambda: countries_of(reading, understander.names, account, event_type)),
    )


def located(names: Names, countries: tuple[str, ...]) -> Located:
    """The section of a round-up that these countries belong to: that of the first which has one."""
    for country in countries:
        for region in names.regions:
            if region.section and country in region.countries:
                return Located(region=region.id, title=region.name, countries=countries)
    return Located(region=ELSEWHERE, title="Elsewhere", countries=countries)


def section_order(names: Names) -> tuple[str, ...]:
    """The ids of the sections in the order in which a round-up has them; what lies nowhere comes last."""
    return (*(region.id for region in names.regions if region.section), ELSEWHERE)


def lies_in(names: Names, countries: Iterable[str], wanted: str) -> bool:
    """Whether one of the countries is, or lies in, what is asked for: a region, a country's id or its code."""
    codes = members_of(names, wanted)
    return any(country in codes for country in countries)


def members_of(names: Names, wanted: str) -> frozenset[str]:
    """The codes of the countries that a region, a country's id or a code stands for; none if nobody knows it."""
    for region in names.regions:
        if region.id == wanted:
            return frozenset(region.countries)
    entity = names.entity(Sort.PLACE, wanted)
    if entity is not None and entity.kind == _COUNTRY:
        return frozenset({entity.code or entity.country or ""})
    codes = {each.entity.code for each in names.listed if each.entity.kind == _COUNTRY}
    return frozenset({wanted}) if wanted in codes else frozenset()


def region_names(names: Names) -> tuple[str, ...]:
    """Everything that may be asked for: ids of regions and of countries, and the countries' codes."""
    lands = [each.entity for each in names.listed if each.entity.sort is Sort.PLACE and each.entity.kind == _COUNTRY]
    return tuple(
        dict.fromkeys((*(each.id for each in names.regions), *(each.id for each in lands), *(_codes(lands)), ELSEWHERE))
    )


def _codes(lands: Iterable[Entity]) -> Iterator[str]:
    return (each.code for each in lands if each.code)


def countries_of(reading: Reading, names: Names, account: Account, event_type: str | None = None) -> tuple[str, ...]:
    """The codes of the countries where an article's news belongs, the surest first."""
    scene = _Scene(names=names, reading=reading)
    reported = account.reported
    event = min(reported, key=lambda each: each.type != event_type, default=None)
    groups = chain(() if event is None else scene.of_event(event, reported), scene.of_names())
    return next((found for group in groups if (found := tuple(dict.fromkeys(group)))), ())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scene:
    """One article and the names there are. What it says comes in groups: the first that names any country counts."""

    names: Names
    reading: Reading

    def of_event(self, event: Event, reported: Iterable[Event]) -> Iterator[Sequence[str]]:
        """What speaks for an event's countries, by what sort of event it is; a comment has none of its own."""
        if event.type in _OF_STATES:
            yield from self.of_state(event)
        elif event.type not in NOISE:
            if event.type in _ABOUT:
                yield self._named(_TITLE, Sort.PLACE) or self._places(event)[:1]
            yield from self.of_deal(event, reported)

    def of_state(self, event: Event) -> Iterator[Sequence[str]]:
        """Whose act it is, the state that the title names before others; then where it holds, and for whom."""
        acting, places = self._taking_part(event, "actor"), self._places(event)
        title = self._named(_TITLE)
        yield [country for country in title if country in acting]
        yield [country for country in title if country in places][:1]
        yield acting
        yield places[:1]
        yield self._taking_part(event, "party")

    def of_deal(self, event: Event, reported: Iterable[Event]) -> Iterator[Sequence[str]]:
        """The site; else the countries named at the top that are those of who takes part; else receiver or actor."""
        yield self._sites(event)
        yield [country for each in reported for country in self._sites(each)]
        parts = ("party", "actor") if event.type in _GIVEN else ("actor", "party")
        acting = [country for part in parts for country in self._taking_part(event, part)]
        yield [country for country in self._places(event) if country in acting]
        firms = {*acting, *self._named(_HEAD, Sort.ORGANISATION)}
        yield [country for country in self._named(_HEAD, Sort.PLACE) if country in firms]
        yield acting[:1]
        yield self._places(event)

    def of_names(self) -> Iterator[Sequence[str]]:
        """The sites, then the countries of the title; those of a publisher that speaks of itself; then the lead's."""
        yield [code for each in self._found(_TITLE) if not _is_no_site(each) for code in _country(each)]
        yield self._named(_TITLE)
        if self.reading.country and self.reading.trust in {Trust.AUTHORITY, Trust.COMPANY}:
            yield [self.reading.country]
        yield self._named(_HEAD)

    def _sites(self, event: Event) -> Sequence[str]:
        """The countries of the mines, plants and towns that it names."""
        found = self._entities(event, "place")
        return [entity.country for entity in found if entity.kind != _COUNTRY and entity.country]

    def _places(self, event: Event) -> Sequence[str]:
        """The countries that it names, those of its own sentence first."""
        start, end = event.sentence
        roles = sorted(
            (role for role in event.roles if role.part == "place"),
            key=lambda role: role.start is None or not start <= role.start < end,
        )
        found = (self.names.entity(Sort.PLACE, role.id) for role in roles)
        return [each.code for each in found if each is not None and each.kind == _COUNTRY and each.code]

    def _taking_part(self, event: Event, part: str) -> Sequence[str]:
        """The countries of those who have that part in it, and are not merely quoted."""
        return [code for each in self._entities(event, part) if each.kind not in _SAYING for code in _country(each)]

    def _entities(self, event: Event, part: str) -> Iterator[Entity]:
        for id_ in event.ids(part):
            entity = self.names.entity(Sort.ORGANISATION, id_) if part != "place" else None
            entity = entity or self.names.entity(Sort.PLACE, id_)
            if entity is not None:
                yield entity

    def _named(self, zones: frozenset[Zone], sort: Sort | None = None) -> Sequence[str]:
        """The countries of what these zones name, who tells of it left out, in the order of the text."""
        return [code for each in self._found(zones) if sort in {None, each.sort} for code in _country(each)]

    def _found(self, zones: frozenset[Zone]) -> Iterator[Entity]:
        for each in self.names.find(self.reading):
            if each.zone in zones and each.sort is not Sort.MATERIAL:
                entity = self.names.entity(each.sort, each.id)
                if entity is not None and entity.kind not in _SAYING:
                    yield entity


def _is_no_site(entity: Entity) -> bool:
    return entity.sort is not Sort.PLACE or entity.kind == _COUNTRY


def _country(entity: Entity) -> Iterator[str]:
    """The code of its country; a body of several states has none."""
    code = entity.code if entity.kind == _COUNTRY else entity.country
    if code and code != "INT":
        yield code
