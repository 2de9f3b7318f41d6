"""What blocks of one configuration say of each other by name or in a query; notes what is not there, at its place."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from watcher.config.expand import Steps
from watcher.config.sheet import Sheet
from watcher.core.queries import Names, Query, alert_kinds, parse_query
from watcher.core.text.spelling import did_you_mean
from watcher.core.yaml.strict import Node

UNKNOWN_NAME = "C010"


def pairs(sheet: Sheet, section: str) -> tuple[tuple[Node, Node], ...]:
    """The blocks of a section."""
    node = sheet.root.get(section)
    return () if node is None else node.pairs


def texts(node: Node | None, path: Steps) -> list[tuple[Steps, Node]]:
    """The texts of a list, or the one text that is short for it, with their paths."""
    if node is None:
        return []
    found = [(path, node)] if node.kind == "scalar" else [((*path, at), item) for at, item in enumerate(node.items)]
    return [(place, each) for place, each in found if isinstance(each.value, str)]


def check_name(sheet: Sheet, noun: str, known: Collection[str], path: Steps, node: Node) -> None:
    """The name is one of the known."""
    name = str(node.value)
    if name not in known:
        hint = did_you_mean(name, known) or f"; known: {', '.join(known) or 'none'}"
        sheet.note(UNKNOWN_NAME, node, path, f'unknown {noun} "{name}"{hint}')


def query_at(sheet: Sheet, node: Node | None, path: tuple[str, ...], *, health: bool = False) -> Query | None:
    """What the query at that place means; its mistakes are noted at their own columns."""
    text = node.value if node is not None and isinstance(node.value, str) else ""
    names = Names(
        sources=tuple(str(key.value) for key, _ in pairs(sheet, "sources")),
        routes=tuple(str(key.value) for key, _ in pairs(sheet, "routes")),
    )
    query, problems = parse_query(text, alert_kinds(names, health=health))
    for problem in problems:
        # Columns within the text are those of the file only while it stands on one line.
        on_one_line = node is not None and "\n" not in node.raw and problem.column is not None
        shift = (problem.column or 1) - 1 + int(node.quoted) if node is not None and on_one_line else 0
        at = None if node is None else replace(node, column=node.column + shift)
        sheet.note(problem.code, at, path, problem.text, problem.level)
    return query
