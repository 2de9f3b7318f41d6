"""A series of values over time in CSV, JSON, XLSX or pushed to us: points as published, missing ones told as missing.

Never converts anything and never fills a gap: what a value is worth in another unit is worked out when it is stored.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, ClassVar, Final, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from watcher.core.errors import ParseError
from watcher.core.model import Document, Parsed, Point, Request, SourceState
from watcher.core.plans import PASSED, Inbox, Push
from watcher.core.series import Measure, decimal_of, fault_of
from watcher.core.units import unit
from watcher.sources.base import SourceOptions
from watcher.sources.lists.listing import masking
from watcher.sources.lists.requests import headed
from watcher.sources.lists.times import DateFormat
from watcher.sources.tables.columns import Column, Columns, Getter, Record, no_column, present_in, text_in
from watcher.sources.tables.grids import GridOptions, records_of
from watcher.sources.tables.periods import read_period
from watcher.sources.webhook import PushOptions, inbox_of, push_of, pushed_cursor

_GROUPED: Final = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_SHOWN: Final = 40
_MISSING: Final = (".", "..", "...", "…", "-", "–", "NA", "N/A", "n/a", "n.a.", "ND", "NaN", "None", "null")
_ACCEPT: Final = "text/csv, application/json, */*;q=0.5"
_HIGHEST_VAT: Final = 2


def _unit(text: str) -> str:
    return str(unit(text))


def _factor(value: object) -> object:
    """A factor as it was written."""
    try:
        factor = Decimal(str(value))
    except InvalidOperation:
        factor = Decimal(0)
    if not 1 < factor < _HIGHEST_VAT:
        raise ValueError(f'"{value}" is no factor of a tax; write 1.13 for 13 %')
    return str(factor)


UnitText = Annotated[str, AfterValidator(_unit)]


class ConvertOptions(BaseModel):
    """What values are converted to."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    to: UnitText = Field(description="The unit to convert to: USD/kg.")
    vat: Annotated[str, BeforeValidator(_factor)] | None = Field(
        default=None, description="The tax as a factor, where it is in one of the two units: 1.13 for 13 %."
    )
    fx: str | None = Field(
        default=None, description="The series source of the exchange rate; its unit says which: CNY/USD."
    )


class SeriesOptions(GridOptions):
    """Where a series is, and what its columns say."""

    push: PushOptions | None = Field(
        default=None, description="Where values are pushed to instead of asked for, and how a push is proved."
    )
    date: Columns = Field(
        default=(), description="The column of the time, or several names of it; by default the first, in JSON `date`."
    )
    value: Column | None = Field(
        default=None, description="The column of the value; by default the second, or `value`."
    )
    released: Column | None = Field(
        default=None, description="The column that says when a value came out: of two for one time the later counts."
    )
    unit: UnitText | None = Field(
        default=None, description="What values are published in: CNY/t incl VAT, USD/lb, t, %."
    )
    convert: ConvertOptions | None = Field(default=None, description="What values are converted to.")
    missing: tuple[str, ...] = Field(
        default=_MISSING, max_length=20, description="Signs that stand for a value that is missing."
    )
    dates: tuple[DateFormat, ...] = Field(
        default=(), max_length=10, description="Forms of its dates (`%d/%m/%Y`), tried before those known anyway."
    )
    zone: str = Field(default="UTC", description="The time zone of times stated without one.")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.url is None) == (self.push is None):
            raise ValueError("write url or push, one of the two" if self.url else "url is missing; or push")
        fault = fault_of(self.measure)
        if fault is not None:
            raise ValueError(f"convert: {fault}")
        return self

    @property
    def measure(self) -> Measure:
        """What values are measured in, and what they become."""
        convert = self.convert
        return Measure(
            unit=unit(self.unit) if self.unit is not None else None,
            to=unit(convert.to) if convert is not None else None,
            vat=Decimal(convert.vat) if convert is not None and convert.vat is not None else None,
            fx=convert.fx if convert is not None else None,
        )


