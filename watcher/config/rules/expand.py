"""The long form of conditions and rules: no short form left, nothing decided; what `watcher check --expand` prints.

Source: the rule language, section 2 (short forms).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

import yaml

from watcher.config.rules.conditions import GROUP_KEYS
from watcher.config.rules.entries import Entry
from watcher.config.rules.holding import HOLDING_KEYS
from watcher.config.rules.lists import NamedList
from watcher.core.rules.model import Rule, RuleSet
from watcher.core.yaml.strict import Node, plain

VERSION_LENGTH = 12
SINGLE = frozenset({"same", "use"})
LISTED = ("tell", "digest", "say", "group", "unless_new", "hidden_by")
ORDER = (
    *("id", "title", "note", "mode", "severity", "when", "require", "narrow", "tell", "digest", "say"),
    *(*HOLDING_KEYS, "examples"),
)
"""In which keys of a rule are shown."""


def long_condition(node: Node) -> dict[str, object]:
    """A condition with every single value as a list of one."""
    form: dict[str, object] = {}
    for key, value in node.pairs:
        name = str(key.value)
        if name in GROUP_KEYS:
            form[name] = [long_condition(item) for item in value.items]
        elif name in SINGLE or not isinstance(value.value, str):
            form[name] = plain(value)
        else:
            form[name] = [value.value]
    return form


def long_severity(node: Node) -> dict[str, object]:
    """Severity as steps with `else`."""
    if node.kind != "mapping":
        return {"else": node.value}
    return {str(key.value): value.value if key.value == "else" else long_condition(value) for key, value in node.pairs}


def long_rule(entry: Entry, changes: Mapping[str, Node]) -> dict[str, object]:
    """A rule as its file and the user's change to it say, in the order of the language's table."""
    values = {name: value for name, (_, value) in entry.keys.items()} | {
        name: value for name, value in changes.items() if name != "narrow"
    }
    form: dict[str, object] = {}
    for name, value in values.items():
        match name:
            case "when":
                form[name] = long_condition(value)
            case "severity":
                form[name] = long_severity(value)
            case "require":
                form[name] = long_requirement(value)
            case "examples":
                form[name] = {side: _long_examples(side, items) for side, items in _sides(value)}
            case _:
                form[name] = _listed(value) if name in LISTED else value.value
    if "narrow" in changes:
        form["narrow"] = long_condition(changes["narrow"])
    return form


def long_requirement(node: Node) -> dict[str, object]:
    """A requirement with its lists as lists and its conditions in their long form."""
    ratio = node.get("ratio") is not None
    form: dict[str, object] = {}
    for key, value in node.pairs:
        name = str(key.value)
        if name == "of" and ratio:
            form[name] = long_condition(value)
        elif name == "sequence":
            form[name] = [
                {str(k.value): long_condition(v) if v.kind == "mapping" else v.value for k, v in step.pairs}
                for step in value.items
            ]
        else:
            form[name] = _listed(value) if name in {"by", "changed"} else value.value
    return form


def long_list(entry: NamedList) -> dict[str, object]:
    """A list with the lists inside it opened."""
    form: dict[str, object] = {entry.sort: {language: list(items) for language, items in entry.items.items()}}
    if entry.masks:
        form["not"] = {language: list(items) for language, items in entry.masks.items()}
    return form


def canonical(form: Mapping[str, object]) -> str:
    """The long form as JSON text, the same for the same meaning."""
    return json.dumps(form, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def version_of(text: str) -> str:
    """The short hash that numbers a content."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:VERSION_LENGTH]


def expanded_yaml(rules: RuleSet) -> str:
    """All rules of a set in their long form, as YAML text: what `watcher check --expand` prints."""
    return yaml.safe_dump(
        {"format": 1, "rules": [_shown(rule) for rule in rules.rules]}, allow_unicode=True, sort_keys=False, width=120
    )


def _shown(rule: Rule) -> dict[str, object]:
    form: dict[str, object] = json.loads(rule.expanded)
    own = form.pop("rule", form)
    if not isinstance(own, dict):
        return form
    ordered = {key: own[key] for key in sorted(own, key=ORDER.index)}
    return {**ordered, **{key: value for key, value in form.items() if value}}


def _sides(node: Node) -> list[tuple[str, Node]]:
    return [(str(key.value), value) for key, value in node.pairs]


def _listed(node: Node) -> list[object]:
    return [item.value for item in node.items] if node.kind == "sequence" else [node.value]


def _long_examples(side: str, node: Node) -> list[object]:
    return _listed(node) if side == "tests" else [_long_example(item) for item in node.items]


def _long_example(node: Node) -> object:
    return {"text": node.value} if node.kind == "scalar" else plain(node)
