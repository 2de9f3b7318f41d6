"""Queries of routes and digests that ask for what the lexicon does not know; it judges no alert."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from watcher.app.clauses import name_faults
from watcher.conditions.base import Understanding
from watcher.core.errors import Problem
from watcher.core.queries import Names, alert_kinds, read_query
from watcher.core.queries.kinds import OF_ARTICLES
from watcher.core.yaml.strict import Node, load, locate

UNKNOWN_NAME = "R017"
_WHERE: Final = (("routes", "when"), ("digests", "take"))
_ASKING: Final = re.compile(rf"\b(?:{'|'.join(OF_ARTICLES)}):\S".encode())


def strange_names(path: Path, understanding: Understanding) -> tuple[Problem, ...]:
    """Every name that a `when` or `take` in the file asks for and nobody knows, at its place, whatever else is wrong.

    Args: understanding - what knows the names; not asked where no clause asks for one. With None nothing is strange.
    """
    text = path.read_bytes()
    root = load(text, str(path))[0] if _ASKING.search(text) else None
    if root is None or root.kind != "mapping":
        return ()
    return tuple(problem for place, node in _queries(root) for problem in _strange(path, understanding, place, node))


def _queries(root: Node) -> Iterator[tuple[tuple[str, str, str], Node]]:
    for section, key in _WHERE:
        blocks = root.get(section)
        for name, block in () if blocks is None else blocks.pairs:
            place = (section, str(name.value), key)
            node = locate(root, place)
            if block.get(key) is node and isinstance(node.value, str):
                yield place, node


def _strange(path: Path, understanding: Understanding, place: tuple[str, str, str], node: Node) -> Iterator[Problem]:
    text = str(node.value)
    query, _ = read_query(text, alert_kinds(Names(), health=True))
    if not any(f"{name}:" in text for name in OF_ARTICLES):
        return
    understander = understanding()
    for column, fault in () if understander is None else name_faults(query, understander):
        # Columns within the text are those of the file only while it stands on one line.
        shift = column - 1 + node.quoted if "\n" not in node.raw else 0
        at = replace(node, column=node.column + shift)
        yield Problem(
            file=str(path), line=at.line, column=at.column, code=UNKNOWN_NAME, text=f"{'.'.join(place)}: {fault}"
        )