class Series:
    """A series of values."""

    kind: ClassVar[str] = "series"
    Options: ClassVar[type[SourceOptions]] = SeriesOptions

    def __init__(self, options: SourceOptions) -> None:
        assert isinstance(options, SeriesOptions)
        self.options = options
        self.measure = options.measure
        self._zone = ZoneInfo(options.zone)

    @property
    def inbox(self) -> Inbox | None:
        """Where it is pushed to, if it is."""
        return inbox_of(self.options.push) if self.options.push is not None else None

    def plan(self, state: SourceState, now: datetime) -> Request | Push:  # noqa: ARG002 - asked alike at any time
        """The whole series, conditional; or what was pushed since."""
        if self.options.url is None:
            return push_of(state)
        return self.keyed(Request(url=self.options.url, etag=state.etag, last_modified=state.last_modified, large=True))

    def keyed(self, request: Request) -> Request:
        """The request with the configured headers, if it goes to the series' own origin."""
        return headed(request, self.options.headers, self.options.url or "", (("accept", _ACCEPT),))

    def parse(self, document: Document, state: SourceState) -> Parsed:
        """The points of a document, each time once.

        Raises: ParseError if a column is not there, or no row has a time.
        """
        cursor = pushed_cursor(document, state) if self.options.push is not None else {}
        if document.step == PASSED:
            return Parsed(cursor=cursor)
        try:
            points, warnings = self._points(document)
        except ParseError as error:
            raise masking(error, document) from error
        return Parsed(points=points, cursor=cursor, warnings=warnings)

    def _points(self, document: Document) -> tuple[tuple[Point, ...], tuple[str, ...]]:
        options = self.options
        wanted = tuple(name for name in (options.value, *options.date, options.released) if name is not None)
        records, paths = records_of(document, options, wanted, series=True, single=options.push is not None)
        if not records:
            raise ParseError("reading the series: there are no rows")
        date, value, released = self._columns(records, paths=paths)
        text = text_in(frozenset(options.missing))
        found: dict[datetime, Point] = {}
        undated: list[str] = []
        odd: list[str] = []
        for record in records:
            at = read_period(date(record), self._zone, options.dates)
            said = text(value(record))
            amount = _amount(said)
            if at is None:
                undated += [str(date(record))[:_SHOWN]] if amount is not None and date(record) is not None else []
                continue
            if said and amount is None:
                odd.append(said[:_SHOWN])
                continue
            out = read_period(released(record), self._zone) if released is not None else None
            _keep(found, Point(at=at, value=amount, released=out))
        if not found:
            shown = (undated or odd or [str(next(iter(records[0].values()), ""))[:_SHOWN]])[0]
            raise ParseError(
                f'reading the series: none of {len(records):,} rows has a time and a number; one has "{shown}"'
            )
        return tuple(found[at] for at in sorted(found)), tuple(_warnings(undated, odd))

    def _columns(self, records: Sequence[Record], *, paths: bool) -> tuple[Getter, Getter, Getter | None]:
        """The columns of time, value and release. Raises: ParseError if one that is named is not there."""
        options = self.options
        ordered = tuple(dict.fromkeys(key for record in records[:_SHOWN] for key in record))
        present = present_in(records)
        first = ("",) if "" in present else ordered[:1]
        dates = options.date or (("date",) if paths else first)
        others = [name for name in ordered if name not in dates]
        value = options.value or ("value" if paths or not others else others[0])
        named = [Getter(name, present, paths=paths) for name in dates]
        date = next((getter for getter in named if getter.found), None)
        if date is None:
            raise no_column(dates[0] if dates else "date", ordered)
        return (
            date,
            _found(value, present, ordered, paths=paths),
            (_found(options.released, present, ordered, paths=paths) if options.released is not None else None),
        )


def _found(name: str, present: frozenset[str], ordered: Sequence[str], *, paths: bool) -> Getter:
    getter = Getter(name, present, paths=paths)
    if not getter.found:
        raise no_column(name, ordered)
    return getter


def _keep(found: dict[datetime, Point], point: Point) -> None:
    """Of two values for one time the one that came out later counts, else the one further down."""
    known = found.get(point.at)
    if known is None or known.released is None or point.released is None or point.released >= known.released:
        found[point.at] = point


def _amount(said: str) -> str | None:
    """A number as it was published, without signs between thousands; None if it is none."""
    plain = said.replace(",", "") if _GROUPED.fullmatch(said) else said
    return plain if plain and decimal_of(plain) is not None else None


def _warnings(undated: Sequence[str], odd: Sequence[str]) -> list[str]:
    told = []
    if undated:
        told.append(f'{len(undated):,} rows state no time that can be read, such as "{undated[0]}"')
    if odd:
        told.append(f'{len(odd):,} values are no numbers, such as "{odd[0]}"; name signs for none under missing')
    return told
