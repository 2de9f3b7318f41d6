"""The organisations that take part in what an article reports, by their short names: actors, parties, the title's own.

Never reads a text by itself: it weighs the names and events that were found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from watcher.core.events.model import Account
from watcher.core.events.roles import serves
from watcher.core.lexicon.forms import FORM_ID
from watcher.core.lexicon.model import Named, Sort
from watcher.core.lexicon.names import Names
from watcher.core.model import Zone
from watcher.core.text.plain import CJK, sentences
from watcher.core.text.reading import Reading

MOST = 4
_ASIDE = frozenset({"media", "exchange", "price_reporter", "fund", "programme", "court"})
"""Kinds that report, list or pay, and seldom act."""
_STATE = frozenset({"ministry", "agency", "government", "legislature", "alliance"})
_BETWEEN_FIRMS = frozenset(
    {
        *(
            "acquisition",
            "mou_partnership",
            "offtake_agreement",
            "government_funding",
            "private_financing",
            "recycling",
        ),
        *("permit_approval", "certification", "capacity_expansion", "exploration_result", "production_milestone"),
    }
)
"""Types whose other side takes part; who is listed, fined or protests is not counted."""
_QUIET = frozenset({"market_move", "commentary"})
"""Types that nobody acts in: only whom the title names takes part."""
_OFFICIAL = frozenset(
    {
        *("export_control", "entity_listing", "enforcement_action", "trade_measure", "price_floor", "stockpile"),
        *("legislation", "rulemaking_notice", "policy_statement", "deadline_expiry"),
    }
)
_CONTROLS = frozenset({"export_control", "entity_listing"})
_GRANTED = "permit_approval"
"""The type in which the authority takes part though a firm's own words tell it."""
_TOO_WIDE = frozenset({"us_gov"})
"""Everybody's word for any act of Washington; a body of its own is named where it takes part."""
_JOINED = re.compile(r"(?:\([^)]{1,12}\))?,?\s?(?:and|&|、|和|与|與|会同|會同|及|,|/)?\s?(?:the |its )?")
_APPROVED = re.compile(r"经\s?$|經\s?$|approv(?:al of|ed by)(?: the)? ?$")
_OPENING = 12
"""Characters of the title in which the country whose act it is stands."""
_HEAD = frozenset({Zone.TITLE, Zone.HIGHLIGHTS, Zone.LEAD})
_FIRST_SENTENCES = 2


