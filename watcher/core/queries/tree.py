"""The nouns of the one-line query language: what a query is once it is read; never how it is written or judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A text clause: one of `values` occurs. `zones` and `language` are as written; empty means the default."""

    kind: Literal["words", "regex"]
    values: tuple[str, ...]
    zones: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    column: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A clause on a named field: it has one of `values` (globs where the kind takes them)."""

    name: str
    values: tuple[str, ...]
    column: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """Every one of `all`, at least one of `any` (if there are any), not one of `none`; empty takes everything."""

    all: tuple[Node, ...] = ()
    any: tuple[Node, ...] = ()
    none: tuple[Node, ...] = ()
    same: Literal["sentence", "paragraph"] | None = None


Node = Term | Field | Join


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A query as it was typed and what it means."""

    text: str
    root: Node


def asks_for(node: Node, name: str, value: str) -> bool:
    """Whether the query asks for that very value of a field, not counting what it rules out."""
    match node:
        case Field():
            return node.name == name and value in node.values
        case Join():
            return any(asks_for(child, name, value) for child in (*node.all, *node.any))
    return False


def long_form(node: Node) -> dict[str, object]:
    """The condition that the query stands for, as a rule file would write it.

    Example: `-source:reex` gives `{"none": [{"source": ["reex"]}]}`.
    """
    match node:
        case Term():
            options = {"in": list(node.zones), "language": list(node.language)}
            return {node.kind: list(node.values), **{name: values for name, values in options.items() if values}}
        case Field():
            return {node.name: list(node.values)}
        case Join():
            keys = {"all": node.all, "any": node.any, "none": node.none}
            form: dict[str, object] = {
                key: [long_form(child) for child in nodes] for key, nodes in keys.items() if nodes
            }
            return form | ({"same": node.same} if node.same else {})
