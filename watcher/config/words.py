"""Says in our own sentences what pydantic found wrong, one thing at a time and with its place; never shows a secret."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from watcher.config.expand import Secrets, Steps
from watcher.config.sheet import Sheet
from watcher.core.text.spelling import did_you_mean
from watcher.core.yaml.strict import Node, locate, locate_key

UNKNOWN_KEY, MISSING, TYPE, CHOICE, FORM, RANGE = "C002", "C003", "C004", "C005", "C006", "C007"

_SHAPES = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "list_type": "a list",
    "tuple_type": "a list",
    "set_type": "a list",
    "dict_type": "a mapping",
    "mapping_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "dataclass_type": "a mapping",
}
_LIMITS = {
    "greater_than_equal": ("at least {ge}"),
    "greater_than": ("more than {gt}"),
    "less_than_equal": ("at most {le}"),
    "less_than": ("less than {lt}"),
    "finite_number": ("finite"),
}
_LENGTHS = {
    "string_too_short": "is shorter than {min_length} characters",
    "string_too_long": "is longer than {max_length} characters",
    "too_short": "must name at least {min_length}",
    "too_long": "names more than {max_length}",
    "string_pattern_mismatch": "is not of the form {pattern}",
}
_QUOTED = re.compile(r"'([^']*)'")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong: where in the tree, pydantic's name for it, and what it said."""

    path: Steps
    type: str
    given: Any
    context: dict[str, Any]
    message: str
    depth: int


def note_faults(
    sheet: Sheet, error: ValidationError, model: type[BaseModel], prefix: Steps = (), also: Iterable[str] = ()
) -> None:
    """Note a problem for each thing that is wrong in the block at `prefix`.

    Args: also: keys that the block may have beside those of the model.
    """
    for fault in _single_voices(error, sheet.root, prefix):
        allowed = _keys_at(model, fault.path[len(prefix) : -1])
        if len(fault.path) == len(prefix) + 1:
            allowed |= set(also)
        code, text, spoken_of = _sentence(fault, allowed, sheet.secrets)
        at = locate_key if fault.type == "extra_forbidden" else locate
        sheet.note(code, at(sheet.root, fault.path), spoken_of, text)


def _sentence(fault: Fault, allowed: set[str], secrets: Secrets) -> tuple[str, str, Steps]:
    """Code, sentence, and the path that the sentence speaks of."""
    if fault.type == "extra_forbidden":
        return UNKNOWN_KEY, unknown_key(str(fault.path[-1]), allowed), fault.path[:-1]
    if fault.type == "missing":
        return MISSING, f'"{fault.path[-1]}" is missing', fault.path[:-1]
    written = secrets.written(fault.path)
    shown = _shown(fault.given) if written is None else written
    if fault.type in {"literal_error", "enum", "union_tag_invalid"}:
        names = _QUOTED.findall(str(fault.context.get("expected") or fault.context.get("expected_tags") or ""))
        return CHOICE, not_allowed(shown, names, guess=written is None), fault.path
    for table, code, form in _FORMS:
        if fault.type in table:
            return code, form(fault, table[fault.type], shown), fault.path
    return FORM, _lower(fault.message), fault.path


def unknown_key(key: str, allowed: Iterable[str]) -> str:
    """The sentence for a key that is not known here."""
    names = sorted(allowed)
    return f'unknown key "{key}"{did_you_mean(key, names) or "; allowed: " + ", ".join(names)}'


def not_allowed(shown: str, names: list[str], *, guess: bool = True) -> str:
    """The sentence for a value that is none of a closed set."""
    hint = did_you_mean(shown.strip('"'), names) if guess else ""
    return f"{shown} is not allowed{hint}{';' if not hint else ''} allowed: {', '.join(names)}"


