"""Whether the country that is said beside an organisation's name is its own; where none is said, nothing contradicts.

Never guesses a country from a language or an address without one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from watcher.core.articles.rows import RowChange
from watcher.core.lexicon.model import Named, Sort
from watcher.core.lexicon.names import Names
from watcher.core.model import Zone
from watcher.core.text.plain import Span
from watcher.core.text.reading import Reading

_ROW = frozenset({Zone.BODY, Zone.TABLE})
_CODE = re.compile(r"[A-Za-z]{2}")
_PARTED = re.compile(r"[;,|/]")
_NAMED_SO = ("countr", "nationalit", "citizenship")
_OF_MANY = "INT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Countries:
    """The option `same_country`. `listed` are the countries that lists of organisations say, by id."""

    listed: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def agree(self, reading: Reading, named: Named, names: Names) -> bool:
        """Whether nothing beside the name says that another one of that name is meant.

        Beside it is, in a row, its column of countries or else the row; in an article the sentence.
        """
        own = self.listed.get(named.id) or _countries(names, Sort.ORGANISATION, [named.id])
        said = _said(reading, named, names) if own and _OF_MANY not in own else frozenset()
        return not said or not own.isdisjoint(said)


def _countries(names: Names, sort: Sort, ids: Iterable[str]) -> frozenset[str]:
    found = (names.entity(sort, each) for each in ids)
    return frozenset(each.country for each in found if each is not None and each.country is not None)


def _said(reading: Reading, named: Named, names: Names) -> frozenset[str]:
    if not isinstance(reading.about, RowChange):
        span = next((each for each in reading.sentences if each[0] <= named.start < each[1]), None)
        return _in(reading, span, names) if span is not None else frozenset()
    column = frozenset(each for value in _column(reading) for each in _of_value(value, names))
    return column or _in(reading, (0, len(reading.text)), names)


def _column(reading: Reading) -> Iterator[str]:
    """What stands in columns that are named for countries."""
    for zone in reading.zones:
        name, parted, value = reading.text[zone.start : zone.end].partition(": ")
        if parted and zone.zone in _ROW and any(each in name.casefold() for each in _NAMED_SO):
            yield value


def _of_value(value: str, names: Names) -> Iterator[str]:
    for part in (each.strip(" []'\"") for each in _PARTED.split(value)):
        if _CODE.fullmatch(part):
            yield part.upper()
        elif part:
            yield from _countries(names, Sort.PLACE, names.called(Sort.PLACE, part))


def _in(reading: Reading, span: Span, names: Names) -> frozenset[str]:
    """The countries of the places that are named there."""
    places = [
        each.id
        for each in names.find(reading)
        if each.sort is Sort.PLACE and span[0] <= each.start and each.end <= span[1]
    ]
    return _countries(names, Sort.PLACE, places)
