"""A message in which every text is the same stranger's words: what is added to messages later is filled as well."""

from __future__ import annotations

import dataclasses
import types
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

NOW = datetime(2026, 2, 6, 7, 40, tzinfo=UTC)
OURS: dict[str, object] = {
    "zone": "UTC",  # of a reader, never a stranger's
    "bars": None,  # drawn, and figures only
    "length": "full",
    "backlog": 0,
    "period": "2026-W06",
    "what": "acknowledged",
    **dict.fromkeys(("alert", "occasion", "article", "story", "rule", "entry", "digest", "issue", "topic"), "x1"),
}
"""What no stranger has a hand in: our own words and ids."""


@cache
def hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def filled(kind: Any, words: str, name: str = "") -> Any:
    """A value of that type with these words wherever it holds text; one of everything that it may hold many of."""
    if name in OURS:
        return OURS[name]
    if dataclasses.is_dataclass(kind):
        fields = [field.name for field in dataclasses.fields(kind)]
        return kind(**{field: filled(hints(kind)[field], words, field) for field in fields})
    inner = get_args(kind)
    if get_origin(kind) in {Union, types.UnionType}:
        return filled(next(each for each in inner if each is not type(None)), words, name)
    if get_origin(kind) is tuple:
        many = inner[-1] is Ellipsis
        return () if name == "marks" else tuple(filled(each, words) for each in (inner[:1] if many else inner))
    if issubclass(kind, Enum):
        return next(iter(kind))
    return {str: words, int: 1, bool: True, datetime: NOW, date: NOW.date()}[kind]
