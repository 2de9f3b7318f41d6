"""The JSON Schema: a sentence for every key, and it takes and refuses what the reader takes and refuses."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.config.kinds import TABLES
from watcher.config.schema import json_schema
from watcher.config.starter import starter_text
from watcher.core.yaml.strict import load, plain

SORTS = {"string": str, "integer": int, "boolean": bool, "array": list, "object": dict, "null": type(None), "number": (int, float)}  # fmt: skip
BAD = Path(__file__).parent / "data" / "bad"


def fits(value, schema, whole):
    """Whether a value fits; knows of JSON Schema what our schema uses."""
    if "$ref" in schema:
        return fits(value, whole["definitions"][schema["$ref"].rsplit("/", 1)[1]], whole)
    if "anyOf" in schema:
        return any(fits(value, each, whole) for each in schema["anyOf"])
    if "oneOf" in schema:
        return sum(fits(value, each, whole) for each in schema["oneOf"]) == 1
    if value not in schema.get("enum", [schema.get("const", value)]):
        return False
    sorts = schema.get("type", [])
    sorts = [sorts] if isinstance(sorts, str) else sorts
    if sorts and not any(isinstance(value, SORTS[sort]) for sort in sorts):
        return False
    return fits_within(value, schema, whole)


def fits_within(value, schema, whole):
    if isinstance(value, str):
        return re.search(schema.get("pattern", ""), value) is not None
    if isinstance(value, list):
        return len(value) >= schema.get("minItems", 0) and all(
            fits(each, schema.get("items", {}), whole) for each in value
        )
    if isinstance(value, bool) or not isinstance(value, dict):
        return value is None or schema.get("minimum", value) <= value <= schema.get("maximum", value)
    rest = schema.get("additionalProperties", True)
    named = schema.get("properties", {})
    return (
        all(name in value for name in schema.get("required", ()))
        and all(fits(name, schema.get("propertyNames", {}), whole) for name in value)
        and all(
            fits(each, named[name], whole)
            if name in named
            else rest is not False and (rest is True or fits(each, rest, whole))
            for name, each in value.items()
        )
    )


def read(text):
    node, _ = load(text, "w.yaml")
    return plain(node)


def test_the_starter_fits():
    schema = json_schema()

    assert fits(read(starter_text()), schema, schema)
    assert fits(read(re.sub(r"^(\s*)#(?=\S)", r"\1", starter_text(), flags=re.MULTILINE)), schema, schema)


REFUSED = ["unknown_section", "unknown_shared_key", "unknown_option", "missing_option", "missing_kind", "unknown_kind", "block_list", "text_is_number", "number_out_of_range", "choice", "network", "duration", "size", "bad_id", "route_without_channels", "log_level", "port"]  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_the_reader_refuses_for_its_shape_does_not_fit(name):
    schema = json_schema(TABLES)

    assert not fits(read((BAD / f"{name}.yaml").read_bytes()), schema, schema)


@pytest.mark.parametrize("name", ["literal_secret", "unused_channel", "variable_not_set", "secret_number_refused"])
def test_what_is_only_wrong_here_and_now_fits(name):
    schema = json_schema(TABLES)

    assert fits(read((BAD / f"{name}.yaml").read_bytes()), schema, schema)


def properties(schema, path=""):
    """Every property of the schema with the path to it."""
    if isinstance(schema, list):
        for each in schema:
            yield from properties(each, path)
    elif isinstance(schema, dict):
        for name, each in schema.get("properties", {}).items():
            yield f"{path}.{name}", each
        for key, each in schema.items():
            yield from properties(each, f"{path}.{key}")


def test_every_key_has_a_sentence_and_defaults_are_as_written():
    schema = json_schema()

    undescribed = {path for path, each in properties(schema) if not {"description", "$ref"} & set(each)}

    assert {path for path in undescribed if not path.endswith(".kind")} == set()
    assert schema["definitions"]["StoreConfig"]["properties"]["keep_bodies"]["default"] == "90d"
    assert schema["definitions"]["StoreConfig"]["properties"]["free_disk_floor"]["default"] == "200 MiB"
    json.dumps(schema)


def test_every_kind_of_the_tables_is_there():
    schema = json_schema(TABLES)

    kinds = [each["properties"]["kind"].get("const") for each in schema["properties"]["channels"]["additionalProperties"]["oneOf"]]  # fmt: skip
    assert kinds == ["email", "file", "slack", None]


def test_a_preset_takes_its_kinds_keys_and_no_kind():
    schema = json_schema()

    def fit(block):
        return fits({"sources": {"one": block}}, schema, schema)

    assert fit({"preset": "bis-federal-register", "every": "20m", "query": {"per_page": 20}})
    assert fit({"preset": "asx-company", "settings": {"code": "LYC"}})
    assert not fit({"preset": "bis-federal-regster"})
    assert not fit({"preset": "meti", "kind": "feed"})
    assert not fit({"preset": "meti", "items": "results"})
    assert not fit({"kind": "feed", "url": "https://a.example/", "settings": {}})
