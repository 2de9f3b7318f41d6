"""The JSON Schema of rule files for editors: every clause, group, rule and requirement, with a sentence for every key.

Clauses come from the table of conditions, so that a new kind is in it unasked; never more than what a file may hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from watcher.conditions import KINDS
from watcher.config.rules.entries import MODES, REQUIRED, RULE_KEYS
from watcher.config.rules.requirements import KINDS as REQUIREMENTS
from watcher.config.rules.requirements import NEEDED, OPTIONS
from watcher.core.model import Severity
from watcher.core.requirements.fields import CHANGED, FIELDS

Schema = dict[str, Any]

_DIALECT: Final = "http://json-schema.org/draft-07/schema#"
_NAME: Final = r"^[a-z0-9]+([-_][a-z0-9]+)*$"
_LEVELS: Final = [severity.value for severity in Severity]
_DURATION: Final[Schema] = {"type": "string", "pattern": r"^(?=.)(\d+w)?(\d+d)?(\d+h)?(\d+m)?(\d+s)?$"}
_COUNT: Final[Schema] = {"type": "integer", "minimum": 1, "maximum": 1000}
_TEXTS: Final[Schema] = {
    "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}],
}
_CONDITION: Final[Schema] = {"$ref": "#/definitions/condition"}

_RULE: Final[Mapping[str, tuple[str, Schema]]] = {
    "id": ("the rule's name for ever, in history and under change:", {"type": "string", "pattern": _NAME}),
    "title": ("what people read above the alert", {"type": "string"}),
    "severity": ("notice, warning or urgent; or steps with conditions, and else", {"$ref": "#/definitions/severity"}),
    "when": ("the condition", _CONDITION),
    "examples": ("texts that match and texts that do not, or time lines", {"type": "object"}),
    "note": ("why the rule is as it is and what it is known to miss", {"type": "string"}),
    "require": ("what it asks beside one match, over time", {"$ref": "#/definitions/require"}),
    "tell": ("routes by name", _TEXTS),
    "digest": ("digests by name", _TEXTS),
    "say": ("facts to show beside the evidence", _TEXTS),
    "wait": ("collect so long after the first alert, then tell once", _DURATION),
    "quiet": ("after a message, hold new alerts for so long", _DURATION),
    "group": ("what wait and quiet count together: rule, route, or the fields of by", _TEXTS),
    "unless_new": ("facts whose news pass through quiet at once", {"type": ["string", "array"]}),
    "after_quiet": ("what becomes of what was held: tell or list", {"enum": ["tell", "list"]}),
    "hidden_by": ("rules whose open alert on the same story hides this one", _TEXTS),
    "mode": ("live, trial (judged and listed, never told) or paused", {"enum": list(MODES)}),
}
_FILE: Final[Mapping[str, tuple[str, Schema]]] = {
    "format": ("1", {"const": 1}),
    "today": ("the date on which the file's examples are read", {"type": "string"}),
    "lists": ("named lists", {"type": "object"}),
    "conditions": ("named conditions", {"type": "object", "additionalProperties": _CONDITION}),
    "matters": ("things that move through statuses for months", {"type": "array"}),
    "rules": ("the rules", {"type": "array", "items": {"$ref": "#/definitions/rule"}, "minItems": 1}),
    "change": ("alterations of rules and lists of other files", {"type": "object"}),
    "events": ("types of event", {"type": "array"}),
    "shared": ("words that types of event share", {"type": "object"}),
    "tests": ("time lines", {"type": "array"}),
}
_ASKED: Final[Mapping[str, tuple[str, Schema]]] = {
    "count": ("so many stories or articles within a time", _COUNT),
    "sources": ("so many sources of their own on one story", _COUNT),
    "spike": ("so many times what is usual", _COUNT),
    "ratio": ("such a share of a wider condition's items, as > 40 %", {"type": "string"}),
    "silent": ("nothing for so long, or auto", {"anyOf": [_DURATION, {"const": "auto"}]}),
    "first": ("a value that was not met for so long, or ever", {"anyOf": [_DURATION, {"const": "ever"}]}),
    "changed": ("another value than the last known", {"$ref": "#/definitions/changed"}),
    "sequence": ("what must follow, or as last step not", {"type": "array", "items": {"$ref": "#/definitions/step"}}),
    "by": ("what is kept apart", {"$ref": "#/definitions/by"}),
    "lateness": ("what is first seen so long after it happened does not count (24h)", _DURATION),
    "within": ("the length of the window", _DURATION),
    "against": ("the time before, by which the usual is known (8 times within)", _DURATION),
    "at_least": ("so many at least in the window", _COUNT),
    "factor": ("so many times the largest gap (1.5)", {"type": "number"}),
    "over": ("the gaps of so long count (60d)", _DURATION),
    "floor": ("no silence is shorter (24h)", _DURATION),
    "floor_new": ("likewise, while the history is short (48h)", _DURATION),
}


def rules_schema() -> Schema:
    """The schema of a rule file, of draft 7."""
    definitions: Schema = {}
    clauses = [_clause(kind, each.Options.model_json_schema(), definitions) for kind, each in KINDS.items()]
    use = _closed({"use": ("a named condition", {"type": "string"})}, ["use"])
    definitions |= {
        "condition": {"oneOf": [*clauses, use, {"$ref": "#/definitions/group"}]},
        "group": {"anyOf": [_closed(_group(), [name]) for name in ("all", "any", "none")]},
        "severity": _severity(),
        "require": {"oneOf": [_requirement(kind) for kind in REQUIREMENTS]},
        "step": {"oneOf": [_step("then"), _step("not")]},
        "by": _some_of(FIELDS),
        "changed": _some_of(CHANGED),
        # Keys that are read and not described here are taken as they are.
        "rule": _closed({name: _RULE.get(name, ("", {})) for name in RULE_KEYS.allowed}, REQUIRED),
    }
    whole = _closed(_FILE, ["format"])
    return {"$schema": _DIALECT, "title": "rules", **whole, "definitions": definitions}


def _closed(keys: Mapping[str, tuple[str, Schema]], required: Iterable[str]) -> Schema:
    """A mapping of these keys and no other."""
    properties = {name: {**form, **({"description": says} if says else {})} for name, (says, form) in keys.items()}
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


def _clause(kind: str, schema: Schema, definitions: Schema) -> Schema:
    """The closed object of one kind of clause; what its options share goes to the definitions."""
    definitions |= {name: _tidied(each) for name, each in schema.pop("$defs", {}).items()}
    tidied: Schema = _tidied(schema)
    # What says of itself that its kind may be left out would fit beside any other clause.
    return {**tidied, "required": sorted({kind, *tidied.get("required", ())}), "additionalProperties": False}


def _tidied(schema: Any) -> Any:
    """Without the names of our fields and classes."""
    if isinstance(schema, list):
        return [_tidied(each) for each in schema]
    if not isinstance(schema, dict):
        return schema.replace("#/$defs/", "#/definitions/") if isinstance(schema, str) else schema
    return {key: _tidied(value) for key, value in schema.items() if key != "title" or not isinstance(value, str)}


def _group() -> Mapping[str, tuple[str, Schema]]:
    listed = {"type": "array", "items": _CONDITION, "minItems": 1}
    return {
        "all": ("every one of these", listed),
        "any": ("at least one of these", listed),
        "none": ("not one of these", listed),
        "same": ("all of it in one sentence or paragraph", {"enum": ["sentence", "paragraph"]}),
    }


def _severity() -> Schema:
    steps = dict.fromkeys(_LEVELS, ("if this holds", _CONDITION))
    return {"oneOf": [{"enum": _LEVELS}, _closed({**steps, "else": ("otherwise", {"enum": _LEVELS})}, ["else"])]}


def _requirement(kind: str) -> Schema:
    """The closed object of one kind of requirement."""
    names = (kind, *(name for name in OPTIONS[kind] if name != "of"), "by", "lateness")
    keys = {name: _ASKED[name] for name in names}
    if kind == "count":
        keys["of"] = ("what is counted (stories)", {"enum": ["stories", "articles"]})
    elif "of" in OPTIONS[kind]:
        keys["of"] = ("the wider condition", _CONDITION)
    return _closed(keys, [kind, *NEEDED.get(kind, ())])


def _step(name: str) -> Schema:
    says = "what must follow" if name == "then" else "what must not follow; only as last step"
    return _closed({name: (says, _CONDITION), "within": ("in so long", _DURATION)}, [name, "within"])


def _some_of(names: Iterable[str]) -> Schema:
    one = {"enum": list(names)}
    return {"anyOf": [one, {"type": "array", "items": one, "minItems": 1}]}
