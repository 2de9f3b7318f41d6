"""`watcher kinds`: kinds of sources, conditions and channels with their options, and event types with their statuses.

Never holds a list of its own: the kinds and the event types' files say what there is.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from enum import Enum
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

import watcher.channels
import watcher.conditions
import watcher.sources
from watcher.commands.opening import say
from watcher.config.blocks import ChannelBlock, SourceBlock
from watcher.core.event_types import EVENT_TYPES
from watcher.core.text.spelling import did_you_mean
from watcher.core.values import duration_text

USAGE = 2
EVENTS = "events"
NAMES = "names"
_SHOWN = 60
"""Names that are printed at most."""
_TYPES = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "object": "block",
}
_TABLES: Mapping[str, tuple[Mapping[str, type[Any]], type[BaseModel] | None]] = {
    "sources": (watcher.sources.KINDS, SourceBlock),
    "conditions": (watcher.conditions.KINDS, None),
    "channels": (watcher.channels.KINDS, ChannelBlock),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One option of a kind, in words; `default` is None where there is none and the option is required."""

    name: str
    type: str
    required: bool
    default: object
    description: str


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which, and in what form."""
    parser.add_argument(
        "kind",
        nargs="?",
        metavar="KIND",
        help="sources, conditions, channels, or one kind such as feed; names; events, or one such as legislation",
    )
    parser.add_argument(
        "text",
        nargs="?",
        metavar="TEXT",
        help="with names: what an organisation, material, place or country is called; prints what rules write for it",
    )
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.epilog = "A kind of your own: kind: package.module:Class, a class that keeps the contract of its base.py."


def run(arguments: argparse.Namespace) -> int:
    """Print what was asked for."""
    if (arguments.kind == NAMES) != bool(arguments.text):
        say('kinds: watcher kinds names TEXT looks a name up, such as watcher kinds names "Lynas Rare Earths"')
        return USAGE
    if arguments.kind == NAMES:
        return _print_names(arguments.text, as_json=arguments.json)
    if arguments.kind == EVENTS or arguments.kind in EVENT_TYPES:
        _print_events(arguments.kind, as_json=arguments.json)
        return 0
    chosen = _chosen(arguments.kind)
    if not chosen:
        known = sorted(
            {*_TABLES, *(kind for table, _ in _TABLES.values() for kind in table), EVENTS, *EVENT_TYPES, NAMES}
        )
        hint = did_you_mean(arguments.kind, known) or f"; known: {', '.join(known)}"
        say(f'kinds: unknown kind "{arguments.kind}"{hint}')
        return USAGE
    if arguments.json:
        listed = {
            family: {kind: [asdict(option) for option in options] for kind, options in kinds.items()}
            for family, kinds in chosen.items()
        }
        print(json.dumps(listed, indent=2, ensure_ascii=False))
        return 0
    for family, kinds in chosen.items():
        shared = _TABLES[family][1]
        print(f"{family.upper()}\n")
        if shared is not None:
            _print(f"every {family.removesuffix('s')}", tuple(options_of(shared)))
        for kind, options in kinds.items():
            _print(kind, options)
    if arguments.kind is None:
        print("The types of event and their statuses: watcher kinds events")
        print("What rules write for an organisation, material or place: watcher kinds names TEXT")
    return 0


def _print_names(text: str, *, as_json: bool) -> int:
    """Everything of the shipped lexicon that has the text in its name."""
    from watcher.config import data_dir  # noqa: PLC0415 - reads the lexicon, which the other kinds never need
    from watcher.config.lexicon import read_names  # noqa: PLC0415
    from watcher.core.lexicon.lookup import known  # noqa: PLC0415

    names, _ = read_names(data_dir())
    found = [] if names is None else list(known(names, text))
    if as_json:
        print(json.dumps({NAMES: [asdict(each) for each in found]}, indent=2, ensure_ascii=False))
    for each in () if as_json else found[:_SHOWN]:
        also = f" (also {', '.join(each.names)})" if each.names else ""
        kind = each.kind if each.country in {"", each.id} else f"{each.kind}, {each.country}"
        print(f"{each.id}: {each.name}{also}; {each.sort}, {kind}")
    if len(found) > _SHOWN and not as_json:
        print(f"... and {len(found) - _SHOWN} more: give more of the name")
    if not found:
        say(f'kinds: no organisation, material or place has "{text}" in its name; own names: docs/lexicon.md')
    return 0 if found else 1


def _print_events(name: str, *, as_json: bool) -> None:
    """The shipped event types, or the one of that name, each with its title and statuses."""
    from watcher.config import data_dir  # noqa: PLC0415 - reads files of words, which the other kinds never need
    from watcher.config.events import read_heads  # noqa: PLC0415

    heads = {id_: head for id_, head in read_heads(data_dir()).items() if name in {EVENTS, id_}}
    if as_json:
        listed = {EVENTS: {id_: asdict(head) for id_, head in heads.items()}}
        print(json.dumps(listed, indent=2, ensure_ascii=False))
        return
    print("EVENTS\n")
    for id_, head in heads.items():
        print(f"  {id_}: {head.title}\n    ladder: {', '.join(head.ladder)}")
        print(f"    exits: {', '.join(head.exits) or 'none'}\n")
    print("Every type has rumoured and denied as well. What they mean: docs/events.md")


def _chosen(name: str | None) -> dict[str, dict[str, tuple[Option, ...]]]:
    """The kinds meant, by family: all, those of a family, or those of that name."""
    found = {}
    for family, (table, _) in _TABLES.items():
        kinds = {kind: tuple(options_of(each.Options)) for kind, each in table.items() if name in {None, family, kind}}
        if kinds:
            found[family] = kinds
    return found


def options_of(model: type[BaseModel], prefix: str = "") -> Iterator[Option]:
    """Every option of a model, those of blocks inside it with a dotted name."""
    schema = model.model_json_schema()
    definitions = schema.get("$defs", {})
    for field_name, field in model.model_fields.items():
        name = field.alias or field_name
        form = schema["properties"][name]
        yield Option(
            name=prefix + name,
            type=_words(form, definitions),
            required=field.is_required(),
            default=None if field.is_required() else _default(field),
            description=(field.description or "").rstrip("."),
        )
        for block in _blocks(field.annotation):
            yield from options_of(block, f"{prefix}{name}.")


def _blocks(annotation: Any) -> Iterator[type[BaseModel]]:
    """The blocks that a value may be, one of several shapes or none among them."""
    for each in get_args(annotation) or (annotation,):
        if isinstance(each, type) and issubclass(each, BaseModel):
            yield each


def _words(form: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    """The type in words: `text`, `list of text`, `starttls, tls or none`."""
    match form:
        case {"$ref": str(name)}:
            words = _words(definitions[name.rsplit("/", 1)[1]], definitions)
        case {"anyOf": list(forms)} | {"oneOf": list(forms)}:
            words = _either(_words(each, definitions) for each in forms if each.get("type") != "null")
        case {"const": value}:
            words = str(value)
        case {"enum": list(values)}:
            words = _either(str(value) for value in values)
        case {"type": list(types)}:
            words = _either(_TYPES[each] for each in types if each != "null")
        case {"type": "array"}:
            words = f"list of {_words(form.get('items', {}), definitions)}"
        case {"type": "object", "additionalProperties": dict(values)}:
            words = f"name to {_words(values, definitions)}"
        case _:
            words = _plain(form)
    return words


def _plain(form: Mapping[str, Any]) -> str:
    if form.get("format") == "password":
        return "secret text"
    return "duration" if "15m" in form.get("examples", ()) else _TYPES.get(str(form.get("type")), "text")


def _either(words: Iterable[str]) -> str:
    *most, last = dict.fromkeys(words)
    return f"{', '.join(most)} or {last}" if most else last


def _default(field: FieldInfo) -> object:
    """The default as a file would write it."""
    value = field.get_default(call_default_factory=True)
    match value:
        case timedelta():
            return duration_text(value)
        case Enum():
            return value.value
        case tuple():
            return list(value)
        case None | bool() | int() | str() | Mapping():
            return value
        case _:
            return str(value)


def _print(head: str, options: tuple[Option, ...]) -> None:
    print(f"  {head}")
    for option in options:
        shown = "required" if option.required else f"default {_shown(option.default)}"
        print(f"    {option.name}: {option.type}, {shown}\n        {option.description}")
    if not options:
        print("    no options")
    print()


def _shown(default: object) -> str:
    return "none" if default is None or default in ([], {}, "") else json.dumps(default, ensure_ascii=False).strip('"')
