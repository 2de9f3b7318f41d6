"""All rules against one article: one scan for the words that they need, then only those are judged that can match.

Never loses a rule: one without needed words is always tried, and if the scan fails, every rule is.
Source: measured on 4.6 KB articles, one RE2 set with rules filed under their rarest group beats every other engine.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import re2

from watcher.core.reading import Reading
from watcher.core.rules.evaluate import Judgement, judge
from watcher.core.rules.model import Clause, Node, Rule, RuleSet
from watcher.core.text import CJK

Literals = frozenset[str]
"""Folded texts one of which must stand in the article."""

_CJK_WEIGHT = 3
_MEMORY_BYTES = 64 << 20
_TO_ESCAPE = re.compile(r"[^\w ]", re.ASCII)


def needed(node: Node) -> tuple[Literals, ...]:
    """The groups of literals of which every article that the tree holds for has at least one each."""
    if isinstance(node, Clause):
        needs = node.condition.needs
        return () if needs is None else (frozenset(needs),)
    groups = [group for child in node.all for group in needed(child)]
    branches = [needed(child) for child in node.any]
    if branches and all(branches):
        groups.append(frozenset[str]().union(*(min(branch, key=_commonness) for branch in branches)))
    return tuple(dict.fromkeys(groups))


def _commonness(group: Literals) -> float:
    """How often one of these may stand in an article, by their lengths; a CJK character tells more than a letter."""
    return sum(
        float(2 ** -sum(_CJK_WEIGHT if CJK.match(letter) else 1 for letter in literal[:40])) for literal in group
    )


@dataclass(frozen=True, slots=True)
class _Filed:
    """A rule under one of its literals, with the other groups that must be met as well (by number)."""

    index: int
    others: tuple[frozenset[int], ...]


class Compiled:
    """A rule set made ready: literals in one automaton, each rule filed under its rarest group."""

    __slots__ = ("_always", "_filed", "_literals", "_scan", "rules")

    def __init__(self, rule_set: RuleSet) -> None:
        self.rules = tuple(rule for rule in rule_set.rules if rule.mode != "paused")
        self._literals: dict[str, int] = {}
        self._filed: dict[int, list[_Filed]] = {}
        self._always: list[_Filed] = []
        for index, rule in enumerate(self.rules):
            self._file(index, rule)
        self._scan = _scanner(self._literals) if self._literals else None

    def _file(self, index: int, rule: Rule) -> None:
        nodes = (rule.when,) if rule.narrow is None else (rule.when, rule.narrow)
        groups = sorted({group for node in nodes for group in needed(node)}, key=_commonness)
        if not groups:
            self._always.append(_Filed(index, ()))
            return
        rarest, *others = (frozenset(map(self._number, group)) for group in groups)
        for literal in rarest:
            self._filed.setdefault(literal, []).append(_Filed(index, tuple(others)))

    def _number(self, literal: str) -> int:
        return self._literals.setdefault(literal, len(self._literals))

    def candidates(self, reading: Reading) -> tuple[Rule, ...]:
        """The rules that could match, in the order of the set."""
        chosen = {filed.index for filed in self._always}
        if self._literals:
            hits = _hits(self._scan, reading.folded) if self._scan is not None else None
            if hits is None:
                return self.rules
            present = frozenset(hits)
            for hit in hits:
                for filed in self._filed.get(hit, ()):
                    if not any(present.isdisjoint(group) for group in filed.others):
                        chosen.add(filed.index)
        return tuple(self.rules[index] for index in sorted(chosen))

    def judge_all(self, reading: Reading) -> tuple[tuple[Rule, Judgement], ...]:
        """Each rule that could match, with its judgement; all others do not match."""
        return tuple((rule, judge(rule, reading)) for rule in self.candidates(reading))


def _scanner(literals: Iterable[str]) -> Any:
    """One automaton for all literals; None if they are too many for its memory."""
    options = re2.Options()
    options.log_errors = False
    options.never_nl = False
    options.max_mem = _MEMORY_BYTES
    scan = re2.Set.SearchSet(options)
    for literal in literals:
        scan.Add(_pattern(literal))
    try:
        scan.Compile()
    except re2.error:
        return None
    return scan


def _pattern(literal: str) -> str:
    """A literal as a pattern; between CJK characters, spaces don't count."""
    if not CJK.search(literal):
        return _escaped(literal)
    return "[ \t]*".join(_escaped(letter) for letter in literal if letter not in " \t")


def _escaped(text: str) -> str:
    return _TO_ESCAPE.sub(lambda found: rf"\x{{{ord(found[0]):x}}}" if ord(found[0]) < 128 else found[0], text)  # noqa: PLR2004 - ASCII signs


def _hits(scan: Any, folded: str) -> list[int] | None:
    """The numbers of the literals that stand in the text; None if the automaton ran out of memory."""
    try:
        found = scan.Match(folded)
    except re2.error:
        return None
    return list(found or ())
