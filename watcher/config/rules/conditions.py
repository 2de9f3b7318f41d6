"""Conditions of rule files made into the tree that is judged: clauses told by their kind, groups, `use`, `same`.

Never looks at an article. Each mapping has exactly one reading: its kind is the first of its keys in KIND_ORDER.
Source: the rule language, section 3.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, cast

from watcher.config.rules.clauses import Clauses
from watcher.config.rules.page import VERSION, Page, shape
from watcher.core.rules.model import Clause, Group
from watcher.core.rules.model import Node as Tree
from watcher.core.text.spelling import did_you_mean
from watcher.core.yaml.strict import Node

KIND_ORDER = (
    "matter",
    "table",
    "series",
    "calendar",
    "health",
    "event",
    "organisation",
    "amount",
    "price",
    "material",
    "place",
    "document",
    "deadline",
    "words",
    "near",
    "regex",
    "fuzzy",
    "source",
    "trust",
    "genre",
    "language",
    "use",
)
ELSEWHERE = {"and": "all", "or": "any", "not": "none"}
"""What other languages call the parts of a group."""
QUERY_ONLY = frozenset({"after", "before", "rule", "route", "severity", "state", "story"})
GROUP_KEYS = ("all", "any", "none")
SAME = ("sentence", "paragraph")
MOST_LEVELS = 100
"""Levels of conditions inside one another, those of named conditions included; bounds every walk over a tree."""

MOST_COPIES = 20_000
"""Clauses that all uses of named conditions may stand for together: conditions of conditions grow fast."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedCondition:
    """One entry of `conditions`."""

    page: Page
    key: Node
    node: Node


