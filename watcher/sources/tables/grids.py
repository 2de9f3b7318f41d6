"""Rows with columns in whatever a table is published as: JSON, CSV, XLSX, HTML; each told by what it holds.

Never reads beyond its bounds: a workbook says first how large it is unpacked, and cells that span others are counted.
"""

from __future__ import annotations

import csv
import importlib
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Final, Literal

import msgspec
from pydantic import Field

from watcher.core.errors import ParseError
from watcher.core.model import Document
from watcher.core.text.charsets import text_of
from watcher.sources.base import SourceOptions
from watcher.sources.lists.jsontext import quoted, read_json
from watcher.sources.lists.paths import Css, JsonPath, look
from watcher.sources.lists.replies import list_at
from watcher.sources.lists.requests import Address, Headers
from watcher.sources.tables.columns import Record, no_column
from watcher.sources.tables.html import html_grids

MOST_ROWS: Final = 200_000
_MOST_COLUMNS: Final = 500
_HEAD_ROWS: Final = 30
"""So far down the headings may stand: some tables begin with titles, licences and dates."""
_SNIFFED: Final = 16_384
_DELIMITERS: Final = ",;\t|"

Format = Literal["auto", "json", "csv", "xlsx", "html"]


class GridOptions(SourceOptions):
    """Where a table is, and what it is published as."""

    url: Address | None = Field(default=None, description="The address of the table, http or https.")
    headers: Headers = Field(
        default={}, description="Further request headers, for tables behind a key; values are secrets."
    )
    format: Format = Field(
        default="auto", description="What it is: json, csv, xlsx or html; auto tells by its content."
    )
    items: JsonPath = Field(
        default="@", description="Where in JSON the list of rows lies, as JMESPath; @ is the reply."
    )
    sheet: str | None = Field(
        default=None, max_length=200, description="The sheet of a workbook; the first by default."
    )
    select: Css = Field(
        default="table", description="Which table of a page; by default the first that has the columns."
    )
    delimiter: str | None = Field(
        default=None,
        min_length=1,
        max_length=1,
        description="What parts the columns of a CSV, where the guess is wrong.",
    )
    missing: tuple[str, ...] = Field(
        default=("None", "null", "N/A"), max_length=20, description="Words that stand for nothing where a value was."
    )


def records_of(
    document: Document, options: GridOptions, wanted: Sequence[str], *, series: bool = False, single: bool = False
) -> tuple[list[Record], bool]:
    """The rows of a document, and whether a column may be a path into what they hold.

    Args: `wanted` are columns by which the line of headings is known. Of a `series` the first column may
    have no heading; where one row may come alone (`single`), an object is a row.

    Raises: ParseError that says what is there instead.
    """
    body = document.body
    form = options.format if options.format != "auto" else told_by(body)
    match form:
        case "json":
            reply = _json(document)
            found = look(options.items, reply) if single else None
            items = [found] if isinstance(found, dict) else _listed(reply, options.items)
            rows = [item for item in items if isinstance(item, dict)]
            if items and not rows:
                raise ParseError(
                    f'reading the table: at "{options.items}" lie no objects, but {type(items[0]).__name__}'
                )
            return list(rows[:MOST_ROWS]), True
        case "xlsx":
            return headed_rows(_workbook(body, options.sheet), wanted, bare=series), False
        case "html":
            return headed_rows(html_grids(text_of(body), options.select, wanted), wanted, bare=series), False
        case _:
            return headed_rows(_csv(body, options.delimiter), wanted, bare=series), False


def told_by(body: bytes) -> Format:
    """What a document is by its first bytes."""
    if body.startswith(b"PK\x03\x04"):
        return "xlsx"
    start = body[:512].removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    return "json" if start in {b"{", b"["} else "html" if start == b"<" else "csv"


def headed_rows(cells: Iterable[Sequence[object]], wanted: Sequence[str], *, bare: bool = False) -> list[Record]:
    """The rows below the line that has most of the wanted columns, by its headings; without any the first line's.

    Args: `bare` keeps a first column without heading, under the empty name.

    Raises: ParseError if not one of them is a heading.
    """
    lines = iter(cells)
    head = list(islice(lines, _HEAD_ROWS))
    titles = [[_title(cell) for cell in line] for line in head]
    scores = [sum(name in set(line) for name in wanted) for line in titles]
    best = max(scores, default=0)
    if not best and wanted:
        widest = max(titles, key=lambda line: sum(any(map(str.isalpha, title)) for title in line), default=[])
        raise no_column(wanted[0], widest)
    at = scores.index(best) if wanted else next((n for n, line in enumerate(titles) if any(line)), 0)
    names = titles[at] if titles else []
    rows: list[Record] = []
    for line in chain(head[at + 1 :], lines):
        named = zip(names, line, strict=False)
        row = {
            name: cell for n, (name, cell) in enumerate(named) if (name or (bare and n == 0)) and not _is_empty(cell)
        }
        if row:
            rows.append(row)
        if len(rows) >= MOST_ROWS:
            break
    return rows


def _listed(reply: object, items: str) -> list[object]:
    return list_at(reply, items, may_be_absent=False, columns=False)


def _json(document: Document) -> object:
    try:  # twice as fast and half as large as the other, which is for what servers get wrong
        found: object = msgspec.json.decode(document.body)
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        return read_json(document)
    return found


def _csv(body: bytes, delimiter: str | None) -> Iterator[Sequence[object]]:
    text = text_of(body).lstrip("\ufeff")
    if "\0" in text[:_SNIFFED]:
        raise ParseError("reading the table: neither JSON nor CSV nor XLSX nor HTML came")
    sign = delimiter or max(_DELIMITERS, key=text[:_SNIFFED].count)
    if sign not in text[:_SNIFFED]:
        raise ParseError(
            f"reading the table: {quoted(text) if text.strip() else 'an empty text'} came instead of columns"
        )
    try:
        for line in csv.reader(io.StringIO(text, newline=""), delimiter=sign):
            yield line[:_MOST_COLUMNS]
    except csv.Error as error:
        raise ParseError(f"reading the table: it is no CSV: {error}") from error


def _workbook(body: bytes, sheet: str | None) -> Iterator[Sequence[object]]:
    """The cells of a sheet, line by line; the library takes a fifth of a second to import, and only for workbooks."""
    lines = importlib.import_module("watcher.sources.tables.workbooks").lines
    found: Iterator[Sequence[object]] = lines(body, sheet, most_columns=_MOST_COLUMNS)
    return found


def _title(cell: object) -> str:
    return " ".join(str(cell).split()) if cell is not None else ""


def _is_empty(cell: object) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())
