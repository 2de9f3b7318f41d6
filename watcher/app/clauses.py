"""Text clauses of queries, built from the same conditions that rules use: a word means the same in both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final, assert_never

from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from watcher.conditions import KINDS
from watcher.conditions.base import Context, Understanding, nothing_understood
from watcher.core.queries import Field, Join, Node, Query, Term, TextClause
from watcher.core.queries.kinds import OF_ARTICLES
from watcher.core.rules.evaluate import look
from watcher.core.rules.model import Clause, Group
from watcher.core.rules.model import Node as RuleNode
from watcher.core.text.inflection import Inflection
from watcher.core.text.reading import Reading
from watcher.core.text.spelling import did_you_mean
from watcher.core.understanding.regions import lies_in, region_names, region_of
from watcher.core.understanding.understander import Understander

REGION: Final = "region"

_KEPT = 1_000


def text_clause(inflections: Mapping[str, Inflection], understanding: Understanding = nothing_understood) -> TextClause:
    """Whether a clause of a query on the text, or on what the article says, holds for an article.

    Args: understanding - what knows names and events; loaded when the first clause asks for it. One that asks for what
    nobody knows holds for nothing: `name_faults` tells of it where it is written.
    """
    context = Context(inflections=inflections, understanding=understanding)

    @lru_cache(maxsize=_KEPT)
    def tree(node: Node) -> RuleNode | None:
        return None if isinstance(node, Field) and field_fault(node, context) else _tree(node, context)

    def holds(node: Node, reading: Reading) -> bool:
        if isinstance(node, Field) and node.name == REGION:
            return _lies(node, reading, context.understander)
        asked = tree(node)
        return asked is not None and look(asked, reading).holds

    return holds


def _lies(clause: Field, reading: Reading, understander: Understander | None) -> bool:
    if understander is None:
        return False
    found = region_of(understander, reading)
    names = understander.names
    return any(wanted == found.region or lies_in(names, found.countries, wanted) for wanted in clause.values)


def name_faults(query: Query, understander: Understander | None) -> Iterator[tuple[int, str]]:
    """What of a query names what the lexicon does not know: the column in the query, and the sentence."""
    context = Context(understanding=lambda: understander)
    for clause in _fields(query.root):
        for value in clause.values:
            fault = field_fault(Field(name=clause.name, values=(value,), column=clause.column), context)
            if fault:
                yield max(query.text.find(value, clause.column - 1) + 1, clause.column), fault


def field_fault(clause: Field, context: Context) -> str:
    """What is wrong with a clause on what an article says; "" where nothing is."""
    if clause.name == REGION:
        return _region_fault(clause, context.understander)
    try:
        _tree(clause, context)
    except (ValidationError, PydanticCustomError) as error:
        return _sentence(error)
    except ExceptionGroup as group:
        return "; ".join(_sentence(each) for each in group.exceptions)
    return ""


def _sentence(error: Exception) -> str:
    return error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)


def _region_fault(clause: Field, understander: Understander | None) -> str:
    if understander is None:
        return "regions can't be told here: the lexicon is not loaded"
    known = region_names(understander.names)
    strange = next((value for value in clause.values if value not in known), None)
    return "" if strange is None else f'unknown region "{strange}"{did_you_mean(strange, known)}'


def _fields(node: Node) -> Iterator[Field]:
    """The clauses on what an article says."""
    match node:
        case Field() if node.name in OF_ARTICLES:
            yield node
        case Join():
            for child in (*node.all, *node.any, *node.none):
                yield from _fields(child)


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
            kind = KINDS[node.name]
            condition = kind.build(kind.Options.model_validate({node.name: list(node.values)}), context)
            return Clause(condition=condition, path=node.name, line=1, column=node.column)
        case _:
            assert_never(node)
