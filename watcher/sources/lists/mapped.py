"""What the kinds share whose items come without being asked for, in JSON or rows: how their values become entries.

Never asks for anything: these kinds have no address to ask at.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Annotated

from pydantic import Field

from watcher.core.model import Document
from watcher.sources.lists.jsontext import read_json
from watcher.sources.lists.listing import Id, Item, Listed, ValueOptions, entries_of
from watcher.sources.lists.mapping import FieldName
from watcher.sources.lists.paths import JsonPath, look
from watcher.sources.lists.replies import list_at
from watcher.sources.lists.requests import Address


class MappedOptions(ValueOptions):
    """How given items become entries."""

    base: Address | None = Field(default=None, description="The address that links without a host are meant from.")
    items: JsonPath = Field(
        default="@", description="Where in the JSON the items lie, as JMESPath; one object is taken for one item."
    )
    fields: Mapping[FieldName, JsonPath] = Field(
        default={}, description="Name to JMESPath in an item; see the docs for names."
    )
    id: JsonPath | Annotated[tuple[JsonPath, ...], Field(min_length=1, max_length=8)] | None = Field(
        default=None, description="What identifies an item for good: a field, a path, or several together."
    )


def json_entries(document: Document, options: MappedOptions) -> Listed:
    """The entries of a JSON document. Raises: ParseError."""
    reply = read_json(document)
    found = look(options.items, reply)
    rows = [found] if isinstance(found, Mapping) else list_at(reply, options.items, may_be_absent=False, columns=False)
    return mapped_entries(rows, options)


def mapped_entries(rows: Iterable[object], options: MappedOptions) -> Listed:
    """The rows as entries, by the options' paths. Raises: ParseError if none says anything."""
    id_: Id | None = options.id
    return entries_of(map(partial(_item, options.fields), rows), options, id_, options.fields, "")


def _item(fields: Mapping[str, str], row: object) -> Item:
    return Item(values={name: look(path, row) for name, path in fields.items()}, place=partial(_place, row))


def _place(row: object, path: str) -> object:
    return look(path, row)
