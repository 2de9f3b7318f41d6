"""The rows of a user's CSV file with their lines, or what keeps it from being read; never judges what they say."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from watcher.core.errors import Problem
from watcher.core.text.spelling import did_you_mean

ROWS = 20_000
Row = Mapping[str, str]


class TableFault(ValueError):
    """The file is no table: `line` is where it begins to be none."""

    def __init__(self, line: int, text: str) -> None:
        """Args: text - what is wrong and what to do, in words."""
        super().__init__(text)
        self.line = line


@dataclass(slots=True, kw_only=True)
class Table:
    """A table that messages call `name`: its rows with their lines, none where it is faulty as a whole."""

    name: str
    rows: Sequence[tuple[int, Row]] = ()
    problems: list[Problem] = field(default_factory=list)

    def fault(self, line: int, text: str, code: str = "R062") -> None:
        """Note what is wrong in a line."""
        self.problems.append(Problem(file=self.name, line=line, column=1, code=code, text=text))


def opened(name: str, content: bytes, known: Collection[str] = ()) -> Table:
    """The table in a file, with the faults of its head row and its size.

    Args: known - the columns that it may have, of which it must have `name`; none where any will do.
    """
    table = Table(name=name)
    try:
        columns, rows = rows_of(content)
    except TableFault as error:
        table.fault(error.line, str(error))
        return table
    for column in columns:
        hint = separator_hint(column)
        if hint or (known and column not in known):
            table.fault(1, f'unknown column "{column}"{hint or did_you_mean(column, known)}', "R006")
    if known and "name" not in columns and not any(map(separator_hint, columns)):
        table.fault(1, 'the head row has no "name"')
    elif len(rows) > ROWS:
        table.fault(1, f"{len(rows):,} rows; at most {ROWS:,}")
    if not table.problems:
        table.rows = rows
    return table


def rows_of(content: bytes) -> tuple[tuple[str, ...], Sequence[tuple[int, Row]]]:
    """The columns, and each row with the line where it begins. Raises TableFault."""
    text = _text(content)
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    rows: list[tuple[int, Row]] = []
    line = 1
    try:
        columns = tuple(reader.fieldnames or ())
        line = reader.line_num + 1
        for read in reader:
            _check_width(columns, read, line)
            row = {key: value or "" for key, value in read.items() if key and isinstance(value, str | None)}
            within = sum(value.count("\n") for value in row.values())  # a quoted cell may go over several lines
            rows.append((reader.line_num - within, row))
            line = reader.line_num + 1
    except csv.Error as error:
        raise TableFault(
            line + _blank_lines(text, line),
            f"is no table: a quote that opens in this row is not closed, or something stands behind it ({error})",
        ) from error
    return columns, rows


def _check_width(columns: Sequence[str], read: Mapping[str | None, object], line: int) -> None:
    """Refuse a row that says more than the head has columns for. Raises TableFault."""
    more = read.get(None)
    if isinstance(more, list) and any(str(each).strip() for each in more):
        many = len(columns) + len(more)
        raise TableFault(
            line, f"the row has {many} values and the head {len(columns)}; put a value with a comma in quotes"
        )


def _blank_lines(text: str, line: int) -> int:
    """How many blank lines, which are no rows, begin at that line."""
    return sum(1 for _ in takewhile(lambda each: not each.strip(), text.splitlines()[line - 1 :]))


def _text(content: bytes) -> str:
    try:
        return content.decode().removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise TableFault(line, f"byte 0x{content[error.start]:02X} is not UTF-8; save the file as UTF-8") from error


def separator_hint(column: str) -> str:
    """What to do about a head row that was not parted by commas; "" where it was."""
    return ": separate columns by commas" if ";" in column or "\t" in column else ""
