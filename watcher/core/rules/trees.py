"""Condition trees of many rules made ready: equal clauses have one number, and an article is asked of each once.

Never decides otherwise than `judge`: where it knows no better, and where there is doubt, that one judges the rule.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol, runtime_checkable

from watcher.core.model import Evidence, Severity, Zone
from watcher.core.rules.evaluate import NO_STEP, Judgement, Verdict, but_does, distinct, look
from watcher.core.rules.model import Clause, Group, Node, Rule
from watcher.core.text.reading import Reading
from watcher.core.text.standing import Standing
from watcher.core.text.words import WordList

Proof = tuple[Evidence, ...]


@runtime_checkable
class Proving(Protocol):
    """A condition that can tell its evidence, path and all, without the finding around it; it is never unsure.

    Two of one `asks` hold of the same articles by the same evidence, and no evidence is told twice by one.
    """

    @property
    def asks(self) -> Hashable:
        """What it asks, its words included."""

    @property
    def seeks(self) -> WordList | None:
        """The list that `proof` wants told of by what stands in the article, or None if it looks for itself.

        With a list it holds where one of its items stands in one of `zones`, and nowhere else.
        """

    @property
    def zones(self) -> frozenset[Zone]:
        """The zones in which it looks."""

    def proof(self, path: str, reading: Reading, standing: Standing) -> Proof | None:
        """The evidence of `look` with that path in it; None where it does not hold."""


Look = Clause | Group | partial[Proof | None]
"""A leaf: what is looked at, or what tells its proof at once."""


@dataclass(frozen=True, slots=True)
class Tree:
    """A group: its members are numbers of leaves, or groups again; those of `none` stand with their paths."""

    all: tuple[int | Tree, ...]
    any: tuple[int | Tree, ...]
    none: tuple[tuple[int | Tree, str], ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A rule: what must hold, its steps (None for `else`), and whether no two leaves can tell the same evidence."""

    must: Tree
    steps: tuple[tuple[Severity, Tree | None], ...]
    apart: bool


class Leaves:
    """All leaves of a rule set: its clauses and its bound groups, equal clauses at one path once.

    `sought` are the word lists whose items a scan must tell of before any leaf is asked.
    """

    __slots__ = ("_looks", "_nodes", "_numbers", "sought")

    def __init__(self) -> None:
        self._looks: list[Look] = []
        self._nodes: list[Node] = []
        self.sought: list[WordList] = []
        self._numbers: dict[Hashable, int] = {}

    def plan(self, rule: Rule) -> Plan:
        """The rule with its leaves numbered."""
        nodes = (rule.when,) if rule.narrow is None else (rule.when, rule.narrow)
        steps = tuple(
            (step.severity, None if step.when is None else self._tree((step.when,))) for step in rule.severity
        )
        leaves = [*_leaves(nodes), *_leaves(step.when for step in rule.severity if step.when is not None)]
        told = {
            (leaf.path, leaf.condition.says)
            for leaf in leaves
            if isinstance(leaf, Clause) and isinstance(leaf.condition, Proving)
        }
        return Plan(must=self._tree(nodes), steps=steps, apart=len(told) == len(leaves))

    def asked_of(self, reading: Reading, standing: Standing) -> Asked:
        """What the leaves make of an article, each looked at when it is first asked for."""
        return Asked(self._looks, self._nodes, reading, standing)

    def _tree(self, all_: Iterable[Node], any_: Iterable[Node] = (), none: Iterable[Node] = ()) -> Tree:
        members: list[int | Tree] = []
        for node in all_:
            member = self._member(node)
            if isinstance(member, Tree) and not member.any and not member.none:
                members += member.all
            else:
                members.append(member)
        return Tree(
            tuple(members), tuple(map(self._member, any_)), tuple((self._member(node), node.path) for node in none)
        )

    def _member(self, node: Node) -> int | Tree:
        if isinstance(node, Group) and node.same is None:
            return self._tree(node.all, node.any, node.none)
        key: Hashable = id(node)
        asked: Look = node
        seeks: WordList | None = None
        if isinstance(node, Clause) and isinstance(node.condition, Proving):
            proving: Proving = node.condition
            key = proving.asks, node.path
            asked = partial(proving.proof, node.path)
            seeks = proving.seeks
        number = self._numbers.setdefault(key, len(self._looks))
        if number == len(self._looks):
            self._looks.append(asked)
            self._nodes.append(node)
            if seeks is not None:
                self.sought.append(seeks)
        return number


class Asked(dict[int, Proof | None]):
    """The evidence of each leaf in one article by its number, None for one that does not hold.

    `unsure` is set once a leaf holds on thin evidence alone: from then on a plan's severity can't be told.
    """

    __slots__ = ("_looks", "_misses", "_nodes", "_reading", "_standing", "unsure")

    def __init__(self, looks: Sequence[Look], nodes: Sequence[Node], reading: Reading, standing: Standing) -> None:
        super().__init__()
        self._looks = looks
        self._nodes = nodes
        self._reading = reading
        self._standing = standing
        self._misses: dict[int, Verdict] = {}
        self.unsure = False

    def __missing__(self, number: int) -> Proof | None:
        """Look at a leaf that was not asked for yet."""
        asked = self._looks[number]
        if isinstance(asked, partial):
            proof = asked(self._reading, self._standing)
        else:
            verdict = look(asked, self._reading)
            proof = verdict.evidence if verdict.holds else None
            if not verdict.holds:
                self._misses[number] = verdict
            self.unsure = self.unsure or verdict.unsure
        self[number] = proof
        return proof

    def miss(self, number: int) -> Judgement:
        """The judgement of a rule that fails by a leaf which must hold."""
        verdict = self._misses.get(number) or look(self._nodes[number], self._reading)
        return Judgement(matched=False, why=verdict.why, path=verdict.path)


def judged(plan: Plan, asked: Asked) -> Judgement | None:
    """The judgement of a rule as `judge` makes it; None where there is doubt, and where many leaves share a miss."""
    proof = _proof(plan.must, asked)
    if not isinstance(proof, tuple):
        return proof
    for severity, tree in plan.steps:
        more = () if tree is None else _proof(tree, asked)
        if isinstance(more, tuple):
            if asked.unsure:
                return None
            proof += more
            return Judgement(matched=True, severity=severity, evidence=proof if plan.apart else distinct(proof))
    return NO_STEP


def _proof(tree: Tree, asked: Asked) -> Proof | Judgement | None:
    proof: Proof = ()
    for member in tree.all:
        if isinstance(member, int):
            more = asked[member]
            if more is None:
                return asked.miss(member)
        else:
            below = _proof(member, asked)
            if not isinstance(below, tuple):
                return below
            more = below
        proof += more
    if tree.any:
        found = [asked[member] if isinstance(member, int) else _proof(member, asked) for member in tree.any]
        holding = [more for more in found if isinstance(more, tuple)]
        if not holding:
            return None
        proof += tuple([each for more in holding for each in more])
    for member, path in tree.none:
        found_none = asked[member] if isinstance(member, int) else _proof(member, asked)
        if isinstance(found_none, tuple):
            return Judgement(matched=False, why=but_does(found_none), path=path)
    return proof


def _leaves(nodes: Iterable[Node]) -> list[Node]:
    found: list[Node] = []
    for node in nodes:
        if isinstance(node, Group) and node.same is None:
            found += _leaves((*node.all, *node.any, *node.none))
        else:
            found.append(node)
    return found
