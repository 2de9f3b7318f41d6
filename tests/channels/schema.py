"""A judge of JSON against the few keywords of JSON Schema that our own schemas use; an unknown keyword is an error."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

SILENT = {"$schema", "$defs", "title", "description"}
TYPES: dict[str, Any] = {
    "string": str,
    "integer": int,
    "boolean": bool,
    "object": dict,
    "array": list,
    "null": type(None),
}

PLAIN: dict[str, Callable[[Any, Any], bool]] = {
    "type": lambda value, asked: any(
        isinstance(value, TYPES[n]) for n in ([asked] if isinstance(asked, str) else asked)
    ),
    "const": lambda value, asked: value == asked,
    "enum": lambda value, asked: value in asked,
    "minimum": lambda value, asked: not isinstance(value, int) or value >= asked,
    "format": lambda value, _date_time: value is None or datetime.fromisoformat(value).tzinfo is not None,
    "minItems": lambda value, asked: len(value) >= asked,
    "maxItems": lambda value, asked: len(value) <= asked,
    "required": lambda value, asked: set(asked) <= set(value),
}


def faults(value: Any, schema: dict[str, Any], root: dict[str, Any] | None = None, at: str = "$") -> list[str]:
    """What is wrong with the value, each with its place; a key that the schema doesn't name is wrong too."""
    root = schema if root is None else root
    found: list[str] = []
    for keyword, asked in schema.items():
        if keyword in PLAIN:
            found += [] if PLAIN[keyword](value, asked) else [f"{at} breaks {keyword} {asked}"]
        elif keyword not in SILENT:
            found += _nested(value, keyword, schema, root, at)
    return found


def _nested(value: Any, keyword: str, schema: dict[str, Any], root: dict[str, Any], at: str) -> list[str]:
    asked = schema[keyword]
    if keyword == "$ref":
        return faults(value, root["$defs"][asked.removeprefix("#/$defs/")], root, at)
    if keyword == "items":
        return [fault for n, item in enumerate(value) for fault in faults(item, asked, root, f"{at}[{n}]")]
    if keyword == "oneOf":
        return [] if sum(not faults(value, one, root, at) for one in asked) == 1 else [f"{at} breaks oneOf"]
    assert keyword == "properties", f"the schema uses {keyword}, which this judge does not know"
    unknown = [f"{at} has an undocumented {name}" for name in value if name not in asked]
    return unknown + [
        fault for name in asked if name in value for fault in faults(value[name], asked[name], root, f"{at}.{name}")
    ]
