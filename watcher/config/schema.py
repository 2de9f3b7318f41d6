"""The JSON Schema of `watcher.yaml` for editors, with a sentence for every key; never more lenient than the reader.

A kind's options are told apart by `kind`: one closed object for each kind, and an open one for third parties'.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from watcher.config.blocks import ChannelBlock, SourceBlock, Top
from watcher.config.catalogue import Preset, catalogue
from watcher.config.load import Tables, our_tables
from watcher.config.places import data_dir
from watcher.core.values import duration_text, size_text

_DIALECT = "http://json-schema.org/draft-07/schema#"
_KEPT_TITLES = ("source of", "channel of", "a kind")
_ID = "^[a-z0-9_-]{1,60}$"
_FOREIGN = r"^[A-Za-z_][\w.]*:[A-Za-z_]\w*$"
_REFERENCE = {"type": "string", "pattern": r"\$\{"}

Schema = dict[str, Any]


def json_schema(tables: Tables | None = None, data: Path | None = None) -> Schema:
    """The schema of a whole configuration file, of draft 7, which editors know best.

    Args: tables: other kinds than ours. data: where the catalogue lies, if not with us.
    """
    kinds = tables or our_tables()
    presets = catalogue(data or data_dir())
    schema = Top.model_json_schema(ref_template="#/definitions/{model}", schema_generator=_Generator)
    definitions: Schema = schema.pop("$defs", {})
    for section, shared, table in (("sources", SourceBlock, kinds.sources), ("channels", ChannelBlock, kinds.channels)):
        blocks = _blocks(section, shared, table, definitions)
        if section == "sources":
            blocks = [*_by_preset(blocks, presets), *blocks]
        schema["properties"][section] = _named(blocks, schema["properties"][section]["description"])
    for section in ("recipients", "routes", "digests"):
        schema["properties"][section]["propertyNames"] = {"pattern": _ID}
    whole = {**schema, "description": "What watcher watches and whom it tells.", "definitions": definitions}
    return {"$schema": _DIALECT, **_tidied(whole), "title": "watcher.yaml"}


def _tidied(schema: Any) -> Any:
    """The schema without the names of our fields and classes, and with sizes as they are written."""
    if isinstance(schema, list):
        return [_tidied(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("type") == "string" and isinstance(schema.get("default"), int):
        schema = {**schema, "default": size_text(schema["default"])}
    # A property may itself be called title: that one is a schema, not a text.
    named = "oneOf" in schema or str(schema.get("title")).startswith(_KEPT_TITLES)
    return {
        key: _tidied(value) for key, value in schema.items() if named or key != "title" or not isinstance(value, str)
    }


class _Generator(GenerateJsonSchema):
    """Writes defaults as a file would."""

    def encode_default(self, dft: Any) -> Any:
        """A default as it is written."""
        return duration_text(dft) if isinstance(dft, timedelta) else super().encode_default(dft)


def _named(blocks: list[Schema], description: str) -> Schema:
    """A mapping from ids to one of the blocks; an empty section is allowed."""
    return {
        "description": description,
        "type": ["object", "null"],
        "propertyNames": {"pattern": _ID},
        "additionalProperties": {"oneOf": blocks},
    }


def _blocks(section: str, shared: type[BaseModel], table: Mapping[str, type[Any]], definitions: Schema) -> list[Schema]:
    """A closed object for each kind, and one for kinds that we cannot know."""
    common = _object(shared, f"{section}_", definitions)
    blocks = []
    for kind, found in sorted(table.items()):
        own = _object(found.Options, f"{section}_{kind}_", definitions)
        properties = {**own["properties"], **common["properties"]}
        # Whatever is no text may still come out of a variable.
        properties = {name: _or_reference(each) for name, each in properties.items()}
        properties["kind"] = {"const": kind, "description": common["properties"]["kind"]["description"]}
        blocks.append(
            {
                "type": "object",
                "title": f"{section.removesuffix('s')} of kind {kind}",
                "properties": properties,
                "required": ["kind", *(name for name in own.get("required", ()) if name != "kind")],
                "additionalProperties": False,
            }
        )
    foreign = {**common["properties"], "kind": {"type": "string", "pattern": _FOREIGN}}
    blocks.append({"type": "object", "title": "a kind of your own", "properties": foreign, "required": ["kind"]})
    return blocks


def _by_preset(blocks: list[Schema], presets: Sequence[Preset]) -> list[Schema]:
    """A closed object for the presets of each kind, with the kind's own keys; `preset` leaves all other blocks."""
    found = []
    for block in blocks:
        properties = block["properties"]
        preset, settings = properties.pop("preset"), properties.pop("settings")
        kind = properties["kind"].get("const")
        of_kind = [each for each in presets if each.kind == kind]
        if of_kind:
            named = {"enum": [each.name for each in of_kind], "description": preset["description"]}
            others = {name: each for name, each in properties.items() if name != "kind"}
            found.append(
                {
                    "type": "object",
                    "title": f"source of the catalogue, of kind {kind}",
                    "properties": {"preset": named, "settings": settings, **others},
                    "required": ["preset"],
                    "additionalProperties": False,
                }
            )
    return found


def _object(model: type[BaseModel], prefix: str, definitions: Schema) -> Schema:
    """A model's own schema; the models within it go to the definitions under a name of their own."""
    _, whole = models_json_schema(
        [(model, "validation")], ref_template=f"#/definitions/{prefix}{{model}}", schema_generator=_Generator
    )
    found: Schema = dict(whole["$defs"])
    own = found.pop(model.__name__) if model.__name__ in found else next(iter(found.values()))
    definitions.update({f"{prefix}{name}": each for name, each in found.items()})
    return {"properties": {}, **own}


def _or_reference(property_schema: Schema) -> Schema:
    """The same, or a text with a reference where only numbers or switches were allowed."""
    if str(property_schema.get("type")) in {"integer", "number", "boolean"}:
        described: Schema = {key: property_schema[key] for key in ("description", "default") if key in property_schema}
        return {"anyOf": [property_schema, _REFERENCE], **described}
    return property_schema
