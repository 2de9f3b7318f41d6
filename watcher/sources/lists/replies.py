"""The list inside a JSON reply; where it is not, what the reply holds or says instead.

Never takes a reply without its list for one without hits, unless the reply itself says that it counts none.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from watcher.core.errors import ParseError
from watcher.core.text.html import title_text
from watcher.sources.lists.mapping import plain
from watcher.sources.lists.paths import look

_COUNTS: Final = ("count", "total", "hits", "found", "length")
_COMPLAINTS: Final = ("error", "errors", "message", "error_message", "msg", "detail", "fault")
_MOST_KEYS: Final = 8
_DEPTH: Final = 3
_QUOTED: Final = 160


def list_at(reply: object, items: str, *, may_be_absent: bool, columns: bool) -> list[object]:
    """The items at a path; empty where they are absent and may be, or the reply counts none.

    Args: `columns`: what lies there is a mapping of columns of equal length, each a list.

    Raises: ParseError with what is there instead.
    """
    found = look(items, reply)
    if found is None:
        if may_be_absent or counts_none(reply):
            return []
        raise ParseError(f'reading the list: nothing lies at "{items}": {described(reply)}')
    if columns:
        return column_rows(found, items)
    if not isinstance(found, list):
        raise ParseError(f'reading the list: no list lies at "{items}": {described(reply)}')
    return [item for item in found if item is not None]


def column_rows(found: object, items: str) -> list[object]:
    """The rows of a mapping of columns."""
    columns = found.items() if isinstance(found, dict) else ()
    lists = {key: column for key, column in columns if isinstance(column, list)}
    if not lists:
        raise ParseError(f'reading the list: no columns lie at "{items}"')
    lengths = {len(column) for column in lists.values()}
    if len(lengths) > 1:
        raise ParseError(f'reading the list: the columns at "{items}" are not of equal length: rows would be mixed up')
    return [dict(zip(lists, row, strict=True)) for row in zip(*lists.values(), strict=True)]


def counts_none(reply: object) -> bool:
    """Whether a reply says that there are no hits: it is `{}`, or a count in it is 0."""
    return reply == {} or any(value == 0 for value in _counts(reply, _DEPTH))


def described(reply: object) -> str:
    """What a reply holds or complains of, in a few words."""
    if not isinstance(reply, dict):
        return f"the reply is {_shape(reply)}"
    for key in _COMPLAINTS:
        said = title_text(plain(reply.get(key)), markup=True)[:_QUOTED]
        if said:
            return f'the reply says "{said}"'
    keys = ", ".join(str(key)[:40] for key in list(reply)[:_MOST_KEYS]) or "nothing"
    lists = ", ".join(list(_lists(reply, "", _DEPTH))[:_MOST_KEYS])
    return f"the reply has {keys}" + (f"; lists lie at {lists}" if lists else "")


def _counts(value: object, depth: int) -> Iterator[int]:
    if not isinstance(value, dict) or not depth:
        return
    for key, each in value.items():
        if isinstance(each, int) and not isinstance(each, bool) and any(word in str(key).lower() for word in _COUNTS):
            yield each
        elif any(word in str(key).lower() for word in _COUNTS) and isinstance(each, dict):
            yield from (one for one in (each.get("value"),) if isinstance(one, int) and not isinstance(one, bool))
        yield from _counts(each, depth - 1)


def _lists(value: object, path: str, depth: int) -> Iterator[str]:
    if isinstance(value, list):
        yield path
    elif isinstance(value, dict) and depth:
        for key, each in value.items():
            yield from _lists(each, f"{path}.{key}"[:80] if path else str(key)[:80], depth - 1)


def _shape(value: object) -> str:
    if isinstance(value, list):
        return f"a list of {len(value)}"
    return {str: "a string", bool: "true or false", type(None): "null"}.get(type(value), "a number")
