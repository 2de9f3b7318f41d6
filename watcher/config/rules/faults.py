"""What is wrong with the options of a clause, in our own sentences: what is allowed is said, whatever the fault.

Never leaves a fault out: one of a sort that is not known here is told in the words that came with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from watcher.config.rules.page import Page, shape
from watcher.core.yaml.strict import Node, locate, locate_key

_LIMITS = ("ge", "gt", "le", "lt", "min_length", "max_length")
_NUMBERS = {
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_parsing_size": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
}
_BOUNDS = frozenset({"greater_than_equal", "greater_than", "less_than_equal", "less_than"})
_LISTS = frozenset({"tuple_type", "list_type", "set_type", "frozen_set_type"})
_LENGTHS = frozenset({"too_short", "too_long"})
_INSTEAD = {
    ("words", "mapping"): "; words by language stand under lists:, and <name> here stands for such a list",
    ("words", "sequence"): "; write all items in one list",
}
"""What to do where a value has a shape that stands elsewhere."""
_WHATS = {"near": "groups"}
"""What the items of an option are called, where that is not just items."""


def note_faults(page: Page, node: Node, error: ValidationError, options: type[BaseModel]) -> None:
    """Note every fault that the options of a clause have, each at its place."""
    details = error.errors(include_url=False, include_input=False)
    for detail in details:
        path = detail["loc"]
        place = locate(node, path)
        inside = any(len(each["loc"]) > len(path) and each["loc"][: len(path)] == path for each in details)
        if detail["type"] == "too_short" and inside:
            # Its items are faulty, and each is noted by itself.
            continue
        said = _said(node, place, detail, options)
        if not page.faulty(place) or detail["type"].startswith("R"):
            page.error(place, *said)


def _said(node: Node, place: Node, detail: ErrorDetails, options: type[BaseModel]) -> tuple[str, str]:
    """Code and sentence of one fault."""
    type_, path = detail["type"], detail["loc"]
    if type_.startswith("R"):
        return type_, detail["msg"]
    key = str(locate_key(node, path[:1]).value) if path else "this"
    field = _field(options, path)
    bounds = dict(_bounds(field)) if len(path) == 1 else {}
    bounds |= {name: value for name, value in detail.get("ctx", {}).items() if name in _LIMITS}
    empty = place.kind == "scalar" and place.raw == "" and place.value is not None
    if type_ == "missing":
        return "R007", f'"{path[-1]}" is missing' if path else "something is missing"
    if type_ in _LENGTHS and ((place.kind == "sequence" and not place.items) or empty):
        return "R016", f"{key}: is empty; leave it out"
    if type_ == "literal_error":
        expected = str(detail.get("ctx", {}).get("expected", "something else")).replace("'", "")
        return "R013", f"{key} is {_shown(place)}; allowed: {expected}"
    return "R008", _in_words(key, place, detail, bounds)


def _in_words(key: str, place: Node, detail: ErrorDetails, bounds: dict[str, object]) -> str:
    """The sentence for a value of the wrong sort, size or length."""
    type_ = detail["type"]
    if type_ in _LENGTHS:
        found = len(place.items) if place.kind == "sequence" else detail.get("ctx", {}).get("actual_length")
        return f"{key} takes {_range(bounds, 'min_length', 'max_length')} {_what(key)}; found {found}"
    if type_ in _BOUNDS:
        return f"{key} is {_shown(place)}; allowed: {_range(bounds, 'ge', 'le')}"
    if type_ in _NUMBERS:
        return f"{key} must be {_NUMBERS[type_]}, not {_shown(place)}{_allowed(bounds)}"
    if type_ in _LISTS and place.kind != "mapping":
        some = f" of {_range(bounds, 'min_length', 'max_length')} {_what(key)}" if bounds else ""
        return f"{key} must be a list{some}, not {_shown(place)}"
    if type_ == "string_type" or type_ in _LISTS:
        quote = place.kind == "scalar" and place.value is not None and not isinstance(place.value, str)
        hint = f'; write it in quotes: "{place.raw}"' if quote else _INSTEAD.get((key, place.kind), "")
        return f'"{key}" can\'t be {shape(place)}{hint}'
    message = str(detail.get("ctx", {}).get("error", detail["msg"])).rstrip(".")
    return f'"{key}" can\'t be {_shown(place)}: {message[:1].lower()}{message[1:]}'


def _field(options: type[BaseModel], path: Sequence[str | int]) -> FieldInfo | None:
    """The option that a path begins with."""
    name = path[0] if path else ""
    return next((field for each, field in options.model_fields.items() if name in (each, field.alias)), None)


def _bounds(field: FieldInfo | None) -> Iterator[tuple[str, object]]:
    """The limits that an option has."""
    for each in field.metadata if field is not None else ():
        for name in _LIMITS:
            value = getattr(each, name, None)
            if value is not None:
                yield name, value


def _range(bounds: dict[str, object], least: str, most: str) -> str:
    """Limits as people say them."""
    low, high = bounds.get(least), bounds.get(most)
    if low is not None and high is not None:
        return f"{low} to {high}"
    if low is not None or high is not None:
        return f"at least {low}" if low is not None else f"at most {high}"
    over, under = bounds.get("gt"), bounds.get("lt")
    return " and ".join(
        f"{word} {each}" for word, each in (("more than", over), ("less than", under)) if each is not None
    )


def _allowed(bounds: dict[str, object]) -> str:
    said = _range(bounds, "ge", "le")
    return f"; allowed: {said}" if said else ""


def _what(key: str) -> str:
    return _WHATS.get(key, "items")


def _shown(place: Node) -> str:
    """A value as it was written, or what it is."""
    if place.kind != "scalar" or place.value is None:
        return shape(place)
    return f'"{place.raw}"' if isinstance(place.value, str) or place.quoted else place.raw
