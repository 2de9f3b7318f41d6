"""What a rule judges, told by its clauses: an article, or what a calendar, matter, table ... clause says instead.

Never looks at what a clause asks. Source: the rule language, section 5, "What a rule judges".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from watcher.config.rules.page import Page
from watcher.core.rules.model import Clause
from watcher.core.rules.model import Node as Tree
from watcher.core.yaml.strict import Node

ARTICLE = "article"
SUBJECTS = frozenset({"matter", "table", "series", "calendar", "health"})
"""Kinds of clauses that make a rule judge something else than articles."""


def subject_of(page: Page, node: Node, tree: Tree) -> str:
    """The subject of a condition; branches that judge different things are an error (R024)."""
    if isinstance(tree, Clause):
        return tree.condition.kind if tree.condition.kind in SUBJECTS else ARTICLE
    joined = {each for child in tree.all if (each := subject_of(page, node, child)) != ARTICLE}
    branches = {subject_of(page, node, child) for child in tree.any}
    if len(branches) == 1:
        joined |= branches - {ARTICLE}
    elif not branches <= joined | {ARTICLE}:
        _mixed(page, node, _first(page, node, tree.any, branches - {ARTICLE}) or tree, branches - {ARTICLE})
        return ARTICLE
    against = {each for child in tree.none if (each := subject_of(page, node, child)) != ARTICLE}
    if len(joined) > 1 or not against <= joined:
        odd = _first(page, node, (*tree.none, *tree.all, *tree.any), joined | against)
        _mixed(page, node, odd or tree, joined | against)
    return min(joined, default=ARTICLE)


def _first(page: Page, node: Node, trees: Iterable[Tree], subjects: Iterable[str]) -> Tree | None:
    """The first branch that judges such a thing."""
    wanted = set(subjects)
    return next((tree for tree in trees if subject_of(page, node, tree) in wanted), None)


def check_subject(page: Page, node: Node, trees: Iterable[Tree | None], subject: str) -> None:
    """Note a condition beside `when`, such as a step of severity, that judges another thing than the rule does."""
    for tree in trees:
        own = ARTICLE if tree is None else subject_of(page, node, tree)
        if tree is not None and own not in {ARTICLE, subject}:
            _mixed(page, node, tree, {own})


def _mixed(page: Page, node: Node, tree: Tree, kinds: Iterable[str]) -> None:
    place = replace(node, line=tree.line, column=tree.column) if tree.line else node
    text = f'one branch has "{min(kinds)}", another has not: a rule judges one sort of thing'
    page.error(place, "R024", text)