@dataclass(slots=True, kw_only=True)
class Conditions:
    """Reads conditions; `named` are the set's named ones, each read once."""

    clauses: Clauses
    named: Mapping[str, NamedCondition]
    _open: list[str] = field(default_factory=list)
    _trees: dict[str, Tree | None] = field(default_factory=dict)
    _copied: int = 0
    _levels: int = 0

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of this version, in their order; kinds of third parties come last."""
        own = (*self.clauses.kinds, "use")
        return tuple(kind for kind in KIND_ORDER if kind in own) + tuple(kind for kind in own if kind not in KIND_ORDER)

    def read(self, page: Page, node: Node, path: str) -> Tree | None:
        """The tree of a condition, or None with its faults noted."""
        if self._levels >= MOST_LEVELS:
            page.error(node, "R003", f"conditions lie more than {MOST_LEVELS} levels inside one another")
            return None
        self._levels += 1
        try:
            return self._read(page, node, path)
        finally:
            self._levels -= 1

    def _read(self, page: Page, node: Node, path: str) -> Tree | None:
        """As `read`, one level further in."""
        if node.kind != "mapping":
            hint = "; put the list under all: or any:" if node.kind == "sequence" else ""
            page.error(node, "R008", f'"{path}" must be a condition (a mapping), not {shape(node)}{hint}')
            return None
        names = node.keys()
        kind = next((kind for kind in self._all_kinds() if kind in names), None)
        if any(name in names for name in GROUP_KEYS):
            return self._group(page, node, path, kind)
        if kind is None:
            self._no_kind(page, node)
            return None
        if kind == "use":
            return self._use(page, node, path)
        if kind not in self.kinds:
            key = cast("Node", node.key(kind))
            page.error(
                key, "R012", f'kind "{kind}" is not known to this watcher ({VERSION}); it has {", ".join(self.kinds)}'
            )
            return None
        return self.clauses.read(page, node, kind, path)

    def _all_kinds(self) -> tuple[str, ...]:
        """Every kind of the language, known or not, in the order that decides."""
        return KIND_ORDER + tuple(kind for kind in self.kinds if kind not in KIND_ORDER)

    def _no_kind(self, page: Page, node: Node) -> None:
        """Say what is wrong with a mapping that has no kind."""
        if not node.pairs:
            page.error(node, "R016", "this condition is empty; leave it out")
            return
        options = self.clauses.option_names()
        key = next((key for key, _ in node.pairs if key.value not in options and key.value != "same"), node.pairs[0][0])
        name = str(key.value)
        if name in QUERY_ONLY:
            page.error(key, "R033", f'"{name}" is a kind for queries only')
            return
        hint = (
            _group_word(name)
            or did_you_mean(name, (*self.kinds, *GROUP_KEYS))
            or f"; it is one of {', '.join(self.kinds)}"
        )
        page.error(key, "R012", f'unknown kind "{name}"{hint}')

    def _group(self, page: Page, node: Node, path: str, kind: str | None) -> Tree | None:
        """A group of conditions."""
        parts: dict[str, tuple[Tree, ...]] = {}
        faulty = False
        for key, value in node.pairs:
            name = str(key.value)
            if name in GROUP_KEYS:
                trees = [
                    self.read(page, item, f"{path}.{name}[{at}]") for at, item in enumerate(page.items(value, name))
                ]
                parts[name] = tuple(tree for tree in trees if tree is not None)
                faulty = faulty or None in trees or not trees
            elif name == kind:
                page.error(key, "R014", f'clause and group in one mapping: put "{name}" under all:')
                faulty = True
            elif name != "same" and kind is None:
                hint = _group_word(name) or did_you_mean(name, (*GROUP_KEYS, "same", *self.kinds))
                page.error(key, "R006", f'unknown key "{name}" in a group{hint or "; it has all, any, none, same"}')
                faulty = True
        same = node.get("same")
        bound = page.choice(same, "same", SAME, "R013") if same is not None else None
        group = Group(
            **parts,
            same=cast("Literal['sentence', 'paragraph'] | None", bound),
            path=path,
            line=node.line,
            column=node.column,
        )
        if bound is not None and not self._all_bound(page, cast("Node", node.key("same")), group):
            return None
        return None if faulty or (same is not None and bound is None) else group

    def _all_bound(self, page: Page, key: Node, group: Group) -> bool:
        """Whether every clause of a bound group stands in a sentence; those that do not are errors."""
        loose = [clause for clause in leaves(group) if not clause.condition.sentence_bound]
        for clause in loose:
            place = replace(key, line=clause.line, column=clause.column) if clause.line else key
            page.error(place, "R023", f'same: {group.same} over "{clause.condition.kind}", which stands in no sentence')
        return not loose

    def _use(self, page: Page, node: Node, path: str) -> Tree | None:
        """The tree of a named condition, in the place where it is used."""
        for key, _ in node.pairs:
            if key.value != "use":
                page.error(key, "R013", f'"use" has no option "{key.value}"')
        value = cast("Node", node.get("use"))
        name = page.text(value, "use")
        if name is None:
            return None
        if name not in self.named:
            page.error(value, "R018", f'unknown condition "{name}"{did_you_mean(name, self.named)}')
            return None
        tree = self.tree_of(name)
        if tree is None:
            return None
        if self._levels + depth(tree) > MOST_LEVELS:
            page.error(node, "R003", f"conditions lie more than {MOST_LEVELS} levels inside one another")
            return None
        self._copied += len(leaves(tree))
        if self._copied > MOST_COPIES:
            page.error(node, "R003", f"named conditions stand for more than {MOST_COPIES:,} clauses")
            return None
        return _moved(tree, f"{path}.use", node)

    def tree_of(self, name: str) -> Tree | None:
        """The tree of a named condition, read once; one that uses itself is an error."""
        entry = self.named[name]
        if name in self._open:
            circle = ", ".join([*self._open[self._open.index(name) :], name])
            entry.page.error(entry.key, "R019", f'condition "{name}" contains itself: {circle}')
            return None
        if name not in self._trees:
            self._open.append(name)
            self._trees[name] = self.read(entry.page, entry.node, f"conditions.{name}")
            self._open.pop()
        return self._trees[name]

    def leaned_on(self, nodes: Iterable[Node]) -> tuple[set[str], set[str]]:
        """The lists and the named conditions that these conditions name, those inside named ones included."""
        lists: set[str] = set()
        named: set[str] = set()
        rest = list(nodes)
        while rest:
            node = rest.pop()
            rest.extend((*node.items, *(value for _, value in node.pairs)))
            if isinstance(node.value, str) and (text := node.value.strip("<>")) in self.clauses.lists:
                lists.add(text)
            use = node.get("use")
            if use is not None and str(use.value) in self.named and str(use.value) not in named:
                named.add(str(use.value))
                rest.append(self.named[str(use.value)].node)
        return lists, named


def _group_word(name: str) -> str:
    """The word of ours for one of another language."""
    ours = ELSEWHERE.get(name.lower())
    return "" if ours is None else f"; write {ours}: with a list of clauses"


def depth(tree: Tree) -> int:
    """The levels of a tree; a clause alone is one."""
    if isinstance(tree, Clause):
        return 1
    return 1 + max((depth(child) for child in (*tree.all, *tree.any, *tree.none)), default=0)


def leaves(tree: Tree) -> list[Clause]:
    """All clauses of a tree, in order."""
    if isinstance(tree, Clause):
        return [tree]
    return [clause for child in (*tree.all, *tree.any, *tree.none) for clause in leaves(child)]


def _moved(tree: Tree, path: str, place: Node) -> Tree:
    """A named condition's tree with the paths and the place of its use."""
    if isinstance(tree, Clause):
        return replace(tree, path=path, line=place.line, column=place.column)

    def moved(name: str, children: tuple[Tree, ...]) -> tuple[Tree, ...]:
        return tuple(_moved(child, f"{path}.{name}[{at}]", place) for at, child in enumerate(children))

    return replace(
        tree,
        all=moved("all", tree.all),
        any=moved("any", tree.any),
        none=moved("none", tree.none),
        path=path,
        line=place.line,
        column=place.column,
    )
