"""Queries of routes and digests that ask for what the lexicon does not know; it judges no alert."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from watcher.app.clauses import name_faults
from watcher.config import Config
from watcher.core.errors import Problem
from watcher.core.queries import Names, alert_kinds, parse_query
from watcher.core.queries.kinds import OF_ARTICLES
from watcher.core.rules.model import RuleSet
from watcher.core.yaml.strict import Node, load, locate

UNKNOWN_NAME = "R017"


def strange_names(config: Config, rules: RuleSet) -> tuple[Problem, ...]:
    """Every name that a `when` or `take` asks for and nobody knows, at its place in the file."""
    asked = [(("routes", name, "when"), route.when) for name, route in config.routes.items()]
    asked += [(("digests", name, "take"), digest.take) for name, digest in config.digests.items()]
    # Without such a clause the lexicon need not be loaded for it.
    asking = [(path, text) for path, text in asked if any(f"{name}:" in text for name in OF_ARTICLES)]
    if not asking:
        return ()
    root, _ = load(config.path.read_bytes(), str(config.path))
    return tuple(problem for path, text in asking for problem in _strange(config, rules, root, path, text))


def _strange(
    config: Config, rules: RuleSet, root: Node | None, path: tuple[str, str, str], text: str
) -> Iterator[Problem]:
    query, _ = parse_query(text, alert_kinds(Names(), health=True))
    if query is None:
        return
    node = locate(root, path) if root is not None else None
    for column, fault in name_faults(query, rules.understanding()):
        # Columns within the text are those of the file only while it stands on one line.
        at = node and replace(node, column=node.column + (column - 1 + node.quoted if "\n" not in node.raw else 0))
        yield Problem(
            file=str(config.path),
            line=at.line if at else None,
            column=at.column if at else None,
            code=UNKNOWN_NAME,
            text=f"{'.'.join(path)}: {fault}",
        )
