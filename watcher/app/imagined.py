"""An alert that nobody raised, made of a few words, to ask which way it would go; it is stored nowhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from watcher.core.lexicon.model import Sort
from watcher.core.lexicon.names import Names
from watcher.core.model import RuleId, Severity, SourceId, Trust, Zone, ZoneSpan
from watcher.core.queries import AlertView
from watcher.core.text.reading import Reading
from watcher.core.text.spelling import did_you_mean
from watcher.core.understanding.regions import members_of, region_names
from watcher.core.understanding.understander import Understander

SOURCE = SourceId("example")


@dataclass(frozen=True, slots=True, kw_only=True)
class Imagined:
    """What the alert is to be like; what is empty is not said. `text` is the title of its article."""

    severity: Severity = Severity.WARNING
    event: str | None = None
    material: tuple[str, ...] = ()
    organisation: tuple[str, ...] = ()
    place: tuple[str, ...] = ()
    region: str | None = None
    source: str | None = None
    trust: Trust = Trust.TRADE_PRESS
    language: str = "en"
    text: str = ""


def imagined_view(wanted: Imagined, rule: RuleId, event_type: str | None, now: datetime, of: Understander) -> AlertView:
    """The alert as queries see it. Raises ValueError, with a guess, for a name that nobody knows."""
    title = "; ".join([each for each in (wanted.text, *_names(wanted, of.names)) if each]) or "Nothing is known of it"
    reading = Reading(
        text=title,
        zones=(ZoneSpan(zone=Zone.TITLE, start=0, end=len(title)),),
        language=wanted.language,
        source=SourceId(wanted.source or SOURCE),
        trust=wanted.trust,
        published=now.date(),
    )
    return AlertView(
        rule=rule,
        severity=wanted.severity,
        source=SourceId(wanted.source or SOURCE),
        trust=wanted.trust,
        event_type=event_type,
        language=wanted.language,
        state="open",
        event_time=now,
        reading=reading,
    )


def _names(wanted: Imagined, names: Names) -> Iterator[str]:
    """What the article names, by its own name; of a family or a list one that it is met by."""
    for sort, values in (
        (Sort.ORGANISATION, wanted.organisation),
        (Sort.MATERIAL, wanted.material),
        (Sort.PLACE, wanted.place),
    ):
        for value in values:
            yield _name(names, sort, value)
    if wanted.region:
        countries = members_of(names, wanted.region)
        if not countries:
            raise ValueError(f'unknown region "{wanted.region}"{did_you_mean(wanted.region, region_names(names))}')
        yield _country(names, wanted.region, sorted(countries))


def _country(names: Names, region: str, countries: Sequence[str]) -> str:
    """A country whose news goes to that region's own section where it has one."""
    listed = [each.entity for each in names.listed if each.entity.kind == "country" and each.entity.code in countries]
    section = next((each for each in names.regions if each.id == region), None)
    order = list(section.countries) if section is not None else list(countries)
    return min(listed, key=lambda each: order.index(each.code or "")).name


def _name(names: Names, sort: Sort, value: str) -> str:
    ids = sorted(names.called(sort, value))
    if not ids:
        known = [each.entity.id for each in names.listed if each.entity.sort is sort]
        raise ValueError(f'unknown {sort.value} "{value}"{did_you_mean(value, (*known, *names.group_names))}')
    entity = names.entity(sort, value if value in ids else ids[0])
    return value if entity is None else entity.name
