"""What all kinds share that read a list of items: its options, and how named values become entries or a refusal.

Never takes a list whose items say nothing for a list without news: a layout that changed must be seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Final, Protocol

from pydantic import Field

from watcher.core.errors import ParseError
from watcher.core.model import Document, Entry, Request
from watcher.core.secrets import masked, secrets_of_request
from watcher.sources.following import TextOptions
from watcher.sources.lists.mapping import IdPattern, Values, entry_of, identity, present
from watcher.sources.lists.requests import Address, Headers
from watcher.sources.lists.times import DateFormat

MOST_ITEMS: Final = 5_000
"""Items of one document that are read; a list of more is a table or a flood."""
_MOST_TEXT: Final = 32 << 20
"""Characters of all items of one document: of items within items each holds the others' text again."""

Id = str | Annotated[tuple[str, ...], Field(min_length=1, max_length=8)] | IdPattern


class ValueOptions(TextOptions):
    """What every kind may say whose entries are made of named values."""

    missing: tuple[str, ...] = Field(
        default=("None", "null", "N/A"), max_length=20, description="Words that stand for nothing where a value was."
    )
    dates: tuple[DateFormat, ...] = Field(
        default=(), max_length=10, description="Forms of its dates (`%d/%m/%Y`), tried before those known anyway."
    )


class ListingOptions(ValueOptions):
    """What every list of items may say of itself."""

    url: Address = Field(description="The address of the list, http or https.")
    headers: Headers = Field(
        default={}, description="Further request headers, for lists behind a key; values are secrets."
    )
    base: Address | None = Field(
        default=None, description="The address that links without a host are meant from; the list's own by default."
    )


class Mapped(Protocol):
    """Options that say how named values become entries; wherever the items came from."""

    @property
    def base(self) -> str | None: ...  # noqa: D102
    @property
    def missing(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def dates(self) -> tuple[str, ...]: ...  # noqa: D102


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One listed item: its values by name, and what lies at a place that has no name."""

    values: Values
    place: Callable[[str], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """The entries of a list, in its order, and what was odd about it."""

    entries: tuple[Entry, ...]
    warnings: tuple[str, ...] = ()


def entries_of(
    items: Iterable[Item], options: Mapped, id_: Id | None, fields: Mapping[str, str], own: str, base: str = ""
) -> Listed:
    """The items as entries; of those with one identity only the first.

    Args: `own` is the list's own address, which no link may lead to; `base` what its links are relative to, if another.

    Raises: ParseError if there are items, but none says title, link or text.
    """
    entries: list[Entry] = []
    seen: set[str] = set()
    mute = total = length = 0
    cut = False
    for item in items:
        cut = total == MOST_ITEMS or length > _MOST_TEXT
        if cut:
            break
        total += 1
        values = {name: present(value, options.missing) for name, value in item.values.items()}
        guid = identity(id_, values, _present_at(item, options.missing)) if id_ is not None else None
        if guid is not None and guid in seen:
            continue
        entry = entry_of(values, guid, own, options.base or base or own, options.dates)
        if entry is None:
            mute += 1
            continue
        if guid is not None:
            seen.add(guid)
        entries.append(entry)
        length += len(entry.content_html) + len(entry.summary_html)
    if total and not entries:
        asked = ", ".join(f'{name} at "{fields[name]}"' for name in ("title", "link", "text") if name in fields)
        raise ParseError(f"reading the list: its layout changed: {total} items, but none has {asked or 'a title'}")
    return Listed(entries=tuple(entries), warnings=tuple(_warnings(total, mute, cut=cut)))


def masking(error: ParseError, document: Document) -> ParseError:
    """The error without what a reply repeats of the address that it was asked with."""
    return ParseError(masked(str(error), secrets_of_request(Request(url=document.request_url))))


def _present_at(item: Item, missing: tuple[str, ...]) -> Callable[[str], object]:
    return lambda place: present(item.place(place), missing)


def _warnings(total: int, mute: int, *, cut: bool) -> Iterable[str]:
    if mute:
        yield f"{mute} items have neither title nor link nor text"
    if cut:
        yield f"only the first {total:,} items were read: the list is too long"
