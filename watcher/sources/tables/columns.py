"""The columns that options name, looked up in rows of any format; one that is not there is told with those that are.

Never takes a mistyped column for one that is always empty.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Annotated, Final

from pydantic import BeforeValidator, Field

from watcher.core.errors import ParseError
from watcher.core.text.plain import scrub
from watcher.core.text.spelling import did_you_mean
from watcher.sources.lists.mapping import plain
from watcher.sources.lists.paths import json_path, look

Record = Mapping[str, object]
"""One row by its columns; in JSON a value may hold more than text."""

MOST_SHOWN: Final = 12
_LONGEST: Final = 4_000
_PLAIN: Final = re.compile(r"[A-Za-z_]\w*")
_TWINS: Final = {"observation_date": "DATE", "DATE": "observation_date"}
"""One column under two names. Source: CSV of FRED, which renamed it in 2024; older copies are about."""


def _one_or_more(value: object) -> object:
    return [value] if isinstance(value, str) else value


Column = Annotated[str, Field(min_length=1, max_length=300)]
Columns = Annotated[tuple[Column, ...], BeforeValidator(_one_or_more), Field(max_length=60)]
"""One column, or several."""


class Getter:
    """Values of one column. Its name is a heading as it stands; in JSON, where no key is named so, a path."""

    def __init__(self, name: str, present: Mapping[str, object] | frozenset[str], *, paths: bool) -> None:
        self.name = name
        twin = _TWINS.get(name)
        self.key = name if name in present or twin not in present else str(twin)
        self._path = name if paths and name not in present and not _PLAIN.fullmatch(name) and _is_path(name) else None
        self.found = self.key in present or self._path is not None

    def __call__(self, record: Record) -> object:
        """The value in one row, None where there is none."""
        return record.get(self.key) if self._path is None else look(self._path, record)


def getters(names: Iterable[str], present: frozenset[str], *, paths: bool) -> dict[str, Getter]:
    """The getter of each column. Raises: ParseError that names a column that is not there, and those that are."""
    found = {name: Getter(name, present, paths=paths) for name in names}
    for name, getter in found.items():
        if not getter.found:
            raise no_column(name, sorted(present) if paths else present)
    return found


def no_column(name: str, present: Iterable[str]) -> ParseError:
    """The error that says which columns there are."""
    named = [scrub(each)[:60] for each in present if each]
    shown = ", ".join(named[:MOST_SHOWN]) + (f" and {len(named) - MOST_SHOWN} more" if len(named) > MOST_SHOWN else "")
    hint = did_you_mean(name, named) or ";"
    return ParseError(f'reading the table: no column "{name}"{hint} columns: {shown or "none"}')


def present_in(records: Sequence[Record]) -> frozenset[str]:
    """Every column that at least one row has: servers leave out what is empty."""
    return frozenset(key for record in records for key in record)


def text_in(missing: frozenset[str]) -> Callable[[object], str]:
    """Makes a value one line of text, empty if it stands for nothing."""

    def text(value: object) -> str:
        if value is None:
            return ""
        line = " ".join(plain(value).split())[:_LONGEST]
        return "" if line in missing else line

    return text


def _is_path(name: str) -> bool:
    try:
        json_path(name)
    except ValueError:
        return False
    return True