def companies_of(reading: Reading, names: Names, account: Account) -> tuple[str, ...]:
    """Short names of the organisations that take part in the reported events, agencies included; at most four."""
    found = names.find(reading)
    scene = _Scene(
        reading=reading,
        names=names,
        account=account,
        named=tuple(
            each
            for each in found
            if each.sort is Sort.ORGANISATION and each.zone in _HEAD and not serves(reading.text, each.end)
        ),
        places=tuple(each for each in found if each.sort is Sort.PLACE and each.zone is Zone.TITLE),
    )
    if not account.reported and not any(each.sort is Sort.MATERIAL and each.zone in _HEAD for each in found):
        return ()
    chosen = tuple(dict.fromkeys(id_ for id_ in scene.ids() if scene.counts(id_)))
    return tuple(dict.fromkeys(map(scene.short, scene.specific(chosen))))[:MOST]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scene:
    """One article's organisations of title and lead, its countries of the title, and what was understood of it."""

    reading: Reading
    names: Names
    account: Account
    named: tuple[Named, ...]
    places: tuple[Named, ...]

    def ids(self) -> Iterator[str]:
        """Ids of organisations that may take part, the surest first; of a department its bureau that opens the lead."""
        opening = next((each.id for each in self._of_lead()), "")
        entity = self.names.entity(Sort.ORGANISATION, opening)
        whole = None if entity is None else entity.owner
        for id_ in self._every():
            in_title = any(each.id == id_ and each.zone is Zone.TITLE for each in self.named)
            yield opening if id_ == whole and not in_title else id_

    def _every(self) -> Iterator[str]:
        first = _first_lines(self.reading)
        reported = self.account.reported
        actors = [
            role.id for event in reported for role in event.roles if role.part == "actor" and _told(role.start, first)
        ]
        states = {self.country(id_) for id_ in actors if self.kind(id_) in _STATE}
        yield from actors
        title = [each for each in self.named if each.zone is Zone.TITLE]
        for each in title:
            # One state's act about another's: the other takes no part.
            if not states or self.kind(each.id) not in _STATE or self.country(each.id) in states:
                yield each.id
        types = {event.type for event in reported}
        if types <= _QUIET:
            return
        for event in reported:
            if event.type in _BETWEEN_FIRMS:
                parties = [role for role in event.roles if role.part == "party"]
                yield from (role.id for role in parties if _told(role.start, first))
                if not parties:
                    yield from self._firms_of_lead()
        if _GRANTED in types:
            yield from [each.id for each in self._of_lead() if each.start < first][:1]
        yield from self._officials(types, title, states)

    def _officials(self, types: set[str], title: Sequence[Named], states: set[str | None]) -> Iterator[str]:
        """Whose act it is, where no authority is named as its actor."""
        official = bool(types & _OFFICIAL)
        if official and not states and not any(self.kind(each.id) in _STATE for each in title):
            own = tuple(self._of_country(types))
            lead = [each for each in self._of_lead() if not self._approves(each.id)]
            if own and not any(self.country(each.id) == self.country(own[0]) for each in lead):
                yield from own
            else:
                own_country = self.country(own[0]) if own else None
                lead = [each for each in lead if own_country in {None, self.country(each.id)}]
                yield from (each.id for each in self._joint(lead))
                if not lead:
                    yield from self._publisher()
        elif not official and not title:
            yield from (each.id for each in self.named[:1])

    def _of_lead(self) -> list[Named]:
        """The authorities that highlights and lead name."""
        return [each for each in self.named if each.zone is not Zone.TITLE and self.kind(each.id) in _STATE]

    def _firms_of_lead(self) -> Iterator[str]:
        """The firms that the first sentence of highlights or lead names."""
        end = _first_lines(self.reading, 1)
        yield from (each.id for each in self.named if each.start < end and self.kind(each.id) == "company")

    def _joint(self, lead: Sequence[Named]) -> Iterator[Named]:
        """The first authority of the lead, and those named in one breath with it."""
        for index, each in enumerate(lead):
            if index and not _JOINED.fullmatch(self.reading.text[lead[index - 1].end : each.start]):
                return
            yield each

    def _of_country(self, types: set[str]) -> Iterator[str]:
        """The authority of the country that opens the title: who controls exports, else its government."""
        country = next((each for each in self.places if self._is_country(each)), None)
        if country is None or country.start > self.reading.zones[0].start + _OPENING:
            return
        entity = self.names.entity(Sort.PLACE, country.id)
        if entity is None:
            return
        if entity.operator is not None and types & _CONTROLS:
            yield entity.operator
        elif self.names.entity(Sort.ORGANISATION, f"{entity.id}_gov") is not None:
            yield f"{entity.id}_gov"

    def _is_country(self, named: Named) -> bool:
        entity = self.names.entity(Sort.PLACE, named.id)
        return entity is not None and entity.kind == "country"

    def _publisher(self) -> Iterator[str]:
        if self.reading.owner:
            yield from self.names.ids_in(self.reading.owner, Sort.ORGANISATION)

    def kind(self, id_: str) -> str:
        """The kind of an organisation; one known by its form has none."""
        entity = self.names.entity(Sort.ORGANISATION, id_)
        return "" if entity is None else entity.kind

    def country(self, id_: str) -> str | None:
        """The country of an organisation."""
        entity = self.names.entity(Sort.ORGANISATION, id_)
        return None if entity is None else entity.country

    def counts(self, id_: str) -> bool:
        """Whether it may take part at all."""
        if id_.startswith(FORM_ID):
            official = any(event.type in _OFFICIAL for event in self.account.reported)
            return not (official and CJK.search(id_))
        return self.kind(id_) not in {"", *_ASIDE} and not self._approves(id_)

    def _approves(self, id_: str) -> bool:
        """Whether it only approved what another does."""
        return any(
            each.id == id_ and _APPROVED.search(self.reading.text, max(0, each.start - 20), each.start)
            for each in self.named
        )

    def specific(self, ids: Sequence[str]) -> Iterator[str]:
        """Without a whole government beside one of its bodies."""
        bodies = {self.country(id_) for id_ in ids if self.kind(id_) in _STATE - {"government"}}
        for id_ in ids:
            if id_ not in _TOO_WIDE and (self.kind(id_) != "government" or self.country(id_) not in bodies):
                yield id_

    def short(self, id_: str) -> str:
        """How it is called for short."""
        entity = self.names.entity(Sort.ORGANISATION, id_)
        if entity is not None:
            return entity.code or entity.name
        return next((each.name for each in self.named if each.id == id_), id_)


def _first_lines(reading: Reading, count: int = _FIRST_SENTENCES) -> int:
    """Where the title and so many first sentences of the lead end."""
    for zone in reading.zones:
        if zone.zone is not Zone.TITLE and zone.zone in _HEAD:
            spans = sentences(reading.text, zone.start, zone.end)[:count]
            return spans[-1][1] if spans else zone.end
    return len(reading.text)


def _told(start: int | None, end: int) -> bool:
    return start is not None and start < end
