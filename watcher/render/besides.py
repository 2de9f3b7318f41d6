"""What an issue holds besides its stories, in words: lines, figures, dates to come and tables of numbers.

Never adds a number up and never leaves one out that the table has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from watcher.core.telling.messages import DigestDate, DigestLine, DigestMessage, DigestTable, Figure
from watcher.core.telling.phrases import sum_words, trust_words
from watcher.core.text.wording import ENGLISH, Words
from watcher.render.charts import Chart, charts_of
from watcher.render.links import link_of, page_of
from watcher.render.moments import Clock
from watcher.render.views import Chip, Reader, Tongue, chip, one_line, tongue
from watcher.render.wrapping import WIDTH, display_width


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    """An article in one line; `earlier` names the issue that told it, if one did."""

    headline: str
    tongue: Tongue
    url: str | None
    publisher: str
    trust: str
    day: str
    chip: Chip | None
    earlier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureView:
    """A number, large, and what it counts, small."""

    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DateView:
    """A date to come."""

    day: str
    of: str
    kind: str
    doubt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartView:
    """A chart that the mail carries, by its Content-IDs."""

    light: str
    dark: str
    width: int
    height: int
    alt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TableView:
    """Numbers as a table; `chart` shows them too, where one could be drawn.

    `sides` say of each column whether it stands left or right; `plain` are its lines in letters of one width, none
    where they would be too long.
    """

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]
    sides: tuple[str, ...]
    plain: tuple[str, ...]
    chart: ChartView | None


def line_view(line: DigestLine, reader: Reader, clock: Clock, earlier: str = "") -> LineView:
    """An article in one line, on our own page where there is one."""
    link = link_of(line.link)
    return LineView(
        headline=one_line(line.headline),
        tongue=tongue(line.language),
        url=link.url if link is not None else page_of(reader.public_url, "s", line.story),
        publisher=one_line(line.publisher) or reader.words.say("publisher unknown"),
        trust=trust_words(line.trust, reader.words),
        day=clock.day(line.day),
        chip=chip(line.status, reader.words),
        earlier=earlier,
    )


def figure_view(figure: Figure, words: Words = ENGLISH) -> FigureView:
    """A number with its ceiling, and what it is of."""
    return FigureView(value=one_line(sum_words(figure, words)), label=one_line(figure.label))


def date_view(date: DigestDate, clock: Clock) -> DateView:
    """A date to come: `9 to 12 Feb`."""
    words = clock.words
    first, last = clock.day(date.first), clock.day(date.last)
    if (date.first.year, date.first.month) == (date.last.year, date.last.month) and words.day_first:
        first = words.say("{day}", day=words.say(str(date.first.day)))
    elif (date.first.year, date.first.month) == (date.last.year, date.last.month):
        last = words.say("{day}", day=words.say(str(date.last.day)))
    return DateView(
        day=clock.day(date.last) if date.first == date.last else words.say("{first} to {last}", first=first, last=last),
        of=one_line(date.of) or words.say("not said what of"),
        kind=one_line(date.kind),
        doubt="" if date.firm else words.say("expected, not certain"),
    )


def table_views(message: DigestMessage, *, charts: bool, words: Words = ENGLISH) -> tuple[TableView, ...]:
    """The issue's tables, each with its chart if those are wanted."""
    drawn = {chart.table: chart for chart in charts_of(message, words)} if charts else {}
    return tuple(_table(table, drawn.get(at)) for at, table in enumerate(message.numbers))


def _table(table: DigestTable, chart: Chart | None) -> TableView:
    columns = [tuple(row[at] for row in table.rows) for at in range(len(table.head))]
    sides = tuple("right" if at and _is_numbers(column) else "left" for at, column in enumerate(columns))
    return TableView(
        title=one_line(table.title),
        head=tuple(one_line(each) for each in table.head),
        rows=tuple(tuple(one_line(cell) for cell in row) for row in table.rows),
        notes=tuple(one_line(note) for note in table.notes),
        sides=sides,
        plain=_plain(table, sides),
        chart=None if chart is None else _shown(chart),
    )


def _is_numbers(column: Sequence[str]) -> bool:
    return all(any(sign.isdigit() for sign in cell) for cell in column)


def _plain(table: DigestTable, sides: Sequence[str]) -> tuple[str, ...]:
    """The table in lines of one width of letters; none where a line would not fit."""
    rows = (table.head, *table.rows)
    widths = [max(display_width(one_line(row[at])) for row in rows) for at in range(len(table.head))]
    if not table.rows or sum(widths) + 2 * len(widths) - 2 > WIDTH:
        return ()
    return tuple(
        "  ".join(_padded(one_line(cell), width, side) for cell, width, side in zip(row, widths, sides, strict=True))
        for row in rows
    )


def _padded(cell: str, width: int, side: str) -> str:
    space = " " * (width - display_width(cell))
    return space + cell if side == "right" else cell + space


def _shown(chart: Chart) -> ChartView:
    return ChartView(
        light=chart.light.cid, dark=chart.dark.cid, width=chart.width, height=chart.height, alt=one_line(chart.alt)
    )
