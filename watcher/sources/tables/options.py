"""How a keyed table is asked for, and what its rows are known by: the options of the kind `table`, never its rows.

What is wrong with them is said where the configuration is read; columns can only be checked against a document.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import ceil
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from watcher.sources.lists.asking import AskingOptions, BodyTemplate, QueryValue
from watcher.sources.lists.paging import PagesOptions
from watcher.sources.lists.paths import JsonPath
from watcher.sources.lists.requests import Address
from watcher.sources.tables.columns import Column, Columns
from watcher.sources.tables.grids import GridOptions

_SHARE: Final = re.compile(r"(\d{1,3})\s*% of last")
_FEW: Final = 10
_HALF: Final = 50


def _least(value: object) -> object:
    """A number of rows, or a share of those of the last poll."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    found = _SHARE.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None or not 0 < int(found[1]) <= 100:  # noqa: PLR2004 - per cent
        raise ValueError(f'"{value}" is no least number of rows; write 100, or "80% of last"')
    return f"{int(found[1])}% of last"


def _patterns(value: object) -> object:
    return [value] if isinstance(value, str) else value


class GuardOptions(BaseModel):
    """When an answer is too small to be true."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    min_rows: Annotated[int | str, BeforeValidator(_least)] = Field(
        description='So many rows must come, or such a share of those of the last poll: "80% of last".'
    )


Patterns = Annotated[
    tuple[Annotated[str, Field(min_length=1, max_length=200)], ...],
    BeforeValidator(_patterns),
    Field(min_length=1, max_length=200),
]


def _several(columns: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(columns)) < len(columns):
        raise ValueError("names a column twice")
    return columns


class TableOptions(GridOptions):
    """How a table is asked for, and what its rows are known by."""

    url: Address = Field(description="The address of the table, http or https.")
    method: Literal["GET", "POST"] | None = Field(default=None, description="GET, or POST where there is a body.")
    pages: PagesOptions | None = Field(default=None, description="How further pages are asked for.")
    query: Mapping[str, QueryValue] = Field(
        default={}, description="Parameters of the address; {today}, {now-1d:%Y%m%d} and the like are filled in."
    )
    body: BodyTemplate | None = Field(default=None, description="What is posted: a mapping, or a text as it is.")
    body_as: Literal["json", "form"] = Field(default="json", description="How a mapping is posted.")
    next: JsonPath | None = Field(default=None, description="Where a JSON reply names the address of the next page.")
    key: Annotated[Columns, AfterValidator(_several)] = Field(
        min_length=1, description="The column, or columns together, that name a row for good."
    )
    watch: Annotated[Columns, AfterValidator(_several)] = Field(
        default=(), description="The columns whose change counts; by default all."
    )
    show: Columns | None = Field(
        default=None, description="Columns shown beside those that count; by default all others, [] for none."
    )
    label: Columns = Field(default=(), description="The column, or columns, that name a row for a reader.")
    link: Column | None = Field(
        default=None, description="The column with a row's link; of a page, NAME@href is the link in column NAME."
    )
    where: Mapping[Column, Patterns] = Field(
        default={}, description="Column to patterns such as `*Lithium*`: only rows that fit each column are read."
    )
    guard: GuardOptions | None = Field(
        default=None, description="How few rows are too few; by default less than half of ten or more at the last poll."
    )
    removed: bool = Field(
        default=True, description="false: rows that are missing are not told, as the table lists only some of its rows."
    )

    @model_validator(mode="after")
    def _askable(self) -> Self:
        self.asking()
        if self.next is not None and self.format not in {"auto", "json"}:
            raise ValueError("next is for JSON; count the pages by pages")
        return self

    def asking(self) -> AskingOptions:
        """How it is asked for, in the form that lists have."""
        return AskingOptions(
            url=self.url,
            method=self.method,
            pages=self.pages,
            query=self.query,
            body=self.body,
            body_as=self.body_as,
            next=self.next,
        )

    def least(self, last: int) -> tuple[int, str]:
        """How many rows must come where the last poll had so many, and that in words."""
        least = self.guard.min_rows if self.guard is not None else f"{_HALF}% of last"
        if isinstance(least, int):
            return least, f"{least:,} or more"
        needed = ceil(last * int(least.partition("%")[0]) / 100)
        if self.guard is None and last < _FEW:
            needed = min(last, 1)
        return needed, f"{needed:,} or more ({least}: {last:,})"
