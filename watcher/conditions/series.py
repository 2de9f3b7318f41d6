"""The condition `series`: a price or rate falls below or rises above a level, moves fast, or is no longer quoted.

Never holds for an article: only the points of the series are judged, in the unit that its source gives them.
Source: the rule language, section 3 and section 4, Series.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, ClassVar

from pydantic import Field

from watcher.conditions.base import ConditionOptions, Context, Smell, refusal, refuse, some_of
from watcher.conditions.comparing import AS_TEXT
from watcher.conditions.dated import DurationText
from watcher.conditions.measured import asked_sources
from watcher.conditions.naming import Values
from watcher.core.firing import Firing, Watch, Way, times_of
from watcher.core.model import Evidence
from watcher.core.rules.model import Condition, Finding
from watcher.core.text.plain import Span
from watcher.core.text.reading import Reading
from watcher.core.units import Unit, unit
from watcher.core.values import duration_text, parse_duration

POINTS = "points"
"""What sources of series bring."""
_WAYS: tuple[Way, ...] = ("below", "above", "change", "stale")
_LEVEL = re.compile(r"(?P<value>-?\d{1,15}(?:\.\d{1,9})?)(?:\s+(?P<unit>\S(?:.{0,30}\S)?))?")
_CHANGE = re.compile(r"(?P<sign><=|>=|<|>)\s*(?P<value>-?\d{1,4}(?:\.\d{1,6})?)\s?%")
_SHARE = re.compile(r"(?P<value>\d{1,3}(?:\.\d{1,6})?)\s?%")
_WHOLE = Decimal(100)
_Text = Annotated[str, AS_TEXT]


class SeriesOptions(ConditionOptions):
    """Options of `series`."""

    series: Values = Field(min_length=1, description="sources of points, by their ids, or lists of them")
    below: _Text | None = Field(default=None, description='a level with its unit: "110 USD/kg"')
    above: _Text | None = Field(default=None, description='a level with its unit: "110 USD/kg"')
    change: _Text | None = Field(default=None, description='a change over the time of within: "<= -5 %"')
    stale: DurationText | None = Field(default=None, description="so long without a point: 3d")
    times: int | None = Field(
        default=None, alias="for", ge=1, le=1000, strict=True, description="points in a row beyond the level (1)"
    )
    rearm: _Text | None = Field(
        default=None, description='how far beyond the level a point must come back: "3 %" (0 %)'
    )
    within: DurationText | None = Field(default=None, description="over how long a change is looked at: 5d")


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesCondition:
    """One `series` clause."""

    sources: tuple[str, ...]
    watch: Watch
    says: str
    smells: tuple[Smell, ...] = ()
    needs: tuple[str, ...] | None = None
    kind: str = "series"
    sentence_bound: bool = False

    def look(self, reading: Reading, within: Span | None = None) -> Finding:  # noqa: ARG002 - stands in no sentence
        """Whether it fires at the point, or the moment, that is judged."""
        firing = reading.about
        if not isinstance(firing, Firing):
            return Finding(holds=False, why="an article is no point of a series")
        words = firing.of(self.watch) if firing.source in self.sources else None
        if words is None:
            return Finding(holds=False, why=f"it does not fire at {firing.at:%Y-%m-%d}")
        return Finding(holds=True, evidence=(Evidence(clause="", says=f"{self.says}: {words}"),))


class SeriesKind:
    """The kind `series`."""

    kind: ClassVar[str] = "series"
    Options: ClassVar[type[ConditionOptions]] = SeriesOptions

    @classmethod
    def build(cls, options: SeriesOptions, context: Context) -> Condition:
        """The condition.

        Raises R018 for what is no series, R026 for a level in another unit, R031 unless exactly one thing is asked,
        R032 for an option of another one, R034 for a change without within.
        """
        way = _way(options)
        sources = asked_sources(options.series, cls.kind, POINTS, context)
        watch = _watch(options, way)
        for name in sources if watch.way in {"below", "above"} else ():
            _check_unit(watch, str(getattr(options, way)), name, context)
        return SeriesCondition(sources=sources, watch=watch, says=_says(options, way))


def _way(options: SeriesOptions) -> Way:
    found = [way for way in _WAYS if getattr(options, way) is not None]
    if len(found) != 1:
        raise refusal(
            "R031", f"series needs exactly one of {', '.join(_WAYS)}; found {', '.join(found) or 'none of them'}"
        )
    refuse(_strays(options, found[0]))
    return found[0]


def _strays(options: SeriesOptions, way: Way) -> Iterator[Exception]:
    """Options that belong to another thing that is asked, or that this one lacks."""
    for name, value in (("for", options.times), ("rearm", options.rearm)):
        if value is not None and way not in {"below", "above"}:
            yield refusal("R032", f'"{name}" belongs to below and above, not to {way}', at=str(value))
    if options.within is not None and way != "change":
        yield refusal("R032", f'"within" belongs to change, not to {way}', at=options.within)
    if options.within is None and way == "change":
        yield refusal("R034", 'change needs "within": over how long, such as 5d')


def _watch(options: SeriesOptions, way: Way) -> Watch:
    if way == "stale":
        if not parse_duration(options.stale or ""):
            raise refusal("R025", "stale is at least 1s", at=options.stale or "")
        return Watch(way=way, span=parse_duration(options.stale or ""))
    if way == "change":
        found = _CHANGE.fullmatch(" ".join((options.change or "").split()))
        if found is None:
            raise refusal("R026", f'"{options.change}" is no change; say "<= -5 %"', at=options.change or "")
        if abs(least := min(Decimal(found["value"]), Decimal(0))) > _WHOLE:
            raise refusal("R026", f'"{options.change}": nothing falls by {-least} %', at=options.change or "")
        return Watch(
            way=way, bound=Decimal(found["value"]), sign=found["sign"], span=parse_duration(options.within or "")
        )
    bound, of = _level(str(getattr(options, way)))
    rearm = _SHARE.fullmatch(options.rearm) if options.rearm is not None else None
    if options.rearm is not None and rearm is None:
        raise refusal("R026", f'"{options.rearm}" is no share; say "3 %"', at=options.rearm)
    return Watch(
        way=way,
        bound=bound,
        unit=of,
        times=options.times or 1,
        rearm=Decimal(rearm["value"]) if rearm is not None else Decimal(0),
    )


def _level(text: str) -> tuple[Decimal, Unit | None]:
    found = _LEVEL.fullmatch(" ".join(text.split()))
    if found is None:
        raise refusal("R026", f'"{text}" is no level; say "110 USD/kg"', at=text)
    try:
        return Decimal(found["value"]), unit(found["unit"]) if found["unit"] else None
    except ValueError as error:
        raise refusal("R026", str(error), at=text) from None


def _check_unit(watch: Watch, text: str, source: str, context: Context) -> None:
    """Refuse a level that no point of the series can be compared with."""
    _, known, said = context.brings.get(source, "").partition(" ")
    given = unit(said) if said else None
    if not known or context.known_sources is None:
        return
    if given is None and watch.unit is not None:
        raise refusal("R026", f'"{text}": the unit of {source} is not said; write unit: in the source', at=text)
    if given is not None and watch.unit is None and (given.is_price or given.is_rate):
        raise refusal("R026", f'"{text}" has no unit; {source} is in {given}: say "{watch.bound} {given}"', at=text)
    if times_of(watch.unit, given) is None:
        raise refusal("R026", f'"{text}": {source} is in {given}; ask for that, or let the source convert', at=text)


def _says(options: SeriesOptions, way: Way) -> str:
    said = [f"series: {some_of(options.series)}, {way} {getattr(options, way)}"]
    if options.times is not None:
        said.append(f"for {options.times}")
    if options.rearm is not None:
        said.append(f"rearm {options.rearm}")
    if options.within is not None:
        said.append(f"within {duration_text(parse_duration(options.within))}")
    return ", ".join(said)
