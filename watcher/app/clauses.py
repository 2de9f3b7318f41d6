"""Text clauses of queries, built from the same conditions that rules use: a word means the same in both."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import assert_never

from watcher.conditions import KINDS
from watcher.conditions.base import Context
from watcher.core.queries import Field, Join, Node, Term, TextClause
from watcher.core.rules.evaluate import look
from watcher.core.rules.model import Clause, Group
from watcher.core.rules.model import Node as RuleNode
from watcher.core.text.inflection import Inflection
from watcher.core.text.reading import Reading

_KEPT = 1_000


def text_clause(inflections: Mapping[str, Inflection]) -> TextClause:
    """Whether a text clause of a query holds for an article."""
    context = Context(inflections=inflections)

    @lru_cache(maxsize=_KEPT)
    def tree(node: Term | Join) -> RuleNode:
        return _tree(node, context)

    def holds(node: Term | Join, reading: Reading) -> bool:
        return look(tree(node), reading).holds

    return holds


def _tree(node: Node, context: Context) -> RuleNode:
    match node:
        case Term():
            options: dict[str, list[str]] = {node.kind: list(node.values)}
            if node.zones:
                options["in"] = list(node.zones)
            if node.language:
                options["language"] = list(node.language)
            kind = KINDS[node.kind]
            condition = kind.build(kind.Options.model_validate(options), context)
            return Clause(condition=condition, path=node.kind, line=1, column=node.column)
        case Join():
            return Group(
                all=tuple(_tree(child, context) for child in node.all),
                any=tuple(_tree(child, context) for child in node.any),
                none=tuple(_tree(child, context) for child in node.none),
                same=node.same,
            )
        case Field():
            raise ValueError(f"{node.name}: can't stand under `same`")
        case _:
            assert_never(node)
