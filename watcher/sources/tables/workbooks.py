"""The cells of a workbook's sheet; imported by a worker when it first meets one.

Never computes a formula: what was saved with it is its value.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date, datetime
from typing import Final

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from watcher.core.errors import ParseError
from watcher.core.text.spelling import did_you_mean

_UNPACKED: Final = 256 * 1024 * 1024
_FAULTS: Final = (
    zipfile.BadZipFile,
    InvalidFileException,
    KeyError,
    ValueError,
    TypeError,
    IndexError,
    OSError,
    EOFError,
)
"""What the library raises on workbooks that are none."""


def lines(body: bytes, sheet: str | None, *, most_columns: int) -> Iterator[Sequence[object]]:
    """The cells of a sheet, line by line; formulas as the values that were saved with them."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            unpacked = sum(each.file_size for each in packed.infolist())
        if unpacked > _UNPACKED:
            raise ParseError(f"reading the table: the workbook unpacks to {unpacked >> 20} MiB; that is too much")
        with closing(openpyxl.load_workbook(io.BytesIO(body), read_only=True, data_only=True)) as book:
            names = book.sheetnames
            if sheet is not None and sheet not in names:
                raise ParseError(
                    f'reading the table: no sheet "{sheet}"{did_you_mean(sheet, names) or ";"} '
                    f"sheets: {', '.join(names)[:300]}"
                )
            for line in book[sheet or names[0]].iter_rows(values_only=True, max_col=most_columns):
                yield tuple(_cell(value) for value in line)
    except _FAULTS as error:
        raise ParseError(f"reading the table: it is no workbook that can be read: {error}") from error


def _cell(value: object) -> object:
    if isinstance(value, datetime) and value.time() == value.time().min:
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, datetime | date) else value