def shape(value: object) -> str:
    """What a value is, as people say it."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true or false"
        case str():
            return "text"
        case int() | float():
            return "a number"
        case list() | tuple():
            return "a list"
        case _:
            return "a mapping"


def wrong_shape(wanted: str, given: object) -> str:
    """The sentence for a value of the wrong sort."""
    quote = "; put it in quotes" if wanted == "text" and isinstance(given, int | float) else ""
    return f"must be {wanted}, not {shape(given)}{quote}"


def _wrong_shape(fault: Fault, wanted: str, shown: str) -> str:
    # Text where a list or a mapping belongs is often a secret without its brackets; a short value helps to find a slip.
    showable = isinstance(fault.given, str) and not set(wanted.split(" or ")) <= {"a list", "a mapping"}
    return f"must be {wanted}, not {shown}" if showable else wrong_shape(wanted, fault.given)


def _out_of_range(fault: Fault, limit: str, shown: str) -> str:
    return f"{shown} must be {limit.format(**fault.context)}"


def _wrong_length(fault: Fault, limit: str, shown: str) -> str:
    if fault.type == "string_too_short" and not fault.given:
        return "is empty"
    said = limit.format(**fault.context)
    return said if isinstance(fault.given, list | tuple | dict) else f"{shown} {said}"


def _own_words(fault: Fault, _: str, __: str) -> str:
    return _lower(str(fault.context.get("error", fault.message)))


_Form = Callable[[Fault, str, str], str]
_FORMS: tuple[tuple[dict[str, str], str, _Form], ...] = (
    (_SHAPES, TYPE, _wrong_shape),
    (_LIMITS, RANGE, _out_of_range),
    (_LENGTHS, FORM, _wrong_length),
    ({"value_error": ""}, FORM, _own_words),
    (
        {"no_member": "{wanted}"},
        TYPE,
        lambda fault, wanted, shown: _wrong_shape(fault, wanted.format(**fault.context), shown),
    ),
)


def _shown(value: object) -> str:
    """A value short enough for a message."""
    limit = 60
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= limit else text[:limit] + '…"'


def _lower(text: str) -> str:
    """The text with a small first letter, unless it begins with a name in capitals, and without a full stop."""
    small = text if text[1:2].isupper() else text[:1].lower() + text[1:]
    return small.removeprefix("value error, ").removesuffix(".")


def _single_voices(error: ValidationError, root: Node, prefix: Steps) -> list[Fault]:
    """The faults, with those of a union's members brought down to the member that was probably meant."""
    single: list[Fault] = []
    unions: dict[Steps, dict[str | int, list[Fault]]] = {}
    for raw in error.errors(include_url=False):
        path: Steps = (*prefix, *raw["loc"])
        tag_at = _first_unreal(root, path[:-1] if raw["type"] == "missing" else path)
        fault = Fault(
            path=path if tag_at is None else path[:tag_at] + path[tag_at + 1 :],
            type=raw["type"],
            given=raw.get("input"),
            context=raw.get("ctx", {}),
            message=raw["msg"],
            depth=len(path),
        )
        if tag_at is None:
            single.append(fault)
        else:
            unions.setdefault(path[:tag_at], {}).setdefault(path[tag_at], []).append(fault)
    for place, members in unions.items():
        single.extend(_probable(place, members))
    return single


def _first_unreal(root: Node, path: Steps) -> int | None:
    """The index of the first step that is not in the file: pydantic's name for a member of a union."""
    node = root
    for index, step in enumerate(path):
        below = locate(node, (step,))
        if below is node:
            return index
        node = below
    return None


def _probable(place: Steps, members: dict[str | int, list[Fault]]) -> list[Fault]:
    """The faults of the member that fits best, or one fault that names all shapes."""
    fitting = [faults for faults in members.values() if not all(f.path == place and _wanted(f) for f in faults)]
    if fitting:
        return min(fitting, key=lambda faults: (-max(fault.depth for fault in faults), len(faults)))
    first = next(iter(members.values()))[0]
    wanted = dict.fromkeys(_wanted(fault) for faults in members.values() for fault in faults)
    return [replace(first, path=place, type="no_member", context={"wanted": " or ".join(wanted)})]


def _wanted(fault: Fault) -> str:
    """What the member of a union asked for, if it asked for another sort of value or other words."""
    if fault.type in {"literal_error", "enum"}:
        return " or ".join(f'"{name}"' for name in _QUOTED.findall(str(fault.context.get("expected"))))
    return _SHAPES.get(fault.type, "")


def _keys_at(model: type[BaseModel], path: Steps) -> set[str]:
    """The keys that the model, or the models within it that the path leads to, take."""
    models = {model}
    for step in path:
        below: set[type[BaseModel]] = set()
        for each in models:
            field = each.model_fields.get(str(step))
            if field is not None:
                below |= _models_in(field.annotation)
        models = below or models
    return {field.alias or name for each in models for name, field in each.model_fields.items()}


def _models_in(annotation: Any) -> set[type[BaseModel]]:
    """The models that an annotation speaks of, through lists, mappings and unions."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {annotation}
    return {model for part in get_args(annotation) for model in _models_in(part)}
