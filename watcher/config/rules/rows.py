"""The rows of a user's CSV file with their lines, or what keeps it from being read; never judges what they say."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from itertools import takewhile

Row = Mapping[str, str]


class TableFault(ValueError):
    """The file is no table: `line` is where it begins to be none."""

    def __init__(self, line: int, text: str) -> None:
        """Args: text - what is wrong and what to do, in words."""
        super().__init__(text)
        self.line = line


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
